/* SPDX-License-Identifier: GPL-2.0-or-later */
/* announce.c: facts of the kernel: who learns a gateway's new MAC, and who does not. */
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <sys/socket.h>

#include "lab/lab.h"
#include "net/link.h"
#include "net/netns.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

#define SOMEBODY "0a:00:00:00:00:01"

static const uint8_t first4[4] = {192, 0, 2, 51}, second4[4] = {192, 0, 2, 52};
static const uint8_t first6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x51};

static void set_arp_notify(void)
{
	FACT_OK(netns_sysctl("net.ipv4.conf." LAB_BRIDGE ".arp_notify", "1", &fact_e));
}

/* The gateway gets the MAC LOW; was it announced to the client before a mark that br0 sent later?
 */
static bool announced(struct fact_lab *f, int n, bool (*is)(const uint8_t *frame, size_t len))
{
	/* What was sent before does not count. */
	wire_client_heard(f, n, is);
	fact_port(f, "low", LOW);
	FACT_BRIDGE_MAC(f, LOW);
	return wire_client_heard(f, n, is);
}

FACT(a_new_mac_flushes_the_gateways_own_neighbours_even_permanent_ones)
{
	fact_need_ipv6(f);
	fact_two_clients(f, NULL, HIGH);
	fact_set_neighbour(f->nl, f->bridge, AF_INET, first4, SOMEBODY, NUD_REACHABLE);
	fact_set_neighbour(f->nl, f->bridge, AF_INET, second4, SOMEBODY, NUD_PERMANENT);
	fact_set_neighbour(f->nl, f->bridge, AF_INET6, first6, SOMEBODY, NUD_REACHABLE);
	/* A port that changes nothing flushes nothing. */
	fact_port(f, "higher", "fe:00:00:00:00:09");
	ck_assert(fact_neighbour(f->nl, f->bridge, AF_INET, first4).there);
	ck_assert(fact_neighbour(f->nl, f->bridge, AF_INET6, first6).there);
	fact_port(f, "low", LOW);
	ck_assert(!fact_neighbour(f->nl, f->bridge, AF_INET, first4).there);
	ck_assert(!fact_neighbour(f->nl, f->bridge, AF_INET, second4).there);
	ck_assert(!fact_neighbour(f->nl, f->bridge, AF_INET6, first6).there);
}

FACT(a_new_mac_leaves_the_clients_neighbours_as_they_are)
{
	fact_two_clients(f, NULL, HIGH);
	fact_port(f, "low", LOW);
	FACT_BRIDGE_MAC(f, LOW);
	for (int i = 0; i < 2; i++) {
		ck_assert(fact_knows(f, i, AF_INET, HIGH));
		ck_assert_int_eq(fact_gateway_of(f, i, AF_INET).state, NUD_REACHABLE);
	}
}

FACT(without_arp_notify_a_new_mac_is_not_announced)
{
	fact_two_clients(f, NULL, HIGH);
	ck_assert(!announced(f, 1, wire_is_arp_of_gateway));
	ck_assert(fact_knows(f, 1, AF_INET, HIGH));
}

FACT(with_arp_notify_a_gratuitous_arp_corrects_every_client)
{
	fact_two_clients(f, NULL, HIGH);
	set_arp_notify();
	ck_assert(announced(f, 1, wire_is_arp_of_gateway));
	fact_until_gateway_of(f, 0, AF_INET, LOW);
	fact_until_gateway_of(f, 1, AF_INET, LOW);
	ck_assert(wire_send(f, 1, AF_INET).taken);
}

FACT(a_gratuitous_arp_corrects_even_an_entry_younger_than_locktime)
{
	fact_two_clients(f, NULL, HIGH);
	fact_client_sysctl(f, 1, "net.ipv4.neigh.eth0.locktime", "1000000");
	fact_set_gateway_of(f, 1, AF_INET, HIGHER, NUD_REACHABLE);
	set_arp_notify();
	ck_assert(announced(f, 1, wire_is_arp_of_gateway));
	fact_until_gateway_of(f, 1, AF_INET, LOW);
}

