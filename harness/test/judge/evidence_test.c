/* evidence_test.c: tests of what decides a cause beside the farthest hop: MTUs, the client's own
 * MAC, ARP on the bridge, what was held back; and of frames at bystanders and how an outage ended.
 */
#include "test/judge/judge_kit.h"

#include <string.h>

#include "base/macros.h"

/* Of an arm that lost [10 s, 12 s), of lookups for br0. */
#define ASSERT_LOST(name, last_seen, ...) ASSERT_CAUSE(name, last_seen, MAC_PINNED, ##__VA_ARGS__)

/* Judges such an arm, after it was changed. */
static const struct judgement *lossy(enum last_seen last_seen, void (*change)(struct trace *))
{
	struct trace t;

	build_lossy_arm(&t, 10000, 12000, last_seen, MAC_PINNED);
	if (change)
		change(&t);
	return judged(&t);
}

/* ---- too big ---- */

/* Lookups and replies of this length meet a device that had 1500 and has an MTU of 68 from 9 s to
 * 13 s. */
static void sizes(struct trace *t, const char *name, int ifindex, uint16_t len, bool df)
{
	static const struct {
		int64_t ms;
		uint32_t mtu;
	} steps[] = {{-2900, 1500}, {9000, 68}, {13000, 1500}};

	EACH_EVENT (ev, t, EV_FRAME)
		if (ev->u.frame.kind <= FRAME_REPLY) {
			ev->u.frame.len = len;
			ev->u.frame.df = df;
		}
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct event *ev = build_port(
		    t, steps[i].ms, name, ifindex, ifindex == BR ? MAC_PINNED : MAC_PORT1);

		ev->u.link.mtu = steps[i].mtu;
		if (ifindex != PORT_C1)
			ev->u.link.master = 0;
	}
}

static void uplink(struct trace *t, uint16_t len, bool df)
{
	sizes(t, "up0", 99, len, df);
}

static void uplink_small(struct trace *t)
{
	uplink(t, 69, true);
}

static void bridge_small(struct trace *t)
{
	sizes(t, "br0", BR, 69, true);
}

static void port_over_tag(struct trace *t)
{
	sizes(t, "c1", PORT_C1, 73, false);
}

START_TEST(cause_too_big)
{
	ASSERT_LOST("too-big", LAST_SEEN_BRIDGE, uplink_small(&t));
	ASSERT_LOST("not-forwarded", LAST_SEEN_BRIDGE, uplink(&t, 68, true));
	ASSERT_LOST("unknown", LAST_SEEN_BRIDGE, uplink(&t, 69, false));
	ASSERT_LOST("too-big", LAST_SEEN_BACK_UPLINK, bridge_small(&t));
	/* the uplink's other end takes a VLAN tag more, and so does a port */
	ASSERT_LOST("too-big", LAST_SEEN_BACK_UPSTREAM, uplink(&t, 73, true));
	ASSERT_LOST("unknown", LAST_SEEN_BACK_UPSTREAM, uplink(&t, 72, true));
	ASSERT_LOST("too-big", LAST_SEEN_BACK_BRIDGE, port_over_tag(&t));
	ASSERT_LOST("unknown", LAST_SEEN_BACK_BRIDGE, sizes(&t, "c1", PORT_C1, 72, true));
	ASSERT_LOST("too-big", LAST_SEEN_CLIENT, port_over_tag(&t));
	ASSERT_LOST("unknown", LAST_SEEN_PORT, port_over_tag(&t));
}
END_TEST

START_TEST(so_tells_sizes)
{
	ck_assert_str_eq(lossy(LAST_SEEN_BRIDGE, uplink_small)->so,
	    "8 lookups of 69 bytes, not to be fragmented, were over the uplink's MTU 68");
	ck_assert_str_eq(lossy(LAST_SEEN_BACK_UPLINK, bridge_small)->so,
	    "8 answers of 69 bytes, not to be fragmented, were over br0's MTU 68");
	ck_assert_str_eq(lossy(LAST_SEEN_BACK_BRIDGE, port_over_tag)->so,
	    "8 answers of 73 bytes were dropped by port c1, whose MTU is 68");
}
END_TEST

