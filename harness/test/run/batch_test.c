/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch_test.c: tests of which plays make a batch, and when each begins. */
#include "test/kit/ctest.h"

#include "base/rand.h"
#include "base/units.h"
#include "run/batch.h"

#define PLAYS 60

static const struct batch_limits most = {
    .labs = 50, .plays = 10, .lookups = 1000, .changes = 100, .programs = 2};

static struct play_job plays[PLAYS];
static struct batch_item order[PLAYS];

/* n plays of a second each that ask for that much. */
static void alike(size_t n, struct demand demand)
{
	for (size_t i = 0; i < n; i++) {
		plays[i] = (struct play_job){.demand = demand};
		plays[i].job.cost_ns = NS_PER_S;
		order[i] = (struct batch_item){.play = &plays[i]};
	}
}

PURE_TEST("batch", what_fits_begins_at_once)
{
	alike(5, (struct demand){.lookups = 200, .neighbours4 = 4});
	ck_assert_uint_eq(batch_choose(order, 5, &most), 5);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(order[i].begin_ns, i * 10 * NS_PER_MS);
	ck_assert_int_eq(batch_real_ns(order, 5), NS_PER_S + 40 * NS_PER_MS);
}

PURE_TEST("batch", what_does_not_fit_begins_when_others_are_over)
{
	alike(6, (struct demand){.changes = 50, .neighbours4 = 4});
	plays[0].job.cost_ns = 4 * NS_PER_S;
	ck_assert_uint_eq(batch_choose(order, 6, &most), 6);
	ck_assert_int_lt(order[1].begin_ns, NS_PER_S);
	ck_assert_int_ge(order[5].begin_ns, 4 * NS_PER_S);
	for (int i = 2; i < 5; i++) {
		ck_assert_int_ge(order[i].begin_ns, order[i - 1].begin_ns + NS_PER_S);
		ck_assert_int_lt(order[i].begin_ns, i * NS_PER_S + NS_PER_S / 2);
	}
}

/* Forty plays of 200 ms each. */
static int64_t short_ones_take(unsigned changes)
{
	alike(40, (struct demand){.lookups = 25, .changes = changes});
	for (int i = 0; i < 40; i++)
		plays[i].job.cost_ns = 200 * NS_PER_MS;
	ck_assert_uint_eq(batch_choose(order, 40, &most), 40);
	return batch_real_ns(order, 40);
}

PURE_TEST("batch", only_beside_changes_plays_begin_far_apart)
{
	ck_assert_int_lt(short_ones_take(0), 2 * NS_PER_S);
	ck_assert_int_gt(short_ones_take(1), 3 * NS_PER_S);
	for (int i = 10; i < 40; i++)
		ck_assert_int_ge(order[i].begin_ns, order[i - 1].begin_ns + 100 * NS_PER_MS);
}

PURE_TEST("batch", a_lab_does_not_stand_unused_for_long)
{
	alike(2, (struct demand){.changes = 100});
	plays[0].job.cost_ns = plays[1].job.cost_ns = 13 * NS_PER_S;
	ck_assert_uint_eq(batch_choose(order, 2, &most), 1);
	plays[0].job.cost_ns = plays[1].job.cost_ns = 9 * NS_PER_S;
	ck_assert_uint_eq(batch_choose(order, 2, &most), 2);
}

PURE_TEST("batch", labs_and_neighbours_of_a_batch_are_limited)
{
	alike(PLAYS, (struct demand){.neighbours4 = 4});
	ck_assert_uint_eq(batch_choose(order, PLAYS, &most), most.labs);
	alike(PLAYS, (struct demand){.neighbours6 = DEMAND_NEIGHBOURS_MAX / 8});
	ck_assert_uint_eq(batch_choose(order, PLAYS, &most), 8);
}

PURE_TEST("batch", what_is_alone_has_nothing_beside_it)
{
	alike(3, (struct demand){.lookups = 1});
	plays[1].demand.alone = true;
	plays[1].job.cost_ns = 60 * NS_PER_S;
	ck_assert_uint_eq(batch_choose(order, 3, &most), 2);
	ck_assert_ptr_eq(order[2].play, &plays[1]);
	ck_assert_uint_eq(batch_choose(order + 2, 1, &most), 1);
	plays[0].demand.alone = true;
	alike(2, (struct demand){.alone = true});
	ck_assert_uint_eq(batch_choose(order, 2, &most), 1);
}

PURE_TEST("batch", nobody_waits_for_the_end_of_programs)
{
	alike(4, (struct demand){.program = true});
	ck_assert_uint_eq(batch_choose(order, 4, &most), 2);
}

/* What is under way at that time. */
static void look(const struct batch_item *batch, size_t k, int64_t at_ns)
{
	unsigned at_once = 0, lookups = 0, changes = 0;

	for (size_t i = 0; i < k; i++) {
		const struct play_job *pj = batch[i].play;

		if (batch[i].begin_ns > at_ns || batch[i].begin_ns + pj->job.cost_ns <= at_ns)
			continue;
		at_once++;
		lookups += pj->demand.lookups;
		changes += pj->demand.changes;
	}
	/* One play may take more than there is. */
	ck_assert_msg(at_once < 2 || (at_once <= most.plays && lookups <= most.lookups &&
	                                 changes <= most.changes),
	    "%u plays, %u lookups, %u changes at once", at_once, lookups, changes);
}

PURE_TEST("batch", at_no_moment_more_is_played_than_the_machine_takes)
{
	uint64_t r = 5;

	for (int round = 0; round < 50; round++) {
		alike(PLAYS, (struct demand){0});
		for (size_t i = 0; i < PLAYS; i++) {
			plays[i].job.cost_ns = (int64_t)(1 + rand_next(&r) % 100) * 100 * NS_PER_MS;
			plays[i].demand.lookups = (unsigned)(rand_next(&r) % 600);
			plays[i].demand.changes = (unsigned)(rand_next(&r) % 60);
			plays[i].demand.neighbours4 = 4;
		}
		size_t played = 0;
		for (size_t from = 0, k; from < PLAYS; from += k) {
			k = batch_choose(order + from, PLAYS - from, &most);
			ck_assert_uint_gt(k, 0);
			played += k;
			for (size_t i = from; i < from + k; i++)
				look(order + from, k, order[i].begin_ns);
		}
		ck_assert_uint_eq(played, PLAYS);
		for (size_t i = 0; i < PLAYS; i++)
			for (size_t k = 0; k < i; k++)
				ck_assert_ptr_ne(order[i].play, order[k].play);
	}
}
