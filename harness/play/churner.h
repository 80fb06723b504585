/* SPDX-License-Identifier: GPL-2.0-or-later */
/* churner.h: the child that plays a schedule: ports join and leave, faults happen.
 *
 * A process of its own, because deleting a link waits for RCU. It makes the ports that join before
 * warm-up, says so, waits for the time of t=0, and then plays every event at its time, stamping
 * begin and end: the change lies between. A delete runs in a thread, since it returns ~16 ms after
 * the port has gone; its end stamp is the notification that the link is gone. */
#ifndef SB_CHURNER_H
#define SB_CHURNER_H

#include "lab/lab.h"
#include "play/churner_channel.h"
#include "schedule/schedule_types.h"
#include "trace/tape.h"

/* Forks the churner of a case in the caller's (the router's) namespace; keep as in netns_keep(). */
int churner_start(struct churner *ch, const struct scenario_case *c, const struct schedule *s,
    const struct lab *lab, struct tape *tape, int keep, struct err *e);

#endif
