/* SPDX-License-Identifier: GPL-2.0-or-later */
/* builder.c: synthetic traces for the tests of trace, judge and report. */
#include "test/kit/builder.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/units.h"

#define MS NS_PER_MS

struct event *build(struct trace *t, int64_t ms, enum event_type type, uint8_t where)
{
	struct event ev = {
	    .t_ns = ms * MS, .type = (uint8_t)type, .where = where, .order = (uint32_t)t->n};

	trace_add(t, &ev);
	return &t->events[t->n - 1];
}

void build_meta(struct trace *t, const char *arm, enum cause breaks)
{
	struct trace_meta *m = &t->meta;

	*t = (struct trace){0};
	m->scenario = mem_strdup("lowest-port-leaves");
	m->arm = mem_strdup(arm);
	m->name = mem_printf("lowest-port-leaves/%s,leaves-by=delete", arm);
	m->group = mem_strdup("lowest-port-leaves/leaves-by=delete");
	m->slug = mem_printf("lowest-port-leaves_%s_leaves-by=delete", arm);
	m->summary = mem_strdup("The lowest-MAC port leaves");
	m->kernel = mem_strdup("6.18.44");
	m->config = mem_strdup("# seed 7f3a\nsummary: The lowest-MAC port leaves\n");
	m->seed = 0x7f3a;
	m->pace = 1;
	m->breaks = breaks;
	m->limits.answered = -1;
	m->warmup_ns = 2 * NS_PER_S;
	m->duration_ns = 60 * NS_PER_S;
	m->min_outage_ns = 10 * NS_PER_S;
	memcpy(m->gateway_ip4, (uint8_t[]){192, 0, 2, 1}, 4);
	m->n_clients = 2;
	m->clients = mem_alloc(2 * sizeof(*m->clients));
	m->clients[0] = (struct client_meta){
	    .name = "c1", .ip4 = {192, 0, 2, 11}, .mac = MAC_CLIENT1, .port_mac = MAC_PORT1};
	m->clients[1] = (struct client_meta){
	    .name = "c2", .ip4 = {192, 0, 2, 12}, .mac = MAC_CLIENT2, .port_mac = MAC_PORT2};
	m->n_streams = 2;
	m->streams = mem_alloc(2 * sizeof(*m->streams));
	m->streams[STREAM_C1] = (struct stream){
	    .name = "c1/ipv4/udp", .client = 0, .interval_ns = 250 * MS, .timeout_ns = NS_PER_S};
	m->streams[STREAM_REF] = (struct stream){.name = "reference",
	    .client = -1,
	    .reference = true,
	    .interval_ns = NS_PER_S,
	    .timeout_ns = NS_PER_S};
}

void build_phase(struct trace *t, int64_t ms, enum phase phase, const char *text)
{
	struct event *ev = build(t, ms, EV_PHASE, WHERE_ROUTER);

	ev->u.phase.phase = (uint8_t)phase;
	snprintf(ev->u.phase.text, sizeof(ev->u.phase.text), "%s", text);
}

static struct event *link_event(struct trace *t, int64_t ms, const char *name, int ifindex)
{
	struct event *ev = build(t, ms, EV_LINK, WHERE_ROUTER);

	snprintf(ev->u.link.name, sizeof(ev->u.link.name), "%s", name);
	ev->u.link.ifindex = ifindex;
	ev->u.link.mtu = 1500;
	ev->u.link.carrier = 1;
	ev->u.link.port_state = 255;
	return ev;
}

struct event *build_bridge(struct trace *t, int64_t ms, struct mac mac)
{
	struct event *ev = link_event(t, ms, "br0", BR);

	ev->u.link.mac = mac;
	return ev;
}

struct event *build_port(struct trace *t, int64_t ms, const char *name, int ifindex, struct mac mac)
{
	struct event *ev = link_event(t, ms, name, ifindex);

	ev->u.link.master = BR;
	ev->u.link.mac = mac;
	return ev;
}

struct event *build_port_state(
    struct trace *t, int64_t ms, const char *name, int ifindex, uint8_t state)
{
	struct event *ev = link_event(t, ms, name, ifindex);

