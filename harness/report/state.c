/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.c: the lab's state at a moment, rendered from the trace, tersely like ip and bridge do. */
#include "report/state.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/words.h"
#include "observed/bridge_state.h"
#include "observed/neigh.h"
#include "report/plays.h"

#define MAX_LINES 64 /* of one kind */

struct link {
	int32_t ifindex, master;
	char name[NAME_MAX_LEN];
	struct mac mac;
	uint32_t mtu;
	bool carrier;
	uint8_t port_state;
};

struct state {
	const struct trace *t;
	struct link *links;
	size_t n_links, cap_links;
	const struct event **fdb, **neighs,
	    **addrs; /* the last event of each entry that is there */
	size_t n_fdb, cap_fdb, n_neighs, cap_neighs, n_addrs, cap_addrs;
	const struct event *bridge; /* the last EV_STATE */
};

static struct link *link_find(struct state *s, int32_t ifindex)
{
	for (size_t i = 0; i < s->n_links; i++)
		if (s->links[i].ifindex == ifindex)
			return &s->links[i];
	return NULL;
}

static void link_event(struct state *s, const struct event *ev)
{
	struct link *l = link_find(s, ev->u.link.ifindex);

	if (ev->u.link.gone && ev->u.link.bridge_msg) {
		if (l)
			l->master = 0;
		return;
	}
	if (ev->u.link.gone) {
		if (l)
			memmove(l, l + 1, (size_t)(s->links + --s->n_links - l) * sizeof(*l));
		return;
	}
	if (!l) {
		l = MEM_PUSH(s->links, s->n_links, s->cap_links);
		*l = (struct link){.ifindex = ev->u.link.ifindex, .port_state = PORT_UNTOLD};
	}
	if (ev->u.link.port_state != PORT_UNTOLD)
		l->port_state = ev->u.link.port_state;
	l->master = ev->u.link.master;
	memcpy(l->name, ev->u.link.name, sizeof(l->name) - 1);
	if (ev->u.link.bridge_msg && !mac_is_zero(l->mac))
		return;
	l->mac = ev->u.link.mac;
	l->mtu = ev->u.link.mtu;
	l->carrier = ev->u.link.carrier;
}

static bool same_entry(const struct event *a, const struct event *b)
{
	/* an entry's port may change untold: that of a port that left becomes the bridge's */
	if (a->type == EV_FDB)
		return !mac_cmp(a->u.fdb.mac, b->u.fdb.mac) && a->u.fdb.vlan == b->u.fdb.vlan;
	if (a->type == EV_ADDR)
		return a->u.addr.family == b->u.addr.family &&
		       !memcmp(a->u.addr.addr, b->u.addr.addr, sizeof(a->u.addr.addr)) &&
		       !strncmp(a->u.addr.dev, b->u.addr.dev, NAME_MAX_LEN);
	return a->where == b->where && a->u.neigh.family == b->u.neigh.family &&
	       !memcmp(a->u.neigh.ip, b->u.neigh.ip, sizeof(a->u.neigh.ip)) &&
	       !strncmp(a->u.neigh.dev, b->u.neigh.dev, NAME_MAX_LEN);
}

static void entry(
    const struct event ***list, size_t *n, size_t *cap, const struct event *ev, bool gone)
{
	size_t i = 0;

	while (i < *n && !same_entry((*list)[i], ev))
		i++;
	if (i < *n && gone)
		memmove(*list + i, *list + i + 1, (--*n - i) * sizeof(**list));
	else if (i < *n)
		(*list)[i] = ev;
	else if (!gone)
		*MEM_PUSH(*list, *n, *cap) = ev;
}

static bool neigh_wanted(const struct trace *t, const struct event *ev)
{
	enum ip_family family = ev->u.neigh.family == AF_INET6 ? IP_V6 : IP_V4;

	if (ev->where == WHERE_ROUTER)
		return client_by_ip(t, family, ev->u.neigh.ip) >= 0;
	return ev->where >= WHERE_CLIENT &&
	       (size_t)(ev->where - WHERE_CLIENT) < t->meta.n_clients &&
	       is_gateway_ip(t, family, ev->u.neigh.ip);
}

