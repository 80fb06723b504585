/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shard_test.c: tests of the division of a run into shards. */
#include "test/kit/ctest.h"

#include <stdlib.h>

#include "base/units.h"
#include "cli/load.h"
#include "schedule/demand.h"
#include "schedule/shard.h"
#include "test/kit/scenarios.h"

#define MOST 40 /* shards */

/* The cases of all shipped scenarios. */
struct whole {
	struct scenarios scenarios;
	struct shard_case *cases;
	size_t n, cap;
};

/* kinds: 1 without the large ones, 2 with them. */
static void whole_read(struct whole *w, int kinds)
{
	struct buf messages = {0};

	*w = (struct whole){0};
	for (int large = 0; large < kinds; large++)
		ck_assert_int_eq(load_shipped(large, NULL, &(struct scenario_options){0},
		                     &w->scenarios, &messages),
		    0);
	for (size_t i = 0; i < w->scenarios.n; i++)
		for (size_t k = 0; k < w->scenarios.items[i]->n_cases; k++)
			*MEM_PUSH(w->cases, w->n, w->cap) =
			    (struct shard_case){.c = &w->scenarios.items[i]->cases[k]};
	ck_assert_uint_gt(w->n, 2 * MOST);
}

static void whole_free(struct whole *w)
{
	load_free(&w->scenarios);
	free(w->cases);
}

static int64_t cost_of(const struct scenario_case *c)
{
	struct schedule s;

	schedule_make(c, 1, 20, &s);
	ck_assert(!demand_of(c, &s).alone);
	int64_t cost = demand_real_ns(c, &s);
	schedule_free(&s);
	return cost;
}

/* Each case has one shard, its group the same, and no shard has more than the mean and one group.
 */
PURE_TEST("shard", every_division_is_whole_and_even)
{
	struct whole w;
	int64_t sum = 0;

	whole_read(&w, 1);
	int64_t *cost = mem_alloc(w.n * sizeof(*cost)), *group = mem_alloc(w.n * sizeof(*group));
	int64_t longest = 0;
	for (size_t i = 0; i < w.n; i++)
		sum += cost[i] = cost_of(w.cases[i].c);
	for (size_t i = 0; i < w.n; i++) {
		for (size_t k = 0; k < w.n; k++)
			if (!strcmp(w.cases[k].c->group, w.cases[i].c->group))
				group[i] += cost[k];
		longest = group[i] > longest ? group[i] : longest;
	}
	for (unsigned of = 1; of <= MOST; of++) {
		int64_t load[MOST + 1] = {0};

		shard_divide(w.cases, w.n, of);
		for (size_t i = 0; i < w.n; i++) {
			unsigned shard = w.cases[i].shard;

			ck_assert_uint_ge(shard, 1);
			ck_assert_uint_le(shard, of);
			load[shard] += cost[i];
			for (size_t k = 0; k < i; k++)
				ck_assert_msg(strcmp(w.cases[k].c->group, w.cases[i].c->group) ||
				                  w.cases[k].shard == shard,
				    "%s is torn", w.cases[i].c->group);
		}
		for (unsigned k = 1; k <= of; k++) {
			ck_assert_int_gt(load[k], 0);
			ck_assert_int_le(load[k], sum / of + longest);
		}
	}
	free(cost);
	free(group);
	whole_free(&w);
}

PURE_TEST("shard", a_division_depends_on_nothing_but_the_cases)
{
	struct whole w, other;

	whole_read(&w, 2);
	whole_read(&other, 2);
	for (size_t i = 0; i < w.n / 2; i++) { /* in another order */
		struct shard_case swap = other.cases[i];

		other.cases[i] = other.cases[w.n - 1 - i];
		other.cases[w.n - 1 - i] = swap;
	}
	shard_divide(w.cases, w.n, 7);
	shard_divide(other.cases, w.n, 7);
	for (size_t i = 0; i < w.n; i++)
		for (size_t k = 0; k < w.n; k++)
			ck_assert(strcmp(w.cases[i].c->name, other.cases[k].c->name) ||
			          w.cases[i].shard == other.cases[k].shard);
	uint64_t hash = shard_whole(w.cases, w.n);
	ck_assert(hash == shard_whole(other.cases, w.n));
	ck_assert(hash != shard_whole(other.cases, w.n - 1));
	whole_free(&w);
	whole_free(&other);
}

/* Another value of a case is another run, though its name is the same. */
PURE_TEST("shard", the_hash_is_of_definitions_too)
{
	AUTO_SCENARIO *a = scenario_read("a.yaml", YAML_PLAIN, NULL);
	AUTO_FREE char *longer = SCENARIO_TEXT(.duration = "61s");
	AUTO_SCENARIO *b = scenario_read("a.yaml", longer, NULL);
	struct scenario_case rounds = a->cases[1];
	struct shard_case cases[3] = {{.c = &a->cases[1]}, {.c = &b->cases[1]}, {.c = &rounds}};

	rounds.rounds = 3;
	ck_assert_str_eq(a->cases[1].name, b->cases[1].name);
	ck_assert(shard_whole(&cases[0], 1) != shard_whole(&cases[1], 1));
	ck_assert(shard_whole(&cases[0], 1) != shard_whole(&cases[2], 1));
}

/* What is not played takes no time; what is played alone takes that of many. */
PURE_TEST("shard", shards_are_weighed_by_what_takes_time)
{
	AUTO_FREE char *many = SCENARIO_TEXT(.clients = "{c: {count: 32}}", .duration = "20s");
	AUTO_SCENARIO *alone = scenario_read("alone.yaml", many, NULL);
	AUTO_SCENARIO *a = scenario_read("a.yaml", YAML_PLAIN, NULL);
	AUTO_SCENARIO *b = scenario_read("b.yaml", YAML_PLAIN, NULL);
	struct shard_case cases[3] = {
	    {.c = &a->cases[0]}, {.c = &alone->cases[0]}, {.c = &b->cases[0]}};

	shard_divide(cases, 3, 2);
	ck_assert_uint_eq(cases[1].shard, 1);
	ck_assert_uint_eq(cases[0].shard, 2);
	ck_assert_uint_eq(cases[2].shard, 2);
	cases[1].left_out = true;
	shard_divide(cases, 3, 2);
	ck_assert_uint_eq(cases[0].shard, 1);
	ck_assert_uint_eq(cases[2].shard, 2);
}

PURE_TEST("shard", more_shards_than_groups_leave_some_empty)
{
	AUTO_SCENARIO *s = scenario_read("a.yaml", YAML_PLAIN, NULL);
	struct shard_case cases[2] = {{.c = &s->cases[0]}, {.c = &s->cases[1]}};

	shard_divide(cases, 2, SHARDS_MAX);
	ck_assert_uint_eq(cases[0].shard, 1);
	ck_assert_uint_eq(cases[1].shard, 1);
	shard_divide(cases, 0, 3);
}
