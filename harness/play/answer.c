/* answer.c: what a client receives, read into the answer to an attempt. */
#include "play/answer.h"

#include <errno.h>

#include "lab/dns.h"
#include "lab/upstream.h"

uint16_t answer_id(uint16_t stream, uint32_t seq)
{
	return (uint16_t)(seq * 40503U + stream * 9973U + 1);
}

/* The attempt that the name in a message tells, when it is of this stream. */
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

	ev->u.answer.result = check == DNS_RIGHT ? ANSWER_RIGHT : ANSWER_WRONG;
	return check != DNS_NOT_OURS;
}

bool answer_refused(
    const uint8_t *query, size_t len, uint16_t stream, uint32_t error, struct event *ev)
{
	ev->u.answer.result = ANSWER_REFUSED;
	ev->u.answer.err = -(int32_t)error;
	return attempt_of(query, len, stream, ev);
}

bool answer_is_right(const uint8_t *message, size_t len, uint16_t stream, uint32_t seq)
{
	uint8_t rcode;

	return dns_reply(message, len, answer_id(stream, seq), upstream_answer_ip4, &rcode) ==
	       DNS_RIGHT;
}

int answer_whole(const uint8_t *bytes, size_t got, size_t *more)
{
	if (got < 2) {
		*more = 2 - got;
		return 0;
	}
	size_t len = bytes[0] * 256U + bytes[1];
	if (len > ANSWER_MAX)
		return -EMSGSIZE;
	*more = got < 2 + len ? 2 + len - got : 0;
	return *more == 0;
}
