/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shard.h: the cases of a run divided into shards, one for each machine. */
#ifndef SB_SHARD_H
#define SB_SHARD_H

#include "scenario/case.h"

#define SHARDS_MAX 1000

struct shard {
	unsigned index, of; /* from 1; of is 0: the run is not divided */
};

struct shard_case {
	const struct scenario_case *c;
	bool left_out;  /* will not be played, so it takes no time */
	unsigned shard; /* filled by shard_divide() */
};

/* Divides the cases so that the shards take about the same time. A group (a control and the arms
 * that it proves) stays together. The result depends on nothing but the cases and `of`, not even on
 * the order of the cases. */
void shard_divide(struct shard_case *cases, size_t n, unsigned of);
/* A hash of the names and definitions of all cases, by which shards of one run know each other. */
uint64_t shard_whole(const struct shard_case *cases, size_t n);

#endif
