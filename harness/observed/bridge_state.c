/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_state.c: the bridge and its ports as the notifications told them, with the window of each
 * change.
 *
 * The kernel tells of a port: RTM_NEWLINK with the bridge as master (it joined, or changed), with
 * another master or none (it was released), RTM_DELLINK (it is gone), and the AF_BRIDGE forms of
 * these: NEWLINK carries the port's STP state, DELLINK means no more than "left the bridge". When a
 * port is deleted its FDB entries go first, then comes the bridge's NEWLINK, then the port's
 * DELLINK; so the order of two messages never says which change came first. */
#include "observed/bridge_state.h"

#include <linux/if.h>
#include <sys/socket.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"

#define MTU_WITHOUT_PORTS 1500 /* br_mtu_min() */

struct port {
	int32_t ifindex;
	char name[NAME_MAX_LEN];
	struct mac mac;
	uint32_t mtu;
	bool carrier;
	unsigned state;
	size_t mac_owner;
};

struct ports {
	struct port *items;
	size_t n, cap;
	int32_t bridge; /* ifindex */
	struct mac lowest;
	uint32_t mtu;
	bool carrier;
};

static int client_of(const struct trace *t, const char *name)
{
	for (size_t i = 0; i < t->meta.n_clients; i++)
		if (!strncmp(t->meta.clients[i].name, name, NAME_MAX_LEN))
			return (int)i;
	return -1;
}

static void note_client_port(
    const struct trace *t, struct bridge_state *m, int64_t t_ns, const struct port *p, bool left)
{
	int client = client_of(t, p->name);
	unsigned state = left ? PORT_AWAY : p->state;

	if (client < 0)
		return;
	struct history *h = &m->client_ports[client];
	if (h->items[h->n - 1].state != state)
		history_add(
		    h, change_window_earliest(&m->change_windows, t_ns), t_ns, p->mac, state);
}

static void mac_owner_begin(struct bridge_state *m, int64_t t_ns, struct port *p)
{
	p->mac_owner = m->n_mac_owners;
	*MEM_PUSH(m->mac_owners, m->n_mac_owners, m->cap_mac_owners) = (struct mac_owner){
	    .mac = p->mac,
	    .from_lo_ns = change_window_earliest(&m->change_windows, t_ns),
	    .from_hi_ns = t_ns,
	    .to_lo_ns = INT64_MAX,
	    .to_hi_ns = INT64_MAX,
	};
	memcpy(m->mac_owners[p->mac_owner].port, p->name, sizeof(p->name));
}

static void mac_owner_end(struct bridge_state *m, int64_t t_ns, const struct port *p)
{
	m->mac_owners[p->mac_owner].to_lo_ns = change_window_earliest(&m->change_windows, t_ns);
	m->mac_owners[p->mac_owner].to_hi_ns = t_ns;
}

static void value_is(
    struct bridge_state *m, struct history *h, int64_t t_ns, struct mac mac, unsigned value)
{
	const struct history_span *last = h->n ? &h->items[h->n - 1] : NULL;

	if (!last)
		history_add(h, INT64_MIN, t_ns, mac, value);
	else if (last->state != value || mac_cmp(last->mac, mac))
		history_add(h, change_window_earliest(&m->change_windows, t_ns), t_ns, mac, value);
}

/* What the bridge would inherit now; an exposure when that has changed. */
static void inherit(struct bridge_state *m, struct ports *ports, int64_t t_ns, const struct port *p,
    enum port_verb verb)
{
	struct mac lowest = {0};
	uint32_t mtu = 0;
	bool carrier = false;

	for (size_t i = 0; i < ports->n; i++) {
		const struct port *q = &ports->items[i];

		if (!i || mac_cmp(q->mac, lowest) < 0)
			lowest = q->mac;
		if (!i || q->mtu < mtu)
			mtu = q->mtu;
		carrier |= q->carrier;
	}
	value_is(m, &m->lowest_mac, t_ns, lowest, 0);
	value_is(m, &m->least_mtu, t_ns, (struct mac){{0}}, ports->n ? mtu : MTU_WITHOUT_PORTS);
	bool changed =
	    mac_cmp(lowest, ports->lowest) || mtu != ports->mtu || carrier != ports->carrier;
	ports->lowest = lowest;
	ports->mtu = mtu;
	ports->carrier = carrier;
	if (!changed || t_ns <= 0 || t_ns > m->end_ns)
		return;
	struct exposure *x = MEM_PUSH(m->exposures, m->n_exposures, m->cap_exposures);
	*x = (struct exposure){.t_ns = t_ns, .mac = p->mac, .verb = verb};
	memcpy(x->port, p->name, sizeof(x->port));
}

