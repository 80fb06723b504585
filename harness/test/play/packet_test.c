/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet_test.c: captured frames read into events: each kind, cut off anywhere, and nonsense. */
#include "test/kit/ctest.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/rand.h"
#include "lab/dns.h"
#include "play/packet.h"

/* A frame that is put together layer by layer. */
struct bytes {
	uint8_t b[512];
	size_t n;
};

static void put(struct bytes *f, const void *p, size_t n)
{
	memcpy(f->b + f->n, p, n);
	f->n += n;
}

static void put16(struct bytes *f, unsigned v)
{
	put(f, (uint8_t[]){(uint8_t)(v >> 8), (uint8_t)v}, 2);
}

static void ether(struct bytes *f, unsigned type)
{
	*f = (struct bytes){0};
	put(f, (uint8_t[]){2, 0, 0, 0, 0, 0xdd, 2, 0, 0, 0, 0, 0xcc}, 12);
	put16(f, type);
}

static void ip4(struct bytes *f, uint8_t proto, unsigned off, unsigned payload)
{
	put(f, (uint8_t[]){0x45, 0}, 2);
	put16(f, 20 + payload);
	put16(f, 1);
	put16(f, off);
	put(f, (uint8_t[]){64, proto, 0, 0, 192, 0, 2, 11, 198, 51, 100, 2}, 12);
}

static void ip6(struct bytes *f, uint8_t next, unsigned payload)
{
	uint8_t src[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x11};
	uint8_t dst[16] = {0x20, 0x01, 0x0d, 0xb8, [5] = 1, [15] = 2};

	put(f, (uint8_t[]){0x60, 0, 0, 0}, 4);
	put16(f, payload);
	put(f, (uint8_t[]){next, 255}, 2);
	put(f, src, 16);
	put(f, dst, 16);
}

static void udp(struct bytes *f, unsigned from, unsigned to, unsigned payload)
{
	put16(f, from);
	put16(f, to);
	put16(f, 8 + payload);
	put16(f, 0);
}

static void tcp(struct bytes *f, unsigned from, unsigned to, uint8_t flags)
{
	put16(f, from);
	put16(f, to);
	put(f, (uint8_t[]){0, 0, 0, 1, 0, 0, 0, 1, 0x50, flags, 1, 0, 0, 0, 0, 0}, 16);
}

static unsigned query(uint32_t seq, uint8_t *out)
{
	return (unsigned)dns_query(3, seq, 7, out);
}

static struct packet_ports *some_ports(uint16_t *port)
{
	struct packet_ports *p = malloc(sizeof(*p));

	packet_ports_init(p);
	packet_port(p, 8, 80);
	*port = packet_port(p, 9, 90);
	return p;
}

/* A copy of a frame whose last byte is the last one mapped: a read beyond it faults in every build.
 */
