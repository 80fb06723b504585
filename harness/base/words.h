/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.h: figures as people read them. */
#ifndef SB_BASE_WORDS_H
#define SB_BASE_WORDS_H

#include <stdint.h>

#include "base/mem.h"

#define WORDS_TEXT 40

/* A length of time: "0.4 ms", "250 ms", "31.3 s", "41 min"; returns out (WORDS_TEXT bytes). */
char *words_span(int64_t ns, char *out);
/* A moment of scenario time in seconds: "5.001"; returns out (WORDS_TEXT bytes). */
char *words_moment(int64_t ns, char *out);
/* With thousands separators: "2,160"; returns out (WORDS_TEXT bytes). */
char *words_count(uint64_t n, char *out);
/* "never", "once", "2 times"; returns out (WORDS_TEXT bytes). */
char *words_times(uint64_t n, char *out);
/* "1 lookup", "8 lookups"; returns out (WORDS_TEXT bytes). */
char *words_of(uint64_t n, const char *noun, char *out);
/* "" for one, "s" for any other number. */
const char *words_plural(uint64_t n);

/* Appends a text in single quotes, as a shell reads it. */
void words_quote(const char *s, struct buf *out);
/* One word of a shell, in quotes where it needs them. Caller frees. */
char *words_shell(const char *s);

#endif
