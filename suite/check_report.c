/* check_report.c: tests of the report room, over judged synthetic traces. */
#include "suite/ctest.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/report.h"
#include "suite/check_builder.h"

#define MAX_PLAYS 12

/* A run under construction. */
struct bench {
	struct trace traces[MAX_PLAYS];
	struct judged items[MAX_PLAYS], *plays[MAX_PLAYS];
	struct run run;
};

static struct bench *bench_new(void)
{
	struct bench *b = calloc(1, sizeof(*b));

	ck_assert_ptr_nonnull(b);
	b->run = (struct run){.version = "1.0 (a1b2c3d)",
	    .kernel = "6.18.44",
	    .root = true,
	    .pace = 20,
	    .seed = 0x7f3a,
	    .repeat = 1,
	    .plays = b->plays,
	    .instrument_ok = true,
	    .instrument_text = "a 250 ms cut made on purpose was seen; nothing lost without it",
	    .instrument_real_ns = 58 * NS_PER_MS,
	    .wall_real_ns = 15800 * NS_PER_MS};
	return b;
}

static struct trace *bench_add(struct bench *b, void (*make)(struct trace *), int play)
{
	size_t i = b->run.n_plays++;

	ck_assert_uint_lt(i, MAX_PLAYS);
	make(&b->traces[i]);
	b->traces[i].meta.play = play;
	b->items[i].trace = &b->traces[i];
	b->plays[i] = &b->items[i];
	return &b->traces[i];
}

/* Another scenario: its names follow from it. */
static void rename_case(struct trace *t, const char *scenario)
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

static void bench_judge(struct bench *b)
{
	for (size_t i = 0; i < b->run.n_plays; i++)
		judge_case(&b->traces[i], &b->items[i].judgement);
	judge_run(b->plays, b->run.n_plays);
}

static void bench_free(struct bench *b)
{
	for (size_t i = 0; i < b->run.n_plays; i++) {
		trace_free(&b->traces[i]);
		judgement_free(&b->items[i].judgement);
	}
	free(b);
}

/* Compares with fixtures/golden/NAME; SB_GOLDEN=write in the environment writes it anew. */
static void assert_golden(const char *name, const struct buf *is)
{
	char path[256];
	size_t len, i = 0, line = 0;
	char *want;

	snprintf(path, sizeof(path), SB_SOURCE_DIR "/fixtures/golden/%s", name);
	if (getenv("SB_GOLDEN")) {
		FILE *f = fopen(path, "w");

		ck_assert_ptr_nonnull(f);
		ck_assert_uint_eq(fwrite(is->s, 1, is->len, f), is->len);
		fclose(f);
	}
	snprintf(path, sizeof(path), "fixtures/golden/%s", name);
	want = ctest_file(path, &len);
	for (; i < len && i < is->len && want[i] == is->s[i]; i++)
		if (want[i] == '\n')
			line = i + 1;
	ck_assert_msg(i == len && i == is->len, "%s: '%.300s' is not '%.300s'", name, is->s + line,
	    want + line);
	free(want);
}

static void good_run(struct bench *b)
{
	bench_add(b, build_broken_control, 0);
	bench_add(b, build_held_arm, 0);
	rename_case(bench_add(b, build_broken_control, 0), "lower-port-joins");
	rename_case(bench_add(b, build_held_arm, 0), "lower-port-joins");
	struct trace *t = bench_add(b, build_held_arm, 0);
	rename_case(t, "negative-control");
	t->meta.exposures_none = true;
	/* nothing leaves there */
	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type == EV_LINK && t->events[i].t_ns > 0)
			t->events[i].type = EV_COUNT;
	bench_judge(b);
}

static const struct skipped skips[] = {
    {"port-joins-with-stp/inherited", "no br_netfilter in this kernel", "modprobe br_netfilter"},
    {"tap/pinned", "/dev/net/tun cannot be opened", NULL},
};

static void talk(struct trace *t)
{
	build_quiet_control(t);
	build_arp(t, 5200, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99);
	build_neigh(t, 5210, 0, 2, MAC_PORT1);
	trace_sort(t);
}

static void starved(struct trace *t)
{
	build_held_arm(t);
	struct event *ev = build(t, 9000, EV_LATE, WHERE_ROUTER);
	ev->u.late.late_ns = 900 * NS_PER_MS;
	trace_sort(t);
}

