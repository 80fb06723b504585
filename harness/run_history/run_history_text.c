/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_history_text.c: what a terminal shows of many runs: the cases that flake, then all others. */
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "report/table.h"
#include "run_history/run_history_sum.h"
#include "run_history/run_history_words.h"

#define OTHERS_NAMED 5 /* plays of a case whose verdict is not that of most */

enum {
	COL_CASE,
	COL_RUNS,
	COL_VERDICTS,
	COL_FLAKES,
	COL_RATE,
	COL_OTHER,
	COL_RETRIED,
	COL_OUTAGE,
	COL_TOOK,
	COLS
};

static const char *const titles[COLS] = {"case", "runs", "verdicts", "flakes", "flake rate",
    "other verdict", "retried", "longest outage (min, median, max)", "time"};

/* Rows of a table, as they come. */
struct rows {
	struct buf *cells;
	size_t n, cap;
};

/* all: runs; 0: they do not matter. */
static void add_row(
    struct rows *rows, const char *name, const struct run_history_sum *s, size_t all)
{
	char text[WORDS_TEXT];
	struct buf row[COLS] = {{0}};

	buf_puts(&row[COL_CASE], name);
	run_history_played(s, all, &row[COL_RUNS]);
	run_history_verdicts(s->verdicts, &row[COL_VERDICTS]);
	run_history_share(&s->flakes, &row[COL_FLAKES]);
	run_history_bounds(&s->flakes, &row[COL_RATE]);
	buf_puts(&row[COL_OTHER], words_count(s->other_verdict.k, text));
	buf_puts(&row[COL_RETRIED], words_count(s->retried.k, text));
	run_history_outages(s, &row[COL_OUTAGE]);
	buf_puts(&row[COL_TOOK], s->flakes.n ? words_span(s->took_real_ns, text) : "-");
	for (int c = 0; c < COLS; c++)
		*MEM_PUSH(rows->cells, rows->n, rows->cap) = row[c];
}

static void flush(struct rows *rows, struct buf *out)
{
	if (rows->n)
		table_text(titles, COLS, rows->cells, rows->n / COLS, out);
	for (size_t i = 0; i < rows->n; i++)
		buf_free(&rows->cells[i]);
	free(rows->cells);
	*rows = (struct rows){0};
}

/* A row for each value that differs among the plays of a case. */
static void add_values(const struct run_history *h, const struct run_history_case *c,
    enum run_history_by by, struct rows *rows)
{
	size_t n;
	const char **values = run_history_values(h, c, by, &n);

	for (size_t i = 0; n > 1 && i < n; i++) {
		struct run_history_sum s;
		char *name = mem_printf("  %s %s", run_history_by_name(by), values[i]);

		run_history_sum(h, c, by, values[i], &s);
		add_row(rows, name, &s, 0);
		free(name);
	}
	free(values);
}

/* The row of a case. Below it, where its plays differ, what that may depend on; and in any case
 * how it was played, because outages by the clock and by events are not comparable. */
static void add_case(const struct run_history *h, const struct run_history_case *c,
    const struct run_history_sum *s, struct rows *rows)
{
	add_row(rows, c->name, s, h->n_runs);
	for (int by = 0; by < BYS; by++)
		if (run_history_differs(s) || by == BY_PLAYED)
			add_values(h, c, (enum run_history_by)by, rows);
}

/* Where the plays are whose verdict is not that of most, the latest ones. */
static void add_others(
    const struct run_history *h, const struct run_history_case *c, struct buf *out)
{
	bool *others = run_history_others(h, c);
	size_t named = 0, n = 0;

	for (size_t i = c->n; i-- > 0;) {
		const struct run_history_run *r = &h->runs[c->plays[i].run];

		n += others[i];
		if (!others[i] || named == OTHERS_NAMED)
			continue;
		if (!named++)
			buf_printf(out, "%s\n", c->name);
		buf_printf(out, "  %-14s  %s  %s\n", run_history_verdict_name(c->plays[i].verdict),
		    r->began, r->path);
	}
	if (n > named)
		buf_printf(out, "  and %zu before\n", n - named);
	free(others);
}

/* The cases from..to of the order. */
static void add_cases(const struct run_history *h, const struct run_history_rank *rank, size_t from,
    size_t to, struct buf *out)
{
	struct rows rows = {0};

	for (size_t i = from; i < to; i++)
		add_case(h, &h->cases[rank->order[i]], &rank->sums[rank->order[i]], &rows);
	flush(&rows, out);
}

static void add_head(const struct run_history *h, struct buf *out)
{
	size_t head;

	run_history_span(h, out);
	buf_puts(out, "\n");
	head = out->len;
	run_history_undated(h, out);
	if (out->len > head)
		buf_puts(out, "\n");
	for (int by = 0; by < BYS; by++) {
		if (by == BY_PLAYED)
			continue;
		buf_printf(out, "%-13s ", run_history_by_name((enum run_history_by)by));
		run_history_runs_by(h, (enum run_history_by)by, out);
		buf_puts(out, "\n");
	}
}

void run_history_text(const struct run_history *h, struct buf *out)
{
	struct run_history_rank rank;
	char cases[WORDS_TEXT];

	run_history_rank(h, &rank);
	add_head(h, out);
	if (rank.n_flaky) {
		buf_printf(out, "\nFLAKY  %s: at %g %% confidence more than %g %% of plays flake\n",
		    words_of(rank.n_flaky, "case", cases), 100 * PROPORTION_CONFIDENCE,
		    100 * HISTORY_FLAKY);
		add_cases(h, &rank, 0, rank.n_flaky, out);
		for (size_t i = 0; i < rank.n_flaky; i++)
			add_others(h, &h->cases[rank.order[i]], out);
	}
	if (rank.n_flaky < h->n_cases) {
		buf_printf(out, "\n%s\n", rank.n_flaky ? "OTHER CASES" : "CASES");
		add_cases(h, &rank, rank.n_flaky, h->n_cases, out);
	}
	run_history_rank_free(&rank);
}
