/* packet.h: one packet as captured, read into the events it is worth. No socket, no clock. */
#ifndef SB_PACKET_H
#define SB_PACKET_H

#include <stddef.h>

#include "trace/trace.h"

/* Which attempt a TCP connection belongs to, by the client's port; NAT keeps it, since no two
 * attempts of a case have the same. Index 0 is nobody's. */
struct packet_ports {
	struct packet_owner {
		uint32_t seq;
		uint16_t stream; /* DNS_STREAM_NONE: nobody's */
	} of[65536];
	uint16_t last; /* given out */
};

/* An Ethernet frame on its way to be read. */
struct packet {
	const uint8_t *bytes;
	size_t len; /* captured; the packet may be longer */
	size_t at;  /* 0: not begun; then the next message of a TCP segment */
};

/* No port is anybody's. */
void packet_ports_init(struct packet_ports *ports);
/* A port for an attempt: 10000 to 60999, round and round. */
uint16_t packet_port(struct packet_ports *ports, uint16_t stream, uint32_t seq);

/* Fills the frame of ev (all but hop, client, out, port) with what the packet says next; a TCP
 * segment may hold several messages. False when there is nothing (more) of interest. ports may be
 * NULL. Reads within p->len, whatever the bytes. */
bool packet_next(struct packet *p, const struct packet_ports *ports, struct event *ev);

#endif
