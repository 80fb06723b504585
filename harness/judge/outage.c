/* outage.c: runs of lost attempts in a stream, each with its cause.
 *
 * An outage lasts from the sending of its first lost attempt to the sending of the next answered
 * one. One that the case's end left open lasted at least until its last attempt's deadline. It has
 * a cause when at least three quarters of its attempts agree on one: attempts that fall into the
 * window of a change have none of their own. */
#include "judge/outage.h"

#include <string.h>

#include "base/mem.h"

struct votes {
	unsigned causes[CAUSE_COUNT], forms[STALE_NOT_TAKEN + 1];
};

static void settle(struct outage *o, const struct votes *v)
{
	o->cause = CAUSE_UNKNOWN;
	for (int c = 0; c < CAUSE_COUNT; c++)
		if (4 * (uint64_t)v->causes[c] >= 3 * (uint64_t)o->lost)
			o->cause = (enum cause)c;
	o->form = STALE_NEITHER;
	for (int f = STALE_FLOODED; o->cause == CAUSE_STALE_GATEWAY && f <= STALE_NOT_TAKEN; f++)
		if (4 * (uint64_t)v->forms[f] >= 3 * (uint64_t)v->causes[CAUSE_STALE_GATEWAY])
			o->form = (enum stale_form)f;
}

struct outage *outages_make(const struct attempts *all, const struct trace *t, size_t *n)
{
	struct outage *items = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t s = 0; s < all->n_streams; s++) {
		struct outage *o = NULL;
		struct votes votes = {0};

		if (t->meta.streams[s].reference)
			continue;
		for (size_t i = attempts_from(all, s, 0); i < all->first[s + 1]; i++) {
			const struct attempt *a = &all->items[i];

			if (a->fate == FATE_UNJUDGED)
				continue;
			if (!attempt_lost(a)) {
				if (o) {
					o->to_ns = a->t_ns;
					o->open = false;
					settle(o, &votes);
				}
				o = NULL;
				continue;
			}
			if (!o) {
				o = MEM_PUSH(items, *n, cap);
				*o = (struct outage){
				    .stream = (int)s, .from_ns = a->t_ns, .open = true};
				memset(&votes, 0, sizeof(votes));
			}
			o->lost++;
			o->to_ns = a->t_ns + t->meta.streams[s].timeout_ns;
			votes.causes[a->cause]++;
			votes.forms[a->form]++;
		}
		if (o)
			settle(o, &votes);
	}
	return items;
}
