/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unknown_loss.h: what the machine did to lookups that were lost without a cause. */
#ifndef SB_UNKNOWN_LOSS_H
#define SB_UNKNOWN_LOSS_H

#include "judge/attempt.h"
#include "judge/bad_time.h"
#include "observed/bridge_state.h"

/* Adds a bad time for each of them that the machine explains. Returns what it did to the first one,
 * in words, which the caller frees; NULL: it explains none. */
char *unknown_loss_explain(const struct trace *t, const struct bridge_state *m,
    const struct attempts *all, struct bad_times *bad);

#endif
