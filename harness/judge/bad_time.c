/* bad_time.c: stretches in which the machine was at fault. */
#include "judge/bad_time.h"

#include <stdlib.h>

#include "base/macros.h"
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
	size_t first = LOWER_BOUND(i, 0, all->n, all->items[i].to_ns < from_ns);

	return first < all->n && all->items[first].earliest_ns <= to_ns;
}

void bad_times_free(struct bad_times *all)
{
	free(all->items);
	*all = (struct bad_times){0};
}
