/* budget.c: what all cases of a file take together: before a run plays the first of them it has the
 * schedules of all, and at its end it has all traces. A matrix makes much of a small file. */
#include "scenario/budget.h"

#include "scenario/churn.h"

#define MAX_CHANGES 1000000
#define MAX_LOOKUPS 1000000

static uint64_t changes_of(const struct scenario_case *c)
{
	uint64_t n = c->n_changes;

	for (size_t i = 0; i < c->n_churns; i++)
		n += 2 * churn_cycles(&c->churns[i], c->duration_ns) * c->churns[i].count;
	return n;
}

static unsigned bits(unsigned set)
{
	unsigned n = 0;

	for (; set; set >>= 1)
		n += set & 1;
	return n;
}

static uint64_t lookups_of(const struct scenario_case *c)
{
	int64_t interval = c->every_ns > 0 ? c->every_ns : c->pause_ns;
	uint64_t streams = 0;

	for (size_t i = 0; i < c->n_clients; i++)
		streams += c->clients[i].looks_up;
	streams *= bits((unsigned)c->families) * bits((unsigned)c->transports);
	return interval > 0 ? streams * (uint64_t)(c->duration_ns / interval) : 0;
}

void budget_add(
    struct budget *b, struct errors *e, const struct node *tree, const struct scenario_case *c)
{
	b->changes += changes_of(c);
	b->lookups += lookups_of(c);
	if (b->told || (b->changes <= MAX_CHANGES && b->lookups <= MAX_LOOKUPS))
		return;
	b->told = true;
	if (b->changes > MAX_CHANGES)
		errors_add(e, place_of(tree, "churn", NULL, NULL), "at most 1000000 in all cases",
		    "too many joins, leaves and events in the cases of this file");
	else
		errors_add(e, place_of(tree, "lookups", NULL, NULL), "at most 1000000 in all cases",
		    "too many lookups in the cases of this file");
}