/* ---- the client's own MAC ---- */

static void bridge_is_client1(struct trace *t)
{
	build_bridge(t, 9000, MAC_CLIENT1);
	build_bridge(t, 13000, MAC_PINNED);
}

static void bridge_is_client1_unresolved(struct trace *t)
{
	bridge_is_client1(t);
	build_neigh(t, 9900, 0, 0x20, NO_MAC);
	build_neigh(t, 13001, 0, 2, MAC_PINNED);
}

/* From 9 s on c1 sends from another MAC. */
static void client1_changes(struct trace *t)
{
	EACH_EVENT (ev, t, EV_FRAME)
		if (ev->t_ns > 9 * S && ev->u.frame.hop == HOP_CLIENT && ev->u.frame.out)
			ev->u.frame.src = MAC_OTHER;
}

START_TEST(the_clients_own_mac_decides)
{
	ASSERT_LOST("dead-gateway", LAST_SEEN_BACK_BRIDGE, bridge_is_client1(&t));
	ASSERT_LOST("dead-gateway", LAST_SEEN_PORT, bridge_is_client1(&t));
	ASSERT_LOST("dead-gateway", LAST_SEEN_NOWHERE, bridge_is_client1_unresolved(&t));
	/* replies go on to the MAC that it had */
	ASSERT_LOST("stale-client", LAST_SEEN_BACK_BRIDGE, client1_changes(&t));
	ASSERT_LOST("stale-client", LAST_SEEN_BACK_CLIENT, client1_changes(&t));
	ASSERT_LOST("not-forwarded", LAST_SEEN_BACK_UPLINK, client1_changes(&t));
}
END_TEST

/* ---- held back ---- */

/* The lost lookups go on at 12.5 s: queries on `hop`. */
static void go_on(struct trace *t, enum hop hop)
{
	for (int64_t ms = 10000; ms < 11500; ms += 250) {
		struct event *ev = build(t, 12500, EV_FRAME, WHERE_ROUTER);

		ev->u.frame.kind = FRAME_QUERY;
		ev->u.frame.hop = (uint8_t)hop;
		ev->u.frame.client = hop <= HOP_PORT ? 0 : 255;
		ev->u.frame.stream = STREAM_C1;
		ev->u.frame.seq = build_seq(ms);
		ev->u.frame.dst = MAC_PINNED;
	}
}

static void unresolved_until_late(struct trace *t)
{
	build_neigh(t, 9900, 0, 1, NO_MAC);
	for (int64_t ms = 9950; ms < 12000; ms += 1000) {
		build_arp(t, ms, HOP_CLIENT, 0, FRAME_ARP_REQUEST, false, 1);
		build_arp(t, ms, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, false, 1)->u.frame.out = 0;
	}
	build_neigh(t, 12490, 0, 2, MAC_PINNED);
	go_on(t, HOP_CLIENT);
	go_on(t, HOP_BRIDGE);
}

START_TEST(what_went_on_after_its_deadline_was_not_lost_there)
{
	ASSERT_LOST("unresolved-gateway", LAST_SEEN_NOWHERE, unresolved_until_late(&t));
	ASSERT_LOST("unknown", LAST_SEEN_BRIDGE, go_on(&t, HOP_UPLINK)); /* slow */
}
END_TEST

/* The port is shut from 9 s to 11.4 s; what was asked for meanwhile fails at 11.9 s. */
static void shut_then_failed(struct trace *t)
{
	build_port_state(t, 9000, "c1", PORT_C1, 0);
	build_port_state(t, 11400, "c1", PORT_C1, 3);
	build_neigh(t, 9001, 0, 1, NO_MAC);
	build_neigh(t, 11900, 0, 0x20, NO_MAC);
	build_neigh(t, 11995, 0, 2, MAC_PINNED);
}

