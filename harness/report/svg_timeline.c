/* svg_timeline.c: plays on one time axis: ports, gateway, neighbour entries, attempts, outages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "judge/neigh.h"
#include "judge/words.h"
#include "report/case.h"
#include "report/html.h"
#include "report/svg.h"

#define WIDTH 880
#define LEFT 124 /* labels */
#define PLOT 744
#define LANE_H 19 /* from one lane to the next */
#define BAND_H 15
#define HEAD_H 36 /* name of the play, and the line of causes */
#define AXIS_H 34
#define PLAY_MARKS 2500 /* attempts of one play that are drawn one by one */
#define MAX_PORTS 24
#define COLORS 8 /* m0 ... of the style */

struct palette {
	struct mac *macs;
	size_t n, cap;
};

struct drawing {
	struct buf *out;
	struct palette palette;
	int64_t to_ns;
	size_t *marks;
	struct svg_cut *cut;
};

/* One MAC has one colour throughout; more MACs than colours share them. */
static unsigned color(struct palette *p, struct mac mac)
{
	size_t i = 0;

	while (i < p->n && mac_cmp(p->macs[i], mac))
		i++;
	if (i == p->n && p->n < 4096)
		*MEM_PUSH(p->macs, p->n, p->cap) = mac;
	return i % COLORS;
}

/* The gateway's own MACs come first, so that they differ. */
static void choose_colors(struct palette *p, const struct svg_play *plays, size_t n)
{
	for (int kind = LANE_STREAM; kind >= LANE_PORT; kind--)
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < plays[i].timeline.n_lanes; k++) {
				const struct lane *l = &plays[i].timeline.lanes[k];

				if ((kind == LANE_STREAM ? LANE_GATEWAY : kind) != (int)l->kind)
					continue;
				for (size_t s = 0; s < l->n_spans; s++)
					if (!mac_is_zero(l->spans[s].mac))
						color(p, l->spans[s].mac);
			}
}

static double x_at(const struct drawing *d, int64_t t_ns)
{
	double x = d->to_ns > 0 ? (double)t_ns / (double)d->to_ns : 0;

	return LEFT + PLOT * (x < 0 ? 0 : x > 1 ? 1 : x);
}

/* Is a stretch that begins and ends here worth an element beside what ended at *last? */
static bool wide_enough(const struct drawing *d, double x, double end, double *last)
{
	if (end - *last < 1 && x < *last + 1) {
		d->cut->narrow++;
		return false;
	}
	*last = end;
	return true;
}

static void mac_words(struct mac mac, double room, char *out)
{
	char text[MAC_TEXT];

	mac_text(mac, text);
	out[0] = '\0';
	if (room >= svg_width(17) + 6)
		strcpy(out, text);
	else if (room >= svg_width(5) + 4)
		strcpy(out, text + 12);
}

static void band(
    struct drawing *d, const struct lane *l, const struct span *s, double x, double w, double y)
{
	struct buf *out = d->out;
	bool entry = l->kind == LANE_NEIGH, resolved = !mac_is_zero(s->mac);
	bool full = entry ? s->state == 0x02 || s->state == NUD_IS_PERMANENT
	                  : l->kind == LANE_GATEWAY || s->state == PORT_FORWARDING ||
	                        s->state == PORT_UNTOLD;
	char class[16], at[WORDS_TEXT], to[WORDS_TEXT], text[MAC_TEXT], words[64];
	const char *state = entry ? neigh_state_name(s->state) : full ? "" : "not forwarding";

	if (resolved)
		snprintf(
		    class, sizeof(class), "m%u%s", color(&d->palette, s->mac), full ? "" : " p");
	w = w > 0.8 ? w : 0.8;
	buf_puts(out, "<g>");
	if (resolved && !full) /* not over what is shaded */
		svg_rect(out, "paper", x, y, w, BAND_H);
	svg_rect(out, resolved ? class : "none", x, y, w, BAND_H);
	buf_puts(out, "<title>");
	html_textf(out, "%s %s%s%s, %s to %s%s s", l->name,
	    resolved ? mac_text(s->mac, text) : "no MAC", *state ? " " : "", state,
	    words_moment(s->from_ns, at), s->open ? "at least " : "", words_moment(s->to_ns, to));
	buf_puts(out, "</title>");
	mac_words(s->mac, w, words);
	if (!resolved)
		words[0] = '\0';
	/* where not all fits, the colour tells the MAC */
	if (*state && w >= svg_width(strlen(words) + strlen(state) + 1) + 6) {
		strcat(words, *words ? " " : "");
		strcat(words, state);
	} else if (*state && resolved && w >= svg_width(6 + strlen(state)) + 6) {
		snprintf(words, sizeof(words), "%s %s", text + 12, state);
	} else if (*state && !full && w >= svg_width(strlen(state)) + 6) {
		strcpy(words, state);
	}
	if (*words)
		svg_label(out, "on", "start", x + 3, y + BAND_H - 4, words, 60);
	buf_puts(out, "</g>\n");
}

