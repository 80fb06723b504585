/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_packet.c: any bytes as a captured frame. A libFuzzer target.
 *
 * The frame is read from memory of just its length, so that a read beyond it is a fault; reading it
 * comes to an end, and its events fit in a trace. */
#include <stdlib.h>

#include "lab/dns.h"
#include "play/packet.h"
#include "test/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct packet_ports ports;
	uint8_t *bytes = fuzz_copy(data, size);
	struct packet p = {.bytes = bytes, .len = size};
	struct event ev = {.type = EV_FRAME};
	size_t n = 0;

	if (!ports.last) {
		packet_ports_init(&ports);
		for (int i = 0; i < 30000; i++)
			packet_port(&ports, 3, (uint32_t)i);
	}
	while (packet_next(&p, &ports, &ev)) {
		HOLDS(ev.u.frame.kind < FRAME_KINDS && n++ <= size);
		HOLDS(ev.u.frame.stream != DNS_STREAM_NONE || ev.u.frame.family != 0);
		fuzz_event(&ev);
	}
	free(bytes);
	return 0;
}
