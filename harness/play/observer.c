/* observer.c: what the kernel tells of links, neighbours, FDB and addresses, put on the tape. */
#include "play/observer.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "lab/lab.h"

#define ROOM (4 << 20) /* bytes of receive buffer, where they are granted */

static struct mac mac_of(struct nlattr *a)
{
	struct mac m = {{0}};

	if (a && nla_len(a) == (int)sizeof(m.b))
		memcpy(m.b, nla_data(a), sizeof(m.b));
	return m;
}

static void copy_name(char *to, struct nlattr *a)
{
	if (a)
		nla_strlcpy(to, a, NAME_MAX_LEN);
}

/* BR_STATE_* of a port, from either form of the message; 255 when it does not tell. */
static uint8_t port_state(struct nlattr **tb, bool bridge_msg)
{
	struct nlattr *port = bridge_msg ? tb[IFLA_PROTINFO] : NULL;

	if (!bridge_msg && tb[IFLA_LINKINFO]) {
		struct nlattr *kind = nla_find(
		    nla_data(tb[IFLA_LINKINFO]), nla_len(tb[IFLA_LINKINFO]), IFLA_INFO_SLAVE_KIND);

		if (kind && !strncmp(nla_data(kind), "bridge", (size_t)nla_len(kind)))
			port = nla_find(nla_data(tb[IFLA_LINKINFO]), nla_len(tb[IFLA_LINKINFO]),
			    IFLA_INFO_SLAVE_DATA);
	}
	if (port)
		port = nla_find(nla_data(port), nla_len(port), IFLA_BRPORT_STATE);
	return port ? nla_get_u8(port) : 255;
}

const char *observer_name(const struct observer *o, int ifindex)
{
	for (size_t i = 0; i < o->n_names; i++)
		if (o->names[i].ifindex == ifindex)
			return o->names[i].name;
	return NULL;
}

static void remember(struct observer *o, int ifindex, const char *name, bool gone)
{
	size_t i = 0;

	while (i < o->n_names && o->names[i].ifindex != ifindex)
		i++;
	if (gone) {
		if (i < o->n_names)
			o->names[i] = o->names[--o->n_names];
		return;
	}
	if (i == o->n_names)
		(void)MEM_PUSH(o->names, o->n_names, o->cap_names);
	o->names[i].ifindex = ifindex;
	memcpy(o->names[i].name, name, NAME_MAX_LEN);
}

static void on_link(struct observer *o, struct nlmsghdr *h, struct event *ev)
{
	const struct ifinfomsg *i = nlmsg_data(h);
	struct nlattr *tb[IFLA_MAX + 1];

	if (nlmsg_parse(h, sizeof(*i), tb, IFLA_MAX, NULL))
		return;
	ev->type = EV_LINK;
	copy_name(ev->u.link.name, tb[IFLA_IFNAME]);
	ev->u.link.ifindex = i->ifi_index;
	ev->u.link.flags = i->ifi_flags;
	ev->u.link.mac = mac_of(tb[IFLA_ADDRESS]);
	ev->u.link.mtu = tb[IFLA_MTU] ? nla_get_u32(tb[IFLA_MTU]) : 0;
	ev->u.link.master = tb[IFLA_MASTER] ? (int32_t)nla_get_u32(tb[IFLA_MASTER]) : 0;
	ev->u.link.carrier = tb[IFLA_CARRIER] && nla_get_u8(tb[IFLA_CARRIER]);
	ev->u.link.gone = h->nlmsg_type == RTM_DELLINK;
	ev->u.link.bridge_msg = i->ifi_family == AF_BRIDGE;
	ev->u.link.port_state = port_state(tb, ev->u.link.bridge_msg);
	if (!ev->u.link.bridge_msg)
		remember(o, i->ifi_index, ev->u.link.name, ev->u.link.gone);
	if (i->ifi_index == o->bridge && !ev->u.link.bridge_msg && !ev->u.link.gone) {
		o->mac = ev->u.link.mac;
		o->mtu = ev->u.link.mtu;
		o->carrier = ev->u.link.carrier;
	}
	tape_put(o->tape, ev);
}

