/* html_scenarios.c: scenario by arm, in words and colour. */
#include <stdlib.h>
#include <string.h>

#include "judge/words.h"
#include "report/html.h"

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

static void show(const struct page *p, const struct square *s)
{
	if (!s->n) {
		buf_puts(p->out, "<td class=\"dim\">\xe2\x80\x93</td>");
		return;
	}
	size_t at = s->bad ? s->worst : s->first;
	const struct judged *play = p->plays->items[at].play;
	const char *good = s->control ? "broke" : "held";

	buf_printf(p->out, "<td><a class=\"tag %s\" href=\"#c%zu\">",
	    s->bad ? html_class(play->judgement.verdict) : "pass", at + 1);
	if (s->bad)
		html_textf(p->out, "%zu of %zu %s, %s", s->n_pass, s->n, good, html_word(play));
	else if (s->n == 1)
		buf_puts(p->out, good);
	else
		buf_printf(p->out, "%zu of %zu %s", s->n_pass, s->n, good);
	buf_puts(p->out, "</a></td>");
}

static void show_row(
    const struct page *p, const char *scenario, const struct square *squares, size_t n)
{
	buf_puts(p->out, "<tr><th scope=\"row\">");
	html_text(p->out, scenario);
	buf_puts(p->out, "</th>");
	for (size_t a = 0; a < n; a++)
		show(p, &squares[a]);
	buf_puts(p->out, "</tr>\n");
}

static bool row_bad(const struct square *squares, size_t n)
{
	bool bad = false;

	for (size_t a = 0; a < n; a++)
		bad |= squares[a].bad;
	return bad;
}

/* Columns: what must break, before what must hold. An arm may be both, in two scenarios. */
struct arms {
	struct names controls, others;
};

static size_t column(struct arms *arms, const struct trace_meta *m)
{
	if (m->breaks != CAUSE_NONE)
		return name_index(&arms->controls, text_or(m->arm, "?"));
	return arms->controls.n + name_index(&arms->others, text_or(m->arm, "?"));
}

static void show_head(const struct page *p, const struct names *arms, const char *must)
{
	for (size_t a = 0; a < arms->n; a++) {
		buf_puts(p->out, "<th scope=\"col\">");
		html_text(p->out, arms->items[a]);
		buf_printf(p->out, "<br/><span class=\"small\">must %s</span></th>", must);
	}
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
	buf_puts(p->out, "<div class=\"wide\"><table class=\"arms\">\n<thead>\n<tr><th "
	                 "scope=\"col\">scenario</th>");
	show_head(p, &arms.controls, "break");
	show_head(p, &arms.others, "hold");
	buf_puts(p->out, "</tr>\n</thead>\n<tbody>\n");
	for (int bad = 1; bad >= 0; bad--)
		for (size_t s = 0; s < scenarios.n; s++)
			if (row_bad(&squares[s * n], n) == (bool)bad)
				show_row(p, scenarios.items[s], &squares[s * n], n);
	buf_puts(p->out, "</tbody></table></div>\n");
	free(squares);
	free(scenarios.items);
	free(arms.controls.items);
	free(arms.others.items);
}
