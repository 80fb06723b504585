/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain.h: a scenario in words: what the lab has, what happens, what must break or hold. Pure. */
#ifndef SB_EXPLAIN_H
#define SB_EXPLAIN_H

#include "scenario/scenario.h"

/* Appends the description of a scenario, or of one of its cases (`only`, or NULL). `file` is
 * the scenario's text, whose comment on top is shown; seed and pace as for schedule_make(). */
void explain_text(const struct scenario *s, const struct scenario_case *only, const char *file,
    uint64_t seed, double pace, struct buf *out);

#endif
