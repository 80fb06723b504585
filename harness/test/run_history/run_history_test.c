/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_history_test.c: many runs over time, from small results.json. */
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "run_history/run_history_sum.h"
#include "test/kit/bench.h"
#include "test/kit/markup.h"
#include "test/kit/readers.h"
#include "test/run_history/small_runs.h"

static struct run_history_sum sum_of(const struct run_history *h, const char *name)
{
	struct run_history_sum s;

	for (size_t i = 0; i < h->n_cases; i++) {
		if (strcmp(h->cases[i].name, name))
			continue;
		run_history_sum(h, &h->cases[i], BY_KERNEL, NULL, &s);
		return s;
	}
	ck_abort_msg("no case %s", name);
}

#define ASSERT_SHARE(p, is, of)                                                                    \
	do {                                                                                       \
		ck_assert_uint_eq((p).k, is);                                                      \
		ck_assert_uint_eq((p).n, of);                                                      \
	} while (0)

/* A nightly run: what flakes, what a kernel changed, what is known, what is not always played. */
static const struct small_run nights[] = {
    {"2026-11-03T02:00:00Z", NULL, NULL,
        {{"ports/control", "pass", 30.25}, {"ports/pinned", "pass", 0}, {"stp/pinned", "pass", 0},
            {"mtu/late", "fail", 1.5, .known = true}}},
    {"2026-11-01T02:00:00Z", NULL, NULL,
        {{"ports/control", "pass", 29.5}, {"ports/pinned", "fail", 2.25},
            {"stp/pinned", "pass", 0}},
        "tap/pinned"},
    {"2026-11-02T02:00:00Z", NULL, NULL,
        {{"ports/control", "pass", 31}, {"ports/pinned", "pass", 0, .retried = true},
            {"stp/pinned", "pass", 0}, {"mtu/late", "fail", 2, .known = true}}},
    {"2026-11-04T02:00:00Z", "6.18.0", NULL,
        {{"ports/control", "not-reproduced", 0}, {"ports/pinned", "pass", 0},
            {"stp/pinned", "pass", 0, 0}, {"stp/pinned", "pass", 0, 1}}},
    {"2026-11-05T02:00:00Z", "6.18.0", "1.0.0 (b2c3d4e)",
        {{"ports/control", "not-reproduced", 0}, {"ports/pinned", "pass", 0},
            {"stp/pinned", "pass", 0.25, .by_events = true}}},
};

static void add_nights(struct run_history *h)
{
	h->version = "1.0.0 (c0ffee0)";
	run_history_unread(
	    h, "out/6/results.json", "out/6/results.json:3:1: unexpected token near end of file");
	ADD_ALL(h, nights);
}

PURE_TEST("history", text_of_five_nights)
{
	AUTO_HISTORY h = {0};
	AUTO_BUF out = {0};

	add_nights(&h);
	run_history_text(&h, &out);
	bench_golden("history.txt", &out);
}

PURE_TEST("history", json_of_five_nights)
{
	AUTO_HISTORY h = {0};
	AUTO_BUF out = {0};

	add_nights(&h);
	run_history_json(&h, &out);
	bench_golden("history.json", &out);
}

CTEST("history", CTEST_PURE, READER_JSONSCHEMA, json_follows_its_schema)
{
	AUTO_HISTORY h = {0};
	AUTO_BUF out = {0}, bad = {0};

	add_nights(&h);
	run_history_json(&h, &out);
	AUTO_FREE char *why = reader_complaint("docs/history.schema.json", false, &out);
	ck_assert_msg(!why, "%s", why);
	AUTO_FREE char *changed = ctest_changed(out.s, "\"other-verdict\": false", "\"other\": 0");
	buf_puts(&bad, changed);
	AUTO_FREE char *refused = reader_complaint("docs/history.schema.json", false, &bad);
	ck_assert_ptr_nonnull(refused);
}

