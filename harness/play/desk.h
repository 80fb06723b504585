/* desk.h: what a person in the lab asks of the process that holds it. */
#ifndef SB_DESK_H
#define SB_DESK_H

#include "base/mem.h"
#include "play/loop.h"

#define DESK_SOCKET "/run/steadybridge/desk"
#define DESK_ASK_MAX 512          /* bytes of a question: words, each with its NUL */
#define DESK_TEXT_MAX (64 * 1024) /* bytes of an answer: exit status, then text */

/* Answers a question: "join PORT [MAC]", "leave PORT", "lookup [CLIENT]", "state". The exit status
 * for whoever asked: 0, 1 (it did not work; a lookup that was lost), 2 (not understood). The text
 * is appended. *seq counts lookups. */
int desk_answer(
    struct player *p, const char *const words[], size_t n, uint32_t *seq, struct buf *text);

#endif
