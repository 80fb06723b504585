/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool_outcome_test.c: tests of the word for a bridge that a subject made. */
#include "test/judge/judge_kit.h"

#include <check.h>

#include "base/mem.h"
#include "judge/tool_outcome.h"
#include "test/kit/ctest.h"

static void assert_outcome(const char *name, struct trace *t, const char *want)
{
	struct judged p = {.trace = t};

	t->meta.tool = mem_strdup("mytool 1.0");
	trace_sort(t);
	judge_play(&p);
	const char *is = tool_outcome_name(tool_outcome(&p));
	ck_assert_msg(!strcmp(is, want), "%s: %s, expected %s", name, is, want);
	judged_free(&p);
	trace_free(t);
}

#define OUTCOME_ROW(name, edits, want)                                                             \
	do {                                                                                       \
		struct trace t;                                                                    \
                                                                                                   \
		edits;                                                                             \
		assert_outcome(name, &t, want);                                                    \
	} while (0)

static void attach(struct trace *t, int64_t from_ms, int64_t to_ms)
{
	build_churn(t, from_ms, OP_JOIN, "port", false);
	build_churn(t, to_ms, OP_JOIN, "port", true);
}

PURE_TEST("judge", one_word_tells_what_became_of_a_tools_bridge)
{
	OUTCOME_ROW("an arm that held", build_held_arm(&t), "holds");
	OUTCOME_ROW("a control", build_broken_control(&t), "flaps");
	OUTCOME_ROW("an arm that failed", build_failed_arm(&t), "flaps");
	OUTCOME_ROW("... and a port came again, and changed nothing",
	    (build_failed_arm(&t), attach(&t, 40000, 40100)), "pins late");
	OUTCOME_ROW("... but none of the failed changes counts",
	    (build_failed_arm(&t), attach(&t, 40000, 40100),
	        EDIT(EV_CHURN, ev->u.churn.op == OP_JOIN, ev->u.churn.err = -1)),
	    "flaps");
	OUTCOME_ROW("the gateway announces itself",
	    (build_failed_arm(&t), build_broadcast(&t, 35989, 99)), "heals itself");
	OUTCOME_ROW("... after it was all over",
	    (build_failed_arm(&t), build_broadcast(&t, 38000, 99)), "flaps");
	OUTCOME_ROW("no verdict", (build_held_arm(&t), build_late(&t, 20000, LATE_LOOP, 501, 0)),
	    "no verdict");
}

PURE_TEST("judge", how_long_verbs_took_is_their_median)
{
	struct trace t;
	struct judged p = {.trace = &t};

	build_held_arm(&t);
	t.meta.pace = 2;
	attach(&t, 41000, 41100);
	attach(&t, 42000, 42900);
	attach(&t, 43000, 43300);
	trace_sort(&t);
	judge_play(&p);
	ck_assert_int_eq(tool_verb_ns(&p, true), 150 * MS);
	judged_free(&p);
	trace_free(&t);
}
