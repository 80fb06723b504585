/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mem.h: memory that is there or ends the process, and a growing string. */
#ifndef SB_MEM_H
#define SB_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* The one exception to "the harness never exits": without memory nothing can be said or undone, so
 * these print one line to standard error and end the process with
 * mem_exit_status: 4, "cannot start", unless the program says otherwise. */
extern int mem_exit_status;
void *mem_alloc(size_t size);                   /* zeroed; caller frees */
void *mem_grow(void *p, size_t n, size_t size); /* realloc of n items of size bytes; not zeroed */
void *mem_there(void *p);                       /* p, which is not NULL */
char *mem_strdup(const char *s);                /* NULL stays NULL; caller frees */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* caller frees */

/* A growing string; always NUL-terminated once something was added. Start with {0}. */
struct buf {
	char *s;
	size_t len, cap;
};

void buf_add(struct buf *b, const char *s, size_t len);
void buf_puts(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void buf_free(struct buf *b);

/* Makes room for one more item in an array that doubles: `MEM_PUSH(a, n, cap)` yields &a[n++]. */
#define MEM_PUSH(a, n, cap)                                                                        \
	(((n) == (cap) ? ((cap) = (cap) ? (cap)*2 : 16, (a) = mem_grow((a), (cap), sizeof(*(a))))  \
	               : (a)),                                                                     \
	    &(a)[(n)++])

#endif
