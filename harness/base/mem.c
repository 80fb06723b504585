/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mem.c: memory that is there or ends the process, and a growing string. */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int mem_exit_status = 4;

void *mem_there(void *p)
{
	static const char text[] = "steadybridge: out of memory\n";

	if (!p) {
		ssize_t n = write(STDERR_FILENO, text, sizeof(text) - 1);
		(void)n;
		_exit(mem_exit_status);
	}
	return p;
}

void *mem_alloc(size_t size)
{
	return mem_there(calloc(1, size ? size : 1));
}

void *mem_grow(void *p, size_t n, size_t size)
{
	return mem_there(reallocarray(p, n ? n : 1, size));
}

char *mem_strdup(const char *s)
{
	return s ? mem_there(strdup(s)) : NULL;
}

char *mem_printf(const char *fmt, ...)
{
	struct buf b = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return b.s;
}

void buf_add(struct buf *b, const char *s, size_t len)
{
	if (len >= SIZE_MAX - b->len - 1)
		mem_there(NULL);
	if (b->len + len + 1 > b->cap) {
		size_t cap = b->cap ? b->cap : 64;

		while (cap < b->len + len + 1)
			cap *= 2;
		b->s = mem_grow(b->s, cap, 1);
		b->cap = cap;
	}
	if (len)
		memcpy(b->s + b->len, s, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	char *s = NULL;
	int n = vasprintf(&s, fmt, ap);

	if (n < 0)
		mem_there(NULL);
	buf_add(b, s, (size_t)n);
	free(s);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void buf_free(struct buf *b)
{
	free(b->s);
	*b = (struct buf){0};
}