START_TEST(what_waited_for_a_shut_port_is_lost_with_its_entry)
{
	const struct judgement *j = lossy(LAST_SEEN_NOWHERE, shut_then_failed);

	ck_assert_str_eq(cause_name(j->cause), "port-not-forwarding");
	ck_assert_str_eq(j->so,
	    "port c1 was disabled from 9.000 s to 11.400 s: 8 lookups were lost; "
	    "answered again at 12.000 s, when its port forwarded again");
}
END_TEST

/* The gateway's ARP on a hop, every second. */
static void arps(struct trace *t, int64_t from_ms, int64_t to_ms, enum hop hop,
    enum frame_kind kind, uint8_t target, bool out)
{
	for (int64_t ms = from_ms; ms < to_ms; ms += 1000)
		build_arp(t, ms, hop, 0, kind, true, target)->u.frame.out = out;
}

static void uplink_unanswered(struct trace *t)
{
	arps(t, 10000, 12000, HOP_UPLINK, FRAME_ARP_REQUEST, 1, true);
}

/* The gateway asks for c1 every second from 9.9 s on; nothing of it comes out of c1's port. */
static void unfound(struct trace *t)
{
	build_router_neigh(t, 9500, 0, 0, NO_MAC);
	arps(t, 9900, 12500, HOP_BRIDGE, FRAME_ARP_REQUEST, 11, true);
}

static void unfound_until_it_asks(struct trace *t)
{
	unfound(t);
	build_router_neigh(t, 11900, 0, 0x20, NO_MAC);
	build_arp(t, 11990, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, false, 1)->u.frame.out = 0;
	build_router_neigh(t, 11990, 0, 4, MAC_CLIENT1);
}

static void asked_at(struct trace *t, enum hop hop, uint8_t target)
{
	unfound(t);
	arps(t, 9900, 12500, hop, FRAME_ARP_REQUEST, target, hop == HOP_PORT);
}

static void unfound_behind_shut_port(struct trace *t)
{
	unfound(t);
	build_port_state(t, 9000, "c1", PORT_C1, 0);
}

static void unfound_behind_port_shut_meanwhile(struct trace *t)
{
	unfound_behind_shut_port(t);
	build_port_state(t, 10500, "c1", PORT_C1, 3);
	build_port_state(t, 11800, "c1", PORT_C1, 0);
}

START_TEST(cause_unresolved_client)
{
	ASSERT_LOST("unresolved-client", LAST_SEEN_BACK_UPLINK, unfound(&t));
	/* somebody else is looked for there */
	ASSERT_LOST("unresolved-client", LAST_SEEN_BACK_UPLINK, asked_at(&t, HOP_PORT, 12));
	/* it was asked, and did not answer, or the answer was lost */
	ASSERT_LOST("unknown", LAST_SEEN_BACK_UPLINK, asked_at(&t, HOP_PORT, 11));
	ASSERT_LOST("unknown", LAST_SEEN_BACK_UPLINK, asked_at(&t, HOP_CLIENT, 11));
	/* it was known */
	ASSERT_LOST("unknown", LAST_SEEN_BACK_UPLINK, unfound(&t),
	    build_router_neigh(&t, 9600, 0, 0x10, MAC_CLIENT1));
	ASSERT_LOST("port-not-forwarding", LAST_SEEN_BACK_UPLINK, unfound_behind_shut_port(&t));
	ASSERT_LOST("unknown", LAST_SEEN_BACK_UPLINK, unfound_behind_port_shut_meanwhile(&t));
	/* nobody was looked for */
	ASSERT_LOST("not-forwarded", LAST_SEEN_BACK_UPLINK);
}
END_TEST

