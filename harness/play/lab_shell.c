/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_shell.c: a shell in a lab whose play has stopped or has not begun.
 *
 * The shell runs in the router's namespace, as a child of the process that holds the lab. Its
 * short commands are small programs below the sandbox's private /run: `c1 CMD` and the like enter a
 * namespace, the others ask this process over a socket (shell_server.h). On a terminal the shell
 * gets a process group of its own and the foreground, so that job control works; the command that
 * gave the terminal takes it back. */
#include "play/lab_shell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/units.h"
#include "net/netns.h"
#include "play/lab_state.h"
#include "play/shell_server.h"
#include "scenario/words.h"

#define ROOM "/run/steadybridge"
#define TICK_MS 200           /* how soon a stopped shell is continued */
#define ASK_NS (1 * NS_PER_S) /* timeout of a request */

static int write_file(const char *path, mode_t mode, const char *text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
	int error = errno;

	if (fd >= 0)
		close(fd);
	return n < 0 ? err_set(e, error, "%s:", path) : 0;
}

/* A short command is left out when another program has its name. */
static bool is_free(const char *name)
{
	char path[4096];

	return !proc_find(name, path, sizeof(path)) && strcmp(name, "state") &&
	       strcmp(name, "lookup") && strcmp(name, "leave");
}

static int add_command(const char *name, const char *what, struct err *e)
{
	char path[128], text[256];

	snprintf(path, sizeof(path), ROOM "/bin/%s", name);
	snprintf(text, sizeof(text), "#!/bin/sh\nexec " ROOM "/program at-lab %s \"$@\"\n", what);
	return write_file(path, 0755, text, e);
}

static int add_place(const char *name, int ns, struct err *e)
{
	char what[64];
	int r = netns_name(name, ns, e);

	snprintf(what, sizeof(what), "in %.20s", name);
	return r || !is_free(name) ? r : add_command(name, what, e);
}

static int add_commands(const struct lab_shell *h, struct err *e)
{
	static const char *const asked[] = {"join", "leave", "lookup", "state"};
	int r = 0;

	for (size_t i = 0; !r && i < ARRAY_SIZE(asked); i++)
		r = add_command(asked[i], asked[i], e);
	if (!r)
		r = write_file(ROOM "/bin/help", 0755, "#!/bin/sh\ncat " ROOM "/help\n", e);
	if (!r && symlink(h->program, ROOM "/program"))
		r = err_set(e, errno, "%s:", ROOM "/program");
	/* No command goes into the user's history. `help` is a builtin of bash. */
	if (!r)
		r = write_file(ROOM "/rc", 0644,
		    "unset BASH_ENV ENV HISTFILE\n"
		    "help() { " ROOM "/bin/help; }\n"
		    "PS1='steadybridge:router# '\n",
		    e);
	return r;
}

static int furnish(struct player *p, const struct lab_shell *h, struct err *e)
{
	const char *const folders[] = {ROOM, ROOM "/bin"};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (mkdir(folders[i], 0755) && errno != EEXIST)
			return err_set(e, errno, "%s:", folders[i]);
	r = add_place("router", p->lab.router, e);
	if (!r)
		r = add_place("upstream", p->lab.upstream, e);
	for (size_t i = 0; !r && i < p->lab.n_clients; i++)
		r = add_place(p->meta.clients[i].name, p->lab.clients[i].ns, e);
	if (!r)
		r = add_commands(h, e);
	/* Then ps shows the processes of the lab only; where the mount is refused, it shows all. */
	(void)!mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	return r;
}

static void add_help(const struct player *p, struct buf *out)
{
	const struct scenario_case *c = p->c;

	buf_printf(
	    out, "the lab of %s, pace %g: this shell is on the router\n", c->name, p->s->pace);
	buf_puts(out, "  router CMD, upstream CMD");
	for (size_t i = 0; i < p->meta.n_clients && i < 4; i++)
		buf_printf(out, ", %s CMD", p->meta.clients[i].name);
	buf_puts(out, "   there; also ip -n NAME, ip netns exec NAME\n"
	              "  join PORT [MAC], leave PORT   churn by hand:");
	for (size_t i = 0; i < c->n_churns; i++)
		buf_printf(out, "%s %s%s (%s, leaves by %s)", i ? "," : "", c->churns[i].name,
		    c->churns[i].count > 1 ? "-1..." : "", port_kind_name(c->churns[i].kind),
		    leaves_by_name(c->churns[i].by));
	buf_puts(out, "\n  lookup [CLIENT [COUNT]]       one real DNS query each\n"
	              "  state                         bridge, ports, neighbour entries\n"
	              "  help                          this text; leave with exit or Ctrl-D\n");
}

static void greet(struct player *p, const struct lab_shell *h, int64_t at_ns, struct err *e)
{
	struct buf b = {0}, help = {0};

	add_help(p, &help);
	write_file(ROOM "/help", 0644, help.s, e);
	if (h->note->why[0])
		buf_printf(&b, "%.*s", LAB_SHELL_TEXT - 1, h->note->why);
	if (at_ns >= 0) {
		buf_printf(
		    &b, "paused at %.3f s; the lab at that moment:\n", (double)at_ns / NS_PER_S);
		lab_state_text(p, &b, NULL);
		buf_printf(&b,
		    "the play has stopped, but the kernel's timers go on: at pace %g a stale "
		    "entry\nexpires within %.1f s (--pace 1 is slower)\n",
		    p->s->pace, 50 / p->s->pace);
	}
	buf_puts(&b, help.s);
	(void)!write(h->err, b.s, b.len);
	buf_free(&b);
	buf_free(&help);
}

