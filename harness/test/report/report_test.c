/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_test.c: tests of the report room, over judged synthetic traces. */
#include "test/kit/ctest.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "report/report.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"

PURE_TEST("report", text_of_a_run_where_all_is_well)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF out = {0};

	bench_good_run(b);
	report_head(&b->run, 5, &out);
	report_instrument(&b->run, &out);
	buf_puts(&out, "\n");
	report_text(&b->run, &out);
	bench_golden("report-good.txt", &out);
	ck_assert_int_eq(report_exit_status(&b->run), 0);
}

PURE_TEST("report", text_of_a_run_with_the_unexpected)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF out = {0};

	bench_bad_run(b);
	report_text(&b->run, &out);
	bench_golden("report-bad.txt", &out);
	ck_assert_int_eq(report_exit_status(&b->run), 1);
}

PURE_TEST("report", tap_of_a_run)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF out = {0};

	bench_bad_run(b);
	b->run.color = true; /* never in TAP */
	report_tap(&b->run, &out);
	bench_golden("report-bad.tap", &out);
	ck_assert_ptr_null(strchr(out.s, '\033'));
	ASSERT_HAS(out.s, "\n1..9\n");
	buf_free(&out);
	b->run.must_run = true;
	report_tap(&b->run, &out);
	ASSERT_HAS(out.s, "\nnot ok 9 - tap/pinned\n");
	ASSERT_LACKS(out.s, "# SKIP");
}

PURE_TEST("report", tap_lines_cannot_be_forged)
{
	AUTO_BENCH *b = bench_new();
	struct trace *t = bench_add(b, build_held_arm, 0);

	bench_set(&t->meta.name, "x # SKIP\nok 2 - y\033[31m");
	bench_judge(b);
	const char *out = bench_report(b, report_tap);
	ASSERT_HAS(out, "\nnot ok 1 - x _ SKIP ok 2 - y?[31m # ERROR inconclusive: ");
	ASSERT_LACKS(out, "\nok 2");
	ck_assert_ptr_null(strchr(out, '\033'));
}

PURE_TEST("report", json_of_a_run)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF out = {0};
	json_error_t e;
	json_t *o, *first;

	bench_bad_run(b);
	report_json(&b->run, &out);
	bench_golden("report-bad.json", &out);
	o = json_loads(out.s, 0, &e);
	ck_assert_msg(o != NULL, "%s", e.text);
	ck_assert_int_eq(json_integer_value(json_object_get(o, "exit-status")), 1);
	ck_assert_uint_eq(json_array_size(json_object_get(o, "cases")), 8); /* replays as well */
	first = json_array_get(json_object_get(o, "cases"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(first, "verdict")), "pass");
	ck_assert(json_real_value(json_object_get(first, "longest-outage-s")) == 30.75);
	json_decref(o);
}

PURE_TEST("report", colour_is_only_added)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF plain = {0}, color = {0}, stripped = {0};

	bench_bad_run(b);
	report_text(&b->run, &plain);
	b->run.color = true;
	report_text(&b->run, &color);
	ck_assert_ptr_null(strchr(plain.s, '\033'));
	ck_assert_ptr_nonnull(strstr(color.s, "\033[1;31mFAIL\033[0m  lowest-port-leaves"));
	for (const char *s = color.s; *s; s++) {
		if (*s != '\033') {
			buf_add(&stripped, s, 1);
			continue;
		}
		while (*s != 'm')
			s++;
	}
	ck_assert_uint_eq(stripped.len, plain.len);
	ck_assert(!strcmp(stripped.s, plain.s));
}

