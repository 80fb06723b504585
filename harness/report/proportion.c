/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proportion.c: the bounds of Clopper and Pearson, by bisection over the tail of the binomial
 * distribution: the C library has no inverse of the beta function. ci/tally.py computes the upper
 * one alike. */
#include "report/proportion.h"

#include <math.h>

#define DOUBT (1 - PROPORTION_CONFIDENCE)
#define HALVINGS 60 /* more than a double has digits */

static double log_factorial(double n)
{
	int sign;

	return lgamma_r(n + 1, &sign);
}

/* The probability of at most k of n, for a rate in (0, 1). */
static double tail(size_t k, size_t n, double rate)
{
	double all = log_factorial((double)n), sum = 0;

	for (size_t i = 0; i <= k; i++) {
		double hits = (double)i, misses = (double)(n - i);

		sum += exp(all - log_factorial(hits) - log_factorial(misses) + hits * log(rate) +
		           misses * log1p(-rate));
	}
	return sum;
}

/* The rate in (lo, hi) with which at most k of n have this probability; it falls with the rate. */
static double rate_of(size_t k, size_t n, double probability, double lo, double hi)
{
	for (int i = 0; i < HALVINGS; i++) {
		double middle = (lo + hi) / 2;

		if (tail(k, n, middle) > probability)
			lo = middle;
		else
			hi = middle;
	}
	return (lo + hi) / 2;
}

struct proportion proportion_of(size_t k, size_t n)
{
	struct proportion p = {k, n, 0, 1};
	double share = n ? (double)k / (double)n : 0;

	if (k < n)
		p.upper = k ? rate_of(k, n, DOUBT, share, 1) : 1 - pow(DOUBT, 1 / (double)n);
	if (k)
		p.lower =
		    k < n ? rate_of(k - 1, n, 1 - DOUBT, 0, share) : pow(DOUBT, 1 / (double)n);
	return p;
}
