/* cause_test.c: tests of why an attempt was lost, over synthetic traces. */
#include "test/kit/ctest.h"

#include <errno.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "judge/history.h"
#include "judge/judge.h"
#include "test/kit/builder.h"

#define S NS_PER_S
#define MS NS_PER_MS

static void done(struct trace *t, struct judgement *j)
{
	trace_free(t);
	judgement_free(j);
}

/* Judges an arm that lost [10 s, 12 s); more events by `add`. */
static enum cause cause_of(
    enum far far, struct mac dst, void (*add)(struct trace *), enum stale_form *form)
{
	struct trace t;
	struct judgement j;
	enum cause cause;

	build_lossy_arm(&t, 10000, 12000, far, dst);
	if (add)
		add(&t);
	trace_sort(&t);
	judge_case(&t, &j);
	ck_assert_uint_eq(j.n_outages, 1);
	cause = j.outages[0].cause;
	if (form)
		*form = j.outages[0].form;
	done(&t, &j);
	return cause;
}

#define ASSERT_CAUSE(name, far, dst, add)                                                          \
	ck_assert_str_eq(cause_name(cause_of(far, dst, add, NULL)), name)

static void add_bystander(struct trace *t)
{
	for (int64_t ms = 10000; ms < 12000; ms += 250) {
		struct event *ev = build(t, ms, EV_FRAME, WHERE_ROUTER);

		ev->u.frame.kind = FRAME_QUERY;
		ev->u.frame.hop = HOP_PORT;
		ev->u.frame.client = 1;
		ev->u.frame.stream = STREAM_C1;
		ev->u.frame.seq = build_seq(ms);
		ev->u.frame.dst = MAC_OTHER;
	}
}

START_TEST(cause_stale_gateway)
{
	enum stale_form form;

	ck_assert_str_eq(cause_name(cause_of(FAR_CLIENT, MAC_OTHER, NULL, &form)), "stale-gateway");
	ck_assert_int_eq(form, STALE_FLOODED);
	ck_assert_str_eq(cause_name(cause_of(FAR_PORT, MAC_PORT2, NULL, &form)), "stale-gateway");
	ck_assert_int_eq(form, STALE_NOT_TAKEN); /* c2's port has that MAC */
	ck_assert_str_eq(cause_name(cause_of(FAR_BRIDGE, MAC_PORT2, NULL, &form)), "stale-gateway");
	ck_assert_int_eq(form, STALE_NOT_TAKEN);
	/* `lowest` left at 5 s: its MAC is in no FDB entry any more */
	cause_of(FAR_PORT, MAC_LOWEST, NULL, &form);
	ck_assert_int_eq(form, STALE_FLOODED);
	/* seen at a bystander's port: flooded, whatever is thought of the port */
	cause_of(FAR_PORT, MAC_PORT2, add_bystander, &form);
	ck_assert_int_eq(form, STALE_FLOODED);
}
END_TEST

/* c1's requests, as its end and the bridge saw them. */
static void add_requests(struct trace *t, int64_t from_ms)
{
	for (int64_t ms = from_ms; ms < 12000; ms += 1000) {
		build_arp(t, ms, HOP_CLIENT, 0, FRAME_ARP_REQUEST, false, 1);
		build_arp(t, ms, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, false, 1);
		t->events[t->n - 1].u.frame.out = 0;
	}
}

static void add_incomplete_unheard(struct trace *t)
{
	build_neigh(t, 9900, 0, 0x01, (struct mac){0});
	build_neigh(t, 12000, 0, 0x02, MAC_PINNED);
}

static void add_incomplete(struct trace *t)
{
	add_incomplete_unheard(t);
	add_requests(t, 9900);
}

static void add_failed(struct trace *t)
{
	add_requests(t, 9950);
	build_neigh(t, 10100, 0, 0x20, (struct mac){0});
	build_neigh(t, 12000, 0, 0x02, MAC_PINNED);
}

static void add_long_resolved(struct trace *t)
{
	build_neigh(t, 5000, 0, 0x20, (struct mac){0});
	build_neigh(t, 6000, 0, 0x02, MAC_PINNED);
}

static void add_arp_asked(struct trace *t)
{
	add_requests(t, 10001);
}

