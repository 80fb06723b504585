/* mtu.c: facts of the kernel: which MTU a bridge takes, what pins it, what a pin costs. */
#include "test/kit/ctest.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/lab.h"
#include "lab/link.h"
#include "lab/nl.h"
#include "suite/kernel/facts.h"

static unsigned mtu(struct fact_lab *f)
{
	return fact_link(f->nl, f->bridge).mtu;
}

static int port(struct fact_lab *f, const char *name, unsigned bytes)
{
	static const char *const macs[] = {
	    "fe:00:00:00:00:01", "fe:00:00:00:00:02", "fe:00:00:00:00:03", "fe:00:00:00:00:04"};
	static unsigned n;
	int i = fact_port(f, name, macs[n++ % 4]);

	if (fact_link(f->nl, i).mtu != bytes)
		fact_set_mtu(f->nl, i, bytes);
	return i;
}

START_TEST(a_bridge_takes_the_smallest_mtu_of_its_ports_even_down_ones)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, NULL);
	ck_assert_uint_eq(mtu(&f), 1500);
	port(&f, "large", 9000);
	ck_assert_uint_eq(mtu(&f), 9000);
	int small = port(&f, "small", 1400);
	ck_assert_uint_eq(mtu(&f), 1400);
	/* Joins while down. */
	FACT_OK(link_enslave(f.nl, small, 0, (struct mac){{0}}, false, &fact_e));
	ck_assert_uint_eq(mtu(&f), 9000);
	FACT_OK(link_set_up(f.nl, small, false, &fact_e));
	FACT_OK(link_enslave(f.nl, small, f.bridge, (struct mac){{0}}, false, &fact_e));
	ck_assert_int_eq((int)(fact_link(f.nl, small).flags & IFF_UP), 0);
	ck_assert_uint_eq(mtu(&f), 1400);
	/* A port changes the bridge by its own change and by leaving. */
	fact_set_mtu(f.nl, small, 1300);
	ck_assert_uint_eq(mtu(&f), 1300);
	FACT_OK(link_delete(f.nl, small, &fact_e));
	ck_assert_uint_eq(mtu(&f), 9000);
	FACT_OK(link_delete(f.nl, (int)if_nametoindex("large"), &fact_e));
	ck_assert_uint_eq(mtu(&f), 1500);
}
END_TEST

START_TEST(an_mtu_set_to_another_value_pins_even_when_it_is_set_back)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, NULL);
	port(&f, "port", 1500);
	fact_set_mtu(f.nl, f.bridge, 1450);
	port(&f, "small", 1400);
	ck_assert_uint_eq(mtu(&f), 1450);
	fact_set_mtu(f.nl, f.bridge, 1500);
	port(&f, "smaller", 1300);
	ck_assert_uint_eq(mtu(&f), 1500);
}
END_TEST

START_TEST(setting_the_mtu_it_has_does_not_pin)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, NULL);
	port(&f, "port", 1500);
	fact_set_mtu(f.nl, f.bridge, 1500);
	port(&f, "small", 1400);
	ck_assert_uint_eq(mtu(&f), 1400);
}
END_TEST

START_TEST(an_mtu_in_the_create_request_does_not_pin)
{
	struct ifinfomsg h = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct fact_lab f;

	fact_open(&f);
	struct nl_msg *msg = nl_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &h, sizeof(h));
	nla_put_string(msg, IFLA_IFNAME, LAB_BRIDGE);
	nla_put_u32(msg, IFLA_MTU, 1450);
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_KIND, "bridge");
	nla_nest_end(msg, info);
	FACT_OK(nl_talk(f.nl, msg, "add bridge", &fact_e));
	f.bridge = (int)if_nametoindex(LAB_BRIDGE);
	ck_assert_uint_eq(mtu(&f), 1450);
	port(&f, "port", 1500);
	ck_assert_uint_eq(mtu(&f), 1500);
}
END_TEST

/* A link-local address would be generated again; the lab's bridges have none. */
START_TEST(below_1280_a_bridge_loses_ipv6_and_its_addresses_for_good)
{
	struct fact_lab f;

	fact_open(&f);
	fact_need_ipv6(&f);
	fact_bridge(&f, NULL);
	fact_gateway(&f);
	port(&f, "port", 1500);
	int small = port(&f, "small", 1279);
	ck_assert_uint_eq(mtu(&f), 1279);
	ck_assert(!fact_has_address(f.nl, f.bridge, AF_INET6, fact_gateway6));
	ck_assert_int_ne(access("/proc/sys/net/ipv6/conf/" LAB_BRIDGE, F_OK), 0);
	ck_assert(fact_has_address(f.nl, f.bridge, AF_INET, fact_gateway4));
	FACT_OK(link_delete(f.nl, small, &fact_e));
	ck_assert_uint_eq(mtu(&f), 1500);
	ck_assert_int_eq(access("/proc/sys/net/ipv6/conf/" LAB_BRIDGE, F_OK), 0);
	ck_assert(!fact_has_address(f.nl, f.bridge, AF_INET6, fact_gateway6));
}
END_TEST

START_TEST(at_1280_a_bridge_keeps_ipv6)
{
	struct fact_lab f;

	fact_open(&f);
	fact_need_ipv6(&f);
	fact_bridge(&f, NULL);
	fact_gateway(&f);
	port(&f, "small", 1280);
	ck_assert_uint_eq(mtu(&f), 1280);
	ck_assert(fact_has_address(f.nl, f.bridge, AF_INET6, fact_gateway6));
}
END_TEST

START_TEST(a_pinned_mtu_keeps_ipv6_whoever_joins)
{
	struct fact_lab f;

	fact_open(&f);
	fact_need_ipv6(&f);
	fact_bridge(&f, NULL);
	fact_gateway(&f);
	fact_set_mtu(f.nl, f.bridge, 1450);
	port(&f, "small", 1200);
	ck_assert_uint_eq(mtu(&f), 1450);
	ck_assert(fact_has_address(f.nl, f.bridge, AF_INET6, fact_gateway6));
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "facts", CTEST_SANDBOX,
	    a_bridge_takes_the_smallest_mtu_of_its_ports_even_down_ones);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    an_mtu_set_to_another_value_pins_even_when_it_is_set_back);
	ctest_add(list, "facts", CTEST_SANDBOX, setting_the_mtu_it_has_does_not_pin);
	ctest_add(list, "facts", CTEST_SANDBOX, an_mtu_in_the_create_request_does_not_pin);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    below_1280_a_bridge_loses_ipv6_and_its_addresses_for_good);
	ctest_add(list, "facts", CTEST_SANDBOX, at_1280_a_bridge_keeps_ipv6);
	ctest_add(list, "facts", CTEST_SANDBOX, a_pinned_mtu_keeps_ipv6_whoever_joins);
}
