/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cause_test.c: tests of why an attempt was lost, over synthetic traces. */
#include "test/judge/judge_kit.h"

#include "base/mem.h"

#include <errno.h>
#include <linux/if.h>

#include "observed/history.h"

static void twin_of_c2(struct trace *t)
{
	build_port(t, 6000, "twin", 20, MAC_PORT2);
	build_port_gone(t, 7000, "twin", 20);
}

static void lowest_back(struct trace *t)
{
	build_port(t, 8000, "lowest", PORT_LOWEST + 1, MAC_LOWEST);
}

static void lowest_leaves_meanwhile(struct trace *t)
{
	lowest_back(t);
	build_churn(t, 9000, OP_LEAVE, "lowest", false);
	build_port_gone(t, 13000, "lowest", PORT_LOWEST + 1);
	build_churn(t, 13001, OP_LEAVE, "lowest", true);
}

PURE_TEST("judge", cause_stale_gateway)
{
	CAUSE_ROW("nobody's MAC", "stale-gateway flooded", "", LAST_SEEN_CLIENT, MAC_OTHER);
	CAUSE_ROW("the MAC of c2's port", "stale-gateway not-taken",
	    "c1 still sent to fe:00:00:00:00:12 (REACHABLE); 8 lookups not taken by the bridge",
	    LAST_SEEN_PORT, MAC_PORT2);
	CAUSE_ROW("the same, as seen on the bridge", "stale-gateway not-taken", "",
	    LAST_SEEN_BRIDGE, MAC_PORT2);
	CAUSE_ROW("the MAC of a port that left at 5 s", "stale-gateway flooded", "", LAST_SEEN_PORT,
	    MAC_LOWEST);
	CAUSE_ROW("seen at a bystander's port, so flooded", "stale-gateway flooded", "",
	    LAST_SEEN_PORT, MAC_PORT2, EVERY(250, 10000, 12000, build_query(&t, ms, HOP_PORT, 1)));
	/* the ports of that moment count */
	CAUSE_ROW("of a port that is back", "stale-gateway not-taken", "", LAST_SEEN_PORT,
	    MAC_LOWEST, lowest_back(&t));
	CAUSE_ROW("of a port that was back", "stale-gateway flooded", "", LAST_SEEN_PORT,
	    MAC_LOWEST, lowest_back(&t), build_port_gone(&t, 9000, "lowest", PORT_LOWEST + 1));
	CAUSE_ROW("of a port that has another by then", "stale-gateway flooded", "", LAST_SEEN_PORT,
	    MAC_PORT2, build_port(&t, 9000, "c2", PORT_C2, MAC_OTHER));
	CAUSE_ROW("another port had it for a while", "stale-gateway not-taken", "", LAST_SEEN_PORT,
	    MAC_PORT2, twin_of_c2(&t));
	CAUSE_ROW("of a port that leaves meanwhile", "stale-gateway", "", LAST_SEEN_PORT,
	    MAC_LOWEST, lowest_leaves_meanwhile(&t));
	/* the client's own capture comes first; without it, its port's will do */
	CAUSE_ROW("not captured at the client", "stale-gateway flooded", "", LAST_SEEN_PORT,
	    MAC_OTHER, DROP(EV_FRAME, ev->u.frame.hop == HOP_CLIENT));
	CAUSE_ROW("not captured at the client: br0's MAC", "unknown", "", LAST_SEEN_PORT,
	    MAC_PINNED, DROP(EV_FRAME, ev->u.frame.hop == HOP_CLIENT));
	CAUSE_ROW("another MAC at the port", "unknown", "", LAST_SEEN_PORT, MAC_PINNED,
	    EDIT(EV_FRAME, ev->u.frame.hop == HOP_PORT, ev->u.frame.dst = MAC_OTHER));
}

static void incomplete_unheard(struct trace *t)
{
	build_neigh(t, 9900, 0, 0x01, NO_MAC);
	build_neigh(t, 12000, 0, 0x02, MAC_PINNED);
}

static void incomplete(struct trace *t)
{
	incomplete_unheard(t);
	build_requests(t, 9900);
}

static void failed(struct trace *t, int64_t from_ms, int64_t to_ms)
{
	build_neigh(t, from_ms, 0, 0x20, NO_MAC);
	build_neigh(t, to_ms, 0, 0x02, MAC_PINNED);
}