START_TEST(a_client_that_is_not_found_is_told_of)
{
	const struct judgement *j = lossy(LAST_SEEN_BACK_UPLINK, unfound_until_it_asks);

	ck_assert_str_eq(cause_name(j->cause), "unresolved-client");
	ck_assert_str_eq(j->so,
	    "br0 asked for c1 by 2 ARP requests from 10.000 s on, none of which came out of port "
	    "c1, so 8 answers waited for it in vain; answered again at 12.000 s, when it asked for "
	    "the gateway, which so learned 02:00:00:00:0c:11");
}
END_TEST

START_TEST(a_router_that_cannot_find_the_upstream_is_no_firewall)
{
	ASSERT_LOST("unknown", LAST_SEEN_BRIDGE, uplink_unanswered(&t));
	ASSERT_LOST("not-forwarded", LAST_SEEN_BRIDGE, uplink_unanswered(&t),
	    arps(&t, 10001, 12000, HOP_UPLINK, FRAME_ARP_REPLY, 1, false));
}
END_TEST

static void address_gone(struct trace *t)
{
	build_address(t, 9500, 1, true);
}

static void address_gone_and_back(struct trace *t)
{
	address_gone(t);
	build_address(t, 9600, 1, false);
}

static void another_address_gone(struct trace *t)
{
	build_address(t, 9500, 2, true);
}

static bool told_of_address(void (*change)(struct trace *))
{
	const struct judgement *j = lossy(LAST_SEEN_BRIDGE, change);
	bool told = strstr(j->so, ": br0 had lost its IPv4 address") != NULL;

	ck_assert_str_eq(cause_name(j->cause), "not-forwarded");
	ck_assert(told != (strstr(j->so, "the router's firewall and routes") != NULL));
	return told;
}

START_TEST(a_gateway_without_its_address_is_no_firewall)
{
	ck_assert(told_of_address(address_gone));
	ck_assert(!told_of_address(address_gone_and_back));
	ck_assert(!told_of_address(another_address_gone));
	ck_assert(!told_of_address(NULL));
}
END_TEST

/* ---- bystanders ---- */

/* The queries of [from, to) come out of c2's port and of a churn port as well. */
static void overheard(struct trace *t, int64_t from_ms, int64_t to_ms)
{
	for (int64_t ms = from_ms; ms < to_ms; ms += 250)
		for (int port = 0; port < 2; port++) {
			struct event *ev = build(t, ms, EV_FRAME, WHERE_ROUTER);

			ev->u.frame.kind = FRAME_QUERY;
			ev->u.frame.hop = HOP_PORT;
			ev->u.frame.out = 1;
			ev->u.frame.client = port ? 255 : 1;
			strcpy(ev->u.frame.port, port ? "lowest" : "");
			ev->u.frame.stream = STREAM_C1;
			ev->u.frame.seq = build_seq(ms);
			ev->u.frame.dst = MAC_PINNED;
		}
}

START_TEST(a_stream_at_bystanders_fails_an_arm)
{
	struct trace t;

	build_held_arm(&t);
	overheard(&t, 10000, 11750); /* seven */
	overheard(&t, 20000, 20250);
	const struct judgement *j = judged(&t);
	ASSERT_VERDICT(j, "pass", "");
	ck_assert_uint_eq(j->invariants, 0);

	build_held_arm(&t);
	overheard(&t, 10000, 12000);
	j = judged(&t);
	ASSERT_VERDICT(j, "fail",
	    "8 lookups of c1/ipv4/udp in a row, which were for br0, came out of 2 other "
	    "ports as well at 10.000 s");
	ck_assert_uint_eq(j->invariants, INVARIANT_BYSTANDER);
	ck_assert_str_eq(invariant_name(INVARIANT_BYSTANDER), "bystander-frames");

	/* a control's frames are flooded: that is its point */
	build_broken_control(&t);
	overheard(&t, 10000, 20000);
	ck_assert_uint_eq(judged(&t)->invariants, 0);

	/* and so are those for a MAC that is not br0's */
	build_lossy_arm(&t, 10000, 20000, LAST_SEEN_PORT, MAC_OTHER);
	overheard(&t, 10000, 20000);
	j = judged(&t);
	ck_assert_uint_eq(j->invariants, 0);
	ck_assert_int_eq(j->form, STALE_FLOODED);
	ASSERT_HAS(j->so, "so 40 lookups were flooded to 2 ports");
}
END_TEST

