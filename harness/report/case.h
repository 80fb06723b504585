/* SPDX-License-Identifier: GPL-2.0-or-later */
/* case.h: one case in full. */
#ifndef SB_CASE_H
#define SB_CASE_H

#include "report/plays.h"

/* The verdict in capitals, coloured or not. */
void case_word(enum verdict v, bool color, struct buf *out);
/* The command that plays it again; one line without its end. */
void case_again(const struct run *r, const struct judged *p, struct buf *out);

#endif
