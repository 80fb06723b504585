/* announce.c: facts of the kernel: who is told of a gateway's new MAC, and who is not.
 */
#include "test/kit/ctest.h"

#include <linux/neighbour.h>
#include <net/if.h>
#include <sys/socket.h>

#include "lab/lab.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "base/data.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

#define SOMEBODY "0a:00:00:00:00:01"

static const uint8_t first4[4] = {192, 0, 2, 51}, second4[4] = {192, 0, 2, 52};
static const uint8_t first6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x51};

static void two_clients(struct fact_lab *f)
{
	fact_two_clients(f, NULL);
	for (int i = 0; i < 2; i++) {
		fact_set_gateway_of(f, i, AF_INET, HIGH, NUD_REACHABLE);
		if (f->ipv6)
			fact_set_gateway_of(f, i, AF_INET6, HIGH, NUD_REACHABLE);
	}
}

/* The gateway gets the MAC LOW; did the client hear of it before a mark that was sent after? */
static bool announced(struct fact_lab *f, int n, bool (*is)(const uint8_t *frame, size_t len))
{
	/* What was said before does not count. */
	wire_heard(f->clients[n].ear, wire_mark(f->bridge), is);
	fact_port(f, "low", LOW);
	FACT_BRIDGE_MAC(f, LOW);
	return wire_heard(f->clients[n].ear, wire_mark(f->bridge), is);
}

static bool knows(struct fact_lab *f, int n, int family, const char *mac)
{
	return !mac_cmp(fact_gateway_of(f, n, family).mac, fact_mac(mac));
}

START_TEST(a_new_mac_flushes_the_gateways_own_neighbours_even_permanent_ones)
{
	struct fact_lab f;

	fact_open(&f);
	fact_need_ipv6(&f);
	two_clients(&f);
	fact_set_neighbour(f.nl, f.bridge, AF_INET, first4, SOMEBODY, NUD_REACHABLE);
	fact_set_neighbour(f.nl, f.bridge, AF_INET, second4, SOMEBODY, NUD_PERMANENT);
	fact_set_neighbour(f.nl, f.bridge, AF_INET6, first6, SOMEBODY, NUD_REACHABLE);
	/* A port that changes nothing flushes nothing. */
	fact_port(&f, "higher", "fe:00:00:00:00:09");
	ck_assert(fact_neighbour(f.nl, f.bridge, AF_INET, first4).there);
	ck_assert(fact_neighbour(f.nl, f.bridge, AF_INET6, first6).there);
	fact_port(&f, "low", LOW);
	ck_assert(!fact_neighbour(f.nl, f.bridge, AF_INET, first4).there);
	ck_assert(!fact_neighbour(f.nl, f.bridge, AF_INET, second4).there);
	ck_assert(!fact_neighbour(f.nl, f.bridge, AF_INET6, first6).there);
}
END_TEST

START_TEST(a_new_mac_leaves_the_clients_neighbours_as_they_are)
{
	struct fact_lab f;

	fact_open(&f);
	two_clients(&f);
	fact_port(&f, "low", LOW);
	FACT_BRIDGE_MAC(&f, LOW);
	for (int i = 0; i < 2; i++) {
		ck_assert(knows(&f, i, AF_INET, HIGH));
		ck_assert_int_eq(fact_gateway_of(&f, i, AF_INET).state, NUD_REACHABLE);
	}
}
END_TEST

START_TEST(without_arp_notify_a_new_mac_is_not_announced)
{
	struct fact_lab f;

	fact_open(&f);
	two_clients(&f);
	ck_assert(!announced(&f, 1, wire_is_arp_of_gateway));
	ck_assert(knows(&f, 1, AF_INET, HIGH));
}
END_TEST

START_TEST(with_arp_notify_a_gratuitous_arp_corrects_every_client)
{
	struct fact_lab f;

	fact_open(&f);
	two_clients(&f);
	FACT_OK(netns_sysctl("net.ipv4.conf." LAB_BRIDGE ".arp_notify", "1", &fact_e));
	ck_assert(announced(&f, 1, wire_is_arp_of_gateway));
	fact_until_gateway_of(&f, 0, AF_INET, LOW);
	fact_until_gateway_of(&f, 1, AF_INET, LOW);
	ck_assert(wire_send(&f, 1, AF_INET).taken);
}
END_TEST

START_TEST(a_gratuitous_arp_corrects_even_an_entry_younger_than_locktime)
{
	struct fact_lab f;

	fact_open(&f);
	two_clients(&f);
	FACT_OK(netns_enter(f.clients[1].ns, &fact_e));
	FACT_OK(netns_sysctl("net.ipv4.neigh.eth0.locktime", "1000000", &fact_e));
	FACT_OK(netns_enter(f.home, &fact_e));
	fact_set_gateway_of(&f, 1, AF_INET, HIGHER, NUD_REACHABLE);
	FACT_OK(netns_sysctl("net.ipv4.conf." LAB_BRIDGE ".arp_notify", "1", &fact_e));
	ck_assert(announced(&f, 1, wire_is_arp_of_gateway));
	fact_until_gateway_of(&f, 1, AF_INET, LOW);
}
END_TEST

