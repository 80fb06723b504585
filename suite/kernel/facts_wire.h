/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts_wire.h: frames in the lab of facts.h: sent, and heard where they come out. */
#ifndef SB_FACTS_WIRE_H
#define SB_FACTS_WIRE_H

#include "suite/kernel/facts_base.h"

/* A packet socket on a device of the caller's namespace; frames are "heard" there. */
int wire_ear(int ifindex);
/* UDP sockets: of the gateway, and of a client to the gateway. */
int wire_listen(int family);
int wire_talk(int family);

/* Where a datagram came out. */
struct wire_fate {
	bool taken;     /* the gateway's IP took it: a socket has it */
	int up;         /* as what it was passed up to br0 (PACKET_*), -1: it was not */
	unsigned heard; /* clients that heard it, other than the sender: bit n */
};

/* Client n sends one datagram to the gateway, by its own routes and neighbours, and then a
 * broadcast. When the broadcast has come out everywhere, the datagram cannot come out any more. */
struct wire_fate wire_send(struct fact_lab *f, int n, int family);
/* Client n sends one datagram to the gateway: it must come to this end. */
enum wire_end {
	WIRE_TAKEN,      /* the gateway has it, and nobody else heard it */
	WIRE_NOT_FOR_IP, /* passed up to br0, whose MAC is another one: IP does not take it */
	WIRE_FLOODED,    /* the other client heard it, and br0 did not */
};
#define WIRE_ASSERT(f, n, family, end) wire_assert((f), (n), (family), (end), __FILE__, __LINE__)
void wire_assert(
    struct fact_lab *f, int n, int family, enum wire_end end, const char *file, int line);
/* The gateway sends a datagram to an address; what it does not know it asks for. */
void wire_send_to(struct fact_lab *f, int family, const void *ip);
/* Sends a marked broadcast frame out of a device of the caller's namespace. */
uint32_t wire_mark(int ifindex);
/* Client n sends one. */
uint32_t wire_mark_from(struct fact_lab *f, int n);
/* Reads an ear up to that mark: was there a frame that is()? */
bool wire_heard(int ear, uint32_t mark, bool (*is)(const uint8_t *frame, size_t len));
/* The same for client n, up to a mark that br0 sends now. */
bool wire_client_heard(struct fact_lab *f, int n, bool (*is)(const uint8_t *frame, size_t len));
/* Had the ear heard one mark by the time it heard a later one? */
bool wire_passed(int ear, uint32_t mark, uint32_t later);
/* For wire_heard(): ARP of the gateway's, and a neighbour advertisement. */
bool wire_is_arp_of_gateway(const uint8_t *frame, size_t len);
bool wire_is_advertisement(const uint8_t *frame, size_t len);
bool wire_is_solicitation(const uint8_t *frame, size_t len);
bool wire_is_ip_to(const uint8_t *frame, size_t len, const uint8_t ip4[4]);

#endif
