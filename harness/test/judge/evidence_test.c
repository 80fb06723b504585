/* evidence_test.c: tests of what decides a cause beside the farthest hop: MTUs, the client's own
 * MAC, ARP on the bridge, what was held back; and of frames at bystanders and how an outage ended.
 */
#include "test/kit/ctest.h"

#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/units.h"
#include "judge/judge.h"
#include "test/kit/builder.h"

#define S NS_PER_S
#define MS NS_PER_MS

static void done(struct trace *t, struct judgement *j)
{
	trace_free(t);
	judgement_free(j);
}

/* Judges an arm that lost [10 s, 12 s); more events by `add`. Caller frees both. */
static void lossy(struct trace *t, struct judgement *j, enum far far, void (*add)(struct trace *))
{
	build_lossy_arm(t, 10000, 12000, far, MAC_PINNED);
	if (add)
		add(t);
	trace_sort(t);
	judge_case(t, j);
}

static const char *cause_after(enum far far, void (*add)(struct trace *))
{
	struct trace t;
	struct judgement j;

	lossy(&t, &j, far, add);
	ck_assert_uint_eq(j.n_outages, 1);
	enum cause cause = j.outages[0].cause;
	done(&t, &j);
	return cause_name(cause);
}

/* ---- too big ---- */

static void sizes(struct trace *t, uint16_t len, bool df)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type == EV_FRAME && t->events[i].u.frame.kind <= FRAME_REPLY) {
			t->events[i].u.frame.len = len;
			t->events[i].u.frame.df = df;
		}
}

/* A device that had 1500 has `mtu` from 9 s to 13 s. */
static void device(struct trace *t, const char *name, int ifindex, uint32_t mtu)
{
	const struct {
		int64_t ms;
		uint32_t mtu;
	} steps[] = {{-2900, 1500}, {9000, mtu}, {13000, 1500}};

	for (size_t i = 0; i < 3; i++) {
		build_port(t, steps[i].ms, name, ifindex, MAC_PORT1);
		t->events[t->n - 1].u.link.mtu = steps[i].mtu;
		if (ifindex == BR || ifindex == 99)
			t->events[t->n - 1].u.link.master = 0;
		if (ifindex == BR)
			t->events[t->n - 1].u.link.mac = MAC_PINNED;
	}
}

static void uplink_fits(struct trace *t)
{
	sizes(t, 68, true);
	device(t, "up0", 99, 68);
}

static void uplink_small(struct trace *t)
{
	sizes(t, 69, true);
	device(t, "up0", 99, 68);
}

static void uplink_fragments(struct trace *t)
{
	sizes(t, 69, false);
	device(t, "up0", 99, 68);
}

static void uplink_within_tag(struct trace *t)
{
	sizes(t, 72, true);
	device(t, "up0", 99, 68);
}

static void uplink_over_tag(struct trace *t)
{
	sizes(t, 73, true);
	device(t, "up0", 99, 68);
}

static void bridge_small(struct trace *t)
{
	sizes(t, 69, true);
	device(t, "br0", BR, 68);
}

static void port_within_tag(struct trace *t)
{
	sizes(t, 72, true);
	device(t, "c1", PORT_C1, 68);
}

static void port_over_tag(struct trace *t)
{
	sizes(t, 73, false);
	device(t, "c1", PORT_C1, 68);
}

START_TEST(cause_too_big)
{
	ck_assert_str_eq(cause_after(FAR_BRIDGE, uplink_small), "too-big");
	ck_assert_str_eq(cause_after(FAR_BRIDGE, uplink_fits), "not-forwarded");
	ck_assert_str_eq(cause_after(FAR_BRIDGE, uplink_fragments), "unknown");
	ck_assert_str_eq(cause_after(FAR_BACK_UPLINK, bridge_small), "too-big");
	/* the uplink's other end takes a VLAN tag more, and so does a port */
	ck_assert_str_eq(cause_after(FAR_BACK_UPSTREAM, uplink_over_tag), "too-big");
	ck_assert_str_eq(cause_after(FAR_BACK_UPSTREAM, uplink_within_tag), "unknown");
	ck_assert_str_eq(cause_after(FAR_BACK_BRIDGE, port_over_tag), "too-big");
	ck_assert_str_eq(cause_after(FAR_BACK_BRIDGE, port_within_tag), "unknown");
	ck_assert_str_eq(cause_after(FAR_CLIENT, port_over_tag), "too-big");
	ck_assert_str_eq(cause_after(FAR_PORT, port_over_tag), "unknown");
}
END_TEST

