/* SPDX-License-Identifier: GPL-2.0-or-later */
/* success_test.c: tests of the DNS success ratio: how it is counted, printed and reported. */
#include "html/html.h"
#include "report/success.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "base/words.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"
#include "test/kit/ctest.h"

PURE_TEST("success", a_percentage_is_exact_at_both_ends)
{
	static const struct {
		uint64_t answered, sent;
		const char *text;
	} ratios[] = {
	    {0, 0, "-"},
	    {0, 1, "0 %"},
	    {1, 1, "100 %"},
	    {240, 240, "100 %"},
	    {115, 240, "47.9 %"},
	    {1, 2, "50.0 %"},
	    {999, 1000, "99.9 %"},
	    {1999, 2000, "99.95 %"},
	    {9997, 10000, "99.97 %"},
	    {99999, 100000, "99.999 %"},
	    {1, 1000, "0.1 %"},
	    {1, 3000, "0.03 %"},
	    {1, 1000000, "0.0001 %"},
	    {UINT64_C(999999999), UINT64_C(1000000000), "99.9999999 %"},
	};
	char text[WORDS_TEXT];

	for (size_t i = 0; i < ARRAY_SIZE(ratios); i++) {
		const struct lookups l = {.sent = ratios[i].sent, .answered = ratios[i].answered};

		ck_assert_str_eq(success_percent(&l, text), ratios[i].text);
	}
}

static void assert_lookups(const struct lookups *l, uint64_t answered, uint64_t sent)
{
	ck_assert_uint_eq(l->answered, answered);
	ck_assert_uint_eq(l->sent, sent);
	ck_assert_uint_eq(l->lost, sent - answered);
}

PURE_TEST("success", success_is_of_the_plays_that_count)
{
	AUTO_BENCH *b = bench_new();
	struct success s;

	bench_bad_run(b); /* has a play that was invalid, and retried */
	success_of(&b->counted, "original-report", &s);
	assert_lookups(&s.controls, 118, 241);
	assert_lookups(&s.arms, 118 + 241, 2 * 241);
	success_of(&b->counted, "lower-port-joins", &s); /* a control that did not break */
	assert_lookups(&s.controls, 241, 241);
	assert_lookups(&s.arms, 241, 241);
	success_of(&b->counted, "tap", &s); /* skipped */
	assert_lookups(&s.controls, 0, 0);
	success_of(&b->counted, NULL, &s);
	assert_lookups(&s.controls, 118 + 241 + 118, 3 * 241);
	assert_lookups(&s.arms, 118 + 241 + 118 + 241, 4 * 241);
}

/* Two lookups were lost while the player was late. */
static void starved_and_lost(struct trace *t)
{
	bench_starved(t);
	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type == EV_ANSWER && t->events[i].t_ns > 9 * NS_PER_S &&
		    t->events[i].t_ns < 9500 * NS_PER_MS)
			t->events[i].type = EV_COUNT;
}

PURE_TEST("success", success_leaves_out_invalid_plays)
{
	AUTO_BENCH *b = bench_new();
	struct success s;

	bench_add(b, build_broken_control, 0);
	bench_add(b, starved_and_lost, 0);
	bench_judge(b);
	ck_assert_int_eq(b->items[1].judgement.verdict, VERDICT_INVALID);
	ck_assert_uint_eq(b->items[1].judgement.total.lost, 2);
	success_of(&b->counted, NULL, &s);
	assert_lookups(&s.controls, 118, 241);
	assert_lookups(&s.arms, 0, 0);
	const char *out = bench_report(b, report_text);
	ASSERT_HAS(out, "  49.0 %    0/1        -         0 of 0  ");
	ASSERT_HAS(out, "\nanswered  controls 49.0 % (118 of 241 lookups), arms -\n");
	out = bench_report(b, report_html);
	ASSERT_HAS(out, "<strong>49.0 %</strong>");
	ASSERT_LACKS(out, "<strong>-</strong>");
}