static void add_arp_unheard(struct trace *t)
{
	for (int64_t ms = 10001; ms < 12000; ms += 1000)
		build_arp(t, ms, HOP_CLIENT, 0, FRAME_ARP_REQUEST, false, 1);
}

static void add_arp_answered(struct trace *t)
{
	add_arp_asked(t);
	for (int64_t ms = 10002; ms < 12000; ms += 1000)
		build_arp(t, ms, HOP_CLIENT, 0, FRAME_ARP_REPLY, true, 11);
}

/* The gateway's answer was lost on its way. */
static void add_arp_told(struct trace *t)
{
	add_arp_asked(t);
	for (int64_t ms = 10002; ms < 12000; ms += 1000)
		build_arp(t, ms, HOP_BRIDGE, 0, FRAME_ARP_REPLY, true, 11);
}

static void add_arp_of_another(struct trace *t)
{
	/* c2's request, which c1 sees as it sees every broadcast */
	for (int64_t ms = 10001; ms < 12000; ms += 1000) {
		build_arp(t, ms, HOP_CLIENT, 1, FRAME_ARP_REQUEST, false, 1);
		t->events[t->n - 1].u.frame.client = 0;
	}
}

START_TEST(cause_unresolved_gateway)
{
	ASSERT_CAUSE("unresolved-gateway", FAR_NOWHERE, MAC_PINNED, add_incomplete);
	ASSERT_CAUSE("unresolved-gateway", FAR_NOWHERE, MAC_PINNED, add_failed);
	ASSERT_CAUSE("unresolved-gateway", FAR_NOWHERE, MAC_PINNED, add_arp_asked);
	ASSERT_CAUSE("unknown", FAR_NOWHERE, MAC_PINNED, add_incomplete_unheard);
	ASSERT_CAUSE("unknown", FAR_NOWHERE, MAC_PINNED, add_arp_unheard);
	ASSERT_CAUSE("unknown", FAR_NOWHERE, MAC_PINNED, add_arp_told);
	ASSERT_CAUSE("unknown", FAR_NOWHERE, MAC_PINNED, add_arp_answered);
	ASSERT_CAUSE("unknown", FAR_NOWHERE, MAC_PINNED, add_arp_of_another);
	ASSERT_CAUSE("unknown", FAR_NOWHERE, MAC_PINNED, add_long_resolved);
	ASSERT_CAUSE("unknown", FAR_NOWHERE, MAC_PINNED, NULL);
	/* hops first: a query that left is not for want of an entry */
	ASSERT_CAUSE("stale-gateway", FAR_CLIENT, MAC_OTHER, add_incomplete);
}
END_TEST

static void add_bridge_zero(struct trace *t)
{
	build_bridge(t, 9000, (struct mac){0});
}

static void add_bridge_zero_unresolved(struct trace *t)
{
	add_bridge_zero(t);
	add_incomplete(t);
}

static void add_bridge_is_client(struct trace *t)
{
	build_bridge(t, 9000, MAC_CLIENT2);
}

START_TEST(cause_dead_gateway)
{
	ASSERT_CAUSE("dead-gateway", FAR_CLIENT, (struct mac){0}, NULL);
	ASSERT_CAUSE("dead-gateway", FAR_PORT, MAC_PINNED, add_bridge_zero);
	ASSERT_CAUSE("dead-gateway", FAR_NOWHERE, MAC_PINNED, add_bridge_zero_unresolved);
	ASSERT_CAUSE("dead-gateway", FAR_PORT, MAC_CLIENT2, add_bridge_is_client);
}
END_TEST

static void add_blocking(struct trace *t)
{
	build_port_state(t, 9500, "c1", PORT_C1, 4);
	build_port_state(t, 12500, "c1", PORT_C1, 3);
}

static void add_blocked_before(struct trace *t)
{
	build_port_state(t, 6500, "c1", PORT_C1, 1);
	build_port_state(t, 8500, "c1", PORT_C1, 3);
}

static void add_other_blocking(struct trace *t)
{
	build_port_state(t, 9500, "c2", PORT_C2, 4);
}