PURE_TEST("history", page_of_five_nights)
{
	AUTO_HISTORY h = {0};
	AUTO_BUF out = {0};

	add_nights(&h);
	run_history_html(&h, &out);
	xmlDoc *doc = markup_parse(&out);
	ck_assert_uint_eq(markup_count(doc, "//svg"), 5);
	ck_assert_uint_eq(
	    markup_count(doc, "//svg[not(@aria-labelledby = concat(title/@id, ' ', desc/@id))]"),
	    0);
	ck_assert_uint_eq(markup_count(doc, "//*[@id='flaky']/following::svg[1]"
	                                    "[title = 'ports/pinned']"),
	    1);
	ck_assert_uint_eq(markup_count(doc, "//*[@id='flaky']/following::*[@id='others']"), 1);
	ck_assert_uint_eq(markup_count(doc, "//a[not(starts-with(@href, '#')) or "
	                                    "not(substring(@href, 2) = //@id)]"),
	    0);
	/* the fail is the first of five runs by time */
	ck_assert_uint_eq(markup_count(doc, "//a[@href = '#r1'][. = '2026-11-01T02:00:00Z']"), 1);
	ck_assert_uint_eq(markup_count(doc, "//svg[title = 'ports/pinned']/g[@class = 'x']"
	                                    "/path[starts-with(@d, 'M4 ')]"),
	    1);
	ck_assert_uint_eq(markup_count(doc, "//tr[starts-with(@id, 'r')]"), 5);
	ck_assert_uint_eq(markup_count(doc, "//script | //link | //@src"), 0);
	xmlFreeDoc(doc);
}

/* What names and versions hold stays text. */
PURE_TEST("history", hostile_text_is_harmless)
{
	static const struct small_run runs[] = {{"2026-11-01T02:00:00Z", "<b>\033[31m",
	    "\xe2\x80\xae", {{"<script>/a\nb", "pass", 0}, {"x/y", "fail", 1}}}};
	AUTO_HISTORY h = {0};
	AUTO_BUF text = {0}, page = {0};

	ADD_ALL(&h, runs);
	run_history_text(&h, &text);
	ck_assert_ptr_null(strchr(text.s, '\033'));
	ASSERT_LACKS(text.s, "\nb");
	ASSERT_LACKS(text.s, "\xe2\x80\xae");
	run_history_html(&h, &page);
	ASSERT_LACKS(page.s, "<script");
	ASSERT_LACKS(page.s, "<b>");
	ASSERT_LACKS(page.s, "\xe2\x80\xae");
	xmlFreeDoc(markup_parse(&page));
}

PURE_TEST("history", runs_are_ordered_by_their_begin)
{
	static const struct small_run runs[] = {
	    {"2026-11-21T00:00:00Z", NULL, NULL, {{"a/b", "pass", 3}}},
	    {NULL, NULL, NULL, {{"a/b", "pass", 2}}}, /* as its file: 2026-11-20 */
	    {"2026-11-19T00:00:00Z", NULL, NULL, {{"a/b", "pass", 1, 0}, {"a/b", "fail", 1, 1}}},
	    {"2026-11-21T00:00:00Z", NULL, NULL, {{"a/b", "pass", 4}}}, /* by its path */
	};
	AUTO_HISTORY h = {0};
	AUTO_BUF text = {0};

	ADD_ALL(&h, runs);
	const struct run_history_play *p = h.cases[0].plays;
	ck_assert_uint_eq(h.cases[0].n, 5);
	ck_assert_uint_eq(p[0].verdict, VERDICT_PASS);
	ck_assert_uint_eq(p[1].verdict, VERDICT_FAIL);
	for (size_t i = 1; i < 5; i++) {
		ck_assert_uint_eq(p[i].run, i - 1);
		ck_assert_int_eq(p[i].longest_ns, (int64_t)i * NS_PER_S);
	}
	ck_assert_str_eq(h.runs[1].began, WRITTEN);
	ck_assert(!h.runs[1].dated && h.runs[0].dated);
	run_history_text(&h, &text);
	ASSERT_HAS(text.s, "4 runs from 2026-11-19T00:00:00Z to 2026-11-21T00:00:00Z, 1 case\n"
	                   "1 run without a date: the time of the file stands for it\n");
}

PURE_TEST("history", a_flake_is_another_verdict_or_a_retry)
{
	AUTO_HISTORY h = {0};

	ADD_ALL(&h, nights);
	struct run_history_sum s = sum_of(&h, "ports/pinned");
	ASSERT_SHARE(s.flakes, 2, 5);
	ASSERT_SHARE(s.other_verdict, 1, 5);
	ASSERT_SHARE(s.retried, 1, 5);
	ck_assert(run_history_flaky(&s));
	/* another verdict on another kernel is no flake, nor is a known failure on all */
	s = sum_of(&h, "ports/control");
	ASSERT_SHARE(s.flakes, 0, 5);
	ck_assert_uint_eq(s.verdicts[VERDICT_NOT_REPRODUCED], 2);
	s = sum_of(&h, "mtu/late");
	ASSERT_SHARE(s.flakes, 0, 2);
	ck_assert_uint_eq(s.verdicts[HISTORY_KNOWN], 2);
	ck_assert(!run_history_flaky(&s));
	/* two repeats of a run are two plays; a skip is not a play */
	s = sum_of(&h, "stp/pinned");
	ASSERT_SHARE(s.flakes, 0, 6);
	ck_assert_uint_eq(s.runs, 5);
	s = sum_of(&h, "tap/pinned");
	ASSERT_SHARE(s.flakes, 0, 0);
	ck_assert_uint_eq(s.runs, 1);
}

