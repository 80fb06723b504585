/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge_test.c: figures, findings and limits of a case, over synthetic traces. */
#include "base/words.h"
#include "test/judge/judge_kit.h"

static void undo_pin(struct trace *t)
{
	build_churn(t, 4999, OP_FAULT, "undo-pin", false);
	build_churn(t, 5001, OP_FAULT, "undo-pin", true);
}

PURE_TEST("judge", what_broke_and_what_held)
{
	JUDGE_ROW("a control that broke passes", build_broken_control(&t), "pass",
	    "it broke as it must: lost 123 of 241 in 1 outage, the longest 30.8 s",
	    cause_is(j, "stale-gateway flooded"), j->total.sent == 241, j->total.lost == 123,
	    j->total.answered == 118, !j->total.late, !j->total.wrong, !j->total.refused,
	    !j->total.skipped, j->n_streams == 2, j->streams[STREAM_REF].sent == 61,
	    !j->streams[STREAM_REF].lost, j->n_outages == 1, j->outages[0].stream == STREAM_C1,
	    outage_is(j, 0, "stale-gateway flooded", 5250, 36000), !j->outages[0].open,
	    j->outages[0].lost == 123, j->longest_ns == 30750 * MS, j->resolution_ns == 250 * MS,
	    j->exposures == 1, j->gateway_mac_changes == 1, !j->gateway_arps, !j->invariants);
	JUDGE_ROW("the findings of a control that broke", build_broken_control(&t), "pass", "",
	    j->n_findings == 4,
	    found(j, 5002, "br0 changed 02:00:00:00:00:01 -> fe:00:00:00:00:11"),
	    found(j, 5003, "port lowest (02:00:00:00:00:01) left"),
	    found(j, 5250,
	        "c1 still sent to 02:00:00:00:00:01 (REACHABLE); 123 lookups flooded, none answered"),
	    found(j, 36000,
	        "c1 was answered again: its entry for the gateway became fe:00:00:00:00:11"));
	JUDGE_ROW("an arm that held passes", build_held_arm(&t), "pass",
	    "held: 241 of 241 answered, exposed once; shortest detectable outage 250 ms",
	    cause_is(j, "none"), !j->total.lost, j->exposures == 1, !j->gateway_mac_changes,
	    !j->longest_ns, !j->known_gone);
	JUDGE_ROW("a pinned arm that changed its MAC fails", build_failed_arm(&t), "fail",
	    "lost 123 of 241", has(j->why, "(limit 0 lost), cause stale-gateway (flooded)"),
	    cause_is(j, "stale-gateway flooded"), j->invariants == INVARIANT_GATEWAY_MAC,
	    !strcmp(j->so,
	        "the kernel did not honour the pin; nothing in the lab set an address: c1 kept "
	        "br0's old MAC 02:00:00:00:aa:aa for 30.8 s after port lowest left; no FDB entry "
	        "had it, so 123 lookups were flooded; answered again at 36.000 s, when its entry "
	        "for the gateway became fe:00:00:00:00:11"),
	    found(j, 5002, "br0 changed 02:00:00:00:aa:aa -> fe:00:00:00:00:11 although pinned"));
	JUDGE_ROW("a fault is named instead of the kernel", (build_failed_arm(&t), undo_pin(&t)),
	    "fail", "", has(j->so, "; the deliberate defect 'undo-pin' was active"),
	    !has(j->so, "honour the pin"), found(j, 4999, "'undo-pin' began"));
}

static void more_answers(struct trace *t)
{
	struct event *ev = build(t, 10500, EV_ANSWER, WHERE_ROUTER);

	ev->u.answer.seq = build_seq(10000);
	ev->u.answer.result = ANSWER_WRONG;
	build(t, 10500, EV_ANSWER, WHERE_ROUTER)->u.answer.seq = 1; /* of no attempt at all */
	build(t, 10500, EV_ANSWER, WHERE_ROUTER)->u.answer.stream = 7;
}

/* c1's lookup at 10 s got this answer, so late. */
#define one_answer(late_ms, is)                                                                    \
	EDIT(EV_ANSWER, ev->u.answer.stream == STREAM_C1 && ev->u.answer.seq == build_seq(10000),  \
	    (ev->t_ns = (10000 + (late_ms)) * MS, ev->u.answer.result = (is)))

