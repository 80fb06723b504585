/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts_wire.c: frames in the lab of facts.h: sent, and heard where they come out. */
#include "suite/kernel/facts_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/netns.h"

#define PORT 4000
#define ETHERTYPE_MARK 0x88b5 /* for experiments, IEEE 802 */

/* The last bytes of every frame of ours. */
struct tag {
	uint8_t magic[8];
	uint32_t number;
} __attribute__((packed));

static const uint8_t magic[8] = {'f', 'a', 'c', 't', 'w', 'i', 'r', 'e'};
static uint32_t last_number;

static struct tag next_tag(void)
{
	struct tag t = {.number = ++last_number};

	memcpy(t.magic, magic, sizeof(magic));
	return t;
}

static uint32_t tag_of(const uint8_t *p, size_t len)
{
	struct tag t;

	if (len < sizeof(t))
		return 0;
	memcpy(&t, p + len - sizeof(t), sizeof(t));
	return memcmp(t.magic, magic, sizeof(magic)) ? 0 : t.number;
}

int wire_ear(int ifindex)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_ll ll = {
	    .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = ifindex};

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ll, sizeof(ll)), 0);
	return fd;
}

static socklen_t gateway_address(int family, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof(*out));
	if (family == AF_INET) {
		struct sockaddr_in *a = (void *)out;

		a->sin_family = AF_INET;
		a->sin_port = htons(PORT);
		memcpy(&a->sin_addr, fact_gateway4, 4);
		return sizeof(*a);
	}
	struct sockaddr_in6 *a = (void *)out;
	a->sin6_family = AF_INET6;
	a->sin6_port = htons(PORT);
	memcpy(&a->sin6_addr, fact_gateway6, 16);
	return sizeof(*a);
}

int wire_listen(int family)
{
	struct sockaddr_storage a;
	socklen_t len = gateway_address(family, &a);
	int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, len), 0);
	return fd;
}

int wire_talk(int family)
{
	struct sockaddr_storage a;
	socklen_t len = gateway_address(family, &a);
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&a, len), 0);
	return fd;
}

uint32_t wire_mark(int ifindex)
{
	struct tag t = next_tag();
	uint8_t frame[60 + sizeof(t)] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0x0e, [11] = 0x77, [12] = ETHERTYPE_MARK >> 8, [13] = ETHERTYPE_MARK & 0xff};
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = ifindex, .sll_halen = 6};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	memcpy(frame + 60, &t, sizeof(t));
	ck_assert_int_eq(
	    sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)), sizeof(frame));
	close(fd);
	return t.number;
}

uint32_t wire_mark_from(struct fact_lab *f, int n)
{
	FACT_OK(netns_enter(f->clients[n].ns, &fact_e));
	uint32_t mark = wire_mark(f->clients[n].eth0);
	FACT_OK(netns_enter(f->home, &fact_e));
	return mark;
}

/* The next frame that came in, waiting for it. Its length. */
static size_t hear(int ear, uint8_t *frame, size_t size, int *type)
{
	for (;;) {
		struct sockaddr_ll from = {0};
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(ear, frame, size, 0, (struct sockaddr *)&from, &len);

		if (n > 0 && from.sll_pkttype != PACKET_OUTGOING) {
			*type = from.sll_pkttype;
			return (size_t)n;
		}
		ck_assert_msg(
		    n > 0 || errno == EAGAIN || errno == ENETDOWN, "an ear: %s", strerror(errno));
		if (n < 0 && errno == EAGAIN)
			ck_assert_msg(clock_wait_readable(ear, fact_deadline_ns()) == 1,
			    "a mark did not come out");
		ck_assert_msg(clock_now_ns() < fact_deadline_ns(), "a mark did not come out");
	}
}

/* As what (PACKET_*) was the frame of that number heard before the mark; -1: it was not. */
static int heard_before(int ear, uint32_t number, uint32_t mark)
{
	uint8_t frame[2048];
	int type, as = -1;

	for (;;) {
		size_t len = hear(ear, frame, sizeof(frame), &type);
		uint32_t tag = tag_of(frame, len);

		if (tag == number)
			as = type;
		if (tag == mark)
			return as;
	}
}

bool wire_passed(int ear, uint32_t mark, uint32_t later)
{
	return heard_before(ear, mark, later) >= 0;
}

bool wire_heard(int ear, uint32_t mark, bool (*is)(const uint8_t *frame, size_t len))
{
	uint8_t frame[2048];
	bool found = false;
	int type;

	for (;;) {
		size_t len = hear(ear, frame, sizeof(frame), &type);

		if (tag_of(frame, len) == mark)
			return found;
		found |= is(frame, len);
	}
}