static const uint8_t *at_the_edge(const struct bytes *f, size_t len)
{
	static uint8_t *edge;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (!edge) {
		edge = mmap(
		    NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		ck_assert_ptr_ne(edge, MAP_FAILED);
		edge += page;
		ck_assert_int_eq(mprotect(edge, page, PROT_NONE), 0);
	}
	return memcpy(edge - len, f->b, len);
}

static unsigned read_all(const struct bytes *f, size_t len, const struct packet_ports *ports,
    struct event *ev, unsigned max)
{
	struct packet p = {.bytes = at_the_edge(f, len), .len = len};
	struct event one = {.type = EV_FRAME};
	unsigned n = 0;

	while (packet_next(&p, ports, &one)) {
		ck_assert_uint_lt(one.u.frame.kind, FRAME_KINDS);
		if (n < max)
			ev[n] = one;
		ck_assert_uint_lt(n++, 512);
	}
	return n;
}

PURE_TEST("packet", a_lookup_is_read_over_either_family)
{
	struct bytes f;
	struct event ev;
	uint8_t q[DNS_QUERY_MAX];
	unsigned len = query(17, q);

	ether(&f, 0x0800);
	ip4(&f, IPPROTO_UDP, 0x4000, 8 + len);
	udp(&f, 4000, 53, len);
	put(&f, q, len);
	ck_assert_uint_eq(read_all(&f, f.n, NULL, &ev, 1), 1);
	ck_assert_int_eq(ev.u.frame.kind, FRAME_QUERY);
	ck_assert_uint_eq(ev.u.frame.stream, 3);
	ck_assert_uint_eq(ev.u.frame.seq, 17);
	ck_assert_uint_eq(ev.u.frame.len, 28 + len);
	ck_assert(ev.u.frame.df && !ev.u.frame.handshake);
	ck_assert_uint_eq(ev.u.frame.dst.b[5], 0xdd);
	ck_assert_uint_eq(ev.u.frame.src.b[5], 0xcc);

	ether(&f, 0x86dd);
	ip6(&f, IPPROTO_UDP, 8 + len);
	udp(&f, 53, 4000, len);
	put(&f, q, len);
	ck_assert_uint_eq(read_all(&f, f.n, NULL, &ev, 1), 1);
	ck_assert_int_eq(ev.u.frame.kind, FRAME_REPLY);
	ck_assert_uint_eq(ev.u.frame.seq, 17);
	ck_assert_uint_eq(ev.u.frame.len, 48 + len);
	ck_assert(ev.u.frame.df);
	/* neither side is a server */
	ether(&f, 0x86dd);
	ip6(&f, IPPROTO_UDP, 8 + len);
	udp(&f, 54, 4000, len);
	put(&f, q, len);
	ck_assert_uint_eq(read_all(&f, f.n, NULL, &ev, 1), 0);
}

PURE_TEST("packet", only_the_first_fragment_is_read)
{
	struct bytes f;
	struct event ev;
	uint8_t q[DNS_QUERY_MAX];
	unsigned len = query(18, q);

	for (unsigned offset = 0; offset <= 8; offset += 8) {
		ether(&f, 0x0800);
		ip4(&f, IPPROTO_UDP, 0x2000 | offset / 8, 8 + len);
		udp(&f, 53, 4000, 3000);
		put(&f, q, len);
		ck_assert_uint_eq(read_all(&f, f.n, NULL, &ev, 1), offset == 0);
		ether(&f, 0x86dd);
		ip6(&f, IPPROTO_FRAGMENT, 16 + len);
		put(&f, (uint8_t[]){IPPROTO_UDP, 0, 0, (uint8_t)(offset | 1), 0, 0, 0, 1}, 8);
		udp(&f, 53, 4000, 3000);
		put(&f, q, len);
		ck_assert_uint_eq(read_all(&f, f.n, NULL, &ev, 1), offset == 0);
	}
	ck_assert_uint_eq(ev.u.frame.seq, 18);
}

PURE_TEST("packet", a_segment_is_read_by_its_port_or_its_messages)
{
	enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };
	uint16_t port;
	struct packet_ports *ports = some_ports(&port);
	struct bytes f;
	struct event ev[2];
	uint8_t q[DNS_QUERY_MAX];

	ether(&f, 0x0800);
	ip4(&f, IPPROTO_TCP, 0, 20);
	tcp(&f, port, 53, SYN);
	ck_assert_uint_eq(read_all(&f, f.n, ports, ev, 1), 1);
	ck_assert(ev->u.frame.handshake && ev->u.frame.kind == FRAME_QUERY);
	ck_assert_uint_eq(ev->u.frame.stream, 9);
	ck_assert_uint_eq(ev->u.frame.seq, 90);
	ck_assert_uint_eq(read_all(&f, f.n, NULL, ev, 1), 0);
	for (int i = 0; i < 2; i++) {
		ether(&f, 0x86dd);
		ip6(&f, IPPROTO_TCP, 20);
		tcp(&f, 53, port, i ? RST : SYN | ACK);
		ck_assert_uint_eq(read_all(&f, f.n, ports, ev, 1), 1);
		ck_assert(ev->u.frame.handshake && ev->u.frame.kind == FRAME_REPLY);
	}
	/* a port that nobody has, and segments that say nothing */
	ether(&f, 0x0800);
	ip4(&f, IPPROTO_TCP, 0, 20);
	tcp(&f, port + 1, 53, SYN);
	ck_assert_uint_eq(read_all(&f, f.n, ports, ev, 1), 0);
	ether(&f, 0x0800);
	ip4(&f, IPPROTO_TCP, 0, 20);
	tcp(&f, port, 53, ACK | FIN);
	ck_assert_uint_eq(read_all(&f, f.n, ports, ev, 1), 0);
	/* two messages in one segment, as a retransmission may join them */
	unsigned a = query(1, q);
	ether(&f, 0x86dd);
	ip6(&f, IPPROTO_TCP, 20 + 2 * (2 + a));
	tcp(&f, port, 53, ACK);
	put16(&f, a);
	put(&f, q, a);
	ck_assert_uint_eq(query(2, q), a);
	put16(&f, a);
	put(&f, q, a);
	ck_assert_uint_eq(read_all(&f, f.n, ports, ev, 2), 2);
	ck_assert(ev[0].u.frame.seq == 1 && ev[1].u.frame.seq == 2);
	ck_assert(!ev[0].u.frame.handshake && ev[0].u.frame.stream == 3);
	free(ports);
}

