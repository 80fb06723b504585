/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_text_test.c: tests of the text of index.html: what is escaped, and whether it can be read.
 */
#include "test/kit/ctest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/macros.h"
#include "html/html.h"

PURE_TEST("html", text_is_escaped_by_character)
{
	static const struct {
		const char *in, *out;
	} texts[] = {
	    {"plain", "plain"},
	    {"<>&\"'", "&lt;&gt;&amp;&quot;&#39;"},
	    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
	    {"a\tb\nc\rd", "a?b\nc?d"},
	    {"\xc0\xaf", "??"},                 /* too long a form */
	    {"\xe0\x80\xaf", "???"},            /* the same */
	    {"\xed\xa0\x80", "???"},            /* surrogate */
	    {"\xef\xbf\xbe\xef\xbf\xbf", "??"}, /* no characters */
	    {"\xf4\x90\x80\x80x", "????x"},     /* beyond the last one */
	    {"\xe2\x82", "??"},                 /* cut off */
	    {"\xc2\x85\xe2\x80\xae\xe2\x81\xa6", "???"},
	    {"\xff\xfe\x80", "???"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		AUTO_BUF out = {0};

		html_text(&out, texts[i].in);
		ck_assert_msg(!strcmp(out.s, texts[i].out), "text %zu: '%s'", i, out.s);
	}
}

static double channel(const char *hex, size_t digits)
{
	char s[3] = {hex[0], digits == 1 ? hex[0] : hex[1], '\0'};
	double c = (double)strtol(s, NULL, 16) / 255;

	return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance (WCAG 2) of a colour of the style. */
static double luminance(const char *style, const char *name)
{
	char key[32];
	const char *at;
	size_t len;

	snprintf(key, sizeof(key), "--%s:#", name);
	at = strstr(style, key);
	ck_assert_msg(at != NULL, "%s", key);
	at += strlen(key);
	len = strspn(at, "0123456789abcdef") == 3 ? 1 : 2;
	return 0.2126 * channel(at, len) + 0.7152 * channel(at + len, len) +
	       0.0722 * channel(at + 2 * len, len);
}

PURE_TEST("html", text_can_be_read_in_light_and_dark)
{
	static const char *const styles[] = {html_style_light, html_style_dark};
	static const struct {
		const char *text, *under;
		double least;
	} pairs[] = {{"ink", "bg", 7}, {"dim", "bg", 4.5}, {"ink", "soft", 7}, {"dim", "soft", 4.5},
	    {"link", "bg", 4.5}, {"pass", "pass-bg", 4.5}, {"fail", "fail-bg", 4.5},
	    {"warn", "warn-bg", 4.5}, {"fail", "bg", 4.5}, {"ink", "m0", 4.5}, {"ink", "m1", 4.5},
	    {"ink", "m2", 4.5}, {"ink", "m3", 4.5}, {"ink", "m4", 4.5}, {"ink", "m5", 4.5},
	    {"ink", "m6", 4.5}, {"ink", "m7", 4.5}, {"ok-mark", "bg", 3}, {"late-mark", "bg", 3},
	    {"lost-mark", "bg", 3}};

	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
			double a = luminance(styles[s], pairs[i].text) + 0.05;
			double b = luminance(styles[s], pairs[i].under) + 0.05;
			double contrast = a > b ? a / b : b / a;

			ck_assert_msg(contrast >= pairs[i].least, "%s on %s, %s: %.2f",
			    pairs[i].text, pairs[i].under, s ? "dark" : "light", contrast);
		}
}
