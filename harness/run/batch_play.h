/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch_play.h: plays a batch, once every lab of it stands. */
#ifndef SB_BATCH_PLAY_H
#define SB_BATCH_PLAY_H

#include "base/units.h"
#include "run/batch.h"

#define BATCH_RTNL_IDLE_NS (300 * NS_PER_MS) /* before the first play begins */

struct batch_how {
	struct pool pool;
	/* Nothing that is late disturbs rounds: each play begins when its lab stands, and another
	 * lab is built when it is over. */
	bool rounds;
	double processors;
	const struct lab_shell *shell; /* for each play; NULL: nobody gets into a lab */
};

/* Plays all of them; their namespaces are kept until the last one is over. 0, -EINTR by a signal,
 * which *signal_no tells, or -errno. */
int batch_play(
    const struct batch_how *how, struct batch_item *batch, size_t n, int *signal_no, struct err *e);

#endif