/* Of as many of each, the better one is taken for the right one: one flakes, whichever came first.
 */
PURE_TEST("history", one_of_two_that_differ_flakes)
{
	static const struct small_run runs[] = {
	    {"2026-11-01T00:00:00Z", NULL, NULL, {{"a/b", "fail", 1, .retried = true}}},
	    {"2026-11-02T00:00:00Z", NULL, NULL, {{"a/b", "pass", 0}}},
	};
	AUTO_HISTORY h = {0};

	ADD_ALL(&h, runs);
	struct run_history_sum s = sum_of(&h, "a/b");
	ASSERT_SHARE(s.flakes, 1, 2); /* it is both, and counts once */
	ASSERT_SHARE(s.other_verdict, 1, 2);
	ASSERT_SHARE(s.retried, 1, 2);
	bool *others = run_history_others(&h, &h.cases[0]);
	ck_assert(others[0] && !others[1]);
	free(others);
}

/* Those with other verdicts come before those that were only retried, then the higher rates. */
PURE_TEST("history", cases_that_flake_come_first)
{
	static const struct small_run runs[] = {
	    {"2026-11-01T00:00:00Z", NULL, NULL,
	        {{"a/good", "pass", 0}, {"b/retried", "pass", 0, .retried = true},
	            {"c/once", "pass", 0}, {"d/twice", "pass", 0}, {"e/good", "pass", 0}}},
	    {"2026-11-02T00:00:00Z", NULL, NULL,
	        {{"b/retried", "pass", 0, .retried = true}, {"c/once", "fail", 0},
	            {"d/twice", "fail", 0}}},
	    {"2026-11-03T00:00:00Z", NULL, NULL,
	        {{"b/retried", "pass", 0, .retried = true}, {"c/once", "pass", 0},
	            {"d/twice", "fail", 0}}},
	    {"2026-11-04T00:00:00Z", NULL, NULL, {{"c/once", "pass", 0}, {"d/twice", "pass", 0}}},
	};
	static const char *const order[] = {"d/twice", "c/once", "b/retried", "a/good", "e/good"};
	AUTO_HISTORY h = {0};
	AUTO_BUF text = {0};
	struct run_history_rank rank;

	ADD_ALL(&h, runs);
	run_history_rank(&h, &rank);
	ck_assert_uint_eq(rank.n_flaky, 3);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		ck_assert_str_eq(h.cases[rank.order[i]].name, order[i]);
	run_history_rank_free(&rank);
	run_history_text(&h, &text);
	for (size_t i = 1; i < ARRAY_SIZE(order); i++)
		ck_assert(strstr(text.s, order[i - 1]) < strstr(text.s, order[i]));
	ck_assert(strstr(text.s, "\nFLAKY  3 cases") < strstr(text.s, "d/twice"));
	ck_assert(strstr(text.s, "b/retried") < strstr(text.s, "\nOTHER CASES\n"));
}

PURE_TEST("history", outages_and_times)
{
	static const struct small_run runs[] = {{"2026-11-01T00:00:00Z", NULL, NULL,
	    {{"a/b", "pass", 30, 0}, {"a/b", "pass", 10, 1, .retried = true},
	        {"a/b", "pass", 20, 2}, {"a/b", "invalid", 99, 3, .drops = true},
	        {"c/d", "invalid", 99}}}};
	AUTO_HISTORY h = {0};

	ADD_ALL(&h, runs);
	struct run_history_sum s = sum_of(&h, "a/b");
	ck_assert_int_eq(s.least_ns, 10 * NS_PER_S);
	ck_assert_int_eq(s.median_ns, 20 * NS_PER_S);
	ck_assert_int_eq(s.most_ns, 30 * NS_PER_S);
	ck_assert_int_eq(s.took_real_ns, 3100 * NS_PER_MS);                    /* 62 s at pace 20 */
	ck_assert_int_eq(h.cases[0].plays[1].took_real_ns, 12400 * NS_PER_MS); /* twice at 10 */
	s = sum_of(&h, "c/d");
	ck_assert_int_eq(s.most_ns, -1);
	ck_assert_uint_eq(s.retries, 0); /* the drop play before it counts nowhere */
}

