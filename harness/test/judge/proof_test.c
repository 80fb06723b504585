/* proof_test.c: tests of what proves nothing: controls that held, talk, a machine at its limit. */
#include "test/judge/judge_kit.h"

#include <errno.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"

/* ---- controls that did not break as they must ---- */

START_TEST(a_control_that_held_is_not_reproduced)
{
	struct trace t;

	build_quiet_control(&t);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "not-reproduced", "");
	ck_assert_str_eq(j->so, "this kernel may no longer have the fault");
	ck_assert(!j->healed);
}
END_TEST

START_TEST(a_control_without_exposure_is_inconclusive)
{
	struct trace t;

	build_meta(&t, "inherited", CAUSE_STALE_GATEWAY);
	build_begin(&t, MAC_LOWEST, 1);
	build_traffic(&t, 0, 60250, LAST_SEEN_ANSWERED, MAC_LOWEST);
	build_end(&t, 60000);
	ASSERT_VERDICT(judged(&t), "inconclusive", "no exposure");
}
END_TEST

START_TEST(a_control_that_the_gateway_healed_is_inconclusive)
{
	struct trace t;

	build_quiet_control(&t);
	build_arp(&t, 5200, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99);
	build_neigh(&t, 5210, 0, 2, MAC_PORT1);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "inconclusive", "");
	ck_assert_str_eq(
	    j->why, "5.200 s the gateway broadcast ARP for 192.0.2.99 and so healed 'c1'");
	ck_assert_str_eq(j->so, "the lab talked: a fault of the suite, not of your kernel");
	ck_assert_uint_eq(j->gateway_arps, 1);
	ck_assert(j->healed);
	ck_assert_ptr_nonnull(
	    finding_with(j, "broadcast ARP for 192.0.2.99, which nothing prompted"));
}
END_TEST

START_TEST(talk_is_what_nothing_prompted)
{
	static const struct {
		int64_t ms;
		enum hop hop;
		uint8_t target;
		unsigned talk;
	} arps[] = {
	    {-500, HOP_BRIDGE, 99, 0},  /* before t=0 */
	    {7000, HOP_UPLINK, 99, 0},  /* not towards the clients */
	    {7000, HOP_BRIDGE, 99, 1},  /* for nobody of the case */
	    {7000, HOP_BRIDGE, 11, 0},  /* for c1, whose lookups are under way */
	    {7000, HOP_BRIDGE, 12, 1},  /* for c2, which never looks up */
	    {7000, HOP_BRIDGE, 1, 1},   /* gratuitous, out of the blue */
	    {5050, HOP_BRIDGE, 1, 0},   /* gratuitous, right after the change of MAC */
	    {61000, HOP_BRIDGE, 99, 1}, /* at the very end */
	    {61500, HOP_BRIDGE, 99, 0}, /* after it */
	};
	struct trace t;

	for (size_t i = 0; i < ARRAY_SIZE(arps); i++) {
		build_quiet_control(&t);
		build_arp(&t, arps[i].ms, arps[i].hop, 0, FRAME_ARP_REQUEST, true, arps[i].target);
		const struct judgement *j = judged(&t);
		ck_assert_msg(j->gateway_arps == arps[i].talk, "case %zu: %u", i, j->gateway_arps);
	}
	/* a unicast probe, and a client's own broadcast, are no talk of the gateway */
	build_quiet_control(&t);
	build_arp(&t, 7000, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99)->u.frame.dst = MAC_CLIENT1;
	build_arp(&t, 7000, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, false, 99)->u.frame.out = 1;
	build_arp(&t, 7000, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99)->u.frame.out = 0;
	ck_assert_uint_eq(judged(&t)->gateway_arps, 0);
}
END_TEST