static void add_port_away(struct trace *t)
{
	build_port_released(t, 9500, "c1", PORT_C1);
	build_port(t, 12500, "c1", PORT_C1, MAC_PORT1);
}

static void add_blocking_unresolved(struct trace *t)
{
	add_blocking(t);
	add_arp_asked(t);
}

START_TEST(cause_port_not_forwarding)
{
	ASSERT_CAUSE("port-not-forwarding", FAR_PORT, MAC_PINNED, add_blocking);
	ASSERT_CAUSE("port-not-forwarding", FAR_CLIENT, MAC_PINNED, add_port_away);
	ASSERT_CAUSE("port-not-forwarding", FAR_BACK_BRIDGE, MAC_PINNED, add_blocking);
	ASSERT_CAUSE("port-not-forwarding", FAR_NOWHERE, MAC_PINNED, add_blocking_unresolved);
	ASSERT_CAUSE("unknown", FAR_PORT, MAC_PINNED, add_blocked_before);
	ASSERT_CAUSE("unknown", FAR_PORT, MAC_PINNED, add_other_blocking);
	ASSERT_CAUSE("unknown", FAR_PORT, MAC_PINNED, NULL);
}
END_TEST

static void add_router_unresolved(struct trace *t)
{
	build_router_neigh(t, 9900, 0, 0x20, (struct mac){0});
	build_router_neigh(t, 12500, 0, 0x02, MAC_CLIENT1);
}

static void add_router_looks(struct trace *t)
{
	for (int64_t ms = 10003; ms < 12000; ms += 1000)
		build_arp(t, ms, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 11);
}

START_TEST(cause_not_forwarded)
{
	ASSERT_CAUSE("not-forwarded", FAR_BRIDGE, MAC_PINNED, NULL);
	ASSERT_CAUSE("not-forwarded", FAR_BACK_UPLINK, MAC_PINNED, NULL);
	ASSERT_CAUSE("unknown", FAR_BACK_UPLINK, MAC_PINNED, add_router_unresolved);
	ASSERT_CAUSE("unresolved-client", FAR_BACK_UPLINK, MAC_PINNED, add_router_looks);
	ASSERT_CAUSE("unknown", FAR_UPLINK, MAC_PINNED, NULL);
	ASSERT_CAUSE("unknown", FAR_BACK_UPSTREAM, MAC_PINNED, NULL);
	ASSERT_CAUSE("unknown", FAR_BACK_CLIENT, MAC_PINNED, NULL);
	ASSERT_CAUSE("unknown", FAR_BACK_BRIDGE, MAC_PINNED, NULL);
}
END_TEST

static void add_stale_replies(struct trace *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type == EV_FRAME && t->events[i].u.frame.kind == FRAME_REPLY &&
		    t->events[i].u.frame.hop == HOP_BRIDGE && t->events[i].t_ns >= 10 * S &&
		    t->events[i].t_ns < 12 * S)
			t->events[i].u.frame.dst = MAC_OTHER;
}

START_TEST(cause_upstream_silent_and_stale_client)
{
	ASSERT_CAUSE("upstream-silent", FAR_UPSTREAM, MAC_PINNED, NULL);
	ASSERT_CAUSE("stale-client", FAR_BACK_BRIDGE, MAC_PINNED, add_stale_replies);
	ASSERT_CAUSE("stale-client", FAR_BACK_PORT, MAC_PINNED, add_stale_replies); /* flooded */
}
END_TEST

static enum cause cause_of_error(int err, bool refused)
{
	struct trace t;
	struct judgement j;
	enum cause cause;

	build_lossy_arm(&t, 10000, 12000, FAR_NOWHERE, MAC_PINNED);
	for (int64_t ms = 10000; ms < 12000; ms += 250) {
		for (size_t i = 0; i < t.n && !refused; i++)
			if (t.events[i].type == EV_SENT &&
			    t.events[i].u.sent.seq == build_seq(ms) &&
			    t.events[i].u.sent.stream == STREAM_C1)
				t.events[i].u.sent.err = err;
		if (!refused)
			continue;
		struct event *ev = build(&t, ms + 5, EV_ANSWER, WHERE_ROUTER);
		ev->u.answer.seq = build_seq(ms);
		ev->u.answer.result = ANSWER_REFUSED;
		ev->u.answer.err = err;
	}
	trace_sort(&t);
	judge_case(&t, &j);
	ck_assert_uint_eq(j.total.lost, 8);
	ck_assert_uint_eq(j.total.refused, refused ? 8 : 0);
	cause = j.cause;
	done(&t, &j);
	return cause;
}

