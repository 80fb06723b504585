/* SPDX-License-Identifier: GPL-2.0-or-later */
/* utf8.h: characters of UTF-8 text, and those that a reader would not see or a terminal obeys. */
#ifndef SB_UTF8_H
#define SB_UTF8_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

/* The length of the well-formed character at s (of `left` bytes) and its number, or 0. */
size_t utf8_char(const char *s, size_t left, unsigned *number);
/* Controls (newline and tab too), what turns the direction of text, what has no width, tags and
 * noncharacters. */
bool utf8_harmful(unsigned c);
/* Is the whole text UTF-8 without harm? Newlines, and tabs, are allowed in text of lines. */
bool utf8_good(const char *s, bool lines);
/* Each harmful character, and each byte that is no UTF-8, becomes one '?'; newlines and tabs stay
 * where `lines`. In place: the text never grows. */
void utf8_clean(char *s, bool lines);
/* Appends the text, cleaned. */
void utf8_add(struct buf *out, const char *s, bool lines);
/* The text as a string of JSON, cleaned if it is not UTF-8; null for NULL. The caller's. */
json_t *utf8_json(const char *s);

#endif