START_TEST(so_tells_sizes)
{
	struct trace t;
	struct judgement j;

	lossy(&t, &j, FAR_BRIDGE, uplink_small);
	ck_assert_str_eq(j.so,
	    "8 lookups of 69 bytes, not to be fragmented, were over the uplink's MTU "
	    "68");
	done(&t, &j);
	lossy(&t, &j, FAR_BACK_UPLINK, bridge_small);
	ck_assert_str_eq(
	    j.so, "8 answers of 69 bytes, not to be fragmented, were over br0's MTU 68");
	done(&t, &j);
	lossy(&t, &j, FAR_BACK_BRIDGE, port_over_tag);
	ck_assert_str_eq(j.so, "8 answers of 73 bytes were dropped by port c1, whose MTU is 68");
	done(&t, &j);
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
	build_neigh(t, 9900, 0, 0x20, (struct mac){0});
	build_neigh(t, 13001, 0, 2, MAC_PINNED);
}

/* From 9 s on c1 sends from another MAC. */
static void client1_changes(struct trace *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type == EV_FRAME && t->events[i].t_ns > 9 * S &&
		    t->events[i].u.frame.hop == HOP_CLIENT && t->events[i].u.frame.out)
			t->events[i].u.frame.src = MAC_OTHER;
}

START_TEST(the_clients_own_mac_decides)
{
	ck_assert_str_eq(cause_after(FAR_BACK_BRIDGE, bridge_is_client1), "dead-gateway");
	ck_assert_str_eq(cause_after(FAR_PORT, bridge_is_client1), "dead-gateway");
	ck_assert_str_eq(cause_after(FAR_NOWHERE, bridge_is_client1_unresolved), "dead-gateway");
	/* replies go on to the MAC that it had */
	ck_assert_str_eq(cause_after(FAR_BACK_BRIDGE, client1_changes), "stale-client");
	ck_assert_str_eq(cause_after(FAR_BACK_CLIENT, client1_changes), "stale-client");
	ck_assert_str_eq(cause_after(FAR_BACK_UPLINK, client1_changes), "not-forwarded");
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
	build_neigh(t, 9900, 0, 1, (struct mac){0});
	for (int64_t ms = 9950; ms < 12000; ms += 1000) {
		build_arp(t, ms, HOP_CLIENT, 0, FRAME_ARP_REQUEST, false, 1);
		build_arp(t, ms, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, false, 1);
		t->events[t->n - 1].u.frame.out = 0;
	}
	build_neigh(t, 12490, 0, 2, MAC_PINNED);
	go_on(t, HOP_CLIENT);
	go_on(t, HOP_BRIDGE);
}

static void goes_on_at_uplink(struct trace *t)
{
	go_on(t, HOP_UPLINK);
}

START_TEST(what_went_on_after_its_deadline_was_not_lost_there)
{
	ck_assert_str_eq(cause_after(FAR_NOWHERE, unresolved_until_late), "unresolved-gateway");
	ck_assert_str_eq(cause_after(FAR_BRIDGE, goes_on_at_uplink), "unknown"); /* slow */
}
END_TEST

/* The port is shut from 9 s to 11.4 s; what was asked for meanwhile fails at 11.9 s. */
static void shut_then_failed(struct trace *t)
{
	build_port_state(t, 9000, "c1", PORT_C1, 0);
	build_port_state(t, 11400, "c1", PORT_C1, 3);
	build_neigh(t, 9001, 0, 1, (struct mac){0});
	build_neigh(t, 11900, 0, 0x20, (struct mac){0});
	build_neigh(t, 11995, 0, 2, MAC_PINNED);
}

START_TEST(what_waited_for_a_shut_port_is_lost_with_its_entry)
{
	struct trace t;
	struct judgement j;

	lossy(&t, &j, FAR_NOWHERE, shut_then_failed);
	ck_assert_str_eq(cause_name(j.cause), "port-not-forwarding");
	ck_assert_str_eq(j.so,
	    "port c1 was disabled from 9.000 s to 11.400 s: 8 lookups were lost; "
	    "answered again at 12.000 s, when its port forwarded again");
	done(&t, &j);
}
END_TEST

static void uplink_unanswered(struct trace *t)
{
	for (int64_t ms = 10000; ms < 12000; ms += 1000) {
		build_arp(t, ms, HOP_UPLINK, 0, FRAME_ARP_REQUEST, true, 1);
		t->events[t->n - 1].u.frame.out = 1;
	}
}

static void uplink_answered(struct trace *t)
{
	uplink_unanswered(t);
	for (int64_t ms = 10001; ms < 12000; ms += 1000) {
		build_arp(t, ms, HOP_UPLINK, 0, FRAME_ARP_REPLY, true, 1);
		t->events[t->n - 1].u.frame.out = 0;
	}
}

