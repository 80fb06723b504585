/* neigh_overflow.h: did the kernel run out of neighbour entries while a case was played? */
#ifndef SB_NEIGH_OVERFLOW_H
#define SB_NEIGH_OVERFLOW_H

#include "lab/neighbour.h"
#include "trace/tape.h"

struct neigh_overflow {
	struct nl_sock *nl;
	struct neighbour_table arp, ndisc;
};

/* Remembers what the kernel's tables, one a family for all namespaces, have counted so far. 0 or
 * -errno. Never while lookups are under way. */
int neigh_overflow_open(struct neigh_overflow *c, struct err *e);
/* What they refused, or looked for something to throw out, since then becomes an EV_OVERRUN:
 * "arp_cache full", "ndisc_cache thrown out". */
void neigh_overflow_close(struct neigh_overflow *c, struct tape *tape);

#endif
