/* SPDX-License-Identifier: GPL-2.0-or-later */
/* smoke.c: the few cases of `--smoke`, by a greedy set cover over what the scenarios say. */
#include "cli/smoke.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/selection.h"
#include "trace/names.h"

enum pin_way { WAY_AT_CREATE, WAY_TO_OTHER, WAY_TO_CURRENT, WAY_LATER, WAY_BY_MTU, WAYS };

#define WAY(w) (1u << (CAUSE_COUNT + (w)))
_Static_assert(CAUSE_COUNT + WAYS <= 32, "smoke_shows() has a bit for each");

unsigned smoke_shows(const struct scenario_case *c)
{
	static const unsigned ways[] = {[PIN_AT_CREATE] = WAY(WAY_AT_CREATE),
	    [PIN_TO_OTHER] = WAY(WAY_TO_OTHER),
	    [PIN_TO_CURRENT] = WAY(WAY_TO_CURRENT),
	    [PIN_NEVER] = 0};

	if (c->breaks != CAUSE_NONE)
		return 1u << c->breaks;
	unsigned shows = ways[c->pin] | (c->mtu_via_other ? WAY(WAY_BY_MTU) : 0);
	for (size_t i = 0; i < c->n_changes; i++)
		if (c->changes[i].what == CHANGE_SET_MAC && c->changes[i].whose == WHOSE_BRIDGE)
			shows |= WAY(WAY_LATER);
	return shows;
}

bool smoke_has(const struct smoke *sm, const struct scenario_case *c)
{
	for (size_t i = 0; i < sm->n; i++)
		if (sm->cases[i] == c)
			return true;
	return false;
}

/* Must this one be played for that arm to prove anything? */
static bool is_control_of(const struct scenario_case *c, const struct scenario_case *arm)
{
	return c->breaks != CAUSE_NONE && arm->breaks == CAUSE_NONE && !arm->exposures_none &&
	       !strcmp(c->group, arm->group);
}

/* A control comes with an arm, where it has one. */
static bool has_arm(const struct scenario_case *control)
{
	for (size_t i = 0; i < control->scenario->n_cases; i++)
		if (is_control_of(control, &control->scenario->cases[i]))
			return true;
	return false;
}

/* Takes c and its controls, so far as they are not there; with `out` NULL only tells how many that
 * would be, and what they show. */
static size_t take(
    const struct smoke *have, const struct scenario_case *c, unsigned *shows, struct smoke *out)
{
	size_t n = 0;

	*shows = 0;
	for (size_t i = 0; i < c->scenario->n_cases; i++) {
		const struct scenario_case *one = &c->scenario->cases[i];

		if ((one != c && !is_control_of(one, c)) || smoke_has(have, one))
			continue;
		*shows |= smoke_shows(one);
		n++;
		if (out)
			*MEM_PUSH(out->cases, out->n, out->cap) = one;
	}
	return n;
}

void smoke_choose(const struct scenarios *s, const struct options *o, struct smoke *out)
{
	unsigned seen = 0, shows;
	const struct scenario_case *best;

	*out = (struct smoke){0};
	do {
		int most = 0;
		size_t cost = 1;

		best = NULL;
		for (size_t i = 0; i < s->n; i++)
			for (size_t k = 0; k < s->items[i]->n_cases; k++) {
				const struct scenario_case *c = &s->items[i]->cases[k];

				if (!selection_wants(o, c) || smoke_has(out, c) || has_arm(c))
					continue;
				size_t n = take(out, c, &shows, NULL);
				int fresh = __builtin_popcount(shows & ~seen);

				/* more for each case; of equals the first */
				if ((size_t)fresh * cost > (size_t)most * n) {
					best = c;
					most = fresh;
					cost = n;
				}
			}
		if (best) {
			take(out, best, &shows, out);
			seen |= shows;
		}
	} while (best);
}

void smoke_free(struct smoke *sm)
{
	free(sm->cases);
	*sm = (struct smoke){0};
}
