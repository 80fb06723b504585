/* SPDX-License-Identifier: GPL-2.0-or-later */
/* units.c: nanoseconds, and durations as people write them. */
#include "base/units.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"

static const struct {
	const char *name;
	int64_t ns;
} units[] = {
    {"h", 3600 * NS_PER_S},
    {"m", 60 * NS_PER_S},
    {"s", NS_PER_S},
    {"ms", NS_PER_MS},
    {"us", NS_PER_US},
    {"ns", 1},
};

char *duration_text(int64_t ns, char *out)
{
	const char *sign = ns < 0 ? "-" : "";
	uint64_t u = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;

	if (u % NS_PER_S == 0)
		snprintf(out, DURATION_TEXT, "%s%" PRIu64 "s", sign, u / NS_PER_S);
	else if (u > (uint64_t)NS_PER_S && u % (NS_PER_S / 1000) == 0)
		snprintf(out, DURATION_TEXT,
		    "%s%g"
		    "s",
		    sign, (double)u / NS_PER_S);
	else if (u % NS_PER_MS == 0)
		snprintf(out, DURATION_TEXT, "%s%" PRIu64 "ms", sign, u / NS_PER_MS);
	else
		snprintf(out, DURATION_TEXT, "%s%" PRIu64 "us", sign, u / NS_PER_US);
	return out;
}

int duration_parse(const char *s, int64_t *ns)
{
	const char *p = s;
	int64_t whole = 0, part = 0, scale = 1;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (whole > INT64_MAX / 100)
			return -ERANGE;
		whole = whole * 10 + (*p - '0');
	}
	if (*p == '.') {
		p++;
		if (*p < '0' || *p > '9')
			return -EINVAL;
		for (; *p >= '0' && *p <= '9'; p++) {
			if (scale >= NS_PER_S)
				return -EINVAL;
			part = part * 10 + (*p - '0');
			scale *= 10;
		}
	}
	for (unsigned i = 0; i < ARRAY_SIZE(units); i++) {
		int64_t r, extra;

		if (strcmp(p, units[i].name))
			continue;
		if (__builtin_mul_overflow(whole, units[i].ns, &r) ||
		    __builtin_mul_overflow(part, units[i].ns, &extra))
			return -ERANGE;
		if (extra % scale)
			return -EINVAL;
		if (__builtin_add_overflow(r, extra / scale, ns))
			return -ERANGE;
		return 0;
	}
	return -EINVAL;
}

#define DATE_CHARS 10

bool utc_is(const char *s, bool whole)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	size_t i = 0;

	for (; i < strlen(form) && s[i]; i++)
		if (form[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return !s[i] && i >= (whole ? strlen(form) : DATE_CHARS);
}