static bool took(int socket, uint32_t number)
{
	uint8_t text[2048];
	bool found = false;
	ssize_t n;

	while (socket >= 0 && (n = recv(socket, text, sizeof(text), MSG_DONTWAIT)) > 0)
		found |= tag_of(text, (size_t)n) == number;
	return found;
}

struct wire_fate wire_send(struct fact_lab *f, int n, int family)
{
	struct fact_client *from = &f->clients[n];
	struct tag t = next_tag();
	struct wire_fate fate = {0};

	ck_assert_int_eq(
	    send(family == AF_INET ? from->socket4 : from->socket6, &t, sizeof(t), 0), sizeof(t));
	uint32_t mark = wire_mark_from(f, n);
	fate.up = heard_before(f->ear, t.number, mark);
	for (int i = 0; i < f->n_clients; i++)
		if (i != n && heard_before(f->clients[i].ear, t.number, mark) >= 0)
			fate.heard |= 1U << i;
	fate.taken = took(family == AF_INET ? f->socket4 : f->socket6, t.number);
	return fate;
}

void wire_assert(
    struct fact_lab *f, int n, int family, enum wire_end end, const char *file, int line)
{
	static const struct wire_fate ends[] = {
	    [WIRE_TAKEN] = {.taken = true, .up = PACKET_HOST},
	    [WIRE_NOT_FOR_IP] = {.up = PACKET_OTHERHOST},
	    [WIRE_FLOODED] = {.up = -1},
	};
	struct wire_fate got = wire_send(f, n, family), want = ends[end];

	ck_assert_int_eq(f->n_clients, 2);
	if (end == WIRE_FLOODED)
		want.heard = 1U << !n;
	ck_assert_msg(got.taken == want.taken && got.up == want.up && got.heard == want.heard,
	    "%s:%d: taken %d, up %d, heard %u; expected %d, %d, %u", file, line, got.taken, got.up,
	    got.heard, want.taken, want.up, want.heard);
}

void wire_send_to(struct fact_lab *f, int family, const void *ip)
{
	struct sockaddr_in a4 = {.sin_family = AF_INET, .sin_port = htons(9)};
	struct sockaddr_in6 a6 = {.sin6_family = AF_INET6, .sin6_port = htons(9)};
	bool v4 = family == AF_INET;

	memcpy(v4 ? (void *)&a4.sin_addr : &a6.sin6_addr, ip, v4 ? 4 : 16);
	ck_assert_int_eq(
	    sendto(v4 ? f->socket4 : f->socket6, "x", 1, 0,
	        v4 ? (struct sockaddr *)&a4 : (struct sockaddr *)&a6, v4 ? sizeof(a4) : sizeof(a6)),
	    1);
}

bool wire_client_heard(struct fact_lab *f, int n, bool (*is)(const uint8_t *frame, size_t len))
{
	return wire_heard(f->clients[n].ear, wire_mark(f->bridge), is);
}

/* Headers behind the Ethernet header are not aligned: bytes are looked at by their offsets. */
static bool has_type(const uint8_t *frame, size_t len, uint16_t type, size_t header)
{
	return len >= ETH_HLEN + header && frame[12] == type >> 8 && frame[13] == (type & 0xff);
}

bool wire_is_arp_of_gateway(const uint8_t *frame, size_t len)
{
	return has_type(frame, len, ETHERTYPE_ARP, sizeof(struct ether_arp)) &&
	       !memcmp(frame + ETH_HLEN + offsetof(struct ether_arp, arp_spa), fact_gateway4, 4);
}

static bool is_icmp6(const uint8_t *frame, size_t len, uint8_t type)
{
	const uint8_t *ip = frame + ETH_HLEN, *icmp = ip + sizeof(struct ip6_hdr);

	return has_type(frame, len, ETHERTYPE_IPV6, sizeof(struct ip6_hdr) + 1) &&
	       ip[offsetof(struct ip6_hdr, ip6_nxt)] == IPPROTO_ICMPV6 && *icmp == type;
}

bool wire_is_advertisement(const uint8_t *frame, size_t len)
{
	return is_icmp6(frame, len, ND_NEIGHBOR_ADVERT);
}

bool wire_is_solicitation(const uint8_t *frame, size_t len)
{
	return is_icmp6(frame, len, ND_NEIGHBOR_SOLICIT);
}

bool wire_is_ip_to(const uint8_t *frame, size_t len, const uint8_t ip4[4])
{
	return has_type(frame, len, ETHERTYPE_IP, sizeof(struct ip)) &&
	       !memcmp(frame + ETH_HLEN + offsetof(struct ip, ip_dst), ip4, 4);
}
