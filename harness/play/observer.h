/* SPDX-License-Identifier: GPL-2.0-or-later */
/* observer.h: what the kernel reports of links, neighbours, FDB and addresses, put on the tape.
 *
 * Opened before warm-up: joins its groups first, then dumps once, so that nothing falls between.
 * From then on it only reads notifications; while a case is played it sends no request, since those
 * wait for RTNL behind the churn of every case. */
#ifndef SB_OBSERVER_H
#define SB_OBSERVER_H

#include "base/err.h"
#include "net/neighbour.h"
#include "net/nl.h"
#include "play/notice.h"
#include "trace/tape.h"

struct observer {
	struct nl_sock *sock;
	struct tape *tape;
	uint8_t where;
	struct notice seen;
};

/* Opens it in the caller's namespace. bridge is the bridge's ifindex (router), or 0 in a client's.
 */
int observer_open(struct observer *o, struct tape *tape, uint8_t where, int bridge, struct err *e);
/* Puts on the tape which VLANs the bridge and its ports are in; what changes is told anyway. */
int observer_ask_vlans(struct observer *o, struct err *e);
int observer_fd(const struct observer *o);
/* Name of a link of the router as last reported; NULL when no link has that index. */
const char *observer_name(const struct observer *o, int ifindex);
/* Reads all that is there. A loss (ENOBUFS) becomes EV_OVERRUN. */
void observer_read(struct observer *o);

struct observer_tables {
	struct nl_sock *nl;
	struct neighbour_table arp, ndisc;
};

/* Remembers what the kernel's tables, one a family for all namespaces, have counted so far. 0 or
 * -errno. Never while lookups are under way. */
int observer_tables_open(struct observer_tables *c, struct err *e);
/* What they refused, or looked for something to evict, since then becomes an EV_OVERRUN:
 * "arp_cache full", "ndisc_cache thrown out". */
void observer_tables_close(struct observer_tables *c, struct tape *tape);

#endif
