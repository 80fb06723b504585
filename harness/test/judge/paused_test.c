/* paused_test.c: a case that somebody looked into ends there: it has failed by then, or nothing.
 */
#include "test/judge/judge_kit.h"

#include <stdlib.h>
#include <string.h>

#include "trace/trace_json.h"

/* Drops all from `ms` on; the case was paused there. */
static void pause_at(struct trace *t, int64_t ms)
{
	while (t->n && t->events[t->n - 1].t_ns >= ms * MS)
		t->n--;
	build_phase(t, ms, PHASE_PAUSED, "");
	trace_sort(t);
}

START_TEST(a_paused_fail_is_a_fail_and_says_so)
{
	struct trace t;

	build_failed_arm(&t);
	pause_at(&t, 9000);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "fail", "; paused at 9.000 s");
	ck_assert_int_eq(j->cause, CAUSE_STALE_GATEWAY);
	ASSERT_HAS(j->so, "paused at 9.000 s and ended there");
}
END_TEST

START_TEST(what_was_under_way_at_a_pause_is_not_judged)
{
	struct trace t;

	build_failed_arm(&t);
	pause_at(&t, 9000);
	/* One each 250 ms from 0 on; those sent within the last second had time left. */
	ck_assert_uint_eq(judged(&t)->total.sent, (9000 - 1000) / 250 + 1);
}
END_TEST

START_TEST(a_pause_before_a_fail_proves_nothing)
{
	void (*const builds[])(struct trace *) = {build_held_arm, build_broken_control};

	for (size_t i = 0; i < 2; i++) {
		struct trace t;

		builds[i](&t);
		pause_at(&t, i ? 50000 : 9000);
		ASSERT_VERDICT(judged(&t), "invalid", "before it had failed");
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
