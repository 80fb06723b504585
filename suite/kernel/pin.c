/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pin.c: facts of the kernel: what pins a bridge's MAC, and what a late pin costs. */
#include <errno.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/lab.h"
#include "net/link.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

/* It no longer inherits a MAC: not a lower port's and not, when emptied, the zero MAC. */
static void assert_pinned(struct fact_lab *f, const char *mac)
{
	FACT_BRIDGE_MAC(f, mac);
	int low = fact_port(f, "lowest", "00:00:00:00:00:01");
	FACT_BRIDGE_MAC(f, mac);
	fact_delete(f, low);
	FACT_BRIDGE_MAC(f, mac);
}

FACT(a_mac_in_the_create_request_pins)
{
	fact_bridge(f, MIDDLE);
	assert_pinned(f, MIDDLE);
}

FACT(setting_any_mac_later_pins)
{
	fact_bridge(f, NULL);
	fact_port(f, "port", MIDDLE);
	fact_set_mac(f, f->bridge, HIGH);
	assert_pinned(f, HIGH);
	/* Still pinned by another value. */
	fact_set_mac(f, f->bridge, LOW);
	assert_pinned(f, LOW);
}

FACT(setting_the_mac_it_has_pins)
{
	fact_bridge(f, NULL);
	fact_port(f, "port", MIDDLE);
	int monitor = fact_monitor();
	fact_set_mac(f, f->bridge, MIDDLE);
	assert_pinned(f, MIDDLE);
	ck_assert_int_eq(fact_mac_changes(f, monitor, MIDDLE), 0);
}

FACT(setting_the_mac_it_has_by_ioctl_pins)
{
	struct ifreq r = {.ifr_name = LAB_BRIDGE};
	struct mac m = fact_mac(MIDDLE);

	fact_bridge(f, NULL);
	fact_port(f, "port", MIDDLE);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	r.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(r.ifr_hwaddr.sa_data, m.b, 6);
	ck_assert_int_eq(ioctl(fd, SIOCSIFHWADDR, &r), 0);
	assert_pinned(f, MIDDLE);
	close(fd);
}

FACT(a_bridge_that_nobody_set_is_not_pinned_by_up_addresses_or_ports)
{
	fact_bridge(f, NULL);
	fact_gateway(f);
	fact_port(f, "port", MIDDLE);
	fact_down_and_up(f, f->bridge);
	fact_port(f, "low", LOW);
	FACT_BRIDGE_MAC(f, LOW);
}

/* Newer kernels do not call the driver, which refuses the zero MAC, when the address is the same.
 */
FACT(an_emptied_bridge_set_to_its_own_mac_is_pinned_to_zero_or_refuses_it)
{
	fact_bridge(f, NULL);
	fact_delete(f, fact_port(f, "port", MIDDLE));
	FACT_BRIDGE_MAC(f, ZERO);
	int r = link_set_mac(f->nl, f->bridge, fact_mac(ZERO), NULL);
	if (r == 0) {
		assert_pinned(f, ZERO);
	} else {
		ck_assert_int_eq(r, -EADDRNOTAVAIL);
		fact_port(f, "next", HIGH);
		FACT_BRIDGE_MAC(f, HIGH);
	}
	/* No other MAC can be changed to zero. */
	fact_set_mac(f, f->bridge, MIDDLE);
	ck_assert_int_eq(link_set_mac(f->nl, f->bridge, fact_mac(ZERO), NULL), -EADDRNOTAVAIL);
	FACT_BRIDGE_MAC(f, MIDDLE);
}

FACT(a_gateway_pinned_to_zero_gets_nothing_until_a_real_mac_is_set)
{
	fact_bridge(f, NULL);
	fact_gateway(f);
	fact_delete(f, fact_port(f, "port", MIDDLE));
	if (link_set_mac(f->nl, f->bridge, fact_mac(ZERO), NULL))
		ctest_skip("a kernel that lets a bridge be set to its own zero MAC",
		    "nothing: a kernel that refuses it is better");
	fact_client(f, LOW);
	fact_client(f, HIGH);
	fact_set_gateway_of(f, 0, AF_INET, ZERO, NUD_PERMANENT);
	WIRE_ASSERT(f, 0, AF_INET, WIRE_FLOODED); /* the zero MAC is in no FDB entry */
	fact_set_mac(f, f->bridge, MIDDLE);
	fact_set_gateway_of(f, 0, AF_INET, MIDDLE, NUD_PERMANENT);
	WIRE_ASSERT(f, 0, AF_INET, WIRE_TAKEN);
}

FACT(pinning_late_to_a_new_mac_strands_the_clients)
{
	fact_two_clients(f, NULL, HIGH);
	WIRE_ASSERT(f, 1, AF_INET, WIRE_TAKEN);
	int monitor = fact_monitor();
	fact_set_mac(f, f->bridge, LOW);
	ck_assert_int_eq(fact_mac_changes(f, monitor, HIGH), 1);
	WIRE_ASSERT(f, 1, AF_INET, WIRE_NOT_FOR_IP);
	ck_assert(fact_knows(f, 1, AF_INET, HIGH));
}

FACT(pinning_late_to_the_mac_it_has_costs_nothing)
{
	fact_two_clients(f, NULL, HIGH);
	int monitor = fact_monitor();
	fact_set_mac(f, f->bridge, HIGH);
	ck_assert_int_eq(fact_mac_changes(f, monitor, HIGH), 0);
	WIRE_ASSERT(f, 1, AF_INET, WIRE_TAKEN);
}
