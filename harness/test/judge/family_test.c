/* SPDX-License-Identifier: GPL-2.0-or-later */
/* family_test.c: streams of IPv6 and TCP: spread, paced, judged by their own family's neighbours.
 */
#include "test/judge/judge_kit.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "judge/attempt.h"
#include "observed/neigh.h"
#include "scenario/scenario.h"
#include "schedule/schedule.h"
#include "schedule/schedule_meta.h"

static void global(uint8_t *ip, uint8_t last)
{
	memcpy(ip, (uint8_t[16]){0x20, 0x01, 0x0d, 0xb8, [15] = last}, 16);
}

/* The same story over IPv6: ARP becomes solicitations and advertisements, and what the gateway
 * solicits comes from its link-local address. */
static void as_ip6(struct trace *t)
{
	global(t->meta.gateway_ip6, 1);
	for (size_t i = 0; i < t->meta.n_clients; i++)
		global(t->meta.clients[i].ip6, t->meta.clients[i].ip4[3]);
	t->meta.streams[STREAM_C1].family = IP_V6;
	for (struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->type == EV_NEIGH) {
			global(ev->u.neigh.ip, ev->u.neigh.ip[3]);
			ev->u.neigh.family = AF_INET6;
		} else if (ev->type == EV_FRAME && ev->u.frame.family == AF_INET) {
			bool request = ev->u.frame.kind == FRAME_ARP_REQUEST;

			global(ev->u.frame.tip, ev->u.frame.tip[3]);
			global(ev->u.frame.sip, ev->u.frame.sip[3]);
			if (request && ev->u.frame.sip[15] == 1)
				memcpy(ev->u.frame.sip, (uint8_t[8]){0xfe, 0x80}, 8);
			ev->u.frame.kind = request ? FRAME_NS : FRAME_NA;
			ev->u.frame.family = AF_INET6;
			ev->u.frame.dst = mac_from_number(0x3333ff000001);
		}
	}
}

PURE_TEST("family", a_story_is_judged_the_same_over_ipv6)
{
	void (*const stories[])(struct trace *) = {
	    build_broken_control, build_held_arm, build_failed_arm, build_quiet_control};

	for (size_t i = 0; i < ARRAY_SIZE(stories); i++) {
		AUTO_TRACE a = {0}, b = {0};
		AUTO_JUDGEMENT x, y;

		stories[i](&a);
		stories[i](&b);
		as_ip6(&b);
		judge_case(&a, &x);
		judge_case(&b, &y);
		ck_assert_str_eq(verdict_name(x.verdict), verdict_name(y.verdict));
		ck_assert_str_eq(cause_name(x.cause), cause_name(y.cause));
		ck_assert_str_eq(x.why, y.why);
		ck_assert_uint_eq(x.n_outages, y.n_outages);
		ck_assert_uint_eq(x.n_findings, y.n_findings);
		for (size_t k = 0; k < x.n_findings; k++)
			ck_assert_str_eq(x.findings[k].text, y.findings[k].text);
	}
}

/* A broken control with a second stream of c1, which had an outage of its own or none. */
static void two_ways(struct trace *t, enum ip_family family, enum transport transport, bool breaks)
{
	enum { SECOND = STREAM_REF + 1 };

	build_broken_control(t);
	struct stream *streams = mem_alloc((SECOND + 1) * sizeof(*streams));
	memcpy(streams, t->meta.streams, SECOND * sizeof(*streams));
	free(t->meta.streams);
	t->meta.streams = streams;
	streams[SECOND] = streams[STREAM_C1];
	strcpy(streams[SECOND].name, "second");
	t->meta.streams[SECOND].family = (uint8_t)family;
	t->meta.streams[SECOND].transport = (uint8_t)transport;
	t->meta.n_streams = SECOND + 1;
	for (int64_t ms = -2000; ms < 60250; ms += 250) {
		bool lost = breaks && ms >= 5250 && ms < 36000;

		build_lookup(
		    t, ms + 7, SECOND, lost ? LAST_SEEN_PORT : LAST_SEEN_ANSWERED, MAC_LOWEST);
	}
	trace_sort(t);
}

