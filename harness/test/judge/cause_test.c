/* cause_test.c: tests of why an attempt was lost, over synthetic traces. */
#include "test/judge/judge_kit.h"

#include <errno.h>
#include <string.h>

#include "base/macros.h"
#include "judge/history.h"

/* The form of a stale gateway; else as ASSERT_CAUSE(). */
#define ASSERT_FORM(want, last_seen, dst, ...)                                                     \
	do {                                                                                       \
		struct trace t;                                                                    \
		build_lossy_arm(&t, 10000, 12000, last_seen, dst);                                 \
		__VA_ARGS__;                                                                       \
		ck_assert_int_eq(the_outage(&t)->form, want);                                      \
	} while (0)

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
	ASSERT_CAUSE("stale-gateway", LAST_SEEN_CLIENT, MAC_OTHER);
	ASSERT_FORM(STALE_FLOODED, LAST_SEEN_CLIENT, MAC_OTHER);
	ASSERT_CAUSE("stale-gateway", LAST_SEEN_PORT, MAC_PORT2);
	ASSERT_FORM(STALE_NOT_TAKEN, LAST_SEEN_PORT, MAC_PORT2); /* c2's port has that MAC */
	ASSERT_CAUSE("stale-gateway", LAST_SEEN_BRIDGE, MAC_PORT2);
	ASSERT_FORM(STALE_NOT_TAKEN, LAST_SEEN_BRIDGE, MAC_PORT2);
	/* `lowest` left at 5 s: its MAC is in no FDB entry any more */
	ASSERT_FORM(STALE_FLOODED, LAST_SEEN_PORT, MAC_LOWEST);
	/* seen at a bystander's port: flooded, whatever is thought of the port */
	ASSERT_FORM(STALE_FLOODED, LAST_SEEN_PORT, MAC_PORT2, add_bystander(&t));
}
END_TEST

/* An ARP frame each second, up to 12 s. */
static void add_arps(struct trace *t, int64_t from_ms, enum hop hop, enum frame_kind kind,
    bool from_gateway, uint8_t target)
{
	for (int64_t ms = from_ms; ms < 12000; ms += 1000)
		build_arp(t, ms, hop, 0, kind, from_gateway, target);
}

/* c1's requests, as its end and the bridge saw them. */
static void add_requests(struct trace *t, int64_t from_ms)
{
	add_arps(t, from_ms, HOP_CLIENT, FRAME_ARP_REQUEST, false, 1);
	for (int64_t ms = from_ms; ms < 12000; ms += 1000)
		build_arp(t, ms, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, false, 1)->u.frame.out = 0;
}

static void add_incomplete_unheard(struct trace *t)
{
	build_neigh(t, 9900, 0, 0x01, NO_MAC);
	build_neigh(t, 12000, 0, 0x02, MAC_PINNED);
}

static void add_incomplete(struct trace *t)
{
	add_incomplete_unheard(t);
	add_requests(t, 9900);
}

static void add_failed(struct trace *t, int64_t from_ms, int64_t to_ms)
{
	build_neigh(t, from_ms, 0, 0x20, NO_MAC);
	build_neigh(t, to_ms, 0, 0x02, MAC_PINNED);
}

/* c2's request, which c1 sees as it sees every broadcast. */
static void add_arp_of_another(struct trace *t)
{
	for (int64_t ms = 10001; ms < 12000; ms += 1000)
		build_arp(t, ms, HOP_CLIENT, 1, FRAME_ARP_REQUEST, false, 1)->u.frame.client = 0;
}

