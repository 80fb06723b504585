/* change_test.c: tests of what changed: exposures, and what nobody asked to change. */
#include "test/judge/judge_kit.h"

#include <string.h>

#include "base/macros.h"

/* ---- exposures ---- */

static void exposed_arm(struct trace *t)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	build_begin(t, MAC_PINNED, 3);
	build_traffic(t, 0, 60250, LAST_SEEN_ANSWERED, MAC_PINNED);
}

START_TEST(exposures_are_what_a_bridge_inherits)
{
	static const struct {
		uint64_t mac;
		uint32_t mtu;
		bool carrier;
		unsigned exposures;
	} joins[] = {
	    {0x010000000000, 1500, true, 1},  /* lower than all */
	    {0x030000000000, 1500, true, 0},  /* higher than the lowest */
	    {0x030000000000, 1400, true, 1},  /* its MTU is the smallest */
	    {0x030000000000, 1500, false, 0}, /* others have carrier */
	    {0x010000000000, 1400, true, 1},  /* both at once */
	};

	for (size_t i = 0; i < ARRAY_SIZE(joins); i++) {
		struct trace t;

		exposed_arm(&t);
		struct event *ev =
		    build_port(&t, 10000, "guest", 20, mac_from_number(joins[i].mac));
		ev->u.link.mtu = joins[i].mtu;
		ev->u.link.carrier = joins[i].carrier;
		build_end(&t, 60000);
		const struct judgement *j = judged(&t);
		ck_assert_uint_eq(j->exposures, joins[i].exposures);
		ASSERT_VERDICT(j, joins[i].exposures ? "pass" : "inconclusive",
		    joins[i].exposures ? "" : "no exposure: churn never changed the lowest MAC");
	}
}
END_TEST

START_TEST(exposures_by_leaving_and_changing)
{
	struct trace t;

	exposed_arm(&t);
	build_port_released(&t, 10000, "lowest", PORT_LOWEST); /* left, and lives on */
	build_port_gone(&t, 10001, "lowest", PORT_LOWEST);     /* nothing new */
	build_port(&t, 20000, "lowest", PORT_LOWEST, MAC_LOWEST);
	build_port_state(&t, 20001, "lowest", PORT_LOWEST, 3); /* no change of what is inherited */
	build_port(&t, 25000, "lowest", PORT_LOWEST, MAC_OTHER); /* re-MACed */
	/* released, told by its own NEWLINK */
	build_port(&t, 30000, "lowest", PORT_LOWEST, MAC_OTHER)->u.link.master = 0;
	build_port_gone(&t, 40000, "c2", PORT_C2); /* not the lowest, same MTU */
	/* another bridge's */
	build_port(&t, 50000, "stranger", 30, mac_from_number(0x010000000000))->u.link.master = 99;
	build_end(&t, 60000);
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->exposures, 4);
	ck_assert_ptr_nonnull(finding_with(j, "port lowest (02:00:00:00:00:01) left"));
}
END_TEST

START_TEST(exposures_before_start_or_after_end_do_not_count)
{
	struct trace t;

	exposed_arm(&t);
	build_port(&t, -1000, "guest", 20, mac_from_number(0x010000000000));
	build_end(&t, 60000);
	build_port_gone(&t, 61500, "guest", 20);
	build_bridge(&t, 61501, MAC_OTHER); /* the lab is taken down */
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->exposures, 0);
	ck_assert_uint_eq(j->gateway_mac_changes, 0);
	ck_assert_uint_eq(j->invariants, 0);
}
END_TEST

START_TEST(an_exposure_that_nothing_asked_after_proves_nothing)
{
	struct trace t;

	build_meta(&t, "pinned-at-create", CAUSE_NONE);
	build_begin(&t, MAC_PINNED, 3);
	build_traffic(&t, 0, 59250, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_port_gone(&t, 59600, "lowest", PORT_LOWEST);
	build_end(&t, 60000);
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->exposures, 1);
	ASSERT_VERDICT(j, "inconclusive", "nothing was asked within two intervals");
}
END_TEST

