/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cause.c: why an attempt was lost, read from the hops that saw it.
 *
 * A query passes client, port, bridge, uplink, upstream; its reply comes the same way back. The far
 * end of what was seen is where it was lost, whatever the stamps say: port and bridge share one,
 * and notifications are read late. What the lab was at that moment (gateway's MAC, port states,
 * entries) is known up to a window; where the window leaves two answers, the cause is unknown: a
 * wrong cause is worse than none. */
#include "judge/cause.h"

#include <errno.h>

#include "base/units.h"
#include "observed/bridge_ask.h"
#include "observed/fdb.h"
#include "observed/vlans.h"

/* ARP requests are a second apart: one a little older than the attempt may be the one that counts.
 */
#define ARP_BEFORE_NS NS_PER_S

struct lab {
	const struct trace *t;
	const struct bridge_state *m;
	const struct neighs *n;
	const struct fdb *fdb;
	const struct vlans *vlans;
};

/* The client's entries in the attempt's family. */
static const struct neigh *neigh_in(const struct lab *l, const struct attempt *a, size_t c)
{
	return neigh_of(l->n, c, (enum ip_family)l->t->meta.streams[a->stream].family);
}

static bool is_client_mac(const struct trace *t, struct mac mac)
{
	for (size_t i = 0; i < t->meta.n_clients; i++)
		if (!mac_cmp(t->meta.clients[i].mac, mac))
			return true;
	return false;
}

static enum cause stale(const struct lab *l, struct attempt *a, struct mac dst, int64_t t_ns)
{
	enum maybe has = bridge_port_has(l->m, t_ns, dst);

	if (a->flooded || has == NO)
		a->form = STALE_FLOODED;
	else if (has == YES)
		a->form = STALE_NOT_TAKEN;
	return CAUSE_STALE_GATEWAY;
}

/* The gateway's MAC is zero, or the client's own: nobody can send to it. */
static bool dead(const struct lab *l, size_t c, int64_t t_ns)
{
	const struct mac zero = {0};
	size_t first, n = history_at(&l->m->gateway, t_ns, t_ns, &first);

	if (bridge_gateway_is(l->m, t_ns, zero) == YES)
		return true;
	return n == 1 &&
	       neigh_own_is(&l->n->items[c], t_ns, t_ns, l->m->gateway.items[first].mac) == YES;
}

/* What surely held all the time, or NULL. */
static const struct history_span *only_span(const struct history *h, int64_t from_ns, int64_t to_ns)
{
	size_t first, n = history_at(h, from_ns, to_ns, &first);

	return n == 1 ? &h->items[first] : NULL;
}

/* Why did the client's port not forward at t_ns? */
static enum cause shut(const struct lab *l, size_t c, int64_t t_ns)
{
	const struct history_span *s = only_span(&l->m->dead_ends[c], t_ns, t_ns);

	return !s ? CAUSE_UNKNOWN : s->state ? CAUSE_CLIENT_DOWN : CAUSE_PORT_NOT_FORWARDING;
}

