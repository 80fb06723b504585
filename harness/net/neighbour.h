/* SPDX-License-Identifier: GPL-2.0-or-later */
/* neighbour.h: the neighbour timers of one device, set and read back. */
#ifndef SB_NEIGHBOUR_H
#define SB_NEIGHBOUR_H

#include "base/mac.h"
#include "net/nl.h"

/* Milliseconds of real time, as the NDTPA_* attributes carry them. */
struct neighbour_timers {
	uint64_t base_reachable, reachable, delay_probe, retrans, locktime, gc_stale;
	uint32_t ucast_probes, mcast_probes, app_probes;
	uint32_t
	    last_rand; /* ms since the kernel last redrew every reachable_time, in all namespaces */
};

/* The kernel's default timers of a device, divided by pace; one jiffy is taken off the stages delay
 * and retrans, because the kernel adds one to each. */
struct neighbour_timers neighbour_paced(double pace, int64_t jiffy_ns);
/* Writes all timers of ARP (family AF_INET) or of neighbour discovery (AF_INET6) on a device;
 * base_reachable again and again, until the kernel has drawn a reachable_time (0.5 to 1.5 x base,
 * neigh_rand_reach_time()) within 1.5% of base. rtnl_neightbl_set_delay_probe_time() of libnl 3.7
 * always sends 0, so this is built by hand. */
int neighbour_set(
    struct nl_sock *s, int family, int ifindex, const struct neighbour_timers *t, struct err *e);
/* Writes retrans alone; reachable_time is not drawn again. */
int neighbour_set_retrans(
    struct nl_sock *s, int family, int ifindex, uint64_t retrans_ms, struct err *e);
/* A permanent ARP entry, in place of what was there. */
int neighbour_set_permanent(
    struct nl_sock *s, int ifindex, const uint8_t ip4[4], struct mac mac, struct err *e);
/* Deletes an ARP entry; one that is not there is no error. */
int neighbour_forget(struct nl_sock *s, int ifindex, const uint8_t ip4[4], struct err *e);
/* The kernel's table of a family, one for all namespaces. */
struct neighbour_table {
	uint64_t full;       /* times that an entry was refused because it was full */
	uint64_t thrown_out; /* times that the kernel looked for entries to throw out */
	uint32_t entries, entries_max;
};

int neighbour_table(struct nl_sock *s, int family, struct neighbour_table *out, struct err *e);
int neighbour_get(
    struct nl_sock *s, int family, int ifindex, struct neighbour_timers *out, struct err *e);

#endif
