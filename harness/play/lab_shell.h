/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_shell.h: a shell in a lab whose play has stopped or has not begun. */
#ifndef SB_LAB_SHELL_H
#define SB_LAB_SHELL_H

#include <stdint.h>

#include "base/err.h"

#define LAB_SHELL_TEXT 4096

/* Shared memory: what the command that opened the shell and the process that holds the lab
 * exchange. */
struct lab_shell_note {
	char why[LAB_SHELL_TEXT]; /* printed first; lines, or empty */
	int opened;               /* 1: a shell was started */
	int status;               /* the exit status of the shell, or 128 + signal */
};

struct lab_shell {
	int in, out, err;    /* of the shell */
	int pause;           /* eventfd: readable when the play shall stop; -1: nothing is played */
	const char *program; /* path of steadybridge; answers `at-lab` */
	const char *shell;   /* path of the shell to start */
	const char *command; /* one command for it, or NULL: it reads `in` */
	struct lab_shell_note *note;
};

struct player;

/* Names the namespaces below the private /run/netns, says what there is, runs the shell and does
 * what it asks for until it has ended. at_ns: scenario time of a play that stopped, or negative. 0
 * or -errno with a message. */
int lab_shell_open(struct player *p, const struct lab_shell *h, int64_t at_ns, struct err *e);

#endif