/* A skip was played neither by the clock nor by events, but on a kernel. */
PURE_TEST("history", values_that_differ)
{
	static const struct small_run runs[] = {
	    {"2026-11-01T00:00:00Z", "6.1.0", NULL, {{"a/b", "pass", 1, .by_events = true}}},
	    {"2026-11-02T00:00:00Z", "6.2.0", NULL, {{NULL}}, "a/b"},
	};
	AUTO_HISTORY h = {0};
	size_t n;

	ADD_ALL(&h, runs);
	free(run_history_values(&h, &h.cases[0], BY_PLAYED, &n));
	ck_assert_uint_eq(n, 1);
	const char **kernels = run_history_values(&h, &h.cases[0], BY_KERNEL, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(kernels[0], "6.1.0");
	ck_assert_str_eq(kernels[1], "6.2.0");
	free(kernels);
}

PURE_TEST("history", filter_and_since)
{
	AUTO_HISTORY h = {.filter = "ports/*", .since = "2026-11-03"};

	ADD_ALL(&h, nights);
	ck_assert_uint_eq(h.n_runs, 3);
	ck_assert_uint_eq(h.n_older, 2);
	ck_assert_uint_eq(h.n_cases, 2);
	ck_assert_str_eq(h.runs[0].began, "2026-11-03T02:00:00Z");
	ck_assert_uint_eq(h.runs[0].verdicts[VERDICT_PASS], 2);
}

#define ONE                                                                                        \
	"{\"format\":1,\"cases\":[{\"slug\":\"a\",\"name\":\"a/b\",\"verdict\":\"pass\","          \
	"\"counts-in\":true,\"repeat\":0,\"longest-outage-s\":0,\"warmup-s\":2,\"duration-s\":6,"  \
	"\"pace\":20}]}"

PURE_TEST("history", what_is_no_results_file_is_named_and_adds_nothing)
{
	static const struct {
		const char *from, *to, *why; /* a change of ONE */
	} rows[] = {
	    {"}]}", "", "x:1:"},
	    {ONE, "", "x:1:0:"},
	    {ONE, "[]", "it has no 'format'"},
	    {ONE, "{\"format\":\"x\"}", "it has no 'format'"},
	    {"\"format\":1", "\"format\":2",
	        "'format' is 2, expected 1: another version of steadybridge wrote it"},
	    {"\"slug\":\"a\"", "\"slug\":\"../a\"", "'cases' has an entry without a valid slug"},
	    {"\"name\":", "\"nome\":", "entry 1 of 'cases' has no name"},
	    {"\"pass\"", "\"skip\"", "a/b: found the verdict 'skip', expected"},
	    {"\"verdict\":\"pass\",", "", "a/b: found the verdict '', expected"},
	    {"\"pace\":20", "\"pace\":-1", "a/b: 'pace' is no number from 0"},
	    {"\"longest-outage-s\":0", "\"longest-outage-s\":null",
	        "a/b: 'longest-outage-s' is no number from 0"},
	};
	AUTO_HISTORY h = {0};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *text = ctest_changed(ONE, rows[i].from, rows[i].to);

		ck_assert_int_lt(run_history_add(&h, "x", text, strlen(text), WRITTEN), 0);
		ck_assert_uint_eq(h.n_unread, i + 1);
		ck_assert_str_eq(h.unread[i].path, "x");
		ASSERT_HAS(h.unread[i].message, rows[i].why);
	}
	ck_assert_uint_eq(h.n_runs + h.n_cases, 0);
	ck_assert_int_eq(run_history_add(&h, "x", ONE, strlen(ONE), WRITTEN), 0);
	ck_assert_uint_eq(h.n_cases, 1);
}

/* What a run writes today: its retry, known failure and skips. */
PURE_TEST("history", a_written_run_is_read)
{
	AUTO_BENCH *b = bench_new();
	AUTO_HISTORY h = {0};
	AUTO_BUF text = {0};

	bench_bad_run(b);
	report_json(&b->run, &text);
	ck_assert_int_eq(run_history_add(&h, "x", text.s, text.len, WRITTEN), 0);
	run_history_order(&h);
	ck_assert_str_eq(h.runs[0].began, "2026-11-30T18:24:54Z");
	ck_assert_str_eq(
	    h.setups[h.runs[0].setup].is[BY_PARTS + RUN_IPTABLES], "1.8.9 (nf_tables)");
	ck_assert_uint_eq(h.runs[0].verdicts[VERDICT_FAIL], 1);
	ck_assert_uint_eq(h.runs[0].verdicts[HISTORY_KNOWN], 1);
	ck_assert_uint_eq(h.runs[0].verdicts[VERDICT_SKIP], 2);
	struct run_history_sum s = sum_of(&h, "original-report/pinned-at-create");
	ASSERT_SHARE(s.retried, 1, 1);
	ck_assert_uint_eq(s.retries, 1);
}
