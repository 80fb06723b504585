/* SPDX-License-Identifier: GPL-2.0-or-later */
/* row.c: one line of a watched case: a label, and a cell for each column of the time axis. */
#include "report/row.h"

#include <string.h>

#include "report/plays.h"

static const struct {
	const char *ascii, *utf8;
} glyphs[] = {
    [GLYPH_BAR - GLYPH_BAR] = {"=", "\xe2\x94\x81"},  /* ━ */
    [GLYPH_LINE - GLYPH_BAR] = {"-", "\xe2\x94\x80"}, /* ─ */
    [GLYPH_EDGE - GLYPH_BAR] = {"|", "\xe2\x94\x82"}, /* │ */
    [GLYPH_DOT - GLYPH_BAR] = {".", "\xc2\xb7"},      /* · */
    [GLYPH_CROSS - GLYPH_BAR] = {"x", "\xc3\x97"},    /* × */
};

const char *row_glyph(enum glyph g, bool utf8)
{
	return utf8 ? glyphs[g - GLYPH_BAR].utf8 : glyphs[g - GLYPH_BAR].ascii;
}

int row_column(const struct row *r, int64_t t_ns)
{
	if (t_ns <= 0 || r->to_ns <= 0)
		return 0;
	if (t_ns >= r->to_ns)
		return r->n;
	return (int)((double)t_ns / (double)r->to_ns * r->n);
}

void row_text(struct row *r, int at, const char *text, uint8_t color)
{
	for (; *text && at < r->n; text++, at++)
		r->cells[at] = (struct cell){(uint8_t)*text, color};
}

void row_fill(struct row *r, int from, int to, uint8_t glyph, uint8_t color)
{
	for (int i = from; i < to && i < r->n; i++)
		r->cells[i] = (struct cell){glyph, color};
}

static void put_color(struct buf *out, const struct row *r, int code)
{
	if (r->color)
		buf_printf(out, "\033[%dm", code);
}

void row_end(struct row *r, const char *label, struct buf *out)
{
	int color = COLOR_PLAIN, last = r->n;
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
			if (r->cells[i].color != COLOR_PLAIN)
				put_color(out, r, r->cells[i].color);
			color = r->cells[i].color;
		}
		if (g >= GLYPH_BAR)
			buf_puts(out, row_glyph(g, r->utf8));
		else
			buf_add(out, g ? (const char *)&r->cells[i].glyph : " ", 1);
	}
	if (color != COLOR_PLAIN)
		put_color(out, r, 0);
	buf_puts(out, "\n");
	memset(r->cells, 0, (size_t)r->n * sizeof(*r->cells));
}

bool row_span(const struct row *r, int64_t from_ns, int64_t to_ns, int *a, int *b)
{
	if (to_ns <= 0)
		return false;
	*a = row_column(r, from_ns);
	*b = row_column(r, to_ns);
	if (*a >= r->n)
		*a = r->n - 1;
	if (*b <= *a)
		*b = *a + 1;
	return true;
}
