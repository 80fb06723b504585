/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html.c: index.html: one page that needs nothing else, the unexpected first. */
#include "html/html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "report/success.h"
#include "report/text.h"

#define PAGE_MARKS 60000 /* attempts drawn one by one: about 3 MB */

const char *html_class(enum verdict v)
{
	return v == VERDICT_PASS ? "pass" : v == VERDICT_FAIL ? "fail" : "warn";
}

const char *html_word(const struct judged *p)
{
	static const char *const words[VERDICT_COUNT] = {
	    [VERDICT_FAIL] = "FAILED",
	    [VERDICT_INCONCLUSIVE] = "inconclusive",
	    [VERDICT_NOT_REPRODUCED] = "not reproduced",
	    [VERDICT_INVALID] = "invalid",
	    [VERDICT_SKIP] = "skipped",
	};
	const struct judgement *j = &p->judgement;

	if (j->verdict == VERDICT_PASS)
		return p->trace->meta.breaks != CAUSE_NONE ? "broke" : "held";
	if (j->verdict == VERDICT_FAIL && j->known)
		return "failed (known)";
	return (unsigned)j->verdict < VERDICT_COUNT ? words[j->verdict] : "unknown";
}

static void facts(const struct page *p)
{
	const struct run *r = p->run;
	struct totals t;
	struct buf b = {0};
	char a[WORDS_TEXT], c[WORDS_TEXT];

	report_totals(r, &t);
	buf_puts(p->out, "<dl>\n");
	buf_printf(&b, "Linux %s, %s", text_or(r->kernel, "?"), r->root ? "as root" : "rootless");
	html_fact(p->out, "kernel", b.s);
	buf_free(&b);
	html_fact(p->out, "steadybridge", text_or(r->version, "?"));
	plays_parts(r, &b);
	html_fact(p->out, "versions", text_or(b.s, "not known"));
	buf_free(&b);
	if (r->merged)
		buf_puts(&b, "each shard's own");
	else
		buf_printf(&b, "%" PRIx64 ", ", r->seed);
	if (!r->merged)
		plays_pace(r, &b);
	if (r->repeat > 1)
		buf_printf(&b, ", each case %d times", r->repeat);
	html_fact(p->out, "seed", b.s);
	buf_free(&b);
	buf_printf(&b, "%s of traffic, played in %s", words_span(t.traffic_ns, a),
	    words_span(r->wall_real_ns, c));
	html_fact(p->out, "time", b.s);
	buf_free(&b);
	buf_printf(&b, "%s: %s, %s", r->instrument_ok ? "ok" : "FAILED",
	    text_or(r->instrument_text, "not run"), words_span(r->instrument_real_ns, a));
	html_fact(p->out, "instrument", b.s);
	buf_free(&b);
	buf_puts(p->out, "</dl>\n");
}

static void verdict(const struct page *p)
{
	struct buf b = {0}, word = {0};
	enum verdict v = text_verdict(p->run, &word, &b);

	buf_printf(p->out, "<h1><span class=\"tag %s\">", html_class(v));
	html_text(p->out, word.s);
	buf_puts(p->out, "</span> ");
	html_text(p->out, b.s);
	buf_puts(p->out, "</h1>\n");
	buf_free(&b);
	buf_free(&word);
}

#define ARMS_NAMED 4

/* ": inherited, pinned" where the names are few. */
static void arm_names(const struct page *p, bool controls)
{
	const char *names[ARMS_NAMED];
	size_t n = 0;

	for (size_t i = 0; i < p->plays->n; i++) {
		const struct trace_meta *m = &p->plays->items[i].play->trace->meta;
		const char *name = text_or(m->arm, "?");
		size_t k = 0;

		if ((m->breaks != CAUSE_NONE) != controls)
			continue;
		while (k < n && strcmp(names[k], name))
			k++;
		if (k == ARMS_NAMED)
			return;
		names[k] = name;
		n = k == n ? n + 1 : n;
	}
	for (size_t k = 0; k < n; k++)
		html_textf(p->out, "%s%s", k ? ", " : ": ", names[k]);
}

