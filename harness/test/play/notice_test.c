/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notice_test.c: messages of rtnetlink read into events: links, FDB, neighbours, addresses, and
 * what is too short to be one. */
#include "test/kit/ctest.h"

#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lab/lab.h"
#include "net/nl.h"
#include "play/notice.h"

#define BRIDGE 5

static const struct mac mac1 = {{2, 0, 0, 0, 0, 1}};

static struct nl_msg *link_of(int type, int ifindex, const char *name)
{
	struct ifinfomsg i = {.ifi_index = ifindex, .ifi_flags = 0x1043};
	struct nl_msg *m = nl_message(type, 0, &i, sizeof(i));

	nla_put_string(m, IFLA_IFNAME, name);
	nla_put(m, IFLA_ADDRESS, 6, mac1.b);
	nla_put_u32(m, IFLA_MTU, 1400);
	nla_put_u8(m, IFLA_CARRIER, 1);
	return m;
}

static struct nl_msg *neighbour_of(int type, uint8_t family, uint16_t state)
{
	struct ndmsg d = {.ndm_family = family, .ndm_ifindex = 7, .ndm_state = state};
	struct nl_msg *m = nl_message(type, 0, &d, sizeof(d));

	nla_put(m, NDA_LLADDR, 6, mac1.b);
	return m;
}

/* Reads a message and frees it; the event, of type EV_COUNT when it is worth none. */
static struct event take(struct notice *n, struct nl_msg *m)
{
	struct event ev = {0};

	if (!notice_read(n, nlmsg_hdr(m), &ev))
		ev.type = EV_COUNT;
	nlmsg_free(m);
	return ev;
}

PURE_TEST("notice", a_link_is_remembered_until_it_is_gone)
{
	struct notice n = {.bridge = BRIDGE};
	struct nl_msg *m = link_of(RTM_NEWLINK, 7, "p1");
	struct nlattr *info, *data;

	nla_put_u32(m, IFLA_MASTER, BRIDGE);
	info = nla_nest_start(m, IFLA_LINKINFO);
	nla_put_string(m, IFLA_INFO_SLAVE_KIND, "bridge");
	data = nla_nest_start(m, IFLA_INFO_SLAVE_DATA);
	nla_put_u8(m, IFLA_BRPORT_STATE, 3);
	nla_nest_end(m, data);
	nla_nest_end(m, info);
	struct event ev = take(&n, m);
	ck_assert_uint_eq(ev.type, EV_LINK);
	ck_assert_str_eq(ev.u.link.name, "p1");
	ck_assert_int_eq(ev.u.link.master, BRIDGE);
	ck_assert_uint_eq(ev.u.link.mtu, 1400);
	ck_assert_uint_eq(ev.u.link.port_state, 3);
	ck_assert(ev.u.link.carrier && !ev.u.link.gone && !mac_cmp(ev.u.link.mac, mac1));
	ck_assert_str_eq(notice_name(&n, 7), "p1");
	ck_assert(mac_is_zero(n.mac)); /* not the bridge's */
	take(&n, link_of(RTM_NEWLINK, 7, "p2"));
	ck_assert_str_eq(notice_name(&n, 7), "p2");
	take(&n, link_of(RTM_NEWLINK, BRIDGE, "br0"));
	ck_assert(!mac_cmp(n.mac, mac1) && n.mtu == 1400 && n.carrier);
	ev = take(&n, link_of(RTM_DELLINK, 7, "p2"));
	ck_assert(ev.u.link.gone);
	ck_assert_ptr_null(notice_name(&n, 7));
	ck_assert_uint_eq(n.n_names, 1);
	notice_free(&n);
}

static void put_vlan(struct nl_msg *m, unsigned flags, unsigned vid)
{
	struct bridge_vlan_info info = {.flags = (uint16_t)flags, .vid = (uint16_t)vid};

	nla_put(m, IFLA_BRIDGE_VLAN_INFO, sizeof(info), &info);
}

/* The VLANs of a port by an AF_BRIDGE message with that many of them, the last one its PVID:
 * 5-9, 101, 102, ... */
static struct event vlans_told(struct notice *n, unsigned vlans)
{
	struct nl_msg *m = link_of(RTM_NEWLINK, 7, "p1");
	struct ifinfomsg *h = nlmsg_data(nlmsg_hdr(m));

	h->ifi_family = AF_BRIDGE;
	struct nlattr *spec = nla_nest_start(m, IFLA_AF_SPEC);
	if (vlans) {
		put_vlan(m, BRIDGE_VLAN_INFO_RANGE_BEGIN, 5);
		put_vlan(m, BRIDGE_VLAN_INFO_RANGE_END, 9);
	}
	for (unsigned i = 1; i < vlans; i++)
		put_vlan(m, i + 1 == vlans ? BRIDGE_VLAN_INFO_PVID : 0, 100 + i);
	nla_nest_end(m, spec);
	return take(n, m);
}

PURE_TEST("notice", vlans_are_told_where_they_were_asked_for)
{
	struct notice n = {.bridge = BRIDGE, .wants_vlans = true}, other = {.bridge = BRIDGE};

	ck_assert_str_eq(vlans_told(&n, 0).u.link.vlans, "none");
	ck_assert_str_eq(vlans_told(&n, 3).u.link.vlans, "5-9,101,102");
	ck_assert_uint_eq(vlans_told(&n, 3).u.link.pvid, 102);
	ck_assert_str_eq(vlans_told(&n, 9).u.link.vlans, "5-9,101,102,103,104+");
	ck_assert_uint_eq(vlans_told(&n, 9).u.link.pvid, 108);
	ck_assert_str_eq(vlans_told(&other, 3).u.link.vlans, "");
}

