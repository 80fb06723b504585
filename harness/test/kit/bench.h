/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench.h: whole runs of judged synthetic traces, for the tests of reports. */
#ifndef SB_CHECK_BENCH_H
#define SB_CHECK_BENCH_H

#include "report/plays.h"
#include "test/kit/ctest.h"

#define BENCH_PLAYS 12

/* A run under construction. */
struct bench {
	struct trace traces[BENCH_PLAYS];
	struct judged items[BENCH_PLAYS], *plays[BENCH_PLAYS];
	struct plays counted;
	struct run run;
	struct buf report;
};

/* Freed at the end of its block, see ctest.h: AUTO_BENCH *b = bench_new(). */
#define AUTO_BENCH __attribute__((cleanup(bench_drop))) struct bench
void bench_drop(struct bench **b);

extern const struct skipped bench_skips[2]; /* one without a remedy */

struct bench *bench_new(void);
void bench_free(struct bench *b);
/* A play of what `make` builds; the bench owns the trace. */
struct trace *bench_add(struct bench *b, void (*make)(struct trace *), int retry);
/* Another scenario: its names follow from it. */
void bench_rename(struct trace *t, const char *scenario);
/* Another text of a trace's meta or a judgement. */
void bench_set(char **text, const char *to);
/* Judges every play, then the run. */
void bench_judge(struct bench *b);
/* Judges the run only. */
void bench_judge_run(struct bench *b);

void bench_talk(struct trace *t);    /* a control that the gateway healed */
void bench_starved(struct trace *t); /* an arm whose player was late */
void bench_known(struct trace *t);   /* an arm that fails as is known */

/* One of the run's reports; valid until the next one. */
const char *bench_report(struct bench *b, void (*report)(const struct run *, struct buf *));

/* Two scenarios and a negative control; nothing unexpected. */
void bench_good_run(struct bench *b);
/* A fail, a known one, a control that the gateway healed with its arm, a replay, two skips. */
void bench_bad_run(struct bench *b);
/* The good run, merged from two shards of three. */
void bench_merged_run(struct bench *b);
/* Makes a run one shard of so many. */
void bench_be_shard(struct run *r, unsigned index, unsigned of);

/* ctest_stored() of harness/test/data/golden/NAME. */
void bench_golden(const char *name, const struct buf *is);

#endif
