/* neigh.c: neighbour entries of the clients for the gateway and of the router for the clients. */
#include "judge/neigh.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

int client_by_ip(const struct trace *t, const uint8_t ip4[4])
{
	for (size_t i = 0; i < t->meta.n_clients; i++)
		if (!memcmp(t->meta.clients[i].ip4, ip4, 4))
			return (int)i;
	return -1;
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
	int client;

	if (ev->u.neigh.family != AF_INET)
		return;
	if (ev->where >= WHERE_CLIENT && c < out->n) {
		if (!memcmp(ev->u.neigh.ip, t->meta.gateway_ip4, 4))
			h = &out->items[c].gateway;
	} else if (ev->where == WHERE_ROUTER) {
		client = client_by_ip(t, ev->u.neigh.ip);
		h = client < 0 ? NULL : &out->items[client].client;
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
	client = t->meta.streams[ev->u.frame.stream].client;
	if (client < 0 || (size_t)client >= out->n)
		return;
	if (ev->u.frame.hop == HOP_UPLINK || (query && ev->u.frame.hop == HOP_BRIDGE))
		moment(&out->items[client].crossed, ev->t_ns);
}

static void arp(const struct trace *t, const struct event *ev, struct neighs *out)
{
	bool request = ev->u.frame.kind == FRAME_ARP_REQUEST;
	bool of_gateway = !memcmp(ev->u.frame.arp_sip, t->meta.gateway_ip4, 4);
	int client;

	if (ev->u.frame.hop == HOP_CLIENT && ev->u.frame.client < out->n) {
		struct neigh *n = &out->items[ev->u.frame.client];
		const struct client_meta *c = &t->meta.clients[ev->u.frame.client];

		if (request && !memcmp(ev->u.frame.arp_sip, c->ip4, 4) &&
		    !memcmp(ev->u.frame.arp_tip, t->meta.gateway_ip4, 4))
			moment(&n->requests, ev->t_ns);
		else if (!request && of_gateway)
			moment(&n->replies, ev->t_ns);
	} else if (ev->u.frame.hop == HOP_UPLINK) {
		if (request == (ev->u.frame.out != 0))
			moment(request ? &out->uplink_requests : &out->uplink_replies, ev->t_ns);
	} else if (ev->u.frame.hop == HOP_BRIDGE && !ev->u.frame.out && request &&
	           !memcmp(ev->u.frame.arp_tip, t->meta.gateway_ip4, 4)) {
		client = client_by_ip(t, ev->u.frame.arp_sip);
		if (client >= 0)
			moment(&out->items[client].heard, ev->t_ns);
	} else if (ev->u.frame.hop == HOP_BRIDGE && ev->u.frame.out && !request && of_gateway) {
		client = client_by_ip(t, ev->u.frame.arp_tip);
		if (client >= 0)
			moment(&out->items[client].told, ev->t_ns);
	} else if (ev->u.frame.hop == HOP_BRIDGE && ev->u.frame.out && request && of_gateway) {
		client = client_by_ip(t, ev->u.frame.arp_tip);
		if (client >= 0)
			moment(&out->items[client].looked_for, ev->t_ns);
	}
}

void neighs_make(const struct trace *t, int64_t slack_ns, struct neighs *out)
{
	*out = (struct neighs){.n = t->meta.n_clients};
	int64_t *seen_ns = mem_alloc(out->n * sizeof(*seen_ns));
	out->items = mem_alloc(out->n * sizeof(*out->items));
	for (size_t i = 0; i < out->n; i++) {
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
		else if (ev->type == EV_FRAME)
			arp(t, ev, out);
	}
	free(seen_ns);
}

void neighs_free(struct neighs *n)
{
	for (size_t i = 0; i < n->n; i++) {
		history_free(&n->items[i].gateway);
		history_free(&n->items[i].client);
		history_free(&n->items[i].own);
		free(n->items[i].heard.items);
		free(n->items[i].told.items);
		free(n->items[i].requests.items);
		free(n->items[i].replies.items);
		free(n->items[i].looked_for.items);
		free(n->items[i].crossed.items);
	}
	free(n->uplink_requests.items);
	free(n->uplink_replies.items);
	free(n->items);
	*n = (struct neighs){0};
}

int64_t moments_last(const struct moments *m, int64_t from_ns, int64_t to_ns)
{
	size_t lo = 0, hi = m->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->items[mid] <= to_ns)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && m->items[lo - 1] >= from_ns ? m->items[lo - 1] : INT64_MIN;
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

enum maybe neigh_own_is(const struct neigh *n, int64_t from_ns, int64_t to_ns, struct mac mac)
{
	size_t first, count = history_at(&n->own, from_ns, to_ns, &first), same = 0;

	for (size_t i = first; i < first + count; i++)
		same += !mac_cmp(n->own.items[i].mac, mac);
	return !count ? MAYBE : same == count ? YES : same ? MAYBE : NO;
}

const char *neigh_state_name(unsigned state)
{
	static const struct {
		unsigned state;
		const char *name;
	} names[] = {{0x01, "INCOMPLETE"}, {0x02, "REACHABLE"}, {0x04, "STALE"}, {0x08, "DELAY"},
	    {0x10, "PROBE"}, {0x20, "FAILED"}, {0x40, "NOARP"}, {0x80, "PERMANENT"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].state == state)
			return names[i].name;
	return "no entry";
}
