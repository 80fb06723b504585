/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inspect.c: `steadybridge inspect BRIDGE`: a read-only look at a bridge of the host.
 *
 * The rules are br_stp_recalculate_bridge_id()'s: with addr_assign_type NET_ADDR_SET (3) the bridge
 * keeps its MAC; otherwise it takes the lowest of its ports', whatever their state. */
#include "host/inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data.h"
#include "base/mac.h"
#include "base/utf8.h"
#include "host/bridge_maker.h"
#include "lab/nl.h"

#define ADDR_SET 3 /* NET_ADDR_SET of linux/netdevice.h */

struct port_list {
	struct {
		char name[IF_NAMESIZE];
		struct mac mac;
		unsigned mtu;
	} * items;
	size_t n, cap;
	int bridge;
};

static struct mac link_address(struct rtnl_link *link)
{
	struct nl_addr *a = rtnl_link_get_addr(link);
	struct mac m = {{0}};

	if (a && nl_addr_get_len(a) == sizeof(m.b))
		memcpy(m.b, nl_addr_get_binary_addr(a), sizeof(m.b));
	return m;
}

static void on_link(struct nl_object *o, void *arg)
{
	struct rtnl_link *link = (struct rtnl_link *)o;
	struct port_list *ports = arg;

	if (rtnl_link_get_master(link) != ports->bridge)
		return;
	(void)MEM_PUSH(ports->items, ports->n, ports->cap);
	snprintf(ports->items[ports->n - 1].name, IF_NAMESIZE, "%s", rtnl_link_get_name(link));
	ports->items[ports->n - 1].mac = link_address(link);
	ports->items[ports->n - 1].mtu = rtnl_link_get_mtu(link);
}

/* addr_assign_type is in sysfs only: -1 when it cannot be read. */
static int assign_type(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/net/%s/addr_assign_type", name);
	return (int)data_number(path, -1);
}

static size_t lowest(const struct port_list *p, size_t without)
{
	size_t best = p->n;

	for (size_t i = 0; i < p->n; i++)
		if (i != without &&
		    (best == p->n || mac_cmp(p->items[i].mac, p->items[best].mac) < 0))
			best = i;
	return best;
}

/* A name as a word of a shell; the kernel takes any but of '/', ':' and blanks. Caller frees. */
static char *shell_word(const char *name)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                           "0123456789._@+-";
	struct buf b = {0};

	if (name[strspn(name, safe)] == '\0' && *name != '-')
		return mem_strdup(name);
	buf_puts(&b, "'");
	for (; *name; name++)
		if (*name == '\'')
			buf_puts(&b, "'\\''");
		else
			buf_add(&b, name, 1);
	buf_puts(&b, "'");
	return b.s;
}

static void say_inherits(
    const char *name, struct mac mac, const struct port_list *p, struct buf *out)
{
	char text[MAC_TEXT], other[MAC_TEXT];
	size_t from = lowest(p, p->n), next = lowest(p, from);

	buf_printf(out, "%s is NOT pinned: its MAC follows its ports\n", name);
	if (from == p->n) {
		buf_printf(out,
		    "  now    %s, with no port; the first port that joins gives it another MAC\n",
		    mac_text(mac, text));
	} else {
		buf_printf(out, "  now    %s, from port %s, the lowest of %zu\n",
		    mac_text(mac, text), p->items[from].name, p->n);
		buf_printf(out,
		    "  join   a port with a MAC below %s changes it, even one that is down\n",
		    text);
		if (next == p->n)
			buf_printf(out,
			    "  leave  when %s leaves, no port is left and the MAC becomes 00:00:00:00:00:00\n",
			    p->items[from].name);
		else
			buf_printf(out, "  leave  when %s leaves, it becomes %s (port %s)\n",
			    p->items[from].name, mac_text(p->items[next].mac, other),
			    p->items[next].name);
	}
	buf_printf(out,
	    "  so     clients that use it as their gateway lose it at such a change, until their\n"
	    "         neighbour entry has aged out (8 to 50 s by default)\n");
	char *word = shell_word(name);
	if (from == p->n)
		buf_printf(out,
		    "  pin    ip link set dev %s address 02:xx:xx:xx:xx:xx (a MAC of your own)\n",
		    word);
	else
		buf_printf(out,
		    "  pin    ip link set dev %s address %s\n"
		    "         (the MAC it has: no client notices)\n",
		    word, text);
	free(word);
}

static int inspect_link(struct nl_sock *sock, const char *name, struct buf *out, struct err *e)
{
	struct nl_cache *cache = NULL;
	struct rtnl_link *link = NULL;
	struct port_list ports = {0};
	char text[MAC_TEXT];
	int r = rtnl_link_alloc_cache(sock, AF_UNSPEC, &cache);

	if (r)
		return err_set(e, EIO, "cannot list links: %s", nl_geterror(r));
	link = rtnl_link_get_by_name(cache, name);
	const char *kind = link ? rtnl_link_get_type(link) : NULL;
	if (!link) {
		r = err_set(e, ENODEV, "%s: no such device in this network namespace", name);
	} else if (!kind || strcmp(kind, "bridge")) {
		r = err_set(e, EINVAL, "%s is not a bridge, but %s", name,
		    kind ? kind : "a device without a kind");
	} else {
		struct mac mac = link_address(link);
		int type = assign_type(name);

		ports.bridge = rtnl_link_get_ifindex(link);
		nl_cache_foreach(cache, on_link, &ports);
		if (type < 0) {
			r = err_set(e, EIO,
			    "/sys/class/net/%s/addr_assign_type cannot be read; is /sys mounted in this namespace?",
			    name);
		} else if (type == ADDR_SET) {
			buf_printf(out, "%s is pinned: %s stays whatever its %zu port%s\n", name,
			    mac_text(mac, text), ports.n, ports.n == 1 ? " does" : "s do");
			if (mac_is_zero(mac))
				buf_printf(out,
				    "  BUT    it is pinned to zero: no client can reach it; set a MAC of your own\n");
			bridge_maker_tell("", name, ports.bridge, (struct mac){{0}}, out);
		} else {
			say_inherits(name, mac, &ports, out);
			bridge_maker_tell("", name, ports.bridge, mac, out);
			r = 1;
		}
	}
	free(ports.items);
	if (link)
		rtnl_link_put(link);
	nl_cache_free(cache);
	return r;
}

int inspect_bridge(const char *name, struct buf *out, struct err *e)
{
	struct nl_sock *sock;
	int r = nl_open(&sock, e);

	if (r)
		return r;
	r = inspect_link(sock, name, out, e);
	nl_socket_free(sock);
	if (out->len) {
		utf8_clean(out->s, true);
		out->len = strlen(out->s);
	}
	return r;
}
