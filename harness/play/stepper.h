/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stepper.h: plays a case in rounds, by events and without a clock; see schedule/rounds.h. */
#ifndef SB_STEPPER_H
#define SB_STEPPER_H

#include "play/loop.h"

/* Plays from warm-up to the end; the tape is like that of any other play. 0 or -errno with a
 * message. */
int stepper_play(struct player *p, struct err *e);

#endif
