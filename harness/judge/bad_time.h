/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bad_time.h: stretches in which the machine was at fault, and late changes that met lookups. */
#ifndef SB_BAD_TIME_H
#define SB_BAD_TIME_H

#include "judge/attempt.h"
#include "observed/change_window.h"

struct bad_time {
	int64_t from_ns, to_ns;
	int64_t earliest_ns; /* the least from_ns of this one and all later ones */
};

struct bad_times {
	struct bad_time *items; /* by to_ns, when they are sorted */
	size_t n, cap;
};

void bad_times_add(struct bad_times *all, int64_t from_ns, int64_t to_ns);
/* When all have been added; only then bad_times_touch() can tell. */
void bad_times_sort(struct bad_times *all);
/* Does one of them touch [from, to]? */
bool bad_times_touch(const struct bad_times *all, int64_t from_ns, int64_t to_ns);
void bad_times_free(struct bad_times *all);

struct collision {
	char *text; /* how, the first time; NULL: none did */
	bool lost;  /* ... and that lookup was lost */
};

/* Adds a bad time for each such lookup, answered or not, and tells of the first one, of a lost one
 * rather than of an answered one. */
void collision_find(const struct trace *t, const struct change_windows *change_windows,
    const struct attempts *all, struct bad_times *bad, struct collision *out);

#endif
