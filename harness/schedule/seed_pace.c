/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seed_pace.c: the seed and the pace that a scenario is played with. */
#include "schedule/seed_pace.h"

struct seed_pace seed_pace_in_force(const struct seed_pace *asked, const struct scenario *s)
{
	struct seed_pace out = *asked;

	if (s->has_seed && !asked->seed_given)
		out.seed = s->seed;
	if (s->pace > 0 && !asked->pace_given) {
		out.pace = s->pace;
		out.pace_why = NULL;
	}
	return out;
}
