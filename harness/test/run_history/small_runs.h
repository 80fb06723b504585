/* SPDX-License-Identifier: GPL-2.0-or-later */
/* small_runs.h: runs as a few lines, for the tests of many runs over time. */
#ifndef SB_CHECK_SMALL_RUNS_H
#define SB_CHECK_SMALL_RUNS_H

#include "base/macros.h"
#include "run_history/run_history.h"

#define WRITTEN "2026-11-20T00:00:00Z" /* when every file was written */

/* A play, as one line. */
struct play {
	const char *name, *verdict;
	double outage_s;
	int repeat;
	bool retried; /* a run had to play it twice */
	bool by_events, known;
	bool drops; /* a drop play followed */
};

/* A run whose keys are those that are read. */
struct small_run {
	const char *began, *kernel, *version; /* NULL: a usual one */
	struct play plays[6];
	const char *skipped;
};

/* For a fresh history: AUTO_HISTORY h = {0}. */
#define AUTO_HISTORY __attribute__((cleanup(run_history_free))) struct run_history

/* Adds an array of runs, each as its results.json; named after their place: "out/1/results.json".
 */
#define ADD_ALL(h, runs) small_runs_add((h), (runs), ARRAY_SIZE(runs))
void small_runs_add(struct run_history *h, const struct small_run *runs, size_t n);

#endif
