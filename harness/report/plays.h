/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plays.h: which plays of a run count, and how text gets on its way safely. */
#ifndef SB_PLAYS_H
#define SB_PLAYS_H

#include "report/report.h"

/* A case of one repeat: the last of its plays counts, the earlier ones are only named. */
struct counted {
	const struct judged *play; /* the one that counts */
	const struct judged **all; /* its plays, first to last; all[n - 1] == play */
	size_t n;
	const struct judged *drops; /* its drop play, which counts nowhere, or NULL */
	size_t order;               /* where its case stands in the run */
};

struct plays {
	struct counted *items; /* by first appearance of the case, then repeat */
	size_t n;
	const struct judged **sorted; /* what `all` points into */
};

/* Sets r->counted to `out`, which must live as long as r is reported. */
void plays_make(struct run *r, struct plays *out);
void plays_free(struct plays *p);
/* Is it neither a pass nor a known failure? */
bool play_unexpected(const struct judged *p);

/* Where the case stands in the run, from 1: its anchor in index.html is "c" and this number. 0: it
 * is not among them. */
size_t plays_number(const struct plays *p, const struct judged *play);

/* The reason of the known failure that this one is, or NULL. */
const char *play_known_why(const struct judged *p);

/* Real time that the traffic of all plays of a case took, without building labs. */
int64_t plays_real_ns(const struct counted *c);

/* How many cases were skipped for the same reason as this one; 0: an earlier one was. */
size_t skipped_alike(const struct run *r, size_t at);

/* Appends "pace 5 (clock steps of 4 ms)". */
void plays_pace(const struct run *r, struct buf *out);
/* Appends "dnsmasq 2.90, iptables 1.8.9 (nf_tables)", all that is known. */
void plays_parts(const struct run *r, struct buf *out);

const char *text_or(const char *s, const char *otherwise);
/* Appends s; control characters but '\n' become '?'. */
void text_clean(struct buf *out, const char *s);

#endif
