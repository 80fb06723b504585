/* SPDX-License-Identifier: GPL-2.0-or-later */
/* upstream_test.c: how the lab waits for dnsmasq's answers, and the queries that it sends. */
#include "test/kit/ctest.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/dns.h"
#include "lab/upstream.h"
#include "net/link.h"
#include "net/nl.h"

#define EDNS_BYTES 11 /* at the end of a query: it asks for larger answers */
#define OK(call, e) ck_assert_msg((call) == 0, "%s: %s", #call, (e).text)

/* In place of dnsmasq, on 127.0.0.1: answers with one byte changed, and counts what it was asked.
 */
struct fake {
	int at; /* of the reply, from its end if negative */
	uint8_t change;
	_Atomic unsigned asked;
};

/* The reply holds the query's header and question, then the address; what else it asked is left. */
static void serve(int sock, struct fake *f)
{
	const uint8_t record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 53};
	uint8_t packet[DNS_QUERY_MAX + sizeof(record)];
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	ssize_t n;

	while ((n = recvfrom(sock, packet, DNS_QUERY_MAX, 0, (struct sockaddr *)&from, &size)) >
	       EDNS_BYTES) {
		atomic_fetch_add(&f->asked, 1);
		packet[2] |= 0x80;
		packet[7] = 1;  /* answers */
		packet[11] = 0; /* additional records */
		size_t len = (size_t)n - EDNS_BYTES + sizeof(record);
		memcpy(packet + n - EDNS_BYTES, record, sizeof(record));
		packet[f->at < 0 ? (int)len + f->at : f->at] ^= f->change;
		sendto(sock, packet, len, 0, (struct sockaddr *)&from, size);
	}
	_exit(1);
}

/* Waits for such a server; what was asked, and what became of the wait. */
static unsigned wait_for_fake(int byte, uint8_t change, int *r, struct err *e)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_port = htons(53),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
	    says = memfd_create("says", MFD_CLOEXEC);
	struct fake *f =
	    mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert(sock >= 0 && says >= 0 && f != MAP_FAILED);
	ck_assert_int_eq(bind(sock, (struct sockaddr *)&at, sizeof(at)), 0);
	f->at = byte;
	f->change = change;
	pid_t pid = fork();
	if (!pid)
		serve(sock, f);
	ck_assert_int_gt(pid, 0);
	*r = upstream_wait(pid, says, (const uint8_t *)&at.sin_addr.s_addr, DNS_PORT,
	    clock_now_ns() + 60 * NS_PER_S, e);
	kill(pid, SIGKILL);
	ck_assert_int_eq(proc_wait(pid, clock_now_ns() + 60 * NS_PER_S), 128 + SIGKILL);
	close(sock);
	close(says);
	unsigned asked = atomic_load(&f->asked);
	munmap(f, sizeof(*f));
	return asked;
}

static void lo_up(void)
{
	struct nl_sock *nl = NULL;
	struct err e = {{0}};

	OK(nl_open(&nl, &e), e);
	OK(link_set_up(nl, 1, true, &e), e);
	nl_socket_free(nl);
}

CTEST("lab", CTEST_SANDBOX, NULL, a_wrong_answer_ends_the_wait_and_is_described)
{
	static const struct {
		int at;
		uint8_t change;
		int r;
		const char *says;
	} cases[] = {
	    {0, 0, 0, ""},
	    {3, 5, -EBADMSG, "dnsmasq answers wrongly: rcode 5 (REFUSED)"},
	    {2, 2, -EBADMSG, "dnsmasq answers wrongly: truncated (TC) at "},
	    {-1, 1, -EBADMSG,
	        "dnsmasq answers wrongly: 1 answer records, none of them A 203.0.113.53"},
	};

	lo_up();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err e = {{0}};
		int r;
		unsigned asked = wait_for_fake(cases[i].at, cases[i].change, &r, &e);

		ck_assert_int_ge((int)asked, 1);
		ck_assert_int_eq(r, cases[i].r);
		ck_assert_msg(strstr(e.text, cases[i].says) == e.text, "%s", e.text);
	}
}

static unsigned long queries_to_closed_ports(void)
{
	char line[512];
	unsigned long in, no_port = 0;
	FILE *f = fopen("/proc/self/net/snmp", "re");

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "Udp: %lu %lu", &in, &no_port) == 2)
			break;
	fclose(f);
	return no_port;
}

/* The error comes back at once, and the next query goes out after a pause all the same. */
CTEST("lab", CTEST_SANDBOX, NULL, waiting_for_a_closed_port_does_not_spin)
{
	const uint8_t here[4] = {127, 0, 0, 1};
	int64_t limit_ns = 300 * NS_PER_MS, pause_ns = 3 * NS_PER_MS;
	struct err e = {{0}};
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(1);
	}
	lo_up();
	ck_assert_int_eq(
	    upstream_wait(pid, -1, here, DNS_PORT, clock_now_ns() + limit_ns, &e), -ETIMEDOUT);
	ck_assert_str_eq(e.text, "dnsmasq did not answer in time: Connection refused");
	kill(pid, SIGKILL);
	ck_assert_uint_ge(queries_to_closed_ports(), 2);
	ck_assert_uint_le(queries_to_closed_ports(), (unsigned long)(limit_ns / pause_ns) + 1);
}

PURE_TEST("lab", a_query_carries_its_attempt)
{
	uint8_t packet[DNS_QUERY_MAX], rcode;
	unsigned stream;
	uint32_t seq;
	int len = dns_query(3, 4000000000U, 0x1234, packet);

	ck_assert_int_gt(len, 12);
	ck_assert_int_eq(packet[0], 0x12);
	ck_assert_int_eq(packet[1], 0x34);
	ck_assert_int_eq(dns_attempt(packet, (size_t)len, &stream, &seq), 0);
	ck_assert_uint_eq(stream, 3);
	ck_assert_uint_eq(seq, 4000000000U);
	/* A query is no reply, and half a query names nobody. */
	ck_assert_int_eq(
	    dns_reply(packet, (size_t)len, 0x1234, upstream_answer_ip4, &rcode), DNS_NOT_OURS);
	ck_assert_int_eq(dns_attempt(packet, 14, &stream, &seq), -EINVAL);
	packet[2] |= 0x80; /* a reply without data */
	ck_assert_int_eq(
	    dns_reply(packet, (size_t)len, 0x1234, upstream_answer_ip4, &rcode), DNS_WRONG);
	ck_assert_int_eq(
	    dns_reply(packet, (size_t)len, 0x1235, upstream_answer_ip4, &rcode), DNS_NOT_OURS);
}
