/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fitness_test.c: a machine or a lab at fault: when it makes a case invalid, and when not. */
#include "test/judge/judge_kit.h"

#include <errno.h>

#include "trace/trace_json.h"

static void build_overrun(struct trace *t, int64_t ms, const char *what)
{
	strcpy(build(t, ms, EV_OVERRUN, WHERE_ROUTER)->u.overrun.what, what);
}

/* Cut short, with lookups under way. */
static void cut_short(struct trace *t)
{
	begin_arm(t, 10000);
	build_traffic(t, 10000, 11000, LAST_SEEN_NOWHERE, MAC_PINNED);
	build_lookup(t, 11000, STREAM_C1, LAST_SEEN_NOWHERE, MAC_PINNED);
}

PURE_TEST("judge", what_makes_any_case_invalid)
{
	void (*const cases[])(struct trace *) = {
	    build_broken_control, build_held_arm, build_failed_arm};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		INVALID_ROW("overrun", (cases[i](&t), build_overrun(&t, 7000, "links")),
		    "notifications or packets were lost (links)",
		    found(j, 7000, "notifications or packets were lost"));
		INVALID_ROW("neighbour table full",
		    (cases[i](&t), build_overrun(&t, 61000, "arp_cache full")),
		    "the kernel's neighbour table was full (arp_cache full");
		INVALID_ROW("without its last event, which is PHASE_END", (cases[i](&t), t.n--),
		    "ended before its last deadline");
		INVALID_ROW("without an answer of the warm-up",
		    (cases[i](&t), DROP(EV_ANSWER, ev->t_ns == -1748 * MS)),
		    "1 of 10 warm-up lookups were lost");
		INVALID_ROW("without a baseline",
		    (cases[i](&t), DROP(EV_STATE, !ev->u.state.at_end)),
		    "state before t=0 is not in the trace");
		INVALID_ROW("no lab",
		    (cases[i](&t), build_phase(&t, -2500, PHASE_LAB_FAILED, "no veth here"),
		        build_phase(&t, -2500, PHASE_LAB_FAILED, ", nor there")),
		    "the lab could not be built: no veth here, nor there");
		INVALID_ROW("the play broke off",
		    (cases[i](&t),
		        build_phase(&t, 2500, PHASE_LAB_FAILED, "the churner is stopped")),
		    "the play broke off: the churner is stopped");
		/* It never left the program, so nothing is known of the bridge. */
		INVALID_ROW("no room to send",
		    (cases[i](&t), EDIT(EV_SENT, ev->t_ns > 0 && ev->u.sent.stream == STREAM_C1,
		                       ev->u.sent.err = -ENOBUFS)),
		    "lookups could not be sent: No buffer space available");
	}
	INVALID_ROW("no lab and nothing else",
	    (build_meta(&t, "pinned", CAUSE_NONE),
	        build_phase(&t, -1, PHASE_LAB_FAILED, "no br_netfilter")),
	    "the lab could not be built: no br_netfilter");
	INVALID_ROW("nothing at all", build_meta(&t, "pinned", CAUSE_NONE),
	    "ended before its last deadline");
	/* only the lookup of 10 s had reached its deadline */
	INVALID_ROW("what was under way at the end is not judged", cut_short(&t), "",
	    j->total.sent == 41, j->total.lost == 1);
}

/* ---- late ---- */

static void late_at_their_limits(struct trace *t)
{
	build_held_arm(t);
	build_late(t, 20000, LATE_LOOP, 500, 0);
	build_late(t, 21000, LATE_CHURNER, 1000, 0);
	build_late(t, 22000, LATE_LOOP, 0, 12); /* of 302 */
	build_late(t, -1500, LATE_LOOP, 5000, 500);
}

static void gap_in_due_times(struct trace *t)
{
	begin_arm(t, 20000);
	build_lowest_leaves(t, true);
	end_arm(t, 24000, MAC_PINNED);
}

