/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_history_words.h: the figures of many runs in words, for a terminal and for the page. */
#ifndef SB_RUN_HISTORY_WORDS_H
#define SB_RUN_HISTORY_WORDS_H

#include "run_history/run_history_sum.h"

/* Each appends. */
/* "3 runs from 2026-11-03T02:00:00Z to 2026-11-05T02:00:00Z, 176 cases" */
void run_history_span(const struct run_history *h, struct buf *out);
/* That runs are dated by their files; nothing where none is. */
void run_history_undated(const struct run_history *h, struct buf *out);
/* "6.1.0-49 (12 runs), 6.12.3 (3 runs)"; one value alone. */
void run_history_runs_by(const struct run_history *h, enum run_history_by by, struct buf *out);
/* "11 of 12": runs in which it was played or skipped, of `all` where that is more */
void run_history_played(const struct run_history_sum *s, size_t all, struct buf *out);
/* "11 pass, 1 fail" */
void run_history_verdicts(const size_t verdicts[HISTORY_VERDICTS], struct buf *out);
/* "1 of 12", and "-" of no play */
void run_history_share(const struct proportion *p, struct buf *out);
/* "0.43 to 33.9 %", "at most 22.1 %", and "-" of no play */
void run_history_bounds(const struct proportion *p, struct buf *out);
/* "28.1 s, 30.3 s, 31.5 s": shortest, median, longest, or one where all are alike; "none" for no
 * outage, "-" where no play tells */
void run_history_outages(const struct run_history_sum *s, struct buf *out);

/* Are there several verdicts, or flakes? */
bool run_history_differs(const struct run_history_sum *s);

#endif