PURE_TEST("judge", which_answers_count)
{
	JUDGE_ROW("at its deadline", (build_held_arm(&t), one_answer(1000, ANSWER_RIGHT)), "pass",
	    "", !j->total.late);
	JUDGE_ROW("after its deadline", (build_held_arm(&t), one_answer(1001, ANSWER_RIGHT)),
	    "fail", "", j->total.late == 1, j->total.lost == 1, j->total.answered == 240,
	    outage_is(j, 0, "unknown", 10000, 10250), cause_is(j, "unknown"));
	JUDGE_ROW("a wrong one is a loss", (build_held_arm(&t), one_answer(2, ANSWER_WRONG)),
	    "fail", "", j->total.wrong == 1, j->total.lost == 1);
	JUDGE_ROW("a refusal is a loss", (build_held_arm(&t), one_answer(2, ANSWER_REFUSED)),
	    "fail", "", j->total.refused == 1, j->total.lost == 1);
	JUDGE_ROW("only the first one of an attempt counts", (build_held_arm(&t), more_answers(&t)),
	    "pass", "");
}

/* Gaps in a closed loop's lookups are no skipped lookups. */
static void closed_loop_with_a_gap(struct trace *t)
{
	begin_arm(t, 10000);
	t->meta.streams[STREAM_C1].closed_loop = true;
	build_lowest_leaves(t, true);
	build_lookup(t, 10000, STREAM_REF, LAST_SEEN_ANSWERED, MAC_PINNED);
	end_arm(t, 10750, MAC_PINNED);
}

PURE_TEST("judge", outages)
{
	JUDGE_ROW("one that is not closed is open, up to the last deadline",
	    build_control(&t, TRAFFIC({60250, LAST_SEEN_PORT, MAC_LOWEST})), "pass",
	    "the longest at least 55.8 s", j->n_outages == 1, j->outages[0].open,
	    j->outages[0].to_ns == 61 * S, found(j, 61000, "still lost when the case ended"));
	JUDGE_ROW("two are told apart, and the worst gives the cause",
	    build_arm(
	        &t, TRAFFIC({10000, LAST_SEEN_ANSWERED, MAC_PINNED},
	                {10250, LAST_SEEN_PORT, MAC_OTHER}, {20000, LAST_SEEN_ANSWERED, MAC_PINNED},
	                {22000, LAST_SEEN_UPSTREAM, MAC_PINNED},
	                {60250, LAST_SEEN_ANSWERED, MAC_PINNED})),
	    "fail", "in 2 outages, the longest 2 s", j->n_outages == 2,
	    outage_is(j, 0, "stale-gateway flooded", 10000, 10250),
	    outage_is(j, 1, "upstream-silent", 20000, 22000), cause_is(j, "upstream-silent"));
	JUDGE_ROW("the second's votes are its own",
	    build_arm(
	        &t, TRAFFIC({10000, LAST_SEEN_ANSWERED, MAC_PINNED},
	                {12000, LAST_SEEN_UPSTREAM, MAC_PINNED},
	                {20000, LAST_SEEN_ANSWERED, MAC_PINNED}, {20500, LAST_SEEN_PORT, MAC_OTHER},
	                {60250, LAST_SEEN_ANSWERED, MAC_PINNED})),
	    "fail", "the longest 2 s", j->n_outages == 2,
	    outage_is(j, 0, "upstream-silent", 10000, 12000),
	    outage_is(j, 1, "stale-gateway flooded", 20000, 20500), cause_is(j, "upstream-silent"),
	    j->longest_ns == 2 * S);
	JUDGE_ROW("the resolution is the largest gap, from 9.75 to 10.75 s",
	    closed_loop_with_a_gap(&t), "pass", "", j->resolution_ns == S);
}

/* ---- limits, known failures ---- */

static void limit(struct trace *t, struct limits limits)
{
	build_lossy_arm(t, 10000, 12000, LAST_SEEN_PORT, MAC_OTHER);
	t->meta.limits = limits;
}

static void limit_macs(struct trace *t, int64_t limit)
{
	build_held_arm(t);
	change_mac(t); /* and back */
	t->meta.limits.gateway_mac_changes = limit;
}