PURE_TEST("report", one_case_in_full)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF out = {0};

	bench_bad_run(b);
	report_case_text(&b->run, b->plays[1], &out);
	ck_assert(
	    !strncmp(out.s, "FAIL  lowest-port-leaves/pinned-at-create,leaves-by=delete\n", 58));
	ASSERT_HAS(out.s, "  lost    123 of 241 in one outage, 5.250 to 36.000 s (limit 0)\n");
	ASSERT_HAS(out.s, "  cause   stale-gateway (flooded), because\n");
	ASSERT_HAS(out.s, "  broken  invariant: gateway-mac\n");
	ASSERT_HAS(out.s, "            5.002  br0 changed 02:00:00:00:aa:aa -> fe:00:00:00:00:11");
	ASSERT_HAS(out.s, "  so      the kernel did not honour the pin");
	ASSERT_HAS(out.s, "its control broke; ");
	ASSERT_HAS(out.s, "steadybridge check out/cases/lowest-port-leaves_pinned-at-create");
	buf_free(&out);
	b->run.out_dir = NULL;
	report_case_text(&b->run, b->plays[7], &out);
	ASSERT_HAS(out.s, "PASS  original-report/pinned-at-create\n");
	ASSERT_HAS(out.s, "  lost    0 of 241; shortest detectable outage 250 ms (limit 0)\n");
	ASSERT_HAS(out.s, "played 2 times, the last at pace 10");
	ASSERT_LACKS(out.s, "rerun ");
}

PURE_TEST("report", totals_count_the_last_play_of_each_repeat)
{
	AUTO_BENCH *b = bench_new();
	struct totals t;

	bench_add(b, build_broken_control, 0);
	bench_add(b, bench_starved, 0);
	bench_add(b, bench_starved, 2); /* their order must not matter */
	bench_add(b, bench_starved, 1);
	bench_add(b, build_broken_control, 0)->meta.play.repeat = 1;
	bench_add(b, build_failed_arm, 0)->meta.play.repeat = 1;
	bench_add(b, build_held_arm, 3);
	bench_judge(b);
	report_totals(&b->run, &t);
	ck_assert_uint_eq(t.played, 4);
	ck_assert_uint_eq(t.passed, 3);
	ck_assert_uint_eq(t.failed, 1);
	ck_assert_uint_eq(t.invalid, 0);
	ck_assert_uint_eq(t.controls, 2);
	ck_assert_uint_eq(t.controls_broke, 2);
	ck_assert_uint_eq(t.arms, 2);
	ck_assert_uint_eq(t.arms_held, 1);
	ck_assert_int_eq(t.traffic_ns, 7 * 62 * NS_PER_S);
}

PURE_TEST("report", a_drop_play_counts_nowhere)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF text = {0}, json = {0};
	struct totals t;

	bench_add(b, build_held_arm, 0)->meta.play.drops = true;
	bench_add(b, build_broken_control, 0);
	bench_add(b, build_failed_arm, 0);
	bench_judge(b);
	report_totals(&b->run, &t);
	ck_assert_uint_eq(t.played, 2);
	ck_assert_uint_eq(t.failed, 1);
	ck_assert_uint_eq(t.arms, 1);
	ck_assert_int_eq(report_exit_status(&b->run), 1);
	ck_assert_uint_eq(plays_number(&b->counted, &b->items[0]), 1);
	report_text(&b->run, &text);
	ASSERT_HAS(text.s, "played once at pace");
	ASSERT_LACKS(text.s, "retried");
	report_json(&b->run, &json);
	ck_assert_uint_eq(ctest_count(json.s, "\"counts-in\": true"), 2);
	ck_assert_uint_eq(ctest_count(json.s, "\"drop-play\": true,\n   \"counts-in\": false"), 1);
	/* asked for by itself it is the play that there is */
	b->run.n_plays = 1;
	bench_judge_run(b);
	report_totals(&b->run, &t);
	b->run.n_plays = 3;
	ck_assert_uint_eq(t.played, 1);
}

PURE_TEST("report", totals_of_all_kinds)
{
	AUTO_BENCH *b = bench_new();
	struct totals t;

	bench_bad_run(b);
	report_totals(&b->run, &t);
	ck_assert_uint_eq(t.played, 7);
	ck_assert_uint_eq(t.passed, 3);
	ck_assert_uint_eq(t.failed, 1);
	ck_assert_uint_eq(t.known, 1);
	ck_assert_uint_eq(t.inconclusive, 2);
	ck_assert_uint_eq(t.not_reproduced, 0);
	ck_assert_uint_eq(t.invalid, 0);
	ck_assert_uint_eq(t.skipped, 2);
	ck_assert_uint_eq(t.controls, 3);
	ck_assert_uint_eq(t.controls_broke, 2);
	ck_assert_uint_eq(t.arms, 4);
	ck_assert_uint_eq(t.arms_held, 1);
}

