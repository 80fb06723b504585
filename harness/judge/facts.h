/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts.h: all that one trace tells, gathered before anything is decided. */
#ifndef SB_FACTS_H
#define SB_FACTS_H

#include "judge/attempt.h"
#include "judge/fitness.h"
#include "judge/gateway_arp.h"
#include "judge/invariant.h"
#include "observed/bridge_state.h"
#include "observed/neigh.h"

struct facts {
	const struct trace *t;   /* its events are an array, even where there are none */
	struct trace *eventless; /* such a t, in place of a trace that has no array; or NULL */
	struct attempts attempts;
	struct bridge_state bridge_state;
	struct neighs neighs;
	struct breaches breaches;
	struct gateway_arps gateway_arps;
	struct fitness fitness;
	const struct event *fault; /* the first OP_FAULT that began after t=0, or NULL */
	int64_t seen_exposure_ns;  /* the first exposure with an attempt soon after; -1: none */
	bool pinned;               /* the bridge's addr_assign_type was NET_ADDR_SET before t=0 */
};

/* Gathers; fills the figures of j (counts, outages, resolution, exposures ...). */
void facts_make(const struct trace *t, struct facts *f, struct judgement *j);
void facts_free(struct facts *f);
/* Of the lookups that were lost in it. */
enum ip_family facts_family(const struct facts *f, const struct outage *o);

#endif