/* How many ports forward, or may: one whose state was never told is taken for one that does. */
static void note_open(struct bridge_state *m, const struct ports *ports, int64_t t_ns)
{
	const struct mac none = {0};
	struct history *h = &m->open_ports;
	unsigned n = 0;

	for (size_t i = 0; i < ports->n; i++)
		n += ports->items[i].state == PORT_FORWARDING ||
		     ports->items[i].state == PORT_UNTOLD;
	if (!h->n || h->items[h->n - 1].state != n)
		history_add(h, h->n ? change_window_earliest(&m->change_windows, t_ns) : INT64_MIN,
		    t_ns, none, n);
}

static struct port *port_find(struct ports *ports, int32_t ifindex)
{
	for (size_t i = 0; i < ports->n; i++)
		if (ports->items[i].ifindex == ifindex)
			return &ports->items[i];
	return NULL;
}

static void port_left(const struct trace *t, struct bridge_state *m, struct ports *ports,
    struct port *p, int64_t t_ns)
{
	struct port gone = *p;

	mac_owner_end(m, t_ns, p);
	note_client_port(t, m, t_ns, p, true);
	*p = ports->items[--ports->n];
	note_open(m, ports, t_ns);
	inherit(m, ports, t_ns, &gone, PORT_LEFT);
}

static void note_dead_end(const struct trace *t, struct bridge_state *m, const struct event *ev)
{
	int client = client_of(t, ev->u.link.name);

	if (client >= 0)
		value_is(m, &m->dead_ends[client], ev->t_ns, (struct mac){{0}},
		    (ev->u.link.flags & (IFF_UP | IFF_LOWER_UP)) == IFF_UP);
}

static void port_is(const struct trace *t, struct bridge_state *m, struct ports *ports,
    struct port *p, const struct event *ev)
{
	bool joined = !p, changed = joined;

	if (joined) {
		p = MEM_PUSH(ports->items, ports->n, ports->cap);
		*p = (struct port){
		    .ifindex = ev->u.link.ifindex, .mac = ev->u.link.mac, .state = PORT_UNTOLD};
		memcpy(p->name, ev->u.link.name, sizeof(p->name));
		p->name[sizeof(p->name) - 1] = '\0';
		mac_owner_begin(m, ev->t_ns, p);
	} else if (!ev->u.link.bridge_msg && mac_cmp(p->mac, ev->u.link.mac)) {
		mac_owner_end(m, ev->t_ns, p);
		p->mac = ev->u.link.mac;
		mac_owner_begin(m, ev->t_ns, p);
		changed = true;
	}
	if (joined || !ev->u.link.bridge_msg) {
		changed |= p->mtu != ev->u.link.mtu || p->carrier != ev->u.link.carrier;
		p->mtu = ev->u.link.mtu;
		p->carrier = ev->u.link.carrier;
	}
	if (ev->u.link.port_state != PORT_UNTOLD)
		p->state = ev->u.link.port_state;
	note_client_port(t, m, ev->t_ns, p, false);
	note_dead_end(t, m, ev);
	note_open(m, ports, ev->t_ns);
	if (changed)
		inherit(m, ports, ev->t_ns, p, joined ? PORT_JOINED : PORT_CHANGED);
}

static void gateway_is(struct bridge_state *m, int64_t t_ns, struct mac mac)
{
	struct history *h = &m->gateway;

	if (!h->n)
		history_add(h, INT64_MIN, t_ns, mac, 0);
	else if (mac_cmp(h->items[h->n - 1].mac, mac))
		history_add(h,
		    change_window_of_mac(&m->change_windows, t_ns, h->items[h->n - 1].mac, mac,
		        h->items[h->n - 1].lo_ns),
		    t_ns, mac, 0);
}

static void note_mtu(const struct trace *t, struct bridge_state *m, const struct event *ev)
{
	struct history *h = NULL;
	int client;

	if (ev->u.link.bridge_msg || ev->u.link.gone || !ev->u.link.mtu)
		return;
	if (!strncmp(ev->u.link.name, BRIDGE_NAME, NAME_MAX_LEN))
		h = &m->bridge_mtu;
	else if (!strncmp(ev->u.link.name, UPLINK_NAME, NAME_MAX_LEN))
		h = &m->uplink_mtu;
	else if ((client = client_of(t, ev->u.link.name)) >= 0)
		h = &m->port_mtus[client];
	if (h)
		value_is(m, h, ev->t_ns, (struct mac){{0}}, ev->u.link.mtu);
}

