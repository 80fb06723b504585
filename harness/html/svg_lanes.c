/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg_lanes.c: the lanes of a timeline: bands of MACs, marks of attempts. */
#include "html/svg_lanes.h"

#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "html/html.h"
#include "observed/neigh.h"

#define BAND_H 15

/* One MAC has one colour throughout; more MACs than colours share what is not reserved. */
static unsigned color(struct palette *p, struct mac mac)
{
	size_t i = 0;

	while (i < p->n && mac_cmp(p->macs[i], mac))
		i++;
	if (i == p->n && p->n < 4096)
		*MEM_PUSH(p->macs, p->n, p->cap) = mac;
	if (i < COLORS)
		return (unsigned)i;
	return (unsigned)(p->reserved + (i - COLORS) % (COLORS - p->reserved));
}

/* Each lane's MACs, or only its first one. */
static void color_lanes(
    struct palette *p, const struct timeline *tl, enum lane_kind kind, bool of_clients, bool first)
{
	for (size_t k = 0; k < tl->n_lanes; k++) {
		const struct lane *l = &tl->lanes[k];

		if (l->kind != kind || (of_clients && l->client < 0))
			continue;
		for (size_t s = 0; s < l->n_spans && (!first || !s); s++)
			if (!mac_is_zero(l->spans[s].mac))
				color(p, l->spans[s].mac);
	}
}

void svg_colors(struct palette *p, const struct svg_play *plays, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		color_lanes(p, &plays[i].timeline, LANE_GATEWAY, false, true);
		color_lanes(p, &plays[i].timeline, LANE_PORT, true, true);
	}
	p->reserved = p->n < COLORS / 2 ? p->n : COLORS / 2;
	for (size_t i = 0; i < n; i++)
		color_lanes(p, &plays[i].timeline, LANE_GATEWAY, false, false);
	for (size_t i = 0; i < n; i++)
		color_lanes(p, &plays[i].timeline, LANE_NEIGH, false, false);
	for (size_t i = 0; i < n; i++)
		color_lanes(p, &plays[i].timeline, LANE_PORT, false, false);
}

double svg_x(const struct drawing *d, int64_t t_ns)
{
	double x = d->to_ns > 0 ? (double)t_ns / (double)d->to_ns : 0;

	return LEFT + PLOT * (x < 0 ? 0 : x > 1 ? 1 : x);
}

bool svg_wide_enough(const struct drawing *d, double x, double end, double *last)
{
	if (end - *last < 0.5 && x < *last + 0.5) {
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

/* A port that forwards, the gateway, an entry that is used as it is. */
static bool in_force(const struct lane *l, const struct span *s)
{
	if (l->kind == LANE_NEIGH)
		return s->state == NUD_IS_REACHABLE || s->state == NUD_IS_PERMANENT;
	return l->kind == LANE_GATEWAY || s->state == PORT_FORWARDING || s->state == PORT_UNTOLD;
}

static const char *state_words(const struct lane *l, const struct span *s)
{
	if (l->kind == LANE_NEIGH)
		return neigh_state_name(s->state);
	return in_force(l, s) ? "" : "not forwarding";
}

/* Where not all fits, the colour tells the MAC. */
static void band_words(
    const struct lane *l, const struct span *s, double x, double w, double y, struct buf *out)
{
	const char *state = state_words(l, s);
	bool resolved = !mac_is_zero(s->mac);
	char words[64] = "", text[MAC_TEXT];

	if (resolved)
		mac_words(s->mac, w, words);
	mac_text(s->mac, text);
	size_t len = strlen(words);
	if (*state && w >= svg_width(len + strlen(state) + 1) + 6) {
		snprintf(words + len, sizeof(words) - len, "%s%s", len ? " " : "", state);
	} else if (*state && resolved && w >= svg_width(6 + strlen(state)) + 6) {
		snprintf(words, sizeof(words), "%s %s", text + 12, state);
	} else if (*state && !in_force(l, s) && w >= svg_width(strlen(state)) + 6) {
		snprintf(words, sizeof(words), "%s", state);
	}
	if (*words)
		svg_label(out, "on", "start", x + 3, y + BAND_H - 4, words, 60);
}

static void band(
    struct drawing *d, const struct lane *l, const struct span *s, double x, double w, double y)
{
	struct buf *out = d->out;
	bool resolved = !mac_is_zero(s->mac), full = in_force(l, s), wide = w > 3;
	char class[16], at[WORDS_TEXT], to[WORDS_TEXT], text[MAC_TEXT];
	const char *state = state_words(l, s);

	if (resolved)
		snprintf(
		    class, sizeof(class), "m%u%s", color(&d->palette, s->mac), full ? "" : " p");
	w = w > 0.8 ? w : 0.8;
	if (wide)
		buf_puts(out, "<g>");
	if (resolved && !full) /* not over what is shaded */
		svg_rect(out, "paper", x, y, w, BAND_H);
	svg_rect(out, resolved ? class : "none", x, y, w, BAND_H);
	if (!wide)
		return;
	buf_puts(out, "<title>");
	html_textf(out, "%s %s%s%s, %s to %s%s s", l->name,
	    resolved ? mac_text(s->mac, text) : "no MAC", *state ? " " : "", state,
	    words_moment(s->from_ns, at), s->open ? "at least " : "", words_moment(s->to_ns, to));
	buf_puts(out, "</title>");
	band_words(l, s, x, w, y, out);
	buf_puts(out, "</g>\n");
}

void svg_bands(struct drawing *d, const struct lane *l, double y)
{
	double last = -10, stale_last = -10;

	for (size_t i = 0; i < l->n_spans; i++) {
		const struct span *s = &l->spans[i];
		double x = svg_x(d, s->from_ns), end = svg_x(d, s->to_ns);

		if (s->to_ns <= 0 || (l->kind == LANE_NEIGH && !s->state) ||
		    !svg_wide_enough(d, x, end, &last))
			continue;
		band(d, l, s, x, end - x, y);
	}
	for (size_t i = 0; i < l->n_stale; i++) {
		double x = svg_x(d, l->stale[i].from_ns), end = svg_x(d, l->stale[i].to_ns);

		if (l->stale[i].to_ns > 0 && svg_wide_enough(d, x, end, &stale_last))
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
		svg_num(out, svg_x(d, l->dots[i].t_ns));
		buf_puts(out, " ");
		svg_num(out, kind == DOT_ANSWERED || kind == DOT_OPEN ? y + 10 : y + 2);
		buf_puts(out, kind == DOT_LOST   ? "v11\"/>\n"
		              : kind == DOT_LATE ? "v5m0 4h0\"/>\n"
		                                 : "h0\"/>\n");
	}
	if (any)
		buf_puts(out, "</g>\n");
}

void svg_marks(const struct drawing *d, const struct lane *l, double y)
{
	for (int kind = DOT_ANSWERED; kind <= DOT_OPEN; kind++)
		marks_of_kind(d, l, y, (enum dot_kind)kind);
}

static int worse(enum dot_kind kind)
{
	return kind == DOT_LOST ? 3 : kind == DOT_LATE ? 2 : kind == DOT_ANSWERED;
}

void svg_marks_together(const struct drawing *d, const struct lane *l, double y)
{
	static const char *const classes[] = {"", "run a", "run l", "run x"};
	int column[PLOT + 1] = {0};

	for (size_t i = 0; i < l->n_dots; i++) {
		const struct dot *dot = &l->dots[i];
		int at = (int)(svg_x(d, dot->t_ns) - LEFT);

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