static void read_until(struct state *s, int64_t t_ns)
{
	for (size_t i = 0; i < s->t->n; i++) {
		const struct event *ev = &s->t->events[i];
		bool later = ev->t_ns > t_ns;

		/* the baseline is read at rest, and may bear a time right after t=0 */
		if (ev->type == EV_STATE && ev->u.state.mtu &&
		    (!later || (!s->bridge && !ev->u.state.at_end)))
			s->bridge = ev;
		if (later)
			continue;
		if (ev->type == EV_LINK && ev->where == WHERE_ROUTER)
			link_event(s, ev);
		else if (ev->type == EV_FDB && (ev->u.fdb.state & NUD_IS_PERMANENT) &&
		         mac_is_unicast(ev->u.fdb.mac))
			entry(&s->fdb, &s->n_fdb, &s->cap_fdb, ev, ev->u.fdb.gone);
		else if (ev->type == EV_NEIGH && neigh_wanted(s->t, ev))
			entry(&s->neighs, &s->n_neighs, &s->cap_neighs, ev, ev->u.neigh.gone);
		else if (ev->type == EV_ADDR && !strncmp(ev->u.addr.dev, BRIDGE_NAME, NAME_MAX_LEN))
			entry(&s->addrs, &s->n_addrs, &s->cap_addrs, ev, ev->u.addr.gone);
	}
}

static const char *assign_type_name(unsigned type)
{
	static const char *const names[] = {"permanent", "random", "stolen", "set"};

	return type < ARRAY_SIZE(names) ? names[type] : "unknown";
}

static const struct link *find_bridge(const struct state *s)
{
	for (size_t i = 0; i < s->n_links; i++)
		if (!strncmp(s->links[i].name, BRIDGE_NAME, NAME_MAX_LEN))
			return &s->links[i];
	return NULL;
}

static void add_bridge(const struct state *s, const struct link *br, struct buf *out)
{
	char text[MAC_TEXT], ip[INET6_ADDRSTRLEN];

	if (!br) {
		buf_puts(out, "bridge  unknown\n");
		return;
	}
	buf_printf(out, "bridge  %-15s %s  mtu %u  carrier %s", BRIDGE_NAME,
	    mac_text(br->mac, text), br->mtu, br->carrier ? "up" : "down");
	if (s->bridge)
		buf_printf(
		    out, "  addr_assign_type %s", assign_type_name(s->bridge->u.state.assign_type));
	buf_puts(out, "\n");
	for (size_t i = 0; i < s->n_addrs; i++) {
		const struct event *a = s->addrs[i];

		if (inet_ntop(a->u.addr.family, a->u.addr.addr, ip, sizeof(ip)))
			buf_printf(out, "addr    %-15s %s/%u\n", BRIDGE_NAME, ip, a->u.addr.prefix);
	}
}

static void add_more(struct buf *out, size_t lines, const char *what)
{
	if (lines > MAX_LINES)
		buf_printf(out, "        and %zu more %s\n", lines - MAX_LINES, what);
}

static bool is_port(const struct state *s, const struct link *br, const char *name)
{
	if (!strncmp(name, BRIDGE_NAME, NAME_MAX_LEN))
		return true;
	for (size_t i = 0; br && i < s->n_links; i++)
		if (s->links[i].master == br->ifindex &&
		    !strncmp(s->links[i].name, name, NAME_MAX_LEN))
			return true;
	return false;
}

/* An entry of a port that has left the bridge, but was not told to be gone, is shown too. */
static bool of_bridge(const struct state *s, const struct link *br, const char *name)
{
	bool known = false;

	for (size_t i = 0; i < s->n_links; i++)
		known |= !strncmp(s->links[i].name, name, NAME_MAX_LEN);
	return !known || is_port(s, br, name);
}

static void add_ports(const struct state *s, const struct link *br, struct buf *out)
{
	char text[MAC_TEXT];
	size_t n = 0;

	for (size_t i = 0; br && i < s->n_links; i++) {
		const struct link *l = &s->links[i];

		if (l->master != br->ifindex || ++n > MAX_LINES)
			continue;
		buf_printf(out, "port    %-15s %s  mtu %u  carrier %s  %s\n", l->name,
		    mac_text(l->mac, text), l->mtu, l->carrier ? "up" : "down",
		    port_state_name(l->port_state, "state not told"));
	}
	add_more(out, n, "ports");
}

