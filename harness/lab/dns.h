/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dns.h: lookups as packets, by libresolv; sockets and clock are the caller's. */
#ifndef SB_DNS_H
#define SB_DNS_H

#include <stddef.h>
#include <stdint.h>

#define DNS_PORT 53
#define DNS_ZONE "lookup.example" /* every name that is looked up is below it */
#define DNS_QUERY_MAX 128
#define DNS_MESSAGE_MAX 65535 /* bytes: more than UDP carries, and what TCP can */
#define DNS_EDNS_BYTES 4096   /* of an answer over UDP that is asked for where it may be large */
#define DNS_STREAM_NONE 65535

/* Writes the query of attempt seq of a stream into out (DNS_QUERY_MAX bytes); its length, or
 * -errno. The name is its own ("q17.s0.lookup.example"), so that captures can follow the attempt.
 */
int dns_query(unsigned stream, uint32_t seq, uint16_t id, uint8_t *out);
/* Appends to a query of len bytes that answers of up to `size` bytes are taken (EDNS); its new
 * length, or -EMSGSIZE when out (of DNS_QUERY_MAX bytes) is too small. */
int dns_add_edns(uint8_t *out, int len, unsigned size);
/* Reads stream and seq from a query or reply that names them: 0, or -EINVAL for anything else. */
int dns_attempt(const uint8_t *packet, size_t len, unsigned *stream, uint32_t *seq);

enum dns_check {
	DNS_RIGHT,
	DNS_WRONG,   /* another rcode, or without the address */
	DNS_CUT,     /* the server truncated it (TC), whatever it still holds */
	DNS_NOT_OURS /* no reply, or one with another id */
};

/* Is this a reply to a query of ours, with the right data? rcode is set unless DNS_NOT_OURS. id is
 * what the attempt was sent with; dns_attempt() tells which attempt. */
enum dns_check dns_reply(
    const uint8_t *packet, size_t len, uint16_t id, const uint8_t answer_ip4[4], uint8_t *rcode);
/* Says in words (DNS_WHY bytes) what is wrong with a reply that dns_reply() did not find right. */
#define DNS_WHY 80
void dns_describe(const uint8_t *packet, size_t len, enum dns_check check,
    const uint8_t answer_ip4[4], char *why);

#endif
