/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_server.h: answers the commands of the shell in a lab. */
#ifndef SB_SHELL_SERVER_H
#define SB_SHELL_SERVER_H

#include "base/mem.h"
#include "play/loop.h"

#define SHELL_SERVER_SOCKET "/run/steadybridge/desk"
#define SHELL_SERVER_ASK_MAX 512          /* bytes of a question: words, each with its NUL */
#define SHELL_SERVER_TEXT_MAX (64 * 1024) /* bytes of an answer: exit status, then text */

/* Stops the churner's schedule where it is; from then on ports join and leave by command. */
int shell_server_hold_churner(struct churner *ch, struct err *e);
/* Answers a question: "join PORT [MAC]", "leave PORT", "lookup [CLIENT]", "state". Returns the exit
 * status of the command: 0, 1 (failed, or the lookup was lost), 2 (wrong usage). Appends the text.
 * *seq counts lookups. */
int shell_server_answer(
    struct player *p, const char *const words[], size_t n, uint32_t *seq, struct buf *text);

#endif
