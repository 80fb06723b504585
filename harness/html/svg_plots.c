/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg_plots.c: rows of marks, and points. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "html/svg.h"

#define WIDTH 880
#define ROWS_LEFT 306
#define ROWS_PLOT 360
#define ROW_H 16
#define POINTS_LEFT 56
#define POINTS_PLOT 800
#define POINTS_H 210

struct axis {
	const struct svg_plot *plot;
	double left, width;
};

static double x_at(const struct axis *a, double x)
{
	const struct svg_plot *p = a->plot;
	double at = p->log ? (log(fmax(x, p->lo)) - log(p->lo)) / (log(p->hi) - log(p->lo))
	                   : (x - p->lo) / (p->hi - p->lo);

	return a->left + a->width * fmin(fmax(at, 0), 1);
}

/* A label that is wider than `room` is left out. */
static void tick(
    const struct axis *a, double x, double room, double top, double bottom, struct buf *out)
{
	char words[32];

	snprintf(words, sizeof(words), "%g", x);
	svg_line(out, "grid", x_at(a, x), top, x_at(a, x), bottom + 4);
	if (svg_width(strlen(words)) + 4 <= room)
		svg_label(out, "lab", "middle", x_at(a, x), bottom + 16, words, 12);
}

static void draw_axis(const struct axis *a, double top, double bottom, struct buf *out)
{
	const struct svg_plot *p = a->plot;
	double step = svg_step(p->hi - p->lo, 10);

	if (p->log) {
		int from = (int)floor(log10(p->lo) - 1e-9), to = (int)ceil(log10(p->hi));
		double doubled = a->width * log(2) / (log(p->hi) - log(p->lo));

		for (int e = from; e <= to && e < from + 20; e++) {
			for (int k = 1; k <= 5; k += k == 1 ? 1 : 3) {
				double x = k * pow(10, e);

				if (x >= p->lo * 0.999 && x <= p->hi * 1.001)
					tick(a, x, k == 1 ? HUGE_VAL : doubled, top, bottom, out);
			}
		}
	} else {
		for (int i = 0; p->lo + i * step <= p->hi * 1.0001 && i < 20; i++)
			tick(a, p->lo + i * step, HUGE_VAL, top, bottom, out);
	}
	svg_label(out, "lab", "start", a->left, bottom + 31, p->x_title, 100);
}

static void mark(enum svg_shape shape, double x, double y, struct buf *out)
{
	static const char *const classes[] = {"control", "arm", "other"};
	static const char *const paths[] = {"m-3.5-3.5l7 7m0-7l-7 7", "m-2.7-2.7h5.4v5.4h-5.4z",
	    "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0"};

	buf_printf(out, "<path class=\"%s\" d=\"M", classes[shape]);
	svg_num(out, x);
	buf_puts(out, " ");
	svg_num(out, y);
	buf_printf(out, "%s\"/>\n", paths[shape]);
}

void svg_rows(const struct svg_plot *plot, const struct svg_row *rows, size_t n, struct buf *out)
{
	struct axis a = {plot, ROWS_LEFT, ROWS_PLOT};
	double bottom = 6 + ROW_H * (double)n + 4;

	svg_open(out, plot->id, WIDTH, bottom + 38, plot->title, plot->desc, NULL);
	draw_axis(&a, 6, bottom, out);
	for (size_t i = 0; i < n; i++) {
		const struct svg_row *r = &rows[i];
		double middle = 6 + ROW_H * ((double)i + 0.5);

		svg_label(out, r->heading ? "name" : "lab", "start", r->heading ? 2 : 12,
		    middle + 4, r->name, 43);
		if (r->heading)
			continue;
		if (r->unseen > 0)
			svg_rect(out, "unseen", ROWS_LEFT, middle - 4,
			    fmax(x_at(&a, r->unseen) - ROWS_LEFT, 0), 8);
		for (size_t k = 0; k < r->n; k++)
			if (!plot->log || r->x[k] > 0)
				mark(r->shape, x_at(&a, r->x[k]), middle, out);
		svg_label(
		    out, "lab", "start", ROWS_LEFT + ROWS_PLOT + 12, middle + 4, r->value, 30);
	}
	buf_puts(out, "</svg>\n");
}

void svg_points(const struct svg_plot *plot, double y_lo, const struct svg_point *points, size_t n,
    struct buf *out)
{
	struct axis a = {plot, POINTS_LEFT, POINTS_PLOT};
	double step = svg_step(100 - y_lo, 6);
	char words[32];

	svg_open(out, plot->id, WIDTH, 10 + POINTS_H + 40, plot->title, plot->desc, NULL);
	draw_axis(&a, 10, 10 + POINTS_H, out);
	for (int i = 0; 100 - i * step >= y_lo - 0.001 && i < 20; i++) {
		double y = 10 + POINTS_H * (i * step) / (100 - y_lo);

		svg_line(out, "grid", POINTS_LEFT, y, POINTS_LEFT + POINTS_PLOT, y);
		snprintf(words, sizeof(words), "%g %%", 100 - i * step);
		svg_label(out, "lab", "end", POINTS_LEFT - 6, y + 4, words, 10);
	}
	for (size_t i = 0; i < n; i++)
		mark(points[i].shape, x_at(&a, points[i].x),
		    10 + POINTS_H * (100 - fmax(points[i].y, y_lo)) / (100 - y_lo), out);
	buf_puts(out, "</svg>\n");
}
