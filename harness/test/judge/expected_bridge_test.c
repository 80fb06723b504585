/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expected_bridge_test.c: tests of what br0 must be by the kernel's rules. */
#include "test/judge/judge_kit.h"

/* A held arm whose header says how br0 was made. */
static void build_told(struct trace *t, enum mac_rule rule, struct mac mac)
{
	build_held_arm(t);
	t->meta.bridge_mac_rule = (uint8_t)rule;
	t->meta.bridge_mac = mac;
}

/* The whole of an arm that inherits, from which `lowest` leaves; br0 takes `mac` then. */
static void build_inheriting(struct trace *t, struct mac mac)
{
	build_meta(t, "inherited", CAUSE_NONE);
	t->meta.bridge_mac_rule = MAC_INHERITED;
	t->meta.limits.gateway_mac_changes = -1;
	build_begin(t, MAC_LOWEST, 1);
	build_traffic(t, 0, 5000, LAST_SEEN_ANSWERED, MAC_LOWEST);
	build_lowest_leaves(t, true);
	build_bridge(t, 5002, mac);
	build_traffic(t, 5250, 60250, LAST_SEEN_ANSWERED, mac);
	build_end(t, 60000);
}

/* An event of br0 itself. */
static void ask_from_to(
    struct trace *t, int64_t from_ms, int64_t to_ms, enum churn_op op, struct mac mac, uint32_t mtu)
{
	for (int end = 0; end < 2; end++) {
		struct event *ev = build_churn(t, end ? to_ms : from_ms, op, "br0", end);

		ev->u.churn.event = 1;
		ev->u.churn.mac = mac;
		ev->u.churn.mtu = mtu;
	}
}

static void ask(struct trace *t, enum churn_op op, struct mac mac, uint32_t mtu)
{
	ask_from_to(t, 20000, 20001, op, mac, mtu);
}

/* br0's MTU in a control, from ms to the end. */
static void mtu_becomes(struct trace *t, int64_t ms, uint32_t mtu)
{
	build_bridge(t, ms, MAC_PORT1)->u.link.mtu = mtu;
	EACH_EVENT (ev, t, EV_STATE)
		if (ev->u.state.at_end)
			ev->u.state.mtu = mtu;
}

#define TOLD build_told(&t, MAC_SET, MAC_PINNED)
#define MTU_IS(of, mtu_is)                                                                         \
	(EDIT(EV_LINK, ev->u.link.ifindex == (of), ev->u.link.mtu = (mtu_is)),                     \
	    EDIT(EV_STATE, (of) == BR, ev->u.state.mtu = (mtu_is)))
#define CONTROL (build_broken_control(&t), t.meta.bridge_mac_rule = MAC_INHERITED)
#define BASELINE(change) EDIT(EV_STATE, !ev->u.state.at_end, change)

