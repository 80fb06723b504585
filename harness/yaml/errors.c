/* SPDX-License-Identifier: GPL-2.0-or-later */
/* errors.c: the errors of a scenario file, each shown once with its line, a caret and a remedy. */
#include "yaml/errors.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define MANY 256
#define WIDTH 160    /* characters shown of a line */
#define TEXT_MAX 240 /* bytes of a message; names in it may be endless */

static void shorten(struct buf *b)
{
	if (b->len <= TEXT_MAX)
		return;
	b->len = TEXT_MAX;
	while (b->len && ((unsigned char)b->s[b->len] & 0xc0) == 0x80)
		b->len--;
	b->s[b->len] = '\0';
	buf_puts(b, "...");
}

void errors_add(struct errors *e, struct place at, const char *expected, const char *fmt, ...)
{
	struct buf b = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	shorten(&b);
	for (size_t i = 0; i < e->n; i++) {
		const struct error *o = &e->items[i];

		if (o->at.source == at.source && o->at.line == at.line &&
		    o->at.column == at.column && !strcmp(o->text, b.s)) {
			buf_free(&b);
			return;
		}
	}
	if (e->n >= MANY) {
		e->dropped++;
		buf_free(&b);
		return;
	}
	*MEM_PUSH(e->items, e->n, e->cap) = (struct error){at, b.s, mem_strdup(expected)};
}

/* The line and a caret; of a long line only what is around the column. */
static void show_line(const struct place *at, struct buf *out)
{
	const char *s = at->source->text, *end = s + at->source->len;
	struct buf caret = {0};
	int column = 1, first = at->column > WIDTH / 2 ? at->column - WIDTH / 2 : 1;

	for (int line = 1; line < at->line && s < end; line++) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));

		s = nl ? nl + 1 : end;
	}
	buf_puts(out, "  ");
	buf_puts(&caret, "  ");
	for (; s < end && *s != '\n' && column < first + WIDTH; column++) {
		unsigned c = 0;
		size_t n = utf8_char(s, (size_t)(end - s), &c);

		if (column >= first) {
			if (n && (c == '\t' || !utf8_harmful(c)))
				buf_add(out, s, n);
			else
				buf_puts(out, "?");
			if (column < at->column)
				buf_puts(&caret, c == '\t' ? "\t" : " ");
		}
		s += n ? n : 1;
	}
	buf_printf(out, "\n%s^\n", caret.s);
	buf_free(&caret);
}

static int by_place(const void *pa, const void *pb)
{
	const struct error *a = pa, *b = pb;

	if (a->at.source != b->at.source)
		return strcmp(a->at.source->name, b->at.source->name);
	if (a->at.line != b->at.line)
		return a->at.line < b->at.line ? -1 : 1;
	if (a->at.column != b->at.column)
		return a->at.column < b->at.column ? -1 : 1;
	return strcmp(a->text, b->text);
}

void errors_print(struct errors *e, const char *called, struct buf *out)
{
	if (e->n)
		qsort(e->items, e->n, sizeof(*e->items), by_place);
	for (size_t i = 0; i < e->n; i++) {
		const struct error *x = &e->items[i];

		utf8_add(out, x->at.source->name, false);
		buf_printf(out, ":%d:%d: %s: ", x->at.line, x->at.column, called);
		utf8_add(out, x->text, false);
		buf_puts(out, "\n");
		show_line(&x->at, out);
		if (x->expected) {
			buf_puts(out, "  expected: ");
			utf8_add(out, x->expected, false);
			buf_puts(out, "\n");
		}
	}
	if (e->dropped)
		buf_printf(out, "and more %ss, not shown\n", called);
}

void errors_free(struct errors *e)
{
	for (size_t i = 0; i < e->n; i++) {
		free(e->items[i].text);
		free(e->items[i].expected);
	}
	free(e->items);
	*e = (struct errors){0};
}

#define WORD_MAX 40

unsigned words_apart(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	unsigned d[WORD_MAX + 1][WORD_MAX + 1];

	if (la > WORD_MAX || lb > WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= la; i++)
		for (size_t j = 0; j <= lb; j++) {
			if (!i || !j) {
				d[i][j] = (unsigned)(i + j);
				continue;
			}
			unsigned best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[la][lb];
}
