/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mac.c: facts of the kernel: which MAC a bridge takes, and when it takes another. */
#include <net/if.h>
#include <linux/if_bridge.h>
#include <unistd.h>

#include "base/units.h"
#include "net/link.h"
#include "net/netns.h"
#include "suite/kernel/facts.h"

#define NET_ADDR_RANDOM_ 1 /* addr_assign_type, as sysfs shows it */
#define NET_ADDR_SET_ 3

FACT(a_bridge_takes_the_lowest_mac_of_all_its_ports_even_down_ones)
{
	fact_bridge(f, NULL);
	int live = fact_live_port(f, "live", HIGH);
	FACT_BRIDGE_MAC(f, HIGH);
	/* Up, but without carrier. */
	fact_port(f, "dead", MIDDLE);
	FACT_BRIDGE_MAC(f, MIDDLE);
	/* Down. */
	int down = fact_port(f, "down", "1a:00:00:00:00:01");
	fact_set_up(f, down, false);
	FACT_BRIDGE_MAC(f, "1a:00:00:00:00:01");
	/* Disabled as a port. */
	int disabled = fact_live_port(f, "disabled", LOW);
	FACT_OK(link_set_port_state(f->nl, disabled, BR_STATE_DISABLED, &fact_e));
	ck_assert_int_eq(fact_link(f->nl, disabled).state, BR_STATE_DISABLED);
	fact_port(f, "another", HIGHER);
	FACT_BRIDGE_MAC(f, LOW);
	ck_assert_int_eq(fact_link(f->nl, live).state, BR_STATE_FORWARDING);
}

FACT(a_tap_that_was_never_up_counts_too)
{
	struct err e = {{0}};

	fact_bridge(f, NULL);
	fact_live_port(f, "high", HIGH);
	int fd = link_add_tap("tap", &e);
	if (fd < 0)
		ctest_skip("a tap", "modprobe tun, and access to /dev/net/tun");
	int tap = (int)if_nametoindex("tap");
	FACT_OK(link_enslave(f->nl, tap, f->bridge, fact_mac(LOW), false, &fact_e));
	ck_assert_int_eq((int)(fact_link(f->nl, tap).flags & IFF_UP), 0);
	FACT_BRIDGE_MAC(f, LOW);
	close(fd);
	FACT_UNTIL(f->monitor, !if_nametoindex("tap"));
	FACT_BRIDGE_MAC(f, HIGH);
}

FACT(macs_are_ordered_byte_by_byte_as_memcmp_does)
{
	fact_bridge(f, NULL);
	/* As signed bytes 80 would come before 7e. */
	fact_port(f, "a", "80:00:00:00:00:00");
	fact_port(f, "b", "7e:ff:ff:ff:ff:ff");
	FACT_BRIDGE_MAC(f, "7e:ff:ff:ff:ff:ff");
	/* The last byte decides when the others are equal. */
	fact_port(f, "c", "52:54:00:00:00:80");
	fact_port(f, "d", "52:54:00:00:00:7f");
	FACT_BRIDGE_MAC(f, "52:54:00:00:00:7f");
	/* A universal address is not preferred as such: 00:16:3e is below 02 by its first byte. */
	fact_port(f, "e", LOW);
	FACT_BRIDGE_MAC(f, LOW);
	fact_port(f, "f", "00:16:3e:ff:ff:ff");
	FACT_BRIDGE_MAC(f, "00:16:3e:ff:ff:ff");
}

FACT(an_emptied_bridge_has_the_zero_mac)
{
	fact_bridge(f, NULL);
	int port = fact_port(f, "port", MIDDLE);
	fact_delete(f, port);
	FACT_BRIDGE_MAC(f, ZERO);
	/* And takes the MAC of the next port. */
	fact_port(f, "next", HIGH);
	FACT_BRIDGE_MAC(f, HIGH);
}

FACT(a_pinned_bridge_keeps_its_mac_whatever_its_ports_do)
{
	fact_bridge(f, MIDDLE);
	int monitor = fact_monitor();
	int low = fact_port(f, "low", LOW), high = fact_port(f, "high", HIGH);
	fact_set_mac(f, high, "04:00:00:00:00:01");
	fact_set_up(f, low, false);
	fact_release(f, low);
	fact_delete(f, high);
	FACT_BRIDGE_MAC(f, MIDDLE);
	ck_assert_int_eq(fact_mac_changes(f, monitor, MIDDLE), 0);
}

FACT(a_port_that_joins_changes_the_mac_when_it_is_lower)
{
	fact_bridge(f, NULL);
	fact_port(f, "middle", MIDDLE);
	int monitor = fact_monitor();
	fact_port(f, "high", HIGH);
	ck_assert_int_eq(fact_mac_changes(f, monitor, MIDDLE), 0);
	fact_port(f, "low", LOW);
	FACT_BRIDGE_MAC(f, LOW);
	ck_assert_int_eq(fact_mac_changes(f, monitor, MIDDLE), 1);
}

