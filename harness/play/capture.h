/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture.h: packets of lookups, ARP and ICMP as they pass a hop, put on the tape and on the packet
 * buffer.
 *
 * One AF_PACKET socket a namespace sees every device of it, in both directions; the device
 * identifies the hop. In the router a device that is not a hop is a bystander port: lookups that
 * reach it were flooded. */
#ifndef SB_CAPTURE_H
#define SB_CAPTURE_H

#include <stddef.h>

#include "base/err.h"
#include "play/observer.h"
#include "play/packet.h"
#include "trace/packet_buffer.h"
#include "trace/tape.h"

/* Limit of bystander packets on the tape of a case; more add nothing. */
#define CAPTURE_BYSTANDER_MAX 20000

struct capture_hop {
	int ifindex;
	uint8_t hop;                       /* enum hop */
	uint8_t client;                    /* 255: nobody's */
	char name[PACKET_BUFFER_HOP_NAME]; /* of its pcap file */
	int buffer_hop;                    /* filled by capture_open() */
};

struct capture {
	int fd;
	struct tape *tape;
	struct packet_buffer *packets;    /* NULL: no packets are kept */
	const struct packet_ports *ports; /* of TCP lookups; NULL without them */
	struct observer *router;          /* knows the bystanders' names; NULL outside the router */
	unsigned bystander_packets;
	uint8_t where;
	struct capture_hop *hops; /* owned */
	size_t n_hops;
};

/* Opens it in the caller's namespace with the tape, packets, router and where of *c; hops are
 * copied. 0 or -errno. */
int capture_open(struct capture *c, const struct capture_hop *hops, size_t n_hops, struct err *e);
void capture_read(struct capture *c);
/* Asks the kernel what it dropped; a loss becomes EV_OVERRUN. */
void capture_close(struct capture *c);

#endif
