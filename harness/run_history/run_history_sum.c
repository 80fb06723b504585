/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_history_sum.c: a case over many runs, in figures. */
#include "run_history/run_history_sum.h"

#include <stdlib.h>
#include <string.h>

static const char *value_of(
    const struct run_history *h, const struct run_history_play *p, enum run_history_by by)
{
	return h->setups[p->setup].is[by];
}

/* The verdict of most plays with each setup; of several, the first in the order of their list. */
static unsigned *majorities(const struct run_history *h, const struct run_history_case *c)
{
	size_t *counts = mem_alloc(h->n_setups * HISTORY_VERDICTS * sizeof(*counts));
	unsigned *most = mem_alloc(h->n_setups * sizeof(*most));

	for (size_t i = 0; i < c->n; i++)
		if (c->plays[i].verdict != VERDICT_SKIP)
			counts[c->plays[i].setup * HISTORY_VERDICTS + c->plays[i].verdict]++;
	for (size_t i = 0; i < h->n_setups * HISTORY_VERDICTS; i++) {
		const size_t *of = &counts[i / HISTORY_VERDICTS * HISTORY_VERDICTS];
		unsigned *m = &most[i / HISTORY_VERDICTS];

		if (counts[i] > of[*m])
			*m = i % HISTORY_VERDICTS;
	}
	free(counts);
	return most;
}

bool *run_history_others(const struct run_history *h, const struct run_history_case *c)
{
	unsigned *most = majorities(h, c);
	bool *others = mem_alloc(c->n * sizeof(*others));

	for (size_t i = 0; i < c->n; i++) {
		const struct run_history_play *p = &c->plays[i];

		others[i] = p->verdict != VERDICT_SKIP && p->verdict != most[p->setup];
	}
	free(most);
	return others;
}

static int by_length(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Of an even number: the upper one of the two in the middle, which was measured. */
static int64_t median(int64_t *items, size_t n)
{
	qsort(items, n, sizeof(*items), by_length);
	return items[n / 2];
}

static void sum_times(
    int64_t *outages, size_t n_outages, int64_t *took, size_t n_took, struct run_history_sum *s)
{
	s->least_ns = s->median_ns = s->most_ns = -1;
	if (n_outages) {
		s->median_ns = median(outages, n_outages);
		s->least_ns = outages[0];
		s->most_ns = outages[n_outages - 1];
	}
	s->took_real_ns = n_took ? median(took, n_took) : 0;
}

void run_history_sum(const struct run_history *h, const struct run_history_case *c,
    enum run_history_by by, const char *value, struct run_history_sum *out)
{
	int64_t *outages = mem_alloc(c->n * sizeof(*outages)),
	        *took = mem_alloc(c->n * sizeof(*took));
	bool *others = run_history_others(h, c);
	size_t n = 0, n_outages = 0, flakes = 0, other = 0, retried = 0, run = SIZE_MAX;

	*out = (struct run_history_sum){0};
	for (size_t i = 0; i < c->n; i++) {
		const struct run_history_play *p = &c->plays[i];

		if (value && strcmp(value, value_of(h, p, by)))
			continue;
		out->runs += p->run != run;
		run = p->run;
		out->verdicts[p->verdict]++;
		out->retries += p->retries;
		if (p->verdict == VERDICT_SKIP)
			continue;
		took[n++] = p->took_real_ns;
		flakes += others[i] || p->retries;
		other += others[i];
		retried += p->retries > 0;
		if (p->longest_ns >= 0)
			outages[n_outages++] = p->longest_ns;
	}
	out->flakes = proportion_of(flakes, n);
	out->other_verdict = proportion_of(other, n);
	out->retried = proportion_of(retried, n);
	sum_times(outages, n_outages, took, n, out);
	free(outages);
	free(took);
	free(others);
}

bool run_history_flaky(const struct run_history_sum *s)
{
	return s->flakes.lower > HISTORY_FLAKY;
}

static int by_flakes(const void *a, const void *b, void *sums)
{
	const struct run_history_sum *all = sums, *x = &all[*(const size_t *)a],
	                             *y = &all[*(const size_t *)b];
	int order = (x->other_verdict.lower < y->other_verdict.lower) -
	            (x->other_verdict.lower > y->other_verdict.lower);

	if (!order)
		order = (x->flakes.lower < y->flakes.lower) - (x->flakes.lower > y->flakes.lower);
	return order ? order : *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

void run_history_rank(const struct run_history *h, struct run_history_rank *out)
{
	size_t n = 0;

	*out = (struct run_history_rank){.sums = mem_alloc(h->n_cases * sizeof(*out->sums)),
	    .order = mem_alloc(h->n_cases * sizeof(*out->order))};
	for (size_t i = 0; i < h->n_cases; i++) {
		run_history_sum(h, &h->cases[i], BY_KERNEL, NULL, &out->sums[i]);
		if (run_history_flaky(&out->sums[i]))
			out->order[out->n_flaky++] = i;
	}
	qsort_r(out->order, out->n_flaky, sizeof(*out->order), by_flakes, out->sums);
	n = out->n_flaky;
	for (size_t i = 0; i < h->n_cases; i++)
		if (!run_history_flaky(&out->sums[i]))
			out->order[n++] = i;
}

void run_history_rank_free(struct run_history_rank *r)
{
	free(r->sums);
	free(r->order);
}

const char **run_history_values(const struct run_history *h, const struct run_history_case *c,
    enum run_history_by by, size_t *n)
{
	const char **values = mem_alloc(h->n_setups * sizeof(*values));

	*n = 0;
	for (size_t i = 0; i < c->n; i++) {
		const char *value = value_of(h, &c->plays[i], by);
		size_t at = 0;

		if (by == BY_PLAYED && c->plays[i].verdict == VERDICT_SKIP)
			continue;
		while (at < *n && strcmp(values[at], value))
			at++;
		if (at == *n)
			values[(*n)++] = value;
	}
	return values;
}