START_TEST(prompted_and_announced_healing_is_told_as_well)
{
	struct trace t;

	/* the gateway looked for c1, whose reply it held: c1 learned the new MAC from that */
	build_quiet_control(&t);
	build_arp(&t, 5251, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 11);
	build_neigh(&t, 5252, 0, 2, MAC_PORT1);
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->gateway_arps, 0);
	ASSERT_VERDICT(j, "invalid",
	    "ARP for 192.0.2.11, whose lookup was under way, and so healed 'c1'"); /* by chance:
	                                                                              retried
	                                                                            */

	build_quiet_control(&t);
	build_arp(&t, 5004, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 1);
	build_neigh(&t, 5006, 0, 2, MAC_PORT1);
	ASSERT_VERDICT(judged(&t), "inconclusive", "announced its new MAC by gratuitous ARP");

	/* a prompted look-up that corrected nothing explains nothing */
	build_quiet_control(&t);
	build_arp(&t, 7000, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 11);
	ASSERT_VERDICT(judged(&t), "not-reproduced", "");
}
END_TEST

START_TEST(a_control_that_broke_otherwise_is_inconclusive)
{
	struct trace t;

	build_control(&t,
	    TRAFFIC({36000, LAST_SEEN_BRIDGE, MAC_PORT1}, {60250, LAST_SEEN_ANSWERED, MAC_PORT1}));
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(
	    j, "inconclusive", "must break by stale-gateway for at least 10 s; it lost 123 of 241");
	ASSERT_HAS(j->why, "cause not-forwarded");

	/* right cause, but shorter than what the scenario implies */
	build_broken_control(&t);
	t.meta.min_outage_ns = 31 * S;
	ASSERT_VERDICT(judged(&t), "inconclusive", "for at least 31 s");

	build_broken_control(&t);
	t.meta.min_outage_ns = 30750 * MS;
	ASSERT_VERDICT(judged(&t), "pass", "");
}
END_TEST

/* ---- machine and lab ---- */

static void assert_invalid(struct trace *t, const char *why)
{
	const struct judgement *j = judged(t);

	ASSERT_VERDICT(j, "invalid", why);
	ck_assert_ptr_nonnull(j->so);
}

static void without(struct trace *t, enum event_type type, int which)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type != type || which-- != 0)
			t->events[n++] = t->events[i];
	t->n = n;
}

/* No client's lookup after t=0 had room. */
static void refuse_sends(struct trace *t, int err)
{
	EACH_EVENT (ev, t, EV_SENT)
		if (ev->t_ns > 0 && !t->meta.streams[ev->u.sent.stream].reference)
			ev->u.sent.err = err;
}

START_TEST(what_makes_any_case_invalid)
{
	void (*const builders[])(struct trace *) = {
	    build_broken_control, build_held_arm, build_failed_arm};
	struct trace t;

	for (size_t i = 0; i < 3; i++) {
		builders[i](&t);
		strcpy(build(&t, 7000, EV_OVERRUN, WHERE_ROUTER)->u.overrun.what, "links");
		assert_invalid(&t, "notifications or packets were lost (links)");

		builders[i](&t);
		strcpy(
		    build(&t, 61000, EV_OVERRUN, WHERE_ROUTER)->u.overrun.what, "arp_cache full");
		assert_invalid(&t, "the kernel's neighbour table was full (arp_cache full");

		builders[i](&t);
		t.n--; /* PHASE_END is the last */
		assert_invalid(&t, "ended before its last deadline");

		builders[i](&t);
		without(&t, EV_ANSWER, 3); /* of the warm-up */
		assert_invalid(&t, "1 of 10 warm-up lookups were lost");

		builders[i](&t);
		without(&t, EV_STATE, 0);
		assert_invalid(&t, "state before t=0 is not in the trace");

		builders[i](&t);
		build_phase(&t, -2500, PHASE_LAB_FAILED, "no veth here");
		build_phase(&t, -2500, PHASE_LAB_FAILED, ", nor there");
		assert_invalid(&t, "the lab could not be built: no veth here, nor there");

		builders[i](&t);
		build_phase(&t, 2500, PHASE_LAB_FAILED, "the churner is stopped");
		assert_invalid(&t, "the play broke off: the churner is stopped");

		/* It never left the program, so nothing is known of the bridge. */
		builders[i](&t);
		refuse_sends(&t, -ENOBUFS);
		assert_invalid(&t, "lookups could not be sent: No buffer space available");
	}
	build_meta(&t, "pinned", CAUSE_NONE);
	build_phase(&t, -1, PHASE_LAB_FAILED, "no br_netfilter");
	assert_invalid(&t, "the lab could not be built: no br_netfilter");
	build_meta(&t, "pinned", CAUSE_NONE);
	assert_invalid(&t, "ended before its last deadline");
}
END_TEST

