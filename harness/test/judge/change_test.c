/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change_test.c: tests of what changed: exposures, and unrequested changes. */
#include "test/judge/judge_kit.h"

#define MAC_LOWER mac_from_number(0x010000000000)  /* than all */
#define MAC_HIGHER mac_from_number(0x030000000000) /* than the lowest */

/* ---- exposures ---- */

/* The rest of an arm in which nothing was lost, and which was exposed by `edits` alone. */
#define EXPOSED_ROW(name, edits, n, ...)                                                           \
	JUDGE_ROW(name, (begin_arm(&t, 60250), edits, build_end(&t, 60000)),                       \
	    (n) ? "pass" : "inconclusive",                                                         \
	    (n) ? "" : "no exposure: churn never changed the lowest MAC", j->exposures == (n),     \
	    ##__VA_ARGS__)

static void guest_joins(struct trace *t, struct mac mac, uint32_t mtu, bool carrier)
{
	struct event *ev = build_port(t, 10000, "guest", 20, mac);

	ev->u.link.mtu = mtu;
	ev->u.link.carrier = carrier;
}

static void leave_and_change(struct trace *t)
{
	build_port_released(t, 10000, "lowest", PORT_LOWEST); /* left, and lives on */
	build_port_gone(t, 10001, "lowest", PORT_LOWEST);     /* nothing new */
	build_port(t, 20000, "lowest", PORT_LOWEST, MAC_LOWEST);
	build_port_state(t, 20001, "lowest", PORT_LOWEST, 3);   /* no change of what is inherited */
	build_port(t, 25000, "lowest", PORT_LOWEST, MAC_OTHER); /* re-MACed */
	/* released, by its own NEWLINK */
	build_port(t, 30000, "lowest", PORT_LOWEST, MAC_OTHER)->u.link.master = 0;
	build_port_gone(t, 40000, "c2", PORT_C2); /* not the lowest, same MTU */
	/* another bridge's */
	build_port(t, 50000, "stranger", 30, MAC_LOWER)->u.link.master = 99;
}

/* The lab is taken down after the end. */
static void before_and_after(struct trace *t)
{
	begin_arm(t, 60250);
	build_port(t, -1000, "guest", 20, MAC_LOWER);
	build_end(t, 60000);
	build_port_gone(t, 61500, "guest", 20);
	build_bridge(t, 61501, MAC_OTHER);
}

static void the_bridges_own_messages(struct trace *t)
{
	/* the AF_BRIDGE form says nothing of the bridge itself */
	build_bridge(t, 10000, MAC_OTHER)->u.link.bridge_msg = 1;
	/* a port that is there gets a smaller MTU */
	build_port(t, 20000, "c2", PORT_C2, MAC_PORT2)->u.link.mtu = 1400;
	/* tells its state, and no MTU */
	build_port_state(t, 21000, "c2", PORT_C2, 3)->u.link.mtu = 0;
	build_bridge(t, 30000, MAC_PINNED)->u.link.gone = 1;
	build_bridge(t, 30001, MAC_PINNED)->u.link.ifindex = 77; /* made anew */
	build_port(t, 31000, "guest", 20, MAC_LOWER)->u.link.master = 77;
}

/* One notification of a port, before any of its bridge. */
static void port_before_bridge(struct trace *t)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	build_port(t, -2990, "lowest", PORT_LOWEST, MAC_LOWEST);
	build_begin(t, MAC_PINNED, 3);
	EACH_EVENT (ev, t, EV_LINK)
		if (ev != t->events && ev->u.link.ifindex == PORT_LOWEST)
			ev->u.link.ifindex = 99, ev->u.link.master = 0;
	build_lowest_leaves(t, true);
	end_arm(t, 0, MAC_PINNED);
}

PURE_TEST("judge", exposures_are_what_a_bridge_inherits)
{
	EXPOSED_ROW("lower than all", guest_joins(&t, MAC_LOWER, 1500, true), 1);
	EXPOSED_ROW("higher than the lowest", guest_joins(&t, MAC_HIGHER, 1500, true), 0);
	EXPOSED_ROW("its MTU is the smallest", guest_joins(&t, MAC_HIGHER, 1400, true), 1);
	EXPOSED_ROW("others have carrier", guest_joins(&t, MAC_HIGHER, 1500, false), 0);
	EXPOSED_ROW("both at once", guest_joins(&t, MAC_LOWER, 1400, true), 1);
	EXPOSED_ROW("by leaving and changing", leave_and_change(&t), 4,
	    found(j, 10000, "port lowest (02:00:00:00:00:01) left"));
	JUDGE_ROW("before the start or after the end", before_and_after(&t), "inconclusive", "",
	    !j->exposures, !j->gateway_mac_changes, !j->invariants);
	/* the smaller MTU, the lower MAC */
	EXPOSED_ROW(
	    "the bridge's own messages", the_bridges_own_messages(&t), 2, !j->gateway_mac_changes);
	JUDGE_ROW(
	    "a port notified before its bridge", port_before_bridge(&t), "", "", j->exposures == 1);
}