FACT(a_port_that_is_released_or_deleted_takes_its_mac_with_it)
{
	fact_bridge(f, NULL);
	fact_port(f, "middle", MIDDLE);
	int high = fact_port(f, "high", HIGH), low = fact_port(f, "low", LOW);
	fact_release(f, low);
	FACT_BRIDGE_MAC(f, MIDDLE);
	fact_enslave(f, low);
	FACT_BRIDGE_MAC(f, LOW);
	fact_delete(f, low);
	FACT_BRIDGE_MAC(f, MIDDLE);
	/* A higher port that leaves changes nothing. */
	int monitor = fact_monitor();
	fact_delete(f, high);
	ck_assert_int_eq(fact_mac_changes(f, monitor, MIDDLE), 0);
}

FACT(a_port_leaves_when_the_namespace_of_its_other_end_dies)
{
	struct err e = {{0}};

	fact_bridge(f, NULL);
	fact_port(f, "middle", MIDDLE);
	int ns = netns_make(f->home, &e);
	struct veth v = {.name = "low",
	    .peer = "eth0",
	    .peer_ns = ns,
	    .master = f->bridge,
	    .mac = fact_mac(LOW)};
	FACT_OK(link_add_veth(f->nl, &v, &fact_e));
	FACT_BRIDGE_MAC(f, LOW);
	close(ns);
	FACT_UNTIL(f->monitor, !if_nametoindex("low"));
	FACT_BRIDGE_MAC(f, MIDDLE);
}

FACT(a_port_that_gets_another_mac_changes_the_bridges)
{
	fact_bridge(f, NULL);
	fact_port(f, "middle", MIDDLE);
	int port = fact_port(f, "port", HIGH);
	fact_set_mac(f, port, LOW);
	FACT_BRIDGE_MAC(f, LOW);
	fact_set_mac(f, port, "02:00:00:00:00:02");
	FACT_BRIDGE_MAC(f, "02:00:00:00:00:02");
	fact_set_mac(f, port, HIGH);
	FACT_BRIDGE_MAC(f, MIDDLE);
}

/* Setting one end down takes the carrier of the other end as well. */
FACT(up_down_and_carrier_of_a_port_do_not_change_the_mac)
{
	fact_bridge(f, NULL);
	fact_live_port(f, "high", HIGH);
	int low = fact_live_port(f, "low", LOW), lowp = (int)if_nametoindex("lowp");
	int monitor = fact_monitor();

	fact_set_up(f, lowp, false);
	FACT_UNTIL(f->monitor, fact_link(f->nl, low).state == BR_STATE_DISABLED);
	fact_set_up(f, lowp, true);
	FACT_UNTIL(f->monitor, fact_link(f->nl, low).state == BR_STATE_FORWARDING);
	fact_set_up(f, low, false);
	ck_assert_int_eq(fact_link(f->nl, low).state, BR_STATE_DISABLED);
	fact_set_up(f, low, true);
	FACT_UNTIL(f->monitor, fact_link(f->nl, low).state == BR_STATE_FORWARDING);
	fact_down_and_up(f, f->bridge);
	FACT_BRIDGE_MAC(f, LOW);
	ck_assert_int_eq(fact_mac_changes(f, monitor, LOW), 0);
}

FACT(a_fresh_bridge_has_a_random_mac_until_its_first_port_joins)
{
	struct mac other;

	fact_bridge(f, NULL);
	struct bridge second = {.name = "br1", .ageing_real_ns = 300 * NS_PER_S};
	FACT_OK(link_add_bridge(f->nl, &second, &fact_e));
	FACT_OK(link_mac(f->nl, "br1", &other, &fact_e));
	struct mac own = fact_link(f->nl, f->bridge).mac;
	ck_assert(mac_is_unicast(own));
	ck_assert_int_eq(own.b[0] & 2, 2); /* locally administered */
	ck_assert_int_ne(mac_cmp(own, other), 0);
	/* Then the port's, even if it is higher. */
	fact_port(f, "port", "fe:ff:ff:ff:ff:ff");
	FACT_BRIDGE_MAC(f, "fe:ff:ff:ff:ff:ff");
}

FACT(addr_assign_type_is_1_while_inheriting_and_3_once_pinned)
{
	fact_bridge(f, NULL);
	ck_assert_int_eq(fact_assign_type(f), NET_ADDR_RANDOM_);
	int port = fact_port(f, "port", MIDDLE);
	ck_assert_int_eq(fact_assign_type(f), NET_ADDR_RANDOM_);
	fact_delete(f, port);
	ck_assert_int_eq(fact_assign_type(f), NET_ADDR_RANDOM_);
	fact_set_mac(f, f->bridge, HIGH);
	ck_assert_int_eq(fact_assign_type(f), NET_ADDR_SET_);
	fact_port(f, "low", LOW);
	ck_assert_int_eq(fact_assign_type(f), NET_ADDR_SET_);
}