/* A client's namespace has one link that matters, and its links are not listened to. */
static void name_to(const struct observer *o, int ifindex, char *to)
{
	const char *name = o->bridge ? observer_name(o, ifindex) : LAB_CLIENT_DEV;

	if (name)
		memcpy(to, name, strnlen(name, NAME_MAX_LEN - 1));
}

static void on_neighbour(struct observer *o, struct nlmsghdr *h, struct event *ev)
{
	const struct mac none = {{0}};
	const struct ndmsg *n = nlmsg_data(h);
	struct nlattr *tb[NDA_MAX + 1];
	bool gone = h->nlmsg_type == RTM_DELNEIGH;

	if (nlmsg_parse(h, sizeof(*n), tb, NDA_MAX, NULL))
		return;
	if (n->ndm_family == AF_BRIDGE) {
		ev->type = EV_FDB;
		name_to(o, n->ndm_ifindex, ev->u.fdb.port);
		ev->u.fdb.mac = mac_of(tb[NDA_LLADDR]);
		ev->u.fdb.state = n->ndm_state;
		ev->u.fdb.vlan = tb[NDA_VLAN] ? nla_get_u16(tb[NDA_VLAN]) : 0;
		ev->u.fdb.gone = gone;
		if ((n->ndm_state & NUD_PERMANENT) && !mac_cmp(ev->u.fdb.mac, o->mac))
			o->local_fdb += gone ? -1 : 1;
	} else if (n->ndm_family == AF_INET || n->ndm_family == AF_INET6) {
		int size = n->ndm_family == AF_INET ? 4 : 16;

		if (!tb[NDA_DST] || nla_len(tb[NDA_DST]) < size)
			return;
		ev->type = EV_NEIGH;
		memcpy(ev->u.neigh.ip, nla_data(tb[NDA_DST]), (size_t)size);
		name_to(o, n->ndm_ifindex, ev->u.neigh.dev);
		ev->u.neigh.family = n->ndm_family;
		ev->u.neigh.state = n->ndm_state;
		ev->u.neigh.mac = mac_of(tb[NDA_LLADDR]);
		ev->u.neigh.gone = gone;
		if (size == 4 && !o->bridge && !memcmp(ev->u.neigh.ip, lab_gateway_ip4, 4))
			o->gateway = gone ? none : ev->u.neigh.mac;
	} else {
		return;
	}
	tape_put(o->tape, ev);
}

static void on_address(struct observer *o, struct nlmsghdr *h, struct event *ev)
{
	const struct ifaddrmsg *a = nlmsg_data(h);
	struct nlattr *tb[IFA_MAX + 1];
	int size = a->ifa_family == AF_INET ? 4 : 16;

	if ((int)a->ifa_index != o->bridge || nlmsg_parse(h, sizeof(*a), tb, IFA_MAX, NULL))
		return;
	struct nlattr *ip = tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS];
	if (!ip || nla_len(ip) < size)
		return;
	ev->type = EV_ADDR;
	strcpy(ev->u.addr.dev, LAB_BRIDGE);
	memcpy(ev->u.addr.addr, nla_data(ip), (size_t)size);
	ev->u.addr.family = a->ifa_family;
	ev->u.addr.prefix = a->ifa_prefixlen;
	ev->u.addr.gone = h->nlmsg_type == RTM_DELADDR;
	tape_put(o->tape, ev);
}

static int on_message(struct nlmsghdr *h, void *arg)
{
	struct observer *o = arg;
	struct event ev = {.t_ns = clock_now_ns(), .where = o->where};

	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		on_link(o, h, &ev);
		break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		on_neighbour(o, h, &ev);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		on_address(o, h, &ev);
		break;
	}
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

	*o = (struct observer){.tape = tape, .where = where, .bridge = bridge};
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
		int left = (int)n;
		for (struct nlmsghdr *h = (void *)text; nlmsg_ok(h, left); h = nlmsg_next(h, &left))
			on_message(h, o);
	}
}
