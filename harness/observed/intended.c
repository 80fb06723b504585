/* SPDX-License-Identifier: GPL-2.0-or-later */
/* intended.c: what the scenario's events asked for. */
#include "observed/intended.h"

#include <linux/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/units.h"
#include "observed/bridge_ask.h"
#include "trace/names.h"

/* linkwatch tells of a bridge's carrier once a second of real time. */
#define CARRIER_REAL_NS NS_PER_S

/* May what was read at t_ns be of this window? */
static bool within(const struct bridge_state *m, const struct change_window *b, int64_t t_ns)
{
	return t_ns >= b->begin_ns &&
	       (b->end_ns == INT64_MAX ||
	           change_window_read_since(&m->change_windows, t_ns) - m->slack_ns <= b->end_ns);
}

/* Does this notification show what the event asked for? */
static bool shows(const struct event *link, const struct event *intended)
{
	bool up = link->u.link.flags & IFF_UP;

	switch ((enum churn_op)intended->u.churn.op) {
	case OP_JOIN:
		return link->u.link.master != 0 && !link->u.link.gone;
	case OP_LEAVE:
		return !link->u.link.master || link->u.link.gone;
	case OP_SET_MAC:
		return mac_is_zero(intended->u.churn.mac) ||
		       !mac_cmp(link->u.link.mac, intended->u.churn.mac);
	case OP_SET_MTU:
		return link->u.link.mtu == intended->u.churn.mtu;
	case OP_UP:
		return up;
	case OP_DOWN:
		return !up;
	case OP_RECREATE:
		return link->u.link.gone;
	case OP_FILTER_VLANS:
		return link->u.link.filters_vlans;
	default:
		return false;
	}
}

/* Is it that address of the bridge's, and does it come or go as the event asked for? */
static bool is_address(const struct event *ev, const struct event *intended)
{
	bool v6 = ev->u.addr.family == AF_INET6,
	     local = v6 && ev->u.addr.addr[0] == 0xfe && (ev->u.addr.addr[1] & 0xc0) == 0x80;
	unsigned is = local ? ADDRESS_LINK_LOCAL : v6 ? ADDRESS_IPV6 : ADDRESS_IPV4;

	return bridge_is_address(ev) && is == intended->u.churn.address &&
	       ev->u.addr.gone == (intended->u.churn.op == OP_DELETE_ADDRESS);
}

static bool is_link(const struct event *ev, const struct event *intended)
{
	return ev->type == EV_LINK && ev->where == WHERE_ROUTER && !ev->u.link.bridge_msg &&
	       !strncmp(ev->u.link.name, intended->u.churn.port, NAME_MAX_LEN) &&
	       shows(ev, intended);
}

/* When the event was seen to take effect; -1: it was not. */
static int64_t effect(
    const struct trace *t, const struct bridge_state *m, const struct change_window *b)
{
	const struct event *intended = b->begin;

	if (b->end_ns == INT64_MAX || b->failed)
		return -1;
	if (intended->where != WHERE_ROUTER)
		return b->end_ns; /* links of clients are not listened to */
	for (const struct event *ev = intended + 1; ev < t->events + t->n && within(m, b, ev->t_ns);
	     ev++)
		if (intended->u.churn.address ? is_address(ev, intended) : is_link(ev, intended))
			return ev->t_ns;
	return -1;
}

static bool is_told(const struct bridge_state *m, const struct change_window *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (within(m, b, m->exposures[i].t_ns))
			return true;
	return false;
}

static int by_time(const void *pa, const void *pb)
{
	const struct exposure *a = pa, *b = pb;

	if (a->t_ns != b->t_ns)
		return a->t_ns < b->t_ns ? -1 : 1;
	return a->intended - b->intended;
}

void intended_exposures(const struct trace *t, struct bridge_state *m)
{
	size_t inherited = m->n_exposures;

	for (size_t i = 0; i < m->change_windows.n; i++) {
		const struct change_window *b = &m->change_windows.items[i];
		const struct event *intended = b->begin;
		int64_t at = intended->u.churn.event ? effect(t, m, b) : -1;

		if (at <= 0 || at > m->end_ns || is_told(m, b, inherited))
			continue;
		struct exposure *x = MEM_PUSH(m->exposures, m->n_exposures, m->cap_exposures);
		*x = (struct exposure){.t_ns = at,
		    .mac = intended->u.churn.mac,
		    .op = intended->u.churn.op,
		    .intended = true};
		x->verb = intended->u.churn.op == OP_JOIN    ? PORT_JOINED
		          : intended->u.churn.op == OP_LEAVE ? PORT_LEFT
		                                             : PORT_CHANGED;
		memcpy(x->port, intended->u.churn.port, sizeof(x->port));
	}
	if (m->n_exposures)
		qsort(m->exposures, m->n_exposures, sizeof(*m->exposures), by_time);
}

const char *port_verb_name(enum port_verb verb)
{
	static const char *const names[] = {"joined", "left", "changed"};

	return names[verb];
}