/* c1's requests, answered by the gateway as far as this hop. */
static void answered_at(struct trace *t, enum hop hop)
{
	build_requests(t, 10001);
	build_arps(t, 10002, hop, FRAME_ARP_REPLY, true, 11);
}

/* c1's lookup of 10 s waits for its only request, which reaches br0 just before the deadline and is
 * answered so long after it. */
static void heard_at_last(struct trace *t, int64_t told_ms)
{
	build_lossy_arm(t, 10000, 10250, LAST_SEEN_NOWHERE, MAC_PINNED);
	build_arp(t, 10001, HOP_CLIENT, 0, FRAME_ARP_REQUEST, false, 1);
	build_arp(t, 10999, HOP_CLIENT, 0, FRAME_ARP_REQUEST, false, 1);
	build_arp(t, 10999, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, false, 1);
	build_arp(t, told_ms, HOP_BRIDGE, 0, FRAME_ARP_REPLY, true, 11);
}

PURE_TEST("judge", cause_unresolved_gateway)
{
	JUDGE_ROW("answered at once, and that was after the deadline", heard_at_last(&t, 11001), "",
	    "", cause_is(j, "unknown"));
	JUDGE_ROW("not answered by then, but later", heard_at_last(&t, 11020), "", "",
	    cause_is(j, "unresolved-gateway"));
	CAUSE_ROW("INCOMPLETE", "unresolved-gateway",
	    "c1 had no MAC for the gateway (INCOMPLETE); 8 lookups never left it",
	    LAST_SEEN_NOWHERE, MAC_PINNED, incomplete(&t));
	CAUSE_ROW("FAILED", "unresolved-gateway", "", LAST_SEEN_NOWHERE, MAC_PINNED,
	    build_requests(&t, 9950), failed(&t, 10100, 12000));
	CAUSE_ROW("requests only", "unresolved-gateway", "", LAST_SEEN_NOWHERE, MAC_PINNED,
	    build_requests(&t, 10001));
	CAUSE_ROW("no request reached the bridge", "unknown", "", LAST_SEEN_NOWHERE, MAC_PINNED,
	    incomplete_unheard(&t));
	CAUSE_ROW("requests that did not reach the bridge", "unknown", "", LAST_SEEN_NOWHERE,
	    MAC_PINNED, build_arps(&t, 10001, HOP_CLIENT, FRAME_ARP_REQUEST, false, 1));
	CAUSE_ROW("the answer was lost on its way", "unknown", "", LAST_SEEN_NOWHERE, MAC_PINNED,
	    answered_at(&t, HOP_BRIDGE));
	CAUSE_ROW("the answer came", "unknown", "", LAST_SEEN_NOWHERE, MAC_PINNED,
	    answered_at(&t, HOP_CLIENT));
	CAUSE_ROW("another client asked, which c1 sees as it sees every broadcast", "unknown", "",
	    LAST_SEEN_NOWHERE, MAC_PINNED,
	    EVERY(1000, 10001, 12000,
	        build_arp(&t, ms, HOP_CLIENT, 1, FRAME_ARP_REQUEST, false, 1)->u.frame.client = 0));
	CAUSE_ROW("resolved again long before", "unknown", "", LAST_SEEN_NOWHERE, MAC_PINNED,
	    failed(&t, 5000, 6000));
	CAUSE_ROW("nothing is known", "unknown", "a lookup of c1 was lost; no hop saw it",
	    LAST_SEEN_NOWHERE, MAC_PINNED);
	CAUSE_ROW("a query that left is not for want of an entry", "stale-gateway flooded", "",
	    LAST_SEEN_CLIENT, MAC_OTHER, incomplete(&t));
}

PURE_TEST("judge", cause_dead_gateway)
{
	CAUSE_ROW("sent to a zero MAC", "dead-gateway", "c1 had 00:00:00:00:00:00 for the gateway",
	    LAST_SEEN_CLIENT, NO_MAC);
	CAUSE_ROW("br0's is zero", "dead-gateway", "", LAST_SEEN_PORT, MAC_PINNED,
	    build_bridge(&t, 9000, NO_MAC));
	CAUSE_ROW("br0's is zero, and c1 has no entry", "dead-gateway", "", LAST_SEEN_NOWHERE,
	    MAC_PINNED, build_bridge(&t, 9000, NO_MAC), incomplete(&t));
	CAUSE_ROW("br0's is c2's own", "dead-gateway", "", LAST_SEEN_PORT, MAC_CLIENT2,
	    build_bridge(&t, 9000, MAC_CLIENT2));
}

