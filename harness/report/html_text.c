/* html_text.c: text on its way into markup: nothing in it can become markup, or hide anything. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/html.h"

/* Length of the character at s, and the character; 0 when it is no UTF-8. */
static size_t decode(const unsigned char *s, unsigned *c)
{
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;

	if (s[0] >= 0xf8 || (s[0] >= 0x80 && s[0] < 0xc0))
		return 0;
	*c = len == 1 ? s[0] : s[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80) /* the final NUL too */
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	return *c >= least[len] && *c <= 0x10ffff ? len : 0;
}

static bool harmful(unsigned c)
{
	return (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000) ||
	       (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c < 0xfdf0) ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

void html_text(struct buf *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned c;

	while (*s) {
		size_t len = decode(s, &c);

		if (!len || harmful(c))
			buf_puts(out, "?");
		else if (c == '<')
			buf_puts(out, "&lt;");
		else if (c == '>')
			buf_puts(out, "&gt;");
		else if (c == '&')
			buf_puts(out, "&amp;");
		else if (c == '"')
			buf_puts(out, "&quot;");
		else if (c == '\'')
			buf_puts(out, "&#39;");
		else
			buf_add(out, (const char *)s, len);
		s += len ? len : 1;
	}
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