START_TEST(a_case_cut_short_does_not_judge_what_was_under_way)
{
	struct trace t;

	build_meta(&t, "pinned-at-create", CAUSE_NONE);
	build_begin(&t, MAC_PINNED, 3);
	build_traffic(&t, 0, 10000, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_traffic(&t, 10000, 11000, LAST_SEEN_NOWHERE, MAC_PINNED);
	build_lookup(&t, 11000, STREAM_C1, LAST_SEEN_NOWHERE, MAC_PINNED);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "invalid", "");
	ck_assert_uint_eq(j->total.sent, 41);
	ck_assert_uint_eq(j->total.lost, 1); /* the one of 10 s, whose deadline was reached */
}
END_TEST

static void late(struct trace *t, int64_t ms, enum late_who who, int64_t late_ms, uint32_t skipped)
{
	struct event *ev = build(t, ms, EV_LATE, WHERE_ROUTER);

	ev->u.late.who = (uint8_t)who;
	ev->u.late.late_ns = late_ms * MS;
	ev->u.late.skipped = skipped;
}

START_TEST(an_arm_that_held_on_a_starved_machine_is_invalid)
{
	static const struct {
		enum late_who who;
		int64_t ms, interval_ns; /* 0: as it is */
		uint32_t skipped;
		const char *why;
	} rows[] = {
	    {LATE_LOOP, 501, 0, 0, "the player was late by 501 ms (limit 500 ms)"},
	    {LATE_LOOP, 2001, S, 0, "the player was late by 2 s (limit 2 s)"},
	    {LATE_CHURNER, 1001, 0, 0, "the churner was late by 1 s (limit 1 s)"},
	    {LATE_LOOP, 0, 0, 20, "20 of 322 lookups came too late to be sent"},
	};
	struct trace t;

	build_held_arm(&t);
	late(&t, 20000, LATE_LOOP, 500, 0);
	late(&t, 21000, LATE_CHURNER, 1000, 0);
	late(&t, 22000, LATE_LOOP, 0, 12); /* of 302 */
	late(&t, -1500, LATE_LOOP, 5000, 500);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "pass", ""); /* each at its limit */
	ck_assert_int_eq(j->loop_late_ns, 500 * MS);
	ck_assert_int_eq(j->churn_late_ns, 1000 * MS);
	ck_assert_uint_eq(j->total.skipped, 12);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		build_held_arm(&t);
		if (rows[i].interval_ns)
			for (int k = STREAM_C1; k <= STREAM_REF; k++)
				t.meta.streams[k].interval_ns = rows[i].interval_ns;
		late(&t, 20000, rows[i].who, rows[i].ms, rows[i].skipped);
		assert_invalid(&t, rows[i].why);
	}
	build_held_arm(&t);
	EACH_EVENT (ev, &t, EV_CHURN)
		if (!ev->u.churn.end)
			ev->u.churn.due_ns -= 1500 * MS;
	assert_invalid(&t, "the churner was late by 1.5 s");
	build_held_arm(&t);
	EACH_EVENT (ev, &t, EV_SENT)
		if (ev->t_ns == 30 * S)
			ev->u.sent.due_ns -= 600 * MS;
	assert_invalid(&t, "the player was late by 600 ms");
}
END_TEST