static void known(struct trace *t)
{
	build_failed_arm(t);
	t->meta.known = mem_alloc(sizeof(*t->meta.known));
	t->meta.known[0] = (struct known_meta){CAUSE_STALE_GATEWAY, mem_strdup("kernel < 6.2")};
	t->meta.n_known = 1;
	free(t->meta.arm);
	t->meta.arm = mem_strdup("pinned-late");
}

/* A fail, a known one, a control that the gateway healed with its arm, a replay, two skips. */
static void bad_run(struct bench *b)
{
	bench_add(b, build_broken_control, 0);
	bench_add(b, build_failed_arm, 0);
	rename_case(bench_add(b, talk, 0), "lower-port-joins");
	rename_case(bench_add(b, build_held_arm, 0), "lower-port-joins");
	rename_case(bench_add(b, build_broken_control, 0), "original-report");
	rename_case(bench_add(b, starved, 0), "original-report");
	rename_case(bench_add(b, known, 0), "original-report");
	struct trace *t = bench_add(b, build_held_arm, 1);
	rename_case(t, "original-report");
	t->meta.pace = 10;
	b->run.skipped = (struct skipped *)skips;
	b->run.n_skipped = 2;
	b->run.out_dir = "out";
	bench_judge(b);
}

START_TEST(text_of_a_run_where_all_is_well)
{
	struct bench *b = bench_new();
	struct buf out = {0};

	good_run(b);
	report_head(&b->run, 5, &out);
	report_instrument(&b->run, &out);
	buf_puts(&out, "\n");
	report_text(&b->run, &out);
	assert_golden("report-good.txt", &out);
	ck_assert_int_eq(report_exit_status(&b->run), 0);
	buf_free(&out);
	bench_free(b);
}
END_TEST

START_TEST(text_of_a_run_with_the_unexpected)
{
	struct bench *b = bench_new();
	struct buf out = {0};

	bad_run(b);
	report_text(&b->run, &out);
	assert_golden("report-bad.txt", &out);
	ck_assert_int_eq(report_exit_status(&b->run), 1);
	buf_free(&out);
	bench_free(b);
}
END_TEST

START_TEST(tap_of_a_run)
{
	struct bench *b = bench_new();
	struct buf out = {0};

	bad_run(b);
	b->run.color = true; /* never in TAP */
	report_tap(&b->run, &out);
	assert_golden("report-bad.tap", &out);
	ck_assert_ptr_null(strchr(out.s, '\033'));
	ck_assert(!strncmp(out.s, "TAP version 13\n1..9\n", 20));
	buf_free(&out);
	b->run.must_run = true;
	report_tap(&b->run, &out);
	ck_assert_ptr_nonnull(strstr(out.s, "\nnot ok 9 - tap/pinned\n"));
	ck_assert_ptr_null(strstr(out.s, "# SKIP"));
	buf_free(&out);
	bench_free(b);
}
END_TEST

START_TEST(tap_lines_cannot_be_forged)
{
	struct bench *b = bench_new();
	struct buf out = {0};
	struct trace *t = bench_add(b, build_held_arm, 0);

	free(t->meta.name);
	t->meta.name = mem_strdup("x # SKIP\nok 2 - y\033[31m");
	bench_judge(b);
	report_tap(&b->run, &out);
	ck_assert_ptr_nonnull(strstr(out.s, "\nnot ok 1 - x _ SKIP ok 2 - y?[31m\n"));
	ck_assert_ptr_null(strstr(out.s, "\nok 2"));
	ck_assert_ptr_null(strchr(out.s, '\033'));
	buf_free(&out);
	bench_free(b);
}
END_TEST

START_TEST(json_of_a_run)
{
	struct bench *b = bench_new();
	struct buf out = {0};
	json_error_t e;
	json_t *o, *first;

	bad_run(b);
	report_json(&b->run, &out);
	assert_golden("report-bad.json", &out);
	o = json_loads(out.s, 0, &e);
	ck_assert_msg(o != NULL, "%s", e.text);
	ck_assert_int_eq(json_integer_value(json_object_get(o, "exit-status")), 1);
	ck_assert_uint_eq(json_array_size(json_object_get(o, "cases")), 8); /* replays as well */
	first = json_array_get(json_object_get(o, "cases"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(first, "verdict")), "pass");
	ck_assert(json_real_value(json_object_get(first, "longest-outage-s")) == 30.75);
	json_decref(o);
	buf_free(&out);
	bench_free(b);
}
END_TEST