PURE_TEST("family", a_control_breaks_by_each_family_and_transport)
{
	const char *spared = "it broke by stale-gateway over c1/ipv4/udp, but not over second";

	JUDGE_ROW(
	    "both broke", two_ways(&t, IP_V4, TRANSPORT_TCP, true), "pass", "it broke as it must");
	JUDGE_ROW(
	    "not over TCP", two_ways(&t, IP_V4, TRANSPORT_TCP, false), "inconclusive", spared);
	JUDGE_ROW(
	    "not over IPv6", two_ways(&t, IP_V6, TRANSPORT_UDP, false), "inconclusive", spared);
	JUDGE_ROW("not another client of the same way, which may be immune",
	    two_ways(&t, IP_V4, TRANSPORT_UDP, false), "pass", "it broke as it must");
}

PURE_TEST("family", entries_of_one_family_say_nothing_of_the_other)
{
	AUTO_TRACE t = {0};
	struct neighs n;

	build_broken_control(&t);
	neighs_make(&t, 0, &n);
	size_t stages = neigh_of(&n, 0, IP_V4)->gateway.n;
	ck_assert_uint_gt(stages, 2);
	ck_assert_uint_eq(neigh_of(&n, 0, IP_V6)->gateway.n, 1);
	ck_assert_uint_gt(neigh_of(&n, 0, IP_V4)->crossed.n, 0);
	ck_assert_uint_eq(neigh_of(&n, 0, IP_V6)->crossed.n, 0);
	neighs_free(&n);
	as_ip6(&t);
	neighs_make(&t, 0, &n);
	ck_assert_uint_eq(neigh_of(&n, 0, IP_V6)->gateway.n, stages);
	ck_assert_uint_eq(neigh_of(&n, 0, IP_V4)->gateway.n, 1);
	ck_assert_uint_eq(neigh_of(&n, 0, IP_V4)->crossed.n, 0);
	neighs_free(&n);
}

/* A control that held, with this of the gateway over IPv6: an advertisement to all nodes, or a
 * solicitation of `target` from its link-local address. */
static void advertised(struct trace *t, int64_t ms)
{
	build_quiet_control(t);
	build_arp(t, ms, HOP_BRIDGE, 0, FRAME_ARP_REPLY, true, 1);
	build_neigh(t, ms + 2, 0, 2, MAC_PORT1);
	as_ip6(t);
}

static void solicited(struct trace *t, uint8_t target)
{
	build_quiet_control(t);
	build_broadcast(t, 7000, target);
	as_ip6(t);
}

/* c1 does not look up between 20 and 26 s; at 25 s the gateway solicits somebody from this one of
 * its addresses. */
static void solicited_while_idle(struct trace *trace, uint8_t target, bool link_local)
{
	struct trace t;

	build_quiet_control(&t);
	DROP(EV_SENT, ev->t_ns >= 20 * S && ev->t_ns < 26 * S && ev->u.sent.stream == STREAM_C1);
	DROP(EV_FRAME, ev->t_ns >= 20 * S && ev->t_ns < 26 * S);
	t.meta.streams[STREAM_C1].closed_loop = true; /* a gap is no skipped lookup */
	build_broadcast(&t, 25000, target);
	as_ip6(&t);
	if (!link_local)
		global(t.events[t.n - 1].u.frame.sip, 1);
	*trace = t;
}

/* c1 asked for the gateway just before. */
static void after_a_solicitation(struct trace *t, int64_t ms)
{
	build_arp(t, ms, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, false, 1);
	as_ip6(t);
}

