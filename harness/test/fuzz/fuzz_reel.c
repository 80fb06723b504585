/* fuzz_reel.c: any bytes as the reel of a play that was killed. A libFuzzer target.
 *
 * Of what lies in shared memory nothing is trusted: each packet lies within it, reading comes to an
 * end, and a packet can be read as one. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "play/packet.h"
#include "test/fuzz/fuzz.h"
#include "trace/reel.h"

static void look_at(const struct reel_packet *packet)
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
	size_t total = size < sizeof(struct reel) ? sizeof(struct reel) : size, at = 0, was = 0;
	struct reel *reel = mem_alloc(total);
	struct reel_packet packet;

	memcpy(reel, data, size);
	while (reel_next(reel, total, &at, &packet)) {
		HOLDS(at > was && packet.hop < REEL_HOPS);
		HOLDS(packet.bytes >= reel->bytes &&
		      packet.len <= total - (size_t)(packet.bytes - (uint8_t *)reel));
		was = at;
		look_at(&packet);
	}
	free(reel);
	return 0;
}
