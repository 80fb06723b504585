/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drop_tracepoint.h: the kernel's tracepoint skb:kfree_skb: in which function packets are dropped,
 * and why.
 *
 * perf_event_open(2) with a ring for each processor; no BPF. It sees the drops of the whole
 * machine, and a record names neither a namespace nor an interface. Everything ends with the
 * process. */
#ifndef SB_DROP_TRACEPOINT_H
#define SB_DROP_TRACEPOINT_H

#include "base/drop_format.h"

/* So many are kept; more are counted as lost. */
#define DROP_TRACEPOINT_MAX 20000

struct drop_ring {
	int fd;
	void *pages; /* one that tells where what is, then the records */
};

struct drop_tracepoint {
	struct drop_format format;
	struct drop_ring *rings;
	size_t n_rings;
	struct drop *items; /* of IPv4, IPv6 and ARP; of each processor in their order */
	size_t n, cap;
	uint64_t lost; /* records that a ring had no room for, or that were too many to keep */
	struct drop_names names;
};

/* Call it in a sandbox: tracefs is mounted below its /run for a moment. Nothing is recorded before
 * drop_tracepoint_begin(). 0, or -errno with what is missing and nothing to close. */
int drop_tracepoint_open(struct drop_tracepoint *d, struct err *e);
int drop_tracepoint_begin(struct drop_tracepoint *d, struct err *e);
/* Takes what the rings have; their fds are readable when they fill. */
void drop_tracepoint_read(struct drop_tracepoint *d);
/* Records nothing more, reads the rest and looks up the names of all functions. That takes a tenth
 * of a second. */
int drop_tracepoint_end(struct drop_tracepoint *d, struct err *e);
void drop_tracepoint_close(struct drop_tracepoint *d);

#endif
