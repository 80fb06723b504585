/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_timeline.c: the picture of a case, and the same in tables. */
#include <stdio.h>

#include "base/words.h"
#include "html/html.h"
#include "html/svg.h"
#include "observed/neigh.h"
#include "report/case.h"

#define MAX_ROWS 200 /* of one play */

/* The rows of one play's table, of which only so many are written. */
struct rows {
	struct buf *out;
	size_t n;
};

static void row(struct rows *rows, const char *lane, int64_t from_ns, int64_t to_ns, bool open,
    const char *what)
{
	char text[WORDS_TEXT];

	if (rows->n++ >= MAX_ROWS)
		return;
	buf_puts(rows->out, "<tr>");
	html_cell(rows->out, NULL, lane);
	html_cell(rows->out, "n", words_moment(from_ns, text));
	buf_printf(rows->out, "<td class=\"n\">%s%s</td>", words_moment(to_ns, text),
	    open ? " or later" : "");
	html_cell(rows->out, "mono", what);
	buf_puts(rows->out, "</tr>\n");
}

static void outage_rows(struct rows *rows, const struct judged *play, const struct timeline *tl)
{
	for (size_t i = 0; i < tl->n_outages; i++) {
		const struct outage *o = &tl->outages[i];
		struct buf b = {0};

		buf_printf(
		    &b, "%u lost, %s%s", o->lost, cause_name(o->cause), stale_form_suffix(o->form));
		if ((size_t)o->stream < play->trace->meta.n_streams)
			buf_printf(&b, ", %s", play->trace->meta.streams[o->stream].name);
		row(rows, "outage", o->from_ns, o->to_ns, o->open, b.s);
		buf_free(&b);
	}
}

static void span_rows(struct rows *rows, const struct lane *l)
{
	char lane[80], mac[MAC_TEXT], what[80];

	snprintf(lane, sizeof(lane), "%s %s%s",
	    l->kind == LANE_PORT      ? "port"
	    : l->kind == LANE_GATEWAY ? "gateway"
	                              : "entry of",
	    l->name, "");
	for (size_t i = 0; i < l->n_spans; i++) {
		const struct span *s = &l->spans[i];

		if (s->to_ns <= 0)
			continue;
		snprintf(what, sizeof(what), "%s%s%s",
		    mac_is_zero(s->mac) ? "" : mac_text(s->mac, mac),
		    l->kind == LANE_NEIGH ? " " : "",
		    l->kind == LANE_NEIGH ? neigh_state_name(s->state)
		    : l->kind == LANE_GATEWAY || s->state == PORT_FORWARDING ||
		            s->state == PORT_UNTOLD
		        ? ""
		        : " not forwarding");
		row(rows, lane, s->from_ns, s->to_ns, s->open, what);
	}
}

/* Attempts with the same end, one after the other, are a row. */
static void attempt_rows(struct rows *rows, const struct lane *l)
{
	static const char *const ends[] = {"answered", "late", "lost", "not judged"};
	size_t to;

	for (size_t i = 0; i < l->n_dots; i = to) {
		char what[60], count[WORDS_TEXT];

		for (to = i + 1; to < l->n_dots && l->dots[to].kind == l->dots[i].kind &&
		                 (l->dots[to].t_ns < 0) == (l->dots[i].t_ns < 0);
		     to++)
			;
		if (l->dots[i].t_ns < 0)
			continue;
		snprintf(
		    what, sizeof(what), "%s %s", words_count(to - i, count), ends[l->dots[i].kind]);
		row(rows, l->name, l->dots[i].t_ns, l->dots[to - 1].t_ns, false, what);
	}
}

static void table(const struct page *p, const struct svg_play *s)
{
	struct rows rows = {.out = p->out};
	const struct timeline *tl = &s->timeline;

	buf_puts(p->out, "<div class=\"wide\"><table>\n<caption>");
	html_text(p->out, text_or(s->play->trace->meta.name, "?"));
	buf_puts(p->out, "</caption>\n<thead><tr><th scope=\"col\">lane</th>"
	                 "<th scope=\"col\" class=\"n\">from, s</th>"
	                 "<th scope=\"col\" class=\"n\">to, s</th>"
	                 "<th scope=\"col\">what</th></tr></thead>\n<tbody>\n");
	outage_rows(&rows, s->play, tl);
	for (size_t i = tl->n_lanes; i-- > 0;) {
		if (tl->lanes[i].kind == LANE_STREAM)
			attempt_rows(&rows, &tl->lanes[i]);
	}
	for (size_t i = tl->n_lanes; i-- > 0;) {
		if (tl->lanes[i].kind != LANE_STREAM)
			span_rows(&rows, &tl->lanes[i]);
	}
	buf_puts(p->out, "</tbody></table></div>\n");
	if (rows.n > MAX_ROWS)
		buf_printf(p->out,
		    "<p class=\"small\">%zu further rows are left out; trace.jsonl has all.</p>\n",
		    rows.n - MAX_ROWS);
}

void html_timeline(struct page *p, const struct judged *play)
{
	struct svg_play plays[2];
	struct svg_cut cut;
	struct buf words = {0};
	size_t n = 0;

	if (play->control)
		plays[n++].play = play->control;
	plays[n++].play = play;
	for (size_t i = 0; i < n; i++)
		timeline_make(plays[i].play, &plays[i].timeline);
	buf_puts(p->out, "<figure><div class=\"wide\">");
	svg_timeline(plays, n, ++p->svgs, NULL, &p->marks_left, &cut, p->out);
	buf_puts(p->out,
	    "</div>\n<figcaption>Lookups: a dot was answered, an exclamation mark answered late, "
	    "a stroke lost. Each colour is a MAC. A neighbour entry is pale while it is not "
	    "REACHABLE, and underlined while its MAC is not the gateway's. Shaded: an outage, "
	    "with its length and cause. ");
	svg_cut_words(&cut, &words);
	html_text(p->out, text_or(words.s, ""));
	buf_puts(p->out, "</figcaption>\n<details class=\"more\"><summary>The same as a table"
	                 "</summary>\n");
	for (size_t i = n; i-- > 0;)
		table(p, &plays[i]);
	buf_puts(p->out, "</details></figure>\n");
	for (size_t i = 0; i < n; i++)
		timeline_free(&plays[i].timeline);
	buf_free(&words);
}
