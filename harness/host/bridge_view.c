/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_view.c: a bridge of the host and its ports. */
#include "host/bridge_view.h"

#include <errno.h>
#include <netlink/addr.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/mem.h"

#define ADDR_SET 3 /* NET_ADDR_SET of linux/netdevice.h */

static struct mac link_address(struct rtnl_link *link)
{
	struct nl_addr *a = rtnl_link_get_addr(link);
	struct mac m = {{0}};

	if (a && nl_addr_get_len(a) == sizeof(m.b))
		memcpy(m.b, nl_addr_get_binary_addr(a), sizeof(m.b));
	return m;
}

int bridge_view_look_pinned(struct bridge_view *b, struct err *e)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/net/%s/addr_assign_type", b->name);
	long type = data_number(path, -1);
	if (type < 0)
		return err_set(
		    e, EIO, "%s cannot be read; is /sys mounted in this namespace?", path);
	b->pinned = type == ADDR_SET;
	return 0;
}

static bool is_bridge(struct rtnl_link *link)
{
	const char *kind = rtnl_link_get_type(link);

	return kind && !strcmp(kind, "bridge");
}

static void add_bridge(struct nl_object *o, void *arg)
{
	struct rtnl_link *link = (struct rtnl_link *)o;
	struct bridge_views *all = arg;

	if (!is_bridge(link))
		return;
	struct bridge_view *b = MEM_PUSH(all->items, all->n, all->cap);
	*b = (struct bridge_view){.ifindex = rtnl_link_get_ifindex(link),
	    .mac = link_address(link),
	    .mtu = rtnl_link_get_mtu(link),
	    .carrier = rtnl_link_get_carrier(link)};
	snprintf(b->name, sizeof(b->name), "%s", rtnl_link_get_name(link));
}

static void add_port(struct nl_object *o, void *arg)
{
	struct rtnl_link *link = (struct rtnl_link *)o;
	struct bridge_views *all = arg;

	for (struct bridge_view *b = all->items; b < all->items + all->n; b++) {
		if (rtnl_link_get_master(link) != b->ifindex)
			continue;
		struct view_port *p = MEM_PUSH(b->ports, b->n_ports, b->cap_ports);
		*p = (struct view_port){.ifindex = rtnl_link_get_ifindex(link),
		    .mac = link_address(link),
		    .mtu = rtnl_link_get_mtu(link)};
		snprintf(p->name, sizeof(p->name), "%s", rtnl_link_get_name(link));
	}
}

static void add_address(struct nl_object *o, void *arg)
{
	struct rtnl_addr *addr = (struct rtnl_addr *)o;
	struct bridge_views *all = arg;

	for (struct bridge_view *b = all->items; b < all->items + all->n; b++) {
		if (rtnl_addr_get_ifindex(addr) != b->ifindex || !rtnl_addr_get_local(addr))
			continue;
		struct view_address *a = MEM_PUSH(b->addresses, b->n_addresses, b->cap_addresses);
		nl_addr2str(rtnl_addr_get_local(addr), a->text, sizeof(a->text));
		if (!strchr(a->text, '/')) /* a whole one has no prefix there */
			snprintf(a->text + strlen(a->text), sizeof(a->text) - strlen(a->text),
			    "/%d", rtnl_addr_get_prefixlen(addr));
	}
}

static int look(struct nl_cache *cache, const char *name, struct bridge_views *out, struct err *e)
{
	struct rtnl_link *link = name ? rtnl_link_get_by_name(cache, name) : NULL;
	const char *kind = link ? rtnl_link_get_type(link) : NULL;
	int r = 0;

	if (name && !link)
		r = err_set(e, ENODEV, "%s: no such device in this network namespace", name);
	else if (name && !is_bridge(link))
		r = err_set(e, EINVAL, "%s is not a bridge, but %s", name,
		    kind ? kind : "a device without a kind");
	else if (name)
		add_bridge((struct nl_object *)link, out);
	else
		nl_cache_foreach(cache, add_bridge, out);
	if (link)
		rtnl_link_put(link);
	nl_cache_foreach(cache, add_port, out);
	for (size_t i = 0; !r && i < out->n; i++)
		r = bridge_view_look_pinned(&out->items[i], e);
	return r;
}

int bridge_views_look(
    struct nl_sock *sock, const char *name, struct bridge_views *out, struct err *e)
{
	struct nl_cache *cache;
	int r = rtnl_link_alloc_cache(sock, AF_UNSPEC, &cache);

	*out = (struct bridge_views){0};
	if (r)
		return err_set(e, EIO, "cannot list links: %s", nl_geterror(r));
	r = look(cache, name, out, e);
	nl_cache_free(cache);
	if (r)
		return r;
	r = rtnl_addr_alloc_cache(sock, &cache);
	if (r)
		return err_set(e, EIO, "cannot list addresses: %s", nl_geterror(r));
	nl_cache_foreach(cache, add_address, out);
	nl_cache_free(cache);
	return 0;
}

void bridge_view_free(struct bridge_view *b)
{
	free(b->ports);
	free(b->addresses);
	*b = (struct bridge_view){0};
}

void bridge_views_free(struct bridge_views *all)
{
	for (size_t i = 0; i < all->n; i++)
		bridge_view_free(&all->items[i]);
	free(all->items);
	*all = (struct bridge_views){0};
}

const struct view_port *bridge_view_lowest(
    const struct bridge_view *b, const struct view_port *without)
{
	const struct view_port *best = NULL;

	for (const struct view_port *p = b->ports; p < b->ports + b->n_ports; p++)
		if (p != without && (!best || mac_cmp(p->mac, best->mac) < 0))
			best = p;
	return best;
}

struct view_port *bridge_view_port(const struct bridge_view *b, int ifindex)
{
	for (struct view_port *p = b->ports; p < b->ports + b->n_ports; p++)
		if (p->ifindex == ifindex)
			return p;
	return NULL;
}

struct view_address *bridge_view_address(const struct bridge_view *b, const char *text)
{
	for (struct view_address *a = b->addresses; a < b->addresses + b->n_addresses; a++)
		if (!strcmp(a->text, text))
			return a;
	return NULL;
}
