/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drops_test.c: which drops of the kernel an outage reports, and which failed cases are played
 * once more for them. */
#include "test/judge/judge_kit.h"

#include <stdio.h>
#include <stdlib.h>

static struct event *drop(struct trace *t, int64_t us, const char *function)
{
	struct event *ev = build(t, 0, EV_DROP, WHERE_ROUTER);

	ev->t_ns = us * NS_PER_US;
	strcpy(ev->u.drop.function, function);
	strcpy(ev->u.drop.caller, "br_pass_frame_up");
	strcpy(ev->u.drop.reason, "NETFILTER_DROP");
	return ev;
}

/* So long after each of `ms`. */
#define DROPS(step, from, to, us) EVERY(step, from, to, drop(&t, ms * 1000 + (us), "nf_hook_slow"))
/* Of the lookups of [10 s, 12 s). */
#define ONE_EACH(us) DROPS(250, 10000, 12000, us)

/* A pinned arm that lost [10 s, 12 s), and what is reported of its drops. */
#define TOLD_ROW(name, last_seen, ms, edits)                                                       \
	JUDGE_ROW(name, (build_lossy_arm(&t, 10000, 12000, last_seen, MAC_PINNED), edits), "fail", \
	    "", found(j, ms, "the kernel dropped"))
#define UNTOLD_ROW(name, last_seen, edits)                                                         \
	JUDGE_ROW(name, (build_lossy_arm(&t, 10000, 12000, last_seen, MAC_PINNED), edits), "fail", \
	    "", not_found(j, "the kernel dropped"))

static void say(struct event *ev, const char *caller, const char *reason)
{
	strcpy(ev->u.drop.caller, caller);
	strcpy(ev->u.drop.reason, reason);
}

