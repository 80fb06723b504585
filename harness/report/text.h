/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.h: the last line of a run, for whoever else shows it. */
#ifndef SB_TEXT_H
#define SB_TEXT_H

#include "report/report.h"

/* The verdict of the run in capitals ("NOTHING PLAYED" too), uncoloured, and what it rests on in
 * one sentence without a full stop; appended to both. */
enum verdict text_verdict(const struct run *r, struct buf *word, struct buf *sentence);

/* The last line itself. */
void text_last(const struct run *r, struct buf *out);

#endif