static void success_row(
    const struct page *p, const struct lookups *l, bool controls, const char *of)
{
	char percent[WORDS_TEXT], part[WORDS_TEXT], sent[WORDS_TEXT];

	if (!l->sent)
		return;
	buf_printf(p->out,
	    "<p class=\"success\"><strong>%s</strong><span>of lookups were answered <span "
	    "class=\"dim\">(%s of %s)</span> in the %s",
	    success_percent(l, percent), words_count(l->answered, part), words_count(l->sent, sent),
	    of);
	arm_names(p, controls);
	buf_puts(p->out, "</span></p>\n");
}

static void success_rows(const struct page *p)
{
	struct success s;

	success_of(p->plays, NULL, &s);
	success_row(p, &s.controls, true, "controls, which must break");
	success_row(p, &s.arms, false, "arms, which must hold");
}

static void skips(const struct page *p)
{
	const struct run *r = p->run;

	if (!r->n_skipped)
		return;
	buf_puts(p->out, "<h2 id=\"skipped\">Skipped</h2>\n<div class=\"wide\"><table>\n"
	                 "<thead><tr><th scope=\"col\">case</th><th scope=\"col\">what is "
	                 "missing</th><th scope=\"col\">remedy</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < r->n_skipped; i++) {
		buf_puts(p->out, "<tr>");
		html_cell(p->out, NULL, text_or(r->skipped[i].name, "?"));
		html_cell(p->out, NULL, text_or(r->skipped[i].reason, "?"));
		html_cell(p->out, NULL, text_or(r->skipped[i].remedy, "unknown"));
		buf_puts(p->out, "</tr>\n");
	}
	buf_puts(p->out, "</tbody></table></div>\n");
}

/* A known failure is expected, but no pass: it is shown with the passes, by its own word. */
static size_t count_unexpected(const struct page *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->plays->n; i++)
		n += play_unexpected(p->plays->items[i].play);
	return n;
}

static void unexpected(struct page *p)
{
	size_t n = count_unexpected(p);

	if (!n)
		return;
	buf_printf(
	    p->out, "<h2 id=\"unexpected\">Not as expected: %zu case%s</h2>\n", n, words_plural(n));
	/* arms that only lack a control's proof come after what explains them */
	for (int unproven = 0; unproven < 2; unproven++)
		for (size_t i = 0; i < p->plays->n; i++) {
			const struct judged *play = p->plays->items[i].play;

			if (play_unexpected(play) && play->judgement.unproven == (bool)unproven)
				html_case(p, i);
		}
}

static void expected(struct page *p)
{
	const char *scenario = NULL;

	if (count_unexpected(p) == p->plays->n)
		return;
	buf_puts(p->out, "<h2 id=\"expected\">As expected</h2>\n");
	for (size_t i = 0; i < p->plays->n; i++) {
		const struct judged *play = p->plays->items[i].play;

		if (play_unexpected(play))
			continue;
		if (!scenario || strcmp(scenario, text_or(play->trace->meta.scenario, "?"))) {
			scenario = text_or(play->trace->meta.scenario, "?");
			buf_puts(p->out, "<p class=\"dim\">");
			html_text(p->out, scenario);
			buf_puts(p->out, ": ");
			html_text(p->out, text_or(play->trace->meta.summary, ""));
			buf_puts(p->out, "</p>\n");
		}
		html_case(p, i);
	}
}

static void begin(const struct page *p)
{
	struct buf word = {0}, rest = {0};

	text_verdict(p->run, &word, &rest);
	char *title =
	    mem_printf("%s: steadybridge, Linux %s", word.s, text_or(p->run->kernel, "?"));
	html_begin(p->out, title);
	free(title);
	buf_free(&word);
	buf_free(&rest);
}

void report_html(const struct run *r, struct buf *out)
{
	struct page p = {.run = r, .plays = r->counted, .out = out, .marks_left = PAGE_MARKS};

	begin(&p);
	verdict(&p);
	success_rows(&p);
	facts(&p);
	html_shards(&p);
	if (p.plays->n)
		html_scenarios(&p);
	html_tools(&p);
	unexpected(&p);
	skips(&p);
	if (p.plays->n)
		html_plots(&p);
	expected(&p);
	if (p.cut)
		buf_printf(out,
		    "<p>Pictures and states of %zu case%s are left out to keep this page small; "
		    "the case folders have them.</p>\n",
		    p.cut, words_plural(p.cut));
	html_end(out);
}