FACT(arp_notify_does_not_reach_a_permanent_entry_nor_one_that_drops_gratuitous_arp)
{
	fact_two_clients(f, NULL, HIGH);
	fact_set_gateway_of(f, 0, AF_INET, HIGH, NUD_PERMANENT);
	fact_client_sysctl(f, 1, "net.ipv4.conf.eth0.drop_gratuitous_arp", "1");
	set_arp_notify();
	ck_assert(announced(f, 1, wire_is_arp_of_gateway));
	ck_assert(wire_client_heard(f, 0, wire_is_arp_of_gateway));
	ck_assert(fact_knows(f, 0, AF_INET, HIGH));
	ck_assert(fact_knows(f, 1, AF_INET, HIGH));
}

FACT(without_ndisc_notify_a_new_mac_is_not_announced_to_ipv6_not_even_by_arp_notify)
{
	fact_need_ipv6(f);
	fact_two_clients(f, NULL, HIGH);
	set_arp_notify();
	ck_assert(!announced(f, 1, wire_is_advertisement));
	fact_until_gateway_of(f, 1, AF_INET, LOW);
	ck_assert(fact_knows(f, 1, AF_INET6, HIGH));
	ck_assert_int_eq(fact_gateway_of(f, 1, AF_INET6).state, NUD_REACHABLE);
}

FACT(with_ndisc_notify_an_advertisement_corrects_every_client)
{
	fact_need_ipv6(f);
	fact_two_clients(f, NULL, HIGH);
	FACT_OK(netns_sysctl("net.ipv6.conf." LAB_BRIDGE ".ndisc_notify", "1", &fact_e));
	ck_assert(announced(f, 1, wire_is_advertisement));
	fact_until_gateway_of(f, 0, AF_INET6, LOW);
	fact_until_gateway_of(f, 1, AF_INET6, LOW);
	ck_assert(wire_send(f, 1, AF_INET6).taken);
	ck_assert(fact_knows(f, 1, AF_INET, HIGH)); /* IPv4 was not announced */
}

static void suppress(struct fact_lab *f, int n)
{
	FACT_OK(
	    link_set_port_flag(f->nl, f->clients[n].port, IFLA_BRPORT_NEIGH_SUPPRESS, 1, &fact_e));
}

FACT(a_port_with_neighbour_suppression_gets_no_gratuitous_arp)
{
	fact_two_clients(f, NULL, HIGH);
	suppress(f, 1);
	set_arp_notify();
	ck_assert(!announced(f, 1, wire_is_arp_of_gateway));
	fact_until_gateway_of(f, 0, AF_INET, LOW);
	ck_assert(fact_knows(f, 1, AF_INET, HIGH));
}

FACT(a_port_with_neighbour_suppression_gets_no_unsolicited_advertisement)
{
	fact_need_ipv6(f);
	fact_two_clients(f, NULL, HIGH);
	suppress(f, 1);
	FACT_OK(netns_sysctl("net.ipv6.conf." LAB_BRIDGE ".ndisc_notify", "1", &fact_e));
	ck_assert(!announced(f, 1, wire_is_advertisement));
	fact_until_gateway_of(f, 0, AF_INET6, LOW);
	ck_assert(fact_knows(f, 1, AF_INET6, HIGH));
}

FACT(setting_the_mac_it_has_flushes_and_announces_like_a_change)
{
	fact_two_clients(f, NULL, HIGH);
	set_arp_notify();
	fact_set_neighbour(f->nl, f->bridge, AF_INET, first4, SOMEBODY, NUD_REACHABLE);
	wire_client_heard(f, 1, wire_is_arp_of_gateway);
	fact_set_mac(f, f->bridge, HIGH);
	ck_assert(wire_client_heard(f, 1, wire_is_arp_of_gateway));
	ck_assert(!fact_neighbour(f->nl, f->bridge, AF_INET, first4).there);
}

/* IPv4 sysctls of a new namespace are copies of the host's. */
FACT(arp_notify_and_ndisc_notify_are_off_by_default)
{
	fact_need_ipv6(f);
	fact_enter_new_namespace(f);
	ck_assert_int_eq(fact_number_in("/proc/sys/net/ipv6/conf/default/ndisc_notify"), 0);
	if (fact_number_in("/proc/sys/net/ipv4/conf/default/arp_notify") ||
	    fact_number_in("/proc/sys/net/ipv4/conf/all/arp_notify"))
		ctest_skip("a host that left arp_notify at its default",
		    "sysctl net.ipv4.conf.default.arp_notify=0 net.ipv4.conf.all.arp_notify=0");
}
