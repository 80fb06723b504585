/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg_timeline.c: plays on one time axis: ports, gateway, neighbour entries, attempts, outages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/words.h"
#include "html/html.h"
#include "html/svg_lanes.h"
#include "observed/neigh.h"
#include "report/case.h"

#define WIDTH 880
#define LANE_H 19  /* from one lane to the next */
#define HEAD_H 22  /* name of the play */
#define CAUSE_H 14 /* the line of causes, where there is one */
#define MAX_LABELS 24
#define AXIS_H 18
#define PLAY_MARKS 2500 /* attempts of one play that are drawn one by one */
#define MAX_PORTS 24

static void outage_shades(struct drawing *d, const struct timeline *tl, double y, double bottom)
{
	double last = -10;
	char from[WORDS_TEXT], to[WORDS_TEXT];

	for (size_t i = 0; i < tl->n_outages; i++) {
		const struct outage *o = &tl->outages[i];
		double x = svg_x(d, o->from_ns), end = svg_x(d, o->to_ns);

		if (!svg_wide_enough(d, x, end, &last))
			continue;
		bool wide = end - x > 3;

		buf_puts(d->out, wide ? "<g>" : "");
		svg_rect(d->out, "outage", x, y, end - x > 1 ? end - x : 1, bottom - y);
		if (!wide)
			continue;
		buf_puts(d->out, "<title>");
		html_textf(d->out, "outage, %s to %s%s s, %u lost, %s",
		    words_moment(o->from_ns, from), o->open ? "at least " : "",
		    words_moment(o->to_ns, to), o->lost, cause_name(o->cause));
		buf_puts(d->out, "</title></g>\n");
	}
}

static int by_length(const void *a, const void *b)
{
	const struct outage *x = *(const struct outage *const *)a;
	const struct outage *y = *(const struct outage *const *)b;
	int64_t p = x->to_ns - x->from_ns, q = y->to_ns - y->from_ns;

	if (p != q)
		return p > q ? -1 : 1;
	return (x > y) - (x < y);
}

/* Length and cause above each outage: the longest first, the others as far as there is room. */
static void outage_labels(struct drawing *d, const struct timeline *tl, double y)
{
	const struct outage **sorted = mem_alloc(tl->n_outages * sizeof(*sorted));
	double taken[MAX_LABELS][2];
	size_t n = 0;
	char span[WORDS_TEXT], words[160];

	for (size_t i = 0; i < tl->n_outages; i++)
		sorted[i] = &tl->outages[i];
	if (tl->n_outages)
		qsort(sorted, tl->n_outages, sizeof(*sorted), by_length);
	for (size_t i = 0; i < tl->n_outages && n < MAX_LABELS; i++) {
		const struct outage *o = sorted[i];

		snprintf(words, sizeof(words), "%s%s: %s%s", o->open ? "at least " : "",
		    words_span(o->to_ns - o->from_ns, span), cause_name(o->cause),
		    stale_form_suffix(o->form));
		for (int shorter = 0; shorter < 2; shorter++) {
			const char *text = shorter ? span : words;
			double width = svg_width(strlen(text)), x = svg_x(d, o->from_ns);
			bool free_here = true;

			if (x + width > WIDTH)
				x = WIDTH - width;
			for (size_t k = 0; k < n; k++)
				free_here &= x > taken[k][1] + 6 || x + width + 6 < taken[k][0];
			if (!free_here)
				continue;
			svg_label(d->out, "cause", "start", x, y, text, 150);
			taken[n][0] = x;
			taken[n++][1] = x + width;
			break;
		}
	}
	free(sorted);
}

static void lane_label(const struct lane *l, char *out, size_t size)
{
	const char *before = l->kind == LANE_PORT      ? "port "
	                     : l->kind == LANE_GATEWAY ? "gateway "
	                                               : "";

	snprintf(out, size, "%s%s%s", before, l->name, l->kind == LANE_NEIGH ? "'s entry" : "");
}

static bool lane_shown(const struct timeline *tl, size_t i)
{
	return tl->lanes[i].kind != LANE_PORT || i < MAX_PORTS;
}

