/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.c: a table for a terminal. */
#include "report/table.h"

#include <string.h>

static void add_row(const char *const *texts, const size_t *width, size_t cols, struct buf *out)
{
	for (size_t c = 0; c + 1 < cols; c++)
		buf_printf(out, "%-*s  ", (int)width[c], texts[c]);
	buf_printf(out, "%s\n", texts[cols - 1]);
}

void table_text(
    const char *const *titles, size_t cols, const struct buf *cells, size_t rows, struct buf *out)
{
	size_t width[cols];
	const char *texts[cols];

	for (size_t c = 0; c < cols; c++) {
		width[c] = strlen(titles[c]);
		for (size_t i = 0; i < rows; i++)
			if (cells[i * cols + c].len > width[c])
				width[c] = cells[i * cols + c].len;
	}
	add_row(titles, width, cols, out);
	for (size_t i = 0; i < rows; i++) {
		for (size_t c = 0; c < cols; c++)
			texts[c] = cells[i * cols + c].s;
		add_row(texts, width, cols, out);
	}
}