static void link_event(
    const struct trace *t, struct bridge_state *m, struct ports *ports, const struct event *ev)
{
	struct port *p;

	note_mtu(t, m, ev);
	if (!strncmp(ev->u.link.name, BRIDGE_NAME, NAME_MAX_LEN)) {
		if (ev->u.link.bridge_msg || ev->u.link.gone)
			return;
		ports->bridge = ev->u.link.ifindex;
		gateway_is(m, ev->t_ns, ev->u.link.mac);
		value_is(m, &m->running, ev->t_ns, (struct mac){{0}}, ev->u.link.carrier);
		return;
	}
	p = port_find(ports, ev->u.link.ifindex);
	bool here = !ev->u.link.gone && ports->bridge && ev->u.link.master == ports->bridge &&
	            (p || !mac_is_zero(ev->u.link.mac));
	if (here || (p && ev->u.link.bridge_msg && !ev->u.link.gone))
		port_is(t, m, ports, p, ev);
	else if (p)
		port_left(t, m, ports, p, ev->t_ns);
}

static int by_mac(const void *a, const void *b)
{
	const struct mac_owner *x = a, *y = b;
	int order = mac_cmp(x->mac, y->mac);

	if (order)
		return order;
	return (x->from_lo_ns > y->from_lo_ns) - (x->from_lo_ns < y->from_lo_ns);
}

static void sort_mac_owners(struct bridge_state *m)
{
	if (m->n_mac_owners)
		qsort(m->mac_owners, m->n_mac_owners, sizeof(*m->mac_owners), by_mac);
	for (size_t i = 0; i < m->n_mac_owners; i++) {
		struct mac_owner *x = &m->mac_owners[i];

		x->latest_ns = x->to_hi_ns;
		if (i && !mac_cmp(x[-1].mac, x->mac) && x[-1].latest_ns > x->latest_ns)
			x->latest_ns = x[-1].latest_ns;
	}
}

void bridge_state_make(const struct trace *t, struct bridge_state *m)
{
	struct ports ports = {0};

	*m = (struct bridge_state){.n_clients = t->meta.n_clients};
	change_windows_make(t, &m->change_windows);
	m->slack_ns = m->change_windows.slack_ns;
	m->client_ports = mem_alloc(m->n_clients * sizeof(*m->client_ports));
	m->port_mtus = mem_alloc(m->n_clients * sizeof(*m->port_mtus));
	m->dead_ends = mem_alloc(m->n_clients * sizeof(*m->dead_ends));
	for (size_t i = 0; i < m->n_clients; i++)
		history_add(
		    &m->client_ports[i], INT64_MIN, INT64_MIN, (struct mac){0}, PORT_UNTOLD);
	m->end_ns = t->n ? t->events[t->n - 1].t_ns : 0;
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->type == EV_PHASE && ev->u.phase.phase == PHASE_END) {
			m->end_ns = ev->t_ns;
			break;
		}
		if (ev->type == EV_LINK && !ports.bridge && !ev->u.link.gone &&
		    !strncmp(ev->u.link.name, BRIDGE_NAME, NAME_MAX_LEN))
			ports.bridge = ev->u.link.ifindex; /* its ports may be told before it */
	}
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->type == EV_STATE) {
			const struct event **at = ev->u.state.at_end ? &m->at_end : &m->baseline;

			*at = *at ? *at : ev;
			if (*at != ev || !ev->u.state.mtu) /* all zero: it could not be read */
				continue;
			gateway_is(m, ev->t_ns, ev->u.state.mac);
			value_is(m, &m->bridge_mtu, ev->t_ns, (struct mac){{0}}, ev->u.state.mtu);
		} else if (ev->type == EV_LINK && ev->where == WHERE_ROUTER &&
		           ev->t_ns <= m->end_ns) {
			link_event(t, m, &ports, ev);
		}
	}
	free(ports.items);
	sort_mac_owners(m);
}

void bridge_state_free(struct bridge_state *m)
{
	history_free(&m->gateway);
	history_free(&m->open_ports);
	history_free(&m->running);
	history_free(&m->lowest_mac);
	history_free(&m->least_mtu);
	history_free(&m->bridge_mtu);
	history_free(&m->uplink_mtu);
	for (size_t i = 0; i < m->n_clients; i++) {
		history_free(&m->client_ports[i]);
		history_free(&m->port_mtus[i]);
		history_free(&m->dead_ends[i]);
	}
	free(m->client_ports);
	free(m->port_mtus);
	free(m->dead_ends);
	free(m->exposures);
	free(m->mac_owners);
	change_windows_free(&m->change_windows);
	*m = (struct bridge_state){0};
}
