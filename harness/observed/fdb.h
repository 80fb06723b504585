/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fdb.h: what is known of the bridge's FDB entry for a MAC, from the notifications and from what
 * was read before and after the play. */
#ifndef SB_FDB_H
#define SB_FDB_H

#include "observed/bridge_state.h"

struct fdb {
	const struct event **items; /* EV_FDB, by MAC, then time */
	size_t n, cap;
	const struct bridge_state *m;
	bool filtered;    /* by VLAN: which entry counts is not known */
	int64_t taken_ns; /* when br0 last got a query for the MAC that it has at the end */
};

/* Does the event tell of an entry by which the bridge looks frames up? Without vlan_filtering it
 * looks for those of no VLAN (br_allowed_ingress() leaves the VLAN at 0), though the kernel makes
 * one of the default VLAN beside each. */
bool fdb_counts(const struct event *ev);
void fdb_make(const struct trace *t, const struct bridge_state *m, struct fdb *out);
void fdb_free(struct fdb *f);
/* Had the MAC, which was br0's, a local entry in all of [from, to]? */
enum maybe fdb_is_local(const struct fdb *f, struct mac mac, int64_t from_ns, int64_t to_ns);
/* Did nothing in [from, to] lead frames for the MAC away from this port? Without an entry they are
 * flooded, to this port too. */
bool fdb_leads_to(
    const struct fdb *f, struct mac mac, const char *port, int64_t from_ns, int64_t to_ns);

/* Did the entry for the MAC lead to another port than this one: in all of [from, to], YES; at some
 * time that may have been in it, MAYBE? */
enum maybe fdb_leads_elsewhere(
    const struct fdb *f, struct mac mac, const char *port, int64_t from_ns, int64_t to_ns);

/* The last entry for the MAC, reported by t_ns, that led to this port (own), or to another one;
 * NULL: there was none. */
const struct event *fdb_entry(
    const struct trace *t, struct mac mac, const char *port, bool own, int64_t t_ns);

#endif
