/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.c: figures as people read them. */
#include "base/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

/* n / unit with one decimal, none when that is 0; rounded to nearest. */
static void tenths(uint64_t u, int64_t unit, const char *name, const char *sign, char *out)
{
	uint64_t t = (u + (uint64_t)unit / 20) / ((uint64_t)unit / 10);

	if (t % 10)
		snprintf(
		    out, WORDS_TEXT, "%s%" PRIu64 ".%" PRIu64 " %s", sign, t / 10, t % 10, name);
	else
		snprintf(out, WORDS_TEXT, "%s%" PRIu64 " %s", sign, t / 10, name);
}

char *words_span(int64_t ns, char *out)
{
	const char *sign = ns < 0 ? "-" : "";
	uint64_t u = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;

	if (u < 10 * (uint64_t)NS_PER_MS)
		tenths(u, NS_PER_MS, "ms", sign, out);
	else if (u < 999500 * (uint64_t)NS_PER_US)
		snprintf(out, WORDS_TEXT, "%s%" PRIu64 " ms", sign, (u + 500000) / 1000000);
	else if (u < 120 * (uint64_t)NS_PER_S)
		tenths(u, NS_PER_S, "s", sign, out);
	else
		snprintf(out, WORDS_TEXT, "%s%" PRIu64 " min", sign,
		    (u + 30 * (uint64_t)NS_PER_S) / (60 * (uint64_t)NS_PER_S));
	return out;
}

char *words_moment(int64_t ns, char *out)
{
	int64_t ms = ns / NS_PER_MS;

	snprintf(out, WORDS_TEXT, "%s%" PRId64 ".%03" PRId64, ms < 0 ? "-" : "",
	    (ms < 0 ? -ms : ms) / 1000, (ms < 0 ? -ms : ms) % 1000);
	return out;
}

char *words_count(uint64_t n, char *out)
{
	char digits[24], *o = out;
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*o++ = ',';
		*o++ = digits[i];
	}
	*o = '\0';
	return out;
}

char *words_times(uint64_t n, char *out)
{
	char count[WORDS_TEXT];

	if (n < 2)
		strcpy(out, n ? "once" : "never");
	else
		snprintf(out, WORDS_TEXT, "%.30s times", words_count(n, count));
	return out;
}

char *words_of(uint64_t n, const char *noun, char *out)
{
	snprintf(out, WORDS_TEXT, "%" PRIu64 " %s%s", n, noun, words_plural(n));
	return out;
}

const char *words_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void words_quote(const char *s, struct buf *out)
{
	buf_puts(out, "'");
	for (; *s; s++)
		if (*s == '\'')
			buf_puts(out, "'\\''");
		else
			buf_add(out, s, 1);
	buf_puts(out, "'");
}

char *words_shell(const char *s)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                           "0123456789._@+-/";
	struct buf b = {0};

	if (*s && *s != '-' && !s[strspn(s, safe)])
		return mem_strdup(s);
	words_quote(s, &b);
	return b.s;
}
