/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cause.h: why an attempt was lost, read from the hops that saw it. */
#ifndef SB_CAUSE_H
#define SB_CAUSE_H

#include "judge/attempt.h"
#include "observed/bridge_state.h"
#include "observed/neigh.h"

/* Sets cause and form of every lost attempt, but for the reference's. */
void cause_explain(const struct trace *t, const struct bridge_state *m, const struct neighs *n,
    struct attempts *all);

#endif