static void block_port(struct trace *t)
{
	build_port_state(t, 9500, "c1", PORT_C1, 4);
	build_port_state(t, 12500, "c1", PORT_C1, 3);
}

static void blocked_before(struct trace *t)
{
	build_port_state(t, 6500, "c1", PORT_C1, 1);
	build_port_state(t, 8500, "c1", PORT_C1, 3);
}

/* c1's own end is down, so its port is up and has no carrier. */
static void client_end_down(struct trace *t)
{
	build_port_state(t, 9500, "c1", PORT_C1, 0)->u.link.flags = IFF_UP;
	build_port_state(t, 12500, "c1", PORT_C1, 3)->u.link.flags = IFF_UP | IFF_LOWER_UP;
}

static void release_port(struct trace *t)
{
	build_port_released(t, 9500, "c1", PORT_C1);
	build_port(t, 12500, "c1", PORT_C1, MAC_PORT1);
}

PURE_TEST("judge", cause_port_not_forwarding)
{
	CAUSE_ROW("blocked", "port-not-forwarding",
	    "the port of c1 did not forward; 8 lookups lost", LAST_SEEN_PORT, MAC_PINNED,
	    block_port(&t));
	CAUSE_ROW(
	    "released", "port-not-forwarding", "", LAST_SEEN_CLIENT, MAC_PINNED, release_port(&t));
	CAUSE_ROW("for the reply", "port-not-forwarding", "", LAST_SEEN_BACK_BRIDGE, MAC_PINNED,
	    block_port(&t));
	CAUSE_ROW("for the request", "port-not-forwarding", "", LAST_SEEN_NOWHERE, MAC_PINNED,
	    block_port(&t), build_requests(&t, 10001));
	CAUSE_ROW("blocked before", "unknown", "", LAST_SEEN_PORT, MAC_PINNED, blocked_before(&t));
	CAUSE_ROW("the client's own end is down: a query", "client-down",
	    "from 10.000 s on: its port had no carrier", LAST_SEEN_PORT, MAC_PINNED,
	    client_end_down(&t));
	CAUSE_ROW("... a reply", "client-down", "", LAST_SEEN_BACK_BRIDGE, MAC_PINNED,
	    client_end_down(&t));
	CAUSE_ROW("... nothing left", "client-down", "", LAST_SEEN_NOWHERE, MAC_PINNED,
	    client_end_down(&t));
	CAUSE_ROW("its end is up, and its port is shut", "port-not-forwarding", "", LAST_SEEN_PORT,
	    MAC_PINNED, client_end_down(&t),
	    EDIT(EV_LINK, ev->t_ns == 9500 * MS, ev->u.link.flags |= IFF_LOWER_UP));
	CAUSE_ROW("blocked, but the lookups came out of another port", "stale-gateway flooded", "",
	    LAST_SEEN_PORT, MAC_OTHER, block_port(&t),
	    EVERY(250, 10000, 12000, build_query(&t, ms, HOP_PORT, 1)));
	CAUSE_ROW("another port", "unknown", "", LAST_SEEN_PORT, MAC_PINNED,
	    build_port_state(&t, 9500, "c2", PORT_C2, 4));
	CAUSE_ROW(
	    "not blocked", "unknown", "it was last seen at its port", LAST_SEEN_PORT, MAC_PINNED);
}

static void router_unresolved(struct trace *t)
{
	build_router_neigh(t, 9900, 0, 0x20, NO_MAC);
	build_router_neigh(t, 12500, 0, 0x02, MAC_CLIENT1);
}

/* For c2, and one for c1 long before: neither held this reply up. */
static void other_arp(struct trace *t)
{
	build_broadcast(t, 10003, 12);
	build_broadcast(t, 8000, 11);
	build_arp(t, 10003, HOP_BRIDGE, 0, FRAME_ARP_REPLY, true, 11);
}

