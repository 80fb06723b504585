/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snoop.c: facts of the kernel: where a snooping bridge sends neighbour solicitations.
 *
 *   c1 eth0 ---- c1 ------ [ br0, the gateway ]
 *   c2 eth0 ---- c2 ------ [   |
 *   q0 [eth0] -- querier - [   |    another bridge, in a namespace of its own (net/querier.h)
 */
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "lab/firewall.h"
#include "net/link.h"
#include "net/netns.h"
#include "net/querier.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

#define NOBODY 0x99

struct snoop {
	struct fact_lab *f;
	struct querier q;
	int q_ear;  /* on the querier's eth0 */
	int groups; /* reports new MDB entries */
};

static void ip_of(uint8_t last, uint8_t out[16])
{
	memcpy(out, (uint8_t[16]){0x20, 0x01, 0x0d, 0xb8, [15] = last}, 16);
}

static uint8_t last_of(int client)
{
	return (uint8_t)(0x11 + client);
}

/* Two clients, the gateway, and a querier that has not sent a query. */
static void snoop_open(struct snoop *s, struct fact_lab *f)
{
	struct querier_spec spec = {.there = true};
	struct nl_sock *groups;

	s->f = f;
	fact_need_ipv6(f);
	fact_two_clients(f, MIDDLE, NULL);
	FACT_OK(querier_up(&s->q, &spec, f->nl, f->home, f->bridge, &fact_e));
	fact_keep(s->q.nl);
	FACT_OK(netns_enter(s->q.ns, &fact_e));
	s->q_ear = wire_ear((int)if_nametoindex("eth0"));
	FACT_OK(netns_enter(f->home, &fact_e));
	FACT_UNTIL(f->monitor, fact_running(f->nl, (int)if_nametoindex(QUERIER_PORT)));
	groups = fact_nl();
	ck_assert_int_eq(nl_socket_add_membership(groups, RTNLGRP_MDB), 0);
	ck_assert_int_eq(nl_socket_set_nonblocking(groups), 0);
	s->groups = nl_socket_get_fd(groups);
}

static bool reported(struct snoop *s, int n)
{
	struct querier_group g = {.port = s->f->clients[n].port};

	ip_of(last_of(n), g.ip6);
	return querier_reported(s->f->nl, s->f->bridge, &g, NULL) == 1;
}

/* It sends a query; both clients and the gateway report their groups. */
static void ask(struct snoop *s)
{
	struct querier_group g[3] = {{.port = s->f->bridge}};

	memcpy(g[0].ip6, fact_gateway6, 16);
	for (int i = 0; i < 2; i++) {
		g[1 + i].port = s->f->clients[i].port;
		ip_of(last_of(i), g[1 + i].ip6);
	}
	FACT_OK(querier_ask(&s->q, s->f->nl, s->f->bridge, g, 3, fact_deadline_ns(), &fact_e));
}

/* The gateway forgets its entry for this address and asks for it. A mark that it sent later. */
static uint32_t look_for(struct snoop *s, uint8_t last)
{
	uint8_t ip6[16];

	ip_of(last, ip6);
	if (fact_neighbour(s->f->nl, s->f->bridge, AF_INET6, ip6).there)
		fact_set_neighbour(s->f->nl, s->f->bridge, AF_INET6, ip6, NULL, 0);
	wire_send_to(s->f, AF_INET6, ip6);
	return wire_mark(s->f->bridge);
}

/* Does the gateway's solicitation for this address come out here? Earlier frames do not count. */
static bool heard_at(struct snoop *s, int ear, uint8_t last)
{
	wire_heard(ear, wire_mark(s->f->bridge), wire_is_solicitation);
	return wire_heard(ear, look_for(s, last), wire_is_solicitation);
}

static bool hears(struct snoop *s, int n, uint8_t last)
{
	return heard_at(s, s->f->clients[n].ear, last);
}

/* Snooping takes effect when the time for reports, 10 ms, is over. */
static void until_deaf(struct snoop *s, int n, uint8_t last)
{
	while (hears(s, n, last)) {
		ck_assert_msg(
		    clock_now_ns() < fact_deadline_ns(), "it went on hearing solicitations");
		poll(NULL, 0, 1);
	}
}

/* Without a change of the client's carrier. */
static void join_again(struct snoop *s, int n)
{
	fact_release(s->f, s->f->clients[n].port);
	fact_enslave(s->f, s->f->clients[n].port);
}

/* A snooping bridge on which a client's port has joined again. */
static void snoop_rejoined(struct snoop *s, struct fact_lab *f)
{
	snoop_open(s, f);
	ask(s);
	until_deaf(s, 0, NOBODY);
	join_again(s, 0);
}

FACT(solicitations_are_flooded_until_a_querier_is_heard_then_they_go_where_it_is)
{
	struct snoop s;

	snoop_open(&s, f);
	ck_assert_int_eq(querier_known(f->nl, f->bridge, NULL), 0);
	ck_assert(hears(&s, 0, NOBODY));
	ck_assert(hears(&s, 1, NOBODY));
	ask(&s);
	ck_assert_int_eq(querier_known(f->nl, f->bridge, NULL), 1);
	until_deaf(&s, 0, NOBODY);
	ck_assert(!hears(&s, 1, NOBODY));
	ck_assert(heard_at(&s, s.q_ear, NOBODY));
	/* the client that has reported the group hears them, and no other */
	ck_assert(hears(&s, 0, last_of(0)));
	ck_assert(!hears(&s, 1, last_of(0)));
}

FACT(a_port_that_joins_again_has_reported_nothing_and_hears_no_solicitation)
{
	struct fact_neighbour entry;
	struct snoop s;
	uint8_t ip6[16];

	snoop_rejoined(&s, f);
	ck_assert(!reported(&s, 0));
	ck_assert(!hears(&s, 0, last_of(0)));
	ip_of(last_of(0), ip6);
	entry = fact_neighbour(f->nl, f->bridge, AF_INET6, ip6);
	ck_assert_int_eq(entry.state, NUD_INCOMPLETE);
	/* the other one is as it was */
	ck_assert(reported(&s, 1));
	ck_assert(hears(&s, 1, last_of(1)));
}

FACT(without_snooping_a_port_that_joins_again_hears_solicitations)
{
	struct snoop s;

	snoop_rejoined(&s, f);
	ck_assert(!hears(&s, 0, last_of(0)));
	ck_assert_int_eq(fact_set_bridge(f, IFLA_BR_MCAST_SNOOPING, 0), 0);
	ck_assert(hears(&s, 0, last_of(0)));
}

FACT(a_port_that_joins_again_is_asked_by_unicast_and_by_arp_all_the_same)
{
	struct snoop s;
	uint8_t ip6[16];
	char mac[MAC_TEXT];

	snoop_rejoined(&s, f);
	ck_assert(!reported(&s, 0));
	/* an entry that the gateway has it probes, from its link-local address (ndisc_solicit()) */
	FACT_OK(link_add_address(
	    f->nl, f->bridge, AF_INET6, (uint8_t[16]){0xfe, 0x80, [15] = 1}, 64, &fact_e));
	ip_of(last_of(0), ip6);
	fact_set_neighbour(f->nl, f->bridge, AF_INET6, ip6, fact_client_mac(f, 0, mac), NUD_PROBE);
	FACT_UNTIL(
	    f->monitor, fact_neighbour(f->nl, f->bridge, AF_INET6, ip6).state == NUD_REACHABLE);
	/* ARP is broadcast */
	wire_send_to(f, AF_INET, (uint8_t[]){192, 0, 2, 11});
	ck_assert(wire_client_heard(f, 0, wire_is_arp_of_gateway));
	ck_assert(!reported(&s, 0));
}

FACT(a_client_whose_link_flaps_reports_anew)
{
	struct snoop s;

	snoop_rejoined(&s, f);
	ck_assert(!reported(&s, 0));
	fact_down_and_up(f, f->clients[0].port);
	FACT_UNTIL(s.groups, reported(&s, 0));
	ck_assert(hears(&s, 0, last_of(0)));
}

FACT(a_client_that_is_queried_reports_anew)
{
	struct snoop s;

	snoop_rejoined(&s, f);
	ck_assert(!reported(&s, 0));
	ask(&s);
	ck_assert(reported(&s, 0));
	ck_assert(hears(&s, 0, last_of(0)));
}

/* So many packets that client n sent did not leave it. */
static long discarded(struct snoop *s, int n)
{
	char line[80];
	long count = -1;

	FACT_OK(netns_enter(s->f->clients[n].ns, &fact_e));
	FILE *f = fopen("/proc/thread-self/net/snmp6", "re");
	ck_assert_ptr_nonnull(f);
	while (count < 0 && fgets(line, sizeof(line), f))
		sscanf(line, "Ip6OutDiscards %ld", &count);
	fclose(f);
	FACT_OK(netns_enter(s->f->home, &fact_e));
	return count;
}

/* Client 0 answers the querier, and its own firewall drops the answer. */
FACT(a_client_whose_firewall_drops_its_reports_hears_no_solicitation)
{
	struct snoop s;

	snoop_rejoined(&s, f);
	FACT_OK(netns_enter(f->clients[0].ns, &fact_e));
	FACT_OK(firewall_drop_mld(FIREWALL_BY_ANY, fact_deadline_ns(), &fact_e));
	FACT_OK(netns_enter(f->home, &fact_e));
	long before = discarded(&s, 0);
	FACT_OK(querier_ask(&s.q, f->nl, f->bridge, NULL, 0, fact_deadline_ns(), &fact_e));
	while (discarded(&s, 0) == before) {
		ck_assert_msg(clock_now_ns() < fact_deadline_ns(), "it dropped no report");
		poll(NULL, 0, 1);
	}
	ck_assert(!reported(&s, 0));
	ck_assert(!hears(&s, 0, last_of(0)));
}

FACT(a_client_that_asks_for_the_gateway_is_known_to_it)
{
	struct snoop s;
	uint8_t ip6[16];

	snoop_rejoined(&s, f);
	ck_assert(!hears(&s, 0, last_of(0)));
	ip_of(last_of(0), ip6);
	ck_assert(mac_is_zero(fact_neighbour(f->nl, f->bridge, AF_INET6, ip6).mac));
	ck_assert_int_eq(send(f->clients[0].socket6, "x", 1, 0), 1);
	FACT_UNTIL(f->monitor, !mac_is_zero(fact_neighbour(f->nl, f->bridge, AF_INET6, ip6).mac));
	ck_assert(!reported(&s, 0));
}

FACT(setting_the_mac_that_it_has_makes_the_gateway_forget_its_neighbours)
{
	uint8_t ip6[16];

	fact_need_ipv6(f);
	fact_bridge(f, MIDDLE);
	fact_gateway(f);
	fact_client(f, HIGH);
	ip_of(last_of(0), ip6);
	fact_set_neighbour(f->nl, f->bridge, AF_INET6, ip6, HIGHER, NUD_REACHABLE);
	ck_assert(fact_neighbour(f->nl, f->bridge, AF_INET6, ip6).there);
	fact_set_mac(f, f->bridge, MIDDLE);
	ck_assert(!fact_neighbour(f->nl, f->bridge, AF_INET6, ip6).there);
}