PURE_TEST("judge", what_the_bridge_must_be_from_the_start)
{
	JUDGE_ROW("as it must be", TOLD, "pass", "", !j->invariants);
	JUDGE_ROW("the MTU of no port", (TOLD, MTU_IS(BR, 576)), "fail",
	    "br0's MTU is 576 from the start; 1500 expected, the smallest of its ports",
	    j->invariants == INVARIANT_MTU, !has(j->why, " at "));
	JUDGE_ROW("the smallest of its ports", (TOLD, MTU_IS(PORT_C2, 576), MTU_IS(BR, 576)),
	    "pass", "", !j->invariants);
	JUDGE_ROW("not the MTU that was set", (TOLD, t.meta.bridge_mtu = 1400), "fail",
	    "br0's MTU is 1500 from the start; 1400 expected, to which it was set");
	JUDGE_ROW("not the MAC that was set", build_told(&t, MAC_SET, MAC_OTHER), "fail",
	    "br0's MAC is 02:00:00:00:aa:aa from the start; 02:00:00:00:bb:bb expected, to which "
	    "it was set");
	JUDGE_ROW("set to the one that it had", build_told(&t, MAC_SET, NO_MAC), "pass", "");
	JUDGE_ROW("not the lowest of its ports",
	    (build_told(&t, MAC_INHERITED, NO_MAC), BASELINE(ev->u.state.assign_type = 1)), "fail",
	    "br0's MAC is 02:00:00:00:aa:aa from the start; 02:00:00:00:00:01 expected, the lowest "
	    "of its ports");
	JUDGE_ROW("set, and not marked so", (TOLD, BASELINE(ev->u.state.assign_type = 1)), "fail",
	    "br0's addr_assign_type changed 1 -> 3");
	JUDGE_ROW("marked from the start",
	    (TOLD, EDIT(EV_STATE, true, ev->u.state.assign_type = 1)), "fail",
	    "br0's addr_assign_type is 1 from the start, though its MAC was set");
	JUDGE_ROW("nobody set it",
	    (build_inheriting(&t, MAC_PORT1), EDIT(EV_STATE, true, ev->u.state.assign_type = 3)),
	    "fail",
	    "br0's addr_assign_type is 3 from the start, though nothing in the lab set its MAC");
	JUDGE_ROW("sysfs could not be read",
	    (TOLD, EDIT(EV_STATE, true, ev->u.state.assign_type = 255)), "pass", "");
	JUDGE_ROW("no carrier",
	    (TOLD, EDIT(EV_STATE, true, ev->u.state.carrier = 0),
	        EDIT(EV_LINK, ev->u.link.ifindex == BR, ev->u.link.carrier = 0)),
	    "fail", "br0 has no carrier from the start, though a port forwards");
	JUDGE_ROW("no FDB entry", (TOLD, BASELINE(ev->u.state.local_fdb = 0)), "fail",
	    "br0's MAC 02:00:00:00:aa:aa has no local FDB entry from the start");
	JUDGE_ROW("no address", (TOLD, EDIT(EV_ADDR, true, ev->u.addr.addr[3] = 7)), "fail",
	    "br0 does not have its address 192.0.2.1 from the start");
	JUDGE_ROW("an address that went before t=0", (TOLD, build_address(&t, -100, 1, true)),
	    "fail", "br0 does not have its address 192.0.2.1 from the start");
	JUDGE_ROW("no IPv6 address", (TOLD, t.meta.gateway_ip6[0] = 0x20), "fail",
	    "br0 does not have its address 2000:: from the start");
	JUDGE_ROW("addresses were not told", (TOLD, DROP(EV_ADDR, true)), "pass", "");
	JUDGE_ROW("an older trace says nothing of the rule", (build_held_arm(&t), MTU_IS(BR, 576)),
	    "pass", "");
}

