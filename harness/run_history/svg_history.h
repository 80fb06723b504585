/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg_history.h: a case over many runs, as a picture. */
#ifndef SB_SVG_HISTORY_H
#define SB_SVG_HISTORY_H

#include "html/svg.h"
#include "run_history/run_history.h"

/* From left to right each run, in equal steps. `most_ns`: the longest outage of all plays. */
void svg_history(const struct run_history *h, const struct run_history_case *c, unsigned id,
    int64_t most_ns, struct buf *out);

#endif