START_TEST(arp_notify_does_not_reach_a_permanent_entry_nor_one_that_drops_gratuitous_arp)
{
	struct fact_lab f;

	fact_open(&f);
	two_clients(&f);
	fact_set_gateway_of(&f, 0, AF_INET, HIGH, NUD_PERMANENT);
	FACT_OK(netns_enter(f.clients[1].ns, &fact_e));
	FACT_OK(netns_sysctl("net.ipv4.conf.eth0.drop_gratuitous_arp", "1", &fact_e));
	FACT_OK(netns_enter(f.home, &fact_e));
	FACT_OK(netns_sysctl("net.ipv4.conf." LAB_BRIDGE ".arp_notify", "1", &fact_e));
	ck_assert(announced(&f, 1, wire_is_arp_of_gateway));
	ck_assert(wire_heard(f.clients[0].ear, wire_mark(f.bridge), wire_is_arp_of_gateway));
	ck_assert(knows(&f, 0, AF_INET, HIGH));
	ck_assert(knows(&f, 1, AF_INET, HIGH));
}
END_TEST

START_TEST(without_ndisc_notify_a_new_mac_is_not_announced_to_ipv6_not_even_by_arp_notify)
{
	struct fact_lab f;

	fact_open(&f);
	fact_need_ipv6(&f);
	two_clients(&f);
	FACT_OK(netns_sysctl("net.ipv4.conf." LAB_BRIDGE ".arp_notify", "1", &fact_e));
	ck_assert(!announced(&f, 1, wire_is_advertisement));
	fact_until_gateway_of(&f, 1, AF_INET, LOW);
	ck_assert(knows(&f, 1, AF_INET6, HIGH));
	ck_assert_int_eq(fact_gateway_of(&f, 1, AF_INET6).state, NUD_REACHABLE);
}
END_TEST

START_TEST(with_ndisc_notify_an_advertisement_corrects_every_client)
{
	struct fact_lab f;

	fact_open(&f);
	fact_need_ipv6(&f);
	two_clients(&f);
	FACT_OK(netns_sysctl("net.ipv6.conf." LAB_BRIDGE ".ndisc_notify", "1", &fact_e));
	ck_assert(announced(&f, 1, wire_is_advertisement));
	fact_until_gateway_of(&f, 0, AF_INET6, LOW);
	fact_until_gateway_of(&f, 1, AF_INET6, LOW);
	ck_assert(wire_send(&f, 1, AF_INET6).taken);
	ck_assert(knows(&f, 1, AF_INET, HIGH)); /* and IPv4 is not told */
}
END_TEST

START_TEST(setting_the_mac_it_has_flushes_and_announces_like_a_change)
{
	struct fact_lab f;

	fact_open(&f);
	two_clients(&f);
	FACT_OK(netns_sysctl("net.ipv4.conf." LAB_BRIDGE ".arp_notify", "1", &fact_e));
	fact_set_neighbour(f.nl, f.bridge, AF_INET, first4, SOMEBODY, NUD_REACHABLE);
	wire_heard(f.clients[1].ear, wire_mark(f.bridge), wire_is_arp_of_gateway);
	FACT_OK(link_set_mac(f.nl, f.bridge, fact_mac(HIGH), &fact_e));
	ck_assert(wire_heard(f.clients[1].ear, wire_mark(f.bridge), wire_is_arp_of_gateway));
	ck_assert(!fact_neighbour(f.nl, f.bridge, AF_INET, first4).there);
}
END_TEST

/* IPv4 sysctls of a new namespace are copies of the host's. */
START_TEST(arp_notify_and_ndisc_notify_are_off_by_default)
{
	struct fact_lab f;
	struct err e = {{0}};
	int ns;

	fact_open(&f);
	fact_need_ipv6(&f);
	ns = netns_make(f.home, &e);
	ck_assert_msg(ns >= 0, "%s", e.text);
	FACT_OK(netns_enter(ns, &fact_e));
	ck_assert_int_eq(data_number("/proc/sys/net/ipv6/conf/default/ndisc_notify", -1), 0);
	if (data_number("/proc/sys/net/ipv4/conf/default/arp_notify", -1) ||
	    data_number("/proc/sys/net/ipv4/conf/all/arp_notify", -1))
		ctest_skip("a host that left arp_notify at its default",
		    "sysctl net.ipv4.conf.default.arp_notify=0 net.ipv4.conf.all.arp_notify=0");
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "facts", CTEST_SANDBOX,
	    a_new_mac_flushes_the_gateways_own_neighbours_even_permanent_ones);
	ctest_add(
	    list, "facts", CTEST_SANDBOX, a_new_mac_leaves_the_clients_neighbours_as_they_are);
	ctest_add(list, "facts", CTEST_SANDBOX, without_arp_notify_a_new_mac_is_not_announced);
	ctest_add(
	    list, "facts", CTEST_SANDBOX, with_arp_notify_a_gratuitous_arp_corrects_every_client);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    a_gratuitous_arp_corrects_even_an_entry_younger_than_locktime);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    arp_notify_does_not_reach_a_permanent_entry_nor_one_that_drops_gratuitous_arp);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    without_ndisc_notify_a_new_mac_is_not_announced_to_ipv6_not_even_by_arp_notify);
	ctest_add(
	    list, "facts", CTEST_SANDBOX, with_ndisc_notify_an_advertisement_corrects_every_client);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    setting_the_mac_it_has_flushes_and_announces_like_a_change);
	ctest_add(list, "facts", CTEST_SANDBOX, arp_notify_and_ndisc_notify_are_off_by_default);
}
