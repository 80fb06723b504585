/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.c: the lanes of a case as text, for a terminal that looks on.
 *
 * A line is a row of cells, one a column of the time axis: later things overwrite earlier ones, but
 * for marks of attempts, where the worst stays. */
#include "report/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "base/words.h"
#include "observed/neigh.h"
#include "report/plays.h"

#define LABEL_LEAST 6
#define LABEL_MOST 16
#define PORTS_MOST 8 /* lanes of ports; the rest shares one */
#define TICK_LEAST 8 /* columns between two labels of the axis */

enum color { PLAIN, DIM = 2, RED = 31, GREEN, YELLOW, BLUE, MAGENTA, CYAN };

/* What a cell shows; above the ASCII range a drawing character with its two forms. */
enum glyph { BAR = 128, LINE, EDGE, DOT, CROSS };

static const struct {
	const char *ascii, *utf8;
} glyphs[] = {
    [BAR - BAR] = {"=", "\xe2\x94\x81"},  /* ━ */
    [LINE - BAR] = {"-", "\xe2\x94\x80"}, /* ─ */
    [EDGE - BAR] = {"|", "\xe2\x94\x82"}, /* │ */
    [DOT - BAR] = {".", "\xc2\xb7"},      /* · */
    [CROSS - BAR] = {"x", "\xc3\x97"},    /* × */
};

struct cell {
	uint8_t glyph, color; /* glyph 0: nothing there */
};

struct row {
	const struct watch_style *style;
	int label;          /* columns before the cells */
	int n;              /* cells */
	int64_t to_ns;      /* the right end of the axis */
	struct cell *cells; /* n */
};

static int column(const struct row *r, int64_t t_ns)
{
	if (t_ns <= 0 || r->to_ns <= 0)
		return 0;
	if (t_ns >= r->to_ns)
		return r->n;
	return (int)((double)t_ns / (double)r->to_ns * r->n);
}

static void put_text(struct row *r, int at, const char *text, uint8_t color)
{
	for (; *text && at < r->n; text++, at++)
		r->cells[at] = (struct cell){(uint8_t)*text, color};
}

static void fill(struct row *r, int from, int to, uint8_t glyph, uint8_t color)
{
	for (int i = from; i < to && i < r->n; i++)
		r->cells[i] = (struct cell){glyph, color};
}

static void put_color(struct buf *out, const struct row *r, int code)
{
	if (r->style->color)
		buf_printf(out, "\033[%dm", code);
}

/* Writes the row and empties it. */
static void end_row(struct row *r, const char *label, struct buf *out)
{
	int color = PLAIN, last = r->n;
	struct buf b = {0};

	while (last > 0 && !r->cells[last - 1].glyph)
		last--;
	buf_printf(&b, "%-*.*s", r->label - 1, r->label - 1, label);
	text_clean(out, b.s);
	buf_free(&b);
	if (last)
		buf_puts(out, " ");
	for (int i = 0; i < last; i++) {
		uint8_t g = r->cells[i].glyph;

		if (r->cells[i].color != color) {
			put_color(out, r, 0);
			if (r->cells[i].color != PLAIN)
				put_color(out, r, r->cells[i].color);
			color = r->cells[i].color;
		}
		if (g >= BAR)
			buf_puts(
			    out, r->style->utf8 ? glyphs[g - BAR].utf8 : glyphs[g - BAR].ascii);
		else
			buf_add(out, g ? (const char *)&r->cells[i].glyph : " ", 1);
	}
	if (color != PLAIN)
		put_color(out, r, 0);
	buf_puts(out, "\n");
	memset(r->cells, 0, (size_t)r->n * sizeof(*r->cells));
}

/* A step of 1, 2 or 5 times a power of ten, wide enough for its labels. */
static int64_t axis_step(const struct row *r)
{
	for (int64_t unit = NS_PER_MS; unit <= r->to_ns; unit *= 10)
		for (int i = 0; i < 3; i++) {
			int64_t step = unit * (const int[]){1, 2, 5}[i];

			if (column(r, step) >= TICK_LEAST)
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
		if (column(r, t) + (int)strlen(text) <= r->n)
			put_text(r, column(r, t), text, DIM);
	}
	end_row(r, "seconds", out);
}

/* The columns of a span; at least one. false: it is over before t=0. */
static bool span_columns(const struct row *r, int64_t from_ns, int64_t to_ns, int *a, int *b)
{
	if (to_ns <= 0)
		return false;
	*a = column(r, from_ns);
	*b = column(r, to_ns);
	if (*a >= r->n)
		*a = r->n - 1;
	if (*b <= *a)
		*b = *a + 1;
	return true;
}

