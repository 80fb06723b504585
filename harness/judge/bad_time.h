/* bad_time.h: stretches in which the machine was at fault. */
#ifndef SB_BAD_TIME_H
#define SB_BAD_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

#endif