PURE_TEST("judge", an_arm_that_held_on_a_starved_machine_is_invalid)
{
	JUDGE_ROW("each at its limit", late_at_their_limits(&t), "pass", "",
	    j->loop_late_ns == 500 * MS, j->churn_late_ns == 1000 * MS, j->total.skipped == 12);
	INVALID_ROW("the player", (build_held_arm(&t), build_late(&t, 20000, LATE_LOOP, 501, 0)),
	    "the player was late by 501 ms (limit 500 ms)");
	INVALID_ROW("the player, where lookups are a second apart",
	    (build_held_arm(&t), t.meta.streams[STREAM_C1].interval_ns = S,
	        build_late(&t, 20000, LATE_LOOP, 2001, 0)),
	    "the player was late by 2 s (limit 2 s)");
	INVALID_ROW("the churner",
	    (build_held_arm(&t), build_late(&t, 20000, LATE_CHURNER, 1001, 0)),
	    "the churner was late by 1 s (limit 1 s)");
	INVALID_ROW("skipped lookups",
	    (build_held_arm(&t), build_late(&t, 20000, LATE_LOOP, 0, 20)),
	    "20 of 322 lookups were skipped");
	INVALID_ROW("a change",
	    (build_held_arm(&t), EDIT(EV_CHURN, !ev->u.churn.end, ev->u.churn.due_ns -= 1500 * MS)),
	    "the churner was late by 1.5 s");
	INVALID_ROW("a lookup",
	    (build_held_arm(&t), EDIT(EV_SENT, ev->t_ns == 30 * S, ev->u.sent.due_ns -= 600 * MS)),
	    "the player was late by 600 ms");
	INVALID_ROW("a gap in the due times", gap_in_due_times(&t),
	    "16 of 241 lookups of c1/ipv4/udp were skipped");
	INVALID_ROW("a lost reference", (build_held_arm(&t), lose_reference(&t, 30000)),
	    "1 reference lookup (not over the bridge) was lost or late");
	INVALID_ROW("skipped lookups hide no lost reference",
	    (build_held_arm(&t), build_late(&t, 20000, LATE_LOOP, 0, 20),
	        lose_reference(&t, 30000)),
	    "because they were due too long ago; 1 reference lookup (not over the bridge)");
}

/* An arm that lost c1's lookups of [from, to). */
static void lost(struct trace *t, int64_t from_ms, int64_t to_ms)
{
	build_lossy_arm(t, from_ms, to_ms, LAST_SEEN_PORT, MAC_OTHER);
}

static void lose_upstream(struct trace *t, bool reference)
{
	build_lossy_arm(t, 10000, 12000, LAST_SEEN_UPSTREAM, MAC_PINNED);
	if (!reference)
		return;
	lose_reference(t, 10000);
	lose_reference(t, 11000);
}

PURE_TEST("judge", the_reference_tells_machine_from_bridge)
{
	const char *fault = "but the machine was at fault at that time";

	JUDGE_ROW("lost far off", (lost(&t, 10000, 12000), lose_reference(&t, 30000)), "fail", "",
	    j->so != NULL);
	JUDGE_ROW("lost a whole interval before",
	    (lost(&t, 10000, 12000), lose_reference(&t, 9000)), "fail", "", j->so != NULL);
	INVALID_ROW("lost then", (lost(&t, 10000, 12000), lose_reference(&t, 12000)), fault);
	JUDGE_ROW("the loop, late at another time",
	    (lost(&t, 10000, 13000), build_late(&t, 15000, LATE_LOOP, 600, 0)), "fail", "",
	    j->so != NULL);
	INVALID_ROW("the loop, late then",
	    (lost(&t, 10000, 12000), build_late(&t, 14000, LATE_LOOP, 2000, 0)), fault);
	INVALID_ROW("the upstream is silent for the reference as well", lose_upstream(&t, true),
	    "dnsmasq did not answer", cause_is(j, "upstream-silent"));
	JUDGE_ROW("the upstream is silent for c1", lose_upstream(&t, false), "fail", "",
	    !strcmp(j->so, "the upstream got 8 lookups of c1 from 10.000 s on and answered none"));
}

