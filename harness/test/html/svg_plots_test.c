/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg_plots_test.c: the axes of plots. */
#include <stdio.h>
#include <string.h>

#include "html/svg.h"
#include "test/kit/ctest.h"

/* The labels below an axis, which stand in its order; how many there are. */
static size_t assert_labels_apart(const struct svg_plot *plot, const struct buf *svg)
{
	double x, y, end = -1e9;
	char words[16];
	size_t n = 0;

	for (const char *at = svg->s; (at = strstr(at, "<text ")); at++) {
		if (sscanf(at,
		        "<text class=\"lab\" x=\"%lf\" y=\"%lf\" text-anchor=\"middle\">%15[^<]",
		        &x, &y, words) != 3)
			continue;
		double half = svg_width(strlen(words)) / 2;

		ck_assert_msg(x - half > end, "%g to %g: '%s' lies over the label before it",
		    plot->lo, plot->hi, words);
		end = x + half;
		n++;
	}
	return n;
}

PURE_TEST("html", labels_of_an_axis_do_not_overlap)
{
	for (double lo = 0.001; lo < 2; lo *= 1.7)
		for (double hi = 10; hi < 1e6; hi *= 1.7) {
			const struct svg_plot plot = {
			    1, "title", "desc", "seconds", lo, hi, .log = true};
			AUTO_BUF rows = {0}, points = {0};

			svg_rows(&plot, NULL, 0, &rows);
			svg_points(&plot, 0, NULL, 0, &points);
			ck_assert_uint_ge(assert_labels_apart(&plot, &rows), 1);
			ck_assert_uint_ge(assert_labels_apart(&plot, &points), 1);
		}
}
