/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timeline.c: the lanes of one trace. */
#include "report/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct maker {
	const struct trace *t;
	struct timeline *tl;
	const struct facts *facts;
	int64_t first_ns; /* the trace tells from here */
};

static struct lane *lane_new(struct timeline *tl, enum lane_kind kind, const char *name, int client)
{
	struct lane *l = MEM_PUSH(tl->lanes, tl->n_lanes, tl->cap_lanes);

	*l = (struct lane){.kind = kind, .client = client};
	snprintf(l->name, sizeof(l->name), "%s", name);
	return l;
}

/* Adds what is left of it within the trace's time; to_ns INT64_MAX: it was still so. */
static void span_add(const struct maker *m, struct lane *l, struct span s)
{
	s.open = s.to_ns == INT64_MAX;
	if (s.from_ns < m->first_ns)
		s.from_ns = m->first_ns;
	if (s.to_ns > m->tl->known_ns)
		s.to_ns = m->tl->known_ns;
	if (s.from_ns < s.to_ns)
		*MEM_PUSH(l->spans, l->n_spans, l->cap_spans) = s;
}

static void history_lane(const struct maker *m, const struct history *h, struct lane *l)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct history_span *s = &h->items[i], *next = i + 1 < h->n ? s + 1 : NULL;

		span_add(m, l,
		    (struct span){.from_ns = s->hi_ns,
		        .to_ns = next ? next->hi_ns : INT64_MAX,
		        .mac = s->mac,
		        .state = s->state});
	}
}

/* One owner of a MAC, cut where the client's port changed its state. */
static void port_spans(
    const struct maker *m, struct lane *l, const struct mac_owner *x, const struct history *states)
{
	struct span s = {.from_ns = x->from_hi_ns, .mac = x->mac, .state = PORT_UNTOLD};

	for (size_t i = 0; states && i < states->n; i++) {
		const struct history_span *st = &states->items[i];

		if (st->hi_ns >= x->to_hi_ns)
			break;
		if (st->state != PORT_AWAY && st->hi_ns > s.from_ns && st->state != s.state) {
			s.to_ns = st->hi_ns;
			span_add(m, l, s);
			s.from_ns = st->hi_ns;
		}
		s.state = st->state == PORT_AWAY ? PORT_UNTOLD : st->state;
	}
	s.to_ns = x->to_hi_ns;
	span_add(m, l, s);
}

static int by_start(const void *a, const void *b)
{
	const struct mac_owner *x = *(const struct mac_owner *const *)a;
	const struct mac_owner *y = *(const struct mac_owner *const *)b;

	if (x->from_hi_ns != y->from_hi_ns)
		return x->from_hi_ns < y->from_hi_ns ? -1 : 1;
	return strcmp(x->port, y->port);
}

static int client_of(const struct trace *t, const char *port)
{
	for (size_t i = 0; i < t->meta.n_clients; i++)
		if (!strncmp(t->meta.clients[i].name, port, NAME_MAX_LEN))
			return (int)i;
	return -1;
}

