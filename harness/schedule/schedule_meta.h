/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schedule_meta.h: what a trace says of the case that it is a play of. */
#ifndef SB_SCHEDULE_META_H
#define SB_SCHEDULE_META_H

#include "schedule/schedule_types.h"

/* Fills everything of meta that the case and its schedule know (all strings copied). tool: what its
 * subject is, with its version; NULL without one. */
void schedule_meta(const struct scenario_case *c, const struct schedule *s, const char *kernel,
    const char *tool, struct trace_meta *meta);

#endif
