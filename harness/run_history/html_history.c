/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_history.c: many runs as one page that needs nothing else, the cases that flake first. */
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "html/html.h"
#include "run_history/run_history_words.h"
#include "run_history/svg_history.h"

/* The page and what is on it so far. */
struct paper {
	const struct run_history *h;
	struct run_history_rank rank;
	unsigned svgs;
	struct buf *out;
};

static void put_cell(struct paper *p, const char *class, struct buf *text)
{
	html_cell(p->out, class, text->s);
	buf_free(text);
}

/* The cells of a sum; its first one is the caller's. all: runs; 0: they do not matter. */
static void put_sum(struct paper *p, const struct run_history_sum *s, size_t all)
{
	char text[WORDS_TEXT];
	struct buf b = {0};

	run_history_played(s, all, &b);
	put_cell(p, "n", &b);
	run_history_verdicts(s->verdicts, &b);
	put_cell(p, NULL, &b);
	run_history_share(&s->flakes, &b);
	put_cell(p, "n", &b);
	run_history_bounds(&s->flakes, &b);
	put_cell(p, NULL, &b);
	html_cell(p->out, "n", words_count(s->other_verdict.k, text));
	html_cell(p->out, "n", words_count(s->retried.k, text));
	run_history_outages(s, &b);
	put_cell(p, NULL, &b);
	html_cell(p->out, "n", s->flakes.n ? words_span(s->took_real_ns, text) : "-");
}

static void table_begin(struct paper *p, const char *first)
{
	static const char *const columns[] = {"verdicts", "flakes", "flake rate", "other verdict",
	    "retried", "longest outage", "time"};

	buf_printf(p->out,
	    "<div class=\"wide\"><table class=\"history\">\n<thead><tr><th scope=\"col\">%s</th><th "
	    "class=\"n\" scope=\"col\">runs</th>",
	    first);
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		buf_printf(p->out, "<th scope=\"col\">%s</th>", columns[i]);
	buf_puts(p->out, "</tr></thead>\n<tbody>\n");
}

static void table_end(struct paper *p)
{
	buf_puts(p->out, "</tbody></table></div>\n");
}

static void put_value(
    struct paper *p, const struct run_history_case *c, enum run_history_by by, const char *value)
{
	struct run_history_sum s;

	run_history_sum(p->h, c, by, value, &s);
	buf_puts(p->out, "<tr><td>");
	if (value)
		html_textf(p->out, "%s %s", run_history_by_name(by), value);
	else
		buf_puts(p->out, "all");
	buf_puts(p->out, "</td>");
	put_sum(p, &s, 0);
	buf_puts(p->out, "</tr>\n");
}

static void put_values(struct paper *p, const struct run_history_case *c, enum run_history_by by)
{
	size_t n;
	const char **values = run_history_values(p->h, c, by, &n);

	for (size_t i = 0; n > 1 && i < n; i++)
		put_value(p, c, by, values[i]);
	free(values);
}

static bool has_values(const struct run_history_case *c)
{
	for (size_t i = 1; i < c->n; i++)
		if (c->plays[i].setup != c->plays[0].setup)
			return true;
	return false;
}

/* A link to each run where the verdict is not that of most. */
static void put_others(struct paper *p, const struct run_history_case *c, const bool *others)
{
	buf_puts(p->out, "<ul>\n");
	for (size_t i = 0; i < c->n; i++) {
		const struct run_history_play *play = &c->plays[i];

		if (!others[i])
			continue;
		buf_printf(p->out, "<li>%s in <a href=\"#r%zu\">",
		    run_history_verdict_name(play->verdict), play->run + 1);
		html_text(p->out, p->h->runs[play->run].began);
		buf_puts(p->out, "</a></li>\n");
	}
	buf_puts(p->out, "</ul>\n");
}

static void put_details(struct paper *p, const struct run_history_case *c, size_t n_others)
{
	bool *others = run_history_others(p->h, c);

	buf_puts(p->out, "<tr><td colspan=\"9\"><details class=\"more\"><summary>By kernel, "
	                 "tools and steadybridge");
	if (n_others)
		buf_printf(p->out, "; %zu other verdict%s", n_others, words_plural(n_others));
	buf_puts(p->out, "</summary>\n");
	table_begin(p, "plays on");
	put_value(p, c, BY_KERNEL, NULL);
	for (int by = 0; by < BYS; by++)
		put_values(p, c, (enum run_history_by)by);
	table_end(p);
	if (n_others)
		put_others(p, c, others);
	buf_puts(p->out, "</details></td></tr>\n");
	free(others);
}

