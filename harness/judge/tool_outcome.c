/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool_outcome.c: what became of a bridge that a subject made. */
#include "judge/tool_outcome.h"

#include <stdlib.h>

#include "base/macros.h"
#include "base/mem.h"

const char *tool_outcome_name(enum tool_outcome outcome)
{
	static const char *const names[TOOL_OUTCOMES] = {
	    "no verdict", "holds", "flaps", "heals itself", "pins late"};

	return names[outcome];
}

/* Did the gateway, by itself, correct the client that lost the most? */
static bool healed(const struct judged *p)
{
	const struct gateway_arps *arps = &p->facts.gateway_arps;
	const struct outage *worst = judgement_worst(&p->judgement);

	for (size_t i = 0; worst && i < arps->n; i++)
		if (arps->items[i].healed >= 0 && arps->items[i].why != GATEWAY_ARP_PROMPTED &&
		    arps->items[i].t_ns >= worst->from_ns && arps->items[i].t_ns <= worst->to_ns)
			return true;
	return false;
}

/* Did a port join that changed nothing, after one that had changed the bridge's MAC? */
static bool pinned_since(const struct judged *p)
{
	const struct bridge_state *b = &p->facts.bridge_state;
	const struct change_window *last = NULL;

	for (size_t i = 0; i < b->change_windows.n; i++)
		if (b->change_windows.items[i].begin->u.churn.op == OP_JOIN &&
		    !b->change_windows.items[i].failed)
			last = &b->change_windows.items[i];
	if (!last || last->end_ns == INT64_MAX || !b->gateway.n)
		return false;
	return p->judgement.gateway_mac_changes &&
	       b->gateway.items[b->gateway.n - 1].hi_ns < last->begin_ns;
}

enum tool_outcome tool_outcome(const struct judged *p)
{
	enum verdict v = p->judgement.verdict;

	if (v != VERDICT_PASS && v != VERDICT_FAIL)
		return TOOL_NO_VERDICT;
	if (v == VERDICT_PASS && p->trace->meta.breaks == CAUSE_NONE)
		return TOOL_HOLDS;
	return healed(p) ? TOOL_HEALS_ITSELF : pinned_since(p) ? TOOL_PINS_LATE : TOOL_FLAPS;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t tool_verb_ns(const struct judged *p, bool attach)
{
	const struct change_windows *all = &p->facts.bridge_state.change_windows;
	int64_t *took = mem_alloc((all->n + 1) * sizeof(*took));
	size_t n = 0;

	for (const struct change_window *w = all->items; w < all->items + all->n; w++)
		if (w->begin->u.churn.op == (attach ? OP_JOIN : OP_LEAVE) &&
		    w->end_ns != INT64_MAX && !w->failed)
			took[n++] = w->end_ns - w->begin_ns;
	qsort(took, n, sizeof(*took), by_size);
	int64_t median = n ? (int64_t)((double)took[n / 2] / p->trace->meta.pace) : 0;
	free(took);
	return median;
}
