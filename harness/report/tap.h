/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tap.h: results in TAP, one after another: for results.tap, and for standard output while a run
 * goes on. */
#ifndef SB_TAP_H
#define SB_TAP_H

#include "report/plays.h"

/* What the kernel's own tests count, in the order of their last line. */
enum tap_outcome { TAP_PASS, TAP_FAIL, TAP_XFAIL, TAP_XPASS, TAP_SKIP, TAP_ERROR, TAP_OUTCOMES };

struct tap {
	size_t n; /* results so far: they are numbered by it */
	size_t counts[TAP_OUTCOMES];
};

void tap_version(struct buf *out);
/* n: results that follow; with none, why. */
void tap_plan(size_t n, const char *why_none, struct buf *out);
/* Every line of text as a diagnostic. */
void tap_diagnostic(const char *text, struct buf *out);
/* The play of a case that counts; before it, unless it is as it must be, the case in full. */
void tap_play(struct tap *t, const struct run *r, const struct counted *c, struct buf *out);
/* A case that was not played: a skip, or with must_run a failure. */
void tap_skipped(struct tap *t, const struct run *r, const struct skipped *s, struct buf *out);
/* A case that was to be played and was not, or the instrument check: no reader counts a mere
 * diagnostic. */
void tap_error(struct tap *t, const char *name, int repeat, const char *why, struct buf *out);
#define TAP_BLIND "the instrument check failed: no result of this run proves anything"
/* All skipped cases in one line, without its end: what they lack, and what brings it. */
void tap_skips(const struct run *r, struct buf *out);
/* "# Totals: pass:1 fail:0 ...": the last line. */
void tap_totals(const struct tap *t, struct buf *out);

#endif