PURE_TEST("judge", load_does_not_undo_evidence)
{
	JUDGE_ROW("a control whose frames show the cause",
	    (build_broken_control(&t), build_late(&t, 7000, LATE_LOOP, 700, 0),
	        lose_reference(&t, 20000)),
	    "pass", "");
	JUDGE_ROW("a pinned bridge that changed its MAC",
	    (build_failed_arm(&t), lose_reference(&t, 20000)), "fail", "");
	INVALID_ROW("but a control that did not break is no longer 'not reproduced'",
	    (build_quiet_control(&t), build_late(&t, 7000, LATE_LOOP, 700, 0)),
	    "the player was late");
}

/* Lost from 45 to 47 s, with bad times on both sides that have nothing to do with it; one reference
 * lookup more is lost, and the player is late. */
static void bad_times(struct trace *t, int64_t reference_ms, int64_t late_at_ms, int64_t late_ms)
{
	lost(t, 45000, 47000);
	lose_reference(t, 3000);
	lose_reference(t, 20000);
	lose_reference(t, 52000);
	lose_reference(t, 59000);
	lose_reference(t, reference_ms);
	if (late_ms)
		build_late(t, late_at_ms, LATE_LOOP, late_ms, 0);
}

PURE_TEST("judge", bad_times_are_those_around_a_loss)
{
	JUDGE_ROW("before the first loss's interval", bad_times(&t, 44000, 0, 0), "fail", "");
	INVALID_ROW("with the first loss", bad_times(&t, 45000, 0, 0), "");
	INVALID_ROW("before the last loss's deadline", bad_times(&t, 47000, 0, 0), "");
	JUDGE_ROW("after the last loss's deadline", bad_times(&t, 48000, 0, 0), "fail", "");
	INVALID_ROW("late from 44 to 55 s", bad_times(&t, 10000, 55000, 11000), "");
	INVALID_ROW("late from 48 s on: but a short loss", bad_times(&t, 10000, 55000, 7000), "");
	INVALID_ROW("a long one that a short one follows, in a loss too long to be explained by it",
	    (lost(&t, 45000, 50000), lose_reference(&t, 51000),
	        build_late(&t, 51200, LATE_LOOP, 1600, 0)),
	    "");
	JUDGE_ROW("not too late", bad_times(&t, 10000, 44749, 500), "fail", "");
	INVALID_ROW("late up to the first loss's interval, and too little to explain it all",
	    (lost(&t, 45000, 50000), build_late(&t, 44750, LATE_LOOP, 600, 0)), "");
}

/* Lost from 40 s on, with a player or a join that was late at 20 s. */
static void late_elsewhere(struct trace *t, int64_t lost_to_ms, int64_t late_ms, int64_t join_ms)
{
	lost(t, 40000, lost_to_ms);
	if (late_ms)
		build_late(t, 20000, LATE_LOOP, late_ms, 0);
	if (join_ms) {
		build_churn(t, 20000, OP_JOIN, "guest", false);
		build_churn(t, 20000 + join_ms, OP_JOIN, "guest", true)->u.churn.due_ns = 20 * S;
	}
}

/* Wherever the player or a join was late: a loss no longer than that may be the machine's. */
PURE_TEST("judge", a_short_loss_of_a_late_play_may_be_the_machines)
{
	JUDGE_ROW("on time", late_elsewhere(&t, 42000, 0, 0), "fail", "");
	JUDGE_ROW("not too late", late_elsewhere(&t, 42000, 499, 0), "fail", "");
	INVALID_ROW(
	    "0.6 s, a timeout of 1 s and two intervals", late_elsewhere(&t, 42000, 600, 0), "");
	INVALID_ROW("lost for just that long", late_elsewhere(&t, 42250, 750, 0), "");
	JUDGE_ROW("lost for longer", late_elsewhere(&t, 42500, 600, 0), "fail", "");
	JUDGE_ROW("a join, not too late", late_elsewhere(&t, 42000, 0, 900), "fail", "");
	INVALID_ROW("a join", late_elsewhere(&t, 42000, 0, 1100), "");
	JUDGE_ROW("a join, and lost for longer", late_elsewhere(&t, 43000, 0, 1100), "fail", "");
}

