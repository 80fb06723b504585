/* ipv6.c: facts of the kernel: what a bridge's MAC and its being down do to IPv6. */
#include "test/kit/ctest.h"

#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "lab/lab.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

START_TEST(a_clients_ipv6_entry_of_the_gateway_goes_stale_the_same_way)
{
	struct fact_lab f;

	fact_open(&f);
	fact_need_ipv6(&f);
	fact_two_clients(&f, NULL);
	int low = fact_port(&f, "low", LOW);
	fact_set_gateway_of(&f, 0, AF_INET6, LOW, NUD_REACHABLE);
	struct wire_fate fate = wire_send(&f, 0, AF_INET6);
	ck_assert(fate.taken);
	ck_assert_uint_eq(fate.heard, 0);
	FACT_OK(link_delete(f.nl, low, &fact_e));
	ck_assert_int_eq(fact_gateway_of(&f, 0, AF_INET6).state, NUD_REACHABLE);
	fate = wire_send(&f, 0, AF_INET6);
	ck_assert(!fate.taken);
	ck_assert_uint_eq(fate.heard, 2);
}
END_TEST

START_TEST(a_lower_port_that_joins_cuts_ipv6_off_as_well)
{
	struct fact_lab f;

	fact_open(&f);
	fact_need_ipv6(&f);
	fact_two_clients(&f, NULL);
	fact_set_gateway_of(&f, 0, AF_INET6, HIGH, NUD_REACHABLE);
	fact_set_gateway_of(&f, 1, AF_INET6, HIGH, NUD_REACHABLE);
	fact_port(&f, "low", LOW);
	struct wire_fate fate = wire_send(&f, 1, AF_INET6);
	ck_assert(!fate.taken);
	ck_assert_int_eq(fate.up, PACKET_OTHERHOST);
	fate = wire_send(&f, 0, AF_INET6); /* its own port has the old MAC */
	ck_assert_msg(fate.taken, "up %d, heard %u, state %x", fate.up, fate.heard,
	    (unsigned)fact_gateway_of(&f, 0, AF_INET6).state);
}
END_TEST

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
	FACT_OK(link_set_up(f->nl, f->bridge, false, &fact_e));
	FACT_OK(link_set_up(f->nl, f->bridge, true, &fact_e));
	FACT_UNTIL(f->monitor, fact_has_address(f->nl, f->bridge, AF_INET6, old));
}

START_TEST(the_link_local_address_stays_the_old_macs_until_the_bridge_goes_down_and_up)
{
	struct fact_lab f;
	uint8_t old[16], new[16];

	fact_open(&f);
	fact_need_ipv6(&f);
	bridge_with_link_local(&f, old);
	link_local(LOW, new);
	fact_live_port(&f, "low", LOW);
	FACT_BRIDGE_MAC(&f, LOW);
	ck_assert(fact_has_address(f.nl, f.bridge, AF_INET6, old));
	ck_assert(!fact_has_address(f.nl, f.bridge, AF_INET6, new));
	FACT_OK(link_set_up(f.nl, f.bridge, false, &fact_e));
	FACT_OK(link_set_up(f.nl, f.bridge, true, &fact_e));
	FACT_UNTIL(f.monitor, fact_has_address(f.nl, f.bridge, AF_INET6, new));
	ck_assert(!fact_has_address(f.nl, f.bridge, AF_INET6, old));
}
END_TEST

START_TEST(a_pinned_bridge_keeps_its_link_local_address_when_it_goes_down_and_up)
{
	struct fact_lab f;
	uint8_t old[16];

	fact_open(&f);
	fact_need_ipv6(&f);
	bridge_with_link_local(&f, old);
	FACT_OK(link_set_mac(f.nl, f.bridge, fact_mac(MIDDLE), &fact_e));
	fact_live_port(&f, "low", LOW);
	FACT_OK(link_set_up(f.nl, f.bridge, false, &fact_e));
	FACT_OK(link_set_up(f.nl, f.bridge, true, &fact_e));
	FACT_UNTIL(f.monitor, fact_has_address(f.nl, f.bridge, AF_INET6, old));
}
END_TEST

static void down_and_up(struct fact_lab *f)
{
	FACT_OK(link_set_up(f->nl, f->bridge, false, &fact_e));
	FACT_OK(link_set_up(f->nl, f->bridge, true, &fact_e));
}

/* The address, when it is there; then linkwatch has told of the bridge. */
static bool has_it_and_runs(struct fact_lab *f, const uint8_t *ip)
{
	bool there = fact_has_address(f->nl, f->bridge, AF_INET6, ip);

	ck_assert(!there || fact_running(f->nl, f->bridge));
	return there;
}

START_TEST(a_bridge_that_was_set_up_has_its_link_local_address_when_linkwatch_says_that_it_runs)
{
	struct fact_lab f;
	uint8_t own[16];
	unsigned late = 0;

	fact_open(&f);
	fact_need_ipv6(&f);
	bridge_with_link_local(&f, own);
	for (int i = 0; i < 3; i++) {
		down_and_up(&f);
		ck_assert(fact_link(f.nl, f.bridge).carrier);
		late += !fact_running(f.nl, f.bridge);
		FACT_UNTIL(f.monitor, has_it_and_runs(&f, own));
	}
	printf("%u of 3 times it had its carrier and did not run yet\n", late);
}
END_TEST

START_TEST(admin_down_deletes_static_ipv6_addresses_and_keeps_ipv4_ones)
{
	struct fact_lab f;

	fact_open(&f);
	fact_need_ipv6(&f);
	fact_bridge(&f, MIDDLE); /* pinned or not */
	fact_gateway(&f);
	down_and_up(&f);
	ck_assert(!fact_has_address(f.nl, f.bridge, AF_INET6, fact_gateway6));
	ck_assert(fact_has_address(f.nl, f.bridge, AF_INET, fact_gateway4));
}
END_TEST

START_TEST(with_keep_addr_on_down_static_ipv6_addresses_stay)
{
	struct fact_lab f;

	fact_open(&f);
	fact_need_ipv6(&f);
	fact_bridge(&f, MIDDLE);
	fact_gateway(&f);
	FACT_OK(netns_sysctl("net.ipv6.conf." LAB_BRIDGE ".keep_addr_on_down", "1", &fact_e));
	down_and_up(&f);
	ck_assert(fact_has_address(f.nl, f.bridge, AF_INET6, fact_gateway6));
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "facts", CTEST_SANDBOX,
	    a_clients_ipv6_entry_of_the_gateway_goes_stale_the_same_way);
	ctest_add(list, "facts", CTEST_SANDBOX, a_lower_port_that_joins_cuts_ipv6_off_as_well);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    the_link_local_address_stays_the_old_macs_until_the_bridge_goes_down_and_up);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    a_pinned_bridge_keeps_its_link_local_address_when_it_goes_down_and_up);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    a_bridge_that_was_set_up_has_its_link_local_address_when_linkwatch_says_that_it_runs);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    admin_down_deletes_static_ipv6_addresses_and_keeps_ipv4_ones);
	ctest_add(list, "facts", CTEST_SANDBOX, with_keep_addr_on_down_static_ipv6_addresses_stay);
}