PURE_TEST("judge", what_the_bridge_must_be_later)
{
	JUDGE_ROW("it takes the MAC of the lowest port that is left",
	    build_inheriting(&t, MAC_PORT1), "pass", "", !j->invariants);
	JUDGE_ROW("a control is as it must be", CONTROL, "pass", "",
	    cause_is(j, "stale-gateway flooded"));
	JUDGE_ROW("a control breaks another rule", (CONTROL, MTU_IS(BR, 576)), "fail",
	    "br0's MTU is 576 from the start; 1500 expected, the smallest of its ports");
	JUDGE_ROW("a control whose bridge a deliberate defect changed",
	    (CONTROL, MTU_IS(BR, 576), build_churn(&t, 4000, OP_FAULT, "shrink-mtu", false)),
	    "pass", "");
	JUDGE_ROW("it keeps the MAC of a port that has left", build_inheriting(&t, MAC_LOWEST),
	    "fail",
	    "br0's MAC is 02:00:00:00:00:01; fe:00:00:00:00:11 expected, the lowest of its ports "
	    "at 5.2");
	JUDGE_ROW("it is what was asked for",
	    (TOLD, ask(&t, OP_SET_MAC, MAC_OTHER, 0), build_bridge(&t, 20001, MAC_OTHER),
	        EDIT(EV_STATE, ev->u.state.at_end, ev->u.state.mac = MAC_OTHER)),
	    "pass", "", !j->invariants);
	JUDGE_ROW("it is not what was asked for", (TOLD, ask(&t, OP_SET_MAC, MAC_OTHER, 0)), "fail",
	    "br0's MAC is 02:00:00:00:aa:aa; 02:00:00:00:bb:bb expected, to which it was set");
	JUDGE_ROW("setting it failed",
	    (TOLD, ask(&t, OP_SET_MAC, MAC_OTHER, 0),
	        EDIT(EV_CHURN, ev->u.churn.event && ev->u.churn.end, ev->u.churn.err = -1)),
	    "pass", "");
	JUDGE_ROW("it is not known whether it was set",
	    (TOLD, ask(&t, OP_SET_MAC, MAC_OTHER, 0),
	        DROP(EV_CHURN, ev->u.churn.event && ev->u.churn.end)),
	    "pass", "");
	JUDGE_ROW("an MTU that it did not have is kept",
	    (TOLD, ask(&t, OP_SET_MTU, NO_MAC, 1400), build_bridge(&t, 20001, MAC_PINNED)), "fail",
	    "br0's MTU is 1500; 1400 expected, to which it was set");
	JUDGE_ROW("set to another MTU and back, both read when that was over",
	    (TOLD, ask(&t, OP_SET_MTU, NO_MAC, 1499),
	        ask_from_to(&t, 20002, 20003, OP_SET_MTU, NO_MAC, 1500),
	        build_bridge(&t, 20008, MAC_PINNED)->u.link.mtu = 1499,
	        build_bridge(&t, 20009, MAC_PINNED)),
	    "pass", "");
	/* dev_set_mtu() does nothing, so nothing is pinned */
	JUDGE_ROW("an MTU that it had is not set",
	    (CONTROL, ask(&t, OP_SET_MTU, NO_MAC, 1500),
	        build_port(&t, 40000, "c2", PORT_C2, MAC_PORT2)->u.link.mtu = 1400,
	        mtu_becomes(&t, 40001, 1400)),
	    "pass", "");
	JUDGE_ROW("a control whose MTU is that of no port", (CONTROL, mtu_becomes(&t, 40001, 1400)),
	    "fail", "br0's MTU is 1400; 1500 expected, the smallest of its ports at 40.2");
	JUDGE_ROW("its FDB entry is gone at the end",
	    (TOLD, EDIT(EV_STATE, ev->u.state.at_end, ev->u.state.local_fdb = 0)), "fail",
	    "br0's MAC 02:00:00:00:aa:aa has no local FDB entry at 60.9", !j->total.lost);
	JUDGE_ROW("only that of a VLAN is gone",
	    (TOLD, EDIT(EV_STATE, ev->u.state.at_end, ev->u.state.local_fdb = STATE_NOT_READ),
	        build_fdb(&t, 30000, "br0", MAC_PINNED, true)->u.fdb.vlan = 1),
	    "pass", "");
	JUDGE_ROW("nothing counts while it is being set",
	    (TOLD, ask_from_to(&t, 20000, 24000, OP_SET_MAC, MAC_OTHER, 0),
	        build_port(&t, 22000, "guest", 20, mac_from_number(1)),
	        build_bridge(&t, 24001, MAC_OTHER),
	        EDIT(EV_STATE, ev->u.state.at_end, ev->u.state.mac = MAC_OTHER)),
	    "pass", "", !j->invariants);
	JUDGE_ROW("it follows a port that is resized",
	    (TOLD, build_port(&t, 30000, "c2", PORT_C2, MAC_PORT2)->u.link.mtu = 1400), "fail",
	    "br0's MTU is 1500; 1400 expected, the smallest of its ports at 30.2");
}