/* A subject attaches at 20 s, until end_ms; it is to detach at 22 s. */
static void build_verbs(struct trace *t, int64_t end_ms)
{
	int64_t next_ms = end_ms > 22000 ? end_ms : 22000;

	t->meta.tool = mem_strdup("mytool 1.0");
	build_churn(t, 20000, OP_JOIN, "port", false);
	build_churn(t, end_ms, OP_JOIN, "port", true)->u.churn.due_ns = 20 * S;
	build_churn(t, next_ms, OP_LEAVE, "port", false)->u.churn.due_ns = 22 * S;
	build_churn(t, next_ms + 10, OP_LEAVE, "port", true)->u.churn.due_ns = 22 * S;
}

/* It takes its time; more than the schedule has is no fault of the machine's, nor a pass. */
PURE_TEST("judge", a_subject_that_is_slower_than_the_rate_is_inconclusive)
{
	JUDGE_ROW("in time", (build_held_arm(&t), build_verbs(&t, 22000)), "pass", "");
	JUDGE_ROW("an arm", (build_held_arm(&t), build_verbs(&t, 24500)), "inconclusive",
	    "mytool 1.0: a verb ended 2.5 s after the next change was due");
	JUDGE_ROW("an arm that lost", (lost(&t, 10000, 12000), build_verbs(&t, 24500)), "fail", "");
	JUDGE_ROW(
	    "a control that broke", (build_broken_control(&t), build_verbs(&t, 24500)), "pass", "");
	JUDGE_ROW("one that did not", (build_quiet_control(&t), build_verbs(&t, 24500)),
	    "inconclusive", "a verb ended 2.5 s after");
}

/* ---- changes that met lookups ---- */

/* A change that comes or ends late. */
static void build_late_change(struct trace *t, int64_t due_ms, int64_t begin_ms, int64_t end_ms)
{
	build_churn(t, begin_ms, OP_SET_MAC, "eth0", false)->u.churn.due_ns = due_ms * MS;
	build_churn(t, end_ms, OP_SET_MAC, "eth0", true)->u.churn.due_ns = due_ms * MS;
	trace_sort(t);
}

/* The lookup of 40 s is lost; others are asked at 39.75 and 40.25 s. */
static void lost_with_change(struct trace *t, int64_t due_ms, int64_t begin_ms, int64_t end_ms)
{
	build_lossy_arm(t, 40000, 40250, LAST_SEEN_BACK_PORT, MAC_PINNED);
	build_late_change(t, due_ms, begin_ms, end_ms);
}

/* Where the schedule keeps a change and a lookup apart, and they met all the same, what became of
 * the lookup is the machine's. */
