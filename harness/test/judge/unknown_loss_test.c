/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unknown_loss_test.c: tests of what excuses a loss without a cause. */
#include "test/judge/judge_kit.h"

#include <linux/neighbour.h>

/* The packet of c1's lookup of `ms` is seen at that hop, and wherever it goes from there, so much
 * later than at the hop before. */
static void wait_before(
    struct trace *t, int64_t ms, int64_t wait_ms, enum hop hop, enum frame_kind kind)
{
	bool reply = kind == FRAME_REPLY;

	EACH_EVENT (ev, t, EV_FRAME)
		if (ev->u.frame.stream == STREAM_C1 && ev->u.frame.seq == build_seq(ms) &&
		    (ev->u.frame.kind == FRAME_REPLY ? !reply || ev->u.frame.hop <= hop
		                                     : !reply && ev->u.frame.hop >= hop))
			ev->t_ns += wait_ms * MS;
	EACH_EVENT (ev, t, EV_ANSWER)
		if (ev->u.answer.stream == STREAM_C1 && ev->u.answer.seq == build_seq(ms))
			ev->t_ns += wait_ms * MS;
}

static void wait_before_upstream(struct trace *t, int64_t ms, int64_t wait_ms)
{
	wait_before(t, ms, wait_ms, HOP_UPSTREAM, FRAME_QUERY);
}

/* The router asks for c1 before it sends it the reply to the lookup of 9.75 s. */
static void router_asks(struct trace *t)
{
	build_arp(t, 9752, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 11)->u.frame.out = 1;
}

#define LOST_AT(last_seen) build_lossy_arm(&t, 10000, 10250, last_seen, MAC_PINNED)
#define LOST_WITHOUT_A_CAUSE LOST_AT(LAST_SEEN_UPLINK)

PURE_TEST("judge", packets_that_waited_for_a_processor)
{
	JUDGE_ROW(
	    "lost, and nothing waited", LOST_WITHOUT_A_CAUSE, "fail", "", cause_is(j, "unknown"));
	INVALID_ROW("one before it waited",
	    (LOST_WITHOUT_A_CAUSE, wait_before_upstream(&t, 9750, 11)),
	    "at fault at that time: a packet of c1/ipv4/udp waited 11 ms (11 ms of real time) "
	    "between two hops at 9.750 s");
	INVALID_ROW("before the uplink",
	    (LOST_WITHOUT_A_CAUSE, wait_before(&t, 9750, 11, HOP_UPLINK, FRAME_QUERY)),
	    "waited 11 ms");
	INVALID_ROW("a reply, before the bridge",
	    (LOST_WITHOUT_A_CAUSE, wait_before(&t, 9750, 11, HOP_BRIDGE, FRAME_REPLY)),
	    "waited 11 ms");
	JUDGE_ROW("a reply, for want of the client's MAC",
	    (LOST_WITHOUT_A_CAUSE, wait_before(&t, 9750, 11, HOP_BRIDGE, FRAME_REPLY),
	        router_asks(&t)),
	    "fail", "", cause_is(j, "unknown"));
	INVALID_ROW("one after it waited",
	    (LOST_WITHOUT_A_CAUSE, wait_before_upstream(&t, 11000, 11)), "waited 11 ms");
	INVALID_ROW("one that waited beside a lost reference",
	    (LOST_WITHOUT_A_CAUSE, wait_before_upstream(&t, 9750, 11), lose_reference(&t, 10000)),
	    "between two hops at 9.750 s; 1 reference lookup (not over the bridge) was lost");
	JUDGE_ROW(
	    "a short wait", (LOST_WITHOUT_A_CAUSE, wait_before_upstream(&t, 9750, 10)), "fail", "");
	INVALID_ROW("a short wait at pace 20",
	    (LOST_WITHOUT_A_CAUSE, t.meta.pace = 20, wait_before_upstream(&t, 9750, 201)),
	    "waited 201 ms (10 ms of real time)");
	JUDGE_ROW("a wait far off", (LOST_WITHOUT_A_CAUSE, wait_before_upstream(&t, 20000, 500)),
	    "fail", "");
	JUDGE_ROW("a loss with a cause",
	    (build_lossy_arm(&t, 10000, 10250, LAST_SEEN_PORT, MAC_OTHER),
	        wait_before_upstream(&t, 9750, 50)),
	    "fail", "", cause_is(j, "stale-gateway flooded"));
	JUDGE_ROW("waits where nothing was lost",
	    (build_held_arm(&t), wait_before_upstream(&t, 9750, 500)), "pass", "");
}

/* The case makes br0 again at 8 s; its port forwards at once, and the kernel sets its carrier at
 * `carrier_ms`. The only lookup that is lost is that of 10 s. */
static void make_again(struct trace *t, int64_t carrier_ms)
{
	build_lossy_arm(t, 10000, 10250, LAST_SEEN_BACK_UPLINK, MAC_PINNED);
	build_router_neigh(t, 10003, 0, NUD_INCOMPLETE, NO_MAC); /* br0 dropped what it asked */
	build_churn(t, 8000, OP_RECREATE, "br0", false)->u.churn.event = 1;
	build_churn(t, 8100, OP_RECREATE, "br0", true)->u.churn.event = 1;
	build_bridge(t, 8050, MAC_PINNED)->u.link.carrier = 0;
	build_bridge(t, carrier_ms, MAC_PINNED);
}

static void drop_frames(struct trace *t, uint32_t n)
{
	EACH_EVENT (ev, t, EV_STATE)
		if (ev->u.state.at_end)
			ev->u.state.backlog_drops = n;
}

PURE_TEST("judge", a_bridge_without_carrier_sends_nothing)
{
	JUDGE_ROW("it has carrier", make_again(&t, 8060), "fail", "", cause_is(j, "unknown"));
	INVALID_ROW("it has none yet", make_again(&t, 10500),
	    "at fault at that time: a port had been forwarding since");
	JUDGE_ROW("nobody asked for that", (make_again(&t, 10500), DROP(EV_CHURN, true)), "fail",
	    "br0 lost carrier");
}

PURE_TEST("judge", frames_that_the_queues_of_the_processors_dropped)
{
	INVALID_ROW("beyond the router", (LOST_WITHOUT_A_CAUSE, drop_frames(&t, 3)),
	    "at fault at that time: the processors' queues dropped 3 frames");
	JUDGE_ROW("none", (LOST_WITHOUT_A_CAUSE, drop_frames(&t, 0)), "fail", "");
	INVALID_ROW("the reply", (LOST_AT(LAST_SEEN_BACK_UPSTREAM), drop_frames(&t, 3)),
	    "dropped 3 frames");
	JUDGE_ROW(
	    "at the bridge", (LOST_AT(LAST_SEEN_BACK_BRIDGE), drop_frames(&t, 3)), "fail", "");
}