START_TEST(gaps_in_the_due_times_are_skipped_lookups)
{
	struct trace t;

	build_meta(&t, "pinned-at-create", CAUSE_NONE);
	build_begin(&t, MAC_PINNED, 3);
	build_lowest_leaves(&t, true);
	build_traffic(&t, 0, 20000, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_traffic(&t, 24000, 60250, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_end(&t, 60000);
	assert_invalid(&t, "16 of 241 lookups of c1/ipv4/udp came too late to be sent");
}
END_TEST

/* Takes the answer of the reference's lookup at `ms` away. */
static void lose_reference(struct trace *t, int64_t ms)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type != EV_ANSWER || t->events[i].u.answer.stream != STREAM_REF ||
		    t->events[i].u.answer.seq != build_seq(ms))
			t->events[n++] = t->events[i];
	ck_assert_uint_eq(n + 1, t->n);
	t->n = n;
}

START_TEST(the_reference_tells_machine_from_bridge)
{
	/* of an arm that lost lookups from 10 s on */
	static const struct {
		int64_t lost_to_ms, reference_ms, late_at_ms, late_ms;
		const char *verdict, *why;
	} rows[] = {
	    {12000, 30000, 0, 0, "fail", ""}, /* far off */
	    {12000, 9000, 0, 0, "fail", ""},  /* a whole interval before: far enough */
	    {12000, 12000, 0, 0, "invalid", "but the machine was at fault at that time"},
	    /* the loop, late at the wrong time and at another */
	    {13000, 0, 15000, 600, "fail", ""},
	    {12000, 0, 14000, 2000, "invalid", "but the machine was at fault at that time"},
	};
	struct trace t;

	build_held_arm(&t);
	lose_reference(&t, 30000);
	assert_invalid(&t, "1 reference lookup, which avoid the bridge, was lost or late");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		build_lossy_arm(&t, 10000, rows[i].lost_to_ms, LAST_SEEN_PORT, MAC_OTHER);
		if (rows[i].reference_ms)
			lose_reference(&t, rows[i].reference_ms);
		else
			late(&t, rows[i].late_at_ms, LATE_LOOP, rows[i].late_ms, 0);
		const struct judgement *j = judged(&t);
		ASSERT_VERDICT(j, rows[i].verdict, rows[i].why);
		ck_assert_ptr_nonnull(j->so);
	}
}
END_TEST

START_TEST(load_does_not_undo_evidence)
{
	struct trace t;

	/* a control whose frames show the cause */
	build_broken_control(&t);
	late(&t, 7000, LATE_LOOP, 700, 0);
	lose_reference(&t, 20000);
	ASSERT_VERDICT(judged(&t), "pass", "");

	/* a pinned bridge that changed its MAC */
	build_failed_arm(&t);
	lose_reference(&t, 20000);
	ASSERT_VERDICT(judged(&t), "fail", "");

	/* but a control that did not break is no longer "not reproduced" */
	build_quiet_control(&t);
	late(&t, 7000, LATE_LOOP, 700, 0);
	assert_invalid(&t, "the player was late");
}
END_TEST

START_TEST(a_silent_upstream_is_the_labs_fault)
{
	struct trace t;

	build_lossy_arm(&t, 10000, 12000, LAST_SEEN_UPSTREAM, MAC_PINNED);
	lose_reference(&t, 10000);
	lose_reference(&t, 11000);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "invalid", "");
	ck_assert_str_eq(cause_name(j->cause), "upstream-silent");
	ASSERT_HAS(j->why, "dnsmasq did not answer");

	build_lossy_arm(&t, 10000, 12000, LAST_SEEN_UPSTREAM, MAC_PINNED);
	j = judged(&t);
	ASSERT_VERDICT(j, "fail", "");
	ck_assert_str_eq(
	    j->so, "the upstream got 8 lookups of c1 from 10.000 s on and answered none");
}
END_TEST

