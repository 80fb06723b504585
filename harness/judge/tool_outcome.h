/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool_outcome.h: what became of a bridge that a subject made: one word, and how long its verbs
 * took. */
#ifndef SB_TOOL_OUTCOME_H
#define SB_TOOL_OUTCOME_H

#include "judge/judge.h"

enum tool_outcome {
	TOOL_NO_VERDICT,
	TOOL_HOLDS,        /* no lookup was lost */
	TOOL_FLAPS,        /* its MAC goes with the ports */
	TOOL_HEALS_ITSELF, /* ... and the tool announces the new one */
	TOOL_PINS_LATE,    /* its MAC went with a port, and a later port did not change it */
	TOOL_OUTCOMES
};

/* Of a play that was judged and whose bridge a subject made. */
enum tool_outcome tool_outcome(const struct judged *p);
/* "heals itself" */
const char *tool_outcome_name(enum tool_outcome outcome);
/* The median of what attaching, or detaching, took, in ns of real time; 0: it did not happen. */
int64_t tool_verb_ns(const struct judged *p, bool attach);

#endif