PURE_TEST("judge", limits_are_maxima)
{
	JUDGE_ROW(
	    "each at its limit", limit(&t, (struct limits){8, 1, 2 * S, 0, 96}), "pass", "held");
	JUDGE_ROW("lost", limit(&t, (struct limits){7, 1, 2 * S, 0, -1}), "fail", "(limit 7 lost)");
	JUDGE_ROW(
	    "outages", limit(&t, (struct limits){8, 0, 2 * S, 0, -1}), "fail", "(limit 0 outages)");
	JUDGE_ROW(
	    "outage", limit(&t, (struct limits){8, 1, 2 * S - 1, 0, -1}), "fail", "(limit 2 s)");
	JUDGE_ROW("answered", limit(&t, (struct limits){8, 1, 2 * S, 0, 96.7}), "fail",
	    "(answered 96.68%, limit 96.70%)");
	JUDGE_ROW("none",
	    limit(&t, (struct limits){LIMIT_ANY, LIMIT_ANY, LIMIT_ANY, LIMIT_ANY, -1}), "pass",
	    "held");
	JUDGE_ROW("no change of MAC", limit_macs(&t, 0), "fail", "", j->gateway_mac_changes == 2);
	JUDGE_ROW("one change of MAC", limit_macs(&t, 1), "fail", "");
	JUDGE_ROW("two changes of MAC", limit_macs(&t, 2), "pass", "");
}

/* 12 s lost without a cause, and before that 4 s sent to the MAC of nobody. */
static void known_beside_unknown(struct trace *t, enum cause cause)
{
	build_arm(
	    t, TRAFFIC({10000, LAST_SEEN_ANSWERED, MAC_PINNED}, {14000, LAST_SEEN_PORT, MAC_OTHER},
	           {20000, LAST_SEEN_ANSWERED, MAC_PINNED}, {32000, LAST_SEEN_NOWHERE, MAC_PINNED},
	           {60250, LAST_SEEN_ANSWERED, MAC_PINNED}));
	make_known(t, cause);
}

PURE_TEST("judge", known_failures_are_tolerated_by_cause)
{
	JUDGE_ROW("of this cause", (build_failed_arm(&t), make_known(&t, CAUSE_STALE_GATEWAY)),
	    "fail", "", j->known, !j->known_gone);
	JUDGE_ROW("of any cause", (build_failed_arm(&t), make_known(&t, CAUSE_NONE)), "fail", "",
	    j->known, !j->known_gone);
	JUDGE_ROW("of another", (build_failed_arm(&t), make_known(&t, CAUSE_TOO_BIG)), "fail", "",
	    !j->known, !j->known_gone);
	JUDGE_ROW("the longest is unknown", known_beside_unknown(&t, CAUSE_STALE_GATEWAY), "fail",
	    "", cause_is(j, "unknown"), j->known);
	JUDGE_ROW("and none of them is known", known_beside_unknown(&t, CAUSE_TOO_BIG), "fail", "",
	    cause_is(j, "unknown"), !j->known);
	JUDGE_ROW("it passed", (build_held_arm(&t), make_known(&t, CAUSE_STALE_GATEWAY)), "pass",
	    "", !j->known, j->known_gone);
}

/* ---- the rest ---- */

PURE_TEST("judge", words_read_well)
{
	char text[WORDS_TEXT];

	ck_assert_str_eq(words_span(0, text), "0 ms");
	ck_assert_str_eq(words_span(400 * NS_PER_US, text), "0.4 ms");
	ck_assert_str_eq(words_span(58 * MS + 300000, text), "58 ms");
	ck_assert_str_eq(words_span(999 * MS, text), "999 ms");
	ck_assert_str_eq(words_span(999 * MS + 600000, text), "1 s");
	ck_assert_str_eq(words_span(S, text), "1 s");
	ck_assert_str_eq(words_span(31300 * MS, text), "31.3 s");
	ck_assert_str_eq(words_span(41 * 60 * S, text), "41 min");
	ck_assert_str_eq(words_span(-2 * S, text), "-2 s");
	ck_assert_str_eq(words_moment(5001 * MS, text), "5.001");
	ck_assert_str_eq(words_moment(-50 * MS, text), "-0.050");
	ck_assert_str_eq(words_count(0, text), "0");
	ck_assert_str_eq(words_count(999, text), "999");
	ck_assert_str_eq(words_count(2160, text), "2,160");
	ck_assert_str_eq(words_count(UINT64_MAX, text), "18,446,744,073,709,551,615");
	ck_assert_str_eq(words_times(0, text), "never");
	ck_assert_str_eq(words_times(1, text), "once");
	ck_assert_str_eq(words_times(1200, text), "1,200 times");
	ck_assert_str_eq(words_plural(1), "");
	ck_assert_str_eq(words_plural(0), "s");
}