/* The lowest port leaves; the next lookup, which is the last, is sent at 60 s. */
static void asked_after(struct trace *t, int64_t left_ms, bool closed_loop)
{
	begin_arm(t, 57500);
	build_port_gone(t, left_ms, "lowest", PORT_LOWEST);
	build_lookup(t, 60000, STREAM_C1, LAST_SEEN_ANSWERED, MAC_PINNED);
	for (int64_t ms = 58000; ms <= 60000; ms += 1000)
		build_lookup(t, ms, STREAM_REF, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_end(t, 60000);
	t->meta.streams[STREAM_C1].closed_loop = closed_loop; /* gaps are no skipped lookups */
	t->meta.streams[STREAM_REF].interval_ns = 10 * S;     /* it is no witness here */
}

static void asked_no_more(struct trace *t)
{
	begin_arm(t, 59250);
	build_port_gone(t, 59600, "lowest", PORT_LOWEST);
	build_end(t, 60000);
}

PURE_TEST("judge", a_lookup_must_follow_an_exposure_soon)
{
	const char *why = "no lookup was sent within two intervals";

	JUDGE_ROW("no lookup", asked_no_more(&t), "inconclusive", why, j->exposures == 1);
	JUDGE_ROW("after two intervals", asked_after(&t, 59499, false), "inconclusive", why);
	JUDGE_ROW("after two intervals, by a late player",
	    (asked_after(&t, 59499, false), build_late(&t, 60000, LATE_LOOP, 250, 0)), "invalid",
	    "the player was late, and no lookup was sent");
	JUDGE_ROW("within two intervals", asked_after(&t, 59500, false), "pass", "");
	/* after a lost one: its timeout, then the pause */
	JUDGE_ROW("a closed loop, in time", asked_after(&t, 57501, true), "pass", "");
	JUDGE_ROW("a closed loop, too late", asked_after(&t, 57499, true), "inconclusive", why);
}

/* A negative control, which must have no exposure. */
static void negative(struct trace *t)
{
	begin_arm(t, 60250);
	t->meta.exposures_none = true;
}

PURE_TEST("judge", a_negative_control_must_have_none)
{
	JUDGE_ROW("it has none",
	    (negative(&t), build_port(&t, 10000, "guest", 20, mac_from_number(0xfe0000000000)),
	        build_end(&t, 60000)),
	    "pass", "");
	JUDGE_ROW("it has one", (build_held_arm(&t), t.meta.exposures_none = true), "inconclusive",
	    "the scenario says it never does");
	JUDGE_ROW("it has none, and lost lookups",
	    (negative(&t), build_traffic(&t, 60250, 60500, LAST_SEEN_BRIDGE, MAC_PINNED),
	        build_end(&t, 60250)),
	    "fail", "");
}

/* ---- unasked changes ---- */

/* And back: it was broken all the same. */
static void shrink_mtu(struct trace *t)
{
	build_bridge(t, 10000, MAC_PINNED)->u.link.mtu = 1400;
	build_bridge(t, 10100, MAC_PINNED);
}

static void lose_carrier(struct trace *t)
{
	build_bridge(t, 10000, MAC_PINNED)->u.link.carrier = 0;
	build_bridge(t, 10100, MAC_PINNED);
}

static void state_at_end(struct trace *t, uint8_t assign_type, uint8_t local_fdb)
{
	EACH_EVENT (ev, t, EV_STATE)
		if (ev->u.state.at_end) {
			ev->u.state.assign_type = assign_type;
			ev->u.state.local_fdb = local_fdb;
		}
}

static void lose_fdb(struct trace *t)
{
	build_fdb(t, 10000, "br0", MAC_PINNED, true);
}

static void lose_fdb_for_a_while(struct trace *t)
{
	lose_fdb(t);
	build_fdb(t, 12000, "br0", MAC_PINNED, false);
}

/* It takes the place of the local one without a word of its end. */
static void learn_own_mac(struct trace *t)
{
	build_fdb(t, 10000, "c2", MAC_PINNED, false)->u.fdb.state = 0x40;
	build_fdb(t, 10000, "c2", MAC_CLIENT2, false)->u.fdb.state = 0x02;
}

static void ports_shut(struct trace *t, bool both)
{
	build_port_state(t, -1000, "c2", PORT_C2, 3);
	build_port_state(t, 10000, "c1", PORT_C1, 0);
	if (both)
		build_port_state(t, 10001, "c2", PORT_C2, 0);
	build_port_state(t, 10010, "c1", PORT_C1, 3);
}

static void mtu_again_and_again(struct trace *t)
{
	for (int i = 0; i < 5; i++) {
		struct event *ev = build_bridge(t, 10000 + 200 * i, MAC_PINNED);

		ev->u.link.mtu = 1400;
		ev->u.link.carrier = 0;
		build_bridge(t, 10100 + 200 * i, MAC_PINNED);
	}
}

static size_t count_findings(const struct judgement *j, const char *part)
{
	size_t n = 0;

	for (size_t i = 0; i < j->n_findings; i++)
		n += has(j->findings[i].text, part);
	return n;
}

/* It fails an arm that lost nothing; in a control it is listed, and changes nothing. */
#define UNASKED_ROW(name, edits, bit, why)                                                         \
	do {                                                                                       \
		JUDGE_ROW(name, (build_held_arm(&t), edits), "fail", why, j->invariants == (bit),  \
		    !j->total.lost, cause_is(j, "none"));                                          \
		JUDGE_ROW(name " in a control", (build_broken_control(&t), edits), "pass", "",     \
		    !(j->invariants & INVARIANT_GATEWAY_MAC));                                     \
	} while (0)

/* br0 is made again at 10 s, which takes 5 ms; 80 ms later it is read that its address went and
 * came, by a player that was late by late_ms. */
static void made_again(struct trace *t, int64_t late_ms)
{
	build_held_arm(t);
	for (int end = 0; end < 2; end++)
		build_churn(t, 10000 + 5 * end, OP_RECREATE, "br0", end)->u.churn.event = 1;
	build_late(t, 10080, LATE_LOOP, late_ms, 0);
	build_address(t, 10081, 1, true);
	build_address(t, 10082, 1, false);
}

PURE_TEST("judge", what_was_read_late_was_asked_for_all_the_same)
{
	JUDGE_ROW("late enough", made_again(&t, 60), "pass", "", !j->invariants);
	JUDGE_ROW("not late enough", made_again(&t, 40), "fail",
	    "br0 lost the address 192.0.2.1/24 at 10.081 s");
}

/* br0 loses its IPv4 address at 10 s and has it again at 11 s, as events ask for, of `asked`. */
static void address_away(struct trace *t, enum bridge_address asked)
{
	build_held_arm(t);
	for (int i = 0; i < 4; i++) {
		int64_t ms = 10000 + 1000 * (i / 2);
		enum churn_op op = i < 2 ? OP_DELETE_ADDRESS : OP_ADD_ADDRESS;
		struct event *ev = build_churn(t, ms + 2 * (i % 2), op, "br0", i % 2);

		ev->u.churn.event = 1;
		ev->u.churn.address = (uint8_t)asked;
		if (i % 2)
			build_address(t, ms + 1, 1, i < 2);
	}
}

PURE_TEST("judge", an_address_that_events_delete_and_add_is_an_exposure_and_no_breach)
{
	unsigned before;

	JUDGE_ROW("no event", build_held_arm(&t), "pass", "", (before = j->exposures, true));
	JUDGE_ROW("this address", address_away(&t, ADDRESS_IPV4), "pass", "", !j->invariants,
	    j->exposures == before + 2);
	JUDGE_ROW("another one", address_away(&t, ADDRESS_IPV6), "fail",
	    "br0 lost the address 192.0.2.1/24 at 10.001 s", j->exposures == before);
}

PURE_TEST("judge", unasked_changes_fail_an_arm_that_lost_nothing)
{
	UNASKED_ROW("MAC", change_mac(&t), INVARIANT_GATEWAY_MAC,
	    "br0 changed 02:00:00:00:aa:aa -> 02:00:00:00:bb:bb although pinned at 10.000 s");
	UNASKED_ROW("assign type", state_at_end(&t, 1, 1), INVARIANT_ASSIGN_TYPE,
	    "br0's addr_assign_type changed 3 -> 1");
	UNASKED_ROW(
	    "MTU", shrink_mtu(&t), INVARIANT_MTU, "br0's MTU changed 1500 -> 1400 at 10.000 s");
	UNASKED_ROW("address lost", build_address(&t, 10000, 1, true), INVARIANT_ADDRESS,
	    "br0 lost the address 192.0.2.1/24");
	UNASKED_ROW("address got", build_address(&t, 10000, 77, false), INVARIANT_ADDRESS,
	    "br0 got the address 192.0.2.77/24");
	UNASKED_ROW("carrier", lose_carrier(&t), INVARIANT_CARRIER, "br0 lost carrier");
	UNASKED_ROW("FDB entry", (lose_fdb(&t), state_at_end(&t, 3, 0)), INVARIANT_LOCAL_FDB,
	    "the local FDB entry of br0's MAC");
	UNASKED_ROW(
	    "FDB entry, for a while", lose_fdb_for_a_while(&t), INVARIANT_LOCAL_FDB, "at 10.000 s");
	UNASKED_ROW("FDB entry, not read at the end", (lose_fdb(&t), state_at_end(&t, 3, 255)),
	    INVARIANT_LOCAL_FDB, "at 10.000 s");
	JUDGE_ROW("FDB entry, replaced", (build_held_arm(&t), learn_own_mac(&t)), "fail",
	    "br0's MAC 02:00:00:00:aa:aa was learned on port c2 at 10.000 s",
	    j->invariants == INVARIANT_LOCAL_FDB);
	JUDGE_ROW("carrier, as the ports tell it", (build_held_arm(&t), ports_shut(&t, true)),
	    "fail", "br0 lost carrier with its last port that forwarded at 10.001 s",
	    j->invariants == INVARIANT_CARRIER);
	JUDGE_ROW("each kind is named once in the reason, and thrice in the findings",
	    (build_held_arm(&t), mtu_again_and_again(&t)), "fail", "",
	    !strcmp(
	        j->why, "br0's MTU changed 1500 -> 1400 at 10.000 s; br0 lost carrier at 10.000 s"),
	    j->invariants == (INVARIANT_MTU | INVARIANT_CARRIER),
	    count_findings(j, "MTU changed 1500 -> 1400") == 3, found(j, 10000, "MTU changed"),
	    found(j, 10000, "br0 lost carrier"));
	JUDGE_ROW("what was read stands in for missing notifications of the bridge",
	    (build_held_arm(&t), DROP(EV_LINK, ev->u.link.ifindex == BR),
	        EDIT(EV_STATE, ev->u.state.at_end, ev->u.state.mac = MAC_OTHER)),
	    "fail", "", j->gateway_mac_changes == 1);
}

PURE_TEST("judge", invariants_have_names)
{
	static const char *const names[] = {"gateway-mac", "assign-type", "mtu", "address",
	    "carrier", "local-fdb", "bystander-frames"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ck_assert_str_eq(invariant_name((enum invariant)(1u << i)), names[i]);
	ck_assert_uint_eq(1u << (ARRAY_SIZE(names) - 1), INVARIANT_LAST);
}

static void notified_again(struct trace *t)
{
	build_address(t, 10000, 1, false);
	build_bridge(t, 11000, MAC_PINNED);
	build_fdb(t, 12000, "c2", MAC_PORT2, true);   /* another's entry */
	build_fdb(t, 13000, "br0", MAC_PINNED, true); /* and back at once, elsewhere */
	build_fdb(t, 13200, "c1", MAC_PINNED, false);
	build_fdb(t, 14000, "br0", MAC_PINNED, true)->u.fdb.state = 2; /* learned, not local */
	/* a port's, not the bridge's */
	build_port(t, 15000, "c1", PORT_C1, MAC_PORT1)->u.link.mtu = 1400;
	state_at_end(t, 255, 1);
}

/* Its entry goes with the port, the new MAC is notified after that. */
static void inheriting_arm(struct trace *t)
{
	build_quiet_control(t);
	t->meta.breaks = CAUSE_NONE;
	t->meta.limits.gateway_mac_changes = LIMIT_ANY;
}

PURE_TEST("judge", what_is_no_unasked_change)
{
	JUDGE_ROW(
	    "notified again", (build_held_arm(&t), notified_again(&t)), "pass", "", !j->invariants);
	JUDGE_ROW("an inheriting bridge", inheriting_arm(&t), "pass", "",
	    j->gateway_mac_changes == 1, !j->invariants);
	JUDGE_ROW("one of two ports is shut", (build_held_arm(&t), ports_shut(&t, false)), "", "",
	    !j->invariants);
	JUDGE_ROW("unread at the end",
	    (build_held_arm(&t), EDIT(EV_STATE, ev->u.state.at_end,
	                             (memset(&ev->u.state, 0, sizeof(ev->u.state)),
	                                 ev->u.state.at_end = 1, ev->u.state.assign_type = 255))),
	    "pass", "");
}
