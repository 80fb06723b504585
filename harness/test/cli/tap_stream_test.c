/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tap_stream_test.c: tests of `check --tap`: verdicts in the order in which they become final, read
 * by the kernel's rules and by netdev's. */
#include "cli/tap_stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/status.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"
#include "test/kit/program.h"
#include "test/kit/readers.h"
#include "test/report/formats_test.h"

#define JOBS 6

/* A run whose plays end when the test says so. */
struct staged {
	struct scenario_case cases[JOBS];
	struct play_job jobs[JOBS], *items[JOBS];
	struct playlist plays;
	struct run run;
	struct tap_stream stream;
	FILE *to;
	char *text;
	size_t len;
};

/* A play to come. retry_of: the job before it, or -1. */
static struct play_job *add(struct staged *g, void (*make)(struct trace *), int retry_of)
{
	struct play_job *pj = g->items[g->plays.n] = &g->jobs[g->plays.n];

	make(&pj->trace);
	pj->c = &g->cases[retry_of < 0 ? g->plays.n : (size_t)retry_of];
	pj->trace.meta.play.retry =
	    retry_of < 0 ? 0 : g->items[retry_of]->trace.meta.play.retry + 1;
	g->cases[g->plays.n++].name = pj->trace.meta.name;
	return pj;
}

static void begin(struct staged *g)
{
	g->plays.items = g->items;
	g->to = open_memstream(&g->text, &g->len);
	ck_assert_ptr_nonnull(g->to);
	g->run.version = "1.0";
	g->run.pace = 20;
	g->run.repeat = 1;
	g->run.instrument_ok = true;
	g->run.out_dir = "out";
	tap_stream_begin(&g->stream, g->to, &g->run, g->plays.n);
}

static void over(struct staged *g, struct play_job *pj)
{
	pj->judged.trace = &pj->trace;
	judge_play(&pj->judged);
	tap_stream_finished(&g->stream, &g->plays);
	fflush(g->to);
}

static void end(struct staged *g)
{
	struct plays counted;

	g->run.plays = playlist_judged(&g->plays);
	g->run.n_plays = g->plays.n;
	judge_run(g->run.plays, g->run.n_plays);
	plays_make(&g->run, &counted);
	tap_stream_end(&g->stream, &g->run, &g->plays);
	fflush(g->to);
	plays_free(&counted);
	free(g->run.plays);
}

static void drop(struct staged *g)
{
	for (size_t i = 0; i < g->plays.n; i++) {
		trace_free(&g->jobs[i].trace);
		judged_free(&g->jobs[i].judged);
	}
	fclose(g->to);
	free(g->text);
}

/* Read by the kernel's rules and by netdev's. timed: so many were played. */
static void assert_read(const char *text, unsigned passed, unsigned failed, unsigned timed)
{
	struct netdev n;
	struct ktap k;

	ktap_read(text, &k);
	ck_assert_msg(!k.error[0], "%s\n%s", k.error, text);
	netdev_read(text, &n);
	ck_assert_uint_eq(k.passed, passed);
	ck_assert_uint_eq(k.failed, failed);
	ck_assert_uint_eq(k.bare, 0);
	ck_assert_uint_eq(k.timed, timed);
	ck_assert_uint_eq(n.passed, passed);
	ck_assert_uint_eq(n.failed, failed);
	ck_assert_uint_eq(n.timed, timed);
	ck_assert_msg(!n.skip, "%s", text);
	ASSERT_HAS(text, "\n# Totals: pass:");
}

PURE_TEST("tap_stream", an_arm_waits_for_its_control)
{
	struct staged g = {0};
	struct play_job *arm = add(&g, build_held_arm, -1),
	                *control = add(&g, build_broken_control, -1),
	                *other = add(&g, build_broken_control, -1);

	bench_rename(&other->trace, "other");
	begin(&g);
	over(&g, arm);
	ASSERT_LACKS(g.text, "\n1..");
	over(&g, other);
	ASSERT_HAS(g.text, "\n1..3\nok 1 - other/");
	ASSERT_LACKS(g.text, "ok 2");
	over(&g, control);
	ASSERT_HAS(g.text, "\nok 2 - lowest-port-leaves/pinned-at-create");
	ASSERT_HAS(g.text, "\nok 3 - lowest-port-leaves/inherited");
	end(&g);
	assert_read(g.text, 3, 0, 3);
	drop(&g);
}