static size_t shown_lanes(const struct timeline *tl)
{
	size_t n = 0;

	for (size_t i = 0; i < tl->n_lanes; i++)
		n += lane_shown(tl, i);
	return n;
}

static double head_height(const struct timeline *tl)
{
	return HEAD_H + (tl->n_outages ? CAUSE_H : 0);
}

static double play_height(const struct timeline *tl)
{
	return head_height(tl) + LANE_H * (double)(tl->started ? shown_lanes(tl) : 1);
}

static void head(struct drawing *d, const struct svg_play *p, double y)
{
	const struct trace_meta *m = &p->play->trace->meta;
	const struct judgement *j = &p->play->judgement;
	char lost[WORDS_TEXT], sent[WORDS_TEXT], words[200];

	svg_label(d->out, "name", "start", 2, y + 14, text_or(m->arm, "?"), 40);
	snprintf(words, sizeof(words), "%s: %s, %s of %s lost, at pace %g",
	    m->breaks != CAUSE_NONE ? "must break" : "must hold", html_word(p->play),
	    words_count(j->total.lost, lost), words_count(j->total.sent, sent), m->pace);
	size_t name = strlen(text_or(m->arm, "?"));
	svg_label(
	    d->out, "lab", "start", 14 + 7.6 * (double)(name < 40 ? name : 40), y + 14, words, 120);
}

/* Where the seconds stand. */
static double tick(const struct drawing *d, int i, double *seconds)
{
	double range = (double)d->to_ns / NS_PER_S, step = svg_step(range, 12);

	*seconds = i * step;
	if (i >= 100 || *seconds > range * 1.0001)
		return -1;
	return LEFT + PLOT * (range > 0 ? *seconds / range : 0);
}

static void grid(const struct drawing *d, double top, double bottom)
{
	double x, seconds;

	for (int i = 0; (x = tick(d, i, &seconds)) >= 0; i++)
		svg_line(d->out, "grid", x, top, x, bottom);
}

static void axis(const struct drawing *d, double y)
{
	char words[WORDS_TEXT];
	double x, seconds;

	for (int i = 0; (x = tick(d, i, &seconds)) >= 0; i++) {
		snprintf(words, sizeof(words), "%g", seconds);
		svg_label(d->out, "lab", "middle", x, y + 12, words, 20);
	}
	svg_label(d->out, "lab", "start", 2, y + 12, "scenario seconds", 40);
}

static void draw_play(struct drawing *d, const struct svg_play *p, double y)
{
	const struct timeline *tl = &p->timeline;
	double lane_y = y + head_height(tl), bottom = y + play_height(tl);
	size_t judged = timeline_judged(tl);
	bool each = judged <= PLAY_MARKS && judged <= *d->marks;
	char label[80];

	buf_printf(d->out, "<g class=\"play\">\n");
	head(d, p, y);
	if (!tl->started) {
		svg_label(d->out, "lab", "start", LEFT, lane_y + 11,
		    "the play ended before t=0: nothing to draw", 100);
		buf_puts(d->out, "</g>\n");
		return;
	}
	grid(d, y + HEAD_H, bottom + 3);
	outage_shades(d, tl, y + HEAD_H, bottom);
	outage_labels(d, tl, y + HEAD_H + 10);
	for (size_t i = 0; i < tl->n_lanes; i++) {
		const struct lane *l = &tl->lanes[i];

		if (!lane_shown(tl, i)) {
			d->cut->ports++;
			continue;
		}
		lane_label(l, label, sizeof(label));
		svg_label(d->out, "lab", "start", 2, lane_y + 11, label, 20);
		if (l->kind != LANE_STREAM) {
			svg_bands(d, l, lane_y);
		} else if (each) {
			svg_marks(d, l, lane_y);
		} else {
			svg_marks_together(d, l, lane_y);
		}
		lane_y += LANE_H;
	}
	if (each)
		*d->marks -= judged;
	if (!tl->ended) {
		double x = svg_x(d, tl->known_ns);

		svg_rect(d->out, "unknown", x, y + HEAD_H, LEFT + PLOT - x, bottom - y - HEAD_H);
		svg_label(d->out, "lab", 2 * x > WIDTH ? "end" : "start", x, bottom - 6,
		    "the trace ends here", 60);
	}
	buf_puts(d->out, "</g>\n");
}

