/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_history.h: many runs, as their results.json tell of them: each case over time. Pure: the
 * caller finds and reads the files. */
#ifndef SB_RUN_HISTORY_H
#define SB_RUN_HISTORY_H

#include "report/report.h"

/* What a verdict may depend on. */
enum run_history_by {
	BY_KERNEL,
	BY_STEADYBRIDGE, /* with its commit */
	BY_PLAYED,       /* by the clock or by events */
	BY_PARTS,        /* and after: enum run_part */
	BYS = BY_PARTS + RUN_PARTS
};
const char *run_history_by_name(enum run_history_by by); /* "kernel" */

/* One value of each; "?": not known. */
struct run_history_setup {
	char *is[BYS];
};

/* The verdicts of enum verdict, and a fail that is listed as known. */
#define HISTORY_KNOWN VERDICT_COUNT
#define HISTORY_VERDICTS (HISTORY_KNOWN + 1)
const char *run_history_verdict_name(unsigned verdict);

/* One play of a case that counts in its run, or a case that was skipped there. */
struct run_history_play {
	size_t run, setup;
	unsigned verdict;
	unsigned retries;     /* earlier plays of it, in the same run */
	int64_t longest_ns;   /* outage; negative: an invalid or skipped play tells none */
	int64_t took_real_ns; /* warm-up and case, all retries; 0 of a skipped one */
};

struct run_history_case {
	char *name;
	struct run_history_play *plays; /* by time */
	size_t n, cap;
};

struct run_history_run {
	char *path;  /* of its results.json */
	char *began; /* UTC, as utc_is() */
	bool dated;  /* it says itself when it began; else that is when its file was written */
	size_t setup;
	size_t verdicts[HISTORY_VERDICTS];
};

struct run_history_unread {
	char *path, *message; /* which names the path */
};

struct run_history {
	const char *version; /* of the steadybridge that reads; the caller's */
	const char *filter;  /* a glob for names of cases, or NULL; the caller's */
	const char *since;   /* the beginning of a moment, or NULL; the caller's */
	struct run_history_run *runs;
	size_t n_runs, runs_cap;
	struct run_history_case *cases; /* that were played or skipped */
	size_t n_cases, cases_cap;
	struct run_history_setup *setups;
	size_t n_setups, setups_cap;
	struct run_history_unread *unread;
	size_t n_unread, unread_cap;
	size_t n_older; /* runs that began before `since` */
	json_t *index;  /* name of a case: its place */
};

/* Adds the run whose results.json this is; `written`: when that file was. What is no results.json
 * changes nothing but the list of unread ones: -EINVAL. */
int run_history_add(
    struct run_history *h, const char *path, const char *text, size_t len, const char *written);
/* Adds a path to the list of those that could not be read; the message names it. */
void run_history_unread(struct run_history *h, const char *path, const char *message);
/* Orders runs by the time they began, then by path, and the plays of each case alike; to be called
 * once, after the last run. */
void run_history_order(struct run_history *h);
void run_history_free(struct run_history *h);

/* The reports. Text: for a terminal; cases that flake come first. JSON:
 * docs/history.schema.json. HTML: one page that needs nothing else. */
void run_history_text(const struct run_history *h, struct buf *out);
void run_history_json(const struct run_history *h, struct buf *out);
void run_history_html(const struct run_history *h, struct buf *out);

#endif
