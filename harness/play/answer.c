/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer.c: what a client receives, read into the answer to an attempt. */
#include "play/answer.h"

#include "lab/dns.h"
#include "lab/upstream.h"

uint16_t answer_id(uint16_t stream, uint32_t seq)
{
	return (uint16_t)(seq * 40503U + stream * 9973U + 1);
}

/* The attempt that the name in a message identifies, if it belongs to this stream. */
static bool attempt_of(const uint8_t *message, size_t len, uint16_t stream, struct event *ev)
{
	unsigned told;
	uint32_t seq;

	if (dns_attempt(message, len, &told, &seq) || told != stream)
		return false;
	ev->u.answer.stream = stream;
	ev->u.answer.seq = seq;
	return true;
}

bool answer_read(const uint8_t *message, size_t len, uint16_t stream, struct event *ev)
{
	if (!attempt_of(message, len, stream, ev))
		return false;
	enum dns_check check = dns_reply(message, len, answer_id(stream, ev->u.answer.seq),
	    upstream_answer_ip4, &ev->u.answer.rcode);

	ev->u.answer.result = check == DNS_RIGHT ? ANSWER_RIGHT
	                      : check == DNS_CUT ? ANSWER_CUT
	                                         : ANSWER_WRONG;
	return check != DNS_NOT_OURS;
}

bool answer_refused(
    const uint8_t *query, size_t len, uint16_t stream, uint32_t error, struct event *ev)
{
	ev->u.answer.result = ANSWER_REFUSED;
	ev->u.answer.err = -(int32_t)error;
	return attempt_of(query, len, stream, ev);
}

bool answer_is_right(const uint8_t *message, size_t len, uint16_t stream, uint32_t seq, char *why)
{
	uint8_t rcode;
	enum dns_check check =
	    dns_reply(message, len, answer_id(stream, seq), upstream_answer_ip4, &rcode);

	if (check != DNS_RIGHT && why)
		dns_describe(message, len, check, upstream_answer_ip4, why);
	return check == DNS_RIGHT;
}

bool answer_is_whole(const uint8_t *bytes, size_t got, size_t *more)
{
	size_t whole = got < 2 ? 2 : 2 + bytes[0] * 256U + bytes[1];

	*more = got < whole ? whole - got : 0;
	return got >= 2 && !*more;
}