START_TEST(a_negative_control_must_have_none)
{
	struct trace t;

	exposed_arm(&t);
	t.meta.exposures_none = true;
	build_port(&t, 10000, "guest", 20, mac_from_number(0xfe0000000000));
	build_end(&t, 60000);
	ASSERT_VERDICT(judged(&t), "pass", "");

	build_held_arm(&t);
	t.meta.exposures_none = true;
	ASSERT_VERDICT(judged(&t), "inconclusive", "the scenario says it never does");

	exposed_arm(&t);
	t.meta.exposures_none = true;
	build_traffic(&t, 60250, 60500, LAST_SEEN_BRIDGE, MAC_PINNED);
	build_end(&t, 60250);
	ASSERT_VERDICT(judged(&t), "fail", "");
}
END_TEST

/* ---- unasked changes ---- */

static void shrink_mtu(struct trace *t)
{
	build_bridge(t, 10000, MAC_PINNED)->u.link.mtu = 1400;
	build_bridge(t, 10100, MAC_PINNED); /* and back: it was broken all the same */
}

static void lose_carrier(struct trace *t)
{
	build_bridge(t, 10000, MAC_PINNED)->u.link.carrier = 0;
	build_bridge(t, 10100, MAC_PINNED);
}

static void lose_address(struct trace *t)
{
	build_address(t, 10000, 1, true);
}

static void get_address(struct trace *t)
{
	build_address(t, 10000, 77, false);
}

static void assign_type_at_end(struct trace *t, uint8_t type)
{
	EACH_EVENT (ev, t, EV_STATE)
		if (ev->u.state.at_end)
			ev->u.state.assign_type = type;
}

static void other_assign_type(struct trace *t)
{
	assign_type_at_end(t, 1);
}

static void lose_fdb(struct trace *t)
{
	build_fdb(t, 10000, "br0", MAC_PINNED, true);
	EACH_EVENT (ev, t, EV_STATE)
		if (ev->u.state.at_end)
			ev->u.state.local_fdb = 0;
}

static void lose_fdb_for_a_while(struct trace *t)
{
	build_fdb(t, 10000, "br0", MAC_PINNED, true);
	build_fdb(t, 12000, "br0", MAC_PINNED, false);
}

static void lose_fdb_unread_at_end(struct trace *t)
{
	build_fdb(t, 10000, "br0", MAC_PINNED, true);
	EACH_EVENT (ev, t, EV_STATE)
		ev->u.state.local_fdb = 255;
}

static void change_mac(struct trace *t)
{
	build_bridge(t, 10000, MAC_OTHER);
	build_bridge(t, 10100, MAC_PINNED);
}