PURE_TEST("family", what_the_gateway_sends_to_all_over_ipv6)
{
	JUDGE_ROW("an advertisement", advertised(&t, 7000), "inconclusive", "",
	    !strcmp(j->why, "7.000 s the gateway advertised 2001:db8::1 to all nodes and so healed "
	                    "'c1'"),
	    j->gateway_arps == 1);
	JUDGE_ROW("an advertisement of the new MAC", advertised(&t, 5004), "inconclusive",
	    "announced its new MAC by an unsolicited advertisement", !j->gateway_arps);
	/* unprompted, but nobody takes anything from it */
	JUDGE_ROW("a solicitation of nobody", solicited(&t, 99), "inconclusive",
	    "7.000 s the gateway solicited 2001:db8::63 by multicast", j->gateway_arps == 1,
	    !has(j->why, "healed"));
	/* only the solicited one takes anything from it, and only for the address that it came from
	 */
	JUDGE_ROW("a solicitation of c1 from the address that it has an entry for",
	    solicited_while_idle(&t, 11, false), "inconclusive",
	    "solicited 2001:db8::b by multicast and so healed 'c1'");
	JUDGE_ROW("a solicitation of c1 from another address", solicited_while_idle(&t, 11, true),
	    "inconclusive", "solicited 2001:db8::b by multicast", !has(j->why, "healed"));
	JUDGE_ROW("a solicitation of c2", solicited_while_idle(&t, 12, false), "inconclusive",
	    "solicited 2001:db8::c by multicast", !has(j->why, "healed"));
	JUDGE_ROW("a solicitation that a client's own prompted",
	    (solicited(&t, 99), after_a_solicitation(&t, 3000)), "not-reproduced", "",
	    !j->gateway_arps);
	JUDGE_ROW("a solicitation long after a client's own",
	    (solicited(&t, 99), after_a_solicitation(&t, 2900)), "inconclusive", "",
	    j->gateway_arps == 1);
	JUDGE_ROW("an advertisement is not prompted by a client's solicitation",
	    (advertised(&t, 7000), after_a_solicitation(&t, 6000)), "inconclusive", "",
	    j->gateway_arps == 1);
}

static void segment(
    struct trace *t, int64_t ms, enum frame_kind kind, enum hop hop, bool handshake, struct mac dst)
{
	struct event *ev = build(t, ms, EV_FRAME, WHERE_ROUTER);

	ev->u.frame.kind = (uint8_t)kind;
	ev->u.frame.hop = (uint8_t)hop;
	ev->u.frame.stream = STREAM_C1;
	ev->u.frame.seq = 7;
	ev->u.frame.client = hop == HOP_CLIENT || hop == HOP_PORT ? 0 : 255;
	ev->u.frame.handshake = handshake;
	ev->u.frame.dst = dst;
}

PURE_TEST("family", a_connection_goes_the_way_twice)
{
	AUTO_TRACE t = {0};
	struct attempts all;

	build_meta(&t, "x", CAUSE_NONE);
	t.meta.streams[STREAM_C1].transport = TRANSPORT_TCP;
	struct event *ev = build(&t, 1000, EV_SENT, WHERE_CLIENT);
	ev->u.sent.stream = STREAM_C1;
	ev->u.sent.seq = 7;
	for (int hop = HOP_CLIENT; hop <= HOP_UPSTREAM; hop++) {
		segment(&t, 1001, FRAME_QUERY, (enum hop)hop, true, MAC_PORT1);
		segment(&t, 1002, FRAME_REPLY, (enum hop)hop, true, MAC_CLIENT1);
	}
	trace_sort(&t);
	attempts_make(&t, &all);
	ck_assert_uint_eq(all.n, 1);
	ck_assert_uint_eq(all.items[0].asked, 31);
	ck_assert_uint_eq(all.items[0].replied, 31);
	attempts_free(&all);
	/* then its query gets as far as the port; a handshake frame that comes late says nothing */
	segment(&t, 1003, FRAME_QUERY, HOP_CLIENT, false, MAC_OTHER);
	segment(&t, 1004, FRAME_REPLY, HOP_CLIENT, true, MAC_CLIENT1);
	segment(&t, 1005, FRAME_QUERY, HOP_PORT, false, MAC_OTHER);
	trace_sort(&t);
	attempts_make(&t, &all);
	ck_assert_uint_eq(all.items[0].asked, HOP_BIT(HOP_CLIENT) | HOP_BIT(HOP_PORT));
	ck_assert_uint_eq(all.items[0].replied, 0);
	ck_assert(!mac_cmp(all.items[0].client_dst, MAC_OTHER));
	attempts_free(&all);
}

