/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell.h: `steadybridge shell`: a shell in the lab of a case. */
#ifndef SB_SHELL_H
#define SB_SHELL_H

#include "cli/terminal.h"
#include "play/lab_shell.h"

/* The user's shell on this terminal; pause as in lab_shell.h. 0 or -errno with a message.
 */
int shell_init(struct lab_shell *h, const struct terminal *t, int pause, struct err *e);
void shell_free(struct lab_shell *h);

#endif
