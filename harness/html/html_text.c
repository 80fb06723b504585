/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_text.c: text on its way into markup: nothing in it can become markup, or hide anything. */
#include <stdarg.h>
#include <string.h>

#include "html/html.h"

void html_text(struct buf *out, const char *text)
{
	struct buf b = {0};

	text_clean(&b, text);
	for (const char *s = b.s; *s; s++) {
		switch (*s) {
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		case '\'':
			buf_puts(out, "&#39;");
			break;
		default:
			buf_add(out, s, 1);
		}
	}
	buf_free(&b);
}

void html_textf(struct buf *out, const char *fmt, ...)
{
	struct buf b = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	if (b.s)
		html_text(out, b.s);
	buf_free(&b);
}

static void path_part(struct buf *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    strchr("-._~,=+@", c))
			buf_add(out, s, 1);
		else
			buf_printf(out, "%%%02X", c);
	}
}

void html_path(struct buf *out, const char *slug, const char *file)
{
	buf_puts(out, "cases/");
	path_part(out, slug);
	buf_puts(out, "/");
	path_part(out, file);
}

void html_cell(struct buf *out, const char *class, const char *text)
{
	if (class)
		buf_printf(out, "<td class=\"%s\">", class);
	else
		buf_puts(out, "<td>");
	html_text(out, text);
	buf_puts(out, "</td>");
}

void html_fact(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "<dt>%s</dt><dd>", name);
	html_text(out, text);
	buf_puts(out, "</dd>\n");
}

void html_begin(struct buf *out, const char *title)
{
	buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	              "<meta name=\"viewport\" content=\"width=device-width, "
	              "initial-scale=1\"/>\n<meta name=\"color-scheme\" "
	              "content=\"light dark\"/>\n<title>");
	html_text(out, title);
	buf_printf(out, "</title>\n<style>\n%s%s%s%s</style>\n</head>\n<body>\n<main>\n",
	    html_style_light, html_style_dark, html_style, html_style_marks);
}

void html_end(struct buf *out)
{
	buf_puts(out, "</main>\n</body>\n</html>\n");
}
