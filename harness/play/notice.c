/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notice.c: reads one message of rtnetlink into an event. */
#include "play/notice.h"

#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "lab/lab.h"
#include "net/nl.h"

static void copy_name(char *to, const struct nlattr *a)
{
	if (a)
		nla_strlcpy(to, a, NAME_MAX_LEN);
}

/* An attribute within a nest; NULL when either is missing. */
static struct nlattr *within(struct nlattr *nest, int type)
{
	return nest ? nla_find(nla_data(nest), nla_len(nest), type) : NULL;
}

/* BR_STATE_* of a port, from either form of the message; 255 when it has no state. */
static uint8_t port_state(struct nlattr **tb, bool bridge_msg)
{
	struct nlattr *port = bridge_msg ? tb[IFLA_PROTINFO] : NULL;

	if (!bridge_msg) {
		const struct nlattr *kind = within(tb[IFLA_LINKINFO], IFLA_INFO_SLAVE_KIND);
		char name[NAME_MAX_LEN] = "";

		copy_name(name, kind);
		if (!strcmp(name, "bridge"))
			port = within(tb[IFLA_LINKINFO], IFLA_INFO_SLAVE_DATA);
	}
	const struct nlattr *state = within(port, IFLA_BRPORT_STATE);
	return state ? nl_u8(state) : 255;
}

/* The VLANs of a port, or of the bridge itself, from the AF_BRIDGE form of a message. The kernel
 * leaves the attribute out where there are none (br_fill_ifinfo()). */
static void put_vlans(struct nlattr *spec, struct event *ev)
{
	char *out = ev->u.link.vlans;
	size_t size = sizeof(ev->u.link.vlans), len = 0;
	const struct nlattr *a;
	int rest;

	for (a = spec ? nla_data(spec) : NULL, rest = spec ? nla_len(spec) : 0; nla_ok(a, rest);
	     a = nla_next(a, &rest)) {
		struct bridge_vlan_info info;

		if (nla_type(a) != IFLA_BRIDGE_VLAN_INFO || nla_len(a) < (int)sizeof(info))
			continue;
		memcpy(&info, nla_data(a), sizeof(info));
		if (info.flags & BRIDGE_VLAN_INFO_PVID)
			ev->u.link.pvid = info.vid;
		const char *between = info.flags & BRIDGE_VLAN_INFO_RANGE_END ? "-"
		                      : len                                   ? ","
		                                                              : "";
		if (len + sizeof("-4095+") > size)
			memcpy(out + len, "+", 2);
		else
			len += (size_t)snprintf(
			    out + len, size - len, "%s%u", between, info.vid & 0xfffU);
	}
	if (!len)
		strcpy(out, "none");
}

const char *notice_name(const struct notice *n, int ifindex)
{
	for (size_t i = 0; i < n->n_names; i++)
		if (n->names[i].ifindex == ifindex)
			return n->names[i].name;
	return NULL;
}

static void remember(struct notice *n, int ifindex, const char *name, bool gone)
{
	size_t i = 0;

	while (i < n->n_names && n->names[i].ifindex != ifindex)
		i++;
	if (gone) {
		if (i < n->n_names)
			n->names[i] = n->names[--n->n_names];
		return;
	}
	if (i == n->n_names)
		(void)MEM_PUSH(n->names, n->n_names, n->cap_names);
	n->names[i].ifindex = ifindex;
	memcpy(n->names[i].name, name, NAME_MAX_LEN);
}

static bool on_link(struct notice *n, struct nlmsghdr *h, struct event *ev)
{
	const struct ifinfomsg *i = nlmsg_data(h);
	struct nlattr *tb[IFLA_MAX + 1];

	if (nlmsg_parse(h, sizeof(*i), tb, IFLA_MAX, NULL))
		return false;
	ev->type = EV_LINK;
	copy_name(ev->u.link.name, tb[IFLA_IFNAME]);
	/* a trace calls the bridge br0, whatever the program calls it that made it */
	if (i->ifi_index == n->bridge)
		strcpy(ev->u.link.name, LAB_BRIDGE);
	ev->u.link.ifindex = i->ifi_index;
	ev->u.link.flags = i->ifi_flags;
	ev->u.link.mac = nl_mac(tb[IFLA_ADDRESS]);
	ev->u.link.mtu = nl_u32(tb[IFLA_MTU]);
	ev->u.link.master = (int32_t)nl_u32(tb[IFLA_MASTER]);
	if (ev->u.link.master == i->ifi_index) /* of the bridge itself, in that form */
		ev->u.link.master = 0;
	ev->u.link.carrier = nl_u8(tb[IFLA_CARRIER]) != 0;
	ev->u.link.gone = h->nlmsg_type == RTM_DELLINK;
	ev->u.link.bridge_msg = i->ifi_family == AF_BRIDGE;
	ev->u.link.port_state = port_state(tb, ev->u.link.bridge_msg);
	if (ev->u.link.bridge_msg && n->wants_vlans && !ev->u.link.gone)
		put_vlans(tb[IFLA_AF_SPEC], ev);
	else if (i->ifi_index == n->bridge && !ev->u.link.bridge_msg)
		ev->u.link.filters_vlans = nl_u8(within(within(tb[IFLA_LINKINFO], IFLA_INFO_DATA),
		                               IFLA_BR_VLAN_FILTERING)) != 0;
	if (!ev->u.link.bridge_msg)
		remember(n, i->ifi_index, ev->u.link.name, ev->u.link.gone);
	if (i->ifi_index == n->bridge && !ev->u.link.bridge_msg && !ev->u.link.gone) {
		n->mac = ev->u.link.mac;
		n->mtu = ev->u.link.mtu;
		n->carrier = ev->u.link.carrier;
	}
	return true;
}

