/* pin.c: facts of the kernel: what pins a bridge's MAC, and what a late pin costs. */
#include "test/kit/ctest.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/lab.h"
#include "lab/link.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

/* Inherits nothing any more: neither a lower port's nor, emptied, the zero MAC. */
static void assert_pinned(struct fact_lab *f, const char *mac)
{
	FACT_BRIDGE_MAC(f, mac);
	int low = fact_port(f, "lowest", "00:00:00:00:00:01");
	FACT_BRIDGE_MAC(f, mac);
	FACT_OK(link_delete(f->nl, low, &fact_e));
	FACT_BRIDGE_MAC(f, mac);
}

START_TEST(a_mac_in_the_create_request_pins)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, MIDDLE);
	assert_pinned(&f, MIDDLE);
}
END_TEST

START_TEST(setting_any_mac_later_pins)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, NULL);
	fact_port(&f, "port", MIDDLE);
	FACT_OK(link_set_mac(f.nl, f.bridge, fact_mac(HIGH), &fact_e));
	assert_pinned(&f, HIGH);
	/* Still pinned by another value. */
	FACT_OK(link_set_mac(f.nl, f.bridge, fact_mac(LOW), &fact_e));
	assert_pinned(&f, LOW);
}
END_TEST

START_TEST(setting_the_mac_it_has_pins)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, NULL);
	fact_port(&f, "port", MIDDLE);
	int monitor = fact_monitor();
	FACT_OK(link_set_mac(f.nl, f.bridge, fact_mac(MIDDLE), &fact_e));
	assert_pinned(&f, MIDDLE);
	ck_assert_int_eq(fact_mac_changes(&f, monitor, fact_mac(MIDDLE)), 0);
}
END_TEST

START_TEST(setting_the_mac_it_has_by_ioctl_pins)
{
	struct ifreq r = {.ifr_name = LAB_BRIDGE};
	struct fact_lab f;
	struct mac m = fact_mac(MIDDLE);

	fact_open(&f);
	fact_bridge(&f, NULL);
	fact_port(&f, "port", MIDDLE);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	r.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(r.ifr_hwaddr.sa_data, m.b, 6);
	ck_assert_int_eq(ioctl(fd, SIOCSIFHWADDR, &r), 0);
	assert_pinned(&f, MIDDLE);
	close(fd);
}
END_TEST

START_TEST(a_bridge_that_nobody_set_is_not_pinned_by_up_addresses_or_ports)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, NULL);
	fact_gateway(&f);
	fact_port(&f, "port", MIDDLE);
	FACT_OK(link_set_up(f.nl, f.bridge, false, &fact_e));
	FACT_OK(link_set_up(f.nl, f.bridge, true, &fact_e));
	fact_port(&f, "low", LOW);
	FACT_BRIDGE_MAC(&f, LOW);
}
END_TEST

/* Newer kernels skip the driver when the address is the same one, which is what refused the zero
 * MAC. */
START_TEST(an_emptied_bridge_set_to_its_own_mac_is_pinned_to_zero_or_refuses_it)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, NULL);
	FACT_OK(link_delete(f.nl, fact_port(&f, "port", MIDDLE), &fact_e));
	FACT_BRIDGE_MAC(&f, ZERO);
	int r = link_set_mac(f.nl, f.bridge, fact_mac(ZERO), NULL);
	if (r == 0) {
		assert_pinned(&f, ZERO);
	} else {
		ck_assert_int_eq(r, -EADDRNOTAVAIL);
		fact_port(&f, "next", HIGH);
		FACT_BRIDGE_MAC(&f, HIGH);
	}
	/* From another MAC nobody gets to zero. */
	FACT_OK(link_set_mac(f.nl, f.bridge, fact_mac(MIDDLE), &fact_e));
	ck_assert_int_eq(link_set_mac(f.nl, f.bridge, fact_mac(ZERO), NULL), -EADDRNOTAVAIL);
	FACT_BRIDGE_MAC(&f, MIDDLE);
}
END_TEST