PURE_TEST("notice", fdb_and_neighbour_entries_are_distinguished)
{
	struct notice router = {.bridge = BRIDGE, .mac = mac1}, client = {0};
	struct event ev;

	take(&router, link_of(RTM_NEWLINK, 7, "p1"));
	ev = take(&router, neighbour_of(RTM_NEWNEIGH, AF_BRIDGE, NUD_PERMANENT));
	ck_assert_uint_eq(ev.type, EV_FDB);
	ck_assert_str_eq(ev.u.fdb.port, "p1");
	ck_assert_int_eq(router.local_fdb, 1);
	take(&router, neighbour_of(RTM_DELNEIGH, AF_BRIDGE, NUD_PERMANENT));
	ck_assert_int_eq(router.local_fdb, 0);
	struct nl_msg *m = neighbour_of(RTM_NEWNEIGH, AF_INET, NUD_STALE);
	nla_put(m, NDA_DST, 4, lab_gateway_ip4);
	ev = take(&client, m);
	ck_assert_uint_eq(ev.type, EV_NEIGH);
	ck_assert_str_eq(ev.u.neigh.dev, LAB_CLIENT_DEV);
	ck_assert_mem_eq(ev.u.neigh.ip, lab_gateway_ip4, 4);
	ck_assert(!mac_cmp(client.gateway, mac1));
	m = neighbour_of(RTM_DELNEIGH, AF_INET, NUD_STALE);
	nla_put(m, NDA_DST, 4, lab_gateway_ip4);
	take(&client, m);
	ck_assert(mac_is_zero(client.gateway));
	/* nobody's address, and another family's */
	ev = take(&client, neighbour_of(RTM_NEWNEIGH, AF_INET, NUD_STALE));
	ck_assert_uint_eq(ev.type, EV_COUNT);
	ev = take(&client, neighbour_of(RTM_NEWNEIGH, AF_PACKET, NUD_STALE));
	ck_assert_uint_eq(ev.type, EV_COUNT);
	notice_free(&router);
}

static struct nl_msg *address_of(uint8_t family, uint32_t ifindex, int size)
{
	const uint8_t ip[16] = {192, 0, 2, 1};
	struct ifaddrmsg a = {.ifa_family = family, .ifa_prefixlen = 24, .ifa_index = ifindex};
	struct nl_msg *m = nl_message(RTM_NEWADDR, 0, &a, sizeof(a));

	nla_put(m, IFA_LOCAL, size, ip);
	return m;
}

PURE_TEST("notice", addresses_are_those_of_the_bridge)
{
	struct notice n = {.bridge = BRIDGE};
	struct event ev = take(&n, address_of(AF_INET, BRIDGE, 4));

	ck_assert_uint_eq(ev.type, EV_ADDR);
	ck_assert_str_eq(ev.u.addr.dev, LAB_BRIDGE);
	ck_assert_uint_eq(ev.u.addr.prefix, 24);
	ck_assert_uint_eq(take(&n, address_of(AF_INET, 7, 4)).type, EV_COUNT);
	ck_assert_uint_eq(take(&n, address_of(AF_INET6, BRIDGE, 4)).type, EV_COUNT);
	ck_assert_uint_eq(take(&n, address_of(AF_PACKET, BRIDGE, 16)).type, EV_COUNT);
}

PURE_TEST("notice", attributes_that_are_too_short_are_ignored)
{
	struct ifinfomsg i = {.ifi_index = BRIDGE};
	struct nl_msg *m = nl_message(RTM_NEWLINK, 0, &i, sizeof(i));
	struct notice n = {.bridge = BRIDGE, .mtu = 1};

	nla_put(m, IFLA_MTU, 2, "\1\1");
	nla_put(m, IFLA_ADDRESS, 5, mac1.b);
	nla_put(m, IFLA_CARRIER, 0, NULL);
	struct event ev = take(&n, m);
	ck_assert_uint_eq(ev.u.link.mtu, 0);
	ck_assert(mac_is_zero(ev.u.link.mac) && !ev.u.link.carrier);
	ck_assert_uint_eq(n.mtu, 0);
	notice_free(&n);
}

PURE_TEST("notice", a_datagram_ends_where_it_makes_no_sense)
{
	struct nl_msg *m = link_of(RTM_NEWLINK, 7, "p1");
	size_t len = nlmsg_hdr(m)->nlmsg_len, two = 2 * NLMSG_ALIGN(len), at = 0;
	char *datagram = calloc(1, two);

	ck_assert_ptr_nonnull(datagram);
	memcpy(datagram, nlmsg_hdr(m), len);
	memcpy(datagram + NLMSG_ALIGN(len), nlmsg_hdr(m), len);
	nlmsg_free(m);
	ck_assert_ptr_eq(notice_next(datagram, two, &at), datagram);
	ck_assert_ptr_eq(notice_next(datagram, two, &at), datagram + NLMSG_ALIGN(len));
	ck_assert_ptr_null(notice_next(datagram, two, &at));
	for (size_t cut = 0; cut < len; cut++) {
		at = 0;
		ck_assert_ptr_null(notice_next(datagram, cut, &at));
		ck_assert_uint_eq(at, 0);
	}
	struct nlmsghdr *h = (void *)datagram;
	h->nlmsg_len = sizeof(*h) - 1; /* would never come to an end */
	at = 0;
	ck_assert_ptr_null(notice_next(datagram, two, &at));
	free(datagram);
}