#define STALE_REPLIES                                                                              \
	EDIT(EV_FRAME,                                                                             \
	    ev->u.frame.kind == FRAME_REPLY && ev->u.frame.hop == HOP_BRIDGE &&                    \
	        ev->t_ns >= 10 * S && ev->t_ns < 12 * S,                                           \
	    ev->u.frame.dst = MAC_OTHER)

PURE_TEST("judge", causes_beyond_the_bridge)
{
	CAUSE_ROW("a query that the router kept", "not-forwarded",
	    "reached br0 and was not forwarded; 8 lost", LAST_SEEN_BRIDGE, MAC_PINNED);
	CAUSE_ROW("a reply that the router kept", "not-forwarded",
	    "reached the uplink as a reply and was not", LAST_SEEN_BACK_UPLINK, MAC_PINNED);
	CAUSE_ROW("the router had no entry for c1", "unknown", "", LAST_SEEN_BACK_UPLINK,
	    MAC_PINNED, router_unresolved(&t));
	CAUSE_ROW("the router asked for c1", "unresolved-client", "", LAST_SEEN_BACK_UPLINK,
	    MAC_PINNED, build_arps(&t, 10003, HOP_BRIDGE, FRAME_ARP_REQUEST, true, 11));
	CAUSE_ROW("the router asked for others, or earlier", "not-forwarded", "",
	    LAST_SEEN_BACK_UPLINK, MAC_PINNED, other_arp(&t));
	CAUSE_ROW("lost on the uplink", "unknown", "it was last seen at the uplink",
	    LAST_SEEN_UPLINK, MAC_PINNED);
	CAUSE_ROW("lost on the uplink, back", "unknown", "it was last seen at the upstream",
	    LAST_SEEN_BACK_UPSTREAM, MAC_PINNED);
	CAUSE_ROW("lost in the client", "unknown", "it was last seen at the client, as a reply",
	    LAST_SEEN_BACK_CLIENT, MAC_PINNED);
	CAUSE_ROW("lost on the bridge, back", "unknown", "", LAST_SEEN_BACK_BRIDGE, MAC_PINNED);
	CAUSE_ROW("not answered", "upstream-silent",
	    "reached the upstream, which did not answer; 8", LAST_SEEN_UPSTREAM, MAC_PINNED);
	CAUSE_ROW("a reply to another MAC", "stale-client",
	    "sent the reply to 02:00:00:00:bb:bb, but c1 has 02:00:00:00:0c:11; 8 lost",
	    LAST_SEEN_BACK_BRIDGE, MAC_PINNED, STALE_REPLIES);
	CAUSE_ROW("a reply to another MAC, flooded", "stale-client", "", LAST_SEEN_BACK_PORT,
	    MAC_PINNED, STALE_REPLIES);
}

/* An arm whose lookups from 10 to 12 s could not be sent. */
static void not_sent(struct trace *t, int err)
{
	build_lossy_arm(t, 10000, 12000, LAST_SEEN_NOWHERE, MAC_PINNED);
	EACH_EVENT (ev, t, EV_SENT)
		if (ev->u.sent.stream == STREAM_C1 && ev->t_ns >= 10 * S && ev->t_ns < 12 * S)
			ev->u.sent.err = err;
}

/* c1's own end was set down and up before. */
static void bounced(struct trace *t)
{
	for (int i = 0; i < 4; i++) {
		struct event *ev = build_churn(t, 8000 + i, i < 2 ? OP_DOWN : OP_UP, "eth0", i % 2);

		ev->where = WHERE_CLIENT;
		ev->u.churn.event = 1;
	}
}

/* The same, refused by an ICMP error after they were sent. */
static void refused(struct trace *t, int err)
{
	build_lossy_arm(t, 10000, 12000, LAST_SEEN_NOWHERE, MAC_PINNED);
	for (int64_t ms = 10000; ms < 12000; ms += 250) {
		struct event *ev = build(t, ms + 5, EV_ANSWER, WHERE_ROUTER);

		ev->u.answer.seq = build_seq(ms);
		ev->u.answer.result = ANSWER_REFUSED;
		ev->u.answer.err = err;
	}
}

