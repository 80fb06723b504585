/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_state.h: the state of the lab: its bridge and neighbour timers on the tape, all of it as
 * text.
 */
#ifndef SB_LAB_STATE_H
#define SB_LAB_STATE_H

#include "play/loop.h"

/* Puts the neighbour timers as the kernel has them on the tape; since_ns: were they redrawn since
 * then? 0: unknown. */
int lab_state_read_timers(struct player *p, int64_t since_ns, struct err *e);
/* Puts the bridge as it was at rest, at t_ns, as the observer had reported it; asks the kernel
 * nothing, and sysfs only in time. */
void lab_state_put_baseline(struct player *p, const struct notice *rest, int64_t t_ns);
/* Puts the bridge as the kernel has it: only after the play, since it asks the kernel. */
int lab_state_put_end(struct player *p, struct err *e);
/* The lab did not come up: puts the bridge and its ports as they are, which may say why. What
 * cannot be read is left out. */
void lab_state_put_unbuilt(struct player *p);
/* Appends lines: the bridge's MAC and whose it is, its ports, the neighbour entries that matter,
 * the namespaces. Asks the kernel. 0 or -errno. */
int lab_state_text(const struct player *p, struct buf *out, struct err *e);

#endif