START_TEST(cause_unresolved_gateway)
{
	ASSERT_CAUSE("unresolved-gateway", LAST_SEEN_NOWHERE, MAC_PINNED, add_incomplete(&t));
	ASSERT_CAUSE("unresolved-gateway", LAST_SEEN_NOWHERE, MAC_PINNED, add_requests(&t, 9950),
	    add_failed(&t, 10100, 12000));
	ASSERT_CAUSE("unresolved-gateway", LAST_SEEN_NOWHERE, MAC_PINNED, add_requests(&t, 10001));
	ASSERT_CAUSE("unknown", LAST_SEEN_NOWHERE, MAC_PINNED, add_incomplete_unheard(&t));
	ASSERT_CAUSE("unknown", LAST_SEEN_NOWHERE, MAC_PINNED,
	    add_arps(&t, 10001, HOP_CLIENT, FRAME_ARP_REQUEST, false, 1));
	/* the gateway's answer was lost on its way */
	ASSERT_CAUSE("unknown", LAST_SEEN_NOWHERE, MAC_PINNED, add_requests(&t, 10001),
	    add_arps(&t, 10002, HOP_BRIDGE, FRAME_ARP_REPLY, true, 11));
	ASSERT_CAUSE("unknown", LAST_SEEN_NOWHERE, MAC_PINNED, add_requests(&t, 10001),
	    add_arps(&t, 10002, HOP_CLIENT, FRAME_ARP_REPLY, true, 11));
	ASSERT_CAUSE("unknown", LAST_SEEN_NOWHERE, MAC_PINNED, add_arp_of_another(&t));
	/* resolved again long before */
	ASSERT_CAUSE("unknown", LAST_SEEN_NOWHERE, MAC_PINNED, add_failed(&t, 5000, 6000));
	ASSERT_CAUSE("unknown", LAST_SEEN_NOWHERE, MAC_PINNED);
	/* hops first: a query that left is not for want of an entry */
	ASSERT_CAUSE("stale-gateway", LAST_SEEN_CLIENT, MAC_OTHER, add_incomplete(&t));
}
END_TEST

