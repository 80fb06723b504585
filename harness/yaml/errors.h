/* SPDX-License-Identifier: GPL-2.0-or-later */
/* errors.h: the errors of a scenario file, each shown once with its line, a caret and a remedy. */
#ifndef SB_ERRORS_H
#define SB_ERRORS_H

#include "base/mem.h"
#include "yaml/node.h"

struct error {
	struct place at;
	char *text, *expected;
};

/* Start with {0}; end with errors_free(). */
struct errors {
	struct error *items;
	size_t n, cap;
	size_t dropped; /* beyond the first 256 */
};

/* Notes an error once, however often it is found. `expected` may be NULL. */
void errors_add(struct errors *e, struct place at, const char *expected, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* All of them, by source and place: "file:line:column: error: what", the line, a caret, the remedy.
 * `called` is "error", or "warning" where they are warnings. */
void errors_print(struct errors *e, const char *called, struct buf *out);
void errors_free(struct errors *e);

/* Changes needed to turn one word into the other: insert, delete, replace, swap neighbours. */
unsigned words_apart(const char *a, const char *b);

#endif
