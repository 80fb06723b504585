/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drops.c: in which function of the kernel the lookups of an outage were dropped.
 *
 * A drop names no packet, no namespace and no device: it is matched by time. Drops of a kind
 * (function, caller, reason, protocol) count when
 *  - three quarters of the outage's lookups have one just after they were last seen,
 *  - at most a quarter of the answered lookups have one on their way,
 *  - and they are rare when no lost lookup was under way: no machine drops that all the time. */
#include "judge/drops.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "base/words.h"

/* From hop to hop takes 20 us; a stamp of a hop is as exact as two readings of a clock. */
#define SOON_REAL_NS NS_PER_MS
#define STAMP_REAL_NS (100 * NS_PER_US)
#define KINDS_MAX 64 /* later ones are not looked at */
#define RARE 20      /* so many times as often beside lost lookups as elsewhere */

struct span {
	int64_t from_ns, to_ns;
};

struct kind {
	const struct event *like;
	struct moments times;
	const struct event *first; /* beside the first lookup that it lost */
	unsigned lost, answered;   /* lookups of the outage, and answered ones, that have one */
};

struct search {
	const struct facts *f;
	struct kind *kinds;
	size_t n, cap;
	struct span *spans; /* of all lost lookups, apart, by time */
	size_t n_spans, cap_spans;
	int64_t spans_ns; /* of all of them */
	unsigned lost, answered;
};

static bool alike(const struct event *a, const struct event *b)
{
	return a->u.drop.protocol == b->u.drop.protocol &&
	       !strcmp(a->u.drop.function, b->u.drop.function) &&
	       !strcmp(a->u.drop.caller, b->u.drop.caller) &&
	       !strcmp(a->u.drop.reason, b->u.drop.reason);
}

static void collect_kinds(struct search *s)
{
	const struct trace *t = s->f->t;

	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		size_t k = 0;

		if (ev->type != EV_DROP || ev->t_ns < 0)
			continue;
		while (k < s->n && !alike(s->kinds[k].like, ev))
			k++;
		if (k == KINDS_MAX)
			continue;
		if (k == s->n)
			*MEM_PUSH(s->kinds, s->n, s->cap) = (struct kind){.like = ev};
		struct moments *m = &s->kinds[k].times;
		*MEM_PUSH(m->items, m->n, m->cap) = ev->t_ns;
	}
}

/* Where the next step waits for a neighbour, or for dnsmasq, the packet may be dropped much later.
 */
static bool waits(const struct attempt *a)
{
	if (a->replied & (HOP_BIT(HOP_CLIENT) | HOP_BIT(HOP_PORT) | HOP_BIT(HOP_BRIDGE)))
		return false;
	if (a->replied)
		return a->replied & HOP_BIT(HOP_UPLINK);
	if (a->asked & HOP_BIT(HOP_UPSTREAM))
		return true;
	return !a->asked ||
	       (a->asked & (HOP_BIT(HOP_BRIDGE) | HOP_BIT(HOP_UPLINK))) == HOP_BIT(HOP_BRIDGE);
}

/* When a lost lookup can have been dropped. */
static struct span span_of(const struct trace *t, const struct attempt *a)
{
	int64_t deadline = a->t_ns + t->meta.streams[a->stream].timeout_ns, seen = a->t_ns;
	const int64_t stamps[] = {a->client_ns, a->port_ns, a->bridge_ns, a->reply_ns, a->seen_ns};

	for (size_t i = 0; i < ARRAY_SIZE(stamps); i++)
		if (stamps[i] > seen && stamps[i] <= deadline)
			seen = stamps[i];
	return (struct span){seen - trace_scenario_ns(t, STAMP_REAL_NS),
	    waits(a) ? deadline : seen + trace_scenario_ns(t, SOON_REAL_NS)};
}

static int by_begin(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->from_ns > y->from_ns) - (x->from_ns < y->from_ns);
}

static void collect_spans(struct search *s)
{
	const struct trace *t = s->f->t;
	const struct attempts *all = &s->f->attempts;
	size_t n = 0;

	for (const struct attempt *a = all->items; a < all->items + all->n; a++)
		if (attempt_lost(a))
			*MEM_PUSH(s->spans, s->n_spans, s->cap_spans) = span_of(t, a);
	if (s->n_spans)
		qsort(s->spans, s->n_spans, sizeof(*s->spans), by_begin);
	for (size_t i = 0; i < s->n_spans; i++) {
		if (n && s->spans[i].from_ns <= s->spans[n - 1].to_ns) {
			if (s->spans[i].to_ns > s->spans[n - 1].to_ns)
				s->spans[n - 1].to_ns = s->spans[i].to_ns;
		} else {
			s->spans[n++] = s->spans[i];
		}
	}
	s->n_spans = n;
	for (size_t i = 0; i < n; i++)
		s->spans_ns += s->spans[i].to_ns - s->spans[i].from_ns;
}

static bool is_of(const struct event *drop, const struct attempt *a, const struct stream *st)
{
	if (st->family == IP_V6)
		return drop->u.drop.protocol == DROP_IPV6;
	return drop->u.drop.protocol == DROP_IPV4 ||
	       (drop->u.drop.protocol == DROP_ARP && waits(a));
}