PURE_TEST("success", a_run_without_lookups_has_no_ratio)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF out = {0};

	report_text(&b->run, &out);
	report_tap(&b->run, &out);
	report_html(&b->run, &out);
	ASSERT_LACKS(out.s, "answered ");
	buf_free(&out);
	report_json(&b->run, &out);
	ASSERT_HAS(out.s, "\"answered-percent\": null");
}

static json_int_t number(const json_t *lookups, const char *whose, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(lookups, whose), key));
}

PURE_TEST("success", every_report_has_the_same_ratio)
{
	AUTO_BENCH *b = bench_new();

	bench_good_run(b);
	const char *out = bench_report(b, report_text);
	ASSERT_HAS(out,
	    "\nanswered  controls 49.0 % (236 of 482 lookups), arms 100 % (723 of 723 lookups)\nPASS");
	ASSERT_HAS(out, "\nlower-port-joins    1/1 stale-gateway  49.0 %    1/1        100 %  ");
	ASSERT_HAS(out, "\nnegative-control    -                  -         1/1        100 %  ");
	out = bench_report(b, report_tap);
	ASSERT_HAS(out,
	    "TAP version 13\n# answered  controls 49.0 % (236 of 482 lookups), arms 100 % (723 of "
	    "723 lookups)\n1..5\n");
	out = bench_report(b, report_junit);
	ASSERT_HAS(out, "name=\"answered-controls\" value=\"49.0 % (118 of 241 lookups)\"/>");
	ASSERT_HAS(out, "name=\"answered-controls\" value=\"-\"/>");
	ASSERT_HAS(out, "name=\"answered-arms\" value=\"100 % (241 of 241 lookups)\"/>");
	ASSERT_HAS(out, "name=\"run-answered-controls\" value=\"49.0 % (236 of 482 lookups)\"/>");
	ASSERT_HAS(out, "name=\"run-answered-arms\" value=\"100 % (723 of 723 lookups)\"/>");
	out = bench_report(b, report_html);
	ASSERT_HAS(out,
	    "<strong>49.0 %</strong><span>of lookups were answered <span class=\"dim\">(236 of 482)</span> "
	    "in the controls, which must break: inherited</span>");
	ASSERT_HAS(out,
	    "<strong>100 %</strong><span>of lookups were answered <span class=\"dim\">(723 of 723)</span> "
	    "in the arms, which must hold: pinned-at-create</span>");
	ASSERT_HAS(out, "<td class=\"n\">49.0 %</td>");
	ASSERT_HAS(out, "<td class=\"n\">100 %</td>");
	out = bench_report(b, report_json);
	json_t *o = json_loads(out, 0, NULL), *list = json_object_get(o, "scenarios");
	const json_t *run = json_object_get(json_object_get(o, "totals"), "lookups");
	ck_assert_int_eq(number(run, "controls", "answered"), 236);
	ck_assert_int_eq(number(run, "controls", "sent"), 482);
	ck_assert_int_eq(number(run, "arms", "answered"), 723);
	ck_assert_uint_eq(json_array_size(list), 3);
	const json_t *last = json_array_get(list, 2), *of = json_object_get(last, "lookups");
	ck_assert_str_eq(json_string_value(json_object_get(last, "name")), "negative-control");
	ck_assert_int_eq(number(of, "controls", "sent"), 0);
	ck_assert(
	    json_is_null(json_object_get(json_object_get(of, "controls"), "answered-percent")));
	ck_assert_int_eq(number(of, "arms", "sent"), 241);
	json_decref(o);
}

PURE_TEST("success", the_page_names_arms_where_they_are_few)
{
	static const char *const many[] = {"a", "b", "c", "d", "e"};

	for (size_t n = 4; n <= 5; n++) {
		AUTO_BENCH *b = bench_new();

		for (size_t i = 0; i < n; i++) {
			struct trace *t = bench_add(b, build_held_arm, 0);

			bench_set(&t->meta.arm, i ? many[i] : "<a>");
			bench_set(&t->meta.name, many[i]);
		}
		bench_judge(b);
		const char *out = bench_report(b, report_html);
		ASSERT_HAS(out, n == 4 ? "in the arms, which must hold: &lt;a&gt;, b, c, d</span>"
		                       : "in the arms, which must hold</span>");
	}
}