/* Beyond 65,536 events and thousands of changes. Two hours in which a port comes and goes every
 * two seconds and half of all lookups are lost. */
PURE_TEST("judge", each_outage_of_a_large_trace_has_its_place_and_cause)
{
	struct trace t;

	build_meta(&t, "inherited", CAUSE_STALE_GATEWAY);
	t.meta.duration_ns = 7200 * S;
	build_begin(&t, MAC_LOWEST, 1);
	for (int64_t ms = 0; ms < 7200000; ms += 2000) {
		build_traffic(&t, ms, ms + 1000, LAST_SEEN_ANSWERED, MAC_LOWEST);
		build_churn(&t, ms + 900, OP_LEAVE, "lowest", false);
		build_fdb(&t, ms + 901, "lowest", MAC_LOWEST, true);
		build_bridge(&t, ms + 902, MAC_PORT1);
		build_port_gone(&t, ms + 903, "lowest", PORT_LOWEST);
		build_churn(&t, ms + 904, OP_LEAVE, "lowest", true);
		build_traffic(&t, ms + 1000, ms + 2000, LAST_SEEN_PORT, MAC_LOWEST);
		build_churn(&t, ms + 1900, OP_JOIN, "lowest", false);
		build_fdb(&t, ms + 1901, "lowest", MAC_LOWEST, false);
		build_port(&t, ms + 1902, "lowest", PORT_LOWEST, MAC_LOWEST);
		build_bridge(&t, ms + 1903, MAC_LOWEST);
		build_churn(&t, ms + 1904, OP_JOIN, "lowest", true);
		build_neigh(&t, ms + 1905, 0, 2, MAC_LOWEST);
	}
	t.meta.min_outage_ns = S;
	build_end(&t, 7200000);
	ck_assert_uint_gt(t.n, 250000);
	const struct judgement *j = judged(&t);
	assert_verdict("a large trace", j, "pass", "");
	ck_assert_uint_eq(j->total.sent, 28800);
	ck_assert_uint_eq(j->total.lost, 14400);
	ck_assert_uint_eq(j->n_outages, 3600);
	for (size_t i = 0; i < j->n_outages; i++) {
		const struct outage *o = &j->outages[i];
		int64_t from_ms = (int64_t)(2 * i + 1) * 1000;

		ck_assert(o->open == (i + 1 == j->n_outages));
		ck_assert(outage_is(
		    j, i, "stale-gateway flooded", from_ms, from_ms + (o->open ? 1750 : 1000)));
		ck_assert_uint_eq(o->lost, 4);
	}
	ck_assert_uint_eq(j->exposures, 7200);
	ck_assert_uint_eq(j->gateway_mac_changes, 7200);
}

static void scatter_numbers(struct trace *t)
{
	for (struct event *ev = t->events; ev < t->events + t->n; ev++) {
		uint32_t *seq = ev->type == EV_SENT     ? &ev->u.sent.seq
		                : ev->type == EV_ANSWER ? &ev->u.answer.seq
		                : ev->type == EV_FRAME  ? &ev->u.frame.seq
		                                        : NULL;

		if (seq)
			*seq = (*seq * 2654435761u) ^ 77; /* one to one, all over the place */
	}
}

PURE_TEST("judge", sequence_numbers_need_no_order)
{
	JUDGE_ROW("a control", (build_broken_control(&t), scatter_numbers(&t)), "pass", "",
	    j->total.lost == 123);
	JUDGE_ROW("an arm", (build_held_arm(&t), scatter_numbers(&t)), "pass", "", !j->total.lost);
}