static void bands(struct drawing *d, const struct lane *l, double y)
{
	double last = -10, stale_last = -10;

	for (size_t i = 0; i < l->n_spans; i++) {
		const struct span *s = &l->spans[i];
		double x = x_at(d, s->from_ns), end = x_at(d, s->to_ns);

		if (s->to_ns <= 0 || (l->kind == LANE_NEIGH && !s->state) ||
		    !wide_enough(d, x, end, &last))
			continue;
		band(d, l, s, x, end - x, y);
	}
	for (size_t i = 0; i < l->n_stale; i++) {
		double x = x_at(d, l->stale[i].from_ns), end = x_at(d, l->stale[i].to_ns);

		if (l->stale[i].to_ns > 0 && wide_enough(d, x, end, &stale_last))
			svg_rect(d->out, "stale", x, y + BAND_H, end - x > 1 ? end - x : 1, 2.5);
	}
}

/* Shapes: a point is answered, an exclamation mark late, a stroke lost. */
static void marks_of_kind(
    const struct drawing *d, const struct lane *l, double y, enum dot_kind kind)
{
	static const char *const groups[] = {"a", "l", "x", "o"};
	struct buf *out = d->out;
	bool any = false;

	for (size_t i = 0; i < l->n_dots; i++) {
		if (l->dots[i].kind != kind || l->dots[i].t_ns < 0)
			continue;
		if (!any)
			buf_printf(out, "<g class=\"%s\">\n", groups[kind]);
		any = true;
		buf_printf(out, "<path class=\"%s\" d=\"M", kind == DOT_OPEN ? "undecided" : "dot");
		svg_num(out, x_at(d, l->dots[i].t_ns));
		buf_puts(out, " ");
		svg_num(out, kind == DOT_ANSWERED || kind == DOT_OPEN ? y + 10 : y + 2);
		buf_puts(out, kind == DOT_LOST   ? "v11\"/>\n"
		              : kind == DOT_LATE ? "v5m0 4h0\"/>\n"
		                                 : "h0\"/>\n");
	}
	if (any)
		buf_puts(out, "</g>\n");
}

static int worse(enum dot_kind kind)
{
	return kind == DOT_LOST ? 3 : kind == DOT_LATE ? 2 : kind == DOT_ANSWERED;
}

/* Too many for one mark each: the worst of each pixel's attempts, neighbours of a kind as one. */
static void marks_together(const struct drawing *d, const struct lane *l, double y)
{
	static const char *const classes[] = {"", "run a", "run l", "run x"};
	int column[PLOT + 1] = {0};

	for (size_t i = 0; i < l->n_dots; i++) {
		const struct dot *dot = &l->dots[i];
		int at = (int)(x_at(d, dot->t_ns) - LEFT);

		if (dot->t_ns < 0)
			continue;
		if (worse(dot->kind) > column[at])
			column[at] = worse(dot->kind);
		d->cut->summed += dot->kind != DOT_OPEN;
	}
	for (int from = 0, to; from <= PLOT; from = to) {
		for (to = from + 1; to <= PLOT && column[to] == column[from]; to++)
			;
		if (column[from])
			svg_rect(d->out, classes[column[from]], LEFT + from,
			    column[from] == 1 ? y + 9 : y + 2, to - from,
			    column[from] == 1 ? 2 : 11);
	}
}

static void outages(struct drawing *d, const struct svg_play *p, double y, double bottom)
{
	double last = -10, label_end = 0;
	char span[WORDS_TEXT], from[WORDS_TEXT], to[WORDS_TEXT], words[160];

	for (size_t i = 0; i < p->timeline.n_outages; i++) {
		const struct outage *o = &p->timeline.outages[i];
		double x = x_at(d, o->from_ns), end = x_at(d, o->to_ns);
		const char *form = case_form(o->form);

		if (!wide_enough(d, x, end, &last))
			continue;
		snprintf(words, sizeof(words), "%s%s: %s%s%s%s", o->open ? "at least " : "",
		    words_span(o->to_ns - o->from_ns, span), cause_name(o->cause),
		    *form ? " (" : "", form, *form ? ")" : "");
		buf_puts(d->out, "<g>");
		svg_rect(d->out, "outage", x, y + 24, end - x > 1 ? end - x : 1, bottom - y - 24);
		buf_puts(d->out, "<title>");
		html_textf(d->out, "outage, %s to %s s, %u lost, %s",
		    words_moment(o->from_ns, from), words_moment(o->to_ns, to), o->lost, words);
		buf_puts(d->out, "</title>");
		double width = svg_width(strlen(words));
		double at = x + width > WIDTH ? WIDTH - width : x;
		if (at >= label_end) {
			svg_label(d->out, "cause", "start", at, y + 33, words, 150);
			label_end = at + width + 8;
		}
		buf_puts(d->out, "</g>\n");
	}
}

