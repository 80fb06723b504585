/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch.h: which plays make a batch, and when each of them begins. */
#ifndef SB_BATCH_H
#define SB_BATCH_H

#include "run/play_job.h"

/* Namespaces are kept, and 96 cases of a client each have 384 neighbours: see
 * harness/schedule/demand.c. */
#define BATCH_LABS_MAX 96

/* What a batch may have. */
struct batch_limits {
	size_t labs;                                /* that stand at once */
	unsigned plays, lookups, changes, programs; /* at any moment */
};

struct batch_item {
	struct play_job *play;
	int64_t begin_ns; /* real time after the first play of its batch */
};

/* Moves the next batch to the front of `order`, and says when each of its plays begins: the first
 * one, and of those after it, in their order, whatever fits beside them or begins when others are
 * over. The number of plays in it; 0 only for n = 0. */
size_t batch_choose(struct batch_item *order, size_t n, const struct batch_limits *most);
/* Real time from the first play's begin to the last one's end. */
int64_t batch_real_ns(const struct batch_item *batch, size_t n);

#endif
