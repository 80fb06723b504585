/* judge_test.c: tests of the judge room, over synthetic traces. */
#include "test/judge/judge_kit.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "judge/proof.h"
#include "judge/words.h"

/* ---- figures ---- */

START_TEST(a_control_that_broke_passes)
{
	struct trace t;

	build_broken_control(&t);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "pass", "");
	ck_assert_str_eq(cause_name(j->cause), "stale-gateway");
	ck_assert_int_eq(j->form, STALE_FLOODED);
	ck_assert_uint_eq(j->total.sent, 241);
	ck_assert_uint_eq(j->total.lost, 123);
	ck_assert_uint_eq(j->total.answered, 118);
	ck_assert_uint_eq(j->total.late + j->total.wrong + j->total.refused + j->total.skipped, 0);
	ck_assert_uint_eq(j->n_streams, 2);
	ck_assert_uint_eq(j->streams[STREAM_REF].sent, 61);
	ck_assert_uint_eq(j->streams[STREAM_REF].lost, 0);
	ck_assert_uint_eq(j->n_outages, 1);
	ck_assert_int_eq(j->outages[0].stream, STREAM_C1);
	ck_assert_int_eq(j->outages[0].from_ns, 5250 * MS);
	ck_assert_int_eq(j->outages[0].to_ns, 36 * S);
	ck_assert(!j->outages[0].open);
	ck_assert_uint_eq(j->outages[0].lost, 123);
	ck_assert_int_eq(j->longest_ns, 30750 * MS);
	ck_assert_int_eq(j->resolution_ns, 250 * MS);
	ck_assert_uint_eq(j->exposures, 1);
	ck_assert_uint_eq(j->gateway_mac_changes, 1);
	ck_assert_uint_eq(j->gateway_arps, 0);
	ck_assert_uint_eq(j->invariants, 0);
	ASSERT_HAS(j->why, "it broke as it must: lost 123 of 241 in 1 outage, the longest 30.8 s");
}
END_TEST

START_TEST(findings_tell_the_story)
{
	static const struct {
		int64_t ms;
		const char *text;
	} lines[] = {
	    {5002, "br0 changed 02:00:00:00:00:01 -> fe:00:00:00:00:11"},
	    {5003, "port lowest (02:00:00:00:00:01) left"},
	    {5250,
	        "c1 still sent to 02:00:00:00:00:01 (REACHABLE); 123 lookups flooded, none answered"},
	    {36000, "c1 was answered again: its entry for the gateway became fe:00:00:00:00:11"},
	};
	struct trace t;

	build_broken_control(&t);
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->n_findings, 4);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_eq(j->findings[i].t_ns, lines[i].ms * MS);
		ck_assert_str_eq(j->findings[i].text, lines[i].text);
	}
}
END_TEST

START_TEST(an_arm_that_held_passes)
{
	struct trace t;

	build_held_arm(&t);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "pass", "");
	ck_assert_str_eq(cause_name(j->cause), "none");
	ck_assert_uint_eq(j->total.lost, 0);
	ck_assert_uint_eq(j->exposures, 1);
	ck_assert_uint_eq(j->gateway_mac_changes, 0);
	ck_assert_int_eq(j->longest_ns, 0);
	ck_assert(!j->known_gone);
	ASSERT_HAS(j->why, "held: 241 of 241 answered, exposed once; sees outages of 250 ms");
}
END_TEST

START_TEST(a_pinned_arm_that_changed_its_mac_fails)
{
	struct trace t;

	build_failed_arm(&t);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "fail", "");
	ck_assert_str_eq(cause_name(j->cause), "stale-gateway");
	ck_assert_uint_eq(j->invariants, INVARIANT_GATEWAY_MAC);
	ASSERT_HAS(j->why, "lost 123 of 241");
	ASSERT_HAS(j->why, "(limit 0 lost), cause stale-gateway (flooded)");
	ck_assert_str_eq(j->so,
	    "the kernel did not honour the pin; nothing in the lab set an address: c1 kept br0's old "
	    "MAC 02:00:00:00:aa:aa for 30.8 s after port lowest left; no FDB entry had it, so 123 "
	    "lookups were flooded; answered again at 36.000 s, when its entry for the gateway became "
	    "fe:00:00:00:00:11");
	ck_assert_ptr_nonnull(
	    finding_with(j, "br0 changed 02:00:00:00:aa:aa -> fe:00:00:00:00:11 although pinned"));
}
END_TEST

