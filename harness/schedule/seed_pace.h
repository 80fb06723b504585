/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seed_pace.h: the seed and the pace that a scenario is played with. Pure. */
#ifndef SB_SEED_PACE_H
#define SB_SEED_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "scenario/case.h"

struct seed_pace {
	uint64_t seed;
	double pace;
	bool seed_given, pace_given; /* by the caller; otherwise they are defaults */
	const char *pace_why;        /* what of the machine lowered the default; or NULL */
};

/* The values in force for a scenario: those that the caller gave, then the scenario's own (a
 * case.yaml holds both), then the defaults. */
struct seed_pace seed_pace_in_force(const struct seed_pace *asked, const struct scenario *s);

#endif