START_TEST(cause_of_a_send_error)
{
	/* without the ARP that was not answered it may be a route as well */
	ck_assert_str_eq(cause_name(cause_of_error(-EHOSTUNREACH, false)), "unknown");
	ck_assert_str_eq(cause_name(cause_of_error(-ENETDOWN, false)), "client-down");
	ck_assert_str_eq(cause_name(cause_of_error(-ENETUNREACH, false)), "client-down");
	ck_assert_str_eq(cause_name(cause_of_error(-ENODEV, false)), "client-down");
	ck_assert_str_eq(cause_name(cause_of_error(-EMSGSIZE, false)), "too-big");
	ck_assert_str_eq(cause_name(cause_of_error(-ENOBUFS, false)), "unknown");
	ck_assert_str_eq(cause_name(cause_of_error(INT32_MIN, false)), "unknown");
	ck_assert_str_eq(cause_name(cause_of_error(-EHOSTUNREACH, true)), "unknown");
	ck_assert_str_eq(cause_name(cause_of_error(-ECONNREFUSED, true)), "unknown");
}
END_TEST

START_TEST(a_lookup_in_the_bracket_has_no_cause)
{
	struct trace t;
	struct judgement j;

	/* the leave began at 5 s and the bridge's change was read at 6 s: what was sent to the new
	 * MAC in between may have been right or wrong; what was sent to a third one was wrong */
	for (int i = 0; i < 2; i++) {
		build_meta(&t, "pinned-at-create", CAUSE_NONE);
		build_begin(&t, MAC_PINNED, 3);
		build_traffic(&t, 0, 5250, FAR_ANSWERED, MAC_PINNED);
		build_churn(&t, 5000, OP_LEAVE, "lowest", false);
		build_traffic(&t, 5250, 6000, FAR_PORT, i ? MAC_OTHER : MAC_PORT1);
		build_bridge(&t, 6000, MAC_PORT1);
		build_port_gone(&t, 6001, "lowest", PORT_LOWEST);
		build_churn(&t, 6002, OP_LEAVE, "lowest", true);
		build_traffic(&t, 6000, 60250, FAR_ANSWERED, MAC_PORT1);
		build_end(&t, 60000);
		judge_case(&t, &j);
		ck_assert_uint_eq(j.total.lost, 3);
		ck_assert_str_eq(cause_name(j.cause), i ? "stale-gateway" : "unknown");
		done(&t, &j);
	}
}
END_TEST

START_TEST(an_outage_has_a_cause_at_three_quarters)
{
	static const struct {
		int unknown_until_ms;
		const char *cause;
	} mixes[] = {{10500, "stale-gateway"}, {10750, "unknown"}};

	for (int i = 0; i < 2; i++) {
		struct trace t;
		struct judgement j;

		build_meta(&t, "pinned-at-create", CAUSE_NONE);
		build_begin(&t, MAC_PINNED, 3);
		build_lowest_leaves(&t, true);
		build_traffic(&t, 0, 10000, FAR_ANSWERED, MAC_PINNED);
		build_traffic(&t, 10000, mixes[i].unknown_until_ms, FAR_UPLINK, MAC_PINNED);
		build_traffic(&t, mixes[i].unknown_until_ms, 12000, FAR_PORT, MAC_OTHER);
		build_traffic(&t, 12000, 60250, FAR_ANSWERED, MAC_PINNED);
		build_end(&t, 60000);
		judge_case(&t, &j);
		ck_assert_uint_eq(j.total.lost, 8); /* two, then three of them unknown */
		ck_assert_str_eq(cause_name(j.cause), mixes[i].cause);
		done(&t, &j);
	}
}
END_TEST