PURE_TEST("judge", a_late_change_that_met_a_lookup_is_the_machines)
{
	JUDGE_ROW(
	    "on time, and over before", lost_with_change(&t, 39875, 39876, 39880), "fail", "");
	INVALID_ROW("it took until after", lost_with_change(&t, 39875, 39876, 40010),
	    "'set-mac' of eth0 was due at 39.875 s, ended at 40.010 s and so coincided with a lookup of "
	    "c1/ipv4/udp that was due at 40.000 s");
	JUDGE_ROW(
	    "late, and over just then", lost_with_change(&t, 39875, 39990, 40000), "fail", "");
	JUDGE_ROW("it comes after", lost_with_change(&t, 40125, 40126, 40130), "fail", "");
	JUDGE_ROW("the schedule lets them meet, later", lost_with_change(&t, 40001, 40001, 40010),
	    "fail", "");
	JUDGE_ROW("the schedule lets them meet, earlier", lost_with_change(&t, 39999, 40000, 40010),
	    "fail", "");
	INVALID_ROW("it comes after, but before the reply",
	    (lost_with_change(&t, 40125, 40126, 40130),
	        EDIT(EV_FRAME, ev->t_ns == 40001 * MS, ev->t_ns = 40127 * MS)),
	    "");
	INVALID_ROW("one that was met and answered is not why another was lost",
	    (lost(&t, 40000, 40250), build_late(&t, 40000, LATE_LOOP, 600, 0),
	        build_late_change(&t, 19875, 19876, 20010)),
	    "at fault at that time: the player was late by 600 ms");
	JUDGE_ROW("a control that held, on time",
	    (build_quiet_control(&t), build_late_change(&t, 5125, 5126, 5130)), "not-reproduced",
	    "");
	INVALID_ROW("a control that held because of one has shown nothing of the kernel",
	    (build_quiet_control(&t), build_late_change(&t, 5125, 5126, 5260)),
	    "coincided with a lookup of c1/ipv4/udp that was due at 5.250 s");
	/* The port has left, a lookup goes by its MAC, and only then the bridge has another. */
	INVALID_ROW("a deletion that takes long meets lookups to its end",
	    (build_quiet_control(&t), EDIT(EV_CHURN, ev->u.churn.end, ev->t_ns = 5252 * MS)),
	    "'leave' of lowest was due at 5.000 s, ended at 5.252 s and so coincided with a lookup");
}

/* ---- paused ---- */

/* Somebody looked into the case, which ended there. */
static void pause_at(struct trace *t, int64_t ms)
{
	while (t->n && t->events[t->n - 1].t_ns >= ms * MS)
		t->n--;
	build_phase(t, ms, PHASE_PAUSED, "");
	trace_sort(t);
}

PURE_TEST("judge", a_paused_case_has_failed_by_then_or_shown_nothing)
{
	/* One lookup each 250 ms from 0 on; those sent within the last second had time left. */
	JUDGE_ROW("after it had failed", (build_failed_arm(&t), pause_at(&t, 9000)), "fail",
	    "; paused at 9.000 s", j->cause == CAUSE_STALE_GATEWAY,
	    has(j->so, "paused at 9.000 s and ended there"), j->total.sent == 8000 / 250 + 1);
	INVALID_ROW(
	    "an arm that held", (build_held_arm(&t), pause_at(&t, 9000)), "before it had failed");
	INVALID_ROW("a control that broke", (build_broken_control(&t), pause_at(&t, 50000)),
	    "before it had failed");
}

PURE_TEST("judge", a_pause_is_kept_in_a_stored_trace)
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

#define SHORT_OUTAGE                                                                               \
	(build_control(&t, TRAFFIC({13000, LAST_SEEN_PORT, MAC_LOWEST},                            \
	                       {60250, LAST_SEEN_ANSWERED, MAC_PORT1})),                           \
	    trace_sort(&t))

/* The player tells at t=0 that the clients' entries were that old then, and late by as much. */
PURE_TEST("judge", an_entry_that_was_old_at_the_start_makes_a_short_outage)
{
	JUDGE_ROW("a short one", SHORT_OUTAGE, "inconclusive", "it must break by stale-gateway");
	INVALID_ROW("of an old entry", (SHORT_OUTAGE, build_late(&t, 0, LATE_LOOP, 21500, 0)),
	    "the player was late by 21.5 s (limit 500 ms)");
}

PURE_TEST("judge", one_disturbance_excuses_no_long_outage)
{
	INVALID_ROW("as long as it can be",
	    (build_lossy_arm(&t, 10000, 12250, LAST_SEEN_UPLINK, MAC_PINNED),
	        lose_reference(&t, 10000)),
	    "at fault at that time");
	JUDGE_ROW("longer",
	    (build_lossy_arm(&t, 10000, 12500, LAST_SEEN_UPLINK, MAC_PINNED),
	        lose_reference(&t, 10000)),
	    "fail", "lost 10 of 241", cause_is(j, "unknown"));
	INVALID_ROW("longer, by an entry that it may have spoiled",
	    (lost(&t, 10000, 40000), lose_reference(&t, 10000)), "at fault at that time");
}