static void put_case(struct paper *p, size_t i)
{
	const struct run_history_case *c = &p->h->cases[i];
	const struct run_history_sum *s = &p->rank.sums[i];
	bool more = has_values(c) || s->other_verdict.k;

	buf_printf(
	    p->out, "<tr id=\"h%zu\"%s><td class=\"spark\">", i + 1, more ? " class=\"top\"" : "");
	html_text(p->out, c->name);
	svg_history(p->h, c, ++p->svgs, s->most_ns, p->out);
	buf_puts(p->out, "</td>");
	put_sum(p, s, p->h->n_runs);
	buf_puts(p->out, "</tr>\n");
	if (more)
		put_details(p, c, s->other_verdict.k);
}

/* The cases from..to of the order. */
static void put_cases(struct paper *p, size_t from, size_t to)
{
	table_begin(p, "case");
	for (size_t i = from; i < to; i++)
		put_case(p, p->rank.order[i]);
	table_end(p);
}

static void put_blocks(struct paper *p)
{
	size_t n = p->rank.n_flaky;

	if (n) {
		buf_printf(p->out,
		    "<h2 id=\"flaky\">Flaky: %zu case%s</h2>\n<p class=\"small dim\">At %g %% "
		    "confidence more than %g %% of their plays flake.</p>\n",
		    n, words_plural(n), 100 * PROPORTION_CONFIDENCE, 100 * HISTORY_FLAKY);
		put_cases(p, 0, n);
	}
	if (n < p->h->n_cases) {
		buf_printf(p->out, "<h2 id=\"others\">%s</h2>\n", n ? "Other cases" : "Cases");
		put_cases(p, n, p->h->n_cases);
	}
}

static void put_runs(struct paper *p)
{
	buf_puts(p->out, "<h2 id=\"runs\">Runs</h2>\n<div class=\"wide\"><table>\n<thead><tr><th "
	                 "scope=\"col\">began</th><th scope=\"col\">verdicts</th><th "
	                 "scope=\"col\">kernel</th><th scope=\"col\">steadybridge</th><th "
	                 "scope=\"col\">file</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < p->h->n_runs; i++) {
		const struct run_history_run *r = &p->h->runs[i];
		const struct run_history_setup *s = &p->h->setups[r->setup];
		struct buf b = {0};

		buf_printf(p->out, "<tr id=\"r%zu\">", i + 1);
		html_cell(p->out, NULL, r->began);
		run_history_verdicts(r->verdicts, &b);
		put_cell(p, NULL, &b);
		html_cell(p->out, NULL, s->is[BY_KERNEL]);
		html_cell(p->out, NULL, s->is[BY_STEADYBRIDGE]);
		html_cell(p->out, "mono", r->path);
		buf_puts(p->out, "</tr>\n");
	}
	table_end(p);
}

static void put_unread(struct paper *p)
{
	if (!p->h->n_unread)
		return;
	buf_puts(p->out, "<h2 id=\"unread\">Not read</h2>\n<div class=\"wide\"><table>\n<tbody>\n");
	for (size_t i = 0; i < p->h->n_unread; i++) {
		buf_puts(p->out, "<tr>");
		html_cell(p->out, NULL, p->h->unread[i].message);
		buf_puts(p->out, "</tr>\n");
	}
	table_end(p);
}

static void put_head(struct paper *p)
{
	struct buf b = {0};

	run_history_span(p->h, &b);
	html_begin(p->out, "History: steadybridge");
	buf_printf(p->out, "<h1><span class=\"tag %s\">%zu FLAKY</span> ",
	    p->rank.n_flaky ? "warn" : "pass", p->rank.n_flaky);
	html_text(p->out, b.s);
	buf_puts(p->out, "</h1>\n<dl>\n");
	buf_free(&b);
	for (int by = 0; by < BYS; by++) {
		if (by == BY_PLAYED)
			continue;
		run_history_runs_by(p->h, (enum run_history_by)by, &b);
		html_fact(p->out, run_history_by_name((enum run_history_by)by), b.s);
		buf_free(&b);
	}
	run_history_undated(p->h, &b);
	if (b.len)
		html_fact(p->out, "dates", b.s);
	buf_free(&b);
	buf_puts(p->out,
	    "</dl>\n<p class=\"small\">A play flakes when its verdict is not that of most plays "
	    "of the case with the same kernel, tools and steadybridge, or when its run had to "
	    "retry it. Each picture has the runs from left to right. Above: the longest outage of "
	    "each play, from none to the longest of the case. Below: green passed; red failed; "
	    "yellow passed after a retry, or had another verdict; grey was skipped. Lines: "
	    "kernel, tools or steadybridge changed. Longest outage: shortest, median, longest. "
	    "Time: the median of what a play takes, retries included.</p>\n");
}

void run_history_html(const struct run_history *h, struct buf *out)
{
	struct paper p = {.h = h, .out = out};

	run_history_rank(h, &p.rank);
	put_head(&p);
	put_unread(&p);
	put_blocks(&p);
	put_runs(&p);
	html_end(out);
	run_history_rank_free(&p.rank);
}
