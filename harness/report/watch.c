/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.c: the lanes of a case as text, for a terminal that looks on. */
#include "report/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "base/words.h"
#include "observed/neigh.h"
#include "report/plays.h"
#include "report/row.h"

#define LABEL_LEAST 6
#define LABEL_MOST 16
#define PORTS_MOST 8 /* lanes of ports; the rest shares one */
#define TICK_LEAST 8 /* columns between two labels of the axis */

/* A step of 1, 2 or 5 times a power of ten, wide enough for its labels. */
static int64_t axis_step(const struct row *r)
{
	for (int64_t unit = NS_PER_MS; unit <= r->to_ns; unit *= 10)
		for (int i = 0; i < 3; i++) {
			int64_t step = unit * (const int[]){1, 2, 5}[i];

			if (row_column(r, step) >= TICK_LEAST)
				return step;
		}
	return r->to_ns > 0 ? r->to_ns : 1;
}

static void add_axis(struct row *r, struct buf *out)
{
	int64_t step = axis_step(r);
	char text[32];

	for (int64_t t = 0; t <= r->to_ns; t += step) {
		snprintf(text, sizeof(text), "%g", (double)t / NS_PER_S);
		if (row_column(r, t) + (int)strlen(text) <= r->n)
			row_text(r, row_column(r, t), text, COLOR_DIM);
	}
	row_end(r, "seconds", out);
}

/* A stretch with an edge where it begins, and as much of its name as there is room for. */
static void put_band(struct row *r, const struct span *s, const char *whole, const char *shorter,
    uint8_t glyph, uint8_t color)
{
	int a, b;

	if (!row_span(r, s->from_ns, s->to_ns, &a, &b))
		return;
	row_fill(r, a, b, glyph, color);
	if (s->from_ns > 0)
		r->cells[a++] = (struct cell){GLYPH_EDGE, color};
	if ((int)strlen(whole) <= b - a)
		row_text(r, a, whole, color);
	else if ((int)strlen(shorter) <= b - a)
		row_text(r, a, shorter, color);
}

static uint8_t mac_color(struct mac *seen, size_t *n, struct mac m)
{
	static const uint8_t colors[] = {COLOR_CYAN, COLOR_MAGENTA, COLOR_BLUE, COLOR_YELLOW};
	size_t i = 0, most = ARRAY_SIZE(colors);

	while (i < *n && mac_cmp(seen[i], m))
		i++;
	if (i == *n && *n < most)
		seen[(*n)++] = m;
	return colors[i % most];
}

static void add_gateway(struct row *r, const struct lane *l, struct buf *out)
{
	struct mac seen[4];
	size_t n = 0;
	char text[MAC_TEXT], label[64];

	for (size_t i = 0; i < l->n_spans; i++) {
		mac_text(l->spans[i].mac, text);
		put_band(r, &l->spans[i], text, text + strlen("00:00:00:00:"), GLYPH_LINE,
		    mac_color(seen, &n, l->spans[i].mac));
	}
	snprintf(label, sizeof(label), "%.15s MAC", l->name);
	row_end(r, label, out);
}

static void mark_stale(struct row *r, int from, int to)
{
	for (int i = from; i < to && i < r->n; i++) {
		r->cells[i].color = COLOR_RED;
		if (r->cells[i].glyph == GLYPH_LINE)
			r->cells[i].glyph = '~';
	}
}

static void add_entry(struct row *r, const struct lane *l, struct buf *out)
{
	char label[64];
	int a, b;

	for (size_t i = 0; i < l->n_spans; i++) {
		const struct span *s = &l->spans[i];
		const char *name = s->state ? neigh_state_name(s->state) : "";
		char shorter[4];

		snprintf(shorter, sizeof(shorter), "%.3s", name);
		put_band(r, s, name, shorter, s->state ? GLYPH_LINE : ' ', COLOR_PLAIN);
	}
	for (size_t i = 0; i < l->n_stale; i++)
		if (row_span(r, l->stale[i].from_ns, l->stale[i].to_ns, &a, &b))
			mark_stale(r, a, b);
	snprintf(label, sizeof(label), "%.15s entry", l->name);
	row_end(r, label, out);
}