	ev->u.link.master = BR;
	ev->u.link.bridge_msg = 1;
	ev->u.link.port_state = state;
	return ev;
}

struct event *build_port_released(struct trace *t, int64_t ms, const char *name, int ifindex)
{
	struct event *ev = link_event(t, ms, name, ifindex);

	ev->u.link.bridge_msg = 1;
	ev->u.link.gone = 1;
	ev->u.link.master = BR;
	return ev;
}

struct event *build_port_gone(struct trace *t, int64_t ms, const char *name, int ifindex)
{
	struct event *ev = link_event(t, ms, name, ifindex);

	ev->u.link.gone = 1;
	return ev;
}

struct event *build_fdb(struct trace *t, int64_t ms, const char *port, struct mac mac, bool gone)
{
	struct event *ev = build(t, ms, EV_FDB, WHERE_ROUTER);

	snprintf(ev->u.fdb.port, sizeof(ev->u.fdb.port), "%s", port);
	ev->u.fdb.mac = mac;
	ev->u.fdb.state = 0x80;
	ev->u.fdb.gone = gone;
	return ev;
}

struct event *build_churn(struct trace *t, int64_t ms, enum churn_op op, const char *port, bool end)
{
	struct event *ev = build(t, ms, EV_CHURN, WHERE_ROUTER);

	snprintf(ev->u.churn.port, sizeof(ev->u.churn.port), "%s", port);
	ev->u.churn.op = (uint8_t)op;
	ev->u.churn.end = end;
	ev->u.churn.due_ns = ms * MS;
	return ev;
}

static struct event *neigh(
    struct trace *t, int64_t ms, uint8_t where, uint8_t last, uint16_t state, struct mac mac)
{
	struct event *ev = build(t, ms, EV_NEIGH, where);

	memcpy(ev->u.neigh.ip, (uint8_t[]){192, 0, 2, last}, 4);
	ev->u.neigh.family = AF_INET;
	ev->u.neigh.state = state;
	ev->u.neigh.mac = mac;
	snprintf(ev->u.neigh.dev, sizeof(ev->u.neigh.dev), "%s", where ? "eth0" : "br0");
	return ev;
}

struct event *build_neigh(struct trace *t, int64_t ms, int client, uint16_t state, struct mac mac)
{
	return neigh(t, ms, (uint8_t)(WHERE_CLIENT + client), 1, state, mac);
}

struct event *build_router_neigh(
    struct trace *t, int64_t ms, int client, uint16_t state, struct mac mac)
{
	return neigh(t, ms, WHERE_ROUTER, (uint8_t)(11 + client), state, mac);
}

struct event *build_arp(struct trace *t, int64_t ms, enum hop hop, int client, enum frame_kind kind,
    bool from_gateway, uint8_t target)
{
	struct event *ev = build(t, ms, EV_FRAME, WHERE_ROUTER);
	uint8_t source = from_gateway ? 1 : (uint8_t)(11 + client);

	ev->u.frame.kind = (uint8_t)kind;
	ev->u.frame.hop = (uint8_t)hop;
	ev->u.frame.out = from_gateway == (hop == HOP_BRIDGE);
	ev->u.frame.stream = UINT16_MAX;
	ev->u.frame.client = hop == HOP_CLIENT || hop == HOP_PORT ? (uint8_t)client : 255;
	ev->u.frame.src = from_gateway ? MAC_PORT1 : MAC_CLIENT1;
	ev->u.frame.dst = mac_from_number(0xffffffffffff);
	ev->u.frame.family = AF_INET;
	memcpy(ev->u.frame.sip, (uint8_t[]){192, 0, 2, source}, 4);
	memcpy(ev->u.frame.tip, (uint8_t[]){192, 0, 2, target}, 4);
	return ev;
}

struct event *build_state(
    struct trace *t, int64_t ms, struct mac mac, uint8_t assign_type, bool at_end)
{
	struct event *ev = build(t, ms, EV_STATE, WHERE_ROUTER);