/* The gateway asks for c1 every second from 9.9 s on; nothing of it comes out of c1's port. */
static void unfound(struct trace *t)
{
	build_router_neigh(t, 9500, 0, 0, (struct mac){0});
	for (int64_t ms = 9900; ms < 12500; ms += 1000)
		build_arp(t, ms, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 11);
}

static void unfound_until_it_asks(struct trace *t)
{
	unfound(t);
	build_router_neigh(t, 11900, 0, 0x20, (struct mac){0});
	build_arp(t, 11990, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, false, 1);
	t->events[t->n - 1].u.frame.out = 0;
	build_router_neigh(t, 11990, 0, 4, MAC_CLIENT1);
}

static void asked_at(struct trace *t, enum hop hop)
{
	unfound(t);
	for (int64_t ms = 9900; ms < 12500; ms += 1000) {
		build_arp(t, ms, hop, 0, FRAME_ARP_REQUEST, true, 11);
		t->events[t->n - 1].u.frame.out = hop == HOP_PORT;
	}
}

static void asked_at_port(struct trace *t)
{
	asked_at(t, HOP_PORT);
}

static void asked_at_client(struct trace *t)
{
	asked_at(t, HOP_CLIENT);
}

/* Somebody else is looked for there. */
static void other_asked_at_port(struct trace *t)
{
	unfound(t);
	for (int64_t ms = 9900; ms < 12500; ms += 1000) {
		build_arp(t, ms, HOP_PORT, 0, FRAME_ARP_REQUEST, true, 12);
		t->events[t->n - 1].u.frame.out = 1;
	}
}

static void unfound_behind_shut_port(struct trace *t)
{
	unfound(t);
	build_port_state(t, 9000, "c1", PORT_C1, 0);
}

static void unfound_behind_port_shut_meanwhile(struct trace *t)
{
	unfound(t);
	build_port_state(t, 9000, "c1", PORT_C1, 0);
	build_port_state(t, 10500, "c1", PORT_C1, 3);
	build_port_state(t, 11800, "c1", PORT_C1, 0);
}

static void asked_for_though_known(struct trace *t)
{
	unfound(t);
	build_router_neigh(t, 9600, 0, 0x10, MAC_CLIENT1);
}

START_TEST(cause_unresolved_client)
{
	ck_assert_str_eq(cause_after(FAR_BACK_UPLINK, unfound), "unresolved-client");
	ck_assert_str_eq(cause_after(FAR_BACK_UPLINK, other_asked_at_port), "unresolved-client");
	/* it was asked, and did not answer, or the answer was lost */
	ck_assert_str_eq(cause_after(FAR_BACK_UPLINK, asked_at_port), "unknown");
	ck_assert_str_eq(cause_after(FAR_BACK_UPLINK, asked_at_client), "unknown");
	ck_assert_str_eq(cause_after(FAR_BACK_UPLINK, asked_for_though_known), "unknown");
	ck_assert_str_eq(
	    cause_after(FAR_BACK_UPLINK, unfound_behind_shut_port), "port-not-forwarding");
	ck_assert_str_eq(
	    cause_after(FAR_BACK_UPLINK, unfound_behind_port_shut_meanwhile), "unknown");
	/* nobody was looked for */
	ck_assert_str_eq(cause_after(FAR_BACK_UPLINK, NULL), "not-forwarded");
}
END_TEST

START_TEST(a_client_that_is_not_found_is_told_of)
{
	struct trace t;
	struct judgement j;

	lossy(&t, &j, FAR_BACK_UPLINK, unfound_until_it_asks);
	ck_assert_str_eq(cause_name(j.cause), "unresolved-client");
	ck_assert_str_eq(j.so,
	    "br0 asked for c1 by 2 ARP requests from 10.000 s on, none of which came out of port "
	    "c1, so 8 answers waited for it in vain; answered again at 12.000 s, when it asked for "
	    "the gateway, which so learned 02:00:00:00:0c:11");
	done(&t, &j);
}
END_TEST

START_TEST(a_router_that_cannot_find_the_upstream_is_no_firewall)
{
	ck_assert_str_eq(cause_after(FAR_BRIDGE, uplink_unanswered), "unknown");
	ck_assert_str_eq(cause_after(FAR_BRIDGE, uplink_answered), "not-forwarded");
}
END_TEST

static void gateway_address(struct trace *t, int64_t ms, uint8_t last, bool gone)
{
	struct event *ev = build(t, ms, EV_ADDR, WHERE_ROUTER);

	strcpy(ev->u.addr.dev, "br0");
	memcpy(ev->u.addr.addr, (uint8_t[]){192, 0, 2, last}, 4);
	ev->u.addr.family = AF_INET;
	ev->u.addr.prefix = 24;
	ev->u.addr.gone = gone;
}

