/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer_test.c: what a client receives read into answers: right, wrong, another's, cut off. */
#include "test/kit/ctest.h"

#include <errno.h>
#include <string.h>

#include "lab/dns.h"
#include "lab/upstream.h"
#include "play/answer.h"

struct message {
	uint8_t b[DNS_QUERY_MAX + 64];
	size_t len;
};

/* The reply to an attempt, with one address. */
static struct message reply(uint16_t stream, uint32_t seq, const uint8_t ip[4])
{
	const uint8_t record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4};
	struct message m;

	m.len = (size_t)dns_query(stream, seq, answer_id(stream, seq), m.b);
	m.b[2] |= 0x80;
	m.b[7] = 1; /* answers */
	memcpy(m.b + m.len, record, sizeof(record));
	memcpy(m.b + m.len + sizeof(record), ip, 4);
	m.len += sizeof(record) + 4;
	return m;
}

PURE_TEST("answer", a_reply_is_recognised_by_its_name_and_its_data)
{
	const uint8_t other[4] = {203, 0, 113, 99};
	struct message m = reply(3, 17, upstream_answer_ip4);
	struct event ev = {0};

	ck_assert(answer_read(m.b, m.len, 3, &ev));
	ck_assert_uint_eq(ev.u.answer.stream, 3);
	ck_assert_uint_eq(ev.u.answer.seq, 17);
	ck_assert_uint_eq(ev.u.answer.result, ANSWER_RIGHT);
	ck_assert(answer_is_right(m.b, m.len, 3, 17, NULL));
	ck_assert(!answer_is_right(m.b, m.len, 3, 18, NULL));
	m = reply(3, 17, other);
	ck_assert(answer_read(m.b, m.len, 3, &ev));
	ck_assert_uint_eq(ev.u.answer.result, ANSWER_WRONG);
	ck_assert(!answer_is_right(m.b, m.len, 3, 17, NULL));
	m = reply(3, 17, upstream_answer_ip4);
	m.b[3] = 5; /* REFUSED */
	ck_assert(answer_read(m.b, m.len, 3, &ev));
	ck_assert_uint_eq(ev.u.answer.result, ANSWER_WRONG);
	ck_assert_uint_eq(ev.u.answer.rcode, 5);
}

PURE_TEST("answer", a_truncated_answer_is_not_a_wrong_one)
{
	const uint8_t other[4] = {203, 0, 113, 99};
	char why[DNS_WHY];
	struct message m = reply(3, 17, upstream_answer_ip4);
	struct event ev = {0};

	m.b[2] |= 2; /* TC; the address may still be in it */
	ck_assert(answer_read(m.b, m.len, 3, &ev));
	ck_assert_uint_eq(ev.u.answer.result, ANSWER_CUT);
	ck_assert(!answer_is_right(m.b, m.len, 3, 17, why));
	ck_assert_str_eq(why, "truncated (TC) at 55 bytes");
	m = reply(3, 17, other);
	ck_assert(!answer_is_right(m.b, m.len, 3, 17, why));
	ck_assert_str_eq(why, "1 answer records, none of them A 203.0.113.53");
	m.b[3] = 5;
	ck_assert(!answer_is_right(m.b, m.len, 3, 17, why));
	ck_assert_str_eq(why, "rcode 5 (REFUSED)");
	m.b[3] = 11;
	ck_assert(!answer_is_right(m.b, m.len, 3, 17, why));
	ck_assert_str_eq(why, "rcode 11 (other)");
	m.b[0] ^= 1;
	ck_assert(!answer_is_right(m.b, m.len, 3, 17, why));
	ck_assert_str_eq(why, "55 bytes that are no reply to the query");
}

PURE_TEST("answer", what_is_not_the_answer_is_ignored)
{
	struct message m = reply(3, 17, upstream_answer_ip4);
	struct event ev = {0};

	ck_assert(!answer_read(m.b, m.len, 4, &ev)); /* another stream's */
	m.b[1] ^= 1; /* another id: a late one of a port used again */
	ck_assert(!answer_read(m.b, m.len, 3, &ev));
	m = reply(3, 17, upstream_answer_ip4);
	m.b[2] &= 0x7f; /* the query itself */
	ck_assert(!answer_read(m.b, m.len, 3, &ev));
	m = reply(3, 17, upstream_answer_ip4);
	for (size_t n = 0; n < m.len; n++) /* cut off: none, or no right one */
		ck_assert(!answer_is_right(m.b, n, 3, 17, NULL));
}

PURE_TEST("answer", a_refusal_is_recognised_by_the_query_that_it_quotes)
{
	uint8_t query[DNS_QUERY_MAX];
	size_t len = (size_t)dns_query(2, 9, answer_id(2, 9), query);
	struct event ev = {0};

	ck_assert(answer_refused(query, len, 2, ECONNREFUSED, &ev));
	ck_assert_uint_eq(ev.u.answer.result, ANSWER_REFUSED);
	ck_assert_int_eq(ev.u.answer.err, -ECONNREFUSED);
	ck_assert_uint_eq(ev.u.answer.seq, 9);
	ck_assert(!answer_refused(query, len, 1, ECONNREFUSED, &ev));
	ck_assert(!answer_refused(query, 14, 2, ECONNREFUSED, &ev));
}

PURE_TEST("answer", a_tcp_message_may_come_in_pieces)
{
	uint8_t bytes[] = {0, 3, 'a', 'b', 'c'};
	size_t more;

	ck_assert(!answer_is_whole(bytes, 0, &more));
	ck_assert_uint_eq(more, 2);
	ck_assert(!answer_is_whole(bytes, 1, &more));
	ck_assert_uint_eq(more, 1);
	ck_assert(!answer_is_whole(bytes, 2, &more));
	ck_assert_uint_eq(more, 3);
	ck_assert(!answer_is_whole(bytes, 4, &more));
	ck_assert_uint_eq(more, 1);
	ck_assert(answer_is_whole(bytes, 5, &more));
	bytes[1] = 0; /* of no bytes at all */
	ck_assert(answer_is_whole(bytes, 2, &more));
	bytes[0] = bytes[1] = 255; /* the largest there is */
	ck_assert(!answer_is_whole(bytes, 2, &more));
	ck_assert_uint_eq(more, DNS_MESSAGE_MAX);
}
