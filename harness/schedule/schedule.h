/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schedule.h: a case's churn as a list of events with times and MACs. Pure and seeded. */
#ifndef SB_SCHEDULE_H
#define SB_SCHEDULE_H

#include "base/mem.h"
#include "scenario/case.h"
#include "schedule/schedule_types.h"

/* The case's schedule for a run's seed and asked pace. The case's own pace is the smallest of the
 * asked one, the case's max-pace and what its churn and lookups can bear. MACs depend on seed and
 * group only, so that control and arms see the same. Caller frees with schedule_free(). */
void schedule_make(const struct scenario_case *c, uint64_t seed, double pace, struct schedule *out);
/* When within an interval a stream sends. The attempts of several streams never fall together, nor
 * on the round times of churn: an attempt under way while the MAC changes makes the gateway ask for
 * the client, which heals it. */
int64_t schedule_phase_ns(int64_t interval_ns, size_t stream);
void schedule_free(struct schedule *s);
/* One line an event, for `steadybridge schedule CASE`. */
void schedule_text(const struct scenario_case *c, const struct schedule *s, struct buf *out);

#endif
