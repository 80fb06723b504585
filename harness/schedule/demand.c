/* SPDX-License-Identifier: GPL-2.0-or-later */
/* demand.c: what a play takes of the machine, known before it is played.
 *
 * Tape: a lookup is sent, answered and seen at ten places; one that is flooded is seen at each
 * client's port and end instead. A join or leave causes about 26
 * notifications. When it changes the bridge's MAC, the gateway forgets all clients and asks for
 * each by a broadcast, which every client hears, at its port and at its end.
 *
 * Neighbours: over IPv4 a client knows the gateway and the router the client; router and upstream
 * know each other. Over IPv6 there are link-local addresses too. The kernel begins to remove
 * entries at 512 (gc_thresh2), of any namespace, and has 1024 at most. */
#include "schedule/demand.h"

#include <math.h>
#include <stdlib.h>

#include "base/units.h"
#include "schedule/streams.h"

#define SLOTS_LEAST 400000
#define SLOTS_MOST 4000000
#define SLOTS_A_LOOKUP 14
#define SLOTS_A_CHANGE 40
#define CROWD_CLIENTS 16
#define CROWD_PORTS 64
#define CROWD_CHANGES_A_SECOND 100 /* joins and leaves of real time */

struct demand demand_of(const struct scenario_case *c, const struct schedule *s)
{
	size_t clients = c->n_clients, ports = 0, slots = 20000, played = 0;
	bool ip6 = c->families & FAMILY_BIT(IP_V6);
	double real_s = (double)c->duration_ns / s->pace / NS_PER_S;
	struct trace_meta meta = {0};
	double lookups = 0;

	streams_make(c, &meta);
	for (const struct stream *st = meta.streams; st < meta.streams + meta.n_streams; st++)
		lookups += s->pace * NS_PER_S / (double)st->interval_ns;
	free(meta.streams);

	for (size_t i = 0; i < c->n_churns; i++)
		ports += c->churns[i].count;
	for (size_t i = 0; i < s->n; i++)
		played += s->events[i].t_ns >= 0;
	slots += (s->n_attempts + 1) * (SLOTS_A_LOOKUP + 2 * clients) * (clients + 1) * IP_FAMILIES;
	slots += s->n * (SLOTS_A_CHANGE + clients * (2 * clients + 8));
	return (struct demand){
	    .tape_slots = slots < SLOTS_LEAST  ? SLOTS_LEAST
	                  : slots > SLOTS_MOST ? SLOTS_MOST
	                                       : slots,
	    .neighbours4 = (unsigned)(2 * clients + 2),
	    .neighbours6 = ip6 ? (unsigned)(4 * clients + 4) : 0,
	    .lookups = (unsigned)(lookups + 0.5),
	    .changes = (unsigned)ceil((double)played / real_s),
	    .program = *c->subject,
	    .alone = clients > CROWD_CLIENTS || ports > CROWD_PORTS ||
	             (double)played > CROWD_CHANGES_A_SECOND * real_s,
	};
}

int64_t demand_real_ns(const struct scenario_case *c, const struct schedule *s)
{
	return (int64_t)((double)(c->warmup_ns + c->duration_ns + c->timeout_ns) / s->pace) +
	       100 * NS_PER_MS;
}
