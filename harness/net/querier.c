/* SPDX-License-Identifier: GPL-2.0-or-later */
/* querier.c: a multicast querier behind a port of the bridge: another bridge, which asks (MLD). */
#include "net/querier.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/units.h"
#include "net/link.h"
#include "net/netns.h"
#include "net/sysctls.h"

#define BRIDGE "q0"
#define UPLINK "eth0"
#define ANSWERED_WITHIN 1          /* 1/100 s: the shortest; clients answer at random in it */
#define AGAIN_NS (20 * NS_PER_MS)  /* what is not told is looked at after this */
#define AGEING_NS (300 * NS_PER_S) /* of its FDB; it has one port */
#define LAST_MAC 0xfeffffffffffULL /* the highest port: it takes no part in what br0 inherits */
#define CLOCK_NS (NS_PER_S / 100)  /* of a bridge's clock_t */

static struct nl_msg *bridge_message(int ifindex, struct nlattr **info, struct nlattr **data)
{
	struct ifinfomsg h = {.ifi_index = ifindex};
	struct nl_msg *msg = nl_message(RTM_NEWLINK, 0, &h, sizeof(h));

	*info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_KIND, "bridge");
	*data = nla_nest_start(msg, IFLA_INFO_DATA);
	return msg;
}

/* Once, and then every so often: without the second start-up query of the kernel's own. */
static int set_times(const struct querier *q, int64_t every_ns, struct err *e)
{
	struct nlattr *info, *data;
	struct nl_msg *msg = bridge_message(q->bridge, &info, &data);

	nla_put_u64(msg, IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, ANSWERED_WITHIN);
	nla_put_u32(msg, IFLA_BR_MCAST_STARTUP_QUERY_CNT, 1);
	if (every_ns)
		nla_put_u64(msg, IFLA_BR_MCAST_QUERY_INTVL, (uint64_t)(every_ns / CLOCK_NS));
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return nl_talk(q->nl, msg, "querier's times", e);
}

/* Its own side, in its namespace. It asks from a link-local address, and without one not at all
 * (br_ip6_multicast_alloc_query()). */
static int inside(struct querier *q, const struct querier_spec *spec, struct err *e)
{
	static const uint8_t local[16] = {0xfe, 0x80, [15] = 0xfe};
	struct bridge b = {.name = BRIDGE, .ageing_real_ns = AGEING_NS};
	int r = nl_open(&q->nl, e);

	if (!r)
		r = link_add_bridge(q->nl, &b, e);
	if (!r)
		r = q->bridge = link_index(q->nl, BRIDGE, e);
	if (r > 0)
		r = set_times(q, spec->every_real_ns, e);
	if (!r)
		r = netns_sysctl("net.ipv6.conf." BRIDGE ".disable_ipv6", "0", e);
	if (!r)
		r = link_add_address(q->nl, q->bridge, AF_INET6, local, 64, e);
	return r;
}

/* Its port. */
static int plug_in(struct querier *q, struct nl_sock *nl, int bridge, struct err *e)
{
	struct veth v = {.name = QUERIER_PORT,
	    .peer = UPLINK,
	    .mac = mac_from_number(LAST_MAC),
	    .peer_ns = q->ns,
	    .master = bridge,
	    .up = true};
	int r = link_add_veth(nl, &v, e);

	if (!r)
		r = link_index(q->nl, UPLINK, e);
	return r < 0 ? r : link_enslave(q->nl, r, q->bridge, (struct mac){{0}}, true, e);
}

int querier_up(struct querier *q, const struct querier_spec *spec, struct nl_sock *nl, int home,
    int bridge, struct err *e)
{
	*q = (struct querier){.ns = sysctls_make_netns(home, e)};
	int r = q->ns < 0 ? q->ns : netns_enter(q->ns, e);

	if (r)
		return r;
	r = inside(q, spec, e);
	int back = netns_enter(home, e);
	if (!r)
		r = back;
	return r ? r : plug_in(q, nl, bridge, e);
}

static int on_bridge(struct nlmsghdr *h, void *arg)
{
	struct nlattr *a = nlmsg_find_attr(h, sizeof(struct ifinfomsg), IFLA_LINKINFO);

	a = a ? nla_find(nla_data(a), nla_len(a), IFLA_INFO_DATA) : NULL;
	a = a ? nla_find(nla_data(a), nla_len(a), IFLA_BR_MCAST_QUERIER_STATE) : NULL;
	*(int *)arg = a && nla_find(nla_data(a), nla_len(a), BRIDGE_QUERIER_IPV6_OTHER_TIMER);
	return 0;
}

