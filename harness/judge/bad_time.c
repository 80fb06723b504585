/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bad_time.c: stretches in which the machine was at fault, and late changes that met lookups.
 *
 * A schedule puts one-off changes and lookups apart, so that each lookup finds the bridge, the port
 * or its client as it was before, or as it is after. Where the machine held one of them up they
 * meet, and what becomes of that lookup says nothing of the bridge: its reply went to a MAC that
 * its client had just given up, or came in time to heal what was to stay stale. Neither need be
 * late by much: half an interval does it. Closed loops have no schedule to go by. */
#include "judge/bad_time.h"

#include <stdlib.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "base/words.h"
#include "trace/names.h"

/* Apart, in real time: a lookup takes a tenth of that on a machine with nothing else to do. */
#define APART_REAL_NS (2 * NS_PER_MS)

void bad_times_add(struct bad_times *all, int64_t from_ns, int64_t to_ns)
{
	*MEM_PUSH(all->items, all->n, all->cap) =
	    (struct bad_time){.from_ns = from_ns, .to_ns = to_ns};
}

static int by_end(const void *a, const void *b)
{
	const struct bad_time *x = a, *y = b;

	return (x->to_ns > y->to_ns) - (x->to_ns < y->to_ns);
}

void bad_times_sort(struct bad_times *all)
{
	if (all->n)
		qsort(all->items, all->n, sizeof(*all->items), by_end);
	for (size_t i = all->n; i > 0; i--) {
		struct bad_time *b = &all->items[i - 1];

		b->earliest_ns = b->from_ns;
		if (i < all->n && b[1].earliest_ns < b->earliest_ns)
			b->earliest_ns = b[1].earliest_ns;
	}
}

bool bad_times_touch(const struct bad_times *all, int64_t from_ns, int64_t to_ns)
{
	size_t first = LOWER_BOUND(i, 0, all->n, all->items[i].to_ns < from_ns);

	return first < all->n && all->items[first].earliest_ns <= to_ns;
}

void bad_times_free(struct bad_times *all)
{
	free(all->items);
	*all = (struct bad_times){0};
}

static int64_t last_seen_ns(const struct attempt *a)
{
	int64_t t = a->t_ns;

	t = a->client_ns > t ? a->client_ns : t;
	t = a->bridge_ns > t ? a->bridge_ns : t;
	return a->reply_ns > t ? a->reply_ns : t;
}

static void collision_describe(const struct trace *t, const struct change_window *b,
    const struct attempt *a, struct bad_times *bad, struct collision *m)
{
	char due[WORDS_TEXT], ended[WORDS_TEXT], asked[WORDS_TEXT];

	bad_times_add(bad, a->t_ns, a->t_ns);
	if (m->text && (m->lost || !attempt_lost(a)))
		return;
	free(m->text);
	m->lost = attempt_lost(a);
	m->text = mem_printf(
	    "'%s' of %.15s was due at %s s, ended at %s s and so coincided with a lookup of "
	    "%.48s that was due at %s s",
	    event_op_name(b->begin->u.churn.op), b->begin->u.churn.port,
	    words_moment(b->begin->u.churn.due_ns, due), words_moment(b->end_ns, ended),
	    t->meta.streams[a->stream].name, words_moment(a->due_ns, asked));
}

/* Does the schedule itself have the change come while the upstream keeps the lookup? */
static bool is_meant_to_meet(const struct trace *t, const struct attempt *a, int64_t due_ns)
{
	return a->due_ns <= due_ns && due_ns < a->due_ns + t->meta.upstream_delay_ns;
}

/* The lookups of one stream around one change. A deletion is over when the link is gone: a grace
 * period after the bridge has let go of the port it takes another MAC, and then that is told. */
static void collision_find_one(const struct trace *t, const struct change_window *b,
    const struct attempts *all, size_t s, struct bad_times *bad, struct collision *out)
{
	int64_t apart = trace_scenario_ns(t, APART_REAL_NS), due = b->begin->u.churn.due_ns;
	size_t from = attempts_from(all, s, b->begin_ns - t->meta.streams[s].timeout_ns);

	for (size_t i = from; i < all->first[s + 1] && all->items[i].t_ns < b->end_ns; i++) {
		const struct attempt *a = &all->items[i];

		if (!a->warmup && !is_meant_to_meet(t, a, due) && llabs(a->due_ns - due) >= apart &&
		    last_seen_ns(a) >= b->begin_ns)
			collision_describe(t, b, a, bad, out);
	}
}

void collision_find(const struct trace *t, const struct change_windows *change_windows,
    const struct attempts *all, struct bad_times *bad, struct collision *out)
{
	if (t->meta.tool) /* a program takes its time: lookups are always under way meanwhile */
		return;
	for (const struct change_window *b = change_windows->items;
	     b < change_windows->items + change_windows->n; b++) {
		const struct event *ev = b->begin;

		if (ev->u.churn.due_ns < 0 || b->begin_ns < 0 || b->end_ns == INT64_MAX ||
		    ev->u.churn.op == OP_FAULT || ev->u.churn.op == OP_RECREATE)
			continue;
		for (size_t s = 0; s < all->n_streams; s++)
			if (!t->meta.streams[s].reference && !t->meta.streams[s].closed_loop)
				collision_find_one(t, b, all, s, bad, out);
	}
}
