/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change.c: one-off changes of the bridge, its ports and its clients.
 *
 * Recreating the bridge takes the longest: its ports are noted, it is deleted and created again
 * with the same ifindex (so that monitors and captures still match it), then timers, sysctls,
 * addresses and ports are set, in this order, so that it is complete before a client can reach it.
 */
#include "play/change.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/units.h"
#include "lab/lab_ip6.h"
#include "net/frame.h"
#include "net/link.h"
#include "net/netns.h"

#define GONE_NS (10 * NS_PER_S) /* a bridge that was deleted is gone within this */

struct enslaved {
	int bridge;
	int *items;
	size_t n, cap;
};

struct lab_bridge change_new_bridge(const struct scenario_case *c, const struct schedule *s)
{
	return (struct lab_bridge){
	    .mac = c->pin == PIN_AT_CREATE ? s->bridge_create_mac : (struct mac){{0}},
	    .stp = c->stp,
	    .forward_delay_real_ns = (int64_t)((double)c->forward_delay_ns / s->pace),
	    .ageing_real_ns = (int64_t)((double)c->ageing_ns / s->pace),
	    .mtu = c->mtu,
	    .floods_multicast = c->floods_multicast,
	    .filters_vlans = c->filters_vlans,
	    .default_pvid = c->default_pvid == PVID_NONE ? LINK_NO_PVID : c->default_pvid,
	    .vlan = c->vlan,
	};
}

static int on_link(struct nlmsghdr *h, void *arg)
{
	const struct ifinfomsg *i = nlmsg_data(h);
	struct nlattr *master = nlmsg_find_attr(h, sizeof(*i), IFLA_MASTER);
	struct enslaved *all = arg;

	if (h->nlmsg_type == RTM_NEWLINK && master && (int)nla_get_u32(master) == all->bridge)
		*MEM_PUSH(all->items, all->n, all->cap) = i->ifi_index;
	return 0;
}

static int find_enslaved(struct nl_sock *nl, int bridge, struct enslaved *out, struct err *e)
{
	struct nl_msg *msg = nl_message(RTM_GETLINK, NLM_F_DUMP, NULL, sizeof(struct ifinfomsg));

	*out = (struct enslaved){.bridge = bridge};
	return nl_ask(nl, msg, on_link, out, "ports of the bridge", e);
}

static bool tells_gone(const struct nlmsghdr *h, int n, int ifindex)
{
	for (; nlmsg_ok(h, n); h = nlmsg_next((struct nlmsghdr *)h, &n)) {
		const struct ifinfomsg *i = nlmsg_data(h);

		if (h->nlmsg_type == RTM_DELLINK && i->ifi_family == AF_UNSPEC &&
		    i->ifi_index == ifindex)
			return true;
	}
	return false;
}

/* The link is gone long before the request to delete it returns. */
static int delete_bridge(int ifindex, struct err *e)
{
	char text[16384] __attribute__((aligned(8)));
	int64_t deadline = clock_now_ns() + GONE_NS;
	struct nl_sock *monitor = NULL;
	int r = nl_open_monitor(RTNLGRP_LINK, &monitor, e);

	if (!r)
		r = port_start_deletion(ifindex, -1, e);
	for (bool gone = false; !r && !gone;) {
		int fd = nl_socket_get_fd(monitor);
		int got = clock_wait_readable(fd, deadline);
		int n = got > 0 ? (int)recv(fd, text, sizeof(text), 0) : 0;

		if (got <= 0)
			r = err_set(e, got ? -got : ETIMEDOUT, "the bridge was not deleted:");
		else
			gone = n > 0 && tells_gone((void *)text, n, ifindex);
	}
	if (monitor)
		nl_socket_free(monitor);
	return r;
}

/* The sysctls that the scenario sets for the bridge were deleted with it. */
static int write_sysctls(const struct sysctls *s, struct err *e)
{
	int r = 0;

	for (size_t i = 0; !r && i < s->n; i++)
		if (strstr(s->items[i].name, LAB_BRIDGE))
			r = netns_sysctl(s->items[i].name, s->items[i].value, e);
	return r;
}

/* Enslaving a port gives it the kernel's flags. A client's port may be off the bridge. */
static int set_flags(const struct change_tools *w, size_t client, struct err *e)
{
	int r = lab_port_flags(w->lab, &w->lab->clients[client], NULL);

	return r == -EOPNOTSUPP || r > 0 ? 0 : err_set(e, -r, "port flags:");
}

static int recreate(const struct change_tools *w, const struct sched_event *ev, struct err *e)
{
	struct nl_sock *nl = w->home->nl;
	struct enslaved ports;
	struct lab_bridge how = change_new_bridge(w->c, w->s);
	int r = find_enslaved(nl, w->lab->bridge, &ports, e);

	how.mac = ev->change->by == RECREATE_OTHER_MAC ? ev->mac : (struct mac){{0}};
	if (!r && ev->change->by == RECREATE_SAME_MAC)
		r = link_mac(nl, LAB_BRIDGE, &how.mac, e);
	if (!r)
		r = delete_bridge(w->lab->bridge, e);
	if (!r)
		r = lab_make_bridge(nl, &how, w->lab->bridge, e);
	/* In the order in which the lab was built, so that the lab's timers override here too. */
	if (r > 0)
		r = write_sysctls(&w->c->router_sysctls, e);
	if (!r)
		r = neighbour_set(nl, AF_INET, w->lab->bridge, &w->lab->timers, e);
	for (size_t i = 0; !r && i < ports.n; i++)
		r = link_set_master(nl, ports.items[i], w->lab->bridge, e);
	for (size_t i = 0; !r && i < w->lab->n_clients; i++)
		r = set_flags(w, i, e);
	if (!r)
		r = lab_address_bridge(nl, w->lab->bridge, e);
	if (!r && w->lab->ip6)
		r = lab_bridge_link_local(nl, w->lab->bridge, e);
	free(ports.items);
	return r;
}

