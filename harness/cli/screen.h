/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screen.h: `check --watch`: the lanes of a case and its control, drawn while they are played. */
#ifndef SB_SCREEN_H
#define SB_SCREEN_H

#include "report/watch.h"
#include "run/playlist.h"

#define SCREEN_TICK_NS INT64_C(100000000) /* it is drawn no more often than this */

struct screen {
	bool terminal; /* else it is drawn once, at the end */
	struct watch_style style;
	int rows, lines; /* of the terminal; drawn last time */
	int64_t next_ns; /* when it may be drawn again */
};

/* Is c to be played when `watched` is? It itself, and an arm's controls. */
bool screen_wants(const struct scenario_case *watched, const struct scenario_case *c);
/* Looks at standard output: is it a terminal, which characters, are colours wanted? */
void screen_open(struct screen *s);
/* Draws the plays in place, when it is time: controls first, of each case its last play. */
void screen_look(struct screen *s, const struct playlist *p);
/* Draws them for the last time. */
void screen_last(struct screen *s, const struct playlist *p);

#endif
