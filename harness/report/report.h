/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.h: what a user reads of a run: terminal text, HTML, TAP, JUnit, JSON. Pure, over judged
 * traces.
 */
#ifndef SB_REPORT_H
#define SB_REPORT_H

#include <jansson.h>

#include "base/err.h"
#include "base/mem.h"
#include "judge/judge.h"

struct skipped {
	const char *name;   /* of the case */
	const char *reason; /* the prerequisite that is missing */
	const char *remedy; /* the command or setting that brings it */
};

/* What verdicts may depend on beside steadybridge and the kernel. */
enum run_part { RUN_DNSMASQ, RUN_IPTABLES, RUN_IPROUTE2, RUN_LIBNL, RUN_LIBFYAML, RUN_PARTS };
const char *run_part_name(enum run_part part); /* "dnsmasq" */

struct plays; /* see plays.h */

/* Which part of a run this is: check --shard. */
struct shard_note {
	unsigned index, of;  /* from 1; of is 0: the run is whole */
	size_t cases;        /* of this shard, played or skipped */
	const char *machine; /* "node7 x86_64" */
	/* What the shards of a run have in common: */
	size_t whole_cases;
	const char *whole;    /* a hash of the names and definitions of all cases */
	const char *subjects; /* those of all cases: "cni, netavark"; NULL: none */
};

/* A run that was merged from its shards. */
struct merged {
	struct run *shards; /* each as its own report describes it, without its plays; out_dir is
	                       its folder */
	size_t n;
	const char **problems; /* each a reason why the run is not whole */
	size_t n_problems;
};

/* A whole run, or a shard of it. Nothing in it is owned. */
struct run {
	const char *version, *kernel;
	const char *parts[RUN_PARTS]; /* their versions; NULL: not known */
	bool root;
	double pace;
	const char *pace_why; /* "clock steps of 4 ms": what lowered the default; or NULL */
	const char *began;    /* "2026-11-30T18:24:54Z"; NULL: not known */
	uint64_t seed;
	int repeat;
	struct judged *
	    *plays; /* every play, retries too: of a case's repeat its last play counts */
	size_t n_plays;
	const struct plays *counted; /* by plays_make(), for every report */
	struct skipped *skipped;
	size_t n_skipped;
	bool instrument_ok;
	const char *instrument_text; /* "a deliberate outage of 250 ms was detected; nothing lost
	                                without it" */
	int64_t instrument_real_ns;
	int64_t wall_real_ns; /* of the whole run */
	const char *again;    /* options that a rerun needs, each followed by a blank; or NULL */
	const char *out_dir;  /* NULL: nothing was written */
	bool color;
	bool must_run; /* skips make it fail */
	struct shard_note shard;
	const struct merged *merged; /* NULL: it was not merged */
};

struct totals {
	unsigned played, passed, failed, inconclusive, not_reproduced, invalid, skipped, known;
	unsigned unbuilt; /* of the invalid ones: their labs could not be built */
	unsigned controls, controls_broke, arms, arms_held;
	int64_t traffic_ns; /* scenario time played, warm-up and replays included */
};

/* Counts over the plays that count. */
void report_totals(const struct run *r, struct totals *out);
/* 0 all passed and something was played; 1 a fail; 3 inconclusive, not reproduced, invalid or a
 * failed instrument check, or shards are missing; 4 nothing was played, or no lab could be built.
 * Known failures do not count as fails. An empty shard is 0. */
int report_exit_status(const struct run *r);

void report_head(const struct run *r, size_t n_cases,
    struct buf *out); /* before the first case: tool, kernel, pace, seed, versions */
void report_instrument(const struct run *r, struct buf *out); /* one line: was it sound? */
void report_text(
    const struct run *r, struct buf *out); /* table, every unexpected case in full, last line */
void report_case_text(
    const struct run *r, const struct judged *p, struct buf *out); /* one case in full */
void report_tap(const struct run *r, struct buf *out);   /* results.tap, see report/tap.h */
void report_json(const struct run *r, struct buf *out);  /* results.json */
void report_junit(const struct run *r, struct buf *out); /* junit.xml */
/* Annotations of GitHub Actions, at most ten, or nothing. */
void report_github(const struct run *r, struct buf *out);

#define REPORT_FORMAT 1 /* of results.json */

/* What a run was, read back from its results.json; its plays are added by the caller. */
struct run_file {
	struct run run;     /* points into what follows */
	const char **slugs; /* of its plays, in the run's order */
	size_t n_slugs;
	struct skipped *skipped;
	struct merged merged;
	json_t *json;
};

/* 0, or -EINVAL with "name: what is wrong" and nothing to free. */
int run_file_read(const char *name, const char *s, size_t len, struct run_file *out, struct err *e);
/* A key that holds seconds; 0 where it does not, or they are beyond reason. */
int64_t run_file_ns(const json_t *o, const char *key);
void run_file_free(struct run_file *f);

/* One line for a terminal: cases done, running, failed, time left. */
struct progress {
	size_t cases, done; /* a case that is to be retried is not done */
	size_t running;
	size_t failed, unclear; /* of those done: known failures are neither */
	size_t again;           /* disturbed by the machine, to be retried */
	int64_t left_real_ns;   /* negative: unknown */
};
void report_progress(const struct progress *p, bool color, struct buf *out);

#endif
