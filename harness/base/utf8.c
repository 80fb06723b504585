/* SPDX-License-Identifier: GPL-2.0-or-later */
/* utf8.c: characters of UTF-8 text, and those that a reader would not see or a terminal obeys. */
#include "base/utf8.h"

#include <string.h>

size_t utf8_char(const char *text, size_t left, unsigned *number)
{
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)text;
	size_t n = s[0] < 0x80 ? 1 : (s[0] & 0xe0) == 0xc0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : 4;
	unsigned c = s[0];

	if (!left || (n == 4 && (s[0] & 0xf8) != 0xf0) || n > left)
		return 0;
	if (n > 1)
		c &= 0x7fU >> n;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*number = c;
	return n;
}

bool utf8_harmful(unsigned c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfdd0 && c < 0xfdf0) ||
	       (c & 0xfffe) == 0xfffe || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c < 0xe0080);
}

static bool harmful_here(unsigned c, bool lines)
{
	return utf8_harmful(c) && !(lines && (c == '\n' || c == '\t'));
}

bool utf8_good(const char *s, bool lines)
{
	for (size_t left = strlen(s), n; left; s += n, left -= n) {
		unsigned c = 0;

		n = utf8_char(s, left, &c);
		if (!n || harmful_here(c, lines))
			return false;
	}
	return true;
}

void utf8_clean(char *s, bool lines)
{
	char *to = s;

	for (size_t left = strlen(s), n; left; s += n, left -= n) {
		unsigned c = 0;

		n = utf8_char(s, left, &c);
		if (!n || harmful_here(c, lines)) {
			*to++ = '?';
			n = n ? n : 1;
			continue;
		}
		memmove(to, s, n);
		to += n;
	}
	*to = '\0';
}

void utf8_add(struct buf *out, const char *s, bool lines)
{
	size_t from = out->len;

	buf_puts(out, s);
	utf8_clean(out->s + from, lines);
	out->len = from + strlen(out->s + from);
}

json_t *utf8_json(const char *s)
{
	json_t *j = s ? json_string(s) : json_null();

	if (!j) {
		struct buf b = {0};

		utf8_add(&b, s, true);
		j = json_string(b.s);
		buf_free(&b);
	}
	return j;
}
