/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_history_words.c: the figures of many runs in words. */
#include "run_history/run_history_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"

#define VALUES_NAMED 8

void run_history_span(const struct run_history *h, struct buf *out)
{
	char runs[WORDS_TEXT], cases[WORDS_TEXT];

	buf_printf(out, "%s from %s to %s, %s", words_of(h->n_runs, "run", runs), h->runs[0].began,
	    h->runs[h->n_runs - 1].began, words_of(h->n_cases, "case", cases));
}

void run_history_undated(const struct run_history *h, struct buf *out)
{
	char runs[WORDS_TEXT];
	size_t n = 0;

	for (size_t i = 0; i < h->n_runs; i++)
		n += !h->runs[i].dated;
	if (n)
		buf_printf(out, "%s without a date: the time of the file stands for it",
		    words_of(n, "run", runs));
}

void run_history_runs_by(const struct run_history *h, enum run_history_by by, struct buf *out)
{
	const char **values = mem_alloc(h->n_runs * sizeof(*values));
	size_t *counts = mem_alloc(h->n_runs * sizeof(*counts)), n = 0;
	char runs[WORDS_TEXT];

	for (size_t i = 0; i < h->n_runs; i++) {
		const char *value = h->setups[h->runs[i].setup].is[by];
		size_t at = 0;

		while (at < n && strcmp(values[at], value))
			at++;
		values[at] = value;
		counts[at]++;
		n += at == n;
	}
	for (size_t i = 0; i < n && i < VALUES_NAMED; i++) {
		buf_printf(out, "%s%s", i ? ", " : "", values[i]);
		if (n > 1)
			buf_printf(out, " (%s)", words_of(counts[i], "run", runs));
	}
	if (n > VALUES_NAMED)
		buf_printf(out, " and %zu more", n - VALUES_NAMED);
	free(values);
	free(counts);
}

void run_history_verdicts(const size_t verdicts[HISTORY_VERDICTS], struct buf *out)
{
	const char *comma = "";

	for (unsigned v = 0; v < HISTORY_VERDICTS; v++) {
		if (!verdicts[v])
			continue;
		buf_printf(out, "%s%zu %s", comma, verdicts[v], run_history_verdict_name(v));
		comma = ", ";
	}
	if (!*comma)
		buf_puts(out, "-");
}

void run_history_share(const struct proportion *p, struct buf *out)
{
	if (p->n)
		buf_printf(out, "%zu of %zu", p->k, p->n);
	else
		buf_puts(out, "-");
}

void run_history_bounds(const struct proportion *p, struct buf *out)
{
	if (!p->n)
		buf_puts(out, "-");
	else if (p->k)
		buf_printf(out, "%.3g to %.3g %%", 100 * p->lower, 100 * p->upper);
	else
		buf_printf(out, "at most %.3g %%", 100 * p->upper);
}

void run_history_played(const struct run_history_sum *s, size_t all, struct buf *out)
{
	buf_printf(out, "%zu", s->runs);
	if (s->runs < all)
		buf_printf(out, " of %zu", all);
}

static const char *outage(int64_t ns, char *out)
{
	return ns ? words_span(ns, out) : "none";
}

void run_history_outages(const struct run_history_sum *s, struct buf *out)
{
	char a[WORDS_TEXT], b[WORDS_TEXT], c[WORDS_TEXT];

	if (s->most_ns < 0)
		buf_puts(out, "-");
	else if (s->least_ns == s->most_ns)
		buf_puts(out, outage(s->most_ns, a));
	else
		buf_printf(out, "%s, %s, %s", outage(s->least_ns, a), outage(s->median_ns, b),
		    outage(s->most_ns, c));
}

bool run_history_differs(const struct run_history_sum *s)
{
	unsigned kinds = 0;

	for (unsigned v = 0; v < HISTORY_VERDICTS; v++)
		kinds += s->verdicts[v] > 0;
	return kinds > 1 || s->flakes.k;
}
