/* bad_time.c: stretches in which the machine was at fault. */
#include "judge/bad_time.h"

#include <stdlib.h>

#include "base/mem.h"

void bad_times_add(struct bad_times *all, int64_t from_ns, int64_t to_ns)
{
	*MEM_PUSH(all->items, all->n, all->cap) =
	    (struct bad_time){.from_ns = from_ns, .to_ns = to_ns};
}

static int by_end(const void *a, const void *b)
{
	const struct bad_time *x = a, *y = b;

	return (x->to_ns > y->to_ns) - (x->to_ns < y->to_ns);
}

void bad_times_sort(struct bad_times *all)
{
	if (all->n)
		qsort(all->items, all->n, sizeof(*all->items), by_end);
	for (size_t i = all->n; i > 0; i--) {
		struct bad_time *b = &all->items[i - 1];

		b->earliest_ns = b->from_ns;
		if (i < all->n && b[1].earliest_ns < b->earliest_ns)
			b->earliest_ns = b[1].earliest_ns;
	}
}

bool bad_times_touch(const struct bad_times *all, int64_t from_ns, int64_t to_ns)
{
	size_t lo = 0, hi = all->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (all->items[mid].to_ns < from_ns)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < all->n && all->items[lo].earliest_ns <= to_ns;
}

void bad_times_free(struct bad_times *all)
{
	free(all->items);
	*all = (struct bad_times){0};
}
