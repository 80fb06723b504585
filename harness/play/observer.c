/* SPDX-License-Identifier: GPL-2.0-or-later */
/* observer.c: what the kernel reports of links, neighbours, FDB and addresses, put on the tape; and
 * whether it ran out of neighbour entries.
 *
 * A neighbour table is one for all namespaces. From gc_thresh2 (512) on the kernel evicts entries
 * that were not changed for 5 s, whoever's they are; at gc_thresh3 (1024) it refuses new ones. A
 * client that loses its entry for the gateway is healed, one that gets none is silent: neither says
 * anything about a bridge. */
#include "play/observer.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

#define ROOM (4 << 20) /* bytes of receive buffer, where they are granted */

const char *observer_name(const struct observer *o, int ifindex)
{
	return notice_name(&o->seen, ifindex);
}

static void take(struct observer *o, const struct nlmsghdr *h)
{
	struct event ev = {.t_ns = clock_now_ns(), .where = o->where};

	if (notice_read(&o->seen, h, &ev))
		tape_put(o->tape, &ev);
}

static int on_message(struct nlmsghdr *h, void *arg)
{
	take(arg, h);
	return 0;
}

static int dump(struct observer *o, struct nl_sock *ask, int type, int family, struct err *e)
{
	struct ndmsg h = {
	    .ndm_family = (uint8_t)family}; /* as large as the other families' headers */
	size_t size = type == RTM_GETLINK   ? sizeof(struct ifinfomsg)
	              : type == RTM_GETADDR ? sizeof(struct ifaddrmsg)
	                                    : sizeof(h);
	struct nl_msg *msg = nl_message(type, NLM_F_DUMP, NULL, size);

	*(uint8_t *)nlmsg_data(nlmsg_hdr(msg)) = h.ndm_family;
	return nl_ask(ask, msg, on_message, o, "dump", e);
}

int observer_open(struct observer *o, struct tape *tape, uint8_t where, int bridge, struct err *e)
{
	struct nl_sock *ask = NULL;
	int room = ROOM, r;

	*o = (struct observer){.tape = tape, .where = where, .seen.bridge = bridge};
	r = nl_open(&o->sock, e);
	if (r)
		return r;
	int fd = nl_socket_get_fd(o->sock);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	r = nl_socket_add_memberships(o->sock, RTNLGRP_NEIGH, bridge ? RTNLGRP_LINK : 0, 0);
	if (!r && bridge)
		r = nl_socket_add_memberships(o->sock, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, 0);
	if (!r)
		r = nl_socket_set_nonblocking(o->sock);
	if (r)
		return err_set(e, EIO, "cannot listen to rtnetlink");
	r = nl_open(&ask, e);
	if (!r && bridge)
		r = dump(o, ask, RTM_GETLINK, AF_UNSPEC, e);
	if (!r && bridge)
		r = dump(o, ask, RTM_GETNEIGH, AF_BRIDGE, e);
	if (!r && bridge)
		r = dump(o, ask, RTM_GETADDR, AF_UNSPEC, e);
	if (!r)
		r = dump(o, ask, RTM_GETNEIGH, AF_UNSPEC, e);
	if (ask)
		nl_socket_free(ask);
	return r;
}

int observer_ask_vlans(struct observer *o, struct err *e)
{
	struct ifinfomsg h = {.ifi_family = AF_BRIDGE};
	struct nl_msg *msg = nl_message(RTM_GETLINK, NLM_F_DUMP, &h, sizeof(h));
	struct nl_sock *ask = NULL;
	int r = nl_open(&ask, e);

	o->seen.wants_vlans = true;
	nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
	if (r)
		nlmsg_free(msg);
	else
		r = nl_ask(ask, msg, on_message, o, "VLANs", e);
	if (ask)
		nl_socket_free(ask);
	return r;
}

int observer_fd(const struct observer *o)
{
	return nl_socket_get_fd(o->sock);
}

void observer_read(struct observer *o)
{
	char text[32768] __attribute__((aligned(8)));

	for (;;) {
		ssize_t n = recv(observer_fd(o), text, sizeof(text), MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN) {
			bool on = errno == ENOBUFS;

			struct event ev = {
			    .t_ns = clock_now_ns(), .where = o->where, .type = EV_OVERRUN};

			strcpy(ev.u.overrun.what, "rtnetlink");
			tape_put(o->tape, &ev);
			if (!on)
				return;
			continue;
		}
		if (n <= 0)
			return;
		const struct nlmsghdr *h;
		size_t at = 0;
		while ((h = notice_next(text, (size_t)n, &at)))
			take(o, h);
	}
}

int observer_tables_open(struct observer_tables *c, struct err *e)
{
	int r = nl_open(&c->nl, e);

	if (!r)
		r = neighbour_table(c->nl, AF_INET, &c->arp, e);
	return r ? r : neighbour_table(c->nl, AF_INET6, &c->ndisc, e);
}

static void put_overrun(struct tape *tape, const char *table, const char *what, uint64_t n)
{
	struct event ev = {.t_ns = clock_now_ns(), .type = EV_OVERRUN, .where = WHERE_ROUTER};

	if (!n)
		return;
	snprintf(ev.u.overrun.what, sizeof(ev.u.overrun.what), "%s %s", table, what);
	ev.u.overrun.lost = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
	tape_put(tape, &ev);
}

static void compare_tables(struct observer_tables *c, struct tape *tape, int family,
    const char *name, const struct neighbour_table *before)
{
	struct neighbour_table now;

	if (neighbour_table(c->nl, family, &now, NULL))
		return;
	put_overrun(tape, name, "full", now.full - before->full);
	put_overrun(tape, name, "thrown out", now.thrown_out - before->thrown_out);
}

void observer_tables_close(struct observer_tables *c, struct tape *tape)
{
	if (!c->nl)
		return;
	compare_tables(c, tape, AF_INET, "arp_cache", &c->arp);
	compare_tables(c, tape, AF_INET6, "ndisc_cache", &c->ndisc);
	nl_socket_free(c->nl);
	c->nl = NULL;
}
