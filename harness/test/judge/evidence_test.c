/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evidence_test.c: tests of what decides a cause beside the farthest hop: MTUs, the client's own
 * MAC, ARP on the bridge, what was held back; and of frames at bystanders and how an outage ended.
 */
#include "test/judge/judge_kit.h"

/* Of an arm that lost [10 s, 12 s), of lookups for br0. */
#define LOST_ROW(name, cause, part, last_seen, ...)                                                \
	CAUSE_ROW(name, cause, part, last_seen, MAC_PINNED, ##__VA_ARGS__)

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

static void port(struct trace *t, uint16_t len, bool df)
{
	sizes(t, "c1", PORT_C1, len, df);
}

PURE_TEST("judge", cause_too_big)
{
	LOST_ROW("over the uplink's MTU", "too-big",
	    "8 lookups of 69 bytes, not to be fragmented, were over the uplink's MTU 68",
	    LAST_SEEN_BRIDGE, uplink(&t, 69, true));
	LOST_ROW("as long as that", "not-forwarded", "", LAST_SEEN_BRIDGE, uplink(&t, 68, true));
	LOST_ROW("it may be fragmented", "unknown", "", LAST_SEEN_BRIDGE, uplink(&t, 69, false));
	LOST_ROW("a reply over br0's MTU", "too-big",
	    "8 answers of 69 bytes, not to be fragmented, were over br0's MTU 68",
	    LAST_SEEN_BACK_UPLINK, sizes(&t, "br0", BR, 69, true));
	/* the uplink's other end takes a VLAN tag more, and so does a port */
	LOST_ROW("a reply over a tag more than the uplink's", "too-big", "",
	    LAST_SEEN_BACK_UPSTREAM, uplink(&t, 73, true));
	LOST_ROW("a reply as long as that", "unknown", "", LAST_SEEN_BACK_UPSTREAM,
	    uplink(&t, 72, true));
	LOST_ROW("a reply over a tag more than the port's", "too-big",
	    "8 answers of 73 bytes were dropped by port c1, whose MTU is 68", LAST_SEEN_BACK_BRIDGE,
	    port(&t, 73, false));
	LOST_ROW("a reply to the port as long as that", "unknown", "", LAST_SEEN_BACK_BRIDGE,
	    port(&t, 72, true));
	LOST_ROW("a query over a tag more than the port's", "too-big", "", LAST_SEEN_CLIENT,
	    port(&t, 73, false));
	LOST_ROW("a query that the port took", "unknown", "", LAST_SEEN_PORT, port(&t, 73, false));
}

/* ---- lost in the bridge ---- */

/* The trace has the length of each packet, so none can have been too big. */
#define IN_BRIDGE_ROW(name, cause, part, last_seen, ...)                                           \
	LOST_ROW(name, cause, part, last_seen,                                                     \
	    EDIT(EV_FRAME, ev->u.frame.kind <= FRAME_REPLY, ev->u.frame.len = 69), ##__VA_ARGS__)

/* Something that began at 9 s was read at 13 s: meanwhile it may have been so or not. */
#define MAYBE_MEANWHILE(built)                                                                     \
	build_churn(&t, 9000, OP_FAULT, "x", false), built,                                        \
	    build_churn(&t, 13001, OP_FAULT, "x", true)

static void shrink_port(struct trace *t)
{
	build_port(t, 13000, "c1", PORT_C1, MAC_PORT1)->u.link.mtu = 68;
}

/* The lost replies come out of c2's port. */
static void leak(struct trace *t)
{
	for (int64_t ms = 10000; ms < 12000; ms += 250) {
		struct event *ev = build_query(t, ms, HOP_PORT, 1);

		ev->u.frame.kind = FRAME_REPLY;
		ev->u.frame.out = 1;
	}
}

static void use_tcp(struct trace *t)
{
	t->meta.streams[STREAM_C1].transport = TRANSPORT_TCP;
}

PURE_TEST("judge", cause_lost_in_bridge)
{
	IN_BRIDGE_ROW("a query", "lost-in-bridge",
	    "8 lookups of c1 entered port c1 from 10.000 s on and did not reach br0",
	    LAST_SEEN_PORT);
	IN_BRIDGE_ROW("a query, for a reader of the findings", "lost-in-bridge",
	    "a lookup of c1 entered its port and did not reach br0; 8 lost", LAST_SEEN_PORT);
	IN_BRIDGE_ROW("a query that no port got", "unknown", "", LAST_SEEN_CLIENT);
	IN_BRIDGE_ROW("a query that another port got", "unknown", "", LAST_SEEN_PORT,
	    EVERY(250, 10000, 12000, build_query(&t, ms, HOP_PORT, 1)));
	IN_BRIDGE_ROW("another MAC at the port", "unknown", "", LAST_SEEN_PORT,
	    EDIT(EV_FRAME, ev->u.frame.hop == HOP_PORT, ev->u.frame.dst = MAC_OTHER));
	IN_BRIDGE_ROW("the bridge may have had another MAC", "unknown", "", LAST_SEEN_PORT,
	    MAYBE_MEANWHILE(build_bridge(&t, 13000, MAC_OTHER)));
	IN_BRIDGE_ROW("a reply", "lost-in-bridge",
	    "8 answers for c1 left br0 from 10.000 s on and came out of no port",
	    LAST_SEEN_BACK_BRIDGE);
	IN_BRIDGE_ROW("a reply that came out of another port", "unknown", "", LAST_SEEN_BACK_BRIDGE,
	    leak(&t));
	IN_BRIDGE_ROW("a reply to a MAC that c1 may have had", "unknown", "", LAST_SEEN_BACK_BRIDGE,
	    DROP(EV_FRAME, ev->u.frame.hop == HOP_CLIENT && ev->u.frame.out));
}

PURE_TEST("judge", lost_in_bridge_needs_a_port_that_surely_forwards)
{
	enum last_seen ways[] = {LAST_SEEN_PORT, LAST_SEEN_BACK_BRIDGE};

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		IN_BRIDGE_ROW("it does", "lost-in-bridge", "", ways[i]);
		IN_BRIDGE_ROW("it was shut", "port-not-forwarding", "", ways[i],
		    build_port_state(&t, 9000, "c1", PORT_C1, 4));
		IN_BRIDGE_ROW("it may have been shut", "unknown", "", ways[i],
		    MAYBE_MEANWHILE(build_port_state(&t, 13000, "c1", PORT_C1, 4)));
		IN_BRIDGE_ROW("its state was not told", "unknown", "", ways[i],
		    DROP(EV_LINK, ev->u.link.bridge_msg));
		IN_BRIDGE_ROW("its MTU may have been too small", "unknown", "", ways[i],
		    MAYBE_MEANWHILE(shrink_port(&t)));
		LOST_ROW("the length was not told", "unknown", "", ways[i]);
		/* a later try may have met what comes later */
		IN_BRIDGE_ROW("it was shut later", "lost-in-bridge", "", ways[i],
		    build_port_state(&t, 12000, "c1", PORT_C1, 4));
		IN_BRIDGE_ROW("it was shut later, over TCP", "unknown", "", ways[i], use_tcp(&t),
		    build_port_state(&t, 12000, "c1", PORT_C1, 4));
		IN_BRIDGE_ROW("over TCP", "lost-in-bridge", "", ways[i], use_tcp(&t));
	}
	IN_BRIDGE_ROW("its MTU is too small for a reply", "too-big", "", LAST_SEEN_BACK_BRIDGE,
	    port(&t, 73, false));
	IN_BRIDGE_ROW(
	    "it took more than its MTU", "unknown", "", LAST_SEEN_PORT, port(&t, 73, false));
}

#define NOT_LOCAL_AT_END EDIT(EV_STATE, ev->u.state.at_end, ev->u.state.local_fdb = 0)

PURE_TEST("judge", lost_in_bridge_needs_an_fdb_that_surely_leads_there)
{
	IN_BRIDGE_ROW("br0's entry may have gone", "unknown", "", LAST_SEEN_PORT,
	    MAYBE_MEANWHILE(build_fdb(&t, 13000, "br0", MAC_PINNED, true)));
	IN_BRIDGE_ROW("br0's entry went later", "lost-in-bridge", "", LAST_SEEN_PORT,
	    build_fdb(&t, 13000, "br0", MAC_PINNED, true), NOT_LOCAL_AT_END);
	IN_BRIDGE_ROW("one for another port went later", "unknown", "", LAST_SEEN_PORT,
	    build_fdb(&t, 13000, "c2", MAC_PINNED, true)->u.fdb.state = 2, NOT_LOCAL_AT_END);
	IN_BRIDGE_ROW("br0's entry came anew, so it had gone", "unknown", "", LAST_SEEN_PORT,
	    build_fdb(&t, 13000, "br0", MAC_PINNED, false));
	IN_BRIDGE_ROW("br0's entry was not read at the end", "unknown", "", LAST_SEEN_PORT,
	    EDIT(EV_STATE, ev->u.state.at_end, ev->u.state.local_fdb = 255));
	IN_BRIDGE_ROW("br0 had another MAC at the end", "unknown", "", LAST_SEEN_PORT,
	    EDIT(EV_STATE, ev->u.state.at_end, ev->u.state.mac = MAC_OTHER));
	IN_BRIDGE_ROW("other entries came and went", "lost-in-bridge", "", LAST_SEEN_PORT,
	    build_fdb(&t, 9000, "c2", MAC_OTHER, true), build_fdb(&t, 9000, "c2", NO_MAC, true));
	IN_BRIDGE_ROW("c1's entry leads to its port", "lost-in-bridge", "", LAST_SEEN_BACK_BRIDGE,
	    build_fdb(&t, 9000, "c1", MAC_CLIENT1, false));
	IN_BRIDGE_ROW("c1's entry leads elsewhere", "unknown", "", LAST_SEEN_BACK_BRIDGE,
	    build_fdb(&t, 9000, "c2", MAC_CLIENT1, false));
	IN_BRIDGE_ROW("c1's entry may have led elsewhere", "unknown", "", LAST_SEEN_BACK_BRIDGE,
	    MAYBE_MEANWHILE(build_fdb(&t, 13000, "c2", MAC_CLIENT1, false)));
	IN_BRIDGE_ROW("c1's entry aged out", "lost-in-bridge", "", LAST_SEEN_BACK_BRIDGE,
	    build_fdb(&t, 9000, "c1", MAC_CLIENT1, true));
}

/* Every lookup from 10 s on is lost. */
#define LOST_TO_THE_END_ROW(name, cause, part, ...)                                                \
	JUDGE_ROW(name,                                                                            \
	    (build_arm(&t, TRAFFIC({10000, LAST_SEEN_ANSWERED, MAC_PINNED},                        \
	                       {60250, LAST_SEEN_PORT, MAC_PINNED})),                              \
	        EDIT(EV_FRAME, ev->u.frame.kind <= FRAME_REPLY, ev->u.frame.len = 69),             \
	        NOT_LOCAL_AT_END, ##__VA_ARGS__),                                                  \
	    "", "", cause_is(j, cause), has(j->so, part))

static void flooded(struct trace *t)
{
	EVERY(250, 10000, 12000, build_query(t, ms, HOP_PORT, 1)->u.frame.out = 1);
}

PURE_TEST("judge", cause_local_entry_missing)
{
	IN_BRIDGE_ROW("its end was told", "local-entry-missing",
	    "had no local FDB entry, so br0 did not take 8 lookups of c1 from 10.000 s on; it was "
	    "deleted at 9.000 s: look for what deleted it",
	    LAST_SEEN_PORT, build_fdb(&t, 9000, "br0", MAC_PINNED, true),
	    build_fdb(&t, 13000, "br0", MAC_PINNED, false));
	IN_BRIDGE_ROW("its end was told, for a reader of the findings", "local-entry-missing",
	    "br0's MAC 02:00:00:00:aa:aa had no local FDB entry; br0 did not take 8 lookups of c1",
	    LAST_SEEN_PORT, build_fdb(&t, 9000, "br0", MAC_PINNED, true),
	    build_fdb(&t, 13000, "br0", MAC_PINNED, false));
	IN_BRIDGE_ROW("another one took its place", "local-entry-missing",
	    "an entry for port c2 took its place at 9.000 s", LAST_SEEN_PORT,
	    build_fdb(&t, 9000, "c2", MAC_PINNED, false)->u.fdb.state = 2, NOT_LOCAL_AT_END);
	IN_BRIDGE_ROW("its end was told, yet it was there at the end", "unknown", "",
	    LAST_SEEN_PORT, build_fdb(&t, 9000, "br0", MAC_PINNED, true));
	IN_BRIDGE_ROW("no port got the lookups", "unknown", "", LAST_SEEN_CLIENT,
	    build_fdb(&t, 9000, "br0", MAC_PINNED, true), NOT_LOCAL_AT_END);
	IN_BRIDGE_ROW("they were for another MAC", "unknown", "", LAST_SEEN_PORT,
	    build_fdb(&t, 9000, "br0", MAC_PINNED, true), NOT_LOCAL_AT_END,
	    MAYBE_MEANWHILE(build_bridge(&t, 13000, MAC_OTHER)));
	IN_BRIDGE_ROW("the port may have been shut", "unknown", "", LAST_SEEN_PORT,
	    build_fdb(&t, 9000, "br0", MAC_PINNED, true), NOT_LOCAL_AT_END,
	    MAYBE_MEANWHILE(build_port_state(&t, 13000, "c1", PORT_C1, 4)));
	LOST_TO_THE_END_ROW("no end was told, and br0 got no more queries", "local-entry-missing",
	    "no notification reported its end");
	LOST_TO_THE_END_ROW(
	    "br0 got one at the end", "unknown", "", build_query(&t, 60000, HOP_BRIDGE, 255));
	LOST_TO_THE_END_ROW("br0 had another MAC at the end", "unknown", "",
	    EDIT(EV_STATE, ev->u.state.at_end, ev->u.state.mac = MAC_OTHER));
	LOST_TO_THE_END_ROW("it was told to go later", "lost-in-bridge", "",
	    build_fdb(&t, 60800, "br0", MAC_PINNED, true));
	IN_BRIDGE_ROW("it was made anew, and the lookups were flooded", "local-entry-missing",
	    "from 10.000 s on, which were flooded to 1 port; no notification", LAST_SEEN_PORT,
	    build_fdb(&t, 13000, "br0", MAC_PINNED, false), flooded(&t));
}

/* ---- the client's own MAC ---- */

static void bridge_is_client1(struct trace *t)
{
	build_bridge(t, 9000, MAC_CLIENT1);
	build_bridge(t, 13000, MAC_PINNED);
}

static void unresolved_meanwhile(struct trace *t)
{
	build_neigh(t, 9900, 0, 0x20, NO_MAC);
	build_neigh(t, 13001, 0, 2, MAC_PINNED);
}

/* From 9 s on c1 sends from another MAC; replies go on to the MAC that it had. */
#define CLIENT1_CHANGES                                                                            \
	EDIT(EV_FRAME, ev->t_ns > 9 * S && ev->u.frame.hop == HOP_CLIENT && ev->u.frame.out,       \
	    ev->u.frame.src = MAC_OTHER)

PURE_TEST("judge", the_clients_own_mac_decides)
{
	LOST_ROW("br0 has it: a reply", "dead-gateway", "", LAST_SEEN_BACK_BRIDGE,
	    bridge_is_client1(&t));
	LOST_ROW("br0 has it: a query", "dead-gateway", "", LAST_SEEN_PORT, bridge_is_client1(&t));
	LOST_ROW("br0 has it: nothing left", "dead-gateway", "", LAST_SEEN_NOWHERE,
	    bridge_is_client1(&t), unresolved_meanwhile(&t));
	LOST_ROW("it changed", "stale-client", "", LAST_SEEN_BACK_BRIDGE, CLIENT1_CHANGES);
	LOST_ROW("it changed, and the client's end saw the reply", "stale-client", "",
	    LAST_SEEN_BACK_CLIENT, CLIENT1_CHANGES);
	LOST_ROW("it changed, and the reply was not sent to it", "not-forwarded", "",
	    LAST_SEEN_BACK_UPLINK, CLIENT1_CHANGES);
}

/* ---- held back ---- */

/* The port is shut from 9 s to 11.4 s; what was asked for meanwhile fails at 11.9 s. */
static void shut_then_failed(struct trace *t)
{
	build_port_state(t, 9000, "c1", PORT_C1, 0);
	build_port_state(t, 11400, "c1", PORT_C1, 3);
	build_neigh(t, 9001, 0, 1, NO_MAC);
	build_neigh(t, 11900, 0, 0x20, NO_MAC);
	build_neigh(t, 11995, 0, 2, MAC_PINNED);
}

/* The lost lookups go on at 12.5 s. */
#define GO_ON(hop)                                                                                 \
	EVERY(250, 10000, 11500,                                                                   \
	    build_query(&t, ms, hop, (hop) <= HOP_PORT ? 0 : 255)->t_ns = 12500 * MS)

#define ANSWERED_LATE                                                                              \
	EVERY(250, 10000, 11500, {                                                                 \
		struct event *reply = build_query(&t, ms, HOP_UPSTREAM, 255);                      \
		reply->u.frame.kind = FRAME_REPLY;                                                 \
		reply->t_ns = 12500 * MS;                                                          \
	})

PURE_TEST("judge", what_was_held_back)
{
	LOST_ROW("until after its deadline: it was not lost where it went on", "unresolved-gateway",
	    "", LAST_SEEN_NOWHERE, build_neigh(&t, 9900, 0, 1, NO_MAC), build_requests(&t, 9950),
	    build_neigh(&t, 12490, 0, 2, MAC_PINNED), GO_ON(HOP_CLIENT), GO_ON(HOP_BRIDGE));
	LOST_ROW("until just before its deadline, so that the upstream's answer came after it",
	    "unknown", "", LAST_SEEN_UPSTREAM, ANSWERED_LATE);
	LOST_ROW("the same over a kept connection", "unknown", "", LAST_SEEN_UPSTREAM,
	    t.meta.streams[STREAM_C1].transport = TRANSPORT_TCP_KEPT, ANSWERED_LATE);
	LOST_ROW("a slow router", "unknown", "", LAST_SEEN_BRIDGE, GO_ON(HOP_UPLINK));
	LOST_ROW("for a port that was shut, and lost with its entry", "port-not-forwarding",
	    "port c1 was disabled from 9.000 s to 11.400 s: 8 lookups were lost; "
	    "answered again at 12.000 s, when its port forwarded again",
	    LAST_SEEN_NOWHERE, shut_then_failed(&t));
}

/* The gateway asks for c1 every second from 9.9 s on; nothing of it comes out of c1's port. */
static void unfound(struct trace *t)
{
	build_router_neigh(t, 9500, 0, 0, NO_MAC);
	build_arps(t, 9900, HOP_BRIDGE, FRAME_ARP_REQUEST, true, 11);
}

static void unfound_until_it_asks(struct trace *t)
{
	unfound(t);
	build_router_neigh(t, 11900, 0, 0x20, NO_MAC);
	build_arp(t, 11990, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, false, 1);
	build_router_neigh(t, 11990, 0, 4, MAC_CLIENT1);
}

static void seen_at(struct trace *t, enum hop hop, uint8_t target)
{
	unfound(t);
	for (int64_t ms = 9900; ms < 12000; ms += 1000)
		build_arp(t, ms, hop, 0, FRAME_ARP_REQUEST, true, target)->u.frame.out =
		    hop == HOP_PORT;
}

static void unfound_behind_shut_port(struct trace *t)
{
	unfound(t);
	build_port_state(t, 9000, "c1", PORT_C1, 0);
}

static void open_meanwhile(struct trace *t)
{
	build_port_state(t, 10500, "c1", PORT_C1, 3);
	build_port_state(t, 11800, "c1", PORT_C1, 0);
}

/* br0 asks for c1 just before the lookup's deadline, and its request reaches c1 so long after it.
 */
static void asked_for_at_last(struct trace *t, int64_t reached_ms)
{
	build_lossy_arm(t, 10000, 10250, LAST_SEEN_BACK_UPLINK, MAC_PINNED);
	build_router_neigh(t, 9500, 0, 0, NO_MAC);
	build_arp(t, 10999, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 11);
	build_arp(t, reached_ms, HOP_CLIENT, 0, FRAME_ARP_REQUEST, true, 11)->u.frame.out = false;
}

#define UPLINK_UNANSWERED                                                                          \
	EVERY(1000, 10000, 12000,                                                                  \
	    build_arp(&t, ms, HOP_UPLINK, 0, FRAME_ARP_REQUEST, true, 1)->u.frame.out = 1)

PURE_TEST("judge", cause_unresolved_client)
{
	LOST_ROW("asked for, and not at its port", "unresolved-client", "", LAST_SEEN_BACK_UPLINK,
	    unfound(&t));
	LOST_ROW("another one is asked for there", "unresolved-client", "", LAST_SEEN_BACK_UPLINK,
	    seen_at(&t, HOP_PORT, 12));
	LOST_ROW("it left by its port, and did not arrive", "unresolved-client",
	    "none of them reached c1, so 8 answers were dropped", LAST_SEEN_BACK_UPLINK,
	    seen_at(&t, HOP_PORT, 11));
	LOST_ROW("it arrived, and was not answered, or the answer was lost", "unknown", "",
	    LAST_SEEN_BACK_UPLINK, seen_at(&t, HOP_CLIENT, 11));
	JUDGE_ROW("it arrived at once, and that was after the deadline",
	    asked_for_at_last(&t, 11001), "", "", cause_is(j, "unknown"));
	JUDGE_ROW("another one arrived, later", asked_for_at_last(&t, 11020), "", "",
	    cause_is(j, "unresolved-client"));
	LOST_ROW("it was known", "unknown", "", LAST_SEEN_BACK_UPLINK, unfound(&t),
	    build_router_neigh(&t, 9600, 0, 0x10, MAC_CLIENT1));
	LOST_ROW("its port was shut", "port-not-forwarding", "", LAST_SEEN_BACK_UPLINK,
	    unfound_behind_shut_port(&t));
	LOST_ROW("its port was shut at first and at last", "unknown", "", LAST_SEEN_BACK_UPLINK,
	    unfound_behind_shut_port(&t), open_meanwhile(&t));
	LOST_ROW("not asked for", "not-forwarded", "", LAST_SEEN_BACK_UPLINK);
	LOST_ROW("found when it asked for the gateway", "unresolved-client",
	    "br0 sent 2 ARP requests for c1 from 10.000 s on; none of them left port c1, so 8 "
	    "answers were dropped; answered again at 12.000 s, when the gateway learned "
	    "02:00:00:00:0c:11 from its request",
	    LAST_SEEN_BACK_UPLINK, unfound_until_it_asks(&t));
	LOST_ROW("the upstream was not found", "unknown", "", LAST_SEEN_BRIDGE, UPLINK_UNANSWERED);
	LOST_ROW("the upstream was found", "not-forwarded", "", LAST_SEEN_BRIDGE, UPLINK_UNANSWERED,
	    build_arps(&t, 10001, HOP_UPLINK, FRAME_ARP_REPLY, true, 1));
}

PURE_TEST("judge", a_gateway_without_its_address_is_no_firewall)
{
	const char *address = "on and forwarded none to the uplink: br0 had lost its IPv4 address",
	           *firewall = "the uplink: look at the router's firewall and routes";

	LOST_ROW(
	    "gone", "not-forwarded", address, LAST_SEEN_BRIDGE, build_address(&t, 9500, 1, true));
	LOST_ROW("gone and back", "not-forwarded", firewall, LAST_SEEN_BRIDGE,
	    build_address(&t, 9500, 1, true), build_address(&t, 9600, 1, false));
	LOST_ROW("another", "not-forwarded", firewall, LAST_SEEN_BRIDGE,
	    build_address(&t, 9500, 2, true));
	LOST_ROW("none", "not-forwarded", firewall, LAST_SEEN_BRIDGE);
}

/* ---- bystanders ---- */

/* The queries of [from, to) come out of c2's port and of a churn port as well. */
static void overheard(struct trace *t, int64_t from_ms, int64_t to_ms)
{
	for (int64_t ms = from_ms; ms < to_ms; ms += 250) {
		build_query(t, ms, HOP_PORT, 1)->u.frame.out = 1;
		struct event *ev = build_query(t, ms, HOP_PORT, 255);

		ev->u.frame.out = 1;
		strcpy(ev->u.frame.port, "lowest");
	}
}

PURE_TEST("judge", a_stream_at_bystanders_fails_an_arm)
{
	JUDGE_ROW("seven in a row, and one",
	    (build_held_arm(&t), overheard(&t, 10000, 11750), overheard(&t, 20000, 20250)), "pass",
	    "", !j->invariants);
	JUDGE_ROW("eight in a row", (build_held_arm(&t), overheard(&t, 10000, 12000)), "fail",
	    "8 lookups of c1/ipv4/udp in a row, addressed to br0, also left through 2 other ports at "
	    "10.000 s",
	    j->invariants == INVARIANT_BYSTANDER,
	    !strcmp(invariant_name(INVARIANT_BYSTANDER), "bystander-frames"));
	JUDGE_ROW("a control's frames are flooded: that is its point",
	    (build_broken_control(&t), overheard(&t, 10000, 20000)), "", "", !j->invariants);
	JUDGE_ROW("and so are those for a MAC that is not br0's",
	    (build_lossy_arm(&t, 10000, 20000, LAST_SEEN_PORT, MAC_OTHER),
	        overheard(&t, 10000, 20000)),
	    "", "", !j->invariants, j->form == STALE_FLOODED,
	    has(j->so, "so 40 lookups were flooded to 2 ports"));
}

/* ---- how it ended ---- */

static void ends_by_asking(struct trace *t)
{
	build_neigh(t, 35000, 0, 0x20, NO_MAC);
	build_arp(t, 35989, HOP_CLIENT, 0, FRAME_ARP_REQUEST, false, 1);
}

PURE_TEST("judge", so_tells_how_it_ended)
{
	JUDGE_ROW("nothing was seen", build_failed_arm(&t), "fail", "",
	    has(j->so, "when its entry for the gateway became fe:00:00:00:00:11"));
	JUDGE_ROW("it asked", (build_failed_arm(&t), ends_by_asking(&t)), "fail", "",
	    has(j->so, "when its entry had failed, it asked again and learned fe:00:00:00:00:11"));
	JUDGE_ROW("the gateway broadcast", (build_failed_arm(&t), build_broadcast(&t, 35989, 99)),
	    "fail", "",
	    has(j->so, "when it learned fe:00:00:00:00:11 from a broadcast ARP of the gateway"));
}
