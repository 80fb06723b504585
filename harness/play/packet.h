/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet.h: reads one captured packet into events. No socket, no clock. */
#ifndef SB_PACKET_H
#define SB_PACKET_H

#include <stddef.h>

#include "trace/trace.h"

/* Which attempt a TCP connection belongs to, by the client's port; NAT keeps it, since no two
 * attempts of a case have the same. Index 0 is unused. */
struct packet_ports {
	struct packet_owner {
		uint32_t seq;
		uint16_t stream; /* DNS_STREAM_NONE: unused */
	} of[65536];
	uint16_t last; /* given out */
};

/* An Ethernet frame that is being read. */
struct packet {
	const uint8_t *bytes;
	size_t len; /* captured; the packet may be longer */
	size_t at;  /* 0 at first; then the offset of the next message in a TCP segment */
};

/* Marks all ports as unused. */
void packet_ports_init(struct packet_ports *ports);
/* A port for an attempt: 10000 to 60999, then from 10000 again. */
uint16_t packet_port(struct packet_ports *ports, uint16_t stream, uint32_t seq);

/* Fills the frame of ev (all but hop, client, out, port) with what the packet says next; a TCP
 * segment may hold several messages. False when there is nothing (more) of interest. ports may be
 * NULL. Reads within p->len, whatever the bytes. */
bool packet_next(struct packet *p, const struct packet_ports *ports, struct event *ev);

#endif