/* An error of the socket, when no frame says more. */
static enum cause by_errno(int err)
{
	switch (err) {
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

/* The packet was over the MTU of where it had to go; YES only when it could not be fragmented. */
static enum maybe over(const struct history *mtu, int64_t t_ns, unsigned len, bool df)
{
	enum maybe is = bridge_mtu_exceeded(mtu, t_ns, len);

	return is == YES && !df ? MAYBE : is;
}

/* A veth, and a port of a bridge, drop without a word what is more than a VLAN tag over the MTU
 * (__is_skb_forwardable()); nothing is fragmented there. */
static enum maybe over_by_tag(const struct history *mtu, int64_t t_ns, unsigned len)
{
	return bridge_mtu_exceeded(mtu, t_ns, len > 4 ? len - 4 : 0);
}

/* Until when the frame seen at seen_ns was under way in the bridge: a stamp is as old as the
 * frame's wait for a processor, and TCP sends again. */
static int64_t under_way(
    const struct lab *l, const struct attempt *a, int64_t seen_ns, int64_t deadline)
{
	bool udp = l->t->meta.streams[a->stream].transport == TRANSPORT_UDP;

	return udp ? seen_ns + l->m->slack_ns : deadline;
}

/* Did the client's port surely forward packets of this length in all of [from, to]? */
static bool port_open(const struct lab *l, size_t c, int64_t from_ns, int64_t to_ns, unsigned len)
{
	const struct history_span *state = only_span(&l->m->client_ports[c], from_ns, to_ns),
	                          *mtu = only_span(&l->m->port_mtus[c], from_ns, to_ns);

	return state && state->state == PORT_FORWARDING && mtu && len && len <= mtu->state;
}

/* Did the bridge let through what went between the client and br0, as far as VLANs go? */
static enum maybe vlans_let(
    const struct lab *l, size_t c, bool reply, int64_t from_ns, int64_t to_ns)
{
	const char *port = l->t->meta.clients[c].name;

	return reply ? vlans_pass(l->vlans, BRIDGE_NAME, port, from_ns, to_ns)
	             : vlans_pass(l->vlans, port, BRIDGE_NAME, from_ns, to_ns);
}

/* The query was for br0's MAC and was last seen at the client or its port. */
static enum cause before_bridge(
    const struct lab *l, const struct attempt *a, size_t c, int64_t deadline)
{
	int64_t to = under_way(l, a, a->port_ns, deadline);
	const struct history_span *gateway = only_span(&l->m->gateway, a->client_ns, to);

	if (!(a->asked & HOP_BIT(HOP_PORT)) || !gateway || mac_cmp(gateway->mac, a->port_dst) ||
	    !port_open(l, c, a->client_ns, to, a->len))
		return CAUSE_UNKNOWN;
	enum maybe vlan = vlans_let(l, c, false, a->client_ns, to);
	if (vlan != YES)
		return vlan == NO ? CAUSE_WRONG_VLAN : CAUSE_UNKNOWN;
	enum maybe local = fdb_is_local(l->fdb, gateway->mac, a->client_ns, to);
	/* only what has no local entry comes out of another port */
	if (local == NO || (local == MAYBE && a->flooded))
		return CAUSE_LOCAL_ENTRY_MISSING;
	return local == YES && !a->flooded ? CAUSE_LOST_IN_BRIDGE : CAUSE_UNKNOWN;
}

/* Was the reply that br0 sent surely for the client, and surely led to its port? */
static bool led_to_client(const struct lab *l, const struct attempt *a, size_t c, int64_t to_ns)
{
	const struct history_span *gateway = only_span(&l->m->gateway, a->reply_ns, to_ns);

	return gateway && mac_cmp(gateway->mac, a->reply_dst) &&
	       bridge_port_has(l->m, a->reply_ns, a->reply_dst) == NO &&
	       neigh_own_is(&l->n->items[c], a->t_ns, to_ns, a->reply_dst) == YES &&
	       fdb_leads_to(l->fdb, a->reply_dst, l->t->meta.clients[c].name, a->reply_ns, to_ns);
}

/* Was the reply surely for the client, and sent to another port by the FDB? Where the FDB may have
 * changed meanwhile, the port that got the reply decides: flooded, the client's would have got it
 * too. */
static bool led_astray(const struct lab *l, const struct attempt *a, size_t c, int64_t to_ns)
{
	enum maybe elsewhere = fdb_leads_elsewhere(
	    l->fdb, a->reply_dst, l->t->meta.clients[c].name, a->reply_ns, to_ns);

	return (elsewhere == YES || (elsewhere == MAYBE && a->leaked == 1)) &&
	       port_open(l, c, a->reply_ns, to_ns, a->reply_len) &&
	       bridge_port_has(l->m, a->reply_ns, a->reply_dst) == NO &&
	       neigh_own_is(&l->n->items[c], a->t_ns, to_ns, a->reply_dst) == YES;
}

/* The reply was seen on the bridge, or behind it. */
static enum cause behind_bridge(
    const struct lab *l, const struct attempt *a, size_t c, int64_t deadline)
{
	int64_t to = under_way(l, a, a->reply_ns, deadline);

	if ((a->replied & HOP_BIT(HOP_BRIDGE)) &&
	    neigh_own_is(&l->n->items[c], a->t_ns, a->reply_ns, a->reply_dst) == NO)
		return CAUSE_STALE_CLIENT;
	if (a->replied & (HOP_BIT(HOP_CLIENT) | HOP_BIT(HOP_PORT)))
		return CAUSE_UNKNOWN;
	if (dead(l, c, a->reply_ns))
		return CAUSE_DEAD_GATEWAY;
	if (bridge_port_forwards(l->m, a->reply_ns, c) == NO)
		return shut(l, c, a->reply_ns);
	if (over_by_tag(&l->m->port_mtus[c], a->reply_ns, a->reply_len) == YES)
		return CAUSE_TOO_BIG;
	enum maybe vlan = vlans_let(l, c, true, a->reply_ns, to);
	if (vlan != YES)
		return vlan == NO ? CAUSE_WRONG_VLAN : CAUSE_UNKNOWN;
	if (led_astray(l, a, c, to))
		return CAUSE_WRONG_PORT;
	return !a->leaked && port_open(l, c, a->reply_ns, to, a->reply_len) &&
	               led_to_client(l, a, c, to)
	           ? CAUSE_LOST_IN_BRIDGE
	           : CAUSE_UNKNOWN;
}

/* When it was given up what waited for an entry: then all of it is dropped, though the way may be
 * free again. Not given up: the deadline. */
static int64_t given_up(const struct history *h, int64_t t_ns, int64_t deadline, bool *failed)
{
	size_t first, count = history_at(h, t_ns, deadline, &first);

	*failed = false;
	for (size_t i = first; i < first + count && !*failed; i++) {
		const struct history_span *s = &h->items[i];

		*failed = (s->state & NUD_IS_FAILED) && s->hi_ns > t_ns && s->hi_ns <= deadline;
		if (*failed)
			return s->hi_ns;
	}
	return deadline;
}

/* Did what follows a request come in [from, to], or a moment after the last request in it? */
static bool followed(const struct lab *l, const struct moments *requests,
    const struct moments *what, int64_t from_ns, int64_t to_ns)
{
	int64_t last = moments_last(requests, from_ns, to_ns);

	return moments_in(what, from_ns, to_ns) || moments_in(what, last, last + l->m->slack_ns);
}

/* The gateway asked for the client, and so lost what waits for the answer: where did that go? */
static enum cause unfound(
    const struct lab *l, const struct attempt *a, const struct neigh *n, size_t c, int64_t deadline)
{
	bool failed;
	int64_t since = a->reply_ns - ARP_BEFORE_NS,
	        end = given_up(&n->client, a->reply_ns, deadline, &failed);
	enum maybe first = bridge_port_forwards(l->m, a->reply_ns, c),
	           last = bridge_port_forwards(l->m, end, c);

	if (first == NO && last == NO)
		return shut(l, c, a->reply_ns);
	/* it was sent to nobody, or to others, or got lost on the client's link, though the way was
	 * open */
	if (first == YES && last == YES && !neigh_known(&n->client, a->reply_ns, end) &&
	    moments_in(&n->looked_for, since, end) &&
	    !followed(l, &n->looked_for, &n->reached, since, end)) {
		enum maybe vlan = vlans_let(l, c, true, a->reply_ns, end);

		return vlan == YES  ? CAUSE_UNRESOLVED_CLIENT
		       : vlan == NO ? CAUSE_WRONG_VLAN
		                    : CAUSE_UNKNOWN;
	}
	return CAUSE_UNKNOWN;
}

/* The reply came back to the router, or left the upstream at least. */
static enum cause way_back(const struct lab *l, const struct attempt *a, size_t c, int64_t deadline)
{
	const struct neigh *n = neigh_in(l, a, c);

	if (a->replied & (HOP_BIT(HOP_CLIENT) | HOP_BIT(HOP_PORT) | HOP_BIT(HOP_BRIDGE)))
		return behind_bridge(l, a, c, deadline);
	if (!(a->replied & HOP_BIT(HOP_UPLINK)))
		return over_by_tag(&l->m->uplink_mtu, a->reply_ns, a->reply_len) == YES
		           ? CAUSE_TOO_BIG
		           : CAUSE_UNKNOWN;
	if (dead(l, c, a->reply_ns))
		return CAUSE_DEAD_GATEWAY;
	switch (over(&l->m->bridge_mtu, a->reply_ns, a->reply_len, a->reply_df)) {
	case YES:
		return CAUSE_TOO_BIG;
	case MAYBE:
		return CAUSE_UNKNOWN;
	default:
		break;
	}
	bool looked_for = moments_in(&n->looked_for, a->reply_ns - ARP_BEFORE_NS, deadline);

	if (l->t->meta.streams[a->stream].family == IP_V6 && !looked_for &&
	    bridge_no_link_local(l->t, a->reply_ns))
		return CAUSE_NOT_FORWARDED;
	if (neigh_unresolved(&n->client, a->reply_ns - ARP_BEFORE_NS, deadline) || looked_for)
		return unfound(l, a, n, c, deadline);
	return CAUSE_NOT_FORWARDED;
}

/* The query reached the bridge and went no further. */
static enum cause at_bridge(const struct lab *l, struct attempt *a, int64_t deadline)
{
	enum ip_family family = (enum ip_family)l->t->meta.streams[a->stream].family;
	int64_t since = a->bridge_ns - ARP_BEFORE_NS;
	enum maybe big = over(&l->m->uplink_mtu, a->bridge_ns, a->len, a->df);

	switch (bridge_gateway_is(l->m, a->bridge_ns, a->bridge_dst)) {
	case NO:
		return stale(l, a, a->bridge_dst, a->bridge_ns);
	case MAYBE:
		return CAUSE_UNKNOWN;
	default:
		break;
	}
	if (a->err == -EMSGSIZE || big == YES)
		return CAUSE_TOO_BIG;
	/* or it is the upstream that the router cannot find */
	if (big == MAYBE || (moments_in(&l->n->uplink_requests[family], since, deadline) &&
	                        !moments_in(&l->n->uplink_replies[family], since, deadline)))
		return CAUSE_UNKNOWN;
	return CAUSE_NOT_FORWARDED;
}

/* The query left the client and did not reach the bridge. */
static enum cause at_client(const struct lab *l, struct attempt *a, size_t c, int64_t deadline)
{
	enum maybe forwards = bridge_port_forwards(l->m, a->client_ns, c);

	if (mac_is_zero(a->client_dst) || dead(l, c, a->client_ns))
		return CAUSE_DEAD_GATEWAY;
	if (forwards == NO && !a->flooded)
		return shut(l, c, a->client_ns);
	switch (bridge_gateway_is(l->m, a->client_ns, a->client_dst)) {
	case NO:
		return stale(l, a, a->client_dst, a->client_ns);
	case YES:
		if (!(a->asked & HOP_BIT(HOP_PORT)) &&
		    over_by_tag(&l->m->port_mtus[c], a->client_ns, a->len) == YES)
			return CAUSE_TOO_BIG;
		return is_client_mac(l->t, a->client_dst) ? CAUSE_DEAD_GATEWAY
		                                          : before_bridge(l, a, c, deadline);
	default:
		return CAUSE_UNKNOWN;
	}
}

/* Did the gateway's ARP replies for the client surely go to another port, all the time? */
static bool told_astray(
    const struct lab *l, const struct neigh *n, size_t c, int64_t from_ns, int64_t to_ns)
{
	const struct history_span *own = only_span(&l->n->items[c].own, from_ns, to_ns);

	return own && !moments_in(&n->replies, from_ns, to_ns) &&
	       port_open(l, c, from_ns, to_ns, 1) &&
	       fdb_leads_elsewhere(l->fdb, own->mac, l->t->meta.clients[c].name, from_ns, to_ns) ==
	           YES;
}

/* The query never left the client. While a port is down the client's ARP is seen nowhere: its own
 * end has no carrier. */
static enum cause not_sent(const struct lab *l, const struct attempt *a, size_t c, int64_t deadline)
{
	const struct neigh *n = neigh_in(l, a, c);
	int64_t since = a->t_ns - ARP_BEFORE_NS;
	bool failed;
	int64_t end = given_up(&n->gateway, a->t_ns, deadline, &failed);
	bool heard = moments_in(&n->heard, since, end);

	if (bridge_port_forwards(l->m, a->t_ns, c) == NO &&
	    (bridge_port_forwards(l->m, end, c) == NO || !moments_in(&n->heard, a->t_ns, end)))
		return shut(l, c, a->t_ns);
	if (failed && !heard && bridge_port_forwards(l->m, since, c) == NO)
		return shut(l, c, since);
	if (!neigh_unresolved(&n->gateway, a->t_ns, end) &&
	    !(moments_in(&n->requests, since, end) && !moments_in(&n->replies, since, end)))
		return by_errno(a->err);
	/* what counts is the last time that it asked */
	int64_t asked = moments_last(&n->heard, since, end);
	if (!heard ? dead(l, c, a->t_ns) && dead(l, c, end)
	           : dead(l, c, asked) && !moments_in(&n->replies, asked, end))
		return CAUSE_DEAD_GATEWAY;
	if (!heard)
		return moments_in(&n->requests, since, end) &&
		               vlans_let(l, c, false, since, end) == NO
		           ? CAUSE_WRONG_VLAN
		           : CAUSE_UNKNOWN;
	if (!followed(l, &n->heard, &n->told, since, end))
		return CAUSE_UNRESOLVED_GATEWAY;
	if (told_astray(l, n, c, since, end))
		return CAUSE_WRONG_PORT;
	return !moments_in(&n->replies, since, end) && vlans_let(l, c, true, since, end) == NO
	           ? CAUSE_WRONG_VLAN
	           : CAUSE_UNKNOWN;
}

static enum cause explain(const struct lab *l, struct attempt *a)
{
	const struct stream *s = &l->t->meta.streams[a->stream];
	int64_t deadline = a->t_ns + s->timeout_ns;
	size_t c = (size_t)s->client;

	if (s->client < 0 || c >= l->t->meta.n_clients)
		return CAUSE_UNKNOWN;
	/* veth_xmit() refuses what its other end, the port, is not up for */
	if (a->fate == FATE_SEND_ERROR && a->err == -ENOBUFS &&
	    bridge_port_forwards(l->m, a->t_ns, c) == NO)
		return shut(l, c, a->t_ns);
	if (a->fate == FATE_SEND_ERROR && !a->asked && a->err != -EHOSTUNREACH)
		return by_errno(a->err);
	if ((a->replied & ~HOP_BIT(HOP_UPSTREAM)) && a->held)
		return dead(l, c, a->reply_ns) ? CAUSE_DEAD_GATEWAY : CAUSE_UNKNOWN;
	if (a->replied)
		return way_back(l, a, c, deadline);
	if (a->asked & HOP_BIT(HOP_UPSTREAM)) /* it may have come there just before its deadline */
		return a->answered_late ? CAUSE_UNKNOWN : CAUSE_UPSTREAM_SILENT;
	if (a->asked && a->held)
		return CAUSE_UNKNOWN; /* it was slow, not lost */
	if (a->asked & HOP_BIT(HOP_UPLINK))
		return CAUSE_UNKNOWN;
	if (a->asked & HOP_BIT(HOP_BRIDGE))
		return at_bridge(l, a, deadline);
	if (a->asked)
		return at_client(l, a, c, deadline);
	return not_sent(l, a, c, deadline);
}

void cause_explain(const struct trace *t, const struct bridge_state *m, const struct neighs *n,
    struct attempts *all)
{
	struct fdb fdb;
	struct vlans vlans;
	const struct lab l = {t, m, n, &fdb, &vlans};

	fdb_make(t, m, &fdb);
	vlans_make(t, m, &vlans);
	for (struct attempt *a = all->items; a < all->items + all->n; a++) {
		const struct stream *st = &t->meta.streams[a->stream];

		if (!attempt_lost(a) || st->reference)
			continue;
		a->cause = explain(&l, a);
		/* TCP sends it again in smaller parts. */
		if (a->too_big && st->transport == TRANSPORT_UDP &&
		    (a->cause == CAUSE_UNKNOWN || a->cause == CAUSE_NOT_FORWARDED ||
		        a->cause == CAUSE_LOST_IN_BRIDGE))
			a->cause = CAUSE_TOO_BIG;
		/* On a kept connection a lookup waits behind the one before it. */
		if (st->transport == TRANSPORT_TCP_KEPT && !a->asked && a > all->items &&
		    a[-1].stream == a->stream && attempt_lost(&a[-1])) {
			a->cause = a[-1].cause;
			a->form = a[-1].form;
		}
	}
	vlans_free(&vlans);
	fdb_free(&fdb);
}
