/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_scenarios.c: scenario by arm, in words and colour. */
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "html/html.h"
#include "report/success.h"

struct names {
	const char **items;
	size_t n, cap;
};

/* All cases of one arm of one scenario. */
struct square {
	size_t n, n_pass, first, worst; /* indexes of plays */
	bool control, bad;
};

static size_t name_index(struct names *names, const char *name)
{
	size_t i = names->n;

	while (i > 0 && strcmp(names->items[i - 1], name))
		i--;
	if (i)
		return i - 1;
	*MEM_PUSH(names->items, names->n, names->cap) = name;
	return names->n - 1;
}

static void add(struct square *s, const struct page *p, size_t i)
{
	const struct judged *play = p->plays->items[i].play;
	bool pass = play->judgement.verdict == VERDICT_PASS;

	if (!s->n)
		s->first = i;
	if (!pass &&
	    (!s->bad || (play->judgement.verdict == VERDICT_FAIL &&
	                    p->plays->items[s->worst].play->judgement.verdict != VERDICT_FAIL)))
		s->worst = i;
	s->bad |= !pass;
	s->n++;
	s->n_pass += pass;
	s->control = play->trace->meta.breaks != CAUSE_NONE;
}

static void show(const struct page *p, const char *arm, const struct square *s)
{
	size_t at = s->bad ? s->worst : s->first;
	const struct judged *play = p->plays->items[at].play;
	const char *good = s->control ? "broke" : "held";

	buf_printf(p->out, "<a class=\"tag %s\" href=\"#c%zu\">",
	    s->bad ? html_class(play->judgement.verdict) : "pass", at + 1);
	html_text(p->out, arm);
	if (s->bad)
		html_textf(p->out, ": %zu of %zu %s, %s", s->n_pass, s->n, good, html_word(play));
	else if (s->n == 1)
		buf_printf(p->out, ": %s", good);
	else
		buf_printf(p->out, ": %zu of %zu %s", s->n_pass, s->n, good);
	buf_puts(p->out, "</a> ");
}

/* A scenario's arms of one kind: those that must break, or those that must hold. */
static void show_arms(const struct page *p, const struct names *arms, const struct square *squares)
{
	bool any = false;

	buf_puts(p->out, "<td>");
	for (size_t a = 0; a < arms->n; a++)
		if (squares[a].n) {
			show(p, arms->items[a], &squares[a]);
			any = true;
		}
	buf_puts(p->out, any ? "</td>" : "<span class=\"dim\">\xe2\x80\x93</span></td>");
}

static void show_answered(const struct page *p, const struct lookups *l)
{
	char text[WORDS_TEXT];

	html_cell(
	    p->out, l->sent ? "n" : "n dim", l->sent ? success_percent(l, text) : "\xe2\x80\x93");
}

static bool row_bad(const struct square *squares, size_t n)
{
	bool bad = false;

	for (size_t a = 0; a < n; a++)
		bad |= squares[a].bad;
	return bad;
}

/* What must break, before what must hold. An arm may be both, in two scenarios. */
struct arms {
	struct names controls, others;
};

static size_t column(struct arms *arms, const struct trace_meta *m)
{
	if (m->breaks != CAUSE_NONE)
		return name_index(&arms->controls, text_or(m->arm, "?"));
	return arms->controls.n + name_index(&arms->others, text_or(m->arm, "?"));
}

static void show_row(const struct page *p, const char *scenario, const struct arms *arms,
    const struct square *squares)
{
	struct success s;

	success_of(p->plays, scenario, &s);
	buf_puts(p->out, "<tr><th scope=\"row\">");
	html_text(p->out, scenario);
	buf_puts(p->out, "</th>");
	show_arms(p, &arms->controls, squares);
	show_answered(p, &s.controls);
	show_arms(p, &arms->others, squares + arms->controls.n);
	show_answered(p, &s.arms);
	buf_puts(p->out, "</tr>\n");
}

void html_scenarios(const struct page *p)
{
	struct names scenarios = {0};
	struct arms arms = {0};

	for (size_t i = 0; i < p->plays->n; i++) {
		const struct trace_meta *m = &p->plays->items[i].play->trace->meta;

		name_index(&scenarios, text_or(m->scenario, "?"));
		column(&arms, m);
	}
	size_t n = arms.controls.n + arms.others.n;
	struct square *squares = mem_alloc(scenarios.n * n * sizeof(*squares));
	for (size_t i = 0; i < p->plays->n; i++) {
		const struct trace_meta *m = &p->plays->items[i].play->trace->meta;
		size_t row = name_index(&scenarios, text_or(m->scenario, "?"));

		add(&squares[row * n + column(&arms, m)], p, i);
	}
	buf_puts(p->out,
	    "<div class=\"wide\"><table class=\"arms\">\n<thead>\n<tr><th "
	    "scope=\"col\">scenario</th><th scope=\"col\">controls, must break</th><th "
	    "class=\"n\" scope=\"col\">answered</th><th scope=\"col\">arms, must hold</th><th "
	    "class=\"n\" scope=\"col\">answered</th></tr>\n</thead>\n<tbody>\n");
	for (int bad = 1; bad >= 0; bad--)
		for (size_t s = 0; s < scenarios.n; s++)
			if (row_bad(&squares[s * n], n) == (bool)bad)
				show_row(p, scenarios.items[s], &arms, &squares[s * n]);
	buf_puts(p->out, "</tbody></table></div>\n");
	free(squares);
	free(scenarios.items);
	free(arms.controls.items);
	free(arms.others.items);
}
