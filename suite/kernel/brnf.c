/* SPDX-License-Identifier: GPL-2.0-or-later */
/* brnf.c: facts of the kernel: FORWARD rules and frames from port to port. */
#include <linux/neighbour.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/netns.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

#define CALL "net.bridge.bridge-nf-call-iptables"
#define CALL_PATH "/proc/sys/net/bridge/bridge-nf-call-iptables"

static const uint8_t second[4] = {192, 0, 2, 12};

static void need_brnf(void)
{
	if (access(CALL_PATH, F_OK))
		ctest_skip("br_netfilter", "modprobe br_netfilter");
}

FACT(bridge_nf_call_iptables_is_1_in_a_new_namespace)
{
	need_brnf();
	fact_enter_new_namespace(f);
	ck_assert_int_eq(fact_number_in(CALL_PATH), 1);
}

static bool is_for_second(const uint8_t *frame, size_t len)
{
	return wire_is_ip_to(frame, len, second);
}

static void talking_clients(struct fact_lab *f)
{
	char mac[MAC_TEXT];

	need_brnf();
	fact_two_clients(f, MIDDLE, MIDDLE);
	fact_set_neighbour(f->clients[0].nl, f->clients[0].eth0, AF_INET, second,
	    fact_client_mac(f, 1, mac), NUD_PERMANENT);
}

/* Does what the first client sends to the second one come out there? */
static bool first_reaches_second(struct fact_lab *f)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(4001)};

	memcpy(&to.sin_addr, second, 4);
	FACT_OK(netns_enter(f->clients[0].ns, &fact_e));
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)), 1);
	uint32_t mark = wire_mark(f->clients[0].eth0);
	close(fd);
	FACT_OK(netns_enter(f->home, &fact_e));
	return wire_heard(f->clients[1].ear, mark, is_for_second);
}

FACT(with_bridge_nf_call_iptables_forward_drop_cuts_port_from_port_but_not_from_the_gateway)
{
	talking_clients(f);
	FACT_OK(netns_sysctl(CALL, "1", &fact_e));
	ck_assert(first_reaches_second(f));
	fact_rules("*filter\n:FORWARD DROP\nCOMMIT\n");
	ck_assert(!first_reaches_second(f));
	ck_assert(wire_send(f, 0, AF_INET).taken);
	/* With a rule that accepts them, they pass. */
	fact_rules("*filter\n:FORWARD DROP\n-A FORWARD -i br0 -o br0 -j ACCEPT\nCOMMIT\n");
	ck_assert(first_reaches_second(f));
}

FACT(without_bridge_nf_call_iptables_forward_drop_does_not_touch_port_to_port)
{
	talking_clients(f);
	FACT_OK(netns_sysctl(CALL, "0", &fact_e));
	fact_rules("*filter\n:FORWARD DROP\nCOMMIT\n");
	ck_assert(first_reaches_second(f));
	ck_assert(wire_send(f, 0, AF_INET).taken);
}
