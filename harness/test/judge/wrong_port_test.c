/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wrong_port_test.c: tests of replies that the FDB led to another port, and of changes that the
 * schedule itself puts into a lookup. */
#include "test/judge/judge_kit.h"

#include <stdio.h>

#include "trace/names.h"

/* A reply of an arm that lost [10 s, 12 s), last seen on br0 or behind it. */
#define REPLY_ROW(name, cause, part, last_seen, ...)                                               \
	CAUSE_ROW(name, cause, part, last_seen, MAC_PINNED, ##__VA_ARGS__,                         \
	    EDIT(EV_FRAME, ev->u.frame.kind <= FRAME_REPLY, ev->u.frame.len = 69))

/* c1's MAC is learned at this port. */
static void learned(struct trace *t, int64_t ms, const char *port)
{
	build_fdb(t, ms, port, MAC_CLIENT1, false)->u.fdb.state = 0x02; /* NUD_REACHABLE */
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

/* What is learned at 12.1 s may have been so since 9.9 s. */
static void learned_meanwhile(struct trace *t, const char *port)
{
	build_churn(t, 9900, OP_SENDS_AS, "eth0", false);
	learned(t, 12100, port);
	build_churn(t, 12101, OP_SENDS_AS, "eth0", true);
}

PURE_TEST("judge", cause_wrong_port)
{
	REPLY_ROW("surely at c2's port", "wrong-port",
	    "the bridge had c1's MAC 02:00:00:00:0c:11 at port c2, so 8 answers from 10.000 s on "
	    "did not leave by port c1; answered again at 12.000 s, when the bridge had its MAC at "
	    "its own port",
	    LAST_SEEN_BACK_BRIDGE, learned(&t, 9000, "c2"), learned(&t, 12001, "c1"));
	REPLY_ROW("surely at c2's port, for a reader of the findings", "wrong-port",
	    "the bridge sent the reply for c1 to another port; 8 lost", LAST_SEEN_BACK_BRIDGE,
	    learned(&t, 9000, "c2"));
	REPLY_ROW("surely at its own", "lost-in-bridge", "", LAST_SEEN_BACK_BRIDGE,
	    learned(&t, 9000, "c2"), learned(&t, 9500, "c1"));
	REPLY_ROW("at c2's, and gone", "lost-in-bridge", "", LAST_SEEN_BACK_BRIDGE,
	    learned(&t, 9000, "c2"), build_fdb(&t, 9500, "c2", MAC_CLIENT1, true));
	REPLY_ROW("another's MAC is there", "lost-in-bridge", "", LAST_SEEN_BACK_BRIDGE,
	    build_fdb(&t, 9000, "c2", MAC_OTHER, false)->u.fdb.state = 0x02);
	REPLY_ROW("perhaps, and c2's port got the replies", "wrong-port", "", LAST_SEEN_BACK_BRIDGE,
	    learned_meanwhile(&t, "c2"), leak(&t));
	REPLY_ROW("perhaps back, and c2's port got the replies", "wrong-port", "",
	    LAST_SEEN_BACK_BRIDGE, learned(&t, 9000, "c2"), learned_meanwhile(&t, "c1"), leak(&t));
	REPLY_ROW("perhaps, and nobody got them", "unknown", "", LAST_SEEN_BACK_BRIDGE,
	    learned_meanwhile(&t, "c2"));
	REPLY_ROW("c2's port got them, and it never was there", "unknown", "",
	    LAST_SEEN_BACK_BRIDGE, learned(&t, 9000, "c1"), leak(&t));
	REPLY_ROW("its own port got them too", "unknown", "", LAST_SEEN_BACK_PORT,
	    learned(&t, 9000, "c2"));
	REPLY_ROW("its own port was shut", "port-not-forwarding", "", LAST_SEEN_BACK_BRIDGE,
	    learned(&t, 9000, "c2"), build_port_state(&t, 9500, "c1", PORT_C1, 4));
	REPLY_ROW("the reply was for another MAC", "stale-client", "", LAST_SEEN_BACK_BRIDGE,
	    learned(&t, 9000, "c2"),
	    EDIT(EV_FRAME, ev->u.frame.kind == FRAME_REPLY && ev->u.frame.hop == HOP_BRIDGE,
	        ev->u.frame.dst = MAC_OTHER));
}

/* c1's requests reach br0, whose replies leave it and reach nobody. */
static void asks_in_vain(struct trace *t)
{
	build_requests(t, 9001);
	build_arps(t, 9002, HOP_BRIDGE, FRAME_ARP_REPLY, true, 11);
}

PURE_TEST("judge", arp_replies_that_the_fdb_leads_to_another_port)
{
	REPLY_ROW("surely", "wrong-port",
	    "at port c2, so br0's ARP replies from 10.000 s on did not leave by port c1",
	    LAST_SEEN_NOWHERE, learned(&t, 8000, "c2"), asks_in_vain(&t));
	REPLY_ROW("perhaps", "unknown", "", LAST_SEEN_NOWHERE, asks_in_vain(&t),
	    learned_meanwhile(&t, "c2"));
	REPLY_ROW("at its own", "unknown", "", LAST_SEEN_NOWHERE, learned(&t, 8000, "c1"),
	    asks_in_vain(&t));
	REPLY_ROW("the client got one", "unknown", "", LAST_SEEN_NOWHERE, learned(&t, 8000, "c2"),
	    asks_in_vain(&t), build_arps(&t, 9003, HOP_CLIENT, FRAME_ARP_REPLY, true, 11));
	REPLY_ROW("br0 did not answer", "unresolved-gateway", "", LAST_SEEN_NOWHERE,
	    learned(&t, 8000, "c2"), build_requests(&t, 9001));
}

/* From 9 s on the bridge filters; the port of c1, and br0, are told to be in these VLANs before. */
static void filters(
    struct trace *t, const char *port, unsigned port_pvid, const char *br0, unsigned br0_pvid)
{
	struct event *ev = build_port_state(t, -1900, "c1", PORT_C1, 3);

	snprintf(ev->u.link.vlans, sizeof(ev->u.link.vlans), "%s", port);
	ev->u.link.pvid = (uint16_t)port_pvid;
	ev = build_port_state(t, -1900, "br0", BR, 255);
	ev->u.link.master = 0;
	snprintf(ev->u.link.vlans, sizeof(ev->u.link.vlans), "%s", br0);
	ev->u.link.pvid = (uint16_t)br0_pvid;
	build_bridge(t, 9000, MAC_PINNED)->u.link.filters_vlans = 1;
}

/* In [10 s, 12 s) they may have changed. */
static void moves_meanwhile(struct trace *t)
{
	build_churn(t, 9900, OP_SENDS_AS, "eth0", false);
	strcpy(build_port_state(t, 12100, "c1", PORT_C1, 3)->u.link.vlans, "none");
	build_churn(t, 12101, OP_SENDS_AS, "eth0", true);
}

#define VLAN_ROW(name, cause, part, ...)                                                           \
	CAUSE_ROW(name, cause, part, LAST_SEEN_PORT, MAC_PINNED,                                   \
	    EDIT(EV_FRAME, ev->u.frame.kind <= FRAME_REPLY, ev->u.frame.len = 69), ##__VA_ARGS__)

PURE_TEST("judge", cause_wrong_vlan)
{
	VLAN_ROW("no PVID", "wrong-vlan",
	    "port c1 has no PVID, so the bridge dropped 8 lookups of c1 from 10.000 s on",
	    filters(&t, "none", 0, "1", 1));
	VLAN_ROW("no PVID, for a reader of the findings", "wrong-vlan",
	    "br0 and the port of c1 were in different VLANs; 8 lost",
	    filters(&t, "none", 0, "1", 1));
	VLAN_ROW("another one", "wrong-vlan",
	    "port c1 has PVID 20, a VLAN that br0 is not in: the bridge dropped 8 lookups",
	    filters(&t, "1,20", 20, "1-19,21", 1));
	VLAN_ROW("within a range", "unknown", "", filters(&t, "1,20", 20, "1-20", 1));
	VLAN_ROW("perhaps among those not told", "unknown", "", filters(&t, "20", 20, "1,3,5+", 1));
	VLAN_ROW(
	    "changed meanwhile", "unknown", "", filters(&t, "1", 1, "1", 1), moves_meanwhile(&t));
	VLAN_ROW("never told", "unknown", "",
	    build_bridge(&t, 9000, MAC_PINNED)->u.link.filters_vlans = 1);
	VLAN_ROW("told, and the bridge does not filter", "lost-in-bridge", "",
	    filters(&t, "none", 0, "1", 1), EDIT(EV_LINK, true, ev->u.link.filters_vlans = 0));
	REPLY_ROW("the reply, br0 has no PVID", "wrong-vlan",
	    "br0 has no PVID, so the bridge dropped 8 answers of c1 from 10.000 s on",
	    LAST_SEEN_BACK_BRIDGE, filters(&t, "1", 1, "none", 0));
	REPLY_ROW("the reply, c1's port is not in its VLAN", "wrong-vlan",
	    "br0 has PVID 2, a VLAN that port c1 is not in: the bridge dropped 8 answers",
	    LAST_SEEN_BACK_BRIDGE, filters(&t, "1", 1, "1-2", 2));
	REPLY_ROW("the client asks, and br0 does not hear it", "wrong-vlan", "", LAST_SEEN_NOWHERE,
	    filters(&t, "none", 0, "1", 1), build_requests(&t, 9001),
	    DROP(EV_FRAME, ev->u.frame.hop == HOP_BRIDGE && ev->t_ns > 9000 * MS &&
	                       ev->u.frame.kind == FRAME_ARP_REQUEST));
	REPLY_ROW("the client asks, and what br0 replies does not come out", "wrong-vlan", "",
	    LAST_SEEN_NOWHERE, filters(&t, "1", 1, "1", 0), asks_in_vain(&t));
	REPLY_ROW("the ARP for it", "wrong-vlan", "", LAST_SEEN_BACK_UPLINK,
	    filters(&t, "1", 1, "none", 0),
	    build_arps(&t, 10003, HOP_BRIDGE, FRAME_ARP_REQUEST, true, 11));
}

/* A change that was due at 10.3 s and came then, in the lookup that was due at 10 s. */
static void change_within_lookup(struct trace *t)
{
	build_churn(t, 10300, OP_SENDS_AS, "eth0", false)->u.churn.due_ns = 10300 * MS;
	build_churn(t, 10301, OP_SENDS_AS, "eth0", true)->u.churn.due_ns = 10300 * MS;
	EACH_EVENT (ev, t, EV_FRAME)
		if (ev->u.frame.seq == build_seq(10000) && ev->u.frame.stream == STREAM_C1 &&
		    ev->u.frame.kind == FRAME_REPLY)
			ev->t_ns = 10400 * MS;
}

PURE_TEST("judge", a_change_that_is_to_come_within_a_lookup_is_no_collision)
{
	JUDGE_ROW("the upstream answers at once",
	    (build_lossy_arm(&t, 10000, 10250, LAST_SEEN_BACK_BRIDGE, MAC_PINNED),
	        change_within_lookup(&t)),
	    "invalid", "coincided with a lookup of c1/ipv4/udp that was due at 10.000 s");
	JUDGE_ROW("the upstream takes longer",
	    (build_lossy_arm(&t, 10000, 10250, LAST_SEEN_BACK_BRIDGE, MAC_PINNED),
	        change_within_lookup(&t), t.meta.upstream_delay_ns = 350 * MS),
	    "fail", "");
}