START_TEST(colour_is_only_added)
{
	struct bench *b = bench_new();
	struct buf plain = {0}, color = {0}, stripped = {0};

	bad_run(b);
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
	buf_free(&plain);
	buf_free(&color);
	buf_free(&stripped);
	bench_free(b);
}
END_TEST

START_TEST(one_case_in_full)
{
	struct bench *b = bench_new();
	struct buf out = {0};

	bad_run(b);
	report_case_text(&b->run, b->plays[1], &out);
	ck_assert(
	    !strncmp(out.s, "FAIL  lowest-port-leaves/pinned-at-create,leaves-by=delete\n", 58));
	ASSERT_HAS(out.s, "  lost    123 of 241 in one outage, 5.250 to 36.000 s (limit 0)\n");
	ASSERT_HAS(out.s, "  cause   stale-gateway (flooded), because\n");
	ASSERT_HAS(out.s, "  unasked gateway-mac changed\n");
	ASSERT_HAS(out.s, "            5.002  br0 changed 02:00:00:00:aa:aa -> fe:00:00:00:00:11");
	ASSERT_HAS(out.s, "  so      the kernel did not honour the pin");
	ASSERT_HAS(out.s, "its control broke; ");
	ASSERT_HAS(out.s,
	    "steadybridge check out/cases/lowest-port-leaves_pinned-at-create");
	buf_free(&out);
	b->run.out_dir = NULL;
	report_case_text(&b->run, b->plays[7], &out);
	ASSERT_HAS(out.s, "PASS  original-report/pinned-at-create\n");
	ASSERT_HAS(
	    out.s, "  lost    0 of 241; an outage of 250 ms would have been seen (limit 0)\n");
	ASSERT_HAS(out.s, "played 2 times, the last alone at pace 10");
	ck_assert_ptr_null(strstr(out.s, "again "));
	buf_free(&out);
	bench_free(b);
}
END_TEST

START_TEST(totals_count_the_last_play_of_each_repeat)
{
	struct bench *b = bench_new();
	struct totals t;

	bench_add(b, build_broken_control, 0);
	bench_add(b, starved, 0);
	bench_add(b, starved, 2); /* their order must not matter */
	bench_add(b, starved, 1);
	bench_add(b, build_broken_control, REPLAY_STRIDE);
	bench_add(b, build_failed_arm, REPLAY_STRIDE);
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
	bench_free(b);
}
END_TEST

START_TEST(totals_of_all_kinds)
{
	struct bench *b = bench_new();
	struct totals t;

	bad_run(b);
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
	bench_free(b);
}
END_TEST

START_TEST(exit_statuses)
{
	static const struct {
		void (*makers[3])(struct trace *);
		int status;
		const char *last;
	} runs[] = {
	    {{build_broken_control, build_held_arm}, 0, "PASS  1 of 1 control broke"},
	    {{build_broken_control, build_held_arm, known}, 0, "PASS  1 of 1 control broke"},
	    {{build_broken_control, build_failed_arm}, 1, "FAIL  1 failed"},
	    {{build_quiet_control, build_failed_arm}, 1, "FAIL  1 failed"}, /* wins over all */
	    {{build_quiet_control}, 3, "NOT REPRODUCED  1 not reproduced"},
	    {{build_quiet_control, build_held_arm}, 3, "INCONCLUSIVE  1 inconclusive"},
	    {{talk}, 3, "INCONCLUSIVE  1 inconclusive"},
	    {{build_held_arm}, 3, "INCONCLUSIVE  1 inconclusive"}, /* no control */
	    {{build_broken_control, starved}, 3, "INVALID  1 invalid"},
	    {{NULL}, 4, "NOTHING PLAYED  0 of 0 controls broke"},
	};

	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct bench *b = bench_new();
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

		b->run.skipped = (struct skipped *)skips;
		b->run.n_skipped = 1;
		ck_assert_int_eq(report_exit_status(&b->run), runs[i].status);
		b->run.must_run = true;
		ck_assert_int_eq(report_exit_status(&b->run), 1);
		b->run.n_skipped = 0;
		b->run.instrument_ok = false;
		ck_assert_int_eq(report_exit_status(&b->run), runs[i].status ? runs[i].status : 3);
		bench_free(b);
	}
}
END_TEST