static void describe(const struct svg_play *plays, size_t n, struct buf *title, struct buf *desc)
{
	char a[WORDS_TEXT], b[WORDS_TEXT];

	buf_printf(title, "Timeline of %s", text_or(plays[n - 1].play->trace->meta.name, "?"));
	if (n > 1)
		buf_printf(title, ", its control above it");
	for (size_t i = 0; i < n; i++) {
		const struct judgement *j = &plays[i].play->judgement;
		const struct timeline *tl = &plays[i].timeline;

		buf_printf(desc, "%s%s: %s of %s lookups lost", i ? ". " : "",
		    text_or(plays[i].play->trace->meta.arm, "?"), words_count(j->total.lost, a),
		    words_count(j->total.sent, b));
		for (size_t k = 0; k < tl->n_outages && k < 3; k++)
			buf_printf(desc, "; outage from %s to %s s, %s",
			    words_moment(tl->outages[k].from_ns, a),
			    words_moment(tl->outages[k].to_ns, b),
			    cause_name(tl->outages[k].cause));
		if (tl->n_outages > 3)
			buf_printf(desc, "; and %zu more", tl->n_outages - 3);
	}
	buf_puts(desc, ". The tables beside it have the same data.");
}

void svg_cut_words(const struct svg_cut *cut, struct buf *out)
{
	char text[WORDS_TEXT];

	if (cut->summed)
		buf_printf(out,
		    "%s lookups are too many to draw one by one: each pixel shows its worst. ",
		    words_count(cut->summed, text));
	if (cut->macs)
		buf_printf(out, "There are %s MACs, so some share a colour. ",
		    words_count(cut->macs, text));
	if (cut->narrow)
		buf_printf(out, "%s stretch%s narrower than half a pixel %s not drawn. ",
		    words_count(cut->narrow, text), cut->narrow == 1 ? "" : "es",
		    cut->narrow == 1 ? "is" : "are");
	if (cut->ports)
		buf_printf(out, "%s further port%s not drawn. ", words_count(cut->ports, text),
		    cut->ports == 1 ? " is" : "s are");
}

void svg_timeline(const struct svg_play *plays, size_t n, unsigned id, const char *style,
    size_t *marks, struct svg_cut *cut, struct buf *out)
{
	struct drawing d = {.out = out, .marks = marks, .cut = cut};
	struct buf title = {0}, desc = {0};
	double height = 4;

	*cut = (struct svg_cut){0};
	for (size_t i = 0; i < n; i++) {
		const struct timeline *tl = &plays[i].timeline;

		height += play_height(tl) + 8;
		d.to_ns = tl->to_ns > d.to_ns ? tl->to_ns : d.to_ns;
	}
	svg_colors(&d.palette, plays, n);
	cut->macs = d.palette.n > COLORS ? d.palette.n : 0;
	describe(plays, n, &title, &desc);
	svg_open(out, id, WIDTH, height + (style ? AXIS_H + 14 : AXIS_H), title.s, desc.s, style);
	axis(&d, height);
	double y = 4;
	for (size_t i = 0; i < n; i++) {
		const struct timeline *tl = &plays[i].timeline;

		draw_play(&d, &plays[i], y);
		y += play_height(tl) + 8;
	}
	if (style) {
		struct buf words = {0};

		svg_cut_words(cut, &words);
		if (words.len)
			svg_label(out, "lab", "start", 2, height + 28, words.s, 150);
		buf_free(&words);
	}
	buf_puts(out, "</svg>\n");
	buf_free(&title);
	buf_free(&desc);
	free(d.palette.macs);
}

void svg_file(const struct judged *play, struct buf *out)
{
	struct svg_play plays[2];
	struct svg_cut cut;
	size_t n = 0, marks = 2 * PLAY_MARKS;

	if (play->control)
		plays[n++].play = play->control;
	plays[n++].play = play;
	for (size_t i = 0; i < n; i++)
		timeline_make(plays[i].play, &plays[i].timeline);
	svg_timeline(plays, n, 0, html_style_light, &marks, &cut, out);
	for (size_t i = 0; i < n; i++)
		timeline_free(&plays[i].timeline);
}
