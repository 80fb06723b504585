/* SPDX-License-Identifier: GPL-2.0-or-later */
/* success.h: the DNS success ratio: how many lookups were answered, of controls beside arms. */
#ifndef SB_SUCCESS_H
#define SB_SUCCESS_H

#include "report/plays.h"

struct lookups {
	uint64_t sent, answered, lost;
};

struct success {
	struct lookups controls, arms;
};

/* Of a scenario, or with NULL of the whole run: over the plays that count, from t=0, without the
 * reference. Invalid plays are left out: a loss in them says nothing about the bridge. */
void success_of(const struct plays *plays, const char *scenario, struct success *out);

/* "47.9 %", or "-" where nothing was sent; returns out (WORDS_TEXT bytes). "100 %" and "0 %" are
 * exact: with one lost of many it is "99.998 %". */
char *success_percent(const struct lookups *l, char *out);
/* Appends "47.9 % (115 of 240 lookups)", or "-". */
void success_text(const struct lookups *l, struct buf *out);
/* Appends "answered  controls 47.9 % (115 of 240 lookups), arms 100 % (240 of 240 lookups)\n" for
 * the run; nothing where nothing was sent. */
void success_line(const struct plays *plays, struct buf *out);

#endif