int querier_known(struct nl_sock *nl, int bridge, struct err *e)
{
	struct ifinfomsg h = {.ifi_index = bridge};
	int known = 0;
	int r = nl_ask(nl, nl_message(RTM_GETLINK, 0, &h, sizeof(h)), on_bridge, &known,
	    "the bridge's querier", e);

	return r ? r : known;
}

struct question {
	int bridge, port;
	uint8_t group[16];
	int found;
};

static void look_at_entry(struct nlattr *entry, struct question *q)
{
	struct nlattr *a;
	int left;

	nla_for_each_nested (a, entry, left) {
		const struct br_mdb_entry *m = nla_data(a);

		if (nla_type(a) == MDBA_MDB_ENTRY_INFO && nla_len(a) >= (int)sizeof(*m) &&
		    (int)m->ifindex == q->port && m->addr.proto == htons(ETH_P_IPV6) &&
		    !memcmp(&m->addr.u.ip6, q->group, 16))
			q->found = 1;
	}
}

static int on_mdb(struct nlmsghdr *h, void *arg)
{
	const struct br_port_msg *m = nlmsg_data(h);
	struct nlattr *all = nlmsg_find_attr(h, sizeof(*m), MDBA_MDB), *entry;
	struct question *q = arg;
	int left;

	if (!all || (int)m->ifindex != q->bridge)
		return 0;
	nla_for_each_nested (entry, all, left) {
		look_at_entry(entry, q);
	}
	return 0;
}

int querier_reported(
    struct nl_sock *nl, int bridge, const struct querier_group *group, struct err *e)
{
	struct question q = {
	    .bridge = bridge, .port = group->port, .group = {0xff, 0x02, [11] = 1, 0xff}};
	struct br_port_msg h = {.family = AF_BRIDGE};

	memcpy(q.group + 13, group->ip6 + 13, 3);
	int r = nl_ask(nl, nl_message(RTM_GETMDB, NLM_F_DUMP, &h, sizeof(h)), on_mdb, &q,
	    "multicast groups", e);
	return r ? r : q.found;
}

static int all_reported(
    struct nl_sock *nl, int bridge, const struct querier_group *groups, size_t n, struct err *e)
{
	int r = querier_known(nl, bridge, e);

	for (size_t i = 0; r > 0 && i < n; i++)
		r = querier_reported(nl, bridge, &groups[i], e);
	return r;
}

static int set_asking(const struct querier *q, bool on, struct err *e)
{
	struct nlattr *info, *data;
	struct nl_msg *msg = bridge_message(q->bridge, &info, &data);

	nla_put_u8(msg, IFLA_BR_MCAST_QUERIER, on);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return nl_talk(q->nl, msg, "querier", e);
}

int querier_ask(const struct querier *q, struct nl_sock *nl, int bridge,
    const struct querier_group *groups, size_t n, int64_t deadline_ns, struct err *e)
{
	struct nl_sock *monitor = NULL;
	char text[16384];
	int r = nl_open_monitor(RTNLGRP_MDB, &monitor, e);

	/* it asks when it is started */
	if (!r)
		r = set_asking(q, false, e);
	if (!r)
		r = set_asking(q, true, e);
	/* A report of what is known already is told to nobody, so it looks again by itself. */
	while (!r && n && !(r = all_reported(nl, bridge, groups, n, e))) {
		int64_t now = clock_now_ns();

		if (now > deadline_ns) {
			r = err_set(e, ETIMEDOUT, "the querier was not heard, or not answered:");
			break;
		}
		int fd = nl_socket_get_fd(monitor);
		int got = clock_wait_readable(fd, now + AGAIN_NS);
		if (got > 0)
			got = (int)recv(fd, text, sizeof(text), 0) < 0 ? -errno : 0;
		r = got < 0 && got != -ENOBUFS ? err_set(e, -got, "multicast monitor:") : 0;
	}
	if (monitor)
		nl_socket_free(monitor);
	return r < 0 ? r : 0;
}

void querier_close(struct querier *q)
{
	if (q->nl)
		nl_socket_free(q->nl);
	if (q->ns >= 0)
		close(q->ns);
	*q = (struct querier){.ns = -1};
}
