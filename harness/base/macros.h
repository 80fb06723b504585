/* SPDX-License-Identifier: GPL-2.0-or-later */
/* macros.h: what C lacks. */
#ifndef SB_MACROS_H
#define SB_MACROS_H

/* How many elements an array has; not for a pointer, as which a function gets it. */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The first index of [from, to) of which `before`, an expression of the index i, does not hold, or
 * `to`. It must hold of none after that one: what is searched is sorted. */
#define LOWER_BOUND(i, from, to, before)                                                           \
	({                                                                                         \
		size_t lo_ = (from), hi_ = (to);                                                   \
		while (lo_ < hi_) {                                                                \
			size_t i = lo_ + (hi_ - lo_) / 2;                                          \
			if (before)                                                                \
				lo_ = i + 1;                                                       \
			else                                                                       \
				hi_ = i;                                                           \
		}                                                                                  \
		lo_;                                                                               \
	})

#endif