static void build_no_lab(struct trace *t)
{
	build_held_arm(t);
	t->n = 0;
	build_phase(t, -1000, PHASE_LAB_FAILED, "no veth here");
}

PURE_TEST("report", exit_statuses)
{
	static const struct {
		void (*makers[3])(struct trace *);
		int status;
		const char *last;
	} runs[] = {
	    {{build_broken_control, build_held_arm}, 0, "PASS  1 of 1 control broke"},
	    {{build_broken_control, build_held_arm, bench_known}, 0, "PASS  1 of 1 control broke"},
	    {{build_broken_control, build_failed_arm}, 1, "FAIL  1 failed"},
	    {{build_quiet_control, build_failed_arm}, 1, "FAIL  1 failed"}, /* wins over all */
	    {{build_quiet_control}, 3, "NOT REPRODUCED  1 not reproduced"},
	    {{build_quiet_control, build_held_arm}, 3, "INCONCLUSIVE  1 inconclusive"},
	    {{bench_talk}, 3, "INCONCLUSIVE  1 inconclusive"},
	    {{build_held_arm}, 3, "INCONCLUSIVE  1 inconclusive"}, /* no control */
	    {{build_broken_control, bench_starved}, 3, "INVALID  1 invalid"},
	    {{build_broken_control, build_no_lab}, 3, "INVALID  1 invalid"},
	    {{build_no_lab, build_no_lab}, 4, "NOTHING PLAYED  2 invalid"},
	    {{NULL}, 4, "NOTHING PLAYED  0 of 0 controls broke"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		AUTO_BENCH *b = bench_new();
		struct buf out = {0};
		const char *last;

		for (int k = 0; k < 3 && runs[i].makers[k]; k++)
			bench_add(b, runs[i].makers[k], 0);
		for (size_t k = 0; k < b->run.n_plays; k++) {
			free(b->traces[k].meta.name); /* cases of one group */
			b->traces[k].meta.name = mem_printf("case %zu", k);
		}
		bench_judge(b);
		ck_assert_msg(report_exit_status(&b->run) == runs[i].status, "run %zu: %d", i,
		    report_exit_status(&b->run));
		report_text(&b->run, &out);
		out.s[out.len - 1] = '\0';
		last = strrchr(out.s, '\n');
		ASSERT_HAS(last ? last + 1 : out.s, runs[i].last);
		buf_free(&out);

		b->run.skipped = (struct skipped *)bench_skips;
		b->run.n_skipped = 1;
		ck_assert_int_eq(report_exit_status(&b->run), runs[i].status);
		b->run.must_run = true;
		ck_assert_int_eq(report_exit_status(&b->run), 1);
		b->run.n_skipped = 0;
		b->run.instrument_ok = false;
		ck_assert_int_eq(report_exit_status(&b->run), runs[i].status ? runs[i].status : 3);
	}
}

PURE_TEST("report", progress_in_one_line)
{
	AUTO_BUF out = {0};

	struct progress p = {.cases = 40, .done = 12, .running = 4, .left_real_ns = -1};

	report_progress(&p, true, &out);
	ck_assert_str_eq(out.s, "12 of 40 cases done, 4 running");
	buf_free(&out);
	p.failed = 1;
	p.left_real_ns = 10 * NS_PER_S;
	report_progress(&p, false, &out);
	ck_assert_str_eq(out.s, "12 of 40 cases done, 4 running, 1 failed, about 10 s left");
	buf_free(&out);
	p.unclear = 2;
	p.again = 3;
	p.left_real_ns = 0;
	report_progress(&p, true, &out);
	ck_assert_str_eq(out.s,
	    "12 of 40 cases done, 4 running, \033[1;31m1 failed\033[0m, 2 undecided, "
	    "3 to retry, about 0 ms left");
	buf_free(&out);
	report_progress(&(struct progress){.cases = 1, .left_real_ns = -1}, true, &out);
	ck_assert_str_eq(out.s, "0 of 1 case done, 0 running");
}

PURE_TEST("report", skips_repeats_and_a_blind_instrument_are_shown)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF out = {0};
	struct totals t;

	bench_add(b, build_broken_control, 0);
	bench_add(b, build_broken_control, 0)->meta.play.repeat = 1;
	bench_add(b, build_held_arm, 0);
	bench_judge(b);
	judgement_free(&b->items[2].judgement);
	b->items[2].judgement.verdict = VERDICT_SKIP;
	b->items[2].judgement.why = mem_strdup("no tun");
	b->run.instrument_ok = false;
	report_totals(&b->run, &t);
	ck_assert_uint_eq(t.skipped, 1);
	ck_assert_uint_eq(t.played, 2);
	ck_assert_int_eq(t.traffic_ns, 2 * 62 * NS_PER_S);
	report_tap(&b->run, &out);
	ck_assert_str_eq(out.s,
	    "TAP version 13\n"
	    "# answered  controls 49.0 % (236 of 482 lookups), arms -\n"
	    "1..4\n"
	    "ok 1 - lowest-port-leaves/inherited,leaves-by=delete # time=62000ms\n"
	    "ok 2 - lowest-port-leaves/inherited,leaves-by=delete repeat=2 # time=62000ms\n"
	    "ok 3 - lowest-port-leaves/pinned-at-create,leaves-by=delete # SKIP no tun\n"
	    "# the instrument check failed: no result of this run proves anything\n"
	    "not ok 4 - instrument # ERROR the instrument check failed: no result of this run "
	    "proves anything\n"
	    "# Totals: pass:2 fail:0 xfail:0 xpass:0 skip:1 error:1\n");
	buf_free(&out);
	report_text(&b->run, &out);
	ASSERT_HAS(out.s, "\nINCONCLUSIVE  the instrument check failed, 2 of 2 controls broke");
	buf_free(&out);
	report_head(&b->run, 1, &out);
	report_instrument(&b->run, &out);
	ASSERT_HAS(out.s, "  pace 20  seed 7f3a   1 case\n");
	ASSERT_HAS(out.s, "nothing lost without it     NOT OK, 58 ms\n");
	b->run.pace_why = "clock steps of 4 ms";
	report_head(&b->run, 1, &out);
	ASSERT_HAS(out.s, "  pace 20 (clock steps of 4 ms)  seed");
}

