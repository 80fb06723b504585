/* SPDX-License-Identifier: GPL-2.0-or-later */
/* units.h: nanoseconds, and durations as people write them. */
#ifndef SB_UNITS_H
#define SB_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)

#define DURATION_TEXT 32

/* "250ms", "1.5s", "2m": the shortest exact text in ms, s or us; returns out (DURATION_TEXT bytes).
 */
char *duration_text(int64_t ns, char *out);
/* Reads "250ms", "1.5s", "2m", "100us", "1h": 0, or -EINVAL (no number or no unit), -ERANGE. */
int duration_parse(const char *s, int64_t *ns);

/* Is it a moment as "2026-11-30T18:24:54Z", or a beginning of one that has the whole date? */
bool utc_is(const char *s, bool whole);

#endif
