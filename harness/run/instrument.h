/* SPDX-License-Identifier: GPL-2.0-or-later */
/* instrument.h: once a run, a deliberate outage must be found at its place and length, and nothing
 * may be lost without it. */
#ifndef SB_INSTRUMENT_H
#define SB_INSTRUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "judge/judge.h"

struct instrument {
	bool ok;
	bool starved; /* the machine was at fault, not the instrument */
	bool unbuilt; /* its lab could not be built, so no other can; text says why */
	char text[256];
	int64_t wall_ns;
	int64_t cpu_ns; /* processor time of its last play, */
	size_t lookups; /* for so many lookups */
};

/* Plays it (again slower when the machine starved it or the lab was not built). 0, or -errno when
 * it could not be played. */
int instrument_check(
    double pace, const char *kernel, struct instrument *out, int *signal_no, struct err *e);
/* The result when no check is needed: in rounds each control is one; or nothing is played. 0. */
int instrument_unasked(bool rounds, struct instrument *out);
enum instrument_finding {
	INSTRUMENT_SEES,    /* the deliberate outage and no other */
	INSTRUMENT_STARVED, /* the machine was too slow to make or to see it: no result */
	INSTRUMENT_UNBUILT, /* the lab could not be built */
	INSTRUMENT_BLIND    /* it was made, but not found as it was made */
};

/* What does this play of the cut show? Writes it as a sentence. Pure. */
enum instrument_finding instrument_saw(const struct judged *play, char *text, size_t size);

#endif