PURE_TEST("packet", ports_go_round_and_leave_out_what_is_not_theirs)
{
	uint16_t port;
	struct packet_ports *ports = some_ports(&port);

	ck_assert_uint_eq(port, 10001);
	for (int i = 0; i < 60999 - 10001; i++)
		port = packet_port(ports, 1, (uint32_t)i);
	ck_assert_uint_eq(port, 60999);
	ck_assert_uint_eq(packet_port(ports, 1, 77), 10000);
	ck_assert_uint_eq(ports->of[10000].seq, 77);
	ck_assert_uint_eq(ports->of[9999].stream, DNS_STREAM_NONE);
	free(ports);
}

PURE_TEST("packet", neighbours_are_read_of_either_family)
{
	const uint8_t target[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
	struct bytes f;
	struct event ev;

	ether(&f, 0x0806);
	put(&f, (uint8_t[]){0, 1, 8, 0, 6, 4, 0, 2}, 8);
	put(&f, (uint8_t[]){2, 0, 0, 0, 0, 1, 192, 0, 2, 1, 2, 0, 0, 0, 0, 2, 192, 0, 2, 11}, 20);
	ck_assert_uint_eq(read_all(&f, f.n, NULL, &ev, 1), 1);
	ck_assert_int_eq(ev.u.frame.kind, FRAME_ARP_REPLY);
	ck_assert_int_eq(ev.u.frame.family, AF_INET);
	ck_assert_mem_eq(ev.u.frame.sip, ((uint8_t[]){192, 0, 2, 1, 0}), 5);
	ck_assert_mem_eq(ev.u.frame.tip, ((uint8_t[]){192, 0, 2, 11}), 4);
	for (uint8_t type = 133; type <= 137; type++) {
		ether(&f, 0x86dd);
		ip6(&f, IPPROTO_ICMPV6, 24);
		put(&f, (uint8_t[]){type, 0, 0, 0, 0, 0, 0, 0}, 8);
		put(&f, target, 16);
		ck_assert_uint_eq(read_all(&f, f.n, NULL, &ev, 1), type == 135 || type == 136);
		if (type != 135 && type != 136)
			continue;
		ck_assert_int_eq(ev.u.frame.kind, type == 135 ? FRAME_NS : FRAME_NA);
		ck_assert_int_eq(ev.u.frame.family, AF_INET6);
		ck_assert_mem_eq(ev.u.frame.tip, target, 16);
		ck_assert_uint_eq(ev.u.frame.sip[15], 0x11);
		ck_assert_uint_eq(ev.u.frame.stream, DNS_STREAM_NONE);
	}
}

PURE_TEST("packet", too_big_is_recognised_by_the_packet_it_quotes)
{
	struct bytes f;
	struct event ev;
	uint8_t q[DNS_QUERY_MAX];
	unsigned len = query(21, q);

	for (uint8_t code = 3; code <= 4; code++) {
		ether(&f, 0x0800);
		ip4(&f, IPPROTO_ICMP, 0, 8 + 28 + len);
		put(&f, (uint8_t[]){3, code, 0, 0, 0, 0, 5, 0}, 8);
		ip4(&f, IPPROTO_UDP, 0x4000, 8 + len);
		udp(&f, 4000, 53, len);
		put(&f, q, len);
		ck_assert_uint_eq(read_all(&f, f.n, NULL, &ev, 1), code == 4);
	}
	ck_assert_int_eq(ev.u.frame.kind, FRAME_TOO_BIG);
	ck_assert_uint_eq(ev.u.frame.seq, 21);
	ck_assert_uint_eq(ev.u.frame.len, 28 + len);
	ether(&f, 0x86dd);
	ip6(&f, IPPROTO_ICMPV6, 8 + 48 + len);
	put(&f, (uint8_t[]){2, 0, 0, 0, 0, 0, 5, 0}, 8);
	ip6(&f, IPPROTO_UDP, 8 + len);
	udp(&f, 53, 4000, len);
	put(&f, q, len);
	ck_assert_uint_eq(read_all(&f, f.n, NULL, &ev, 1), 1);
	ck_assert_int_eq(ev.u.frame.kind, FRAME_TOO_BIG);
}

PURE_TEST("packet", truncated_or_damaged_frames_are_read_within_bounds)
{
	uint16_t port;
	struct packet_ports *ports = some_ports(&port);
	uint64_t r = 11;
	struct event ev;
	uint8_t q[DNS_QUERY_MAX];
	unsigned len = query(5, q);
	struct bytes f;

	for (int kind = 0; kind < 4; kind++) {
		ether(&f, kind & 1 ? 0x86dd : 0x0800);
		if (kind & 1)
			ip6(&f, kind & 2 ? IPPROTO_TCP : IPPROTO_UDP, 300);
		else
			ip4(&f, kind & 2 ? IPPROTO_TCP : IPPROTO_UDP, 0, 300);
		if (kind & 2)
			tcp(&f, port, 53, 16);
		else
			udp(&f, port, 53, len);
		if (kind & 2)
			put16(&f, len);
		put(&f, q, len);
		for (size_t n = 0; n <= f.n; n++)
			read_all(&f, n, ports, &ev, 1);
		for (int i = 0; i < 20000; i++) {
			struct bytes g = f;

			for (int k = 0; k < 3; k++)
				g.b[12 + rand_next(&r) % (f.n - 12)] = (uint8_t)rand_next(&r);
			read_all(&g, rand_next(&r) % (f.n + 1), ports, &ev, 1);
		}
	}
	free(ports);
}

PURE_TEST("packet", a_query_says_how_large_an_answer_may_be)
{
	uint8_t q[DNS_QUERY_MAX];
	unsigned stream;
	uint32_t seq;
	int len = dns_query(3, 17, 7, q), more = dns_add_edns(q, len, 4096);

	ck_assert_int_eq(more, len + 11);
	ck_assert_mem_eq(q + 10, ((uint8_t[]){0, 1}), 2);
	ck_assert_mem_eq(q + len, ((uint8_t[]){0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0}), 11);
	ck_assert_int_eq(dns_attempt(q, (size_t)more, &stream, &seq), 0);
	ck_assert_int_eq(dns_add_edns(q, DNS_QUERY_MAX - 10, 4096), -EMSGSIZE);
	ck_assert_int_eq(dns_add_edns(q, 11, 4096), -EMSGSIZE);
}
