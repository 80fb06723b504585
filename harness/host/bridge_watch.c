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

static void bridge_is(
    struct bridge_watch *w, struct mac mac, unsigned mtu, bool carrier, int64_t real_ns)
{
	struct bridge_view *b = &w->view;
	struct bridge_change *c;

	if (mac_cmp(mac, b->mac)) {
		c = add(w, CHANGE_MAC, real_ns);
		c->from = b->mac;
		c->to = b->mac = mac;
	}
	if (mtu != b->mtu) {
		c = add(w, CHANGE_MTU, real_ns);
		c->mtu_from = b->mtu;
		c->mtu_to = b->mtu = mtu;
	}
	if (carrier != b->carrier) {
		c = add(w, CHANGE_CARRIER, real_ns);
		c->on = b->carrier = carrier;
	}
}

static void port_left(struct bridge_watch *w, struct view_port *p, int64_t real_ns)
{
	add_of_port(w, CHANGE_LEFT, p, p->mac, real_ns);
	*p = w->view.ports[--w->view.n_ports];
}

static void port_is(struct bridge_watch *w, const struct view_port *now, int64_t real_ns)
{
	struct bridge_view *b = &w->view;
	struct view_port *p = bridge_view_port(b, now->ifindex), before;

	if (!p) {
		p = MEM_PUSH(b->ports, b->n_ports, b->cap_ports);
		*p = *now;
		add_of_port(w, CHANGE_JOINED, p, p->mac, real_ns);
		return;
	}
	before = *p;
	*p = *now;
	if (mac_cmp(before.mac, p->mac))
		add_of_port(w, CHANGE_READDRESSED, p, before.mac, real_ns);
	if (before.mtu != p->mtu) {
		add_of_port(w, CHANGE_RESIZED, p, p->mac, real_ns);
		w->changes[w->n - 1].mtu_from = before.mtu;
	}
}

/* The kernel also reports an address that stays, when its lifetime is renewed. */
static void address_is(struct bridge_watch *w, const char *text, bool there, int64_t real_ns)
{
	struct bridge_view *b = &w->view;
	struct view_address *a = bridge_view_address(b, text), new = {{0}};

	if (there == (a != NULL))
		return;
	struct bridge_change *c = add(w, CHANGE_ADDRESS, real_ns);
	snprintf(c->address, sizeof(c->address), "%s", text);
	c->on = there;
	if (!there) {
		*a = b->addresses[--b->n_addresses];
		return;
	}
	memcpy(new.text, c->address, sizeof(new.text));
	*MEM_PUSH(b->addresses, b->n_addresses, b->cap_addresses) = new;
}

static void take_link(struct bridge_watch *w, const struct event *ev, int64_t real_ns)
{
	struct view_port *p = bridge_view_port(&w->view, ev->u.link.ifindex);
	struct view_port now = {
	    .ifindex = ev->u.link.ifindex, .mac = ev->u.link.mac, .mtu = ev->u.link.mtu};

	memcpy(now.name, ev->u.link.name, sizeof(now.name));
	if (!ev->u.link.gone && ev->u.link.master == w->view.ifindex)
		port_is(w, &now, real_ns);
	else if (p)
		port_left(w, p, real_ns);
}

static void take_address(struct bridge_watch *w, const struct event *ev, int64_t real_ns)
{
	char ip[INET6_ADDRSTRLEN] = "?", text[sizeof(struct view_address)];

	inet_ntop(ev->u.addr.family, ev->u.addr.addr, ip, sizeof(ip));
	snprintf(text, sizeof(text), "%s/%u", ip, ev->u.addr.prefix);
	address_is(w, text, !ev->u.addr.gone, real_ns);
}

void bridge_watch_take(struct bridge_watch *w, const struct event *ev, int64_t real_ns)
{
	/* the bridge's own view of a port: another message tells of the link itself */
	if (ev->type == EV_LINK && ev->u.link.bridge_msg)
		return;
	if (ev->type == EV_ADDR) {
		take_address(w, ev, real_ns);
	} else if (ev->type == EV_LINK && ev->u.link.ifindex != w->view.ifindex) {
		take_link(w, ev, real_ns);
	} else if (ev->type == EV_LINK && ev->u.link.gone) {
		add(w, CHANGE_GONE, real_ns);
		w->gone = true;
	} else if (ev->type == EV_LINK) {
		bridge_is(w, ev->u.link.mac, ev->u.link.mtu, ev->u.link.carrier, real_ns);
	}
}

void bridge_watch_compare(struct bridge_watch *w, const struct bridge_view *now, int64_t real_ns)
{
	bridge_is(w, now->mac, now->mtu, now->carrier, real_ns);
	for (size_t i = w->view.n_ports; i > 0; i--)
		if (!bridge_view_port(now, w->view.ports[i - 1].ifindex))
			port_left(w, &w->view.ports[i - 1], real_ns);
	for (size_t i = 0; i < now->n_ports; i++)
		port_is(w, &now->ports[i], real_ns);
	for (size_t i = w->view.n_addresses; i > 0; i--)
		if (!bridge_view_address(now, w->view.addresses[i - 1].text))
			address_is(w, w->view.addresses[i - 1].text, false, real_ns);
	for (size_t i = 0; i < now->n_addresses; i++)
		address_is(w, now->addresses[i].text, true, real_ns);
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
