/* SPDX-License-Identifier: GPL-2.0-or-later */
/* neigh.c: neighbour entries of the clients for the gateway and of the router for the clients. */
#include "observed/neigh.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "trace/names.h"

static bool is_zero(const uint8_t *ip, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ip[i])
			return false;
	return true;
}

int client_by_ip(const struct trace *t, enum ip_family family, const uint8_t *ip)
{
	for (size_t i = 0; i < t->meta.n_clients; i++) {
		const struct client_meta *c = &t->meta.clients[i];

		if (family == IP_V4 ? !memcmp(c->ip4, ip, 4)
		                    : !memcmp(c->ip6, ip, 16) && !is_zero(ip, 16))
			return (int)i;
	}
	return -1;
}

bool is_gateway_ip(const struct trace *t, enum ip_family family, const uint8_t *ip)
{
	if (family == IP_V4)
		return !memcmp(t->meta.gateway_ip4, ip, 4);
	return !memcmp(t->meta.gateway_ip6, ip, 16) && !is_zero(ip, 16);
}

enum ip_family frame_family(const struct event *ev)
{
	return ev->u.frame.kind == FRAME_NS || ev->u.frame.kind == FRAME_NA ? IP_V6 : IP_V4;
}

/* The lab's link-local addresses end as the global ones, but for one that the kernel made. */
static bool is_local_of(const uint8_t *ip, const uint8_t *global)
{
	return ip[0] == 0xfe && ip[1] == 0x80 && !memcmp(ip + 8, global + 8, 8) &&
	       !is_zero(global, 16);
}

bool is_by_gateway(const struct trace *t, const struct event *ev)
{
	enum ip_family family = frame_family(ev);

	if (family == IP_V6 && ev->u.frame.hop == HOP_BRIDGE && ev->u.frame.out)
		return true; /* whatever link-local address br0 has by now */
	return is_gateway_ip(t, family, ev->u.frame.sip) ||
	       (family == IP_V6 && is_local_of(ev->u.frame.sip, t->meta.gateway_ip6));
}

static bool is_by_client(const struct trace *t, const struct event *ev, size_t client)
{
	enum ip_family family = frame_family(ev);

	return client_by_ip(t, family, ev->u.frame.sip) == (int)client ||
	       (family == IP_V6 && is_local_of(ev->u.frame.sip, t->meta.clients[client].ip6));
}

struct neigh *neigh_of(const struct neighs *n, size_t client, enum ip_family family)
{
	return &n->items[(family == IP_V6 ? n->n : 0) + client];
}

static void moment(struct moments *m, int64_t t_ns)
{
	*MEM_PUSH(m->items, m->n, m->cap) = t_ns;
}

static void entry(
    const struct trace *t, int64_t slack_ns, const struct event *ev, struct neighs *out)
{
	struct history *h = NULL;
	size_t c = (size_t)(ev->where - WHERE_CLIENT);
	enum ip_family family = ev->u.neigh.family == AF_INET6 ? IP_V6 : IP_V4;
	int client;

	if (ev->where >= WHERE_CLIENT && c < out->n) {
		if (is_gateway_ip(t, family, ev->u.neigh.ip))
			h = &neigh_of(out, c, family)->gateway;
	} else if (ev->where == WHERE_ROUTER) {
		client = client_by_ip(t, family, ev->u.neigh.ip);
		h = client < 0 ? NULL : &neigh_of(out, (size_t)client, family)->client;
	}
	if (h)
		history_add(h, ev->t_ns - slack_ns, ev->t_ns, ev->u.neigh.mac,
		    ev->u.neigh.gone ? 0 : ev->u.neigh.state);
}

/* A MAC that it was seen to send from; the change lies between the last sighting and this one. */
static void sends_from(struct neigh *n, int64_t *seen_ns, const struct event *ev)
{
	const struct history *h = &n->own;
	struct mac mac = ev->u.frame.src;

	if (!ev->u.frame.out || mac_is_zero(mac))
		return;
	if (!h->n || mac_cmp(h->items[h->n - 1].mac, mac))
		history_add(&n->own, h->n ? *seen_ns : INT64_MIN, ev->t_ns, mac, 0);
	*seen_ns = ev->t_ns;
}

