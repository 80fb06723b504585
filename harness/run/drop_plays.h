/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drop_plays.h: failed cases that are played once more, with the kernel's drop tracepoint. */
#ifndef SB_DROP_PLAYS_H
#define SB_DROP_PLAYS_H

#include "run/playlist.h"

#define DROP_PLAYS_MAX 3 /* of a run */

/* After playlist_run(): plays cases that proof_wants_drops() names, one after another, with nothing
 * beside them and at the pace at which they failed. Of each cause one, before more of the same.
 * What they show is told by judge_run(). 0, -EINTR or -errno. */
int drop_plays_run(struct playlist *p, struct err *e);

#endif