START_TEST(bad_times_are_those_around_a_loss)
{
	static const struct {
		int64_t reference_ms, late_at_ms, late_ms;
		enum verdict verdict;
	} lines[] = {
	    {44000, 0, 0, VERDICT_FAIL}, /* before the first loss's interval */
	    {45000, 0, 0, VERDICT_INVALID},
	    {47000, 0, 0, VERDICT_INVALID},         /* before the last loss's deadline */
	    {48000, 0, 0, VERDICT_FAIL},            /* after it */
	    {10000, 55000, 11000, VERDICT_INVALID}, /* late from 44 to 55 s */
	    {10000, 55000, 7000, VERDICT_INVALID},  /* from 48 s: but a short loss, see below */
	    {10000, 44749, 500, VERDICT_FAIL},      /* not too late */
	    {10000, 44750, 5000, VERDICT_INVALID},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct trace t;

		build_lossy_arm(&t, 45000, 47000, LAST_SEEN_PORT, MAC_OTHER);
		/* bad times that have nothing to do with it, on both sides */
		lose_reference(&t, 3000);
		lose_reference(&t, 20000);
		lose_reference(&t, 52000);
		lose_reference(&t, 59000);
		lose_reference(&t, lines[i].reference_ms);
		if (lines[i].late_ms)
			late(&t, lines[i].late_at_ms, LATE_LOOP, lines[i].late_ms, 0);
		const struct judgement *j = judged(&t);
		ck_assert_msg(j->verdict == lines[i].verdict, "%zu: %s", i, j->why);
	}
}
END_TEST