static void put_port(struct row *r, const struct lane *l)
{
	int a, b;

	for (size_t i = 0; i < l->n_spans; i++) {
		const struct span *s = &l->spans[i];
		bool through = s->state == PORT_FORWARDING || s->state == PORT_UNTOLD;

		if (row_span(r, s->from_ns, s->to_ns, &a, &b))
			row_fill(r, a, b, through ? GLYPH_BAR : GLYPH_LINE,
			    through ? COLOR_PLAIN : COLOR_YELLOW);
	}
}

static void add_ports(struct row *r, const struct timeline *tl, struct buf *out)
{
	size_t ports = 0, shown = 0;
	char label[64];

	for (size_t i = 0; i < tl->n_lanes; i++)
		ports += tl->lanes[i].kind == LANE_PORT;
	for (size_t i = 0; i < tl->n_lanes; i++) {
		const struct lane *l = &tl->lanes[i];

		if (l->kind != LANE_PORT)
			continue;
		put_port(r, l);
		shown++;
		if (ports > PORTS_MOST && shown >= PORTS_MOST && shown < ports)
			continue;
		snprintf(label, sizeof(label), "%.15s%s", l->name, l->client < 0 ? "" : " port");
		if (ports > PORTS_MOST && shown == ports)
			snprintf(label, sizeof(label), "%zu more", ports - PORTS_MOST + 1);
		row_end(r, label, out);
	}
}

static void add_stream(struct row *r, const struct lane *l, struct buf *out)
{
	static const struct cell marks[] = {[DOT_ANSWERED] = {GLYPH_DOT, COLOR_GREEN},
	    [DOT_LATE] = {'l', COLOR_YELLOW},
	    [DOT_LOST] = {GLYPH_CROSS, COLOR_RED}};

	/* The worst comes last, and stays. */
	for (int kind = DOT_ANSWERED; kind <= DOT_LOST; kind++)
		for (size_t i = 0; i < l->n_dots; i++) {
			const struct dot *d = &l->dots[i];

			if ((int)d->kind == kind && d->t_ns >= 0 && row_column(r, d->t_ns) < r->n)
				r->cells[row_column(r, d->t_ns)] = marks[kind];
		}
	row_end(r, l->name, out);
}

/* Bars under the stream, each with its cause beside it where there is room. */
static void add_outages(struct row *r, const struct timeline *tl, int stream, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < tl->n_outages; i++) {
		const struct outage *o = &tl->outages[i];
		char span[WORDS_TEXT], text[128];
		int a, b, room = r->n;

		if (o->stream != stream || !row_span(r, o->from_ns, o->to_ns, &a, &b))
			continue;
		any = true;
		row_fill(r, a, b, GLYPH_BAR, COLOR_RED);
		if (i + 1 < tl->n_outages && tl->outages[i + 1].stream == stream)
			room = row_column(r, tl->outages[i + 1].from_ns) - 1;
		snprintf(text, sizeof(text), "%s %s%s", cause_name(o->cause),
		    o->open ? "at least " : "", words_span(o->to_ns - o->from_ns, span));
		int len = (int)strlen(text);
		if (b + 1 + len <= room)
			row_text(r, b + 1, text, COLOR_RED);
		else if (len + 4 <= b - a) {
			row_fill(r, a + 1, a + len + 3, ' ', COLOR_PLAIN);
			row_text(r, a + 2, text, COLOR_RED);
		} else if (len + 1 <= a && !r->cells[a - 1 - len].glyph)
			row_text(r, a - 1 - len, text, COLOR_RED);
	}
	if (any)
		row_end(r, " outage", out);
}