START_TEST(a_fault_is_named_instead_of_the_kernel)
{
	struct trace t;

	build_failed_arm(&t);
	build_churn(&t, 4999, OP_FAULT, "undo-pin", false);
	build_churn(&t, 5001, OP_FAULT, "undo-pin", true);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "fail", "");
	ASSERT_HAS(j->so, "; the deliberate defect 'undo-pin' was at work");
	ck_assert_ptr_null(strstr(j->so, "honour the pin"));
	ck_assert_int_eq(finding_with(j, "'undo-pin' began")->t_ns, 4999 * MS);
}
END_TEST

/* A held arm whose lookup at 10 s got this answer, so late. */
static void one_answer(struct trace *t, int64_t late_ms, enum answer_result result)
{
	build_held_arm(t);
	EACH_EVENT (ev, t, EV_ANSWER)
		if (ev->u.answer.stream == STREAM_C1 && ev->u.answer.seq == build_seq(10000)) {
			ev->t_ns = (10000 + late_ms) * MS;
			ev->u.answer.result = (uint8_t)result;
		}
}

START_TEST(an_answer_counts_up_to_its_deadline)
{
	struct trace t;

	one_answer(&t, 1000, ANSWER_RIGHT);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "pass", "");
	ck_assert_uint_eq(j->total.late, 0);

	one_answer(&t, 1001, ANSWER_RIGHT);
	j = judged(&t);
	ASSERT_VERDICT(j, "fail", "");
	ck_assert_uint_eq(j->total.late, 1);
	ck_assert_uint_eq(j->total.lost, 1);
	ck_assert_uint_eq(j->total.answered, 240);
	ck_assert_int_eq(j->outages[0].from_ns, 10 * S);
	ck_assert_int_eq(j->outages[0].to_ns, 10250 * MS);
	ck_assert_str_eq(cause_name(j->cause), "unknown");
}
END_TEST

START_TEST(wrong_and_refused_answers_are_lost)
{
	struct trace t;

	one_answer(&t, 2, ANSWER_WRONG);
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->total.wrong, 1);
	ck_assert_uint_eq(j->total.lost, 1);
	ASSERT_VERDICT(j, "fail", "");

	one_answer(&t, 2, ANSWER_REFUSED);
	j = judged(&t);
	ck_assert_uint_eq(j->total.refused, 1);
	ck_assert_uint_eq(j->total.lost, 1);
}
END_TEST

START_TEST(only_the_first_answer_counts)
{
	struct trace t;
	struct event *ev;

	build_held_arm(&t);
	ev = build(&t, 10500, EV_ANSWER, WHERE_ROUTER);
	ev->u.answer.seq = build_seq(10000);
	ev->u.answer.result = ANSWER_WRONG;
	ev = build(&t, 10500, EV_ANSWER, WHERE_ROUTER); /* of no attempt at all */
	ev->u.answer.seq = 1;
	ev = build(&t, 10500, EV_ANSWER, WHERE_ROUTER);
	ev->u.answer.stream = 7;
	ASSERT_VERDICT(judged(&t), "pass", "");
}
END_TEST

START_TEST(an_outage_that_is_not_closed_is_open)
{
	struct trace t;

	build_control(&t, TRAFFIC({60250, LAST_SEEN_PORT, MAC_LOWEST}));
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->n_outages, 1);
	ck_assert(j->outages[0].open);
	ck_assert_int_eq(j->outages[0].to_ns, 61 * S); /* the last deadline */
	ASSERT_VERDICT(j, "pass", "the longest at least 55.8 s");
	ck_assert_ptr_nonnull(finding_with(j, "still lost when the case ended"));
}
END_TEST

