/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proportion_test.c: the bounds of a proportion. */
#include "test/kit/ctest.h"

#include <math.h>

#include "base/macros.h"
#include "report/proportion.h"

#define ASSERT_NEAR(is, want)                                                                      \
	ck_assert_msg(fabs((is) - (want)) < 1e-9, "%.12f, expected %.12f", (is), (want))

/* Made by a computation of its own, with exact fractions: in Python
 *
 *	def at_most(k, n, p): return sum(comb(n, i) * p**i * (1 - p)**(n - i) for i in range(k + 1))
 *
 * of Fraction p, bisected 80 times for at_most(k, n, upper) = 1/20 and at_most(k - 1, n, lower) =
 * 19/20. */
PURE_TEST("proportion", bounds_are_those_of_exact_arithmetic)
{
	static const struct proportion rows[] = {
	    {0, 10, 0.000000000000, 0.258865550893},
	    {1, 5, 0.010206218313, 0.657408318001},
	    {1, 6, 0.008512444611, 0.581803409252},
	    {1, 10, 0.005116196892, 0.394163302437},
	    {3, 10, 0.087264433914, 0.606624216105},
	    {1, 100, 0.000512801416, 0.046559811454},
	    {3, 200, 0.004100613335, 0.038309708499},
	    {9, 10, 0.605836697563, 0.994883803108},
	    {10, 10, 0.741134449107, 1.000000000000},
	    {150, 300, 0.451008754709, 0.548991245291},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct proportion p = proportion_of(rows[i].k, rows[i].n);

		ck_assert_uint_eq(p.k, rows[i].k);
		ck_assert_uint_eq(p.n, rows[i].n);
		ASSERT_NEAR(p.lower, rows[i].lower);
		ASSERT_NEAR(p.upper, rows[i].upper);
	}
}

/* With the rate of a bound, the tail beyond k has exactly the doubt that is left. For k = 0 and
 * k = n that is a closed form; "the rule of three" is its approximation. */
PURE_TEST("proportion", bounds_of_nothing_and_of_all)
{
	ASSERT_NEAR(proportion_of(0, 10).upper, 0.258865550893);
	ASSERT_NEAR(proportion_of(10, 10).lower, 1 - 0.258865550893);
	ck_assert(fabs(proportion_of(0, 100000).upper - 3.0 / 100000) < 1e-7);
	ck_assert(proportion_of(0, 0).lower == 0 && proportion_of(0, 0).upper == 1);
	ck_assert(proportion_of(0, 1).upper == 0.95);
}

/* Swapping hits and misses swaps the bounds, also where single terms of the tail underflow. */
PURE_TEST("proportion", bounds_are_symmetric)
{
	static const struct {
		size_t k, n;
	} rows[] = {{1, 3}, {2, 7}, {499, 1000}, {3, 5000}, {2000, 5000}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct proportion p = proportion_of(rows[i].k, rows[i].n);
		struct proportion q = proportion_of(rows[i].n - rows[i].k, rows[i].n);

		ASSERT_NEAR(p.lower, 1 - q.upper);
		ASSERT_NEAR(p.upper, 1 - q.lower);
		ck_assert(p.lower < (double)p.k / (double)p.n);
		ck_assert(p.upper > (double)p.k / (double)p.n);
	}
}
