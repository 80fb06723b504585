/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vlan.c: facts of the kernel: what a bridge that filters VLANs lets pass. */
#include <errno.h>
#include <linux/if_link.h>

#include "net/link.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

/* All in VLAN 1, which the bridge does not look at yet. */
static void two_clients(struct fact_lab *f)
{
	struct err e = {{0}};

	fact_two_clients(f, MIDDLE, MIDDLE);
	int r = link_set_vlan(f->nl, f->clients[0].port, false, 1, &e);
	if (r == -EOPNOTSUPP)
		ctest_skip(
		    "VLAN filtering of bridges", "a kernel with CONFIG_BRIDGE_VLAN_FILTERING");
	ck_assert_msg(!r, "%s", e.text);
}

static void put_port(struct fact_lab *f, int n, uint16_t vlan)
{
	FACT_OK(link_set_vlan(f->nl, f->clients[n].port, false, vlan, &fact_e));
}

static void put_bridge(struct fact_lab *f, uint16_t vlan)
{
	FACT_OK(link_set_vlan(f->nl, f->bridge, true, vlan, &fact_e));
}

static void filter(struct fact_lab *f)
{
	FACT_OK(link_filter_vlans(f->nl, f->bridge, &fact_e));
}

/* Does what the first client sends come up to br0? What the second one sends surely does. */
static bool reaches_bridge(struct fact_lab *f)
{
	uint32_t mark = wire_mark_from(f, 0);

	return wire_passed(f->ear, mark, wire_mark_from(f, 1));
}

/* Does what br0 sends in this VLAN come out at client n? In VLAN 1 it surely does. */
static bool reaches_client(struct fact_lab *f, int n, uint16_t vlan)
{
	put_bridge(f, vlan);
	uint32_t mark = wire_mark(f->bridge);
	put_bridge(f, 1);
	return wire_passed(f->clients[n].ear, mark, wire_mark(f->bridge));
}

FACT(a_frame_that_enters_a_port_without_a_pvid_is_dropped)
{
	two_clients(f);
	filter(f);
	ck_assert(reaches_bridge(f));
	ck_assert_int_eq(fact_set_bridge(f, IFLA_BR_VLAN_DEFAULT_PVID, 0), 0);
	put_bridge(f, 1);
	put_port(f, 1, 1);
	ck_assert(!reaches_bridge(f));
	put_port(f, 0, 1);
	ck_assert(reaches_bridge(f));
}

FACT(br0_takes_and_sends_only_in_vlans_that_it_is_in)
{
	two_clients(f);
	filter(f);
	put_port(f, 0, 20);
	ck_assert(!reaches_bridge(f));
	/* br0 is then in VLAN 20 too, and its second client is not */
	ck_assert(!reaches_client(f, 1, 20));
	ck_assert(reaches_client(f, 0, 20));
	ck_assert(reaches_bridge(f));
}

FACT(vlans_count_only_while_the_bridge_filters)
{
	two_clients(f);
	put_port(f, 0, 20);
	ck_assert(reaches_bridge(f));
	filter(f);
	ck_assert(!reaches_bridge(f));
}

FACT(a_port_that_joins_again_is_in_the_default_vlan_alone)
{
	two_clients(f);
	filter(f);
	put_port(f, 0, 20);
	fact_release(f, f->clients[0].port);
	fact_enslave(f, f->clients[0].port);
	ck_assert(reaches_bridge(f));
	ck_assert(!reaches_client(f, 0, 20));
}