PURE_TEST("judge", drops_are_told_as_function_caller_and_reason)
{
#define TEXT_ROW(name, text, ...)                                                                  \
	JUDGE_ROW(name,                                                                            \
	    (build_lossy_arm(&t, 10000, 12000, LAST_SEEN_PORT, MAC_PINNED), ONE_EACH(0),           \
	        ##__VA_ARGS__),                                                                    \
	    "fail", "", found(j, 10000, text))
	TEXT_ROW("all of it", "the kernel dropped it in nf_hook_slow, called by br_pass_frame_up, "
	                      "reason NETFILTER_DROP (8 of 8 lost lookups)");
	TEXT_ROW("no call chain", "it in nf_hook_slow, reason NETFILTER_DROP (",
	    EDIT(EV_DROP, true, say(ev, "", "NETFILTER_DROP")));
	TEXT_ROW("a kernel without reasons", "it in nf_hook_slow, called by br_pass_frame_up (",
	    EDIT(EV_DROP, true, say(ev, "br_pass_frame_up", "")));
	TEXT_ROW("no symbol", "it in a function without a name, called",
	    EDIT(EV_DROP, true, ev->u.drop.function[0] = '\0'));
}

PURE_TEST("judge", drops_are_matched_by_time)
{
	TOLD_ROW("at the stamp", LAST_SEEN_PORT, 10000, ONE_EACH(0));
	JUDGE_ROW("a little before: a stamp is that exact",
	    (build_lossy_arm(&t, 10000, 12000, LAST_SEEN_PORT, MAC_PINNED), ONE_EACH(-100)), "fail",
	    "", !not_found(j, "the kernel dropped"));
	UNTOLD_ROW("longer before", LAST_SEEN_PORT, ONE_EACH(-101));
	TOLD_ROW("a millisecond later", LAST_SEEN_PORT, 10001, ONE_EACH(1000));
	UNTOLD_ROW("more than that", LAST_SEEN_PORT, ONE_EACH(1001));
	TOLD_ROW("no matter what was dropped before t=0", LAST_SEEN_PORT, 10000,
	    (ONE_EACH(0), DROPS(1, -3000, 0, 0)));
	/* at pace 20 a millisecond of the machine is 20 ms of the scenario */
	TOLD_ROW(
	    "that much in real time", LAST_SEEN_PORT, 10020, (ONE_EACH(20000), t.meta.pace = 20));
	/* what has come farther was seen later */
	UNTOLD_ROW("after the query, of a lost reply", LAST_SEEN_BACK_BRIDGE, ONE_EACH(899));
	TOLD_ROW("after the reply", LAST_SEEN_BACK_BRIDGE, 10001, ONE_EACH(1000));
}

PURE_TEST("judge", what_waits_may_be_dropped_up_to_its_deadline)
{
	TOLD_ROW("for the gateway's MAC", LAST_SEEN_NOWHERE, 11000, ONE_EACH(1000000));
	UNTOLD_ROW("later", LAST_SEEN_NOWHERE, DROPS(2250, 10000, 13000, 1000001));
	TOLD_ROW("for the upstream's", LAST_SEEN_BRIDGE, 10900, ONE_EACH(900000));
	TOLD_ROW("for the client's", LAST_SEEN_BACK_UPLINK, 10900, ONE_EACH(900000));
	TOLD_ROW("for dnsmasq", LAST_SEEN_UPSTREAM, 10003, ONE_EACH(3000));
	UNTOLD_ROW("nothing waits in a bridge", LAST_SEEN_PORT, ONE_EACH(3000));
	UNTOLD_ROW("nothing waits in the upstream's veth", LAST_SEEN_BACK_UPSTREAM, ONE_EACH(3000));
#define AS(of) EDIT(EV_DROP, true, ev->u.drop.protocol = (of))
	TOLD_ROW(
	    "ARP, of what waits for it", LAST_SEEN_NOWHERE, 10003, (ONE_EACH(3000), AS(DROP_ARP)));
	UNTOLD_ROW("ARP, of what does not", LAST_SEEN_PORT, (ONE_EACH(0), AS(DROP_ARP)));
	UNTOLD_ROW("another family", LAST_SEEN_PORT, (ONE_EACH(0), AS(DROP_IPV6)));
	TOLD_ROW("the same family", LAST_SEEN_PORT, 10000,
	    (ONE_EACH(0), AS(DROP_IPV6), t.meta.streams[STREAM_C1].family = IP_V6));
	UNTOLD_ROW("another family than IPv6", LAST_SEEN_PORT,
	    (ONE_EACH(0), t.meta.streams[STREAM_C1].family = IP_V6));
}

PURE_TEST("judge", drops_that_lost_other_packets_are_not_told)
{
	TOLD_ROW(
	    "of three quarters of the lookups", LAST_SEEN_PORT, 10000, DROPS(250, 10000, 11500, 0));
	UNTOLD_ROW("of fewer", LAST_SEEN_PORT, DROPS(250, 10000, 11250, 0));
	UNTOLD_ROW("beside each answered lookup too", LAST_SEEN_PORT, DROPS(250, 0, 60000, 500));
	TOLD_ROW("beside a quarter of them", LAST_SEEN_PORT, 10000,
	    (ONE_EACH(0), DROPS(250, 20000, 34500, 0)));
	UNTOLD_ROW("beside more", LAST_SEEN_PORT, (ONE_EACH(0), DROPS(250, 20000, 34750, 0)));
	UNTOLD_ROW("all the time", LAST_SEEN_PORT, DROPS(1, 0, 60000, 500));
	/* 8 of them in the 8.8 ms beside lost lookups: 2,772 in the other 61 s are a twentieth of
	 * that
	 */
	TOLD_ROW("now and then elsewhere", LAST_SEEN_PORT, 10000,
	    (ONE_EACH(0), DROPS(16, 20000, 60000, 100100)));
	UNTOLD_ROW(
	    "more often elsewhere", LAST_SEEN_PORT, (ONE_EACH(0), DROPS(14, 20000, 60000, 100100)));
	JUDGE_ROW("two kinds",
	    (build_lossy_arm(&t, 10000, 12000, LAST_SEEN_PORT, MAC_PINNED),
	        DROPS(250, 10000, 11500, 0),
	        EVERY(250, 10000, 12000, drop(&t, ms * 1000, "br_forward"))),
	    "fail", "",
	    found(j, 10000,
	        "in br_forward, called by br_pass_frame_up, reason NETFILTER_DROP (8 of 8"),
	    found(j, 10000,
	        "in nf_hook_slow, called by br_pass_frame_up, reason NETFILTER_DROP (6 of 8"));
	JUDGE_ROW("nothing was lost", (build_held_arm(&t), DROPS(250, 10000, 12000, 0)), "pass", "",
	    not_found(j, "the kernel dropped"));
}

static void missed(struct trace *t, uint32_t n)
{
	struct event *ev = build(t, 60500, EV_OVERRUN, WHERE_ROUTER);

	strcpy(ev->u.overrun.what, OVERRUN_DROPS);
	ev->u.overrun.lost = n;
}

PURE_TEST("judge", drops_that_were_not_recorded_are_told_and_make_nothing_invalid)
{
	JUDGE_ROW("of a fail",
	    (build_lossy_arm(&t, 10000, 12000, LAST_SEEN_PORT, MAC_PINNED), missed(&t, 7)), "fail",
	    "", found(j, 61000, "not recorded: 7 packets that the kernel dropped"));
	JUDGE_ROW("of an arm that held", (build_held_arm(&t), missed(&t, 7)), "pass", "");
}

/* ---- drop plays ---- */

static void lossy(struct trace *t)
{
	build_lossy_arm(t, 10000, 12000, LAST_SEEN_PORT, MAC_PINNED);
}

static void not_forwarded(struct trace *t)
{
	build_lossy_arm(t, 10000, 12000, LAST_SEEN_BRIDGE, MAC_PINNED);
}

static void dropped(struct trace *to)
{
	struct trace t;

	build_lossy_arm(&t, 10000, 12000, LAST_SEEN_PORT, MAC_PINNED);
	ONE_EACH(0);
	trace_sort(&t);
	*to = t;
}

static void dropped_and_missed(struct trace *t)
{
	dropped(t);
	missed(t, 1);
	trace_sort(t);
}

static void stale(struct trace *t)
{
	build_lossy_arm(t, 10000, 12000, LAST_SEEN_PORT, MAC_OTHER);
}

static void known(struct trace *t)
{
	lossy(t);
	make_known(t, CAUSE_NONE);
}

static void in_rounds(struct trace *t)
{
	lossy(t);
	t->meta.rounds = 1;
}

static void paused(struct trace *t)
{
	lossy(t);
	build_phase(t, 30000, PHASE_PAUSED, "");
	trace_sort(t);
}

static void other_control(struct trace *t)
{
	build_control(t,
	    TRAFFIC({36000, LAST_SEEN_BRIDGE, MAC_PORT1}, {60250, LAST_SEEN_ANSWERED, MAC_PORT1}));
}

static void starved(struct trace *t)
{
	build_held_arm(t);
	build_late(t, 9000, LATE_LOOP, 900, 0);
	trace_sort(t);
}

static void no_tracepoint(struct trace *t)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	build_phase(t, -1, PHASE_LAB, "");
	build_phase(t, 0, PHASE_LAB_FAILED, "no drop tracepoint: tracefs");
	trace_sort(t);
}

