/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts.c: all that one trace tells, gathered before anything is decided. */
#include "judge/facts.h"

#include <stdlib.h>

#include "base/mem.h"
#include "judge/cause.h"
#include "judge/expected_bridge.h"
#include "observed/bridge_ask.h"
#include "observed/intended.h"

static void count(const struct facts *f, struct judgement *j)
{
	const struct trace_meta *m = &f->t->meta;

	j->n_streams = m->n_streams;
	j->streams = mem_alloc(m->n_streams * sizeof(*j->streams));
	for (size_t s = 0; s < m->n_streams; s++) {
		const struct counts *c = &j->streams[s];

		attempts_count(&f->attempts, f->t, s, &j->streams[s]);
		if (m->streams[s].reference)
			continue;
		j->total.sent += c->sent;
		j->total.answered += c->answered;
		j->total.late += c->late;
		j->total.lost += c->lost;
		j->total.wrong += c->wrong;
		j->total.refused += c->refused;
		j->total.skipped += c->skipped;
	}
	j->outages = outages_make(&f->attempts, f->t, &j->n_outages);
	for (size_t i = 0; i < j->n_outages; i++) {
		int64_t d = j->outages[i].to_ns - j->outages[i].from_ns;

		j->longest_ns = d > j->longest_ns ? d : j->longest_ns;
	}
	j->resolution_ns = attempts_resolution(&f->attempts, f->t);
}

/* An exposure says something only where an attempt followed within two intervals. */
static int64_t seen_exposure(const struct facts *f)
{
	const struct trace_meta *m = &f->t->meta;

	for (size_t i = 0; i < f->bridge_state.n_exposures; i++) {
		int64_t x = f->bridge_state.exposures[i].t_ns;

		for (size_t s = 0; s < m->n_streams; s++) {
			const struct stream *st = &m->streams[s];
			int64_t every = st->interval_ns + (st->closed_loop ? st->timeout_ns : 0);
			size_t at = attempts_from(&f->attempts, s, x);

			if (!st->reference && at < f->attempts.first[s + 1] &&
			    f->attempts.items[at].t_ns - x <= 2 * every)
				return x;
		}
	}
	return -1;
}

void facts_make(const struct trace *t, struct facts *f, struct judgement *j)
{
	static struct event none;

	*f = (struct facts){.t = t};
	if (!t->events) {
		f->t = f->eventless = mem_alloc(sizeof(*t));
		*f->eventless = *t;
		f->eventless->events = &none;
		t = f->t;
	}
	attempts_make(t, &f->attempts);
	bridge_state_make(t, &f->bridge_state);
	intended_exposures(t, &f->bridge_state);
	neighs_make(t, f->bridge_state.slack_ns, &f->neighs);
	cause_explain(t, &f->bridge_state, &f->neighs, &f->attempts);
	count(f, j);
	breaches_find(t, &f->bridge_state, &f->attempts, &f->breaches);
	expected_bridge_find(t, &f->bridge_state, &f->breaches);
	gateway_arps_find(
	    t, &f->bridge_state, &f->neighs, j->outages, j->n_outages, &f->gateway_arps);
	fitness_assess(t, &f->bridge_state, &f->attempts, &f->fitness);
	for (size_t i = 0; i < f->bridge_state.change_windows.n && !f->fault; i++)
		if (f->bridge_state.change_windows.items[i].begin->u.churn.op == OP_FAULT)
			f->fault = f->bridge_state.change_windows.items[i].begin;
	f->pinned = f->bridge_state.baseline &&
	            f->bridge_state.baseline->u.state.assign_type == ADDR_ASSIGN_SET;
	f->seen_exposure_ns = seen_exposure(f);

	j->exposures = (unsigned)f->bridge_state.n_exposures;
	j->gateway_mac_changes = bridge_gateway_changes(&f->bridge_state);
	j->invariants = f->breaches.bits;
	j->loop_late_ns = f->fitness.loop_late_ns;
	j->churn_late_ns = f->fitness.churn_late_ns;
	for (size_t i = 0; i < f->gateway_arps.n; i++) {
		const struct gateway_arp *gateway_arp = &f->gateway_arps.items[i];

		if (gateway_arp->why != GATEWAY_ARP_UNPROMPTED)
			continue;
		j->gateway_arps++;
		j->healed |= gateway_arp->healed >= 0 && f->bridge_state.n_exposures &&
		             gateway_arp->t_ns >= f->bridge_state.exposures[0].t_ns;
	}
	if (f->fitness.skipped > j->total.skipped)
		j->total.skipped = f->fitness.skipped;
}

void facts_free(struct facts *f)
{
	attempts_free(&f->attempts);
	bridge_state_free(&f->bridge_state);
	neighs_free(&f->neighs);
	breaches_free(&f->breaches);
	gateway_arps_free(&f->gateway_arps);
	fitness_free(&f->fitness);
	free(f->eventless);
	*f = (struct facts){0};
}

enum ip_family facts_family(const struct facts *f, const struct outage *o)
{
	return (enum ip_family)f->t->meta.streams[o->stream].family;
}
