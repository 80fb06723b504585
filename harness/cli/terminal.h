/* SPDX-License-Identifier: GPL-2.0-or-later */
/* terminal.h: the caller's terminal, lent to a shell in a lab and taken back. */
#ifndef SB_TERMINAL_H
#define SB_TERMINAL_H

#include <stdbool.h>
#include <termios.h>

#include "base/err.h"

struct terminal {
	int in, out, err; /* the caller's own, copied; a worker's are the log */
	bool there;       /* `in` is a terminal */
	struct termios saved;
};

/* 0, or -errno with a message: standard input and output must be there, and a terminal must be
 * ours, that is, we are in its foreground. */
int terminal_open(struct terminal *t, struct err *e);
/* Takes the foreground back and gives the terminal the settings it had. */
void terminal_back(const struct terminal *t);
void terminal_close(struct terminal *t);

#endif