/* Wherever the player or a join was late: a loss no longer than that may be the machine's. */
START_TEST(a_short_loss_of_a_late_play_may_be_the_machines)
{
	static const struct {
		int64_t lost_to_ms, late_ms, join_late_ms;
		enum verdict verdict;
	} lines[] = {
	    {42000, 0, 0, VERDICT_FAIL},
	    {42000, 499, 0, VERDICT_FAIL},
	    {42000, 600, 0, VERDICT_INVALID}, /* 0.6 s, a timeout of 1 s and two intervals */
	    {42500, 600, 0, VERDICT_FAIL},
	    {42000, 0, 900, VERDICT_FAIL},
	    {42000, 0, 1100, VERDICT_INVALID},
	    {43000, 0, 1100, VERDICT_FAIL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct trace t;

		build_lossy_arm(&t, 40000, lines[i].lost_to_ms, LAST_SEEN_PORT, MAC_OTHER);
		if (lines[i].late_ms)
			late(&t, 20000, LATE_LOOP, lines[i].late_ms, 0);
		if (lines[i].join_late_ms) {
			build_churn(&t, 20000, OP_JOIN, "guest", false);
			build_churn(&t, 20000 + lines[i].join_late_ms, OP_JOIN, "guest", true)
			    ->u.churn.due_ns = 20 * S;
		}
		const struct judgement *j = judged(&t);
		ck_assert_msg(j->verdict == lines[i].verdict, "%zu: %s", i, j->why);
	}
}
END_TEST

/* A lookup, then a change that comes or ends late: where the schedule keeps them apart, and they
 * met all the same, what became of the lookup is the machine's. */
static void build_late_change(struct trace *t, int64_t due_ms, int64_t begin_ms, int64_t end_ms)
{
	build_churn(t, begin_ms, OP_SET_MAC, "eth0", false)->u.churn.due_ns = due_ms * MS;
	build_churn(t, end_ms, OP_SET_MAC, "eth0", true)->u.churn.due_ns = due_ms * MS;
	trace_sort(t);
}

START_TEST(a_late_change_that_met_a_lookup_is_the_machines)
{
	/* The lookup of 40 s is lost; others are asked at 39.75 and 40.25 s. */
	static const struct {
		int64_t due_ms, begin_ms, end_ms;
		enum verdict verdict;
	} lines[] = {
	    {39875, 39876, 39880, VERDICT_FAIL},    /* on time, and over before */
	    {39875, 39876, 40010, VERDICT_INVALID}, /* it took until after */
	    {39875, 39990, 40000, VERDICT_FAIL},    /* late, and over just then */
	    {40125, 40126, 40130, VERDICT_FAIL},    /* it comes after */
	    {40001, 40001, 40010, VERDICT_FAIL},    /* the schedule lets them meet */
	    {39999, 40000, 40010, VERDICT_FAIL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct trace t;

		build_lossy_arm(&t, 40000, 40250, LAST_SEEN_BACK_PORT, MAC_PINNED);
		build_late_change(&t, lines[i].due_ms, lines[i].begin_ms, lines[i].end_ms);
		const struct judgement *j = judged(&t);
		ck_assert_msg(j->verdict == lines[i].verdict, "%zu: %s", i, j->why);
		if (j->verdict == VERDICT_INVALID)
			ASSERT_HAS(j->why,
			    "'set-mac' of eth0 was due at 39.875 s and over at 40.010 s, and so met a "
			    "lookup of c1/ipv4/udp that was due at 40.000 s");
	}
}
END_TEST

/* A lookup is sent in time and its reply comes so late that the change meets it. */
START_TEST(a_change_that_met_a_late_reply_is_the_machines)
{
	for (int late = 0; late < 2; late++) {
		struct trace t;

		build_lossy_arm(&t, 40000, 40250, LAST_SEEN_BACK_PORT, MAC_PINNED);
		for (size_t i = 0; late && i < t.n; i++)
			if (t.events[i].type == EV_FRAME && t.events[i].t_ns == 40001 * MS)
				t.events[i].t_ns = 40127 * MS;
		build_late_change(&t, 40125, 40126, 40130);
		const struct judgement *j = judged(&t);
		ck_assert_msg(
		    j->verdict == (late ? VERDICT_INVALID : VERDICT_FAIL), "%d: %s", late, j->why);
	}
}
END_TEST

/* A lookup that met a change and was answered is not why another one was lost. */
START_TEST(what_was_met_and_answered_is_not_blamed)
{
	struct trace t;

	build_lossy_arm(&t, 40000, 40250, LAST_SEEN_PORT, MAC_OTHER);
	late(&t, 40000, LATE_LOOP, 600, 0);
	build_late_change(&t, 19875, 19876, 20010);
	ASSERT_VERDICT(
	    judged(&t), "invalid", "at fault at that time: the player was late by 600 ms");
}
END_TEST

/* A control that held because of one has shown nothing of the kernel. */
START_TEST(a_control_whose_late_change_met_a_lookup_is_invalid)
{
	for (int late = 0; late < 2; late++) {
		struct trace t;

		build_quiet_control(&t);
		build_late_change(&t, 5125, 5126, late ? 5260 : 5130);
		const struct judgement *j = judged(&t);
		ck_assert_str_eq(verdict_name(j->verdict), late ? "invalid" : "not-reproduced");
		if (late)
			ASSERT_HAS(j->why, "met a lookup of c1/ipv4/udp that was due at 5.250 s");
	}
}
END_TEST

/* The port has left the bridge, a lookup goes by its MAC, and only then the bridge has another. */
START_TEST(a_deletion_that_takes_long_meets_lookups_to_its_end)
{
	struct trace t;

	build_quiet_control(&t);
	EACH_EVENT (ev, &t, EV_CHURN)
		if (ev->u.churn.end)
			ev->t_ns = 5252 * MS;
	ASSERT_VERDICT(judged(&t), "invalid",
	    "'leave' of lowest was due at 5.000 s and over at 5.252 s, and so met a lookup");
}
END_TEST

START_TEST(talk_before_the_exposure_heals_nothing)
{
	struct trace t;

	build_quiet_control(&t);
	build_arp(&t, 4000, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99);
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->gateway_arps, 1);
	ck_assert(!j->healed);
	ASSERT_VERDICT(j, "not-reproduced", "");
	ck_assert_ptr_null(finding_with(j, "broadcast ARP"));
}
END_TEST

START_TEST(only_a_client_that_looks_up_is_healed)
{
	struct trace t;

	build_broken_control(&t); /* c1 suffers; c2, which asks nothing, is corrected */
	build_arp(&t, 7000, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99);
	build_neigh(&t, 6000, 1, 2, MAC_LOWEST);
	build_neigh(&t, 7001, 1, 2, MAC_PORT1);
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->gateway_arps, 1);
	ck_assert(!j->healed);

	build_broken_control(&t); /* c1's entry is corrected at 35.99 s, long after this one */
	build_arp(&t, 35800, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99);
	ck_assert(!judged(&t)->healed);

	build_broken_control(&t);
	build_arp(&t, 35900, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99);
	j = judged(&t);
	ck_assert(j->healed);
	ASSERT_VERDICT(j, "pass", ""); /* it broke for long enough before */
}
END_TEST

