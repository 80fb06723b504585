/* loss.c: facts of the kernel: how a frame for a gateway's old MAC is lost, and heals.
 */
#include "test/kit/ctest.h"

#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/lab.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

#define GONE (-1) /* was not passed up to the bridge */

static void assert_fate(struct wire_fate fate, bool taken, int up, unsigned heard)
{
	ck_assert_msg(fate.taken == taken && fate.up == up && fate.heard == heard,
	    "taken %d, up %d, heard %u; expected %d, %d, %u", fate.taken, fate.up, fate.heard,
	    taken, up, heard);
}

/* A gateway, two clients behind high ports, and what they know. */
static void two_clients(struct fact_lab *f, const char *bridge_mac, const char *gateway_mac)
{
	fact_open(f);
	fact_two_clients(f, bridge_mac);
	for (int i = 0; gateway_mac && i < 2; i++)
		fact_set_gateway_of(f, i, AF_INET, gateway_mac, NUD_REACHABLE);
}

START_TEST(when_the_lowest_port_leaves_frames_for_its_mac_are_flooded)
{
	struct fact_lab f;
	bool local;

	two_clients(&f, NULL, LOW);
	int low = fact_port(&f, "low", LOW);
	assert_fate(wire_send(&f, 0, AF_INET), true, PACKET_HOST, 0);
	ck_assert_int_ne(fact_fdb(&f, fact_mac(LOW), &local), 0);
	ck_assert(local);
	FACT_OK(link_delete(f.nl, low, &fact_e));
	ck_assert_int_eq(fact_fdb(&f, fact_mac(LOW), NULL), 0);
	/* The other client hears it, the gateway does not. */
	assert_fate(wire_send(&f, 0, AF_INET), false, GONE, 2);
	assert_fate(wire_send(&f, 1, AF_INET), false, GONE, 1);
}
END_TEST

START_TEST(when_a_lower_port_joins_frames_for_the_old_mac_reach_the_bridge_but_not_ip)
{
	struct fact_lab f;
	bool local;

	two_clients(&f, NULL, HIGH);
	assert_fate(wire_send(&f, 1, AF_INET), true, PACKET_HOST, 0);
	fact_port(&f, "low", LOW);
	/* Still an address of the host's, on the port that has it. */
	ck_assert_int_eq(fact_fdb(&f, fact_mac(HIGH), &local), f.clients[0].port);
	ck_assert(local);
	assert_fate(wire_send(&f, 1, AF_INET), false, PACKET_OTHERHOST, 0);
}
END_TEST

START_TEST(the_client_whose_own_port_has_the_old_mac_is_spared)
{
	struct fact_lab f;

	two_clients(&f, NULL, HIGH);
	fact_port(&f, "low", LOW);
	assert_fate(wire_send(&f, 0, AF_INET), true, PACKET_HOST, 0);
}
END_TEST

START_TEST(a_pinned_gateway_is_reached_whoever_joins_or_leaves)
{
	struct fact_lab f;

	two_clients(&f, MIDDLE, MIDDLE);
	int low = fact_port(&f, "low", LOW);
	assert_fate(wire_send(&f, 0, AF_INET), true, PACKET_HOST, 0);
	FACT_OK(link_delete(f.nl, low, &fact_e));
	assert_fate(wire_send(&f, 0, AF_INET), true, PACKET_HOST, 0);
	assert_fate(wire_send(&f, 1, AF_INET), true, PACKET_HOST, 0);
}
END_TEST

/* The gateway's kernel asks for an address, by broadcast. */
static void gateway_sends_to(const uint8_t ip[4])
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(&to.sin_addr, ip, 4);
	ck_assert_int_eq(sendto(fd, "", 1, 0, (struct sockaddr *)&to, sizeof(to)), 1);
	close(fd);
}

/* It asks for the address of nobody, by a broadcast that corrects the first client's entry. Ports
 * are flooded in one go: when the first client has it, the second has heard it as well. */
static void gateway_corrects_the_first(struct fact_lab *f)
{
	static const uint8_t nobody[4] = {192, 0, 2, 99};

	gateway_sends_to(nobody);
	fact_until_gateway_of(f, 0, AF_INET, LOW);
	ck_assert(wire_heard(f->clients[1].ear, wire_mark(f->bridge), wire_is_arp_of_gateway));
}

static bool knows(struct fact_lab *f, int n, const char *mac)
{
	return !mac_cmp(fact_gateway_of(f, n, AF_INET).mac, fact_mac(mac));
}