/* The lookups of [10 s, 12 s) are lost; only the first leaves the client, again and again. */
static void only_the_first_leaves(struct trace *t, enum transport transport)
{
	build_lossy_arm(t, 10000, 12000, LAST_SEEN_PORT, MAC_OTHER);
	t->meta.streams[STREAM_C1].transport = (uint8_t)transport;
	EACH_EVENT (ev, t, EV_FRAME)
		if (ev->u.frame.stream == STREAM_C1 && ev->t_ns >= 10250 * MS && ev->t_ns < 12 * S)
			ev->u.frame.stream = UINT16_MAX - 1;
	for (int64_t ms = 10200; ms < 15000; ms += 800) {
		struct event *ev = build_query(t, ms, HOP_CLIENT, 0);

		ev->u.frame.seq = build_seq(10000);
		ev->u.frame.dst = MAC_OTHER;
	}
}

PURE_TEST("family", causes_by_transport)
{
	JUDGE_ROW("on a kept connection lookups wait behind the first",
	    only_the_first_leaves(&t, TRANSPORT_TCP_KEPT), "", "", j->n_outages == 1,
	    cause_is(j, "stale-gateway flooded"));
	JUDGE_ROW("others do not", only_the_first_leaves(&t, TRANSPORT_UDP), "", "",
	    j->n_outages == 1, cause_is(j, "unknown"));
	CAUSE_ROW("an ICMP error about a lookup says why", "too-big", "", LAST_SEEN_BACK_UPLINK,
	    MAC_PORT1,
	    EVERY(250, 10000, 12000,
	        build_query(&t, ms, HOP_UPLINK, 255)->u.frame.kind = FRAME_TOO_BIG));
}

/* The control of a scenario with these lookups: its pace and its streams. */
static double pace_of(const char *lookups, struct trace_meta *meta)
{
	char *text =
	    mem_printf("summary: x\nclients: {c1: {}, c2: {}}\n"
	               "churn: {low: {joins: before, leaves: at 5s, port-mac: below-all}}\n"
	               "lookups: {%s}\nduration: 40s\n"
	               "arms: {inherited: {breaks: stale-gateway}}\n",
	        lookups);
	struct scenario_options o = {0};
	struct scenario *s = NULL;
	struct schedule plan;
	struct buf messages = {0};

	ck_assert_msg(
	    scenario_parse("x.yaml", text, strlen(text), &o, &s, &messages) == 0, "%s", messages.s);
	schedule_make(&s->cases[0], 1, 20, &plan);
	schedule_meta(&s->cases[0], &plan, "6", NULL, meta);
	double pace = plan.pace;
	schedule_free(&plan);
	scenario_free(s);
	free(text);
	return pace;
}

PURE_TEST("family", streams_and_pace_follow_family_and_transport)
{
	static const struct {
		const char *lookups, *names;
		double pace;
	} want[] = {
	    {"every: 500ms", "c1/ipv4/udp c2/ipv4/udp reference ", 20},
	    {"every: 500ms, family: ipv6, from: [c2]", "c2/ipv6/udp reference ", 20},
	    {"every: 500ms, family: both, transport: both, from: [c1]",
	        "c1/ipv4/udp c1/ipv4/tcp c1/ipv6/udp c1/ipv6/tcp reference ", 6.25},
	    /* four connections each 500 ms, 40 ms apart */
	    {"every: 500ms, family: both, transport: tcp",
	        "c1/ipv4/tcp c1/ipv6/tcp c2/ipv4/tcp c2/ipv6/tcp reference ", 3.125},
	    /* a SYN that is sent again could help: real time */
	    {"every: 500ms, timeout: 2s, transport: tcp, from: [c1]", "c1/ipv4/tcp reference ", 1},
	    {"every: 500ms, timeout: 4s, transport: tcp-kept, from: [c1]",
	        "c1/ipv4/tcp-kept reference ", 4},
	};

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		AUTO_TRACE t = {0};
		AUTO_BUF names = {0};

		double pace = pace_of(want[i].lookups, &t.meta);
		ck_assert_msg(pace == want[i].pace, "%s: %g", want[i].lookups, pace);
		for (size_t k = 0; k < t.meta.n_streams; k++)
			buf_printf(&names, "%s ", t.meta.streams[k].name);
		ck_assert_str_eq(names.s, want[i].names);
		bool ip6 = strstr(want[i].names, "ipv6") != NULL;
		ck_assert_int_eq(t.meta.gateway_ip6[15], ip6);
		ck_assert_int_eq(t.meta.clients[1].ip6[15], ip6 ? 0x12 : 0);
	}
}