START_TEST(a_control_may_break_in_more_ways_than_one)
{
	struct trace t;

	build_control(
	    &t, TRAFFIC({17000, LAST_SEEN_PORT, MAC_LOWEST}, {20000, LAST_SEEN_ANSWERED, MAC_PORT1},
	            {50000, LAST_SEEN_BRIDGE, MAC_PORT1}, {60250, LAST_SEEN_ANSWERED, MAC_PORT1}));
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "pass", "");
	ck_assert_str_eq(cause_name(j->cause), "stale-gateway"); /* though another one was worse */
	ck_assert_int_eq(j->form, STALE_FLOODED);
	ck_assert_int_eq(j->longest_ns, 30 * S);
}
END_TEST

START_TEST(findings_tell_what_spoiled_a_case)
{
	struct trace t;

	build_held_arm(&t);
	build(&t, 7000, EV_OVERRUN, WHERE_ROUTER);
	const struct judgement *j = judged(&t);
	ck_assert_ptr_nonnull(finding_with(j, "notifications or packets were lost"));
	ck_assert_int_eq(finding_with(j, "notifications or packets were lost")->t_ns, 7 * S);
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "judge", CTEST_PURE, a_control_that_held_is_not_reproduced);
	ctest_add(list, "judge", CTEST_PURE, a_control_without_exposure_is_inconclusive);
	ctest_add(list, "judge", CTEST_PURE, a_control_that_the_gateway_healed_is_inconclusive);
	ctest_add(list, "judge", CTEST_PURE, talk_is_what_nothing_prompted);
	ctest_add(list, "judge", CTEST_PURE, prompted_and_announced_healing_is_told_as_well);
	ctest_add(list, "judge", CTEST_PURE, a_control_that_broke_otherwise_is_inconclusive);
	ctest_add(list, "judge", CTEST_PURE, what_makes_any_case_invalid);
	ctest_add(list, "judge", CTEST_PURE, a_case_cut_short_does_not_judge_what_was_under_way);
	ctest_add(list, "judge", CTEST_PURE, an_arm_that_held_on_a_starved_machine_is_invalid);
	ctest_add(list, "judge", CTEST_PURE, gaps_in_the_due_times_are_skipped_lookups);
	ctest_add(list, "judge", CTEST_PURE, the_reference_tells_machine_from_bridge);
	ctest_add(list, "judge", CTEST_PURE, load_does_not_undo_evidence);
	ctest_add(list, "judge", CTEST_PURE, a_silent_upstream_is_the_labs_fault);
	ctest_add(list, "judge", CTEST_PURE, bad_times_are_those_around_a_loss);
	ctest_add(list, "judge", CTEST_PURE, a_short_loss_of_a_late_play_may_be_the_machines);
	ctest_add(list, "judge", CTEST_PURE, a_late_change_that_met_a_lookup_is_the_machines);
	ctest_add(list, "judge", CTEST_PURE, a_change_that_met_a_late_reply_is_the_machines);
	ctest_add(list, "judge", CTEST_PURE, what_was_met_and_answered_is_not_blamed);
	ctest_add(list, "judge", CTEST_PURE, a_control_whose_late_change_met_a_lookup_is_invalid);
	ctest_add(list, "judge", CTEST_PURE, a_deletion_that_takes_long_meets_lookups_to_its_end);
	ctest_add(list, "judge", CTEST_PURE, talk_before_the_exposure_heals_nothing);
	ctest_add(list, "judge", CTEST_PURE, only_a_client_that_looks_up_is_healed);
	ctest_add(list, "judge", CTEST_PURE, a_control_may_break_in_more_ways_than_one);
	ctest_add(list, "judge", CTEST_PURE, findings_tell_what_spoiled_a_case);
}
