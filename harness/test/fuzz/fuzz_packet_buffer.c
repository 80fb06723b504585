/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_packet_buffer.c: any bytes as the packet buffer of a play that was killed. A libFuzzer
 * target.
 *
 * Nothing in shared memory is trusted: each packet lies within it, reading comes to an
 * end, and a packet can be read as one. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "play/packet.h"
#include "test/fuzz/fuzz.h"
#include "trace/packet_buffer.h"

static void look_at(const struct buffered_packet *packet)
{
	uint8_t *bytes = fuzz_copy(packet->bytes, packet->len);
	struct packet p = {.bytes = bytes, .len = packet->len};
	struct event ev = {.type = EV_FRAME};

	while (packet_next(&p, NULL, &ev))
		fuzz_event(&ev);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t total = size < sizeof(struct packet_buffer) ? sizeof(struct packet_buffer) : size,
	       at = 0, was = 0;
	struct packet_buffer *packets = mem_alloc(total);
	struct buffered_packet packet;

	memcpy(packets, data, size);
	while (packet_buffer_next(packets, total, &at, &packet)) {
		HOLDS(at > was && packet.hop < PACKET_BUFFER_HOPS);
		HOLDS(packet.bytes >= packets->bytes &&
		      packet.len <= total - (size_t)(packet.bytes - (uint8_t *)packets));
		was = at;
		look_at(&packet);
	}
	free(packets);
	return 0;
}
