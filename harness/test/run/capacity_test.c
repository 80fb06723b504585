/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capacity_test.c: tests of how much is played at once. */
#include "test/kit/ctest.h"

#include "base/units.h"
#include "run/capacity.h"

PURE_TEST("capacity", a_slow_machine_gets_fewer_lookups_and_changes_at_once)
{
	struct capacity fast, slow;

	capacity_open(&fast);
	ck_assert(fast.processors > 0);
	slow = fast;
	capacity_learn(&fast, 50 * 80 * NS_PER_US, 50);
	capacity_learn(&slow, 50 * 320 * NS_PER_US, 50);
	ck_assert_uint_ge(capacity_lookups(&fast), 3 * capacity_lookups(&slow));
	ck_assert_uint_le(capacity_lookups(&fast), 5 * capacity_lookups(&slow));
	ck_assert_uint_eq(capacity_changes(&fast, 500), 500);
	ck_assert_uint_le(capacity_changes(&slow, 500), 200);
}

PURE_TEST("capacity", too_few_lookups_change_no_estimate)
{
	struct capacity c, before;

	capacity_open(&c);
	before = c;
	capacity_learn(&c, 0, 1000);
	capacity_learn(&c, NS_PER_S, 3);
	ck_assert_int_eq(c.lookup_cpu_ns, before.lookup_cpu_ns);
}

PURE_TEST("capacity", a_few_invalid_plays_do_not_halve_the_batch)
{
	struct capacity c;

	capacity_open(&c);
	unsigned most = capacity_lookups(&c);
	capacity_disturbed(&c, 40, 0);
	capacity_disturbed(&c, 40, 4);
	capacity_disturbed(&c, 1, 1); /* alone: less would not help it */
	ck_assert_uint_eq(capacity_lookups(&c), most);
	capacity_disturbed(&c, 40, 5);
	ck_assert_uint_le(capacity_lookups(&c), most / 2);
	ck_assert_uint_eq(capacity_changes(&c, 500), capacity_changes(&c, 1000) / 2);
}

PURE_TEST("capacity", one_play_is_always_allowed)
{
	struct capacity c;

	capacity_open(&c);
	unsigned least = capacity_lookups(&c) / 4;
	for (int i = 0; i < 100; i++)
		capacity_disturbed(&c, 10, 10);
	ck_assert_uint_ge(capacity_lookups(&c), least);
	capacity_learn(&c, INT64_MAX / 2, 40);
	ck_assert_uint_ge(capacity_lookups(&c), 1);
	ck_assert_uint_ge(capacity_changes(&c, 500), 1);
}

PURE_TEST("capacity", part_of_a_processor_has_its_part_of_jobs)
{
	ck_assert_uint_eq(capacity_jobs(2), 40);
	ck_assert_uint_eq(capacity_jobs(0.5), 10);
	ck_assert_uint_eq(capacity_jobs(0.01), 1);
}
