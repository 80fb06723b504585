/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_ask.c: what was true of the bridge at a moment, as far as the notifications tell. */
#include "observed/bridge_ask.h"

#include <string.h>
#include <sys/socket.h>

#include "base/macros.h"

enum maybe bridge_gateway_is(const struct bridge_state *m, int64_t t_ns, struct mac mac)
{
	size_t first, n = history_at(&m->gateway, t_ns, t_ns, &first), same = 0;

	for (size_t i = first; i < first + n; i++)
		same += !mac_cmp(m->gateway.items[i].mac, mac);
	return !n ? MAYBE : same == n ? YES : same ? MAYBE : NO;
}

/* In the order of the list (by MAC, then time), not after the owner of that MAC at t_ns. */
static bool mac_owner_is_before(const struct mac_owner *x, struct mac mac, int64_t t_ns)
{
	int order = mac_cmp(x->mac, mac);

	return order < 0 || (!order && x->from_lo_ns <= t_ns);
}

enum maybe bridge_port_has(const struct bridge_state *m, int64_t t_ns, struct mac mac)
{
	size_t begun =
	    LOWER_BOUND(i, 0, m->n_mac_owners, mac_owner_is_before(&m->mac_owners[i], mac, t_ns));
	enum maybe has = NO;

	for (size_t i = begun; i > 0 && has != YES; i--) {
		const struct mac_owner *x = &m->mac_owners[i - 1];

		if (mac_cmp(x->mac, mac) || x->latest_ns < t_ns)
			break;
		if (x->from_hi_ns <= t_ns && t_ns < x->to_lo_ns)
			has = YES;
		else if (t_ns <= x->to_hi_ns)
			has = MAYBE;
	}
	return has;
}

enum maybe bridge_port_forwards(const struct bridge_state *m, int64_t t_ns, size_t client)
{
	const struct history *h = &m->client_ports[client];
	size_t first, n = history_at(h, t_ns, t_ns, &first), yes = 0, untold = 0;

	for (size_t i = first; i < first + n; i++) {
		yes += h->items[i].state == PORT_FORWARDING;
		untold += h->items[i].state == PORT_UNTOLD;
	}
	if (!n || untold || (yes && yes < n))
		return MAYBE;
	return yes ? YES : NO;
}

enum maybe bridge_mtu_exceeded(const struct history *mtu, int64_t t_ns, unsigned len)
{
	size_t first, n = history_at(mtu, t_ns, t_ns, &first), over = 0;

	for (size_t i = first; i < first + n; i++)
		over += len > mtu->items[i].state;
	return !len || !over ? NO : over == n ? YES : MAYBE;
}

struct mac bridge_gateway_at(const struct bridge_state *m, int64_t t_ns)
{
	const struct history *h = &m->gateway;
	size_t n = LOWER_BOUND(i, 0, h->n, h->items[i].hi_ns <= t_ns);

	return h->n ? h->items[n ? n - 1 : 0].mac : (struct mac){0};
}

unsigned bridge_gateway_changes(const struct bridge_state *m)
{
	unsigned n = 0;

	for (size_t i = 1; i < m->gateway.n; i++)
		n += m->gateway.items[i].hi_ns > 0;
	return n;
}

bool bridge_is_address(const struct event *ev)
{
	return ev->type == EV_ADDR && ev->where == WHERE_ROUTER &&
	       !strncmp(ev->u.addr.dev, BRIDGE_NAME, NAME_MAX_LEN);
}

static bool of_bridge(const struct event *ev, int family)
{
	return bridge_is_address(ev) && ev->u.addr.family == family;
}

bool bridge_address_lost(const struct trace *t, enum ip_family family, int64_t t_ns)
{
	const uint8_t *own = family == IP_V6 ? t->meta.gateway_ip6 : t->meta.gateway_ip4;
	int wanted = family == IP_V6 ? AF_INET6 : AF_INET;
	size_t len = family == IP_V6 ? 16 : 4;
	bool lost = false;

	for (const struct event *ev = t->events; ev < t->events + t->n && ev->t_ns <= t_ns; ev++)
		if (of_bridge(ev, wanted) && !memcmp(ev->u.addr.addr, own, len))
			lost = ev->u.addr.gone;
	return lost;
}

bool bridge_no_link_local(const struct trace *t, int64_t t_ns)
{
	int there = 0;
	bool lost = false;

	for (const struct event *ev = t->events; ev < t->events + t->n && ev->t_ns <= t_ns; ev++)
		if (of_bridge(ev, AF_INET6) && ev->u.addr.addr[0] == 0xfe &&
		    (ev->u.addr.addr[1] & 0xc0) == 0x80) {
			there += ev->u.addr.gone ? -(there > 0) : 1;
			lost = ev->u.addr.gone && !there;
		}
	return lost;
}
