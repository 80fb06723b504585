/* SPDX-License-Identifier: GPL-2.0-or-later */
/* row.h: one line of a watched case: a label, and a cell for each column of the time axis.
 *
 * Later things overwrite earlier ones, but for marks of attempts, where the worst stays. */
#ifndef SB_ROW_H
#define SB_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"

/* As terminals number them. */
enum color {
	COLOR_PLAIN,
	COLOR_DIM = 2,
	COLOR_RED = 31,
	COLOR_GREEN,
	COLOR_YELLOW,
	COLOR_BLUE,
	COLOR_MAGENTA,
	COLOR_CYAN
};

/* What a cell shows; above the ASCII range a drawing character with its two forms. */
enum glyph { GLYPH_BAR = 128, GLYPH_LINE, GLYPH_EDGE, GLYPH_DOT, GLYPH_CROSS };

struct cell {
	uint8_t glyph, color; /* glyph 0: nothing there */
};

struct row {
	bool color, utf8;
	int label;          /* columns before the cells */
	int n;              /* cells */
	int64_t to_ns;      /* the right end of the axis */
	struct cell *cells; /* n */
};

/* The cell of a moment; n behind the last one. */
int row_column(const struct row *r, int64_t t_ns);
/* The cells [*a, *b) of a span; at least one. false: it is over before t=0. */
bool row_span(const struct row *r, int64_t from_ns, int64_t to_ns, int *a, int *b);
/* Each leaves out what is beyond the last cell. */
void row_text(struct row *r, int at, const char *text, uint8_t color);
void row_fill(struct row *r, int from, int to, uint8_t glyph, uint8_t color);
/* Writes the row and empties it. */
void row_end(struct row *r, const char *label, struct buf *out);
/* As a terminal draws it. */
const char *row_glyph(enum glyph g, bool utf8);

#endif
