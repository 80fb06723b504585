/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mtu.c: facts of the kernel: which MTU a bridge takes, what pins it, what it costs. */
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/lab.h"
#include "net/nl.h"
#include "suite/kernel/facts.h"

static unsigned mtu(struct fact_lab *f)
{
	return fact_link(f->nl, f->bridge).mtu;
}

static int port(struct fact_lab *f, const char *name, unsigned bytes)
{
	static const char *const macs[] = {HIGH, HIGHER, "fe:00:00:00:00:03", "fe:00:00:00:00:04"};
	static unsigned n;
	int i = fact_port(f, name, macs[n++ % 4]);

	if (fact_link(f->nl, i).mtu != bytes)
		fact_set_mtu(f, i, bytes);
	return i;
}

FACT(a_bridge_takes_the_smallest_mtu_of_its_ports_even_down_ones)
{
	fact_bridge(f, NULL);
	ck_assert_uint_eq(mtu(f), 1500);
	port(f, "large", 9000);
	ck_assert_uint_eq(mtu(f), 9000);
	int small = port(f, "small", 1400);
	ck_assert_uint_eq(mtu(f), 1400);
	/* Joins while down. */
	fact_release(f, small);
	ck_assert_uint_eq(mtu(f), 9000);
	fact_set_up(f, small, false);
	fact_enslave(f, small);
	ck_assert_int_eq((int)(fact_link(f->nl, small).flags & IFF_UP), 0);
	ck_assert_uint_eq(mtu(f), 1400);
	/* A change of the port's own MTU counts, and its leaving. */
	fact_set_mtu(f, small, 1300);
	ck_assert_uint_eq(mtu(f), 1300);
	fact_delete(f, small);
	ck_assert_uint_eq(mtu(f), 9000);
	fact_delete(f, (int)if_nametoindex("large"));
	ck_assert_uint_eq(mtu(f), 1500);
}

FACT(an_mtu_set_to_another_value_pins_even_when_it_is_set_back)
{
	fact_bridge(f, NULL);
	port(f, "port", 1500);
	fact_set_mtu(f, f->bridge, 1450);
	port(f, "small", 1400);
	ck_assert_uint_eq(mtu(f), 1450);
	fact_set_mtu(f, f->bridge, 1500);
	port(f, "smaller", 1300);
	ck_assert_uint_eq(mtu(f), 1500);
}

FACT(setting_the_mtu_it_has_does_not_pin)
{
	fact_bridge(f, NULL);
	port(f, "port", 1500);
	fact_set_mtu(f, f->bridge, 1500);
	port(f, "small", 1400);
	ck_assert_uint_eq(mtu(f), 1400);
}

FACT(an_mtu_in_the_create_request_does_not_pin)
{
	struct ifinfomsg h = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};

	struct nl_msg *msg = nl_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &h, sizeof(h));
	nla_put_string(msg, IFLA_IFNAME, LAB_BRIDGE);
	nla_put_u32(msg, IFLA_MTU, 1450);
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_KIND, "bridge");
	nla_nest_end(msg, info);
	FACT_OK(nl_talk(f->nl, msg, "add bridge", &fact_e));
	f->bridge = (int)if_nametoindex(LAB_BRIDGE);
	ck_assert_uint_eq(mtu(f), 1450);
	port(f, "port", 1500);
	ck_assert_uint_eq(mtu(f), 1500);
}

/* A link-local address would be made again, but the bridges of the lab have none. */
FACT(below_1280_a_bridge_loses_ipv6_and_its_addresses_for_good)
{
	fact_need_ipv6(f);
	fact_bridge(f, NULL);
	fact_gateway(f);
	port(f, "port", 1500);
	int small = port(f, "small", 1279);
	ck_assert_uint_eq(mtu(f), 1279);
	ck_assert(!fact_has_gateway(f, AF_INET6));
	ck_assert_int_ne(access("/proc/sys/net/ipv6/conf/" LAB_BRIDGE, F_OK), 0);
	ck_assert(fact_has_gateway(f, AF_INET));
	fact_delete(f, small);
	ck_assert_uint_eq(mtu(f), 1500);
	ck_assert_int_eq(access("/proc/sys/net/ipv6/conf/" LAB_BRIDGE, F_OK), 0);
	ck_assert(!fact_has_gateway(f, AF_INET6));
}

FACT(at_1280_a_bridge_keeps_ipv6)
{
	fact_need_ipv6(f);
	fact_bridge(f, NULL);
	fact_gateway(f);
	port(f, "small", 1280);
	ck_assert_uint_eq(mtu(f), 1280);
	ck_assert(fact_has_gateway(f, AF_INET6));
}

FACT(a_pinned_mtu_keeps_ipv6_after_every_join)
{
	fact_need_ipv6(f);
	fact_bridge(f, NULL);
	fact_gateway(f);
	fact_set_mtu(f, f->bridge, 1450);
	port(f, "small", 1200);
	ck_assert_uint_eq(mtu(f), 1450);
	ck_assert(fact_has_gateway(f, AF_INET6));
}