static void port_lanes(struct maker *m, bool of_clients)
{
	size_t n = m->facts->bridge_state.n_mac_owners, first = m->tl->n_lanes;
	const struct mac_owner **sorted = mem_alloc(n * sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		sorted[i] = &m->facts->bridge_state.mac_owners[i];
	if (n)
		qsort(sorted, n, sizeof(*sorted), by_start);
	for (size_t i = 0; i < n; i++) {
		int client = client_of(m->t, sorted[i]->port);
		size_t at = first;

		if ((client >= 0) != of_clients)
			continue;
		while (at < m->tl->n_lanes && strcmp(m->tl->lanes[at].name, sorted[i]->port))
			at++;
		if (at == m->tl->n_lanes)
			lane_new(m->tl, LANE_PORT, sorted[i]->port, client);
		port_spans(m, &m->tl->lanes[at], sorted[i],
		    client >= 0 ? &m->facts->bridge_state.client_ports[client] : NULL);
	}
	free(sorted);
}

/* Where an entry was there and held another MAC than the gateway had. */
static void mark_stale(struct lane *l, const struct lane *gateway)
{
	size_t g = 0;

	for (size_t i = 0; i < l->n_spans; i++) {
		const struct span *s = &l->spans[i];

		if (!s->state || mac_is_zero(s->mac))
			continue;
		while (g < gateway->n_spans && gateway->spans[g].to_ns <= s->from_ns)
			g++;
		for (size_t k = g; k < gateway->n_spans; k++) {
			const struct span *o = &gateway->spans[k];
			struct span x = *s;

			if (o->from_ns >= s->to_ns)
				break;
			if (!mac_cmp(o->mac, s->mac))
				continue;
			x.from_ns = o->from_ns > s->from_ns ? o->from_ns : s->from_ns;
			x.to_ns = o->to_ns < s->to_ns ? o->to_ns : s->to_ns;
			if (l->n_stale && l->stale[l->n_stale - 1].to_ns == x.from_ns)
				l->stale[l->n_stale - 1].to_ns = x.to_ns;
			else
				*MEM_PUSH(l->stale, l->n_stale, l->cap_stale) = x;
		}
	}
}

static bool looks_up(const struct trace *t, size_t client, enum ip_family family)
{
	for (size_t s = 0; s < t->meta.n_streams; s++)
		if (!t->meta.streams[s].reference && t->meta.streams[s].client == (int)client &&
		    t->meta.streams[s].family == family)
			return true;
	return false;
}

static void entry_lanes(struct maker *m)
{
	size_t gateway = m->tl->n_lanes - 1;

	for (size_t i = 0; i < m->facts->neighs.n * IP_FAMILIES; i++) {
		size_t c = i / IP_FAMILIES;
		enum ip_family family = i % IP_FAMILIES ? IP_V6 : IP_V4;

		if (!looks_up(m->t, c, family))
			continue;
		struct lane *l = lane_new(m->tl, LANE_NEIGH, m->t->meta.clients[c].name, (int)c);

		history_lane(m, &neigh_of(&m->facts->neighs, c, family)->gateway, l);
		mark_stale(l, &m->tl->lanes[gateway]);
	}
}

static enum dot_kind dot_kind(const struct attempt *a)
{
	switch (a->fate) {
	case FATE_ANSWERED:
		return DOT_ANSWERED;
	case FATE_LATE:
		return DOT_LATE;
	case FATE_UNJUDGED:
		return DOT_OPEN;
	}
	return DOT_LOST;
}

static void stream_lanes(struct maker *m)
{
	const struct attempts *all = &m->facts->attempts;

	for (size_t s = 0; s < all->n_streams; s++) {
		const struct stream *st = &m->t->meta.streams[s];

		if (st->reference)
			continue;
		struct lane *l = lane_new(m->tl, LANE_STREAM, st->name, st->client);

		l->stream = (int)s;
		for (size_t i = all->first[s]; i < all->first[s + 1]; i++)
			*MEM_PUSH(l->dots, l->n_dots, l->cap_dots) =
			    (struct dot){all->items[i].t_ns, dot_kind(&all->items[i])};
	}
}

static void read_phases(struct maker *m)
{
	const struct trace *t = m->t;
	struct timeline *tl = m->tl;

	tl->to_ns = t->meta.duration_ns > 0 ? t->meta.duration_ns : 0;
	if (t->n) {
		m->first_ns = t->events[0].t_ns;
		tl->known_ns = t->events[t->n - 1].t_ns;
	}
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		/* all n events are there: NOLINTNEXTLINE(*-core.UndefinedBinaryOperatorResult) */
		if (ev->type != EV_PHASE)
			continue;
		tl->started |= ev->u.phase.phase == PHASE_START;
		if (ev->u.phase.phase == PHASE_END && !tl->ended) {
			tl->ended = true;
			tl->known_ns = ev->t_ns;
		}
	}
	if (tl->started && tl->known_ns > tl->to_ns)
		tl->to_ns = tl->known_ns;
}

void timeline_make(const struct judged *play, struct timeline *out)
{
	const struct facts *f = &play->facts;
	struct maker m = {.t = f->t, .tl = out, .facts = f};

	*out = (struct timeline){
	    .outages = play->judgement.outages, .n_outages = play->judgement.n_outages};
	read_phases(&m);
	port_lanes(&m, false);
	port_lanes(&m, true);
	history_lane(&m, &f->bridge_state.gateway, lane_new(out, LANE_GATEWAY, BRIDGE_NAME, -1));
	entry_lanes(&m);
	stream_lanes(&m);
}

void timeline_free(struct timeline *tl)
{
	for (size_t i = 0; i < tl->n_lanes; i++) {
		free(tl->lanes[i].spans);
		free(tl->lanes[i].stale);
		free(tl->lanes[i].dots);
	}
	free(tl->lanes);
	*tl = (struct timeline){0};
}

size_t timeline_judged(const struct timeline *tl)
{
	size_t n = 0;

	for (size_t i = 0; i < tl->n_lanes; i++)
		for (size_t k = 0; k < tl->lanes[i].n_dots; k++)
			n +=
			    tl->lanes[i].dots[k].t_ns >= 0 && tl->lanes[i].dots[k].kind != DOT_OPEN;
	return n;
}