static int set_address(
    const struct change_tools *w, enum bridge_address which, bool there, struct err *e)
{
	const struct {
		const uint8_t *ip;
		int family, prefix;
	} all[] =
	    {
	        [ADDRESS_IPV4] = {lab_gateway_ip4, AF_INET, LAB_PREFIX},
	        [ADDRESS_IPV6] = {lab_gateway_ip6, AF_INET6, 64},
	        [ADDRESS_LINK_LOCAL] = {w->lab->link_local, AF_INET6, 64},
	    },
	  *a = &all[which];

	return there ? link_add_address(w->home->nl, w->lab->bridge, a->family, a->ip, a->prefix, e)
	             : link_delete_address(
	                   w->home->nl, w->lab->bridge, a->family, a->ip, a->prefix, e);
}

static int set(const struct sched_event *ev, struct nl_sock *nl, int ifindex, struct err *e)
{
	struct mac mac = ev->mac;
	int r;

	switch (ev->op) {
	case OP_SET_MAC:
		r = mac_is_zero(mac) ? link_mac(nl, ev->port, &mac, e) : 0;
		return r ? r : link_set_mac(nl, ifindex, mac, e);
	case OP_SET_MTU:
		return link_set_mtu(nl, ifindex, ev->change->mtu, e);
	default:
		return link_set_up(nl, ifindex, ev->op == OP_UP, e);
	}
}

static int add_route(const struct change_tools *w, struct nl_sock *nl, int eth0,
    enum bridge_address family, struct err *e)
{
	if (family == ADDRESS_IPV4)
		return link_add_default_route(nl, AF_INET, lab_gateway_ip4, eth0, e);
	return link_add_default_route(
	    nl, AF_INET6, w->c->link_local_gateway ? w->lab->link_local : lab_gateway_ip6, eth0, e);
}

static int set_client(const struct change_tools *w, const struct sched_event *ev, struct err *e)
{
	const struct lab_client *client = &w->lab->clients[ev->change->index];
	struct nl_sock *nl = NULL;
	struct mac gateway;
	int r = link_mac(w->home->nl, LAB_BRIDGE, &gateway, e);

	if (!r)
		r = netns_enter(client->ns, e);
	if (r)
		return r;
	r = nl_open(&nl, e);
	if (!r)
		r = ev->op == OP_ADD_ROUTE ? add_route(w, nl, client->eth0, ev->change->address, e)
		                           : set(ev, nl, client->eth0, e);
	/* its new MAC has flushed it; whoever takes the client's place is set up as it was */
	if (!r && ev->op == OP_SET_MAC && w->c->clients[ev->change->index].knows_gateway)
		r = neighbour_set_permanent(nl, client->eth0, lab_gateway_ip4, gateway, e);
	if (nl)
		nl_socket_free(nl);
	int back = netns_enter(w->home->router, e);
	return r ? r : back;
}

/* The socket stays open, because closing it would make the next event late. */
static int send_as(struct change_tools *w, const struct sched_event *ev, struct err *e)
{
	const struct lab_client *client = &w->lab->clients[ev->change->index];
	int *fd = &w->senders[ev->change->index], r = 0;

	if (!*fd) {
		r = netns_enter(client->ns, e);
		if (r)
			return r;
		*fd = r = frame_open(e);
		int back = netns_enter(w->home->router, e);
		r = r < 0 ? r : back;
	}
	return r < 0 ? r : frame_send_from(*fd, client->eth0, ev->mac, e);
}

static int join(const struct change_tools *w, const struct change *what, int ifindex, struct err *e)
{
	int r = link_set_master(w->home->nl, ifindex, w->home->bridge, e);

	return r || what->whose != WHOSE_CLIENT_PORT ? r : set_flags(w, what->index, e);
}

int change_play(
    struct change_tools *w, const struct sched_event *ev, const struct port *p, struct err *e)
{
	int ifindex = 0;

	switch (ev->change->whose) {
	case WHOSE_BRIDGE:
		ifindex = w->lab->bridge;
		break;
	case WHOSE_PORT:
		ifindex = p ? p->ifindex : 0;
		break;
	case WHOSE_CLIENT_PORT:
		ifindex = w->lab->clients[ev->change->index].port;
		break;
	case WHOSE_CLIENT_END:
		return ev->op == OP_SENDS_AS ? send_as(w, ev, e) : set_client(w, ev, e);
	}
	if (!ifindex)
		return err_set(e, ENODEV, "%s does not exist", ev->port);
	switch (ev->op) {
	case OP_RECREATE:
		return recreate(w, ev, e);
	case OP_DELETE_ADDRESS:
	case OP_ADD_ADDRESS:
		return set_address(w, ev->change->address, ev->op == OP_ADD_ADDRESS, e);
	case OP_FILTER_VLANS:
		return link_filter_vlans(w->home->nl, ifindex, e);
	case OP_JOIN:
		return join(w, ev->change, ifindex, e);
	case OP_LEAVE:
		return link_set_master(w->home->nl, ifindex, 0, e);
	default:
		return set(ev, w->home->nl, ifindex, e);
	}
}
