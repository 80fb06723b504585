/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_case.c: one case: its words, its picture, its limits, how to play it again, its state. */
#include <inttypes.h>
#include <string.h>

#include "base/macros.h"
#include "base/words.h"
#include "html/html.h"
#include "report/case.h"
#include "report/state.h"

#define PAGE_BYTES ((size_t)12 << 20) /* beyond this no more pictures and states */

static void summary(const struct page *p, const struct judged *play)
{
	const struct judgement *j = &play->judgement;
	const struct trace_meta *m = &play->trace->meta;
	char a[WORDS_TEXT], b[WORDS_TEXT];

	buf_printf(p->out, "<summary><span class=\"tag %s\">", html_class(j->verdict));
	html_text(p->out, html_word(play));
	buf_puts(p->out, "</span> <h3>");
	html_text(p->out, text_or(m->name, "?"));
	if (m->play.repeat)
		buf_printf(p->out, ", repeat %d", m->play.repeat + 1);
	buf_puts(p->out, "</h3> <span class=\"dim small\">");
	html_textf(
	    p->out, "%s of %s lost", words_count(j->total.lost, a), words_count(j->total.sent, b));
	if (j->longest_ns)
		html_textf(p->out, ", longest outage %s", words_span(j->longest_ns, a));
	buf_puts(p->out, "</span></summary>\n");
}

/* A table of what was seen; an arm's has limits beside it. */
struct figures {
	struct buf *out;
	bool arm;
};

static void figure(
    const struct figures *f, const char *what, const char *seen, const char *limit, bool over)
{
	buf_puts(f->out, "<tr>");
	html_cell(f->out, NULL, what);
	html_cell(f->out, "n", seen);
	if (f->arm) {
		html_cell(f->out, "n", limit);
		buf_printf(f->out, "<td>%s</td>",
		    !*limit || !strcmp(limit, "any") ? ""
		    : over ? "<span class=\"tag fail\">over the limit</span>"
		           : "within");
	}
	buf_puts(f->out, "</tr>\n");
}

static void count(const struct figures *f, const char *what, uint64_t seen, int64_t limit)
{
	char a[WORDS_TEXT], b[WORDS_TEXT] = "any";

	if (limit >= 0)
		words_count((uint64_t)limit, b);
	figure(f, what, words_count(seen, a), b, limit >= 0 && seen > (uint64_t)limit);
}

static void figures(const struct page *p, const struct judged *play)
{
	const struct judgement *j = &play->judgement;
	const struct trace_meta *m = &play->trace->meta;
	const struct limits *l = &m->limits;
	const struct figures f = {p->out, m->breaks == CAUSE_NONE};
	double share =
	    j->total.sent ? 100.0 * (double)j->total.answered / (double)j->total.sent : 0;
	char a[WORDS_TEXT], b[WORDS_TEXT] = "any";
	struct buf seen = {0}, limit = {0};

	buf_printf(p->out,
	    "<h4>%s</h4>\n<div class=\"wide\"><table>\n<thead><tr><th "
	    "scope=\"col\">figure</th><th scope=\"col\" class=\"n\">measured</th>%s"
	    "</tr></thead>\n<tbody>\n",
	    f.arm ? "Figures and limits" : "Figures",
	    f.arm ? "<th scope=\"col\" class=\"n\">limit</th><td></td>" : "");
	count(&f, "lookups lost", j->total.lost, l->lost);
	count(&f, "outages", j->n_outages, l->outages);
	if (l->outage_ns >= 0)
		words_span(l->outage_ns, b);
	figure(&f, "longest outage", words_span(j->longest_ns, a), b,
	    l->outage_ns >= 0 && j->longest_ns > l->outage_ns);
	count(&f, "changes of the gateway's MAC", j->gateway_mac_changes, l->gateway_mac_changes);
	if (j->total.sent)
		buf_printf(&seen, "%.2f %%", share);
	else
		buf_puts(&seen, "no lookup sent");
	if (l->answered >= 0)
		buf_printf(&limit, "at least %g %%", l->answered);
	figure(&f, "answered", seen.s, text_or(limit.s, ""), share < l->answered);
	buf_free(&seen);
	buf_free(&limit);
	figure(&f, "shortest detectable outage", words_span(j->resolution_ns, a), "", false);
	figure(&f, "exposures", words_count(j->exposures, a), "", false);
	buf_puts(p->out, "</tbody></table></div>\n");
	if (m->tool)
		html_textf(p->out, "%s %s the bridge. ", m->tool,
		    play->judgement.verdict == VERDICT_INVALID ? "was to make" : "made");
	if (!f.arm)
		buf_printf(p->out,
		    "<p class=\"small\">A control: it must break by %s, with an outage of at "
		    "least %s.</p>\n",
		    cause_name(m->breaks), words_span(m->min_outage_ns, a));
}