static void dns(const struct trace *t, const struct event *ev, struct neighs *out)
{
	bool query = ev->u.frame.kind == FRAME_QUERY;
	int client;

	if (ev->u.frame.stream >= t->meta.n_streams)
		return;
	const struct stream *s = &t->meta.streams[ev->u.frame.stream];
	client = s->client;
	if (client < 0 || (size_t)client >= out->n)
		return;
	if (ev->u.frame.hop == HOP_UPLINK || (query && ev->u.frame.hop == HOP_BRIDGE))
		moment(
		    &neigh_of(out, (size_t)client, (enum ip_family)s->family)->crossed, ev->t_ns);
}

/* The client that sent this ARP, NS or NA, or -1. */
static int sender(const struct trace *t, const struct event *ev)
{
	for (size_t i = 0; i < t->meta.n_clients; i++)
		if (is_by_client(t, ev, i))
			return (int)i;
	return -1;
}

/* Is the client the one this answer of the gateway's is for? An advertisement names only what it is
 * about; the frame's destination says for whom. */
static bool is_told(const struct trace *t, const struct event *ev, size_t client)
{
	if (ev->u.frame.kind == FRAME_ARP_REPLY)
		return client_by_ip(t, IP_V4, ev->u.frame.tip) == (int)client;
	return (ev->u.frame.dst.b[0] & 1) || !mac_cmp(ev->u.frame.dst, t->meta.clients[client].mac);
}

/* An ARP reply of the gateway's is about its address; an advertisement about whichever it names. */
static bool answers(const struct trace *t, const struct event *ev)
{
	return is_by_gateway(t, ev) &&
	       (ev->u.frame.kind != FRAME_NA || is_gateway_ip(t, IP_V6, ev->u.frame.tip));
}

static void on_bridge(
    const struct trace *t, const struct event *ev, bool request, struct neighs *out)
{
	enum ip_family family = frame_family(ev);
	int client;

	if (!ev->u.frame.out) {
		client = request && is_gateway_ip(t, family, ev->u.frame.tip) ? sender(t, ev) : -1;
		if (client >= 0)
			moment(&neigh_of(out, (size_t)client, family)->heard, ev->t_ns);
		return;
	}
	if (!is_by_gateway(t, ev))
		return;
	client = request ? client_by_ip(t, family, ev->u.frame.tip) : -1;
	if (client >= 0)
		moment(&neigh_of(out, (size_t)client, family)->looked_for, ev->t_ns);
	for (size_t c = 0; !request && answers(t, ev) && c < out->n; c++)
		if (is_told(t, ev, c))
			moment(&neigh_of(out, c, family)->told, ev->t_ns);
}

/* On its port, or where it is: did the gateway look for this client? */
static void seek(const struct trace *t, const struct event *ev, struct neigh *n)
{
	if (!is_by_gateway(t, ev) ||
	    client_by_ip(t, frame_family(ev), ev->u.frame.tip) != (int)ev->u.frame.client)
		return;
	moment(&n->sought, ev->t_ns);
	if (ev->u.frame.hop == HOP_CLIENT)
		moment(&n->reached, ev->t_ns);
}

/* ARP, NS or NA. */
static void asked_or_told(const struct trace *t, const struct event *ev, struct neighs *out)
{
	bool request = ev->u.frame.kind == FRAME_ARP_REQUEST || ev->u.frame.kind == FRAME_NS;
	enum ip_family family = frame_family(ev);

	if (ev->u.frame.hop == HOP_CLIENT && ev->u.frame.client < out->n) {
		struct neigh *n = neigh_of(out, ev->u.frame.client, family);

		if (request && is_by_client(t, ev, ev->u.frame.client) &&
		    is_gateway_ip(t, family, ev->u.frame.tip))
			moment(&n->requests, ev->t_ns);
		else if (!request && answers(t, ev))
			moment(&n->replies, ev->t_ns);
		else if (request)
			seek(t, ev, n);
	} else if (ev->u.frame.hop == HOP_PORT && ev->u.frame.client < out->n) {
		if (request)
			seek(t, ev, neigh_of(out, ev->u.frame.client, family));
	} else if (ev->u.frame.hop == HOP_UPLINK) {
		if (request == (ev->u.frame.out != 0))
			moment(
			    request ? &out->uplink_requests[family] : &out->uplink_replies[family],
			    ev->t_ns);
	} else if (ev->u.frame.hop == HOP_BRIDGE) {
		on_bridge(t, ev, request, out);
	}
}

