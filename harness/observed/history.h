/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history.h: what something was, span after span, with the window of each change.
 *
 * A notification tells that a change has happened when it is read, not when it happened: the change
 * lies between lo_ns (its churn event began, or reading was never later than that) and hi_ns (it
 * was read). So at one moment more than one span may have held; who asks gets them all. */
#ifndef SB_HISTORY_H
#define SB_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mac.h"

struct history_span {
	int64_t lo_ns, hi_ns; /* it began between the two */
	struct mac mac;
	unsigned state;
};

struct history {
	struct history_span *items; /* lo_ns and hi_ns never fall */
	size_t n, cap;
};

enum maybe { NO, MAYBE, YES };

void history_free(struct history *h);
/* Spans are added in the order of hi_ns. */
void history_add(struct history *h, int64_t lo_ns, int64_t hi_ns, struct mac mac, unsigned state);
/* The spans that may have held at some moment of [from, to]: items[*first .. *first + returned).
 */
size_t history_at(const struct history *h, int64_t from_ns, int64_t to_ns, size_t *first);
/* The last of them, or NULL. */
const struct history_span *history_last_at(const struct history *h, int64_t from_ns, int64_t to_ns);
/* The last change that was read in (from, to]: the span that it began, or NULL. */
const struct history_span *history_last_change(
    const struct history *h, int64_t from_ns, int64_t to_ns);

#endif
