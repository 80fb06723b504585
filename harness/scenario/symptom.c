/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symptom.c: what a reader of a report saw: the first paragraph of the comment on top of a file. */
#include "scenario/symptom.h"

#include <string.h>

#include "base/mem.h"

char *symptom_read(const char *text, size_t len)
{
	const char *end = text + len;
	struct buf out = {0};

	buf_puts(&out, "");
	while (text < end && *text == '#') {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end, *from = text + 1;

		from += from < stop && *from == ' ';
		if (from == stop || *from == ' ')
			break;
		buf_puts(&out, out.len ? " " : "");
		buf_add(&out, from, (size_t)(stop - from));
		text = stop + (newline != NULL);
	}
	return out.s;
}
