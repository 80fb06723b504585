/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipv6.c: facts of the kernel: what a bridge's MAC and its being down do to IPv6. */
#include <linux/neighbour.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "lab/lab.h"
#include "net/netns.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

FACT(a_clients_ipv6_entry_of_the_gateway_goes_stale_the_same_way)
{
	fact_need_ipv6(f);
	fact_two_clients(f, NULL, NULL);
	int low = fact_port(f, "low", LOW);
	fact_set_gateway_of(f, 0, AF_INET6, LOW, NUD_REACHABLE);
	WIRE_ASSERT(f, 0, AF_INET6, WIRE_TAKEN);
	fact_delete(f, low);
	ck_assert_int_eq(fact_gateway_of(f, 0, AF_INET6).state, NUD_REACHABLE);
	WIRE_ASSERT(f, 0, AF_INET6, WIRE_FLOODED);
}

FACT(a_lower_port_that_joins_cuts_ipv6_off_as_well)
{
	fact_need_ipv6(f);
	fact_two_clients(f, NULL, HIGH);
	fact_port(f, "low", LOW);
	WIRE_ASSERT(f, 1, AF_INET6, WIRE_NOT_FOR_IP);
	WIRE_ASSERT(f, 0, AF_INET6, WIRE_TAKEN); /* its own port has the old MAC */
}

/* fe80::/64 and the modified EUI-64 of a MAC. */
static void link_local(const char *mac, uint8_t out[16])
{
	struct mac m = fact_mac(mac);

	memcpy(out,
	    (uint8_t[16]){
	        0xfe, 0x80, [8] = m.b[0] ^ 2, m.b[1], m.b[2], 0xff, 0xfe, m.b[3], m.b[4], m.b[5]},
	    16);
}

static void bridge_with_link_local(struct fact_lab *f, uint8_t old[16])
{
	FACT_OK(netns_sysctl("net.ipv6.conf.default.addr_gen_mode", "0", &fact_e));
	fact_bridge(f, NULL);
	fact_live_port(f, "port", MIDDLE);
	link_local(MIDDLE, old);
	/* The address is made when the bridge comes up, or gets its carrier. */
	fact_down_and_up(f, f->bridge);
	FACT_UNTIL(f->monitor, fact_has_address(f->nl, f->bridge, AF_INET6, old));
}

FACT(the_link_local_address_stays_the_old_macs_until_the_bridge_goes_down_and_up)
{
	uint8_t old[16], new[16];

	fact_need_ipv6(f);
	bridge_with_link_local(f, old);
	link_local(LOW, new);
	fact_live_port(f, "low", LOW);
	FACT_BRIDGE_MAC(f, LOW);
	ck_assert(fact_has_address(f->nl, f->bridge, AF_INET6, old));
	ck_assert(!fact_has_address(f->nl, f->bridge, AF_INET6, new));
	fact_down_and_up(f, f->bridge);
	FACT_UNTIL(f->monitor, fact_has_address(f->nl, f->bridge, AF_INET6, new));
	ck_assert(!fact_has_address(f->nl, f->bridge, AF_INET6, old));
}

FACT(a_pinned_bridge_keeps_its_link_local_address_when_it_goes_down_and_up)
{
	uint8_t old[16];

	fact_need_ipv6(f);
	bridge_with_link_local(f, old);
	fact_set_mac(f, f->bridge, MIDDLE);
	fact_live_port(f, "low", LOW);
	fact_down_and_up(f, f->bridge);
	FACT_UNTIL(f->monitor, fact_has_address(f->nl, f->bridge, AF_INET6, old));
}

/* When the address is there, linkwatch has reported the bridge. */
static bool has_it_and_runs(struct fact_lab *f, const uint8_t *ip)
{
	bool there = fact_has_address(f->nl, f->bridge, AF_INET6, ip);

	ck_assert(!there || fact_running(f->nl, f->bridge));
	return there;
}

FACT(a_bridge_that_was_set_up_has_its_link_local_address_when_linkwatch_says_that_it_runs)
{
	uint8_t own[16];
	unsigned late = 0;

	fact_need_ipv6(f);
	bridge_with_link_local(f, own);
	for (int i = 0; i < 3; i++) {
		fact_down_and_up(f, f->bridge);
		ck_assert(fact_link(f->nl, f->bridge).carrier);
		late += !fact_running(f->nl, f->bridge);
		FACT_UNTIL(f->monitor, has_it_and_runs(f, own));
	}
	printf("%u of 3 times it had its carrier and did not run yet\n", late);
}

FACT(admin_down_deletes_static_ipv6_addresses_and_keeps_ipv4_ones)
{
	fact_need_ipv6(f);
	fact_bridge(f, MIDDLE); /* pinned or not */
	fact_gateway(f);
	fact_down_and_up(f, f->bridge);
	ck_assert(!fact_has_gateway(f, AF_INET6));
	ck_assert(fact_has_gateway(f, AF_INET));
}

FACT(with_keep_addr_on_down_static_ipv6_addresses_stay)
{
	fact_need_ipv6(f);
	fact_bridge(f, MIDDLE);
	fact_gateway(f);
	FACT_OK(netns_sysctl("net.ipv6.conf." LAB_BRIDGE ".keep_addr_on_down", "1", &fact_e));
	fact_down_and_up(f, f->bridge);
	ck_assert(fact_has_gateway(f, AF_INET6));
}