START_TEST(outages_are_told_apart)
{
	struct trace t;

	build_arm(&t,
	    TRAFFIC({10000, LAST_SEEN_ANSWERED, MAC_PINNED}, {10250, LAST_SEEN_PORT, MAC_OTHER},
	        {20000, LAST_SEEN_ANSWERED, MAC_PINNED}, {22000, LAST_SEEN_UPSTREAM, MAC_PINNED},
	        {60250, LAST_SEEN_ANSWERED, MAC_PINNED}));
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->n_outages, 2);
	ck_assert_int_eq(j->outages[0].from_ns, 10 * S);
	ck_assert_int_eq(j->outages[0].to_ns, 10250 * MS);
	ck_assert_str_eq(cause_name(j->outages[0].cause), "stale-gateway");
	ck_assert_int_eq(j->outages[1].to_ns - j->outages[1].from_ns, 2 * S);
	ck_assert_str_eq(cause_name(j->outages[1].cause), "upstream-silent");
	ck_assert_str_eq(cause_name(j->cause), "upstream-silent"); /* of the worst */
	ASSERT_HAS(j->why, "in 2 outages, the longest 2 s");
}
END_TEST

START_TEST(resolution_is_the_largest_gap)
{
	struct trace t;

	build_meta(&t, "pinned-at-create", CAUSE_NONE);
	t.meta.streams[STREAM_C1].closed_loop = true; /* so that no lookup counts as skipped */
	build_begin(&t, MAC_PINNED, 3);
	build_lowest_leaves(&t, true);
	build_traffic(&t, 0, 10000, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_lookup(&t, 10000, STREAM_REF, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_traffic(&t, 10750, 60250, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_end(&t, 60000);
	ck_assert_int_eq(judged(&t)->resolution_ns, 1000 * MS); /* 9.75 s to 10.75 s */
}
END_TEST

/* ---- limits, known failures, a run ---- */

static void change_mac(struct trace *t)
{
	build_bridge(t, 10000, MAC_OTHER);
	build_bridge(t, 10100, MAC_PINNED);
}

START_TEST(limits_are_maxima)
{
	static const struct {
		struct limits limits;
		enum verdict verdict;
		const char *why;
	} lines[] = {
	    {{8, 1, 2 * S, 0, 96}, VERDICT_PASS, "held"},
	    {{7, 1, 2 * S, 0, -1}, VERDICT_FAIL, "(limit 7 lost)"},
	    {{8, 0, 2 * S, 0, -1}, VERDICT_FAIL, "(limit 0 outages)"},
	    {{8, 1, 2 * S - 1, 0, -1}, VERDICT_FAIL, "(limit 2 s)"},
	    {{8, 1, 2 * S, 0, 96.7}, VERDICT_FAIL, "(answered 96.68%, limit 96.70%)"},
	    {{LIMIT_ANY, LIMIT_ANY, LIMIT_ANY, LIMIT_ANY, -1}, VERDICT_PASS, "held"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct trace t;

		build_lossy_arm(&t, 10000, 12000, LAST_SEEN_PORT, MAC_OTHER);
		t.meta.limits = lines[i].limits;
		const struct judgement *j = judged(&t);
		ck_assert_msg(j->verdict == lines[i].verdict, "%zu: %s", i, j->why);
		ASSERT_HAS(j->why, lines[i].why);
	}
	for (int limit = 0; limit < 3; limit++) {
		struct trace t;

		build_held_arm(&t);
		change_mac(&t);
		t.meta.limits.gateway_mac_changes = limit;
		const struct judgement *j = judged(&t);
		ck_assert_uint_eq(j->gateway_mac_changes, 2);
		ck_assert_int_eq(j->verdict, limit < 2 ? VERDICT_FAIL : VERDICT_PASS);
	}
}
END_TEST

static void make_known(struct trace *t, enum cause cause)
{
	t->meta.known = mem_alloc(sizeof(*t->meta.known));
	t->meta.known[0] = (struct known_meta){cause, mem_strdup("old kernels")};
	t->meta.n_known = 1;
}

START_TEST(known_failures_are_tolerated_by_cause)
{
	static const struct {
		enum cause cause;
		bool known;
	} lines[] = {{CAUSE_STALE_GATEWAY, true}, {CAUSE_NONE, true}, {CAUSE_TOO_BIG, false}};
	struct trace t;

	for (size_t i = 0; i < 3; i++) {
		build_failed_arm(&t);
		make_known(&t, lines[i].cause);
		const struct judgement *j = judged(&t);
		ASSERT_VERDICT(j, "fail", "");
		ck_assert(j->known == lines[i].known);
		ck_assert(!j->known_gone);
	}
	build_held_arm(&t);
	make_known(&t, CAUSE_STALE_GATEWAY);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "pass", "");
	ck_assert(!j->known);
	ck_assert(j->known_gone);
}
END_TEST

enum { CONTROL, ARM, FAILED, N_PLAYS };

/* Judges each of the traces; the order of the plays must not matter. */
static void judge_plays(
    struct trace *t, struct judged *p, struct judged **plays, size_t n, bool backwards)
{
	for (size_t i = 0; i < n; i++) {
		p[i].trace = &t[i];
		plays[backwards ? n - 1 - i : i] = &p[i];
		judge_play(&p[i]);
	}
}

static void run_with(
    void (*control)(struct trace *), struct trace *t, struct judged *p, struct judged **plays)
{
	control(&t[CONTROL]);
	build_held_arm(&t[ARM]);
	build_failed_arm(&t[FAILED]);
	judge_plays(t, p, plays, N_PLAYS, true);
}

static void run_done(struct trace *t, struct judged *p, int n)
{
	for (int i = 0; i < n; i++) {
		trace_free(&t[i]);
		judged_free(&p[i]);
	}
}

START_TEST(an_arm_stands_with_its_control)
{
	struct trace t[N_PLAYS];
	struct judged p[N_PLAYS] = {0}, *plays[N_PLAYS];

	run_with(build_broken_control, t, p, plays);
	judge_run(plays, N_PLAYS);
	ck_assert_int_eq(p[CONTROL].judgement.verdict, VERDICT_PASS);
	ck_assert_int_eq(p[ARM].judgement.verdict, VERDICT_PASS);
	ck_assert_int_eq(p[FAILED].judgement.verdict, VERDICT_FAIL);
	ck_assert(!p[ARM].judgement.unproven);
	run_done(t, p, N_PLAYS);

	run_with(build_quiet_control, t, p, plays);
	judge_run(plays, N_PLAYS);
	ck_assert_int_eq(p[CONTROL].judgement.verdict, VERDICT_NOT_REPRODUCED);
	ck_assert_int_eq(p[ARM].judgement.verdict, VERDICT_INCONCLUSIVE);
	ck_assert(p[ARM].judgement.unproven);
	ASSERT_HAS(
	    p[ARM].judgement.why, "inherited,leaves-by=delete did not break (not-reproduced)");
	ck_assert_int_eq(p[FAILED].judgement.verdict, VERDICT_FAIL); /* a fail stays a fail */
	run_done(t, p, N_PLAYS);

	/* a control of another group, or of another repeat, is not its control */
	for (int i = 0; i < 2; i++) {
		run_with(build_broken_control, t, p, plays);
		if (i)
			t[CONTROL].meta.play.repeat = 1;
		else
			t[CONTROL].meta.group[0] = 'L';
		judge_run(plays, N_PLAYS);
		ck_assert_int_eq(p[ARM].judgement.verdict, VERDICT_INCONCLUSIVE);
		ASSERT_HAS(p[ARM].judgement.why, "its control was not played");
		run_done(t, p, N_PLAYS);
	}
	/* a negative control needs none */
	run_with(build_quiet_control, t, p, plays);
	t[ARM].meta.exposures_none = true;
	judge_run(plays, N_PLAYS);
	ck_assert_int_eq(p[ARM].judgement.verdict, VERDICT_PASS);
	run_done(t, p, N_PLAYS);
	judge_run(NULL, 0);
}
END_TEST

START_TEST(of_a_replayed_control_the_last_play_counts)
{
	for (int good = 0; good < 2; good++) {
		struct trace t[3];
		struct judged p[3] = {0}, *plays[3];

		(good ? build_quiet_control : build_broken_control)(&t[0]);
		(good ? build_broken_control : build_quiet_control)(&t[1]);
		t[1].meta.play.retry = 1; /* retried */
		build_held_arm(&t[2]);
		t[2].meta.play.retry = 2;
		judge_plays(t, p, plays, 3, false);
		judge_run(plays, 3);
		ck_assert_int_eq(
		    p[2].judgement.verdict, good ? VERDICT_PASS : VERDICT_INCONCLUSIVE);
		run_done(t, p, 3);
	}
}
END_TEST

/* ---- the rest ---- */

START_TEST(words_read_well)
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
END_TEST

/* No time is measured: a trace beyond 65,536 events and thousands of changes is judged attempt by
 * attempt and change by change, each outage at its place, with its own cause and form. */
START_TEST(a_large_trace_is_judged_in_no_time)
{
	struct trace t;

	/* two hours, a port that comes and goes every two seconds, half of all lookups lost */
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
	ASSERT_VERDICT(j, "pass", "");
	ck_assert_uint_eq(j->total.sent, 28800);
	ck_assert_uint_eq(j->total.lost, 14400);
	ck_assert_uint_eq(j->n_outages, 3600);
	for (size_t i = 0; i < j->n_outages; i++) {
		const struct outage *o = &j->outages[i];

		ck_assert(o->open == (i + 1 == j->n_outages));
		ck_assert_int_eq(o->from_ns, (int64_t)(2 * i + 1) * S);
		ck_assert_int_eq(o->to_ns, o->from_ns + (o->open ? 1750 : 1000) * MS);
		ck_assert_uint_eq(o->lost, 4);
		ck_assert_int_eq(o->cause, CAUSE_STALE_GATEWAY);
		ck_assert_int_eq(o->form, STALE_FLOODED);
	}
	ck_assert_uint_eq(j->exposures, 7200);
	ck_assert_uint_eq(j->gateway_mac_changes, 7200);
}
END_TEST

START_TEST(sequence_numbers_need_no_order)
{
	void (*const builders[])(struct trace *) = {build_broken_control, build_held_arm};

	for (int i = 0; i < 2; i++) {
		struct trace t;

		builders[i](&t);
		for (size_t k = 0; k < t.n; k++) {
			struct event *ev = &t.events[k];
			uint32_t *seq = ev->type == EV_SENT     ? &ev->u.sent.seq
			                : ev->type == EV_ANSWER ? &ev->u.answer.seq
			                : ev->type == EV_FRAME  ? &ev->u.frame.seq
			                                        : NULL;

			if (seq)
				*seq =
				    (*seq * 2654435761u) ^ 77; /* one to one, all over the place */
		}
		const struct judgement *j = judged(&t);
		ASSERT_VERDICT(j, "pass", "");
		ck_assert_uint_eq(j->total.lost, i ? 0 : 123);
	}
}
END_TEST

START_TEST(each_outage_has_its_own_votes)
{
	struct trace t;

	build_arm(&t,
	    TRAFFIC({10000, LAST_SEEN_ANSWERED, MAC_PINNED},
	        {12000, LAST_SEEN_UPSTREAM, MAC_PINNED}, {20000, LAST_SEEN_ANSWERED, MAC_PINNED},
	        {20500, LAST_SEEN_PORT, MAC_OTHER}, {60250, LAST_SEEN_ANSWERED, MAC_PINNED}));
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->n_outages, 2);
	ck_assert_str_eq(cause_name(j->outages[0].cause), "upstream-silent");
	ck_assert_str_eq(cause_name(j->outages[1].cause), "stale-gateway");
	ck_assert_int_eq(j->outages[1].form, STALE_FLOODED);
	ck_assert_str_eq(cause_name(j->cause), "upstream-silent");
	ck_assert_int_eq(j->longest_ns, 2 * S);
	ASSERT_HAS(j->why, "the longest 2 s");
}
END_TEST

START_TEST(every_kind_of_unasked_change_is_named_once)
{
	struct trace t;

	build_held_arm(&t);
	for (int i = 0; i < 3; i++) {
		struct event *ev = build_bridge(&t, 10000 + 200 * i, MAC_PINNED);

		ev->u.link.mtu = 1400;
		ev->u.link.carrier = 0;
		build_bridge(&t, 10100 + 200 * i, MAC_PINNED);
	}
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->invariants, INVARIANT_MTU | INVARIANT_CARRIER);
	ck_assert_str_eq(
	    j->why, "br0's MTU changed 1500 -> 1400 at 10.000 s; br0 lost carrier at 10.000 s");
}
END_TEST

static bool is_of_bridge(const struct event *ev)
{
	return ev->type == EV_LINK && ev->u.link.ifindex == BR;
}

START_TEST(state_at_rest_stands_in_for_notifications)
{
	struct trace t;

	/* the bridge was never told of: its baseline is what was read, and so is its end */
	build_held_arm(&t);
	leave_out(&t, is_of_bridge);
	EACH_EVENT (ev, &t, EV_STATE)
		if (ev->u.state.at_end)
			ev->u.state.mac = MAC_OTHER;
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->gateway_mac_changes, 1);
	ASSERT_VERDICT(j, "fail", "");

	build_held_arm(&t);
	EACH_EVENT (ev, &t, EV_STATE)
		if (ev->u.state.at_end)
			memset(&ev->u.state, 0, sizeof(ev->u.state)); /* unread */
	for (size_t i = 0; i < t.n; i++)
		if (t.events[i].type == EV_STATE && t.events[i].t_ns > 0) {
			t.events[i].u.state.at_end = 1;
			t.events[i].u.state.assign_type = 255;
		}
	j = judged(&t);
	ck_assert_msg(j->verdict == VERDICT_PASS, "%s", j->why);
}
END_TEST