static int shell_server_listen(struct err *e)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = SHELL_SERVER_SOCKET};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 64)) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return err_set(e, error, "%s:", SHELL_SERVER_SOCKET);
	}
	return fd;
}

/* Answers one request. A client that has gone away gets no answer. */
static void serve(struct player *p, int listener, uint32_t *seq)
{
	char ask[SHELL_SERVER_ASK_MAX + 1];
	const char *words[8];
	struct buf text = {0};
	size_t n = 0;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	ssize_t len = clock_wait_readable(fd, clock_now_ns() + ASK_NS) == 1
	                  ? recv(fd, ask, SHELL_SERVER_ASK_MAX, 0)
	                  : -1;
	if (len > 0) {
		ask[len] = '\0';
		for (char *w = ask; w < ask + len && n < ARRAY_SIZE(words); w += strlen(w) + 1)
			words[n++] = w;
		buf_add(&text, "", 1);
		text.s[0] = (char)shell_server_answer(p, words, n, seq, &text);
		(void)!send(fd, text.s,
		    text.len < SHELL_SERVER_TEXT_MAX ? text.len : SHELL_SERVER_TEXT_MAX,
		    MSG_NOSIGNAL);
	}
	buf_free(&text);
	close(fd);
}

/* The environment of the shell: its commands come first, the sbin folders last. */
static void set_environment(const struct player *p)
{
	const char *path = getenv("PATH");
	char text[32];
	char *whole = mem_printf(ROOM "/bin:%s:/usr/local/sbin:/usr/sbin:/sbin",
	    path && *path ? path : "/usr/local/bin:/usr/bin:/bin");

	snprintf(text, sizeof(text), "%lld",
	    (long long)(player_real(p, p->c->every_ns ? p->c->every_ns : p->c->pause_ns) /
	                NS_PER_US));
	setenv("PATH", whole, 1);
	setenv("ENV", ROOM "/rc", 1);
	setenv("BASH_ENV", ROOM "/rc", 1);
	setenv("STEADYBRIDGE_CASE", p->c->name, 1);
	setenv("STEADYBRIDGE_EVERY_US", text, 1);
	free(whole);
}

static void become_shell(const struct player *p, const struct lab_shell *h, int parent)
{
	const char *base = strrchr(h->shell, '/'), *argv[8] = {h->shell};
	sigset_t none;
	size_t n = 1;

	base = base ? base + 1 : h->shell;
	if (proc_die_with(parent))
		_exit(127);
	if (isatty(h->in)) {
		signal(SIGTTOU, SIG_IGN);
		setpgid(0, 0);
		tcsetpgrp(h->in, getpid());
	}
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(h->in, 0) < 0 || dup2(h->out, 1) < 0 || dup2(h->err, 2) < 0)
		_exit(127);
	set_environment(p);
	if (!strcmp(base, "bash")) {
		argv[n++] = "--noprofile";
		argv[n++] = "--rcfile";
		argv[n++] = ROOM "/rc";
	}
	if (h->command) {
		argv[n++] = "-c";
		argv[n++] = h->command;
	}
	execv(h->shell, (char *const *)argv);
	_exit(127);
}

/* 1 when the shell has ended. A stopped shell is continued, because nothing else would. */
static int reap(pid_t pid, int *status)
{
	int s;
	pid_t got = waitpid(pid, &s, WNOHANG | WUNTRACED);

	if (got == pid && WIFSTOPPED(s))
		kill(-pid, SIGCONT);
	if (got != pid || WIFSTOPPED(s))
		return 0;
	*status = WIFEXITED(s) ? WEXITSTATUS(s) : 128 + WTERMSIG(s);
	return 1;
}

static int attend(
    struct player *p, const struct lab_shell *h, int listener, pid_t pid, struct err *e)
{
	int pidfd = proc_pidfd(pid);
	uint32_t seq = 0;

	if (pidfd < 0)
		return err_set(e, -pidfd, "shell:");
	while (!reap(pid, &h->note->status)) {
		struct pollfd fds[2] = {
		    {.fd = pidfd, .events = POLLIN}, {.fd = listener, .events = POLLIN}};

		if (poll(fds, 2, TICK_MS) > 0 && fds[1].revents)
			serve(p, listener, &seq);
	}
	close(pidfd);
	return 0;
}

int lab_shell_open(struct player *p, const struct lab_shell *h, int64_t at_ns, struct err *e)
{
	int r, listener = -1, parent;

	proc_prefer_no_more(); /* from here on it waits for a person */
	r = furnish(p, h, e);

	if (!r)
		r = listener = shell_server_listen(e);
	if (r < 0)
		return r;
	greet(p, h, at_ns, e);
	parent = proc_pidfd(getpid());
	pid_t pid = fork();
	if (!pid)
		become_shell(p, h, parent);
	r = pid < 0 ? err_set(e, errno, "shell:") : 0;
	if (parent >= 0)
		close(parent);
	h->note->opened = !r;
	if (!r)
		r = attend(p, h, listener, pid, e);
	close(listener);
	return r;
}