/* A line of plain text, cut to the width. */
static void add_line(const struct watch_style *style, const char *text, struct buf *out)
{
	struct buf b = {0};

	buf_printf(&b, "%.*s", style->columns, text);
	text_clean(out, b.s);
	buf_puts(out, "\n");
	buf_free(&b);
}

static void add_head(const struct judged *play, const struct timeline *tl,
    const struct watch_style *style, struct buf *out)
{
	const struct trace_meta *m = &play->trace->meta;
	const struct judgement *j = &play->judgement;
	char lost[WORDS_TEXT], sent[WORDS_TEXT];
	struct buf b = {0};

	buf_printf(&b, "%s%s%s", text_or(m->name, "?"),
	    m->breaks == CAUSE_NONE ? "" : "  must break: ",
	    m->breaks == CAUSE_NONE ? "" : cause_name(m->breaks));
	add_line(style, b.s, out);
	buf_free(&b);
	if (tl->ended)
		buf_printf(&b, "%s  ", verdict_name(j->verdict));
	if (tl->started)
		buf_printf(&b, "%.1f of %g s",
		    (double)(tl->known_ns < m->duration_ns ? tl->known_ns : m->duration_ns) /
		        NS_PER_S,
		    (double)m->duration_ns / NS_PER_S);
	else
		buf_puts(&b, "before t=0");
	buf_printf(&b, "  lost %s of %s  pace %g", words_count(j->total.lost, lost),
	    words_count(j->total.sent, sent), m->pace);
	add_line(style, b.s, out);
	buf_free(&b);
}

static int label_width(const struct timeline *tl, int columns)
{
	int n = LABEL_LEAST;

	for (size_t i = 0; i < tl->n_lanes; i++) {
		const struct lane *l = &tl->lanes[i];
		int len = (int)strlen(l->name) + (l->kind == LANE_NEIGH                       ? 6
		                                     : l->kind == LANE_GATEWAY                ? 4
		                                     : l->kind == LANE_PORT && l->client >= 0 ? 5
		                                                                              : 0);

		n = len > n ? len : n;
	}
	n = n > LABEL_MOST ? LABEL_MOST : n;
	n = n > columns / 4 ? columns / 4 : n;
	return n + 1;
}

void watch_draw(const struct judged *play, const struct watch_style *given, struct buf *out)
{
	struct watch_style style = *given;
	struct timeline timeline, *tl = &timeline;

	timeline_make(play, tl);
	if (style.columns < 20)
		style.columns = 20;
	struct row r = {.color = style.color,
	    .utf8 = style.utf8,
	    .label = label_width(tl, style.columns),
	    .to_ns = tl->to_ns};
	r.n = style.columns - r.label;
	r.cells = mem_alloc((size_t)r.n * sizeof(*r.cells));
	add_head(play, tl, &style, out);
	add_axis(&r, out);
	add_ports(&r, tl, out);
	for (size_t i = 0; i < tl->n_lanes; i++) {
		if (tl->lanes[i].kind == LANE_GATEWAY)
			add_gateway(&r, &tl->lanes[i], out);
		else if (tl->lanes[i].kind == LANE_NEIGH)
			add_entry(&r, &tl->lanes[i], out);
	}
	for (size_t i = 0; i < tl->n_lanes; i++) {
		if (tl->lanes[i].kind != LANE_STREAM)
			continue;
		add_stream(&r, &tl->lanes[i], out);
		add_outages(&r, tl, tl->lanes[i].stream, out);
	}
	free(r.cells);
	timeline_free(tl);
}

void watch_legend(const struct watch_style *style, struct buf *out)
{
	if (style->columns >= 40)
		buf_printf(out, "%s answered  l late  %s lost  ~ stale\n",
		    row_glyph(GLYPH_DOT, style->utf8), row_glyph(GLYPH_CROSS, style->utf8));
}