START_TEST(unasked_changes_fail_an_arm_that_lost_nothing)
{
	static const struct {
		void (*change)(struct trace *);
		unsigned bit;
		const char *name, *why;
	} changes[] = {
	    {change_mac, INVARIANT_GATEWAY_MAC, "gateway-mac",
	        "br0 changed 02:00:00:00:aa:aa -> 02:00:00:00:bb:bb although pinned at 10.000 s"},
	    {other_assign_type, INVARIANT_ASSIGN_TYPE, "assign-type",
	        "br0's addr_assign_type is 1, and was 3"},
	    {shrink_mtu, INVARIANT_MTU, "mtu", "br0's MTU changed 1500 -> 1400 at 10.000 s"},
	    {lose_address, INVARIANT_ADDRESS, "address", "br0 lost the address 192.0.2.1/24"},
	    {get_address, INVARIANT_ADDRESS, "address", "br0 got the address 192.0.2.77/24"},
	    {lose_carrier, INVARIANT_CARRIER, "carrier", "br0 lost carrier"},
	    {lose_fdb, INVARIANT_LOCAL_FDB, "local-fdb", "the local FDB entry of br0's MAC"},
	    {lose_fdb_for_a_while, INVARIANT_LOCAL_FDB, "local-fdb", "at 10.000 s"},
	    {lose_fdb_unread_at_end, INVARIANT_LOCAL_FDB, "local-fdb", "at 10.000 s"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		struct trace t;

		build_held_arm(&t);
		changes[i].change(&t);
		const struct judgement *j = judged(&t);
		ASSERT_VERDICT(j, "fail", changes[i].why);
		ck_assert_uint_eq(j->invariants, changes[i].bit);
		ck_assert_str_eq(invariant_name((enum invariant)j->invariants), changes[i].name);
		ck_assert_uint_eq(j->total.lost, 0);
		ck_assert_str_eq(cause_name(j->cause), "none");

		/* in a control it is told, and changes nothing */
		build_broken_control(&t);
		changes[i].change(&t);
		j = judged(&t);
		ASSERT_VERDICT(j, "pass", "");
		ck_assert(!(j->invariants & INVARIANT_GATEWAY_MAC));
	}
}
END_TEST

START_TEST(what_is_no_unasked_change)
{
	struct trace t;

	build_held_arm(&t);
	build_address(&t, 10000, 1, false); /* told again */
	build_bridge(&t, 11000, MAC_PINNED);
	build_fdb(&t, 12000, "c2", MAC_PORT2, true);   /* another's entry */
	build_fdb(&t, 13000, "br0", MAC_PINNED, true); /* and back at once, elsewhere */
	build_fdb(&t, 13200, "c1", MAC_PINNED, false);
	build_fdb(&t, 14000, "br0", MAC_PINNED, true)->u.fdb.state = 2; /* learned, not local */
	/* a port's, not the bridge's */
	build_port(&t, 15000, "c1", PORT_C1, MAC_PORT1)->u.link.mtu = 1400;
	assign_type_at_end(&t, 255);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "pass", "");
	ck_assert_uint_eq(j->invariants, 0);

	/* an inheriting bridge: its entry goes with the port, its new MAC is told after that */
	build_quiet_control(&t);
	t.meta.breaks = CAUSE_NONE;
	t.meta.limits.gateway_mac_changes = LIMIT_ANY;
	j = judged(&t);
	ASSERT_VERDICT(j, "pass", "");
	ck_assert_uint_eq(j->gateway_mac_changes, 1);
	ck_assert_uint_eq(j->invariants, 0);
}
END_TEST

START_TEST(two_intervals_are_soon_enough)
{
	static const struct {
		int64_t ms;
		bool closed_loop;
		enum verdict verdict;
	} lines[] = {
	    {59499, false, VERDICT_INCONCLUSIVE},
	    {59500, false, VERDICT_PASS},
	    {57501, true, VERDICT_PASS}, /* after a lost one: its timeout, then the pause */
	    {57499, true, VERDICT_INCONCLUSIVE},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct trace t;

		build_meta(&t, "pinned-at-create", CAUSE_NONE);
		t.meta.streams[STREAM_C1].closed_loop = true; /* gaps are no skipped lookups */
		build_begin(&t, MAC_PINNED, 3);
		build_traffic(&t, 0, 57500, LAST_SEEN_ANSWERED, MAC_PINNED);
		build_port_gone(&t, lines[i].ms, "lowest", PORT_LOWEST);
		build_lookup(&t, 60000, STREAM_C1, LAST_SEEN_ANSWERED, MAC_PINNED);
		for (int64_t ms = 58000; ms <= 60000; ms += 1000)
			build_lookup(&t, ms, STREAM_REF, LAST_SEEN_ANSWERED, MAC_PINNED);
		build_end(&t, 60000);
		if (!lines[i].closed_loop) {
			t.meta.streams[STREAM_C1].closed_loop = false;
			EACH_EVENT (ev, &t, EV_SENT) /* as if they had been due one by one */
				if (ev->t_ns == 60 * S && ev->u.sent.stream == STREAM_C1)
					ev->u.sent.due_ns = 60 * S;
		}
		t.meta.streams[STREAM_REF].interval_ns = 10 * S; /* it is no witness here */
		const struct judgement *j = judged(&t);
		ck_assert_msg(j->verdict == lines[i].verdict, "%zu: %s", i, j->why);
	}
}
END_TEST

