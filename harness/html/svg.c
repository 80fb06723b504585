/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg.c: pieces of a picture. */
#include "html/svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "html/html.h"

void svg_num(struct buf *out, double n)
{
	char s[32];
	int len;

	if (!(n > -1e6))
		n = -1e6;
	if (n > 1e6)
		n = 1e6;
	len = snprintf(s, sizeof(s), "%.1f", n);
	if (len > 2 && !strcmp(s + len - 2, ".0"))
		s[len - 2] = '\0';
	buf_puts(out, strcmp(s, "-0") ? s : "0");
}

static void attribute(struct buf *out, const char *name, double n)
{
	buf_printf(out, " %s=\"", name);
	svg_num(out, n);
	buf_puts(out, "\"");
}

void svg_open(struct buf *out, unsigned id, double width, double height, const char *title,
    const char *desc, const char *style)
{
	buf_puts(out, "<svg role=\"img\"");
	if (style)
		buf_puts(out, " xmlns=\"http://www.w3.org/2000/svg\"");
	double margin = style ? 8 : 0;
	buf_printf(out, " aria-labelledby=\"t%u d%u\" viewBox=\"", id, id);
	svg_num(out, -margin);
	buf_puts(out, " ");
	svg_num(out, -margin);
	buf_puts(out, " ");
	svg_num(out, width += 2 * margin);
	buf_puts(out, " ");
	svg_num(out, height += 2 * margin);
	buf_puts(out, "\"");
	if (style) {
		attribute(out, "width", width);
		attribute(out, "height", height);
	}
	buf_printf(out, ">\n<title id=\"t%u\">", id);
	html_text(out, title);
	buf_printf(out, "</title>\n<desc id=\"d%u\">", id);
	html_text(out, desc);
	buf_puts(out, "</desc>\n");
	if (style)
		buf_printf(out, "<style>%s%s</style>\n", style, html_style_marks);
	if (style)
		svg_rect(out, "paper", -margin, -margin, width, height);
}

void svg_rect(struct buf *out, const char *class, double x, double y, double w, double h)
{
	buf_printf(out, "<rect class=\"%s\"", class);
	attribute(out, "x", x);
	attribute(out, "y", y);
	attribute(out, "width", w);
	attribute(out, "height", h);
	buf_puts(out, "/>\n");
}

void svg_line(struct buf *out, const char *class, double x1, double y1, double x2, double y2)
{
	buf_printf(out, "<path class=\"%s\" d=\"M", class);
	svg_num(out, x1);
	buf_puts(out, " ");
	svg_num(out, y1);
	buf_puts(out, "L");
	svg_num(out, x2);
	buf_puts(out, " ");
	svg_num(out, y2);
	buf_puts(out, "\"/>\n");
}

void svg_label(struct buf *out, const char *class, const char *anchor, double x, double y,
    const char *text, size_t max)
{
	size_t len = strlen(text);

	buf_printf(out, "<text class=\"%s\"", class);
	attribute(out, "x", x);
	attribute(out, "y", y);
	if (strcmp(anchor, "start"))
		buf_printf(out, " text-anchor=\"%s\"", anchor);
	buf_puts(out, ">");
	if (len > max) {
		html_textf(out, "%.*s", (int)max - 1, text);
		buf_puts(out, "\xe2\x80\xa6");
	} else {
		html_text(out, text);
	}
	buf_puts(out, "</text>\n");
}

double svg_width(size_t n)
{
	return 6.7 * (double)n;
}

double svg_step(double range, int most)
{
	double step = pow(10, floor(log10(range > 1e-9 ? range / most : 1)));

	if (range / step > most)
		step *= 2;
	if (range / step > most)
		step *= 2.5;
	if (range / step > most)
		step *= 2;
	return step;
}
