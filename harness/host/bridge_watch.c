/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_watch.c: what changes of a bridge of the host, and which port caused it.
 *
 * The kernel reports the bridge's new MAC before the port that joined or left (br_add_if(),
 * del_nbp()), so a cause is looked for only when all messages of one change have been read. */
#include "host/bridge_watch.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/utf8.h"

static struct bridge_change *add(
    struct bridge_watch *w, enum bridge_change_what what, int64_t real_ns)
{
	struct bridge_change *c = MEM_PUSH(w->changes, w->n, w->cap);

	*c = (struct bridge_change){.what = what, .real_ns = real_ns, .why = CHANGE_GONE};
	return c;
}

static void add_of_port(struct bridge_watch *w, enum bridge_change_what what,
    const struct view_port *p, struct mac from, int64_t real_ns)
{
	struct bridge_change *c = add(w, what, real_ns);

	memcpy(c->port, p->name, sizeof(c->port));
	c->from = from;
	c->to = p->mac;
	c->mtu_from = c->mtu_to = p->mtu;
}

static void take_bridge(struct bridge_watch *w, const struct event *ev, int64_t real_ns)
{
	struct bridge_view *b = &w->view;
	struct bridge_change *c;

	if (ev->u.link.gone) {
		add(w, CHANGE_GONE, real_ns);
		w->gone = true;
		return;
	}
	if (mac_cmp(ev->u.link.mac, b->mac)) {
		c = add(w, CHANGE_MAC, real_ns);
		c->from = b->mac;
		c->to = b->mac = ev->u.link.mac;
	}
	if (ev->u.link.mtu != b->mtu) {
		c = add(w, CHANGE_MTU, real_ns);
		c->mtu_from = b->mtu;
		c->mtu_to = b->mtu = ev->u.link.mtu;
	}
	if (ev->u.link.carrier != b->carrier) {
		c = add(w, CHANGE_CARRIER, real_ns);
		c->on = b->carrier = ev->u.link.carrier;
	}
}

static void take_port(struct bridge_watch *w, const struct event *ev, int64_t real_ns)
{
	struct bridge_view *b = &w->view;
	struct view_port *p = bridge_view_port(b, ev->u.link.ifindex);
	bool is_port = !ev->u.link.gone && ev->u.link.master == b->ifindex;

	if (p && !is_port) {
		add_of_port(w, CHANGE_LEFT, p, p->mac, real_ns);
		*p = b->ports[--b->n_ports];
	} else if (!p && is_port) {
		p = MEM_PUSH(b->ports, b->n_ports, b->cap_ports);
		*p = (struct view_port){
		    .ifindex = ev->u.link.ifindex, .mac = ev->u.link.mac, .mtu = ev->u.link.mtu};
		memcpy(p->name, ev->u.link.name, sizeof(p->name));
		add_of_port(w, CHANGE_JOINED, p, p->mac, real_ns);
	} else if (p) {
		struct mac before = p->mac;
		unsigned mtu = p->mtu;

		p->mac = ev->u.link.mac;
		p->mtu = ev->u.link.mtu;
		memcpy(p->name, ev->u.link.name, sizeof(p->name));
		if (mac_cmp(before, p->mac))
			add_of_port(w, CHANGE_READDRESSED, p, before, real_ns);
		if (mtu != p->mtu) {
			add_of_port(w, CHANGE_RESIZED, p, p->mac, real_ns);
			w->changes[w->n - 1].mtu_from = mtu;
		}
	}
}

static void take_address(struct bridge_watch *w, const struct event *ev, int64_t real_ns)
{
	char text[INET6_ADDRSTRLEN] = "?";
	struct bridge_change *c = add(w, CHANGE_ADDRESS, real_ns);

	inet_ntop(ev->u.addr.family, ev->u.addr.addr, text, sizeof(text));
	snprintf(c->address, sizeof(c->address), "%s/%u", text, ev->u.addr.prefix);
	c->on = !ev->u.addr.gone;
}

void bridge_watch_take(struct bridge_watch *w, const struct event *ev, int64_t real_ns)
{
	/* the bridge's own view of a port: another message tells of the link itself */
	if (ev->type == EV_LINK && ev->u.link.bridge_msg)
		return;
	if (ev->type == EV_LINK && ev->u.link.ifindex == w->view.ifindex)
		take_bridge(w, ev, real_ns);
	else if (ev->type == EV_LINK)
		take_port(w, ev, real_ns);
	else if (ev->type == EV_ADDR)
		take_address(w, ev, real_ns);
}

void bridge_watch_pinned(struct bridge_watch *w, bool pinned, int64_t real_ns)
{
	if (w->view.pinned != pinned)
		add(w, CHANGE_PINNED, real_ns)->on = pinned;
	w->view.pinned = pinned;
}