START_TEST(every_control_of_a_group_must_break)
{
	for (int good = 0; good < 2; good++) {
		struct trace t[4];
		struct judged p[4] = {0}, *plays[4];

		/* "inherited" broke when it was retried, "late" at once, or not */
		build_quiet_control(&t[0]);
		build_broken_control(&t[1]);
		t[1].meta.play.retry = 1;
		(good ? build_broken_control : build_quiet_control)(&t[2]);
		free(t[2].meta.name);
		t[2].meta.name = mem_strdup("lowest-port-leaves/late,leaves-by=delete");
		build_held_arm(&t[3]);
		make_known(&t[3], CAUSE_NONE);
		judge_plays(t, p, plays, 4, true);
		ck_assert(p[3].judgement.known_gone);
		judge_run(plays, 4);
		ck_assert_int_eq(
		    p[3].judgement.verdict, good ? VERDICT_PASS : VERDICT_INCONCLUSIVE);
		ck_assert(p[3].judgement.known_gone == good);
		run_done(t, p, 4);
	}
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "judge", CTEST_PURE, a_control_that_broke_passes);
	ctest_add(list, "judge", CTEST_PURE, findings_tell_the_story);
	ctest_add(list, "judge", CTEST_PURE, an_arm_that_held_passes);
	ctest_add(list, "judge", CTEST_PURE, a_pinned_arm_that_changed_its_mac_fails);
	ctest_add(list, "judge", CTEST_PURE, a_fault_is_named_instead_of_the_kernel);
	ctest_add(list, "judge", CTEST_PURE, an_answer_counts_up_to_its_deadline);
	ctest_add(list, "judge", CTEST_PURE, wrong_and_refused_answers_are_lost);
	ctest_add(list, "judge", CTEST_PURE, only_the_first_answer_counts);
	ctest_add(list, "judge", CTEST_PURE, an_outage_that_is_not_closed_is_open);
	ctest_add(list, "judge", CTEST_PURE, outages_are_told_apart);
	ctest_add(list, "judge", CTEST_PURE, resolution_is_the_largest_gap);
	ctest_add(list, "judge", CTEST_PURE, limits_are_maxima);
	ctest_add(list, "judge", CTEST_PURE, known_failures_are_tolerated_by_cause);
	ctest_add(list, "judge", CTEST_PURE, an_arm_stands_with_its_control);
	ctest_add(list, "judge", CTEST_PURE, of_a_replayed_control_the_last_play_counts);
	ctest_add(list, "judge", CTEST_PURE, words_read_well);
	ctest_add(list, "judge", CTEST_PURE, a_large_trace_is_judged_in_no_time);
	ctest_add(list, "judge", CTEST_PURE, sequence_numbers_need_no_order);
	ctest_add(list, "judge", CTEST_PURE, each_outage_has_its_own_votes);
	ctest_add(list, "judge", CTEST_PURE, every_kind_of_unasked_change_is_named_once);
	ctest_add(list, "judge", CTEST_PURE, state_at_rest_stands_in_for_notifications);
	ctest_add(list, "judge", CTEST_PURE, every_control_of_a_group_must_break);
}
