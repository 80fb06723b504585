/* cause.c: why an attempt was lost, read from the hops that saw it.
 *
 * A query passes client, port, bridge, uplink, upstream; its reply comes the same way back. The far
 * end of what was seen is where it was lost, whatever the stamps say: port and bridge share one,
 * and notifications are read late. What the lab was at that moment (gateway's MAC, port states,
 * entries) is known up to a bracket; where the bracket leaves two answers, the cause is unknown: a
 * wrong cause is worse than none. */
#include "judge/cause.h"

#include <errno.h>

#include "base/units.h"

/* ARP requests are a second apart: one a little older than the attempt may be the one that counts.
 */
#define ARP_BEFORE_NS NS_PER_S

struct lab {
	const struct trace *t;
	const struct mirror *m;
	const struct neighs *n;
};

static bool is_client_mac(const struct trace *t, struct mac mac)
{
	for (size_t i = 0; i < t->meta.n_clients; i++)
		if (!mac_cmp(t->meta.clients[i].mac, mac))
			return true;
	return false;
}

static enum cause stale(const struct lab *l, struct attempt *a, struct mac dst, int64_t t_ns)
{
	enum maybe has = mirror_port_has(l->m, t_ns, dst);

	if (a->flooded || has == NO)
		a->form = STALE_FLOODED;
	else if (has == YES)
		a->form = STALE_NOT_TAKEN;
	return CAUSE_STALE_GATEWAY;
}

/* An error of the socket, when no frame says more. */
static enum cause by_errno(int err)
{
	switch (err) {
	case -EHOSTUNREACH:
		return CAUSE_UNRESOLVED_GATEWAY;
	case -ENETDOWN:
	case -ENETUNREACH:
	case -ENODEV:
		return CAUSE_CLIENT_DOWN;
	case -EMSGSIZE:
		return CAUSE_TOO_BIG;
	default:
		return CAUSE_UNKNOWN;
	}
}

/* The reply came back to the router. */
static enum cause way_back(const struct lab *l, const struct attempt *a, size_t c, int64_t deadline)
{
	const struct client_meta *client = &l->t->meta.clients[c];
	const struct neigh *n =
	    neigh_of(l->n, c, (enum ip_family)l->t->meta.streams[a->stream].family);

	if (a->replied & (HOP_BIT(HOP_CLIENT) | HOP_BIT(HOP_PORT)))
		return CAUSE_UNKNOWN;
	if (a->replied & HOP_BIT(HOP_BRIDGE)) {
		if (!mac_is_zero(client->mac) && mac_cmp(a->reply_dst, client->mac))
			return CAUSE_STALE_CLIENT;
		if (mirror_port_forwards(l->m, a->reply_ns, c) == NO)
			return CAUSE_PORT_NOT_FORWARDING;
		return CAUSE_UNKNOWN;
	}
	if (!(a->replied & HOP_BIT(HOP_UPLINK)))
		return CAUSE_UNKNOWN;
	if (neigh_unresolved(&n->client, a->reply_ns - ARP_BEFORE_NS, deadline) ||
	    moments_in(&n->looked_for, a->reply_ns - ARP_BEFORE_NS, deadline))
		return CAUSE_UNKNOWN;
	return CAUSE_NOT_FORWARDED;
}

/* The query reached the bridge and went no further. */
static enum cause at_bridge(const struct lab *l, struct attempt *a)
{
	switch (mirror_gateway_is(l->m, a->bridge_ns, a->bridge_dst)) {
	case NO:
		return stale(l, a, a->bridge_dst, a->bridge_ns);
	case MAYBE:
		return CAUSE_UNKNOWN;
	default:
		return a->err == -EMSGSIZE ? CAUSE_TOO_BIG : CAUSE_NOT_FORWARDED;
	}
}

/* The query left the client and did not reach the bridge. */
static enum cause at_client(const struct lab *l, struct attempt *a, size_t c)
{
	const struct mac zero = {0};
	enum maybe forwards = mirror_port_forwards(l->m, a->client_ns, c);

	if (mac_is_zero(a->client_dst) || mirror_gateway_is(l->m, a->client_ns, zero) == YES)
		return CAUSE_DEAD_GATEWAY;
	if (forwards == NO && !a->flooded)
		return CAUSE_PORT_NOT_FORWARDING;
	switch (mirror_gateway_is(l->m, a->client_ns, a->client_dst)) {
	case NO:
		return stale(l, a, a->client_dst, a->client_ns);
	case YES:
		return is_client_mac(l->t, a->client_dst) ? CAUSE_DEAD_GATEWAY : CAUSE_UNKNOWN;
	default:
		return CAUSE_UNKNOWN;
	}
}

/* The query never left the client. */
static enum cause not_sent(const struct lab *l, const struct attempt *a, size_t c, int64_t deadline)
{
	const struct mac zero = {0};
	const struct neigh *n =
	    neigh_of(l->n, c, (enum ip_family)l->t->meta.streams[a->stream].family);
	int64_t since = a->t_ns - ARP_BEFORE_NS;
	bool asked = moments_in(&n->requests, since, deadline);
	bool unanswered = asked && !moments_in(&n->replies, since, deadline);

	if (!neigh_unresolved(&n->gateway, a->t_ns, deadline) && !unanswered)
		return by_errno(a->err);
	if (mirror_gateway_is(l->m, a->t_ns, zero) == YES &&
	    mirror_gateway_is(l->m, deadline, zero) == YES)
		return CAUSE_DEAD_GATEWAY;
	if (mirror_port_forwards(l->m, a->t_ns, c) == NO &&
	    mirror_port_forwards(l->m, deadline, c) == NO)
		return CAUSE_PORT_NOT_FORWARDING;
	return CAUSE_UNRESOLVED_GATEWAY;
}

static enum cause explain(const struct lab *l, struct attempt *a)
{
	const struct stream *s = &l->t->meta.streams[a->stream];
	int64_t deadline = a->t_ns + s->timeout_ns;
	size_t c = (size_t)s->client;

	if (a->fate == FATE_SEND_ERROR)
		return by_errno(a->err);
	if (s->client < 0 || c >= l->t->meta.n_clients)
		return CAUSE_UNKNOWN;
	if (a->replied & ~HOP_BIT(HOP_UPSTREAM))
		return way_back(l, a, c, deadline);
	if (a->replied)
		return CAUSE_UNKNOWN;
	if (a->asked & HOP_BIT(HOP_UPSTREAM))
		return CAUSE_UPSTREAM_SILENT;
	if (a->asked & HOP_BIT(HOP_UPLINK))
		return CAUSE_UNKNOWN;
	if (a->asked & HOP_BIT(HOP_BRIDGE))
		return at_bridge(l, a);
	if (a->asked)
		return at_client(l, a, c);
	return not_sent(l, a, c, deadline);
}

void cause_explain(
    const struct trace *t, const struct mirror *m, const struct neighs *n, struct attempts *all)
{
	const struct lab l = {t, m, n};

	for (struct attempt *a = all->items; a < all->items + all->n; a++) {
		const struct stream *st = &t->meta.streams[a->stream];

		if (!attempt_lost(a) || st->reference)
			continue;
		a->cause = explain(&l, a);
		/* On a kept connection a lookup waits behind the one before it. */
		if (st->transport == TRANSPORT_TCP_KEPT && !a->asked && a > all->items &&
		    a[-1].stream == a->stream && attempt_lost(&a[-1])) {
			a->cause = a[-1].cause;
			a->form = a[-1].form;
		}
	}
}