PURE_TEST("judge", which_plays_are_worth_a_drop_play)
{
	static const struct {
		const char *name;
		void (*build)(struct trace *t);
		bool wanted;
	} rows[] = {
	    {"unknown", lossy, true},
	    {"not forwarded", not_forwarded, true},
	    {"a drop play", dropped, false},
	    {"stale: its reason says it all", stale, false},
	    {"known", known, false},
	    {"in rounds", in_rounds, false},
	    {"somebody looked", paused, false},
	    {"an arm that held", build_held_arm, false},
	    {"a control that broke", build_broken_control, false},
	    {"a control that held", build_quiet_control, false},
	    {"a control that broke in another way", other_control, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_TRACE t = {0};
		AUTO_JUDGED p = {.trace = &t};

		rows[i].build(&t);
		t.meta.play.drops = rows[i].build == dropped;
		judge_play(&p);
		ck_assert_msg(proof_wants_drops(&p) == rows[i].wanted, "%s: %s, cause %s",
		    rows[i].name, verdict_name(p.judgement.verdict), cause_name(p.judgement.cause));
	}
}

static void rename_case(struct trace *t, size_t i)
{
	free(t->meta.name);
	t->meta.name = mem_printf("case %zu", i);
}

PURE_TEST("judge", a_drop_play_explains_and_changes_no_verdict)
{
	static const struct {
		const char *name;
		void (*again)(struct trace *t);
		int64_t ms;
		const char *text;
	} rows[] = {
	    {"it shows the function", dropped, 10000,
	        "played once more: the kernel dropped it in nf_hook_slow, called by "
	        "br_pass_frame_up, reason NETFILTER_DROP (8 of 8 lost lookups)"},
	    {"it held", build_held_arm, 10000,
	        "played once more with the drop tracepoint; it did not fail again"},
	    {"nothing was dropped", lossy, 10000,
	        "; it lost lookups again, cause unknown, and none was seen to be dropped where it "
	        "was last seen"},
	    {"records are missing", dropped_and_missed, 10000,
	        "; 1 packet that the kernel dropped was not recorded"},
	    {"it failed by another cause", not_forwarded, 10000, "again, cause not-forwarded, and"},
	    {"it held on a busy machine", starved, 10000,
	        "; it showed nothing: the player was late by 900 ms (limit 500 ms)"},
	    {"it was not played", no_tracepoint, 10000,
	        "not played once more: no drop tracepoint: tracefs"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct trace t[3];

		build_broken_control(&t[0]);
		lossy(&t[1]);
		rows[i].again(&t[2]);
		free(t[2].meta.name);
		t[2].meta.name = strdup(t[1].meta.name);
		t[2].meta.play.drops = true;
		for (int order = 0; order < 2; order++) {
			struct judged p[3] = {{.trace = &t[0]}, {.trace = &t[1]}, {.trace = &t[2]}};
			struct judged *plays[] = {&p[order], &p[!order], &p[2]};

			for (int k = 0; k < 3; k++)
				judge_play(&p[k]);
			enum verdict again = p[2].judgement.verdict;
			judge_run(plays, 3);
			ck_assert_msg(
			    found(&p[1].judgement, rows[i].ms, rows[i].text), "%s", rows[i].name);
			ck_assert_int_eq(p[1].judgement.verdict, VERDICT_FAIL);
			ck_assert_int_eq(p[0].judgement.verdict, VERDICT_PASS);
			ck_assert_int_eq(p[2].judgement.verdict, again);
			ck_assert(not_found(&p[2].judgement, "once more"));
			for (size_t f = 1; f < p[1].judgement.n_findings; f++)
				ck_assert_int_le(p[1].judgement.findings[f - 1].t_ns,
				    p[1].judgement.findings[f].t_ns);
			for (int k = 0; k < 3; k++)
				judged_free(&p[k]);
		}
		for (int k = 0; k < 3; k++)
			trace_free(&t[k]);
	}
}

/* Nothing is proven by a control that broke as it must only in its drop play. */
PURE_TEST("judge", a_drop_play_is_no_control)
{
	struct trace t[3];
	struct judged p[3] = {{.trace = &t[0]}, {.trace = &t[1]}, {.trace = &t[2]}},
	              *plays[] = {&p[0], &p[1], &p[2]};

	other_control(&t[0]);
	build_broken_control(&t[1]);
	t[1].meta.play.drops = true;
	build_held_arm(&t[2]);
	for (int i = 0; i < 3; i++)
		judge_play(&p[i]);
	ck_assert_int_eq(p[1].judgement.verdict, VERDICT_PASS);
	judge_run(plays, 3);
	assert_verdict("the arm", &p[2].judgement, "inconclusive", "did not break (inconclusive)");
	for (int i = 0; i < 3; i++) {
		judged_free(&p[i]);
		trace_free(&t[i]);
	}
}

PURE_TEST("judge", cases_without_a_drop_play_are_counted_where_others_have_one)
{
	struct trace t[5];
	struct judged p[5], *plays[5];
	static const char text[] =
	    "not played once more with the drop tracepoint: 1 of 3 such cases were";

	for (size_t n = 4; n <= 5; n++) {
		for (size_t i = 0; i < n; i++) {
			(i == 4 ? dropped : i == 3 ? stale : lossy)(&t[i]);
			rename_case(&t[i], i == 4 ? 1 : i);
			t[i].meta.play.drops = i == 4;
			p[i] = (struct judged){.trace = &t[i]};
			plays[i] = &p[i];
			judge_play(plays[i]);
		}
		judge_run(plays, n);
		for (size_t i = 0; i < n; i++)
			ck_assert_msg(
			    not_found(&p[i].judgement, text) != (n == 5 && (i == 0 || i == 2)),
			    "case %zu of %zu", i, n);
		for (size_t i = 0; i < n; i++) {
			judged_free(&p[i]);
			trace_free(&t[i]);
		}
	}
}