START_TEST(history_knows_its_brackets)
{
	struct history h = {0};
	size_t first;

	ck_assert_uint_eq(history_at(&h, 0, 0, &first), 0);
	history_add(&h, INT64_MIN, 0, MAC_LOWEST, 1);
	history_add(&h, 90, 100, MAC_OTHER, 2);
	history_add(&h, 190, 200, MAC_LOWEST, 3);
	ck_assert_uint_eq(history_at(&h, -50, -50, &first), 1);
	ck_assert_uint_eq(first, 0);
	ck_assert_uint_eq(history_at(&h, 89, 89, &first), 1);
	ck_assert_uint_eq(first, 0);
	ck_assert_uint_eq(history_at(&h, 95, 95, &first), 2);
	ck_assert_uint_eq(first, 0);
	ck_assert_uint_eq(history_at(&h, 150, 150, &first), 1);
	ck_assert_uint_eq(first, 1);
	ck_assert_uint_eq(history_at(&h, 150, 195, &first), 2);
	ck_assert_uint_eq(first, 1);
	ck_assert_uint_eq(history_at(&h, 95, 195, &first), 3);
	ck_assert_uint_eq(history_at(&h, 500, 600, &first), 1);
	ck_assert_uint_eq(first, 2);
	history_free(&h);
}
END_TEST

START_TEST(reading_late_is_reckoned_with_at_the_pace)
{
	static const struct {
		double pace;
		const char *cause;
	} paces[] = {{1, "stale-gateway"}, {20, "unknown"}};

	/* No churn brackets it: the change was read at 10.1 s, 10 ms (real) late at most. */
	for (int i = 0; i < 2; i++) {
		struct trace t;
		struct judgement j;

		build_meta(&t, "pinned-at-create", CAUSE_NONE);
		t.meta.pace = paces[i].pace;
		build_begin(&t, MAC_PINNED, 3);
		build_lowest_leaves(&t, true);
		build_traffic(&t, 0, 10000, FAR_ANSWERED, MAC_PINNED);
		build_lookup(&t, 10000, STREAM_C1, FAR_PORT, MAC_OTHER);
		build_bridge(&t, 10100, MAC_OTHER);
		build_lookup(&t, 10000, STREAM_REF, FAR_ANSWERED, MAC_PINNED);
		build_traffic(&t, 10250, 60250, FAR_ANSWERED, MAC_OTHER);
		build_end(&t, 60000);
		judge_case(&t, &j);
		ck_assert_str_eq(cause_name(j.cause), paces[i].cause);
		done(&t, &j);
	}
}
END_TEST

START_TEST(a_change_may_belong_to_an_earlier_churn_event)
{
	static const struct {
		int64_t end_ms;
		const char *cause;
	} ends[] = {{9900, "stale-gateway"}, {9995, "unknown"}};

	/* The change was read at 10.003 s. Two churn events came before: what was sent at 9.75 s
	 * may have met it only if the first of them was still under way at 9.993 s. */
	for (int i = 0; i < 2; i++) {
		struct trace t;
		struct judgement j;

		build_meta(&t, "pinned-at-create", CAUSE_NONE);
		build_begin(&t, MAC_PINNED, 3);
		build_lowest_leaves(&t, true);
		build_traffic(&t, 0, 9750, FAR_ANSWERED, MAC_PINNED);
		build_churn(&t, 9740, OP_JOIN, "a", false);
		build_lookup(&t, 9750, STREAM_C1, FAR_PORT, MAC_OTHER);
		build_churn(&t, ends[i].end_ms, OP_JOIN, "a", true);
		build_churn(&t, 9996, OP_JOIN, "b", false);
		build_bridge(&t, 10003, MAC_OTHER);
		build_churn(&t, 10004, OP_JOIN, "b", true);
		build_traffic(&t, 10000, 60250, FAR_ANSWERED, MAC_OTHER);
		build_end(&t, 60000);
		judge_case(&t, &j);
		ck_assert_str_eq(cause_name(j.cause), ends[i].cause);
		done(&t, &j);
	}
}
END_TEST

static void add_lowest_back(struct trace *t)
{
	build_port(t, 8000, "lowest", PORT_LOWEST + 1, MAC_LOWEST);
}

static void add_lowest_back_and_away(struct trace *t)
{
	add_lowest_back(t);
	build_port_gone(t, 9000, "lowest", PORT_LOWEST + 1);
}