PURE_TEST("tap_stream", what_is_retried_is_told_once_by_its_last_play)
{
	struct staged g = {0};
	struct play_job *control = add(&g, build_broken_control, -1),
	                *arm = add(&g, bench_starved, -1);

	begin(&g);
	over(&g, control);
	over(&g, arm);
	ASSERT_LACKS(g.text, "ok 2");
	over(&g, add(&g, build_held_arm, 1));
	ASSERT_HAS(g.text, "\nok 2 - lowest-port-leaves/pinned-at-create,leaves-by=delete # time=");
	end(&g);
	assert_read(g.text, 2, 0, 2);
	drop(&g);
}

PURE_TEST("tap_stream", a_fail_is_told_in_full_while_the_run_goes_on)
{
	struct staged g = {0};
	struct play_job *control = add(&g, build_broken_control, -1),
	                *arm = add(&g, build_failed_arm, -1);

	begin(&g);
	over(&g, control);
	over(&g, arm);
	ASSERT_HAS(g.text, "\n#   cause   stale-gateway");
	ASSERT_HAS(g.text, "\n#   quality its control broke");
	ASSERT_HAS(g.text, "\n#   rerun   steadybridge check out/cases/");
	ASSERT_HAS(g.text, "/index.html#c2\nnot ok 2 - ");
	end(&g);
	assert_read(g.text, 1, 1, 2);
	ASSERT_HAS(g.text, "\n# FAIL  1 failed, 1 of 1 control broke");
	ASSERT_HAS(g.text, "\n# Totals: pass:1 fail:1 xfail:0 xpass:0 skip:0 error:0\n");
	drop(&g);
}

PURE_TEST("tap_stream", what_proves_nothing_is_an_error)
{
	struct staged g = {0};
	struct play_job *control = add(&g, bench_talk, -1), *arm = add(&g, build_held_arm, -1);

	begin(&g);
	over(&g, arm);
	over(&g, control);
	ASSERT_HAS(g.text, "delete # ERROR inconclusive: it held, but its control");
	end(&g);
	assert_read(g.text, 0, 2, 2);
	ASSERT_HAS(g.text, "\n# Totals: pass:0 fail:0 xfail:0 xpass:0 skip:0 error:2\n");
	drop(&g);
}

static void unbuilt(struct trace *t)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	build_phase(t, -1000, PHASE_LAB_FAILED, "no veth here");
}

/* What was left out is of the plan. */
PURE_TEST("tap_stream", labs_that_could_not_be_built_are_errors)
{
	struct staged g = {0};
	struct play_job *bad = add(&g, unbuilt, -1), *good = add(&g, build_broken_control, -1),
	                *left_out = add(&g, unbuilt, -1);

	bench_rename(&good->trace, "good");
	begin(&g);
	g.plays.left_out = &left_out;
	g.plays.n_left_out = 1;
	g.plays.n--;
	bad->trace.meta.play.retry = 2; /* the last one */
	over(&g, bad);
	ASSERT_LACKS(g.text, "\n1..");
	over(&g, good);
	ASSERT_HAS(g.text, "\n1..3\nok 1 - good/");
	end(&g);
	assert_read(g.text, 1, 2, 2);
	ASSERT_HAS(g.text, " # ERROR invalid: the lab could not be built: no veth here");
	ASSERT_HAS(g.text, " # ERROR it was left out\n");
	g.plays.n++;
	drop(&g);
}

PURE_TEST("tap_stream", without_any_lab_nothing_was_run)
{
	struct staged g = {0};
	struct play_job *bad = add(&g, unbuilt, -1);

	begin(&g);
	over(&g, bad);
	end(&g);
	ASSERT_HAS(g.text, "\n1..0 # SKIP the lab could not be built: no veth here\n");
	drop(&g);
}