	ev->u.state.mac = mac;
	ev->u.state.mtu = 1500;
	ev->u.state.carrier = 1;
	ev->u.state.assign_type = assign_type;
	ev->u.state.local_fdb = 1;
	ev->u.state.at_end = at_end;
	return ev;
}

uint32_t build_seq(int64_t ms)
{
	return (uint32_t)(ms + 100000) / 250;
}

static void frame(struct trace *t, int64_t ms, int stream, uint32_t seq, enum frame_kind kind,
    enum hop hop, struct mac dst)
{
	struct event *ev = build(t, ms, EV_FRAME, WHERE_ROUTER);

	ev->u.frame.kind = (uint8_t)kind;
	ev->u.frame.hop = (uint8_t)hop;
	ev->u.frame.out = kind == FRAME_QUERY ? hop == HOP_CLIENT || hop == HOP_UPLINK
	                                      : hop == HOP_BRIDGE || hop == HOP_PORT;
	ev->u.frame.stream = (uint16_t)stream;
	ev->u.frame.seq = seq;
	ev->u.frame.client = hop == HOP_CLIENT || hop == HOP_PORT ? 0 : 255;
	ev->u.frame.src = kind == FRAME_QUERY ? MAC_CLIENT1 : MAC_PORT1;
	ev->u.frame.dst = dst;
}

void build_lookup(struct trace *t, int64_t ms, int stream, enum last_seen last_seen, struct mac dst)
{
	static const enum hop hops[] = {HOP_CLIENT, HOP_PORT, HOP_BRIDGE, HOP_UPLINK, HOP_UPSTREAM};
	uint32_t seq = build_seq(ms);
	struct event *ev = build(t, ms, EV_SENT, WHERE_ROUTER);

	ev->u.sent.stream = (uint16_t)stream;
	ev->u.sent.seq = seq;
	ev->u.sent.due_ns = ms * MS;
	if (stream != STREAM_REF) {
		for (int i = 0; i < 5 && (int)last_seen >= LAST_SEEN_CLIENT + i; i++)
			frame(t, ms, stream, seq, FRAME_QUERY, hops[i], dst);
		for (int i = 0; i < 5 && (int)last_seen >= LAST_SEEN_BACK_UPSTREAM + i; i++)
			frame(t, ms + 1, stream, seq, FRAME_REPLY, hops[4 - i], MAC_CLIENT1);
	}
	if (last_seen != LAST_SEEN_ANSWERED)
		return;
	ev = build(t, ms + 2, EV_ANSWER, WHERE_ROUTER);
	ev->u.answer.stream = (uint16_t)stream;
	ev->u.answer.seq = seq;
	ev->u.answer.read_ns = (ms + 2) * MS;
}

void build_traffic(
    struct trace *t, int64_t from_ms, int64_t to_ms, enum last_seen last_seen, struct mac dst)
{
	for (int64_t ms = from_ms; ms < to_ms; ms += 250) {
		build_lookup(t, ms, STREAM_C1, last_seen, dst);
		if (ms % 1000 == 0)
			build_lookup(t, ms, STREAM_REF, LAST_SEEN_ANSWERED, dst);
	}
}

void build_begin(struct trace *t, struct mac mac, uint8_t assign_type)
{
	struct event *ev;

	build_phase(t, -3000, PHASE_LAB, "");
	build_bridge(t, -2900, mac);
	build_port(t, -2890, "c1", PORT_C1, MAC_PORT1);
	build_port_state(t, -2889, "c1", PORT_C1, 3);
	build_port(t, -2880, "c2", PORT_C2, MAC_PORT2);
	build_port(t, -2870, "lowest", PORT_LOWEST, MAC_LOWEST);
	ev = build(t, -2860, EV_ADDR, WHERE_ROUTER);
	snprintf(ev->u.addr.dev, sizeof(ev->u.addr.dev), "br0");
	memcpy(ev->u.addr.addr, (uint8_t[]){192, 0, 2, 1}, 4);
	ev->u.addr.family = AF_INET;
	ev->u.addr.prefix = 24;
	build_fdb(t, -2850, "br0", mac, false);
	build_phase(t, -2000, PHASE_WARMUP, "");
	build_traffic(t, -2000, 0, LAST_SEEN_ANSWERED, mac);
	build_neigh(t, -1999, 0, 2, mac);
	build_state(t, -10, mac, assign_type, false);
	build_phase(t, 0, PHASE_START, "");
}