static void add_second_port_readdressed(struct trace *t)
{
	build_port(t, 9000, "c2", PORT_C2, MAC_OTHER);
}

static void add_twin(struct trace *t)
{
	build_port(t, 6000, "twin", 20, MAC_PORT2);
	build_port_gone(t, 7000, "twin", 20);
}

static void add_lowest_leaves_meanwhile(struct trace *t)
{
	build_port(t, 8000, "lowest", PORT_LOWEST + 1, MAC_LOWEST);
	build_churn(t, 9000, OP_LEAVE, "lowest", false);
	build_port_gone(t, 13000, "lowest", PORT_LOWEST + 1);
	build_churn(t, 13001, OP_LEAVE, "lowest", true);
}

START_TEST(forms_follow_the_ports_of_that_moment)
{
	enum stale_form form;

	cause_of(FAR_PORT, MAC_LOWEST, add_lowest_back, &form);
	ck_assert_int_eq(form, STALE_NOT_TAKEN);
	cause_of(FAR_PORT, MAC_LOWEST, add_lowest_back_and_away, &form);
	ck_assert_int_eq(form, STALE_FLOODED);
	cause_of(FAR_PORT, MAC_PORT2, add_second_port_readdressed, &form);
	ck_assert_int_eq(form, STALE_FLOODED);
	cause_of(FAR_PORT, MAC_PORT2, add_twin, &form); /* another one had it for a while */
	ck_assert_int_eq(form, STALE_NOT_TAKEN);
	cause_of(FAR_PORT, MAC_LOWEST, add_lowest_leaves_meanwhile, &form);
	ck_assert_int_eq(form, STALE_NEITHER);
}
END_TEST

static void drop_frames_at_client(struct trace *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type != EV_FRAME || t->events[i].u.frame.hop != HOP_CLIENT)
			t->events[n++] = t->events[i];
	t->n = n;
}

static void other_mac_at_port(struct trace *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type == EV_FRAME && t->events[i].u.frame.hop == HOP_PORT)
			t->events[i].u.frame.dst = MAC_OTHER;
}

START_TEST(the_clients_own_capture_comes_first)
{
	/* without it, its port's will do */
	ASSERT_CAUSE("stale-gateway", FAR_PORT, MAC_OTHER, drop_frames_at_client);
	ASSERT_CAUSE("unknown", FAR_PORT, MAC_PINNED, drop_frames_at_client);
	ASSERT_CAUSE("unknown", FAR_PORT, MAC_PINNED, other_mac_at_port);
}
END_TEST

static void add_reply_of_old(struct trace *t)
{
	/* ARP of the gateway for c2, and one for c1 long before: neither held this reply up */
	build_arp(t, 10003, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 12);
	build_arp(t, 8000, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 11);
	build_arp(t, 10003, HOP_BRIDGE, 0, FRAME_ARP_REPLY, true, 11);
}

START_TEST(the_routers_own_look_up_holds_replies_up)
{
	ASSERT_CAUSE("not-forwarded", FAR_BACK_UPLINK, MAC_PINNED, add_reply_of_old);
}
END_TEST

