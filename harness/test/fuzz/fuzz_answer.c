/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_answer.c: any bytes as what a client receives. A libFuzzer target.
 *
 * The first byte's lowest bit asks for the id of the attempt that the message's name belongs to,
 * which no fuzzer guesses. The rest is read as a datagram, as what an ICMP error quotes, and
 * as what TCP brings, in pieces as large as are asked for. */
#include <stdlib.h>
#include <string.h>

#include "lab/dns.h"
#include "play/answer.h"
#include "test/fuzz/fuzz.h"

static void look_at(const uint8_t *message, size_t len, uint16_t stream)
{
	struct event ev = {.type = EV_ANSWER}, refused = {.type = EV_ANSWER};
	unsigned named_stream = DNS_STREAM_NONE;
	uint32_t seq = 0;
	bool named = !dns_attempt(message, len, &named_stream, &seq) && named_stream == stream;

	if (answer_refused(message, len, stream, 111, &refused)) {
		HOLDS(named && refused.u.answer.result == ANSWER_REFUSED);
		HOLDS(refused.u.answer.err == -111 && refused.u.answer.seq == seq);
		fuzz_event(&refused);
	}
	if (!answer_read(message, len, stream, &ev)) {
		HOLDS(!named || !answer_is_right(message, len, stream, seq, NULL));
		return;
	}
	HOLDS(named && ev.u.answer.stream == stream && ev.u.answer.seq == seq);
	HOLDS(ev.u.answer.result != ANSWER_REFUSED);
	char why[DNS_WHY] = "";
	HOLDS((ev.u.answer.result == ANSWER_RIGHT) ==
	      answer_is_right(message, len, stream, seq, why));
	HOLDS((ev.u.answer.result == ANSWER_RIGHT) == !why[0]);
	HOLDS(ev.u.answer.rcode < 16 && (message[2] & 0x80)); /* a reply, not the query */
	fuzz_event(&ev);
}

/* The query of an attempt names the same attempt. */
static void ask_again(uint16_t stream, uint32_t seq)
{
	uint8_t query[DNS_QUERY_MAX];
	unsigned named_stream;
	uint32_t same;
	int len = dns_query(stream, seq, answer_id(stream, seq), query);

	HOLDS(len > 0 && !dns_attempt(query, (size_t)len, &named_stream, &same));
	HOLDS(named_stream == stream && same == seq);
	HOLDS(!answer_is_right(query, (size_t)len, stream, seq, NULL));
}

static void datagram(const uint8_t *data, size_t size, bool with_id)
{
	uint8_t *message = fuzz_copy(data, size);
	unsigned named_stream;
	uint32_t seq;

	if (!dns_attempt(message, size, &named_stream, &seq)) {
		uint16_t id = answer_id((uint16_t)named_stream, seq);

		if (with_id) {
			message[0] = (uint8_t)(id >> 8);
			message[1] = (uint8_t)id;
		}
		ask_again((uint16_t)named_stream, seq);
		look_at(message, size, (uint16_t)named_stream);
	}
	look_at(message, size, 0);
	free(message);
}

static void stream(const uint8_t *data, size_t size)
{
	uint8_t *bytes = malloc(2 + DNS_MESSAGE_MAX);
	size_t got = 0, at = 0, more = 0;

	HOLDS(bytes != NULL);
	for (;;) {
		if (answer_is_whole(bytes, got, &more)) {
			HOLDS(got >= 2 && got == 2 + (bytes[0] * 256U + bytes[1]));
			datagram(bytes + 2, got - 2, false);
			got = 0;
			continue;
		}
		HOLDS(more > 0 && got + more <= 2 + DNS_MESSAGE_MAX);
		size_t n = more < size - at ? more : size - at;
		if (!n)
			break;
		memcpy(bytes + got, data + at, n);
		got += n;
		at += n;
	}
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	datagram(data + 1, size - 1, data[0] & 1);
	stream(data + 1, size - 1);
	return 0;
}