START_TEST(cause_dead_gateway)
{
	ASSERT_CAUSE("dead-gateway", LAST_SEEN_CLIENT, NO_MAC);
	ASSERT_CAUSE("dead-gateway", LAST_SEEN_PORT, MAC_PINNED, build_bridge(&t, 9000, NO_MAC));
	ASSERT_CAUSE("dead-gateway", LAST_SEEN_NOWHERE, MAC_PINNED, build_bridge(&t, 9000, NO_MAC),
	    add_incomplete(&t));
	ASSERT_CAUSE(
	    "dead-gateway", LAST_SEEN_PORT, MAC_CLIENT2, build_bridge(&t, 9000, MAC_CLIENT2));
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

/* The port is said to be blocked, but the lookups came out of another port. */
static void add_blocking_flooded(struct trace *t)
{
	add_blocking(t);
	add_bystander(t);
}

static void add_port_away(struct trace *t)
{
	build_port_released(t, 9500, "c1", PORT_C1);
	build_port(t, 12500, "c1", PORT_C1, MAC_PORT1);
}

START_TEST(cause_port_not_forwarding)
{
	ASSERT_CAUSE("port-not-forwarding", LAST_SEEN_PORT, MAC_PINNED, add_blocking(&t));
	ASSERT_CAUSE("port-not-forwarding", LAST_SEEN_CLIENT, MAC_PINNED, add_port_away(&t));
	ASSERT_CAUSE("port-not-forwarding", LAST_SEEN_BACK_BRIDGE, MAC_PINNED, add_blocking(&t));
	ASSERT_CAUSE("port-not-forwarding", LAST_SEEN_NOWHERE, MAC_PINNED, add_blocking(&t),
	    add_requests(&t, 10001));
	ASSERT_CAUSE("unknown", LAST_SEEN_PORT, MAC_PINNED, add_blocked_before(&t));
	ASSERT_CAUSE("stale-gateway", LAST_SEEN_PORT, MAC_OTHER, add_blocking_flooded(&t));
	/* another port's state */
	ASSERT_CAUSE(
	    "unknown", LAST_SEEN_PORT, MAC_PINNED, build_port_state(&t, 9500, "c2", PORT_C2, 4));
	ASSERT_CAUSE("unknown", LAST_SEEN_PORT, MAC_PINNED);
}
END_TEST

static void add_router_unresolved(struct trace *t)
{
	build_router_neigh(t, 9900, 0, 0x20, NO_MAC);
	build_router_neigh(t, 12500, 0, 0x02, MAC_CLIENT1);
}

START_TEST(cause_not_forwarded)
{
	ASSERT_CAUSE("not-forwarded", LAST_SEEN_BRIDGE, MAC_PINNED);
	ASSERT_CAUSE("not-forwarded", LAST_SEEN_BACK_UPLINK, MAC_PINNED);
	ASSERT_CAUSE("unknown", LAST_SEEN_BACK_UPLINK, MAC_PINNED, add_router_unresolved(&t));
	/* the router asks for c1 */
	ASSERT_CAUSE("unresolved-client", LAST_SEEN_BACK_UPLINK, MAC_PINNED,
	    add_arps(&t, 10003, HOP_BRIDGE, FRAME_ARP_REQUEST, true, 11));
	ASSERT_CAUSE("unknown", LAST_SEEN_UPLINK, MAC_PINNED);
	ASSERT_CAUSE("unknown", LAST_SEEN_BACK_UPSTREAM, MAC_PINNED);
	ASSERT_CAUSE("unknown", LAST_SEEN_BACK_CLIENT, MAC_PINNED);
	ASSERT_CAUSE("unknown", LAST_SEEN_BACK_BRIDGE, MAC_PINNED);
}
END_TEST

static void add_stale_replies(struct trace *t)
{
	EACH_EVENT (ev, t, EV_FRAME)
		if (ev->u.frame.kind == FRAME_REPLY && ev->u.frame.hop == HOP_BRIDGE &&
		    ev->t_ns >= 10 * S && ev->t_ns < 12 * S)
			ev->u.frame.dst = MAC_OTHER;
}

START_TEST(cause_upstream_silent_and_stale_client)
{
	ASSERT_CAUSE("upstream-silent", LAST_SEEN_UPSTREAM, MAC_PINNED);
	ASSERT_CAUSE("stale-client", LAST_SEEN_BACK_BRIDGE, MAC_PINNED, add_stale_replies(&t));
	/* flooded */
	ASSERT_CAUSE("stale-client", LAST_SEEN_BACK_PORT, MAC_PINNED, add_stale_replies(&t));
}
END_TEST

START_TEST(cause_of_a_send_error)
{
	static const struct {
		int err;
		bool refused; /* by an ICMP error, after it was sent */
		const char *cause;
	} rows[] = {
	    /* without the ARP that was not answered it may be a route as well */
	    {-EHOSTUNREACH, false, "unknown"},
	    {-ENETDOWN, false, "client-down"},
	    {-ENETUNREACH, false, "client-down"},
	    {-ENODEV, false, "client-down"},
	    {-EMSGSIZE, false, "too-big"},
	    {-ENOBUFS, false, "unknown"},
	    {INT32_MIN, false, "unknown"},
	    {-EHOSTUNREACH, true, "unknown"},
	    {-ECONNREFUSED, true, "unknown"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct trace t;

		build_lossy_arm(&t, 10000, 12000, LAST_SEEN_NOWHERE, MAC_PINNED);
		EACH_EVENT (ev, &t, EV_SENT)
			if (!rows[i].refused && ev->u.sent.stream == STREAM_C1 &&
			    ev->t_ns >= 10 * S && ev->t_ns < 12 * S)
				ev->u.sent.err = rows[i].err;
		for (int64_t ms = 10000; rows[i].refused && ms < 12000; ms += 250) {
			struct event *ev = build(&t, ms + 5, EV_ANSWER, WHERE_ROUTER);

			ev->u.answer.seq = build_seq(ms);
			ev->u.answer.result = ANSWER_REFUSED;
			ev->u.answer.err = rows[i].err;
		}
		const struct judgement *j = judged(&t);
		ck_assert_uint_eq(j->total.lost, 8);
		ck_assert_uint_eq(j->total.refused, rows[i].refused ? 8 : 0);
		ck_assert_str_eq(cause_name(j->cause), rows[i].cause);
	}
}
END_TEST

/* The beginning of a pinned arm from which `lowest` leaves. */
static void begin_arm(struct trace *t, int64_t answered_to_ms)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	build_begin(t, MAC_PINNED, 3);
	build_lowest_leaves(t, true);
	build_traffic(t, 0, answered_to_ms, LAST_SEEN_ANSWERED, MAC_PINNED);
}

/* The rest of an arm, answered; the cause of what it lost. */
static const char *cause_at_end(struct trace *t, int64_t answered_from_ms, struct mac mac)
{
	build_traffic(t, answered_from_ms, 60250, LAST_SEEN_ANSWERED, mac);
	build_end(t, 60000);
	return cause_name(judged(t)->cause);
}

START_TEST(a_lookup_in_the_bracket_has_no_cause)
{
	struct trace t;

	/* the leave began at 5 s and the bridge's change was read at 6 s: what was sent to the new
	 * MAC in between may have been right or wrong; what was sent to a third one was wrong */
	for (int i = 0; i < 2; i++) {
		build_meta(&t, "pinned-at-create", CAUSE_NONE);
		build_begin(&t, MAC_PINNED, 3);
		build_traffic(&t, 0, 5250, LAST_SEEN_ANSWERED, MAC_PINNED);
		build_churn(&t, 5000, OP_LEAVE, "lowest", false);
		build_traffic(&t, 5250, 6000, LAST_SEEN_PORT, i ? MAC_OTHER : MAC_PORT1);
		build_bridge(&t, 6000, MAC_PORT1);
		build_port_gone(&t, 6001, "lowest", PORT_LOWEST);
		build_churn(&t, 6002, OP_LEAVE, "lowest", true);
		build_traffic(&t, 6000, 60250, LAST_SEEN_ANSWERED, MAC_PORT1);
		build_end(&t, 60000);
		const struct judgement *j = judged(&t);
		ck_assert_uint_eq(j->total.lost, 3);
		ck_assert_str_eq(cause_name(j->cause), i ? "stale-gateway" : "unknown");
	}
}
END_TEST

START_TEST(an_outage_has_a_cause_at_three_quarters)
{
	static const struct {
		int unknown_until_ms; /* two of eight, then three */
		const char *cause;
	} mixes[] = {{10500, "stale-gateway"}, {10750, "unknown"}};

	for (int i = 0; i < 2; i++) {
		struct trace t;

		build_arm(&t, TRAFFIC({10000, LAST_SEEN_ANSWERED, MAC_PINNED},
		                  {mixes[i].unknown_until_ms, LAST_SEEN_UPLINK, MAC_PINNED},
		                  {12000, LAST_SEEN_PORT, MAC_OTHER},
		                  {60250, LAST_SEEN_ANSWERED, MAC_PINNED}));
		const struct judgement *j = judged(&t);
		ck_assert_uint_eq(j->total.lost, 8);
		ck_assert_str_eq(cause_name(j->cause), mixes[i].cause);
	}
}
END_TEST

START_TEST(history_knows_its_brackets)
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
END_TEST

/* No change window encloses it: the change was read at 10.1 s, 10 ms (real) late at most. */
START_TEST(reading_late_is_reckoned_with_at_the_pace)
{
	static const struct {
		double pace;
		const char *cause;
	} paces[] = {{1, "stale-gateway"}, {20, "unknown"}};

	for (int i = 0; i < 2; i++) {
		struct trace t;

		begin_arm(&t, 10000);
		t.meta.pace = paces[i].pace;
		build_lookup(&t, 10000, STREAM_C1, LAST_SEEN_PORT, MAC_OTHER);
		build_bridge(&t, 10100, MAC_OTHER);
		build_lookup(&t, 10000, STREAM_REF, LAST_SEEN_ANSWERED, MAC_PINNED);
		ck_assert_str_eq(cause_at_end(&t, 10250, MAC_OTHER), paces[i].cause);
	}
}
END_TEST

/* The change was read at 10.003 s. Two churn events came before: what was sent at 9.75 s may have
 * met it only if the first of them was still under way at 9.993 s. */
START_TEST(a_change_may_belong_to_an_earlier_churn_event)
{
	static const struct {
		int64_t end_ms;
		const char *cause;
	} ends[] = {{9900, "stale-gateway"}, {9995, "unknown"}};

	for (int i = 0; i < 2; i++) {
		struct trace t;

		begin_arm(&t, 9750);
		build_churn(&t, 9740, OP_JOIN, "a", false);
		build_lookup(&t, 9750, STREAM_C1, LAST_SEEN_PORT, MAC_OTHER);
		build_churn(&t, ends[i].end_ms, OP_JOIN, "a", true);
		build_churn(&t, 9996, OP_JOIN, "b", false);
		build_bridge(&t, 10003, MAC_OTHER);
		build_churn(&t, 10004, OP_JOIN, "b", true);
		ck_assert_str_eq(cause_at_end(&t, 10000, MAC_OTHER), ends[i].cause);
	}
}
END_TEST

static void add_twin(struct trace *t)
{
	build_port(t, 6000, "twin", 20, MAC_PORT2);
	build_port_gone(t, 7000, "twin", 20);
}

static void add_lowest_back(struct trace *t)
{
	build_port(t, 8000, "lowest", PORT_LOWEST + 1, MAC_LOWEST);
}

static void add_lowest_leaves_meanwhile(struct trace *t)
{
	add_lowest_back(t);
	build_churn(t, 9000, OP_LEAVE, "lowest", false);
	build_port_gone(t, 13000, "lowest", PORT_LOWEST + 1);
	build_churn(t, 13001, OP_LEAVE, "lowest", true);
}

START_TEST(forms_follow_the_ports_of_that_moment)
{
	ASSERT_FORM(STALE_NOT_TAKEN, LAST_SEEN_PORT, MAC_LOWEST, add_lowest_back(&t));
	ASSERT_FORM(STALE_FLOODED, LAST_SEEN_PORT, MAC_LOWEST, add_lowest_back(&t),
	    build_port_gone(&t, 9000, "lowest", PORT_LOWEST + 1));
	ASSERT_FORM(STALE_FLOODED, LAST_SEEN_PORT, MAC_PORT2,
	    build_port(&t, 9000, "c2", PORT_C2, MAC_OTHER)); /* re-addressed */
	/* another one had it for a while */
	ASSERT_FORM(STALE_NOT_TAKEN, LAST_SEEN_PORT, MAC_PORT2, add_twin(&t));
	ASSERT_FORM(STALE_NEITHER, LAST_SEEN_PORT, MAC_LOWEST, add_lowest_leaves_meanwhile(&t));
}
END_TEST

static bool at_client(const struct event *ev)
{
	return ev->type == EV_FRAME && ev->u.frame.hop == HOP_CLIENT;
}

static void other_mac_at_port(struct trace *t)
{
	EACH_EVENT (ev, t, EV_FRAME)
		if (ev->u.frame.hop == HOP_PORT)
			ev->u.frame.dst = MAC_OTHER;
}

START_TEST(the_clients_own_capture_comes_first)
{
	/* without it, its port's will do */
	ASSERT_CAUSE("stale-gateway", LAST_SEEN_PORT, MAC_OTHER, leave_out(&t, at_client));
	ASSERT_CAUSE("unknown", LAST_SEEN_PORT, MAC_PINNED, leave_out(&t, at_client));
	ASSERT_CAUSE("unknown", LAST_SEEN_PORT, MAC_PINNED, other_mac_at_port(&t));
}
END_TEST

/* ARP of the gateway for c2, and one for c1 long before: neither held this reply up. */
static void add_reply_of_old(struct trace *t)
{
	build_arp(t, 10003, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 12);
	build_arp(t, 8000, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 11);
	build_arp(t, 10003, HOP_BRIDGE, 0, FRAME_ARP_REPLY, true, 11);
}

START_TEST(the_routers_own_look_up_holds_replies_up)
{
	ASSERT_CAUSE("not-forwarded", LAST_SEEN_BACK_UPLINK, MAC_PINNED, add_reply_of_old(&t));
}
END_TEST

START_TEST(findings_tell_what_the_first_lost_lookup_met)
{
	static const struct {
		enum last_seen last_seen;
		uint64_t dst;
		void (*add)(struct trace *);
		const char *text;
	} lines[] = {
	    {LAST_SEEN_PORT, 0xfe0000000012, NULL,
	        "c1 still sent to fe:00:00:00:00:12 (REACHABLE); 8 lookups not taken by the bridge"},
	    {LAST_SEEN_NOWHERE, 0, add_incomplete,
	        "c1 had no MAC for the gateway (INCOMPLETE); 8 lookups never left it"},
	    {LAST_SEEN_CLIENT, 0, NULL, "c1 had 00:00:00:00:00:00 for the gateway"},
	    {LAST_SEEN_PORT, 0x02000000aaaa, add_blocking,
	        "the port of c1 did not forward; 8 lookups lost"},
	    {LAST_SEEN_BRIDGE, 0x02000000aaaa, NULL, "reached br0 and was not passed on; 8 lost"},
	    {LAST_SEEN_BACK_UPLINK, 0x02000000aaaa, NULL,
	        "reached the uplink as a reply and was not"},
	    {LAST_SEEN_UPSTREAM, 0x02000000aaaa, NULL,
	        "reached the upstream, which did not answer; 8"},
	    {LAST_SEEN_BACK_BRIDGE, 0x02000000aaaa, add_stale_replies,
	        "sent the reply to 02:00:00:00:bb:bb, but c1 has 02:00:00:00:0c:11; 8 lost"},
	    {LAST_SEEN_NOWHERE, 0x02000000aaaa, NULL, "a lookup of c1 was lost; no hop saw it"},
	    {LAST_SEEN_PORT, 0x02000000aaaa, NULL, "it was last seen at its port"},
	    {LAST_SEEN_UPLINK, 0x02000000aaaa, NULL, "it was last seen at the uplink"},
	    {LAST_SEEN_BACK_UPSTREAM, 0x02000000aaaa, NULL, "it was last seen at the upstream"},
	    {LAST_SEEN_BACK_CLIENT, 0x02000000aaaa, NULL,
	        "it was last seen at the client, as a reply"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct trace t;

		build_lossy_arm(
		    &t, 10000, 12000, lines[i].last_seen, mac_from_number(lines[i].dst));
		if (lines[i].add)
			lines[i].add(&t);
		const struct finding *f = finding_with(judged(&t), lines[i].text);
		ck_assert_msg(f && f->t_ns == 10 * S, "case %zu: no '%s'", i, lines[i].text);
	}
}
END_TEST

START_TEST(findings_skip_the_lookups_in_the_bracket)
{
	struct trace t;

	build_arm(&t,
	    TRAFFIC({10000, LAST_SEEN_ANSWERED, MAC_PINNED}, {10500, LAST_SEEN_UPLINK, MAC_PINNED},
	        {20000, LAST_SEEN_PORT, MAC_OTHER}, {60250, LAST_SEEN_ANSWERED, MAC_PINNED}));
	const struct finding *f = finding_with(judged(&t), "c1 still sent to 02:00:00:00:bb:bb");
	ck_assert(f && f->t_ns == 10500 * MS);
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