PURE_TEST("judge", cause_of_a_send_error)
{
#define ERROR_ROW(edits, cause, n_refused)                                                         \
	JUDGE_ROW(#edits, edits, "fail", "", cause_is(j, cause), j->total.lost == 8,               \
	    j->total.refused == (n_refused))
	/* without the ARP that was not answered it may be a route as well */
	ERROR_ROW(not_sent(&t, -EHOSTUNREACH), "unknown", 0);
	ERROR_ROW(not_sent(&t, -ENETDOWN), "client-down", 0);
	ERROR_ROW(not_sent(&t, -ENETUNREACH), "client-down", 0);
	ERROR_ROW(not_sent(&t, -ENODEV), "client-down", 0);
	JUDGE_ROW("no route, and its link is up", not_sent(&t, -ENETUNREACH), "fail", "",
	    strstr(j->so, "no route, though its link is up") != NULL);
	JUDGE_ROW("no route since it was set down", (not_sent(&t, -ENETUNREACH), bounced(&t)),
	    "fail", "",
	    strstr(j->so, "no route; its link is up again, but lost its routes") != NULL);
	JUDGE_ROW("no route, and its port is shut", (not_sent(&t, -ENETUNREACH), block_port(&t)),
	    "fail", "", strstr(j->so, "no route (its link may be down)") != NULL);
	ERROR_ROW(not_sent(&t, -EMSGSIZE), "too-big", 0);
	ERROR_ROW(not_sent(&t, INT32_MIN), "unknown", 0);
	ERROR_ROW(refused(&t, -EHOSTUNREACH), "unknown", 8);
	ERROR_ROW(refused(&t, -ECONNREFUSED), "unknown", 8);
	JUDGE_ROW("no room", not_sent(&t, -ENOBUFS), "invalid", "", cause_is(j, "unknown"),
	    j->total.lost == 8);
	JUDGE_ROW("refused by a link whose other end, the port, is down",
	    (not_sent(&t, -ENOBUFS), block_port(&t)), "fail", "",
	    cause_is(j, "port-not-forwarding"), j->total.lost == 8);
	JUDGE_ROW("no memory, whatever the port does", (not_sent(&t, -ENOMEM), block_port(&t)),
	    "invalid", "", cause_is(j, "unknown"));
}

/* ---- windows of changes ---- */

/* The leave began at 5 s and the bridge's change was read at 6 s; meanwhile c1 sent to this. */
static void sent_in_a_window(struct trace *t, struct mac dst)
{
	begin_arm(t, 5250);
	build_churn(t, 5000, OP_LEAVE, "lowest", false);
	build_traffic(t, 5250, 6000, LAST_SEEN_PORT, dst);
	build_bridge(t, 6000, MAC_PORT1);
	build_port_gone(t, 6001, "lowest", PORT_LOWEST);
	build_churn(t, 6002, OP_LEAVE, "lowest", true);
	end_arm(t, 6000, MAC_PORT1);
}

/* No change window encloses it: the change was read at 10.1 s, 10 ms (real) late at most. */
static void read_late(struct trace *t, double pace)
{
	begin_arm(t, 10000);
	build_lowest_leaves(t, true);
	t->meta.pace = pace;
	build_lookup(t, 10000, STREAM_C1, LAST_SEEN_PORT, MAC_OTHER);
	build_bridge(t, 10100, MAC_OTHER);
	build_lookup(t, 10000, STREAM_REF, LAST_SEEN_ANSWERED, MAC_PINNED);
	end_arm(t, 10250, MAC_OTHER);
}

/* The change was read at 10.003 s. Two churn events came before: what was sent at 9.75 s may have
 * met it only if the first of them was still under way at 9.993 s. */
static void earlier_churn(struct trace *t, int64_t end_ms)
{
	begin_arm(t, 9750);
	build_lowest_leaves(t, true);
	build_churn(t, 9740, OP_JOIN, "a", false);
	build_lookup(t, 9750, STREAM_C1, LAST_SEEN_PORT, MAC_OTHER);
	build_churn(t, end_ms, OP_JOIN, "a", true);
	build_churn(t, 9996, OP_JOIN, "b", false);
	build_bridge(t, 10003, MAC_OTHER);
	build_churn(t, 10004, OP_JOIN, "b", true);
	end_arm(t, 10000, MAC_OTHER);
}

