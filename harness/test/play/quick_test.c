/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quick_test.c: tests of plays without a clock (check --quick). */
#include "test/kit/ctest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "judge/judge.h"
#include "scenario/scenario.h"
#include "schedule/rounds.h"
#include "schedule/schedule.h"
#include "test/kit/builder.h"
#include "test/kit/program.h"

static struct scenario *shipped(const char *name)
{
	char *path = mem_printf("%s.yaml", name);
	struct buf messages = {0};
	struct scenario *s = NULL;
	size_t len;
	char *text = ctest_scenario(name, &len);

	ck_assert_msg(!scenario_parse(path, text, len, NULL, &s, &messages), "%s", messages.s);
	free(text);
	free(path);
	return s;
}

static const struct scenario_case *case_of(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->n_cases; i++)
		if (!strcmp(s->cases[i].name, name))
			return &s->cases[i];
	ck_abort_msg("no case %s", name);
}

/* The events of a case in rounds: b = joins before, j, l; or the reason why it has none. */
static void assert_rounds(const char *name, const char *want)
{
	char *scenario = mem_printf("%.*s", (int)strcspn(name, "/"), name);
	struct scenario *s = shipped(scenario);
	struct scenario_case quick;
	const char *why = NULL;
	struct buf is = {0};

	if (rounds_case(case_of(s, name), &quick, &why)) {
		buf_puts(&is, why);
	} else {
		struct schedule schedule;

		schedule_make(&quick, 7, 20, &schedule);
		for (size_t i = 0; i < schedule.n; i++) {
			const struct sched_event *ev = &schedule.events[i];

			buf_puts(&is, ev->t_ns < 0 ? "b" : ev->op == OP_JOIN ? "j" : "l");
			ck_assert(!i || ev->t_ns > ev[-1].t_ns);
			ck_assert(!mac_cmp(ev->mac, schedule.events[0].mac));
		}
		ck_assert(schedule.pace == 1);
		ck_assert_int_eq(schedule.min_outage_ns, quick.breaks ? ROUNDS_TIMEOUT_NS : 0);
		schedule_free(&schedule);
	}
	ck_assert_msg(!strcmp(is.s, want), "%s: %s, expected %s", name, is.s, want);
	buf_free(&is);
	free(scenario);
	scenario_free(s);
}

PURE_TEST("quick", each_round_begins_with_the_change_that_is_dangerous)
{
	assert_rounds("lowest-port-leaves/inherited,leaves-by=delete", "bljljl");
	assert_rounds("lowest-port-leaves/pinned-later,leaves-by=release", "bljljl");
	assert_rounds("lower-port-joins/inherited,kind=veth", "jljlj");
}

PURE_TEST("quick", what_needs_a_clock_is_skipped_with_a_reason)
{
	assert_rounds("lowest-port-leaves/arp-notify,leaves-by=delete",
	    "it needs a clock: an announcement takes its time");
	assert_rounds("original-report/inherited,guest=every-3s+after-2s",
	    "it needs a clock: the kernel chooses MACs");
	assert_rounds(
	    "pinned-late/to-a-new-mac", "it needs a clock: one-off events have their times");
	assert_rounds("lowest-port-leaves-ipv6/inherited,leaves-by=delete",
	    "it needs a clock: its lookups are not plain UDP over IPv4");
	assert_rounds("nothing-inherited/inherited,kind=veth",
	    "it needs a clock: nothing may change, for as long as it is played");
	assert_rounds(
	    "dual-stack/inherited", "it needs a clock: its lookups are not plain UDP over IPv4");
}

/* Two exposures more, at a time when nothing is lost. */
static void expose_twice(struct trace *t)
{
	build_port(t, 45000, "low", 14, mac_from_number(0x020000000000));
	build_port_gone(t, 46000, "low", 14);
	trace_sort(t);
}

static void assert_judged(struct trace *t, int rounds, enum verdict want, const char *why)
{
	struct judgement j;

	t->meta.rounds = rounds;
	judge_case(t, &j);
	ck_assert_msg(j.verdict == want, "%s: %s", verdict_name(j.verdict), j.why);
	ASSERT_HAS(j.why, why);
	judgement_free(&j);
}

PURE_TEST("quick", all_rounds_must_agree_and_each_needs_an_exposure)
{
	struct trace t;

	build_broken_control(&t);
	assert_judged(&t, 1, VERDICT_PASS, "it broke as it must");
	assert_judged(&t, 3, VERDICT_INCONCLUSIVE, "exposed once in 3 rounds");
	expose_twice(&t);
	assert_judged(&t, 3, VERDICT_INCONCLUSIVE, "it broke in 1 of 3 rounds");
	assert_judged(&t, 0, VERDICT_PASS, "it broke as it must");
	t.meta.tool = mem_strdup("mytool 1.0"); /* which announces the MAC soon, say */
	assert_judged(&t, 3, VERDICT_PASS, "it broke as it must");
	trace_free(&t);
	build_held_arm(&t);
	assert_judged(&t, 3, VERDICT_INCONCLUSIVE, "exposed once in 3 rounds");
	expose_twice(&t);
	assert_judged(&t, 3, VERDICT_PASS, "held");
	trace_free(&t);
	build_lossy_arm(&t, 10000, 12000, LAST_SEEN_CLIENT, MAC_OTHER);
	expose_twice(&t);
	assert_judged(&t, 0, VERDICT_FAIL, "lost");
	/* one round is enough where the cause is known */
	assert_judged(&t, 3, VERDICT_FAIL, "cause stale-gateway");
	assert_judged(&t, 1, VERDICT_FAIL, "lost");
	trace_free(&t);
	build_lossy_arm(&t, 10000, 12000, LAST_SEEN_UPLINK, MAC_PINNED);
	expose_twice(&t);
	assert_judged(&t, 0, VERDICT_FAIL, "cause unknown");
	assert_judged(&t, 3, VERDICT_INCONCLUSIVE, "it broke in 1 of 3 rounds");
	t.meta.tool = mem_strdup("mytool 1.0");
	assert_judged(&t, 3, VERDICT_INCONCLUSIVE, "it broke in 1 of 3 rounds");
	trace_free(&t);
}

CTEST("quick", CTEST_HOST, NULL, quick_tells_a_control_from_its_pinned_arms)
{
	char *dir = program_scratch("quick");
	struct program_result r =
	    run("check", "--quick", "lowest-port-leaves", "lower-port-joins", "--out", dir);

	ck_assert_ptr_nonnull(strstr(r.text.s, "it needs a clock"));
	ASSERT_PROGRAM(r, 0, "5 of 5 controls broke, 15 of 15 arms held, 5 skipped");
	program_drop(dir);
}

CTEST("quick", CTEST_HOST, NULL, quick_fails_by_name_when_the_pin_is_taken_away)
{
	char *dir = program_scratch("quick-never");
	struct program_result r = run("check", "--quick", "lowest-port-leaves", "--filter",
	    "*=release", "--set", "bridge.pin=never", "--out", dir);

	ck_assert_ptr_nonnull(strstr(r.text.s, "stale-gateway"));
	/* had again in the same way */
	ck_assert_ptr_nonnull(strstr(r.text.s, "rerun   steadybridge check --quick "));
	ASSERT_PROGRAM(r, 1, "lowest-port-leaves/pinned-at-create,leaves-by=release");
	program_drop(dir);
}
