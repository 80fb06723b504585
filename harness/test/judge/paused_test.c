/* paused_test.c: a case that somebody looked into ends there: it has failed by then, or nothing.
 */
#include "test/kit/ctest.h"

#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"
#include "test/kit/builder.h"
#include "trace/trace_json.h"

/* Drops all from `ms` on; the case was paused there. */
static void pause_at(struct trace *t, int64_t ms)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].t_ns < ms * 1000000)
			t->events[n++] = t->events[i];
	t->n = n;
	build_phase(t, ms, PHASE_PAUSED, "");
	trace_sort(t);
}

START_TEST(a_paused_fail_is_a_fail_and_says_so)
{
	AUTO_TRACE t = {0};
	AUTO_JUDGEMENT j = {0};

	build_failed_arm(&t);
	pause_at(&t, 9000);
	judge_case(&t, &j);
	ck_assert_str_eq(verdict_name(j.verdict), "fail");
	ck_assert_int_eq(j.cause, CAUSE_STALE_GATEWAY);
	ASSERT_HAS(j.why, "; paused at 9.000 s");
	ASSERT_HAS(j.so, "paused at 9.000 s and ended there");
}
END_TEST

START_TEST(what_was_under_way_at_a_pause_is_not_judged)
{
	AUTO_TRACE t = {0};
	AUTO_JUDGEMENT j = {0};

	build_failed_arm(&t);
	pause_at(&t, 9000);
	judge_case(&t, &j);
	/* One each 250 ms from 0 on; those sent within the last second had time left. */
	ck_assert_uint_eq(j.total.sent, (9000 - 1000) / 250 + 1);
}
END_TEST

START_TEST(a_pause_before_a_fail_proves_nothing)
{
	void (*const builds[])(struct trace *) = {build_held_arm, build_broken_control};

	for (size_t i = 0; i < 2; i++) {
		AUTO_TRACE t = {0};
		AUTO_JUDGEMENT j = {0};

		builds[i](&t);
		pause_at(&t, i ? 50000 : 9000);
		judge_case(&t, &j);
		ck_assert_str_eq(verdict_name(j.verdict), "invalid");
		ASSERT_HAS(j.why, "before it had failed");
	}
}
END_TEST

START_TEST(a_pause_is_kept_in_a_stored_trace)
{
	AUTO_TRACE t = {0}, back = {0};
	AUTO_BUF text = {0}, again = {0};
	struct err e = {{0}};

	build_failed_arm(&t);
	pause_at(&t, 9000);
	ck_assert(!t.whole);
	trace_to_json(&t, &text);
	ASSERT_HAS(text.s, "\"paused\"");
	ck_assert_msg(trace_from_json("x", text.s, text.len, &back, &e) == 0, "%s", e.text);
	trace_to_json(&back, &again);
	ck_assert_str_eq(text.s, again.s);
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "paused", CTEST_PURE, a_paused_fail_is_a_fail_and_says_so);
	ctest_add(list, "paused", CTEST_PURE, what_was_under_way_at_a_pause_is_not_judged);
	ctest_add(list, "paused", CTEST_PURE, a_pause_before_a_fail_proves_nothing);
	ctest_add(list, "paused", CTEST_PURE, a_pause_is_kept_in_a_stored_trace);
}
