/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shard.c: the cases of a run divided into shards, one for each machine.
 *
 * The longest group goes first, each to the shard that has the least to do so far. So no shard
 * takes longer than the mean of all and one group. */
#include "schedule/shard.h"

#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "schedule/demand.h"
#include "schedule/schedule.h"

/* Whatever pace and seed a shard is played with, all of them must divide alike. */
#define PACE 20
#define SEED 1
/* What a play costs that can have nothing beside it: one processor plays so many others at once. */
#define ALONE 20

struct group {
	const char *name;
	int64_t cost_ns;
	unsigned shard;
};

static int64_t cost_ns(const struct shard_case *sc)
{
	struct schedule s;

	if (sc->left_out)
		return 0;
	schedule_make(sc->c, SEED, PACE, &s);
	int64_t cost = demand_real_ns(sc->c, &s) * (demand_of(sc->c, &s).alone ? ALONE : 1);
	schedule_free(&s);
	return cost;
}

static int by_name(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int longest_first(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return x->cost_ns != y->cost_ns ? (x->cost_ns < y->cost_ns ? 1 : -1) : by_name(a, b);
}

/* Sorted by name; caller frees. */
static struct group *make_groups(const struct shard_case *cases, size_t n, size_t *n_groups)
{
	struct group *groups = mem_alloc((n + 1) * sizeof(*groups));
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		groups[i] =
		    (struct group){.name = cases[i].c->group, .cost_ns = cost_ns(&cases[i])};
	if (n)
		qsort(groups, n, sizeof(*groups), by_name);
	for (size_t i = 0; i < n; i++) {
		if (k && !by_name(&groups[k - 1], &groups[i]))
			groups[k - 1].cost_ns += groups[i].cost_ns;
		else
			groups[k++] = groups[i];
	}
	*n_groups = k;
	return groups;
}

void shard_divide(struct shard_case *cases, size_t n, unsigned of)
{
	int64_t *loads = mem_alloc(of * sizeof(*loads));
	size_t n_groups;
	struct group *groups = make_groups(cases, n, &n_groups);

	if (n_groups)
		qsort(groups, n_groups, sizeof(*groups), longest_first);
	for (size_t i = 0; i < n_groups; i++) {
		unsigned least = 0;

		for (unsigned k = 1; k < of; k++)
			if (loads[k] < loads[least])
				least = k;
		loads[least] += groups[i].cost_ns;
		groups[i].shard = least + 1;
	}
	if (n_groups)
		qsort(groups, n_groups, sizeof(*groups), by_name);
	for (size_t i = 0; i < n; i++) {
		struct group key = {.name = cases[i].c->group};
		const struct group *g = bsearch(&key, groups, n_groups, sizeof(*groups), by_name);

		cases[i].shard = g->shard;
	}
	free(groups);
	free(loads);
}

uint64_t shard_whole(const struct shard_case *cases, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		const struct scenario_case *c = cases[i].c;

		sum += rand_seed(rand_seed(c->rounds, c->name), c->config);
	}
	return sum;
}