static void two_outages(struct trace *t)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	build_begin(t, MAC_PINNED, 3);
	build_lowest_leaves(t, true);
	build_traffic(t, 0, 10000, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_traffic(t, 10000, 10500, LAST_SEEN_PORT, MAC_PORT2);
	build_traffic(t, 10500, 20000, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_traffic(t, 20000, 22000, LAST_SEEN_PORT, MAC_PORT2);
	build_bridge(t, 21000, MAC_PINNED);
	t->events[t->n - 1].u.link.mtu = 1400;
	t->events[t->n - 1].u.link.carrier = 0;
	build_traffic(t, 22000, 60250, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_end(t, 60000);
}

PURE_TEST("report", a_case_shows_the_limit_that_it_has)
{
	static const struct {
		struct limits limits;
		const char *text;
	} lines[] = {
	    {{7, 0, 0, 0, -1}, "in 2 outages, the longest 20.000 to 22.000 s (limit 7)\n"},
	    {{LIMIT_ANY, 1, NS_PER_S, 0, -1}, "(limit: an outage of 1 s)\n"},
	    {{LIMIT_ANY, 1, LIMIT_ANY, 0, -1}, "(limit: 1 outage)\n"},
	    {{LIMIT_ANY, LIMIT_ANY, LIMIT_ANY, LIMIT_ANY, -1}, "22.000 s\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		AUTO_BENCH *b = bench_new();
		AUTO_BUF out = {0};

		bench_add(b, two_outages, 0)->meta.limits = lines[i].limits;
		bench_judge(b);
		report_case_text(&b->run, b->plays[0], &out);
		ASSERT_HAS(out.s, lines[i].text);
		ASSERT_HAS(out.s, "  broken  invariant: mtu, carrier\n");
		ASSERT_HAS(out.s, "  cause   stale-gateway (not taken), because\n");
		ASSERT_HAS(out.s, "its control was not played; ");
	}
}
