/* SPDX-License-Identifier: GPL-2.0-or-later */
/* terminal.c: the caller's terminal, lent to a shell in a lab and taken back. */
#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

int terminal_open(struct terminal *t, struct err *e)
{
	*t = (struct terminal){.in = fcntl(0, F_DUPFD_CLOEXEC, 3),
	    .out = fcntl(1, F_DUPFD_CLOEXEC, 3),
	    .err = fcntl(2, F_DUPFD_CLOEXEC, 3)};
	if (t->in < 0 || t->out < 0 || t->err < 0) {
		int r = err_set(e, errno, "standard input and output:");

		terminal_close(t);
		return r;
	}
	t->there = isatty(t->in) && !tcgetattr(t->in, &t->saved);
	if (t->there && tcgetpgrp(t->in) != getpgrp())
		kill(0, SIGTTIN); /* in the background: wait for the user, as a shell does */
	if (t->there && tcgetpgrp(t->in) != getpgrp()) {
		terminal_close(t);
		return err_set(
		    e, ENOTTY, "another job uses the terminal; run this one in the foreground");
	}
	return 0;
}

void terminal_back(const struct terminal *t)
{
	sigset_t stop, before;

	if (!t->there)
		return;
	/* From the background, where this would stop us. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGTTOU);
	sigprocmask(SIG_BLOCK, &stop, &before);
	tcsetpgrp(t->in, getpgrp());
	tcsetattr(t->in, TCSADRAIN, &t->saved);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void terminal_close(struct terminal *t)
{
	const int fds[] = {t->in, t->out, t->err};

	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*t = (struct terminal){.in = -1, .out = -1, .err = -1};
}