static void lane_label(const struct lane *l, char *out, size_t size)
{
	const char *before = l->kind == LANE_PORT      ? "port "
	                     : l->kind == LANE_GATEWAY ? "gateway "
	                                               : "";

	snprintf(out, size, "%s%s%s", before, l->name, l->kind == LANE_NEIGH ? "'s entry" : "");
}

static bool shown(const struct timeline *tl, size_t i)
{
	return tl->lanes[i].kind != LANE_PORT || i < MAX_PORTS;
}

static size_t shown_lanes(const struct timeline *tl)
{
	size_t n = 0;

	for (size_t i = 0; i < tl->n_lanes; i++)
		n += shown(tl, i);
	return n;
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
	double lane_y = y + HEAD_H, bottom = lane_y + LANE_H * (double)shown_lanes(tl);
	size_t judged = timeline_judged(tl);
	bool each = judged <= PLAY_MARKS && judged <= *d->marks;
	char label[80];

	buf_printf(d->out, "<g class=\"play\">\n");
	head(d, p, y);
	if (!tl->started) {
		svg_label(d->out, "lab", "start", LEFT, lane_y + 11,
		    "it broke off before t=0: there is nothing to draw", 100);
		buf_puts(d->out, "</g>\n");
		return;
	}
	grid(d, y + 24, bottom + 3);
	outages(d, p, y, bottom);
	for (size_t i = 0; i < tl->n_lanes; i++) {
		const struct lane *l = &tl->lanes[i];

		if (!shown(tl, i)) {
			d->cut->ports++;
			continue;
		}
		lane_label(l, label, sizeof(label));
		svg_label(d->out, "lab", "start", 2, lane_y + 11, label, 20);
		if (l->kind != LANE_STREAM) {
			bands(d, l, lane_y);
		} else if (each) {
			for (int kind = DOT_ANSWERED; kind <= DOT_OPEN; kind++)
				marks_of_kind(d, l, lane_y, (enum dot_kind)kind);
		} else {
			marks_together(d, l, lane_y);
		}
		lane_y += LANE_H;
	}
	if (each)
		*d->marks -= judged;
	if (!tl->ended) {
		double x = x_at(d, tl->known_ns);

		svg_rect(d->out, "unknown", x, y + HEAD_H, LEFT + PLOT - x, bottom - y - HEAD_H);
		svg_label(d->out, "lab", x > WIDTH / 2 ? "end" : "start", x, bottom - 6,
		    "the trace breaks off here", 60);
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
	buf_puts(desc, ". The tables that go with it have the same in figures.");
}

void svg_cut_words(const struct svg_cut *cut, struct buf *out)
{
	char text[WORDS_TEXT];

	if (cut->summed)
		buf_printf(out,
		    "%s attempts are too many for a mark each: each pixel shows the worst of its own. ",
		    words_count(cut->summed, text));
	if (cut->narrow)
		buf_printf(out, "%s stretches narrower than a pixel are not drawn. ",
		    words_count(cut->narrow, text));
	if (cut->ports)
		buf_printf(out, "%s further ports are not drawn. ", words_count(cut->ports, text));
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

		height += HEAD_H + LANE_H * (double)(tl->started ? shown_lanes(tl) : 1) + 8;
		d.to_ns = tl->to_ns > d.to_ns ? tl->to_ns : d.to_ns;
	}
	choose_colors(&d.palette, plays, n);
	describe(plays, n, &title, &desc);
	svg_open(out, id, WIDTH, height + AXIS_H - 10, title.s, desc.s, style);
	axis(&d, height);
	double y = 4;
	for (size_t i = 0; i < n; i++) {
		const struct timeline *tl = &plays[i].timeline;

		draw_play(&d, &plays[i], y);
		y += HEAD_H + LANE_H * (double)(tl->started ? shown_lanes(tl) : 1) + 8;
	}
	if (style) {
		struct buf words = {0};

		svg_cut_words(cut, &words);
		if (words.len)
			svg_label(out, "lab", "start", 2, height + AXIS_H - 14, words.s, 150);
		buf_free(&words);
	}
	buf_puts(out, "</svg>\n");
	buf_free(&title);
	buf_free(&desc);
	free(d.palette.macs);
}

void svg_file(const struct judged *control, const struct judged *play, struct buf *out)
{
	struct svg_play plays[2];
	struct svg_cut cut;
	size_t n = 0, marks = 2 * PLAY_MARKS;

	if (control && control != play && play->trace->meta.breaks == CAUSE_NONE)
		plays[n++].play = control;
	plays[n++].play = play;
	for (size_t i = 0; i < n; i++)
		timeline_make(plays[i].play->trace, &plays[i].play->judgement, &plays[i].timeline);
	svg_timeline(plays, n, 0, html_style_light, &marks, &cut, out);
	for (size_t i = 0; i < n; i++)
		timeline_free(&plays[i].timeline);
}