/* Ends early, before and after the first result. */
PURE_TEST("tap_stream", a_run_that_cannot_go_on_says_why)
{
	static const struct {
		int status, want;
		bool played;
		const char *says;
	} rows[] = {
	    {STATUS_CANNOT, STATUS_CANNOT, false, "\n1..0 # SKIP no memory\n"},
	    {STATUS_CANNOT, STATUS_UNCLEAR, true, "\nBail out! no memory\n"},
	    {STATUS_UNCLEAR, STATUS_UNCLEAR, false,
	        "\n1..1\n# no memory\nnot ok 1 - instrument # ERROR no memory\n# Totals: "},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct staged g = {0};
		struct play_job *control = add(&g, build_broken_control, -1);

		begin(&g);
		if (rows[i].played)
			over(&g, control);
		ck_assert_int_eq(
		    tap_stream_stop(&g.stream, rows[i].status, "no memory"), rows[i].want);
		fflush(g.to);
		ASSERT_HAS(g.text, rows[i].says);
		drop(&g);
	}
}

/* Standard output of a script alone. */
static struct program_result stdout_of(const char *script)
{
	AUTO_FREE char *quiet = mem_printf("(%s) 2>/dev/null", script);

	return run_script(quiet);
}

#define RELEASE "lowest-port-leaves --quick --filter '*,leaves-by=release' "

CTEST("tap_stream", CTEST_HOST, READER_PERL, a_real_run_is_read_by_all)
{
	char *dir = program_scratch("tap");
	AUTO_FREE char *good = mem_printf("$SB check --tap --out %s " RELEASE, dir);
	AUTO_FREE char *bad = mem_printf("%s --set bridge.pin=never", good);

	struct program_result r = stdout_of(good);
	ck_assert_msg(r.status == 0, "%s", r.text.s);
	assert_read(r.text.s, 4, 0, 4);
	AUTO_FREE char *perl = perl_read(&r.text);
	ck_assert_str_eq(perl, "4 0 0 ");
	ASSERT_HAS(r.text.s, "TAP version 13\n# steadybridge ");
	ASSERT_HAS(r.text.s, "\n# skipped: 1 case: it needs a clock: ");
	buf_free(&r.text);
	r = stdout_of(bad);
	ck_assert_msg(r.status == 1, "%s", r.text.s);
	ASSERT_HAS(r.text.s, "\n#   cause   stale-gateway");
	ASSERT_HAS(r.text.s, "\nnot ok ");
	buf_free(&r.text);
	program_drop(dir);
}

CTEST("tap_stream", CTEST_HOST, NULL, where_nothing_can_run_it_is_skipped_unless_it_must)
{
	ASSERT_RUNS({{"check", "--tap", "--filter", "nothing"}, .status = 4,
	                .says = {"\n1..0 # SKIP no case matches\n"}},
	    {{"check", "--tap", "--quick", "lowest-port-leaves", "--filter", "*/arp-notify,*"},
	        .status = 4, .says = {"\n1..0 # SKIP skipped: 3 cases: it needs a clock: "}},
	    {{"check", "--tap", "--quick", "lowest-port-leaves", "--filter", "*/arp-notify,*",
	         "--must-run"},
	        .status = 1, .says = {"\n1..3\n# skipped: ", "\nnot ok 3 - "},
	        .hides = {" # SKIP"}},
	    {{"check", "--tap", "--watch"}, .status = 1,
	        .says = {"--tap cannot be combined with --watch"}},
	    {{"check", "--tap", "no-such-file.yaml"}, .status = 1, .says = {"no-such-file.yaml"}});
}

CTEST("tap_stream", CTEST_HOST, NULL, a_machine_that_is_declared_slow_has_a_lower_pace)
{
	const char *script = "export KSFT_MACHINE_SLOW=yes; $SB check --tap --filter nothing; "
	                     "KSFT_MACHINE_SLOW= $SB check --tap --filter nothing --pace 19; "
	                     "$SB check --tap --filter nothing --pace 19; exit 0";

	struct program_result r = stdout_of(script);
	ASSERT_HAS(r.text.s, "  pace 5 (KSFT_MACHINE_SLOW)  seed ");
	ck_assert_uint_eq(program_count(r.text.s, "  pace 19  seed "), 2);
	buf_free(&r.text);
}