START_TEST(a_gateway_pinned_to_zero_gets_nothing_until_a_real_mac_is_set)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, NULL);
	fact_gateway(&f);
	FACT_OK(link_delete(f.nl, fact_port(&f, "port", MIDDLE), &fact_e));
	if (link_set_mac(f.nl, f.bridge, fact_mac(ZERO), NULL))
		ctest_skip("a kernel that lets a bridge be set to its own zero MAC",
		    "none is needed: such a kernel is the better one");
	fact_client(&f, LOW);
	fact_client(&f, HIGH);
	fact_set_gateway_of(&f, 0, AF_INET, ZERO, NUD_PERMANENT);
	struct wire_fate fate = wire_send(&f, 0, AF_INET);
	ck_assert(!fate.taken);
	ck_assert_uint_eq(fate.heard, 2); /* the zero MAC is in no FDB entry */
	FACT_OK(link_set_mac(f.nl, f.bridge, fact_mac(MIDDLE), &fact_e));
	fact_set_gateway_of(&f, 0, AF_INET, MIDDLE, NUD_PERMANENT);
	fate = wire_send(&f, 0, AF_INET);
	ck_assert(fate.taken);
	ck_assert_uint_eq(fate.heard, 0);
}
END_TEST

/* Of two clients, the one behind the higher port. */
static void one_knows_the_gateway(struct fact_lab *f)
{
	fact_open(f);
	fact_bridge(f, NULL);
	fact_gateway(f);
	fact_client(f, MIDDLE);
	fact_client(f, HIGH);
	fact_set_gateway_of(f, 1, AF_INET, MIDDLE, NUD_REACHABLE);
}

START_TEST(pinning_late_to_a_new_mac_strands_the_clients)
{
	struct fact_lab f;

	one_knows_the_gateway(&f);
	ck_assert(wire_send(&f, 1, AF_INET).taken);
	int monitor = fact_monitor();
	FACT_OK(link_set_mac(f.nl, f.bridge, fact_mac(LOW), &fact_e));
	ck_assert_int_eq(fact_mac_changes(&f, monitor, fact_mac(MIDDLE)), 1);
	ck_assert(!wire_send(&f, 1, AF_INET).taken);
	ck_assert_int_eq(mac_cmp(fact_gateway_of(&f, 1, AF_INET).mac, fact_mac(MIDDLE)), 0);
}
END_TEST

START_TEST(pinning_late_to_the_mac_it_has_costs_nothing)
{
	struct fact_lab f;

	one_knows_the_gateway(&f);
	int monitor = fact_monitor();
	FACT_OK(link_set_mac(f.nl, f.bridge, fact_mac(MIDDLE), &fact_e));
	ck_assert_int_eq(fact_mac_changes(&f, monitor, fact_mac(MIDDLE)), 0);
	ck_assert(wire_send(&f, 1, AF_INET).taken);
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "facts", CTEST_SANDBOX, a_mac_in_the_create_request_pins);
	ctest_add(list, "facts", CTEST_SANDBOX, setting_any_mac_later_pins);
	ctest_add(list, "facts", CTEST_SANDBOX, setting_the_mac_it_has_pins);
	ctest_add(list, "facts", CTEST_SANDBOX, setting_the_mac_it_has_by_ioctl_pins);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    a_bridge_that_nobody_set_is_not_pinned_by_up_addresses_or_ports);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    an_emptied_bridge_set_to_its_own_mac_is_pinned_to_zero_or_refuses_it);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    a_gateway_pinned_to_zero_gets_nothing_until_a_real_mac_is_set);
	ctest_add(list, "facts", CTEST_SANDBOX, pinning_late_to_a_new_mac_strands_the_clients);
	ctest_add(list, "facts", CTEST_SANDBOX, pinning_late_to_the_mac_it_has_costs_nothing);
}