/* Did that port bring what the bridge has now, or take away what it had? */
static bool explains(const struct bridge_change *by, const struct bridge_change *c)
{
	bool brings = by->what != CHANGE_LEFT, takes = by->what != CHANGE_JOINED;

	switch (c->what) {
	case CHANGE_MAC:
		return by->what <= CHANGE_READDRESSED &&
		       ((brings && !mac_cmp(by->to, c->to)) ||
		           (takes && !mac_cmp(by->from, c->from)));
	case CHANGE_MTU:
		return (by->what <= CHANGE_LEFT || by->what == CHANGE_RESIZED) &&
		       ((brings && by->mtu_to == c->mtu_to) ||
		           (takes && by->mtu_from == c->mtu_from));
	case CHANGE_CARRIER:
		return by->what == (c->on ? CHANGE_JOINED : CHANGE_LEFT);
	default:
		return false;
	}
}

void bridge_watch_explain(struct bridge_watch *w)
{
	for (struct bridge_change *c = w->changes; c < w->changes + w->n; c++) {
		const struct bridge_change *last = NULL;

		for (const struct bridge_change *by = w->changes; by < w->changes + w->n; by++)
			if (explains(by, c))
				last = by;
		if (!last)
			continue;
		memcpy(c->port, last->port, sizeof(c->port));
		c->why = last->what;
	}
}

static const char *const names[CHANGE_WHATS] = {"port-joined", "port-left", "port-mac", "port-mtu",
    "mac", "pinned", "mtu", "carrier", "address", "gone"};

static const char *did(enum bridge_change_what what)
{
	return what == CHANGE_JOINED        ? "joined"
	       : what == CHANGE_LEFT        ? "left"
	       : what == CHANGE_READDRESSED ? "was given another MAC"
	                                    : "was given another MTU";
}

static void put_cause(const struct bridge_watch *w, const struct bridge_change *c, struct buf *out)
{
	if (c->why != CHANGE_GONE)
		buf_printf(out, ": port %s %s", c->port, did(c->why));
	else if (c->what == CHANGE_MAC && w->view.pinned)
		buf_puts(out, ": it was set");
}

void bridge_change_text(
    const struct bridge_watch *w, const struct bridge_change *c, struct buf *out)
{
	char from[MAC_TEXT], to[MAC_TEXT];
	const char *bridge = w->view.name;

	mac_text(c->from, from);
	mac_text(c->to, to);
	switch (c->what) {
	case CHANGE_JOINED:
		buf_printf(out, "port %s (%s) joined", c->port, to);
		break;
	case CHANGE_LEFT:
		buf_printf(out, "port %s (%s) left", c->port, from);
		break;
	case CHANGE_READDRESSED:
		buf_printf(out, "port %s has %s, no longer %s", c->port, to, from);
		break;
	case CHANGE_RESIZED:
		buf_printf(
		    out, "port %s has MTU %u, no longer %u", c->port, c->mtu_to, c->mtu_from);
		break;
	case CHANGE_MAC:
		buf_printf(out, "%s CHANGED %s -> %s", bridge, from, to);
		break;
	case CHANGE_PINNED:
		buf_printf(out, "%s is %s pinned", bridge, c->on ? "now" : "no longer");
		break;
	case CHANGE_MTU:
		buf_printf(out, "%s has MTU %u, no longer %u", bridge, c->mtu_to, c->mtu_from);
		break;
	case CHANGE_CARRIER:
		buf_printf(out, "%s has %s carrier", bridge, c->on ? "a" : "no");
		break;
	case CHANGE_ADDRESS:
		buf_printf(out, "%s %s %s", bridge, c->on ? "was given" : "lost", c->address);
		break;
	default:
		buf_printf(out, "%s is gone", bridge);
	}
	put_cause(w, c, out);
}

static json_t *json_mac(struct mac m)
{
	char text[MAC_TEXT];

	return json_string(mac_text(m, text));
}

json_t *bridge_change_json(const struct bridge_change *c)
{
	json_t *o = json_pack("{ss}", "what", names[c->what]);

	if (c->what == CHANGE_MAC || c->what == CHANGE_READDRESSED) {
		json_object_set_new(o, "from", json_mac(c->from));
		json_object_set_new(o, "to", json_mac(c->to));
	} else if (c->what == CHANGE_JOINED || c->what == CHANGE_LEFT) {
		json_object_set_new(o, "mac", json_mac(c->to));
	} else if (c->what == CHANGE_MTU || c->what == CHANGE_RESIZED) {
		json_object_set_new(o, "from", json_integer(c->mtu_from));
		json_object_set_new(o, "to", json_integer(c->mtu_to));
	} else if (c->what == CHANGE_ADDRESS) {
		json_object_set_new(o, "address", json_string(c->address));
	}
	if (c->what == CHANGE_PINNED || c->what == CHANGE_CARRIER || c->what == CHANGE_ADDRESS)
		json_object_set_new(o, "on", json_boolean(c->on));
	if (*c->port)
		json_object_set_new(o, "port", utf8_json(c->port));
	if (c->why != CHANGE_GONE)
		json_object_set_new(o, "because", json_string(names[c->why]));
	return o;
}

void bridge_watch_clear(struct bridge_watch *w)
{
	w->n = 0;
}