START_TEST(progress_in_one_line)
{
	struct buf out = {0};

	report_progress(&(struct progress){40, 12, 4, 0, -1}, true, &out);
	ck_assert_str_eq(out.s, "12 of 40 done, 4 running");
	buf_free(&out);
	report_progress(&(struct progress){40, 12, 4, 1, 10 * NS_PER_S}, false, &out);
	ck_assert_str_eq(out.s, "12 of 40 done, 4 running, 1 unexpected, about 10 s left");
	buf_free(&out);
	report_progress(&(struct progress){40, 12, 4, 2, 0}, true, &out);
	ck_assert_str_eq(
	    out.s, "12 of 40 done, 4 running, \033[1;31m2 unexpected\033[0m, about 0 ms left");
	buf_free(&out);
}
END_TEST

START_TEST(skips_repeats_and_a_blind_instrument_are_told)
{
	struct bench *b = bench_new();
	struct buf out = {0};
	struct totals t;

	bench_add(b, build_broken_control, 0);
	bench_add(b, build_broken_control, REPLAY_STRIDE);
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
	    "TAP version 13\n1..3\n"
	    "ok 1 - lowest-port-leaves/inherited,leaves-by=delete\n"
	    "ok 2 - lowest-port-leaves/inherited,leaves-by=delete repeat=2\n"
	    "ok 3 - lowest-port-leaves/pinned-at-create,leaves-by=delete # SKIP no tun\n"
	    "# the instrument check failed: no result above proves anything\n");
	buf_free(&out);
	report_text(&b->run, &out);
	ASSERT_HAS(out.s, "\nINCONCLUSIVE  the instrument check failed, 2 of 2 controls broke");
	buf_free(&out);
	report_head(&b->run, 1, &out);
	report_instrument(&b->run, &out);
	ASSERT_HAS(out.s, "seed 7f3a   1 case\n");
	ASSERT_HAS(out.s, "nothing lost without it     NOT OK, 58 ms\n");
	buf_free(&out);
	bench_free(b);
}
END_TEST

static void two_outages(struct trace *t)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	build_begin(t, MAC_PINNED, 3);
	build_lowest_leaves(t, true);
	build_traffic(t, 0, 10000, FAR_ANSWERED, MAC_PINNED);
	build_traffic(t, 10000, 10500, FAR_PORT, MAC_PORT2);
	build_traffic(t, 10500, 20000, FAR_ANSWERED, MAC_PINNED);
	build_traffic(t, 20000, 22000, FAR_PORT, MAC_PORT2);
	build_bridge(t, 21000, MAC_PINNED);
	t->events[t->n - 1].u.link.mtu = 1400;
	t->events[t->n - 1].u.link.carrier = 0;
	build_traffic(t, 22000, 60250, FAR_ANSWERED, MAC_PINNED);
	build_end(t, 60000);
}

START_TEST(a_case_shows_the_limit_that_it_has)
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

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct bench *b = bench_new();
		struct buf out = {0};

		bench_add(b, two_outages, 0)->meta.limits = lines[i].limits;
		bench_judge(b);
		report_case_text(&b->run, b->plays[0], &out);
		ASSERT_HAS(out.s, lines[i].text);
		ASSERT_HAS(out.s, "  unasked mtu, carrier changed\n");
		ASSERT_HAS(out.s, "  cause   stale-gateway (not taken), because\n");
		ASSERT_HAS(out.s, "its control was not played; ");
		buf_free(&out);
		bench_free(b);
	}
}
END_TEST

void check_report(struct ctests *list)
{
	ctest_add(list, "report", CTEST_PURE, text_of_a_run_where_all_is_well);
	ctest_add(list, "report", CTEST_PURE, text_of_a_run_with_the_unexpected);
	ctest_add(list, "report", CTEST_PURE, tap_of_a_run);
	ctest_add(list, "report", CTEST_PURE, tap_lines_cannot_be_forged);
	ctest_add(list, "report", CTEST_PURE, json_of_a_run);
	ctest_add(list, "report", CTEST_PURE, colour_is_only_added);
	ctest_add(list, "report", CTEST_PURE, one_case_in_full);
	ctest_add(list, "report", CTEST_PURE, totals_count_the_last_play_of_each_repeat);
	ctest_add(list, "report", CTEST_PURE, totals_of_all_kinds);
	ctest_add(list, "report", CTEST_PURE, exit_statuses);
	ctest_add(list, "report", CTEST_PURE, progress_in_one_line);
	ctest_add(list, "report", CTEST_PURE, skips_repeats_and_a_blind_instrument_are_told);
	ctest_add(list, "report", CTEST_PURE, a_case_shows_the_limit_that_it_has);
}
