/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench.c: whole runs of judged synthetic traces, for the tests of reports. */
#include "test/kit/bench.h"

#include "base/macros.h"
#include "base/units.h"
#include "judge/judge.h"
#include "test/kit/builder.h"

struct bench *bench_new(void)
{
	struct bench *b = calloc(1, sizeof(*b));

	ck_assert_ptr_nonnull(b);
	b->run = (struct run){.version = "1.0 (a1b2c3d)",
	    .kernel = "6.18.44",
	    .parts = {"2.90", "1.8.9 (nf_tables)", "6.1.0", "3.7.0", NULL},
	    .began = "2026-11-30T18:24:54Z",
	    .root = true,
	    .pace = 20,
	    .seed = 0x7f3a,
	    .repeat = 1,
	    .plays = b->plays,
	    .instrument_ok = true,
	    .instrument_text =
	        "a deliberate outage of 250 ms was detected; nothing lost without it",
	    .instrument_real_ns = 58 * NS_PER_MS,
	    .wall_real_ns = 15800 * NS_PER_MS};
	plays_make(&b->run, &b->counted);
	return b;
}

struct trace *bench_add(struct bench *b, void (*make)(struct trace *), int retry)
{
	size_t i = b->run.n_plays++;

	ck_assert_uint_lt(i, BENCH_PLAYS);
	make(&b->traces[i]);
	b->traces[i].meta.play.retry = retry;
	b->items[i].trace = &b->traces[i];
	b->plays[i] = &b->items[i];
	return &b->traces[i];
}

void bench_set(char **text, const char *to)
{
	free(*text);
	*text = mem_strdup(to);
}

void bench_rename(struct trace *t, const char *scenario)
{
	struct trace_meta *m = &t->meta;

	free(m->scenario);
	free(m->name);
	free(m->group);
	free(m->slug);
	m->scenario = mem_strdup(scenario);
	m->name = mem_printf("%s/%s", scenario, m->arm);
	m->group = mem_strdup(scenario);
	m->slug = mem_printf("%s_%s", scenario, m->arm);
}

void bench_judge_run(struct bench *b)
{
	judge_run(b->run.plays, b->run.n_plays);
	plays_free(&b->counted);
	plays_make(&b->run, &b->counted);
}

void bench_judge(struct bench *b)
{
	for (size_t i = 0; i < b->run.n_plays; i++)
		judge_play(&b->items[i]);
	bench_judge_run(b);
}

const char *bench_report(struct bench *b, void (*report)(const struct run *, struct buf *))
{
	buf_free(&b->report);
	report(&b->run, &b->report);
	return b->report.s;
}

void bench_free(struct bench *b)
{
	for (size_t i = 0; i < b->run.n_plays; i++) {
		trace_free(&b->traces[i]);
		judged_free(&b->items[i]);
	}
	plays_free(&b->counted);
	buf_free(&b->report);
	free(b);
}

void bench_drop(struct bench **b)
{
	bench_free(*b);
}

void bench_golden(const char *name, const struct buf *is)
{
	AUTO_FREE char *path = mem_printf("harness/test/data/golden/%s", name);

	ctest_stored(path, is);
}

void bench_good_run(struct bench *b)
{
	bench_add(b, build_broken_control, 0);
	bench_add(b, build_held_arm, 0);
	bench_rename(bench_add(b, build_broken_control, 0), "lower-port-joins");
	bench_rename(bench_add(b, build_held_arm, 0), "lower-port-joins");
	struct trace *t = bench_add(b, build_held_arm, 0);
	bench_rename(t, "negative-control");
	t->meta.exposures_none = true;
	/* nothing leaves there */
	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type == EV_LINK && t->events[i].t_ns > 0)
			t->events[i].type = EV_COUNT;
	bench_judge(b);
}

const struct skipped bench_skips[] = {
    {"port-joins-with-stp/inherited", "no br_netfilter in this kernel", "modprobe br_netfilter"},
    {"tap/pinned", "/dev/net/tun cannot be opened", NULL},
};

void bench_talk(struct trace *t)
{
	build_quiet_control(t);
	build_arp(t, 5200, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99);
	build_neigh(t, 5210, 0, 2, MAC_PORT1);
	trace_sort(t);
}

void bench_starved(struct trace *t)
{
	build_held_arm(t);
	struct event *ev = build(t, 9000, EV_LATE, WHERE_ROUTER);
	ev->u.late.late_ns = 900 * NS_PER_MS;
	trace_sort(t);
}

void bench_known(struct trace *t)
{
	build_failed_arm(t);
	t->meta.known = mem_alloc(sizeof(*t->meta.known));
	t->meta.known[0] = (struct known_meta){CAUSE_STALE_GATEWAY, mem_strdup("kernel < 6.2")};
	t->meta.n_known = 1;
	bench_set(&t->meta.arm, "pinned-late");
}

/* A fail, a known one, a control that the gateway healed with its arm, a replay, two bench_skips.
 */
void bench_bad_run(struct bench *b)
{
	bench_add(b, build_broken_control, 0);
	bench_add(b, build_failed_arm, 0);
	bench_rename(bench_add(b, bench_talk, 0), "lower-port-joins");
	bench_rename(bench_add(b, build_held_arm, 0), "lower-port-joins");
	bench_rename(bench_add(b, build_broken_control, 0), "original-report");
	bench_rename(bench_add(b, bench_starved, 0), "original-report");
	bench_rename(bench_add(b, bench_known, 0), "original-report");
	struct trace *t = bench_add(b, build_held_arm, 1);
	bench_rename(t, "original-report");
	t->meta.pace = 10;
	b->run.skipped = (struct skipped *)bench_skips;
	b->run.n_skipped = 2;
	b->run.out_dir = "out";
	bench_judge(b);
}

/* The second of three shards is missing. */
void bench_merged_run(struct bench *b)
{
	static struct run shards[2];
	static const char *problems[] = {"out/3: damaged: out/3/results.json:1:2: '{' expected",
	    "shard 2 of 3 is missing: it is in none of the folders"};
	static const struct merged merged = {shards, 2, problems, ARRAY_SIZE(problems)};

	bench_good_run(b);
	for (unsigned i = 0; i < 2; i++) {
		shards[i] = b->run;
		bench_be_shard(&shards[i], 2 * i + 1, 3);
		shards[i].out_dir = "shards/<b>";
		shards[i].n_plays = 0;
	}
	b->run.merged = &merged;
	b->run.out_dir = "out";
}

void bench_be_shard(struct run *r, unsigned index, unsigned of)
{
	r->shard = (struct shard_note){.index = index,
	    .of = of,
	    .cases = r->n_plays + r->n_skipped,
	    .machine = "node7 x86_64",
	    .whole_cases = 100,
	    .whole = "9f0c55d2ab3e1c77",
	    .subjects = "cni, netavark"};
}