START_TEST(carrier_is_told_by_the_ports)
{
	struct trace t;

	for (int i = 0; i < 2; i++) {
		build_held_arm(&t);
		build_port_state(&t, -1000, "c2", PORT_C2, 3);
		build_port_state(&t, 10000, "c1", PORT_C1, 0);
		if (i)
			build_port_state(&t, 10001, "c2", PORT_C2, 0);
		build_port_state(&t, 10010, "c1", PORT_C1, 3);
		const struct judgement *j = judged(&t);
		ck_assert_uint_eq(j->invariants, i ? INVARIANT_CARRIER : 0);
		if (i)
			ASSERT_HAS(j->why,
			    "br0 lost carrier with its last port that forwarded at 10.001 s");
	}
}
END_TEST

START_TEST(a_local_entry_that_is_replaced_is_missed)
{
	struct trace t;

	build_held_arm(&t);
	build_fdb(&t, 10000, "c2", MAC_PINNED, false)->u.fdb.state = 0x40;
	build_fdb(&t, 10000, "c2", MAC_CLIENT2, false)->u.fdb.state = 0x02;
	const struct judgement *j = judged(&t);
	ck_assert_uint_eq(j->invariants, INVARIANT_LOCAL_FDB);
	ASSERT_HAS(j->why, "br0's MAC 02:00:00:00:aa:aa was looked for behind port c2 at 10.000 s");
}
END_TEST

/* ---- how it ended ---- */

static void ends_by_asking(struct trace *t)
{
	build_neigh(t, 35000, 0, 0x20, NO_MAC);
	build_arp(t, 35989, HOP_CLIENT, 0, FRAME_ARP_REQUEST, false, 1);
}

static void ends_by_talk(struct trace *t)
{
	build_arp(t, 35989, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99);
}

START_TEST(so_tells_how_it_ended)
{
	static const struct {
		void (*add)(struct trace *);
		const char *text;
	} ends[] = {
	    {NULL, "when its entry for the gateway became fe:00:00:00:00:11"},
	    {ends_by_asking,
	        "when its entry had failed, it asked anew and learned fe:00:00:00:00:11"},
	    {ends_by_talk, "when a broadcast ARP of the gateway's told it of fe:00:00:00:00:11"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct trace t;

		build_failed_arm(&t);
		if (ends[i].add)
			ends[i].add(&t);
		ASSERT_HAS(judged(&t)->so, ends[i].text);
	}
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "judge", CTEST_PURE, cause_too_big);
	ctest_add(list, "judge", CTEST_PURE, cause_unresolved_client);
	ctest_add(list, "judge", CTEST_PURE, a_client_that_is_not_found_is_told_of);
	ctest_add(list, "judge", CTEST_PURE, so_tells_sizes);
	ctest_add(list, "judge", CTEST_PURE, the_clients_own_mac_decides);
	ctest_add(list, "judge", CTEST_PURE, what_went_on_after_its_deadline_was_not_lost_there);
	ctest_add(list, "judge", CTEST_PURE, what_waited_for_a_shut_port_is_lost_with_its_entry);
	ctest_add(list, "judge", CTEST_PURE, a_router_that_cannot_find_the_upstream_is_no_firewall);
	ctest_add(list, "judge", CTEST_PURE, a_gateway_without_its_address_is_no_firewall);
	ctest_add(list, "judge", CTEST_PURE, a_stream_at_bystanders_fails_an_arm);
	ctest_add(list, "judge", CTEST_PURE, carrier_is_told_by_the_ports);
	ctest_add(list, "judge", CTEST_PURE, a_local_entry_that_is_replaced_is_missed);
	ctest_add(list, "judge", CTEST_PURE, so_tells_how_it_ended);
}