static void add_fdb(const struct state *s, const struct link *br, struct buf *out)
{
	char text[MAC_TEXT];
	size_t n = 0;

	for (size_t i = 0; i < s->n_fdb; i++) {
		const struct event *ev = s->fdb[i];

		if (!of_bridge(s, br, ev->u.fdb.port) || ++n > MAX_LINES)
			continue;
		buf_printf(out, "fdb     %-15.15s %s  local", ev->u.fdb.port,
		    mac_text(ev->u.fdb.mac, text));
		if (ev->u.fdb.vlan)
			buf_printf(out, "  vlan %u", ev->u.fdb.vlan);
		buf_puts(out, "\n");
	}
	add_more(out, n, "local FDB entries");
}

static void add_neighs(const struct state *s, struct buf *out)
{
	char text[MAC_TEXT], ip[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < s->n_neighs && i < MAX_LINES; i++) {
		const struct event *ev = s->neighs[i];
		const char *who = ev->where == WHERE_ROUTER
		                      ? "router"
		                      : s->t->meta.clients[ev->where - WHERE_CLIENT].name;

		enum ip_family family = ev->u.neigh.family == AF_INET6 ? IP_V6 : IP_V4;

		inet_ntop(ev->u.neigh.family, ev->u.neigh.ip, ip, sizeof(ip));
		buf_printf(out, "neigh   %-15.15s %s  ", who,
		    mac_is_zero(ev->u.neigh.mac) ? "no MAC           "
		                                 : mac_text(ev->u.neigh.mac, text));
		buf_printf(out, "%s for %s%s%.15s\n", neigh_state_name(ev->u.neigh.state), ip,
		    ev->where == WHERE_ROUTER ? ", " : ", the gateway",
		    ev->where == WHERE_ROUTER
		        ? s->t->meta.clients[client_by_ip(s->t, family, ev->u.neigh.ip)].name
		        : "");
	}
	add_more(out, s->n_neighs, "neighbour entries");
}

void state_text(const struct trace *t, int64_t t_ns, struct buf *out)
{
	struct state s = {.t = t};

	read_until(&s, t_ns);
	const struct link *br = find_bridge(&s);
	add_bridge(&s, br, out);
	add_ports(&s, br, out);
	add_fdb(&s, br, out);
	add_neighs(&s, out);
	free(s.links);
	free(s.fdb);
	free(s.neighs);
	free(s.addrs);
}

void state_moments(const struct judged *play, struct state_moment out[STATE_MOMENTS])
{
	const struct bridge_state *bridge = &play->facts.bridge_state;
	const struct outage *worst = judgement_worst(&play->judgement);
	const struct trace *t = play->facts.t;
	struct state_moment *during = &out[STATE_DURING];

	out[STATE_BEFORE] = (struct state_moment){0, false, "before", "t=0"};
	out[STATE_DURING] = (struct state_moment){0, false, "during", "no exposure and no loss"};
	out[STATE_AFTER] = (struct state_moment){
	    0, t->n > 0, "after", t->whole ? "the end" : "where the trace ends"};
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		out[STATE_AFTER].t_ns = ev->t_ns;
		if (ev->type != EV_PHASE)
			continue;
		if (ev->u.phase.phase == PHASE_START)
			out[STATE_BEFORE].reached = true;
		if (ev->u.phase.phase == PHASE_END)
			break;
	}
	if (worst)
		*during = (struct state_moment){
		    worst->from_ns, true, "during", "the first lost lookup of the longest outage"};
	else if (bridge->n_exposures)
		*during = (struct state_moment){bridge->exposures[0].t_ns, true, "during",
		    "the first exposure; nothing was lost"};
}

void state_file(const struct judged *play, struct buf *out)
{
	struct state_moment moments[STATE_MOMENTS];
	struct buf b = {0};
	char at[WORDS_TEXT];

	state_moments(play, moments);
	buf_printf(&b, "# %s: from netlink notifications; times in scenario seconds\n",
	    text_or(play->trace->meta.name, "?"));
	for (int i = 0; i < STATE_MOMENTS; i++) {
		const struct state_moment *m = &moments[i];

		if (m->reached) {
			buf_printf(
			    &b, "\n# %s: %s s, %s\n", m->name, words_moment(m->t_ns, at), m->what);
			state_text(play->trace, m->t_ns, &b);
		} else {
			buf_printf(&b, "\n# %s: %s: not reached\n", m->name, m->what);
		}
	}
	text_clean(out, b.s);
	buf_free(&b);
}
