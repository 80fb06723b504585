/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history.c: what something was, span after span, with the window of each change. */
#include "observed/history.h"

#include <stdlib.h>

#include "base/macros.h"
#include "base/mem.h"

void history_free(struct history *h)
{
	free(h->items);
	*h = (struct history){0};
}

void history_add(struct history *h, int64_t lo_ns, int64_t hi_ns, struct mac mac, unsigned state)
{
	if (h->n) {
		const struct history_span *last = &h->items[h->n - 1];

		hi_ns = hi_ns > last->hi_ns ? hi_ns : last->hi_ns;
		lo_ns = lo_ns > last->lo_ns ? lo_ns : last->lo_ns;
	}
	*MEM_PUSH(h->items, h->n, h->cap) =
	    (struct history_span){.lo_ns = lo_ns, .hi_ns = hi_ns, .mac = mac, .state = state};
}

size_t history_at(const struct history *h, int64_t from_ns, int64_t to_ns, size_t *first)
{
	/* The last span that had surely begun before the window; earlier ones had ended. */
	size_t begun = LOWER_BOUND(i, 0, h->n, h->items[i].hi_ns < from_ns);

	*first = begun ? begun - 1 : 0;
	if (!h->n)
		return 0;
	return LOWER_BOUND(i, *first + 1, h->n, h->items[i].lo_ns <= to_ns) - *first;
}

const struct history_span *history_last_at(const struct history *h, int64_t from_ns, int64_t to_ns)
{
	size_t first, n = history_at(h, from_ns, to_ns, &first);

	return n ? &h->items[first + n - 1] : NULL;
}

const struct history_span *history_last_change(
    const struct history *h, int64_t from_ns, int64_t to_ns)
{
	for (size_t i = h->n; i > 1; i--)
		if (h->items[i - 1].hi_ns > from_ns && h->items[i - 1].hi_ns <= to_ns)
			return &h->items[i - 1];
	return NULL;
}