START_TEST(ports_may_be_told_before_their_bridge)
{
	struct trace t;

	build_meta(&t, "pinned-at-create", CAUSE_NONE);
	build_port(&t, -2990, "lowest", PORT_LOWEST, MAC_LOWEST);
	build_begin(&t, MAC_PINNED, 3);
	EACH_EVENT (ev, &t, EV_LINK) /* told once only, and first */
		if (ev != t.events && ev->u.link.ifindex == PORT_LOWEST)
			ev->u.link.ifindex = 99, ev->u.link.master = 0;
	build_lowest_leaves(&t, true);
	build_traffic(&t, 0, 60250, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_end(&t, 60000);
	ck_assert_uint_eq(judged(&t)->exposures, 1);
}
END_TEST

START_TEST(findings_tell_a_few_of_each_kind)
{
	struct trace t;
	size_t mtu = 0;

	build_held_arm(&t);
	for (int i = 0; i < 5; i++) {
		build_bridge(&t, 10000 + 200 * i, MAC_PINNED)->u.link.mtu = 1400;
		build_bridge(&t, 10100 + 200 * i, MAC_PINNED);
	}
	lose_carrier(&t);
	const struct judgement *j = judged(&t);
	for (size_t i = 0; i < j->n_findings; i++)
		mtu += strstr(j->findings[i].text, "MTU changed 1500 -> 1400") != NULL;
	ck_assert_uint_eq(mtu, 3);
	ck_assert_int_eq(finding_with(j, "MTU changed")->t_ns, 10 * S);
	ck_assert_ptr_nonnull(finding_with(j, "br0 lost carrier"));
}
END_TEST

START_TEST(the_bridges_own_messages)
{
	struct trace t;

	exposed_arm(&t);
	/* the AF_BRIDGE form says nothing of the bridge itself */
	build_bridge(&t, 10000, MAC_OTHER)->u.link.bridge_msg = 1;
	/* a port that is there gets a smaller MTU */
	build_port(&t, 20000, "c2", PORT_C2, MAC_PORT2)->u.link.mtu = 1400;
	/* tells its state, and no MTU */
	build_port_state(&t, 21000, "c2", PORT_C2, 3)->u.link.mtu = 0;
	build_bridge(&t, 30000, MAC_PINNED)->u.link.gone = 1;
	build_bridge(&t, 30001, MAC_PINNED)->u.link.ifindex = 77; /* made anew */
	build_port(&t, 31000, "guest", 20, mac_from_number(0x010000000000))->u.link.master = 77;
	build_end(&t, 60000);
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->gateway_mac_changes, 0);
	ck_assert_uint_eq(j->exposures, 2); /* the smaller MTU, the lower MAC */
	ASSERT_VERDICT(j, "pass", "");
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "judge", CTEST_PURE, exposures_are_what_a_bridge_inherits);
	ctest_add(list, "judge", CTEST_PURE, exposures_by_leaving_and_changing);
	ctest_add(list, "judge", CTEST_PURE, exposures_before_start_or_after_end_do_not_count);
	ctest_add(list, "judge", CTEST_PURE, an_exposure_that_nothing_asked_after_proves_nothing);
	ctest_add(list, "judge", CTEST_PURE, a_negative_control_must_have_none);
	ctest_add(list, "judge", CTEST_PURE, unasked_changes_fail_an_arm_that_lost_nothing);
	ctest_add(list, "judge", CTEST_PURE, what_is_no_unasked_change);
	ctest_add(list, "judge", CTEST_PURE, the_bridges_own_messages);
	ctest_add(list, "judge", CTEST_PURE, two_intervals_are_soon_enough);
	ctest_add(list, "judge", CTEST_PURE, ports_may_be_told_before_their_bridge);
	ctest_add(list, "judge", CTEST_PURE, findings_tell_a_few_of_each_kind);
}