/* Lost for an unknown cause, and from `to` to the end because of a stale gateway. */
static void unknown_first(struct trace *t, int64_t to_ms, int64_t end_ms)
{
	build_arm(t,
	    TRAFFIC({10000, LAST_SEEN_ANSWERED, MAC_PINNED}, {to_ms, LAST_SEEN_UPLINK, MAC_PINNED},
	        {end_ms, LAST_SEEN_PORT, MAC_OTHER}, {60250, LAST_SEEN_ANSWERED, MAC_PINNED}));
}

PURE_TEST("judge", what_may_have_met_a_change_has_no_cause)
{
	JUDGE_ROW("sent in its window to the MAC to come", sent_in_a_window(&t, MAC_PORT1), "fail",
	    "", j->total.lost == 3, cause_is(j, "unknown"));
	JUDGE_ROW("sent in its window to a third one", sent_in_a_window(&t, MAC_OTHER), "fail", "",
	    j->total.lost == 3, cause_is(j, "stale-gateway flooded"));
	JUDGE_ROW("read late", read_late(&t, 1), "", "", cause_is(j, "stale-gateway flooded"));
	JUDGE_ROW("read late at a pace of 20", read_late(&t, 20), "", "", cause_is(j, "unknown"));
	JUDGE_ROW("read later than that by a player that was late",
	    (read_late(&t, 1), build_late(&t, 10101, LATE_LOOP, 92, 0)), "", "",
	    cause_is(j, "unknown"));
	JUDGE_ROW("the player was not late enough",
	    (read_late(&t, 1), build_late(&t, 10101, LATE_LOOP, 90, 0)), "", "",
	    cause_is(j, "stale-gateway flooded"));
	JUDGE_ROW("the player was late some time before",
	    (read_late(&t, 1), build_late(&t, 10089, LATE_LOOP, 90, 0)), "", "",
	    cause_is(j, "stale-gateway flooded"));
	JUDGE_ROW("the player was late some time after",
	    (read_late(&t, 1), build_late(&t, 10200, LATE_LOOP, 92, 0)), "", "",
	    cause_is(j, "stale-gateway flooded"));
	JUDGE_ROW("after an earlier change", earlier_churn(&t, 9900), "", "",
	    cause_is(j, "stale-gateway flooded"));
	JUDGE_ROW("in an earlier change", earlier_churn(&t, 9995), "", "", cause_is(j, "unknown"));
	/* a program's verb goes on long after what it changed, and is no bracket around it */
	JUDGE_ROW("in an earlier verb of a subject",
	    (earlier_churn(&t, 9995), t.meta.tool = mem_strdup("mytool 1.0")), "", "",
	    cause_is(j, "stale-gateway flooded"));
	JUDGE_ROW("an outage has a cause at three quarters", unknown_first(&t, 10500, 12000),
	    "fail", "", j->total.lost == 8, cause_is(j, "stale-gateway flooded"));
	JUDGE_ROW("an outage has none below that", unknown_first(&t, 10750, 12000), "fail", "",
	    j->total.lost == 8, cause_is(j, "unknown"));
	JUDGE_ROW("the findings skip what has none", unknown_first(&t, 10500, 20000), "fail", "",
	    found(j, 10500, "c1 still sent to 02:00:00:00:bb:bb"));
}

PURE_TEST("judge", history_knows_its_windows)
{
	static const struct {
		int64_t from, to;
		size_t n, first;
	} rows[] = {{-50, -50, 1, 0}, {89, 89, 1, 0}, {95, 95, 2, 0}, {150, 150, 1, 1},
	    {150, 195, 2, 1}, {95, 195, 3, 0}, {500, 600, 1, 2}};
	struct history h = {0};
	size_t first;

	ck_assert_uint_eq(history_at(&h, 0, 0, &first), 0);
	history_add(&h, INT64_MIN, 0, MAC_LOWEST, 1);
	history_add(&h, 90, 100, MAC_OTHER, 2);
	history_add(&h, 190, 200, MAC_LOWEST, 3);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ck_assert_uint_eq(history_at(&h, rows[i].from, rows[i].to, &first), rows[i].n);
		ck_assert_uint_eq(first, rows[i].first);
	}
	history_free(&h);
}
