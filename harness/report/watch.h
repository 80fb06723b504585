/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.h: the lanes of a case as text, for a terminal that looks on. Pure. */
#ifndef SB_WATCH_H
#define SB_WATCH_H

#include "base/mem.h"
#include "report/timeline.h"

struct watch_style {
	int columns; /* of the terminal; lines are never longer */
	bool color, utf8;
};

/* Appends one case, maybe still under way: its name, pace and moment, a time axis, and a line a
 * lane. Every line ends in '\n'. Where several attempts share a column the worst is shown. */
void watch_draw(const struct judged *play, const struct watch_style *style, struct buf *out);
/* One line: what the marks mean; nothing where it does not fit. */
void watch_legend(const struct watch_style *style, struct buf *out);

#endif
