/* reel.h: the packets of one play, whole as captured, in shared memory; for pcap files.
 *
 * The trace says of a packet what judging needs; the reel keeps its bytes. One writer (the player),
 * readers afterwards. What does not fit is counted, never waited for. */
#ifndef SB_REEL_H
#define SB_REEL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define REEL_HOPS 48 /* of which captures are kept; more are in the trace only */
#define REEL_HOP_NAME 24

struct reel {
	uint64_t size;         /* bytes of `bytes` */
	_Atomic uint64_t used; /* bytes written */
	_Atomic uint32_t n_hops;
	_Atomic uint32_t missed;             /* packets that did not fit */
	char hops[REEL_HOPS][REEL_HOP_NAME]; /* "br0", "uplink", "c1", "c1-port" */
	uint8_t bytes[];
};

struct reel_packet {
	int64_t real_ns;    /* the kernel's stamp, CLOCK_REALTIME */
	uint32_t wire, len; /* bytes on the wire, bytes kept */
	uint32_t hop;
	const uint8_t *bytes; /* into the reel */
};

/* Formats zeroed memory of total bytes. */
void reel_init(struct reel *r, size_t total);
/* Index of the hop of that name, made when it is new; -1 when there is no room for one more. */
int reel_hop(struct reel *r, const char *name);
/* Keeps a packet; hop -1: only counts it as missed. */
void reel_put(
    struct reel *r, int hop, int64_t real_ns, const uint8_t *bytes, uint32_t len, uint32_t wire);
/* The packet at *at, which moves on; 0 at the end, 1 otherwise. Start with *at = 0. Trusts nothing:
 * a reel that was cut off ends where it no longer makes sense. */
int reel_next(const struct reel *r, size_t total, size_t *at, struct reel_packet *out);

#endif