/* A client's namespace has one link that matters, and its links are not listened to. */
static void name_to(const struct notice *n, int ifindex, char *to)
{
	const char *name = n->bridge ? notice_name(n, ifindex) : LAB_CLIENT_DEV;

	if (name)
		memcpy(to, name, strnlen(name, NAME_MAX_LEN - 1));
}

static bool on_fdb(
    struct notice *n, const struct ndmsg *d, struct nlattr **tb, bool gone, struct event *ev)
{
	ev->type = EV_FDB;
	name_to(n, d->ndm_ifindex, ev->u.fdb.port);
	ev->u.fdb.mac = nl_mac(tb[NDA_LLADDR]);
	ev->u.fdb.state = d->ndm_state;
	ev->u.fdb.vlan = nl_u16(tb[NDA_VLAN]);
	ev->u.fdb.gone = gone;
	if ((d->ndm_state & NUD_PERMANENT) && !ev->u.fdb.vlan && !mac_cmp(ev->u.fdb.mac, n->mac))
		n->local_fdb += gone ? -1 : 1;
	return true;
}

static bool on_neighbour(struct notice *n, struct nlmsghdr *h, struct event *ev)
{
	const struct mac none = {{0}};
	const struct ndmsg *d = nlmsg_data(h);
	struct nlattr *tb[NDA_MAX + 1];
	bool gone = h->nlmsg_type == RTM_DELNEIGH;

	if (nlmsg_parse(h, sizeof(*d), tb, NDA_MAX, NULL))
		return false;
	if (d->ndm_family == AF_BRIDGE)
		return on_fdb(n, d, tb, gone, ev);
	if (d->ndm_family != AF_INET && d->ndm_family != AF_INET6)
		return false;
	int size = d->ndm_family == AF_INET ? 4 : 16;

	if (!tb[NDA_DST] || nla_len(tb[NDA_DST]) < size)
		return false;
	ev->type = EV_NEIGH;
	memcpy(ev->u.neigh.ip, nla_data(tb[NDA_DST]), (size_t)size);
	name_to(n, d->ndm_ifindex, ev->u.neigh.dev);
	ev->u.neigh.family = d->ndm_family;
	ev->u.neigh.state = d->ndm_state;
	ev->u.neigh.mac = nl_mac(tb[NDA_LLADDR]);
	ev->u.neigh.gone = gone;
	if (size == 4 && !n->bridge && !memcmp(ev->u.neigh.ip, lab_gateway_ip4, 4))
		n->gateway = gone ? none : ev->u.neigh.mac;
	return true;
}

static bool on_address(const struct notice *n, struct nlmsghdr *h, struct event *ev)
{
	const struct ifaddrmsg *a = nlmsg_data(h);
	struct nlattr *tb[IFA_MAX + 1];

	if (nlmsg_parse(h, sizeof(*a), tb, IFA_MAX, NULL) || (int)a->ifa_index != n->bridge ||
	    (a->ifa_family != AF_INET && a->ifa_family != AF_INET6))
		return false;
	int size = a->ifa_family == AF_INET ? 4 : 16;
	struct nlattr *ip = tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS];

	if (!ip || nla_len(ip) < size)
		return false;
	ev->type = EV_ADDR;
	strcpy(ev->u.addr.dev, LAB_BRIDGE);
	memcpy(ev->u.addr.addr, nla_data(ip), (size_t)size);
	ev->u.addr.family = a->ifa_family;
	ev->u.addr.prefix = a->ifa_prefixlen;
	ev->u.addr.gone = h->nlmsg_type == RTM_DELADDR;
	return true;
}

bool notice_read(struct notice *n, const struct nlmsghdr *message, struct event *ev)
{
	struct nlmsghdr *h =
	    (struct nlmsghdr *)message; /* libnl has no const; nothing is written */

	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return on_link(n, h, ev);
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		return on_neighbour(n, h, ev);
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return on_address(n, h, ev);
	default:
		return false;
	}
}

const struct nlmsghdr *notice_next(const void *datagram, size_t len, size_t *at)
{
	const struct nlmsghdr *h = (const void *)((const char *)datagram + *at);

	if (*at > len || len - *at < sizeof(*h) || h->nlmsg_len < sizeof(*h) ||
	    h->nlmsg_len > len - *at)
		return NULL;
	*at += NLMSG_ALIGN(h->nlmsg_len);
	return h;
}

void notice_free(struct notice *n)
{
	free(n->names);
	*n = (struct notice){0};
}
