/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rounds.h: a case played without a clock: a port joins and leaves in a few rounds, by events. */
#ifndef SB_ROUNDS_H
#define SB_ROUNDS_H

#include "schedule/schedule_types.h"

#define ROUNDS 3                            /* all of them must agree */
#define ROUNDS_TIMEOUT_NS INT64_C(20000000) /* of a lookup, real time */

/* Makes `out` the same case in rounds: 0; what it points at stays the original's, so it is never
 * freed. Or -ENOTSUP and in *why what needs a clock, or makes a round say nothing. */
int rounds_case(const struct scenario_case *c, struct scenario_case *out, const char **why);
/* Is the dangerous change of a round that the port joins? Otherwise that it leaves. */
bool rounds_begin_by_join(const struct scenario_case *c);
/* For schedule_make(): in place of the events by time those of the rounds; their times only tell
 * their order. From t=0 on the first, third, ... is the
 * dangerous change, each other one undoes it. */
void rounds_schedule(const struct scenario_case *c, struct schedule *s);

#endif