void neighs_make(const struct trace *t, int64_t slack_ns, struct neighs *out)
{
	*out = (struct neighs){.n = t->meta.n_clients};
	int64_t *seen_ns = mem_alloc(out->n * sizeof(*seen_ns));
	out->items = mem_alloc(out->n * IP_FAMILIES * sizeof(*out->items));
	for (size_t i = 0; i < out->n * IP_FAMILIES; i++) {
		history_add(&out->items[i].gateway, INT64_MIN, INT64_MIN, (struct mac){0}, 0);
		history_add(&out->items[i].client, INT64_MIN, INT64_MIN, (struct mac){0}, 0);
	}
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->type == EV_FRAME && ev->u.frame.hop == HOP_CLIENT &&
		    ev->u.frame.client < out->n)
			sends_from(
			    &out->items[ev->u.frame.client], &seen_ns[ev->u.frame.client], ev);
		if (ev->type == EV_NEIGH)
			entry(t, slack_ns, ev, out);
		else if (ev->type == EV_FRAME && ev->u.frame.kind <= FRAME_REPLY)
			dns(t, ev, out);
		else if (ev->type == EV_FRAME && ev->u.frame.kind <= FRAME_NA)
			asked_or_told(t, ev, out);
	}
	free(seen_ns);
}

void neighs_free(struct neighs *n)
{
	for (size_t i = 0; i < n->n * IP_FAMILIES; i++) {
		history_free(&n->items[i].gateway);
		history_free(&n->items[i].client);
		history_free(&n->items[i].own);
		free(n->items[i].heard.items);
		free(n->items[i].told.items);
		free(n->items[i].requests.items);
		free(n->items[i].replies.items);
		free(n->items[i].looked_for.items);
		free(n->items[i].sought.items);
		free(n->items[i].reached.items);
		free(n->items[i].crossed.items);
	}
	for (int f = IP_V4; f < IP_FAMILIES; f++) {
		free(n->uplink_requests[f].items);
		free(n->uplink_replies[f].items);
	}
	free(n->items);
	*n = (struct neighs){0};
}

int64_t moments_last(const struct moments *m, int64_t from_ns, int64_t to_ns)
{
	size_t n = LOWER_BOUND(i, 0, m->n, m->items[i] <= to_ns);

	return n && m->items[n - 1] >= from_ns ? m->items[n - 1] : INT64_MIN;
}

bool moments_in(const struct moments *m, int64_t from_ns, int64_t to_ns)
{
	return moments_last(m, from_ns, to_ns) != INT64_MIN;
}

bool neigh_unresolved(const struct history *h, int64_t from_ns, int64_t to_ns)
{
	size_t first, n = history_at(h, from_ns, to_ns, &first);

	for (size_t i = first; i < first + n; i++)
		if (h->items[i].state & (NUD_IS_INCOMPLETE | NUD_IS_FAILED))
			return true;
	return false;
}

bool neigh_known(const struct history *h, int64_t from_ns, int64_t to_ns)
{
	size_t first, n = history_at(h, from_ns, to_ns, &first);

	for (size_t i = first; i < first + n; i++)
		if (h->items[i].state & ~(unsigned)(NUD_IS_INCOMPLETE | NUD_IS_FAILED))
			return true;
	return false;
}

enum maybe neigh_own_is(const struct neigh *n, int64_t from_ns, int64_t to_ns, struct mac mac)
{
	size_t first, count = history_at(&n->own, from_ns, to_ns, &first), same = 0;

	for (size_t i = first; i < first + count; i++)
		same += !mac_cmp(n->own.items[i].mac, mac);
	return !count ? MAYBE : same == count ? YES : same ? MAYBE : NO;
}

const char *neigh_state_name(unsigned state)
{
	const char *title = state ? nud_title(state) : NULL;

	return title ? title : "no entry";
}