static void streams(const struct page *p, const struct judged *play)
{
	const struct judgement *j = &play->judgement;
	char text[WORDS_TEXT];

	if (j->n_streams < 3)
		return;
	buf_puts(p->out,
	    "<h4>By stream</h4>\n<div class=\"wide\"><table>\n<thead><tr><th "
	    "scope=\"col\">stream</th><th scope=\"col\" class=\"n\">sent</th><th scope=\"col\" "
	    "class=\"n\">answered</th><th scope=\"col\" class=\"n\">lost</th><th scope=\"col\" "
	    "class=\"n\">answered late</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < j->n_streams && i < play->trace->meta.n_streams; i++) {
		const struct counts *c = &j->streams[i];

		buf_puts(p->out, "<tr>");
		html_cell(p->out, NULL, play->trace->meta.streams[i].name);
		html_cell(p->out, "n", words_count(c->sent, text));
		html_cell(p->out, "n", words_count(c->answered, text));
		html_cell(p->out, "n", words_count(c->lost, text));
		html_cell(p->out, "n", words_count(c->late, text));
		buf_puts(p->out, "</tr>\n");
	}
	buf_puts(p->out, "</tbody></table></div>\n");
}

static void file_link(struct buf *out, const char *slug, const char *file)
{
	buf_puts(out, " <a href=\"");
	html_path(out, slug, file);
	buf_puts(out, "\">");
	html_text(out, file);
	buf_puts(out, "</a>");
}

static void again(const struct page *p, const struct judged *play)
{
	static const char *const files[] = {
	    "case.yaml", "trace.jsonl", "state.txt", "timeline.svg"};
	const struct trace_meta *m = &play->trace->meta;
	const char *slug = text_or(m->slug, "?");
	struct buf command = {0};

	if (!p->run->out_dir)
		return;
	buf_puts(p->out, "<h4>Run this case again</h4>\n<pre class=\"cmd\">");
	case_again(p->run, play, &command);
	html_textf(p->out, "%s", command.s);
	buf_free(&command);
	buf_puts(p->out, "</pre>\n<p class=\"small\">Files:");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		file_link(p->out, slug, files[i]);
	if (m->tool)
		file_link(p->out, slug, "subject.txt");
	for (size_t i = 0; i < play->n_captures; i++)
		file_link(p->out, slug, text_or(play->captures[i], "?"));
	buf_puts(p->out, "</p>\n");
}

static void state(const struct page *p, const struct judged *play)
{
	struct state_moment moments[STATE_MOMENTS];
	char at[WORDS_TEXT];

	state_moments(play, moments);
	buf_puts(p->out, "<details class=\"more\"><summary>State before, during, after"
	                 "</summary>\n");
	for (int i = 0; i < STATE_MOMENTS; i++) {
		const struct state_moment *s = &moments[i];
		struct buf text = {0};

		buf_puts(p->out, "<p>");
		html_textf(p->out, "%s: %s", s->name, s->what);
		if (!s->reached) {
			buf_puts(p->out, "; not reached</p>\n");
			continue;
		}
		html_textf(p->out, ", %s s", words_moment(s->t_ns, at));
		buf_puts(p->out, "</p>\n<pre class=\"wide\">");
		state_text(play->trace, s->t_ns, &text);
		html_text(p->out, text_or(text.s, ""));
		buf_puts(p->out, "</pre>\n");
		buf_free(&text);
	}
	buf_puts(p->out, "</details>\n");
}

static void replays(const struct page *p, const struct counted *c)
{
	if (c->n < 2)
		return;
	buf_puts(p->out, "<h4>Earlier plays, retried</h4>\n<ul class=\"small\">\n");
	for (size_t k = 0; k + 1 < c->n; k++) {
		buf_puts(p->out, "<li>");
		html_textf(p->out, "at pace %g: %s (%s)", c->all[k]->trace->meta.pace,
		    verdict_name(c->all[k]->judgement.verdict),
		    text_or(c->all[k]->judgement.why, "?"));
		buf_puts(p->out, "</li>\n");
	}
	buf_puts(p->out, "</ul>\n");
}

static void words(const struct page *p, const struct judged *play)
{
	struct run plain = *p->run;
	struct buf text = {0};

	plain.color = false;
	plain.out_dir = NULL; /* again and look stand below, and here */
	report_case_text(&plain, play, &text);
	buf_puts(p->out, "<pre class=\"wide\">");
	html_text(p->out, text_or(text.s, ""));
	buf_puts(p->out, "</pre>\n");
	buf_free(&text);
}

void html_case(struct page *p, size_t i)
{
	const struct judged *play = p->plays->items[i].play;
	const struct judged *control = play->control;
	bool open = play_unexpected(play) && !play->judgement.unproven;
	bool room = p->out->len < PAGE_BYTES;

	buf_printf(p->out, "<details class=\"case\" id=\"c%zu\"%s>\n", i + 1,
	    open ? " open=\"open\"" : "");
	summary(p, play);
	buf_puts(p->out, "<div>\n");
	words(p, play);
	if (control) {
		buf_printf(p->out, "<p class=\"small\">Its control: <a href=\"#c%zu\">",
		    plays_number(p->plays, control));
		html_text(p->out, text_or(control->trace->meta.name, "?"));
		buf_puts(p->out, "</a></p>\n");
	}
	if (room)
		html_timeline(p, play);
	figures(p, play);
	streams(p, play);
	again(p, play);
	replays(p, &p->plays->items[i]);
	if (room) {
		state(p, play);
	} else {
		p->cut++;
		buf_puts(p->out,
		    "<p>Picture and state are left out to keep this page small; the files of the "
		    "case have them.</p>\n");
	}
	buf_puts(p->out, "</div>\n</details>\n");
}