/* A stretch with an edge where it begins, and as much of its name as there is room for. */
static void put_band(struct row *r, const struct span *s, const char *whole, const char *shorter,
    uint8_t glyph, uint8_t color)
{
	int a, b;

	if (!span_columns(r, s->from_ns, s->to_ns, &a, &b))
		return;
	fill(r, a, b, glyph, color);
	if (s->from_ns > 0)
		r->cells[a++] = (struct cell){EDGE, color};
	if ((int)strlen(whole) <= b - a)
		put_text(r, a, whole, color);
	else if ((int)strlen(shorter) <= b - a)
		put_text(r, a, shorter, color);
}

static uint8_t mac_color(struct mac *seen, size_t *n, struct mac m)
{
	static const uint8_t colors[] = {CYAN, MAGENTA, BLUE, YELLOW};
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
		put_band(r, &l->spans[i], text, text + strlen("00:00:00:00:"), LINE,
		    mac_color(seen, &n, l->spans[i].mac));
	}
	snprintf(label, sizeof(label), "%.15s MAC", l->name);
	end_row(r, label, out);
}

static void mark_stale(struct row *r, int from, int to)
{
	for (int i = from; i < to && i < r->n; i++) {
		r->cells[i].color = RED;
		if (r->cells[i].glyph == LINE)
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
		put_band(r, s, name, shorter, s->state ? LINE : ' ', PLAIN);
	}
	for (size_t i = 0; i < l->n_stale; i++)
		if (span_columns(r, l->stale[i].from_ns, l->stale[i].to_ns, &a, &b))
			mark_stale(r, a, b);
	snprintf(label, sizeof(label), "%.15s entry", l->name);
	end_row(r, label, out);
}

static void put_port(struct row *r, const struct lane *l)
{
	int a, b;

	for (size_t i = 0; i < l->n_spans; i++) {
		const struct span *s = &l->spans[i];
		bool through = s->state == PORT_FORWARDING || s->state == PORT_UNTOLD;

		if (span_columns(r, s->from_ns, s->to_ns, &a, &b))
			fill(r, a, b, through ? BAR : LINE, through ? PLAIN : YELLOW);
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
		end_row(r, label, out);
	}
}

static void add_stream(struct row *r, const struct lane *l, struct buf *out)
{
	static const struct cell marks[] = {
	    [DOT_ANSWERED] = {DOT, GREEN}, [DOT_LATE] = {'l', YELLOW}, [DOT_LOST] = {CROSS, RED}};

	/* The worst comes last, and stays. */
	for (int kind = DOT_ANSWERED; kind <= DOT_LOST; kind++)
		for (size_t i = 0; i < l->n_dots; i++) {
			const struct dot *d = &l->dots[i];

			if ((int)d->kind == kind && d->t_ns >= 0 && column(r, d->t_ns) < r->n)
				r->cells[column(r, d->t_ns)] = marks[kind];
		}
	end_row(r, l->name, out);
}

/* Bars under the stream, each with its cause beside it where there is room. */
static void add_outages(struct row *r, const struct timeline *tl, int stream, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < tl->n_outages; i++) {
		const struct outage *o = &tl->outages[i];
		char span[WORDS_TEXT], text[128];
		int a, b, room = r->n;

		if (o->stream != stream || !span_columns(r, o->from_ns, o->to_ns, &a, &b))
			continue;
		any = true;
		fill(r, a, b, BAR, RED);
		if (i + 1 < tl->n_outages && tl->outages[i + 1].stream == stream)
			room = column(r, tl->outages[i + 1].from_ns) - 1;
		snprintf(text, sizeof(text), "%s %s%s", cause_name(o->cause),
		    o->open ? "at least " : "", words_span(o->to_ns - o->from_ns, span));
		int len = (int)strlen(text);
		if (b + 1 + len <= room)
			put_text(r, b + 1, text, RED);
		else if (len + 4 <= b - a) {
			fill(r, a + 1, a + len + 3, ' ', PLAIN);
			put_text(r, a + 2, text, RED);
		} else if (len + 1 <= a && !r->cells[a - 1 - len].glyph)
			put_text(r, a - 1 - len, text, RED);
	}
	if (any)
		end_row(r, " outage", out);
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
	struct row r = {
	    .style = &style, .label = label_width(tl, style.columns), .to_ns = tl->to_ns};
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
		    style->utf8 ? glyphs[DOT - BAR].utf8 : glyphs[DOT - BAR].ascii,
		    style->utf8 ? glyphs[CROSS - BAR].utf8 : glyphs[CROSS - BAR].ascii);
}
