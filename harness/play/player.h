/* SPDX-License-Identifier: GPL-2.0-or-later */
/* player.h: plays one case in the caller's sandbox and puts all of it on the tape. */
#ifndef SB_PLAYER_H
#define SB_PLAYER_H

#include "base/err.h"
#include "play/loop.h"
#include "scenario/scenario.h"
#include "schedule/schedule_types.h"
#include "trace/tape.h"

/* With batch_link->shell a shell opens in the lab: at once, or when it is told to pause; then the
 * case ends there (PHASE_PAUSED).
 *
 * Builds the lab, starts the churner, plays warm-up and case, waits for the last deadline. One
 * thread, one epoll loop. 0 when it was played to its end; else -errno and a message, which is also
 * on the tape (PHASE_LAB_FAILED). Everything it made goes away with the sandbox, except namespaces
 * that are kept for later. */
int player_play(const struct scenario_case *c, const struct schedule *s,
    const struct trace_meta *meta, const char *dnsmasq_conf, struct tape *tape,
    const struct batch_link *batch_link, struct err *e);

#endif