/* The first drop of that kind at this moment. */
static const struct event *event_at(const struct trace *t, const struct kind *k, int64_t t_ns)
{
	size_t i = LOWER_BOUND(at, 0, t->n, t->events[at].t_ns < t_ns);

	while (t->events[i].type != EV_DROP || !alike(&t->events[i], k->like))
		i++;
	return &t->events[i];
}

/* The first one in the span, or NULL. */
static const int64_t *first_in(const struct kind *k, struct span span)
{
	const struct moments *m = &k->times;
	size_t i = LOWER_BOUND(at, 0, m->n, m->items[at] < span.from_ns);

	return i < m->n && m->items[i] <= span.to_ns ? &m->items[i] : NULL;
}

static void count_lost(struct search *s, const struct outage *o)
{
	const struct trace *t = s->f->t;
	const struct attempts *all = &s->f->attempts;

	for (size_t i = attempts_from(all, (size_t)o->stream, o->from_ns);
	     i < all->first[o->stream + 1]; i++) {
		const struct attempt *a = &all->items[i];

		if (a->t_ns > o->to_ns || (a->t_ns == o->to_ns && !o->open))
			break;
		if (!attempt_lost(a) || a->cause != o->cause)
			continue;
		s->lost++;
		for (struct kind *k = s->kinds; k < s->kinds + s->n; k++) {
			const int64_t *at = first_in(k, span_of(t, a));

			if (at && is_of(k->like, a, &t->meta.streams[o->stream]) && !k->lost++)
				k->first = event_at(t, k, *at);
		}
	}
}

static void count_answered(struct search *s, size_t stream)
{
	const struct attempts *all = &s->f->attempts;
	int64_t stamp_ns = trace_scenario_ns(s->f->t, STAMP_REAL_NS);

	for (size_t i = attempts_from(all, stream, 0); i < all->first[stream + 1]; i++) {
		const struct attempt *a = &all->items[i];
		struct span span = {a->t_ns - stamp_ns, a->seen_ns + stamp_ns};

		if (a->fate != FATE_ANSWERED)
			continue;
		s->answered++;
		for (struct kind *k = s->kinds; k < s->kinds + s->n; k++)
			k->answered += first_in(k, span) != NULL;
	}
}

/* Is it much rarer where no lookup was lost? */
static bool is_rare_elsewhere(const struct search *s, const struct kind *k)
{
	double elsewhere_ns = (double)s->f->bridge_state.end_ns - (double)s->spans_ns;
	size_t beside = 0, at = 0;

	for (size_t i = 0; i < k->times.n; i++) {
		while (at < s->n_spans && s->spans[at].to_ns < k->times.items[i])
			at++;
		beside += at < s->n_spans && s->spans[at].from_ns <= k->times.items[i];
	}
	size_t elsewhere = k->times.n - beside;
	return !elsewhere || elsewhere_ns <= 0 ||
	       (double)elsewhere * RARE * (double)s->spans_ns <= (double)beside * elsewhere_ns;
}

static int most_lost_first(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	if (x->lost != y->lost)
		return x->lost > y->lost ? -1 : 1;
	return x->lost ? (x->first->t_ns > y->first->t_ns) - (x->first->t_ns < y->first->t_ns) : 0;
}

static bool counts(const struct search *s, const struct kind *k)
{
	return k->lost && 4 * (uint64_t)k->lost >= 3 * (uint64_t)s->lost &&
	       4 * (uint64_t)k->answered <= s->answered && is_rare_elsewhere(s, k);
}

static char *text_of(const struct kind *k, unsigned n)
{
	const struct event *ev = k->first;
	const char *caller = ev->u.drop.caller, *reason = ev->u.drop.reason;
	char lookups[WORDS_TEXT];

	return mem_printf("the kernel dropped %s in %s%s%s%s%s (%u of %s)",
	    ev->u.drop.protocol == DROP_ARP ? "an ARP packet" : "it",
	    ev->u.drop.function[0] ? ev->u.drop.function : "a function without a name",
	    *caller ? ", called by " : "", caller, *reason ? ", reason " : "", reason, k->lost,
	    words_of(n, "lost lookup", lookups));
}

size_t drops_find(const struct facts *f, const struct outage *o, struct finding out[DROPS_TOLD])
{
	struct search s = {.f = f};
	size_t told = 0;

	collect_kinds(&s);
	if (s.n) {
		collect_spans(&s);
		count_lost(&s, o);
		count_answered(&s, (size_t)o->stream);
		qsort(s.kinds, s.n, sizeof(*s.kinds), most_lost_first);
	}
	for (const struct kind *k = s.kinds; k < s.kinds + s.n && told < DROPS_TOLD; k++)
		if (counts(&s, k))
			out[told++] = (struct finding){k->first->t_ns, text_of(k, s.lost)};
	for (size_t i = 0; i < s.n; i++)
		free(s.kinds[i].times.items);
	free(s.kinds);
	free(s.spans);
	return told;
}

uint64_t drops_missed(const struct trace *t)
{
	uint64_t n = 0;

	for (const struct event *ev = t->events; ev < t->events + t->n; ev++)
		if (ev->type == EV_OVERRUN && !strcmp(ev->u.overrun.what, OVERRUN_DROPS))
			n += ev->u.overrun.lost;
	return n;
}
