/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.h: a table for a terminal. */
#ifndef SB_TABLE_H
#define SB_TABLE_H

#include "base/mem.h"

/* Appends the titles and the rows (cells[row * cols + col], each with text), every column as wide
 * as its widest cell. */
void table_text(
    const char *const *titles, size_t cols, const struct buf *cells, size_t rows, struct buf *out);

#endif