char *intended_words(const struct exposure *x)
{
	bool is_set = x->op == OP_UP || x->op == OP_DOWN;

	if (x->intended && x->op >= OP_SET_MAC)
		return mem_printf("the event '%s%s' of %.15s", is_set ? "set " : "",
		    event_op_name(x->op), x->port);
	return mem_printf("port %.15s %s", x->port, port_verb_name(x->verb));
}

char *intended_occasion(const struct bridge_state *m, int64_t t_ns)
{
	const struct history_span *s = NULL;
	char mac[MAC_TEXT];

	for (size_t i = 1; i < m->gateway.n && m->gateway.items[i].lo_ns <= t_ns; i++)
		s = &m->gateway.items[i];
	if (!s)
		return NULL;
	for (size_t i = m->n_exposures; i > 0; i--) {
		const struct exposure *x = &m->exposures[i - 1];

		if (x->t_ns >= s->lo_ns - INTENDED_SOON_NS && x->t_ns <= s->hi_ns + m->slack_ns)
			return intended_words(x);
	}
	return mem_printf("br0's MAC became %s", mac_text(s->mac, mac));
}

bool intended_is_of_bridge(const struct change_window *b, unsigned ops)
{
	return b->begin->u.churn.event && (ops & OP_BIT(b->begin->u.churn.op)) &&
	       !strncmp(b->begin->u.churn.port, BRIDGE_NAME, NAME_MAX_LEN);
}

bool intended_for_bridge(const struct bridge_state *m, int64_t t_ns, unsigned ops)
{
	for (size_t i = 0; i < m->change_windows.n; i++)
		if (intended_is_of_bridge(&m->change_windows.items[i], ops) &&
		    within(m, &m->change_windows.items[i], t_ns))
			return true;
	return false;
}

/* With the bridge went its addresses; admin down takes IPv6 ones; and those that come back are told
 * when a workqueue finds the time (addrconf_dad_work()). */
bool intended_address(const struct bridge_state *m, const struct event *ev)
{
	const unsigned again = OP_BIT(OP_RECREATE), down = OP_BIT(OP_DOWN) | OP_BIT(OP_UP);
	bool v6 = ev->u.addr.family == AF_INET6;

	for (const struct change_window *w = m->change_windows.items;
	     w < m->change_windows.items + m->change_windows.n; w++)
		if (intended_is_of_bridge(w, OP_BIT(OP_DELETE_ADDRESS) | OP_BIT(OP_ADD_ADDRESS)) &&
		    is_address(ev, w->begin) &&
		    (within(m, w, ev->t_ns) || (v6 && !ev->u.addr.gone && w->begin_ns <= ev->t_ns)))
			return true;
	return intended_for_bridge(m, ev->t_ns, v6 ? again | down : again) ||
	       (v6 && !ev->u.addr.gone && intended_before(m, ev->t_ns, again | OP_BIT(OP_UP)));
}

bool intended_before(const struct bridge_state *m, int64_t t_ns, unsigned ops)
{
	for (size_t i = 0; i < m->change_windows.n; i++)
		if (m->change_windows.items[i].begin_ns <= t_ns &&
		    intended_is_of_bridge(&m->change_windows.items[i], ops))
			return true;
	return false;
}

/* A port was taken by churn or event, or the bridge itself was, when this was read. */
static bool taken(const struct bridge_state *m, int64_t t_ns)
{
	const unsigned ops = OP_BIT(OP_LEAVE) | OP_BIT(OP_DOWN) | OP_BIT(OP_RECREATE);

	for (size_t i = 0; i < m->change_windows.n; i++)
		if ((ops & OP_BIT(m->change_windows.items[i].begin->u.churn.op)) &&
		    within(m, &m->change_windows.items[i], t_ns))
			return true;
	return false;
}

bool intended_no_carrier(const struct trace *t, const struct bridge_state *m, int64_t t_ns)
{
	int64_t late = trace_scenario_ns(t, CARRIER_REAL_NS),
	        since = change_window_read_since(&m->change_windows, t_ns);
	const struct history *h = &m->open_ports;

	if (intended_for_bridge(m, t_ns, OP_BIT(OP_DOWN) | OP_BIT(OP_UP) | OP_BIT(OP_RECREATE)))
		return true;
	for (size_t i = 1; i < h->n && h->items[i].lo_ns <= t_ns; i++) {
		int64_t until = i + 1 < h->n ? h->items[i + 1].hi_ns : INT64_MAX - late;

		if (!h->items[i].state && until + late >= since && taken(m, h->items[i].hi_ns))
			return true;
	}
	return false;
}

unsigned unintended_gateway_changes(const struct bridge_state *m)
{
	const unsigned ops = OP_BIT(OP_SET_MAC) | OP_BIT(OP_RECREATE);
	unsigned n = 0;

	for (size_t i = 1; i < m->gateway.n; i++)
		n += m->gateway.items[i].hi_ns > 0 &&
		     !intended_for_bridge(m, m->gateway.items[i].hi_ns, ops);
	return n;
}