START_TEST(findings_tell_what_the_first_lost_lookup_met)
{
	static const struct {
		enum far far;
		uint64_t dst;
		void (*add)(struct trace *);
		const char *text;
	} lines[] = {
	    {FAR_PORT, 0xfe0000000012, NULL,
	        "c1 still sent to fe:00:00:00:00:12 (REACHABLE); 8 lookups not taken by the bridge"},
	    {FAR_NOWHERE, 0, add_incomplete,
	        "c1 had no MAC for the gateway (INCOMPLETE); 8 lookups never left it"},
	    {FAR_CLIENT, 0, NULL, "c1 had 00:00:00:00:00:00 for the gateway"},
	    {FAR_PORT, 0x02000000aaaa, add_blocking,
	        "the port of c1 did not forward; 8 lookups lost"},
	    {FAR_BRIDGE, 0x02000000aaaa, NULL, "reached br0 and was not passed on; 8 lost"},
	    {FAR_BACK_UPLINK, 0x02000000aaaa, NULL, "reached the uplink as a reply and was not"},
	    {FAR_UPSTREAM, 0x02000000aaaa, NULL, "reached the upstream, which did not answer; 8"},
	    {FAR_BACK_BRIDGE, 0x02000000aaaa, add_stale_replies,
	        "sent the reply to 02:00:00:00:bb:bb, but c1 has 02:00:00:00:0c:11; 8 lost"},
	    {FAR_NOWHERE, 0x02000000aaaa, NULL, "a lookup of c1 was lost; no hop saw it"},
	    {FAR_PORT, 0x02000000aaaa, NULL, "it was last seen at its port"},
	    {FAR_UPLINK, 0x02000000aaaa, NULL, "it was last seen at the uplink"},
	    {FAR_BACK_UPSTREAM, 0x02000000aaaa, NULL, "it was last seen at the upstream"},
	    {FAR_BACK_CLIENT, 0x02000000aaaa, NULL, "it was last seen at the client, as a reply"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct trace t;
		struct judgement j;
		bool found = false;

		build_lossy_arm(&t, 10000, 12000, lines[i].far, mac_from_number(lines[i].dst));
		if (lines[i].add)
			lines[i].add(&t);
		trace_sort(&t);
		judge_case(&t, &j);
		for (size_t k = 0; k < j.n_findings; k++)
			found |= j.findings[k].t_ns == 10 * S &&
			         strstr(j.findings[k].text, lines[i].text) != NULL;
		ck_assert_msg(found, "case %zu: no '%s'", i, lines[i].text);
		done(&t, &j);
	}
}
END_TEST

START_TEST(findings_skip_the_lookups_in_the_bracket)
{
	struct trace t;
	struct judgement j;
	bool found = false;

	build_meta(&t, "pinned-at-create", CAUSE_NONE);
	build_begin(&t, MAC_PINNED, 3);
	build_lowest_leaves(&t, true);
	build_traffic(&t, 0, 10000, FAR_ANSWERED, MAC_PINNED);
	build_traffic(&t, 10000, 10500, FAR_UPLINK, MAC_PINNED);
	build_traffic(&t, 10500, 20000, FAR_PORT, MAC_OTHER);
	build_traffic(&t, 20000, 60250, FAR_ANSWERED, MAC_PINNED);
	build_end(&t, 60000);
	judge_case(&t, &j);
	for (size_t k = 0; k < j.n_findings; k++)
		found |= j.findings[k].t_ns == 10500 * MS &&
		         strstr(j.findings[k].text, "c1 still sent to 02:00:00:00:bb:bb") != NULL;
	ck_assert(found);
	done(&t, &j);
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "judge", CTEST_PURE, cause_stale_gateway);
	ctest_add(list, "judge", CTEST_PURE, cause_unresolved_gateway);
	ctest_add(list, "judge", CTEST_PURE, cause_dead_gateway);
	ctest_add(list, "judge", CTEST_PURE, cause_port_not_forwarding);
	ctest_add(list, "judge", CTEST_PURE, cause_not_forwarded);
	ctest_add(list, "judge", CTEST_PURE, cause_upstream_silent_and_stale_client);
	ctest_add(list, "judge", CTEST_PURE, cause_of_a_send_error);
	ctest_add(list, "judge", CTEST_PURE, a_lookup_in_the_bracket_has_no_cause);
	ctest_add(list, "judge", CTEST_PURE, an_outage_has_a_cause_at_three_quarters);
	ctest_add(list, "judge", CTEST_PURE, history_knows_its_brackets);
	ctest_add(list, "judge", CTEST_PURE, reading_late_is_reckoned_with_at_the_pace);
	ctest_add(list, "judge", CTEST_PURE, a_change_may_belong_to_an_earlier_churn_event);
	ctest_add(list, "judge", CTEST_PURE, forms_follow_the_ports_of_that_moment);
	ctest_add(list, "judge", CTEST_PURE, the_clients_own_capture_comes_first);
	ctest_add(list, "judge", CTEST_PURE, the_routers_own_look_up_holds_replies_up);
	ctest_add(list, "judge", CTEST_PURE, findings_tell_what_the_first_lost_lookup_met);
	ctest_add(list, "judge", CTEST_PURE, findings_skip_the_lookups_in_the_bracket);
}
