/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet_buffer.h: the packets of one play, whole as captured, in shared memory; for pcap files.
 *
 * The trace says of a packet what judging needs; the packet buffer keeps its bytes. One writer (the
 * player), readers afterwards. What does not fit is counted, never waited for. */
#ifndef SB_PACKET_BUFFER_H
#define SB_PACKET_BUFFER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_BUFFER_HOPS 48 /* of which captures are kept; more are in the trace only */
#define PACKET_BUFFER_HOP_NAME 24

struct packet_buffer {
	uint64_t size;         /* bytes of `bytes` */
	_Atomic uint64_t used; /* bytes written */
	_Atomic uint32_t n_hops;
	_Atomic uint32_t missed; /* packets that did not fit */
	/* "br0", "uplink", "c1", "c1-port" */
	char hops[PACKET_BUFFER_HOPS][PACKET_BUFFER_HOP_NAME];
	uint8_t bytes[];
};

struct buffered_packet {
	int64_t real_ns;    /* the kernel's stamp, CLOCK_REALTIME */
	uint32_t wire, len; /* bytes on the wire, bytes kept */
	uint32_t hop;
	const uint8_t *bytes; /* into the packet buffer */
};

/* Formats zeroed memory of total bytes. */
void packet_buffer_init(struct packet_buffer *r, size_t total);
/* Index of the hop of that name, made when it is new; -1 when there is no room for one more. */
int packet_buffer_hop(struct packet_buffer *r, const char *name);
/* Keeps a packet; hop -1: only counts it as missed. */
void packet_buffer_put(struct packet_buffer *r, int hop, int64_t real_ns, const uint8_t *bytes,
    uint32_t len, uint32_t wire);
/* The packet at *at, which moves on; 0 at the end, 1 otherwise. Start with *at = 0. Trusts nothing:
 * a packet buffer that was cut off ends where it no longer makes sense. */
int packet_buffer_next(
    const struct packet_buffer *r, size_t total, size_t *at, struct buffered_packet *out);

#endif