/* The lab was being built when a step failed. */
static void build_unbuilt(struct trace *t, struct mac mac)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	t->meta.bridge_mac_rule = MAC_SET;
	t->meta.bridge_mac = MAC_PINNED;
	build_begin(t, mac, 3);
	build_cut(t, -2850);
	build_phase(t, -2849, PHASE_LAB_FAILED, "add address: Invalid argument");
}

PURE_TEST("judge", whose_fault_it_is_that_a_lab_did_not_come_up)
{
	JUDGE_ROW("the bridge is as it must be", build_unbuilt(&t, MAC_PINNED), "invalid",
	    "the lab could not be built: add address: Invalid argument", j->unbuilt,
	    has(j->so, "says nothing about your kernel"));
	JUDGE_ROW("the pin was still to come", build_unbuilt(&t, MAC_LOWEST), "invalid", "");
	JUDGE_ROW("a MAC of nobody", build_unbuilt(&t, MAC_OTHER), "fail",
	    "br0's MAC is 02:00:00:00:bb:bb from the start; 02:00:00:00:aa:aa expected, to which "
	    "it was set; the lab could not be built: add address: Invalid argument",
	    !j->unbuilt, has(j->so, "the kernel's rules"));
	JUDGE_ROW("the MTU of no port", (build_unbuilt(&t, MAC_PINNED), MTU_IS(BR, 576)), "fail",
	    "br0's MTU is 576 from the start; 1500 expected, the smallest of its ports");
	JUDGE_ROW("on the way to a pinned MTU",
	    (build_unbuilt(&t, MAC_PINNED), t.meta.bridge_mtu = 1450, MTU_IS(BR, 1449)), "invalid",
	    "");
	JUDGE_ROW("warm-up lost a lookup",
	    (TOLD, MTU_IS(BR, 576), DROP(EV_ANSWER, ev->t_ns == -1748 * MS)), "fail",
	    "the smallest of its ports; 1 of 10 warm-up lookups were lost");
	JUDGE_ROW("warm-up lost a lookup, the bridge is as it must be",
	    (TOLD, DROP(EV_ANSWER, ev->t_ns == -1748 * MS)), "invalid",
	    "1 of 10 warm-up lookups were lost", has(j->so, "says nothing about your kernel"));
}

/* The reply to c1's lookup of `ms` leaves by c2's port too. */
static void build_overheard(struct trace *t, int64_t ms)
{
	struct event *ev = build_query(t, ms, HOP_PORT, 1);

	ev->u.frame.kind = FRAME_REPLY;
	ev->u.frame.out = 1;
	ev->u.frame.dst = MAC_CLIENT1;
}

PURE_TEST("judge", replies_that_leave_by_other_ports)
{
	JUDGE_ROW("eight", (TOLD, EVERY(250, 10000, 12000, build_overheard(&t, ms))), "fail",
	    "8 replies of c1/ipv4/udp in a row, addressed to the client, also left through 1 other "
	    "port",
	    j->invariants == INVARIANT_BYSTANDER);
	JUDGE_ROW("for another MAC, which the bridge need not know",
	    (TOLD, EVERY(250, 10000, 12000, build_overheard(&t, ms)),
	        EDIT(EV_FRAME, ev->u.frame.kind == FRAME_REPLY && ev->u.frame.hop == HOP_BRIDGE,
	            ev->u.frame.dst = MAC_OTHER)),
	    "pass", "");
	JUDGE_ROW("seven", (TOLD, EVERY(250, 10000, 11750, build_overheard(&t, ms))), "pass", "");
	JUDGE_ROW("of a bridge that learns nothing",
	    (TOLD, t.meta.bridge_learns_nothing = true,
	        EVERY(250, 10000, 12000, build_overheard(&t, ms))),
	    "pass", "");
	JUDGE_ROW("of a client whose port learns nothing",
	    (TOLD, t.meta.clients[0].unlearned = true,
	        EVERY(250, 10000, 12000, build_overheard(&t, ms))),
	    "pass", "");
}
