/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proportion.h: so many of n, and what rates that leaves possible. */
#ifndef SB_PROPORTION_H
#define SB_PROPORTION_H

#include <stddef.h>

#define PROPORTION_CONFIDENCE 0.95

/* lower, upper: the one-sided bounds of Clopper and Pearson (Biometrika 26, 1934): with the
 * confidence above the rate is not below the one, and with it not above the other. 0 and 1 where n
 * is 0. */
struct proportion {
	size_t k, n;
	double lower, upper;
};

/* k is at most n. */
struct proportion proportion_of(size_t k, size_t n);

#endif
