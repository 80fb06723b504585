/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dns.c: lookups as packets, by libresolv; sockets and clock are the caller's. */
#include "lab/dns.h"

#include <arpa/nameser.h>
#include <errno.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"

int dns_query(unsigned stream, uint32_t seq, uint16_t id, uint8_t *out)
{
	char name[64];
	int len;

	snprintf(name, sizeof(name), "q%u.s%u." DNS_ZONE, seq, stream);
	len = res_mkquery(ns_o_query, name, ns_c_in, ns_t_a, NULL, 0, NULL, out, DNS_QUERY_MAX);
	if (len < 0)
		return -EMSGSIZE;
	out[0] = (uint8_t)(id >> 8);
	out[1] = (uint8_t)id;
	return len;
}

int dns_add_edns(uint8_t *out, int len, unsigned size)
{
	const uint8_t opt[11] = {0, 0, ns_t_opt, (uint8_t)(size >> 8), (uint8_t)size};

	if (len < NS_HFIXEDSZ || len + (int)sizeof(opt) > DNS_QUERY_MAX)
		return -EMSGSIZE;
	memcpy(out + len, opt, sizeof(opt));
	out[11]++; /* additional records: there was none */
	return len + (int)sizeof(opt);
}

/* A label of a letter and a number: "q17". Returns the bytes taken, 0 when it is not one. */
static size_t label(const uint8_t *p, size_t len, char letter, uint32_t *number)
{
	uint64_t n = 0;

	if (len < 3 || p[0] < 2 || p[0] > 11 || p[0] >= len || p[1] != (uint8_t)letter)
		return 0;
	for (unsigned i = 2; i <= p[0]; i++) {
		if (p[i] < '0' || p[i] > '9')
			return 0;
		n = n * 10 + (p[i] - '0');
	}
	if (n > UINT32_MAX)
		return 0;
	*number = (uint32_t)n;
	return p[0] + 1U;
}

int dns_attempt(const uint8_t *packet, size_t len, unsigned *stream, uint32_t *seq)
{
	uint32_t s;

	if (len < NS_HFIXEDSZ || packet[4] || packet[5] != 1)
		return -EINVAL;
	size_t at = NS_HFIXEDSZ, n = label(packet + at, len - at, 'q', seq);
	if (!n)
		return -EINVAL;
	at += n;
	n = label(packet + at, len - at, 's', &s);
	if (!n || s >= DNS_STREAM_NONE)
		return -EINVAL;
	*stream = s;
	return 0;
}

enum dns_check dns_reply(
    const uint8_t *packet, size_t len, uint16_t id, const uint8_t answer_ip4[4], uint8_t *rcode)
{
	ns_msg m;

	if (len > NS_MAXMSG || ns_initparse(packet, (int)len, &m) || !ns_msg_getflag(m, ns_f_qr) ||
	    ns_msg_id(m) != id)
		return DNS_NOT_OURS;
	*rcode = (uint8_t)ns_msg_getflag(m, ns_f_rcode);
	if (ns_msg_getflag(m, ns_f_tc))
		return DNS_CUT;
	if (*rcode != ns_r_noerror)
		return DNS_WRONG;
	for (int i = 0; i < ns_msg_count(m, ns_s_an); i++) {
		ns_rr rr;

		if (!ns_parserr(&m, ns_s_an, i, &rr) && ns_rr_type(rr) == ns_t_a &&
		    ns_rr_rdlen(rr) == 4 && !memcmp(ns_rr_rdata(rr), answer_ip4, 4))
			return DNS_RIGHT;
	}
	return DNS_WRONG;
}

void dns_describe(
    const uint8_t *packet, size_t len, enum dns_check check, const uint8_t answer_ip4[4], char *why)
{
	static const char *const rcodes[] = {
	    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};
	ns_msg m;

	if (check == DNS_NOT_OURS || len > NS_MAXMSG || ns_initparse(packet, (int)len, &m)) {
		snprintf(why, DNS_WHY, "%zu bytes that are no reply to the query", len);
		return;
	}
	int rcode = ns_msg_getflag(m, ns_f_rcode);
	if (check == DNS_CUT)
		snprintf(why, DNS_WHY, "truncated (TC) at %zu bytes", len);
	else if (rcode != ns_r_noerror)
		snprintf(why, DNS_WHY, "rcode %d (%s)", rcode,
		    rcode < (int)ARRAY_SIZE(rcodes) ? rcodes[rcode] : "other");
	else
		snprintf(why, DNS_WHY, "%u answer records, none of them A %u.%u.%u.%u",
		    ns_msg_count(m, ns_s_an), answer_ip4[0], answer_ip4[1], answer_ip4[2],
		    answer_ip4[3]);
}
