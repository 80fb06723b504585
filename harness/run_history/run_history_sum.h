/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_history_sum.h: a case over many runs, in figures. */
#ifndef SB_RUN_HISTORY_SUM_H
#define SB_RUN_HISTORY_SUM_H

#include "report/proportion.h"
#include "run_history/run_history.h"

#define HISTORY_FLAKY 0.01 /* a case whose flake rate is surely above this flakes */

/* Plays of a case, skips apart. A play flakes when its verdict is not that of most plays with the
 * same setup, or when its run had to retry it: `flakes` counts both, each play once. */
struct run_history_sum {
	size_t runs; /* in which it was played or skipped */
	size_t verdicts[HISTORY_VERDICTS];
	size_t retries;
	struct proportion flakes, other_verdict, retried;
	int64_t least_ns, median_ns,
	    most_ns;          /* longest outage of a play; negative: no play tells */
	int64_t took_real_ns; /* median */
};

/* Of all plays of the case, or (value not NULL) of those with this value. */
void run_history_sum(const struct run_history *h, const struct run_history_case *c,
    enum run_history_by by, const char *value, struct run_history_sum *out);
bool run_history_flaky(const struct run_history_sum *s);
/* The sums of all cases, and their order for a reader: first those that flake, beginning with other
 * verdicts and with the highest rate, then all others as they are. */
struct run_history_rank {
	struct run_history_sum *sums; /* by case */
	size_t *order;                /* places of cases */
	size_t n_flaky;
};
void run_history_rank(const struct run_history *h, struct run_history_rank *out);
void run_history_rank_free(struct run_history_rank *r);

/* The different values that plays of the case have, by time; the array is the caller's. */
const char **run_history_values(const struct run_history *h, const struct run_history_case *c,
    enum run_history_by by, size_t *n);
/* Which plays flaked by their verdict; the caller's. */
bool *run_history_others(const struct run_history *h, const struct run_history_case *c);

#endif
