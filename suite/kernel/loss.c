/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loss.c: facts of the kernel: how a frame for a gateway's old MAC is lost, and what corrects it.
 */
#include <linux/neighbour.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/data.h"
#include "net/netns.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

static const uint8_t nobody[4] = {192, 0, 2, 99}; /* no interface has this address */

FACT(when_the_lowest_port_leaves_frames_for_its_mac_are_flooded)
{
	bool local;

	fact_two_clients(f, NULL, LOW);
	int low = fact_port(f, "low", LOW);
	WIRE_ASSERT(f, 0, AF_INET, WIRE_TAKEN);
	ck_assert_int_ne(fact_fdb(f, fact_mac(LOW), &local), 0);
	ck_assert(local);
	fact_delete(f, low);
	ck_assert_int_eq(fact_fdb(f, fact_mac(LOW), NULL), 0);
	WIRE_ASSERT(f, 0, AF_INET, WIRE_FLOODED);
	WIRE_ASSERT(f, 1, AF_INET, WIRE_FLOODED);
}

FACT(when_a_lower_port_joins_frames_for_the_old_mac_reach_the_bridge_but_not_ip)
{
	bool local;

	fact_two_clients(f, NULL, HIGH);
	WIRE_ASSERT(f, 1, AF_INET, WIRE_TAKEN);
	fact_port(f, "low", LOW);
	/* Still a local FDB entry, on the port that has this MAC. */
	ck_assert_int_eq(fact_fdb(f, fact_mac(HIGH), &local), f->clients[0].port);
	ck_assert(local);
	WIRE_ASSERT(f, 1, AF_INET, WIRE_NOT_FOR_IP);
}

FACT(the_client_whose_own_port_has_the_old_mac_is_spared)
{
	fact_two_clients(f, NULL, HIGH);
	fact_port(f, "low", LOW);
	WIRE_ASSERT(f, 0, AF_INET, WIRE_TAKEN);
}

FACT(a_pinned_gateway_is_reached_after_every_join_and_leave)
{
	fact_two_clients(f, MIDDLE, MIDDLE);
	int low = fact_port(f, "low", LOW);
	WIRE_ASSERT(f, 0, AF_INET, WIRE_TAKEN);
	fact_delete(f, low);
	WIRE_ASSERT(f, 0, AF_INET, WIRE_TAKEN);
	WIRE_ASSERT(f, 1, AF_INET, WIRE_TAKEN);
}

/* Both clients still have the old MAC, HIGH, after a lower port joined. */
static void assert_both_stale(struct fact_lab *f)
{
	for (int i = 0; i < 2; i++)
		ck_assert(fact_knows(f, i, AF_INET, HIGH));
}

FACT(a_broadcast_arp_of_the_gateway_for_anybody_corrects_every_client)
{
	fact_two_clients(f, NULL, HIGH);
	fact_port(f, "low", LOW);
	assert_both_stale(f);
	wire_send_to(f, AF_INET, nobody);
	fact_until_gateway_of(f, 0, AF_INET, LOW);
	fact_until_gateway_of(f, 1, AF_INET, LOW);
	ck_assert(wire_send(f, 1, AF_INET).taken);
}

/* The change flushed the gateway's own entries, so it asks by ARP before its first answer. */
FACT(an_answer_to_one_client_heals_the_others)
{
	static const uint8_t first[4] = {192, 0, 2, 11};
	char mac[MAC_TEXT];

	fact_two_clients(f, NULL, HIGH);
	fact_set_neighbour(
	    f->nl, f->bridge, AF_INET, first, fact_client_mac(f, 0, mac), NUD_REACHABLE);
	/* The gateway has an entry: it does not ask, so nobody is corrected. */
	wire_send_to(f, AF_INET, first);
	ck_assert(!wire_client_heard(f, 1, wire_is_arp_of_gateway));
	fact_port(f, "low", LOW);
	wire_send_to(f, AF_INET, first);
	fact_until_gateway_of(f, 1, AF_INET, LOW);
}

FACT(a_gateway_that_says_nothing_heals_nobody)
{
	fact_two_clients(f, NULL, HIGH);
	fact_port(f, "low", LOW);
	wire_send(f, 1, AF_INET);
	ck_assert(!wire_client_heard(f, 1, wire_is_arp_of_gateway));
	assert_both_stale(f);
	ck_assert_int_eq(fact_gateway_of(f, 1, AF_INET).state, NUD_REACHABLE);
}

/* A lower port joins and the gateway broadcasts an ARP request. It corrected client 0, and client 1
 * has received it: a bridge floods all ports in one go. */
static void broadcast_arp_after_change(struct fact_lab *f)
{
	fact_port(f, "low", LOW);
	wire_send_to(f, AF_INET, nobody);
	fact_until_gateway_of(f, 0, AF_INET, LOW);
	ck_assert(wire_client_heard(f, 1, wire_is_arp_of_gateway));
}

FACT(a_broadcast_arp_makes_no_entry_where_there_is_none)
{
	fact_two_clients(f, NULL, NULL);
	fact_set_gateway_of(f, 0, AF_INET, HIGH, NUD_REACHABLE);
	broadcast_arp_after_change(f);
	ck_assert(!fact_gateway_of(f, 1, AF_INET).there);
}

FACT(a_broadcast_arp_does_not_correct_an_entry_younger_than_locktime)
{
	fact_two_clients(f, NULL, NULL);
	fact_client_sysctl(f, 1, "net.ipv4.neigh.eth0.locktime", "1000000");
	fact_set_gateway_of(f, 0, AF_INET, HIGH, NUD_REACHABLE);
	fact_set_gateway_of(f, 1, AF_INET, HIGH, NUD_REACHABLE);
	broadcast_arp_after_change(f);
	ck_assert(fact_knows(f, 1, AF_INET, HIGH));
}

FACT(a_broadcast_arp_does_not_correct_a_permanent_entry)
{
	fact_two_clients(f, NULL, HIGH);
	fact_set_gateway_of(f, 1, AF_INET, HIGH, NUD_PERMANENT);
	broadcast_arp_after_change(f);
	ck_assert(fact_knows(f, 1, AF_INET, HIGH));
}

#define FLOODED_PORTS 1010 /* a bridge takes 1023 */

/* A broadcast is copied to all ports at once (br_flood()), and each veth puts its copy into the
 * queue of the same processor (enqueue_to_backlog()). The port that joined first comes last
 * (list_add_rcu() in br_add_if()). */
FACT(a_broadcast_reaches_no_more_ports_than_the_backlog_holds)
{
	long room = data_number("/proc/sys/net/core/netdev_max_backlog", 0);
	char name[IF_NAMESIZE];

	if (room > FLOODED_PORTS - 2)
		ctest_skip("a backlog of fewer packets than a bridge has ports",
		    "sysctl -w net.core.netdev_max_backlog=1000");
	fact_two_clients(f, MIDDLE, MIDDLE);
	FACT_OK(netns_enter(f->clients[0].ns, &fact_e));
	int ear = wire_ear(f->clients[0].eth0);
	FACT_OK(netns_enter(f->home, &fact_e));
	uint32_t few = wire_mark(f->bridge);
	ck_assert(wire_passed(ear, few, wire_mark(f->clients[0].port)));
	for (int i = 0; i < FLOODED_PORTS; i++) {
		snprintf(name, sizeof(name), "port%d", i);
		fact_live_port(f, name, HIGHER);
	}
	uint32_t many = wire_mark(f->bridge);
	ck_assert(!wire_passed(ear, many, wire_mark(f->clients[0].port)));
}
