/* batch_link.h: what a play shares with its runner and with the plays at the same time. */
#ifndef SB_BATCH_LINK_H
#define SB_BATCH_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/units.h"
#include "trace/packet_buffer.h"

/* A build that captures nothing, only to measure what captures cost: bench/captures.sh. */
#ifdef SB_NO_CAPTURES
#define PLAYER_BLIND true
#else
#define PLAYER_BLIND false
#endif

#define PLAYER_PATIENCE_NS (30 * NS_PER_S)

struct lab_shell;

/* An fd is -1 when it is not used. */
struct batch_link {
	struct packet_buffer *packets; /* where packets are kept, or NULL */
	int keep;                      /* namespaces are left in its queue, see netns_keep() */
	int ready;                     /* eventfd: one is added when the lab stands */
	int go; /* eventfd: readable when every lab stands, so that building one disturbs no play */
	/* Begins this much real time after `go`: churn at round times, all at the same moment,
	 * would make every play wait for the RTNL of all the others. */
	int64_t after_ns;
	/* Timeout, in real time, for building the lab and again for its programs to answer; 0:
	 * PLAYER_PATIENCE_NS. */
	int64_t patience_ns;
	/* play/lab_shell.h; NULL: the case is played to its end without a shell. */
	const struct lab_shell *shell;
	/* Shared memory: processor time of player and dnsmasq from warm-up to the end; or NULL. */
	_Atomic int64_t *cpu_ns;
};

#endif