void build_end(struct trace *t, int64_t last_ms)
{
	struct mac mac = {0};
	uint8_t assign_type = 255;

	for (size_t i = 0; i < t->n; i++) {
		const struct event *ev = &t->events[i];

		if (ev->type == EV_LINK && ev->u.link.ifindex == BR)
			mac = ev->u.link.mac;
		if (ev->type == EV_STATE)
			assign_type = ev->u.state.assign_type;
	}
	build_phase(t, last_ms, PHASE_LAST, "");
	build_state(t, last_ms + 900, mac, assign_type, true);
	build_phase(t, last_ms + 1000, PHASE_END, "");
	trace_sort(t);
}

void build_cut(struct trace *t, int64_t ms)
{
	size_t n = 0;

	while (n < t->n && t->events[n].t_ns <= ms * MS)
		n++;
	t->n = n;
	trace_sort(t);
}

void build_lowest_leaves(struct trace *t, bool pinned)
{
	build_churn(t, 5000, OP_LEAVE, "lowest", false);
	build_fdb(t, 5001, "lowest", MAC_LOWEST, true);
	if (!pinned)
		build_bridge(t, 5002, MAC_PORT1);
	build_port_gone(t, 5003, "lowest", PORT_LOWEST);
	build_churn(t, 5004, OP_LEAVE, "lowest", true);
}

static void build_story(struct trace *t, int64_t ms, const struct traffic *of, size_t n)
{
	for (size_t i = 0; i < n; ms = of[i++].until_ms)
		build_traffic(t, ms, of[i].until_ms, of[i].last_seen, of[i].dst);
	build_end(t, 60000);
}

void build_arm(struct trace *t, const struct traffic *of, size_t n)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	build_begin(t, MAC_PINNED, 3);
	build_lowest_leaves(t, true);
	build_story(t, 0, of, n);
}

void build_control(struct trace *t, const struct traffic *of, size_t n)
{
	build_meta(t, "inherited", CAUSE_STALE_GATEWAY);
	build_begin(t, MAC_LOWEST, 1);
	build_traffic(t, 0, 5250, LAST_SEEN_ANSWERED, MAC_LOWEST);
	build_lowest_leaves(t, false);
	build_story(t, 5250, of, n);
}

void build_broken_control(struct trace *t)
{
	build_control(t,
	    TRAFFIC({36000, LAST_SEEN_PORT, MAC_LOWEST}, {60250, LAST_SEEN_ANSWERED, MAC_PORT1}));
	build_neigh(t, 35990, 0, 2, MAC_PORT1);
	trace_sort(t);
}

void build_held_arm(struct trace *t)
{
	build_arm(t, TRAFFIC({60250, LAST_SEEN_ANSWERED, MAC_PINNED}));
}

void build_failed_arm(struct trace *t)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	build_begin(t, MAC_PINNED, 3);
	build_traffic(t, 0, 5250, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_lowest_leaves(t, false);
	build_neigh(t, 35990, 0, 2, MAC_PORT1);
	build_story(t, 5250,
	    TRAFFIC({36000, LAST_SEEN_PORT, MAC_PINNED}, {60250, LAST_SEEN_ANSWERED, MAC_PORT1}));
}

void build_quiet_control(struct trace *t)
{
	build_control(t, TRAFFIC({60250, LAST_SEEN_ANSWERED, MAC_PORT1}));
}

void build_lossy_arm(
    struct trace *t, int64_t from_ms, int64_t to_ms, enum last_seen last_seen, struct mac dst)
{
	build_arm(t, TRAFFIC({from_ms, LAST_SEEN_ANSWERED, MAC_PINNED}, {to_ms, last_seen, dst},
	                 {60250, LAST_SEEN_ANSWERED, MAC_PINNED}));
}
