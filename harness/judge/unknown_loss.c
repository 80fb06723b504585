/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unknown_loss.c: what the machine did to lookups that were lost without a cause.
 *
 * Nobody's lateness shows any of it, and none of it is the bridge's doing:
 *  - the softirqs of a starved processor hold packets up between two hops;
 *  - a bridge that a case made, or left without a port, sends nothing until linkwatch has run
 *    (dev_activate(), then noop_enqueue() drops), which takes a kernel thread and RTNL;
 *  - the processors' queues drop what is too much for them (enqueue_to_backlog()). */
#include "judge/unknown_loss.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/units.h"
#include "base/words.h"

/* From hop to hop takes 20 us on a machine with time to spare. */
#define HOP_WAIT_REAL_NS (10 * NS_PER_MS)

/* The longest wait of any lookup that was on its way when `a` was. */
static const struct attempt *longest_wait(
    const struct trace *t, const struct attempts *all, const struct attempt *a)
{
	const struct attempt *worst = a;
	const struct stream *own = &t->meta.streams[a->stream];

	for (size_t s = 0; s < all->n_streams; s++) {
		const struct stream *st = &t->meta.streams[s];

		for (size_t i = attempts_from(all, s, a->t_ns - st->timeout_ns - st->interval_ns);
		     i < all->first[s + 1] &&
		     all->items[i].t_ns <= a->t_ns + own->timeout_ns + own->interval_ns;
		     i++)
			if (all->items[i].hop_wait_ns > worst->hop_wait_ns)
				worst = &all->items[i];
	}
	return worst;
}

/* Since when a port had forwarded although br0 had no carrier yet when the lookup was sent;
 * INT64_MAX: it had. (A carrier that goes unasked is a breach, and fails an arm by itself.) */
static int64_t no_carrier_since(const struct bridge_state *m, const struct attempt *a)
{
	const struct history_span *running = history_last_at(&m->running, a->t_ns, a->t_ns),
	                          *open = history_last_at(&m->open_ports, a->t_ns, a->t_ns);

	return running && !running->state && open && open->state ? open->hi_ns : INT64_MAX;
}

/* Was it lost between the router and the upstream? No bridge is there. */
static bool beyond_router(const struct attempt *a)
{
	unsigned asked = a->asked & (HOP_BIT(HOP_UPLINK) | HOP_BIT(HOP_UPSTREAM)),
	         replied = a->replied & (HOP_BIT(HOP_UPLINK) | HOP_BIT(HOP_UPSTREAM));

	return a->replied ? replied == HOP_BIT(HOP_UPSTREAM) : asked == HOP_BIT(HOP_UPLINK);
}

static char *explain(const struct trace *t, const struct bridge_state *m,
    const struct attempts *all, const struct attempt *a)
{
	const struct attempt *worst = longest_wait(t, all, a);
	int64_t since = no_carrier_since(m, a);
	char text[WORDS_TEXT], moment[WORDS_TEXT];

	if (worst->hop_wait_ns > trace_scenario_ns(t, HOP_WAIT_REAL_NS))
		return mem_printf(
		    "a packet of %.48s waited %s (%.0f ms of real time) between two hops at %s s",
		    t->meta.streams[worst->stream].name, words_span(worst->hop_wait_ns, text),
		    (double)worst->hop_wait_ns / (double)trace_scenario_ns(t, NS_PER_MS),
		    words_moment(worst->t_ns, moment));
	if (since != INT64_MAX)
		return mem_printf("a port had been forwarding since %s s, and at %s s the kernel "
		                  "had not set br0's carrier yet (linkwatch)",
		    words_moment(since, text), words_moment(a->t_ns, moment));
	if (m->at_end && m->at_end->u.state.backlog_drops && beyond_router(a))
		return mem_printf("the processors' queues dropped %u frames, and the lookup of %s "
		                  "s was lost beyond the router",
		    m->at_end->u.state.backlog_drops, words_moment(a->t_ns, moment));
	return NULL;
}

char *unknown_loss_explain(const struct trace *t, const struct bridge_state *m,
    const struct attempts *all, struct bad_times *bad)
{
	char *first = NULL;

	for (const struct attempt *a = all->items; a < all->items + all->n; a++) {
		char *why;

		if (!attempt_lost(a) || t->meta.streams[a->stream].reference ||
		    a->cause != CAUSE_UNKNOWN || !(why = explain(t, m, all, a)))
			continue;
		bad_times_add(bad, a->t_ns, a->t_ns);
		if (first)
			free(why);
		else
			first = why;
	}
	return first;
}
