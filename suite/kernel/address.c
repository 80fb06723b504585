/* SPDX-License-Identifier: GPL-2.0-or-later */
/* address.c: facts of the kernel: what a bridge is without its address, and a client without its
 * route. */
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "net/link.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

static const uint8_t client4[4] = {192, 0, 2, 11},
                     client6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x11};

static bool has_route(struct fact_lab *f, int family)
{
	return fact_route_type(f->nl, family, family == AF_INET6 ? client6 : client4) ==
	       RTN_UNICAST;
}

FACT(with_its_ipv4_address_a_bridge_loses_the_route_to_its_clients_and_answers_no_arp)
{
	fact_two_clients(f, MIDDLE, NULL);
	ck_assert(has_route(f, AF_INET));
	FACT_OK(link_delete_address(f->nl, f->bridge, AF_INET, fact_gateway4, 24, &fact_e));
	ck_assert(!has_route(f, AF_INET));
	wire_send(f, 0, AF_INET);
	ck_assert_int_eq(fact_gateway_of(f, 0, AF_INET).state, NUD_INCOMPLETE);
	ck_assert(!wire_client_heard(f, 0, wire_is_arp_of_gateway));
	FACT_OK(link_add_address(f->nl, f->bridge, AF_INET, fact_gateway4, 24, &fact_e));
	ck_assert(has_route(f, AF_INET));
	fact_until_gateway_of(f, 0, AF_INET, MIDDLE);
}

FACT(with_its_ipv6_address_a_bridge_loses_the_route_to_its_clients_and_keeps_ipv4)
{
	fact_need_ipv6(f);
	fact_two_clients(f, MIDDLE, MIDDLE);
	ck_assert(has_route(f, AF_INET6));
	FACT_OK(link_delete_address(f->nl, f->bridge, AF_INET6, fact_gateway6, 64, &fact_e));
	ck_assert(!has_route(f, AF_INET6));
	ck_assert(has_route(f, AF_INET));
	ck_assert(wire_send(f, 0, AF_INET).taken);
}

static const uint8_t far4[4] = {198, 51, 100, 2},
                     far6[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = 2};

static bool client_has_route(struct fact_lab *f, int family, const void *ip)
{
	return fact_route_type(f->clients[0].nl, family, ip) == RTN_UNICAST;
}

/* A client with a default route, whose end is set down and up. */
static void bounce_client(struct fact_lab *f, int family, const void *gateway, const void *far)
{
	const struct fact_client *c = &f->clients[0];

	FACT_OK(link_add_default_route(c->nl, family, gateway, c->eth0, &fact_e));
	ck_assert(client_has_route(f, family, far));
	FACT_OK(link_set_up(c->nl, c->eth0, false, &fact_e));
	ck_assert(!client_has_route(f, family, gateway));
	FACT_OK(link_set_up(c->nl, c->eth0, true, &fact_e));
	FACT_UNTIL(c->monitor, client_has_route(f, family, gateway));
	ck_assert(!client_has_route(f, family, far));
	FACT_OK(link_add_default_route(c->nl, family, gateway, c->eth0, &fact_e));
	ck_assert(client_has_route(f, family, far));
}

FACT(a_client_set_down_and_up_keeps_its_ipv4_address_and_has_no_default_route)
{
	fact_two_clients(f, MIDDLE, NULL);
	bounce_client(f, AF_INET, fact_gateway4, far4);
	ck_assert(fact_has_address(f->clients[0].nl, f->clients[0].eth0, AF_INET, client4));
}

FACT(a_client_that_keeps_its_ipv6_address_has_no_default_route_after_down_and_up)
{
	fact_need_ipv6(f);
	fact_two_clients(f, MIDDLE, NULL);
	fact_client_sysctl(f, 0, "net.ipv6.conf.eth0.keep_addr_on_down", "1");
	bounce_client(f, AF_INET6, fact_gateway6, far6);
	ck_assert(fact_has_address(f->clients[0].nl, f->clients[0].eth0, AF_INET6, client6));
}