static void address_gone(struct trace *t)
{
	gateway_address(t, 9500, 1, true);
}

static void address_gone_and_back(struct trace *t)
{
	gateway_address(t, 9500, 1, true);
	gateway_address(t, 9600, 1, false);
}

static void another_address_gone(struct trace *t)
{
	gateway_address(t, 9500, 2, true);
}

static bool told_of_address(void (*add)(struct trace *))
{
	struct trace t;
	struct judgement j;

	lossy(&t, &j, FAR_BRIDGE, add);
	ck_assert_str_eq(cause_name(j.cause), "not-forwarded");
	bool told = strstr(j.so, ": br0 had lost its IPv4 address") != NULL;
	ck_assert(told != (strstr(j.so, "the router's firewall and routes") != NULL));
	done(&t, &j);
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
	struct judgement j;

	build_held_arm(&t);
	overheard(&t, 10000, 11750); /* seven */
	overheard(&t, 20000, 20250);
	trace_sort(&t);
	judge_case(&t, &j);
	ck_assert_str_eq(verdict_name(j.verdict), "pass");
	ck_assert_uint_eq(j.invariants, 0);
	done(&t, &j);

	build_held_arm(&t);
	overheard(&t, 10000, 12000);
	trace_sort(&t);
	judge_case(&t, &j);
	ck_assert_str_eq(verdict_name(j.verdict), "fail");
	ck_assert_uint_eq(j.invariants, INVARIANT_BYSTANDER);
	ck_assert_str_eq(invariant_name(INVARIANT_BYSTANDER), "bystander-frames");
	ASSERT_HAS(j.why,
	    "8 lookups of c1/ipv4/udp in a row, which were for br0, came out of 2 other "
	    "ports as well at 10.000 s");
	done(&t, &j);

	/* a control's frames are flooded: that is its point */
	build_broken_control(&t);
	overheard(&t, 10000, 20000);
	trace_sort(&t);
	judge_case(&t, &j);
	ck_assert_uint_eq(j.invariants, 0);
	done(&t, &j);

	/* and so are those for a MAC that is not br0's */
	build_lossy_arm(&t, 10000, 20000, FAR_PORT, MAC_OTHER);
	overheard(&t, 10000, 20000);
	trace_sort(&t);
	judge_case(&t, &j);
	ck_assert_uint_eq(j.invariants, 0);
	ck_assert_int_eq(j.form, STALE_FLOODED);
	ASSERT_HAS(j.so, "so 40 lookups were flooded to 2 ports");
	done(&t, &j);
}
END_TEST

START_TEST(carrier_is_told_by_the_ports)
{
	struct trace t;
	struct judgement j;

	for (int i = 0; i < 2; i++) {
		build_held_arm(&t);
		build_port_state(&t, -1000, "c2", PORT_C2, 3);
		build_port_state(&t, 10000, "c1", PORT_C1, 0);
		if (i)
			build_port_state(&t, 10001, "c2", PORT_C2, 0);
		build_port_state(&t, 10010, "c1", PORT_C1, 3);
		trace_sort(&t);
		judge_case(&t, &j);
		ck_assert_uint_eq(j.invariants, i ? INVARIANT_CARRIER : 0);
		if (i)
			ASSERT_HAS(j.why,
			    "br0 lost carrier with its last port that forwarded at 10.001 s");
		done(&t, &j);
	}
}
END_TEST

START_TEST(a_local_entry_that_is_replaced_is_missed)
{
	struct trace t;
	struct judgement j;

	build_held_arm(&t);
	build_fdb(&t, 10000, "c2", MAC_PINNED, false);
	t.events[t.n - 1].u.fdb.state = 0x40;
	build_fdb(&t, 10000, "c2", MAC_CLIENT2, false);
	t.events[t.n - 1].u.fdb.state = 0x02;
	trace_sort(&t);
	judge_case(&t, &j);
	ck_assert_uint_eq(j.invariants, INVARIANT_LOCAL_FDB);
	ASSERT_HAS(j.why, "br0's MAC 02:00:00:00:aa:aa was looked for behind port c2 at 10.000 s");
	done(&t, &j);
}
END_TEST

/* ---- how it ended ---- */

static void ends_by_asking(struct trace *t)
{
	build_neigh(t, 35000, 0, 0x20, (struct mac){0});
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

	for (size_t i = 0; i < 3; i++) {
		struct trace t;
		struct judgement j;

		build_failed_arm(&t);
		if (ends[i].add)
			ends[i].add(&t);
		trace_sort(&t);
		judge_case(&t, &j);
		ASSERT_HAS(j.so, ends[i].text);
		done(&t, &j);
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