START_TEST(a_broadcast_arp_of_the_gateway_for_anybody_corrects_every_client)
{
	struct fact_lab f;

	two_clients(&f, NULL, HIGH);
	fact_port(&f, "low", LOW);
	ck_assert(knows(&f, 0, HIGH) && knows(&f, 1, HIGH));
	gateway_corrects_the_first(&f);
	fact_until_gateway_of(&f, 1, AF_INET, LOW);
	ck_assert(wire_send(&f, 1, AF_INET).taken);
}
END_TEST

/* The change flushed what the gateway knew, so the first answer to anybody is preceded by ARP. */
START_TEST(an_answer_to_one_client_heals_the_others)
{
	static const uint8_t first[4] = {192, 0, 2, 11};
	struct fact_lab f;
	char mac[MAC_TEXT];

	two_clients(&f, NULL, HIGH);
	mac_text(fact_link(f.clients[0].nl, f.clients[0].eth0).mac, mac);
	fact_set_neighbour(f.nl, f.bridge, AF_INET, first, mac, NUD_REACHABLE);
	/* Known: nothing is asked, nobody is corrected. */
	gateway_sends_to(first);
	uint32_t mark = wire_mark(f.bridge);
	ck_assert(!wire_heard(f.clients[1].ear, mark, wire_is_arp_of_gateway));
	fact_port(&f, "low", LOW);
	gateway_sends_to(first);
	fact_until_gateway_of(&f, 1, AF_INET, LOW);
}
END_TEST

START_TEST(a_gateway_that_says_nothing_heals_nobody)
{
	struct fact_lab f;

	two_clients(&f, NULL, HIGH);
	fact_port(&f, "low", LOW);
	wire_send(&f, 1, AF_INET);
	uint32_t mark = wire_mark(f.bridge);
	ck_assert(!wire_heard(f.clients[1].ear, mark, wire_is_arp_of_gateway));
	ck_assert(knows(&f, 0, HIGH) && knows(&f, 1, HIGH));
	ck_assert_int_eq(fact_gateway_of(&f, 1, AF_INET).state, NUD_REACHABLE);
}
END_TEST

START_TEST(a_broadcast_arp_makes_no_entry_where_there_is_none)
{
	struct fact_lab f;

	two_clients(&f, NULL, NULL);
	fact_set_gateway_of(&f, 0, AF_INET, HIGH, NUD_REACHABLE);
	fact_port(&f, "low", LOW);
	gateway_corrects_the_first(&f);
	ck_assert(!fact_gateway_of(&f, 1, AF_INET).there);
}
END_TEST

START_TEST(a_broadcast_arp_does_not_correct_an_entry_younger_than_locktime)
{
	struct fact_lab f;

	two_clients(&f, NULL, NULL);
	FACT_OK(netns_enter(f.clients[1].ns, &fact_e));
	FACT_OK(netns_sysctl("net.ipv4.neigh.eth0.locktime", "1000000", &fact_e));
	FACT_OK(netns_enter(f.home, &fact_e));
	fact_set_gateway_of(&f, 0, AF_INET, HIGH, NUD_REACHABLE);
	fact_set_gateway_of(&f, 1, AF_INET, HIGH, NUD_REACHABLE);
	fact_port(&f, "low", LOW);
	gateway_corrects_the_first(&f);
	ck_assert(knows(&f, 1, HIGH));
}
END_TEST

START_TEST(a_broadcast_arp_does_not_correct_a_permanent_entry)
{
	struct fact_lab f;

	two_clients(&f, NULL, HIGH);
	fact_set_gateway_of(&f, 1, AF_INET, HIGH, NUD_PERMANENT);
	fact_port(&f, "low", LOW);
	gateway_corrects_the_first(&f);
	ck_assert(knows(&f, 1, HIGH));
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "facts", CTEST_SANDBOX,
	    when_the_lowest_port_leaves_frames_for_its_mac_are_flooded);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    when_a_lower_port_joins_frames_for_the_old_mac_reach_the_bridge_but_not_ip);
	ctest_add(
	    list, "facts", CTEST_SANDBOX, the_client_whose_own_port_has_the_old_mac_is_spared);
	ctest_add(
	    list, "facts", CTEST_SANDBOX, a_pinned_gateway_is_reached_whoever_joins_or_leaves);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    a_broadcast_arp_of_the_gateway_for_anybody_corrects_every_client);
	ctest_add(list, "facts", CTEST_SANDBOX, an_answer_to_one_client_heals_the_others);
	ctest_add(list, "facts", CTEST_SANDBOX, a_gateway_that_says_nothing_heals_nobody);
	ctest_add(list, "facts", CTEST_SANDBOX, a_broadcast_arp_makes_no_entry_where_there_is_none);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    a_broadcast_arp_does_not_correct_an_entry_younger_than_locktime);
	ctest_add(list, "facts", CTEST_SANDBOX, a_broadcast_arp_does_not_correct_a_permanent_entry);
}
