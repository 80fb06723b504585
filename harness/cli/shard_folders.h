/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shard_folders.h: the folders of a run's shards: which can be merged, and what is wrong with
 * others.
 */
#ifndef SB_SHARD_FOLDERS_H
#define SB_SHARD_FOLDERS_H

#include "cli/stored.h"

struct shard_folders {
	struct stored_run *shards; /* those that can be merged, by index */
	size_t n;
	char *first;          /* the folder of the first shard that was found; its run is merged */
	struct shard_note as; /* as that shard describes the run */
	char *whole, *version;
	int repeat;
	bool *there; /* by index: a folder has it, though it may be damaged */
	char **problems;
	size_t n_problems, cap_problems;
};

/* Reads a shard's folder. What is wrong with it becomes a problem. 0, or -errno with a message: the
 * machine cannot read it now. */
int shard_folders_add(struct shard_folders *f, const char *name, struct err *e);
/* Which shards, or cases of them, are missing, as problems. `run`: all plays and skips. */
void shard_folders_missing(struct shard_folders *f, const struct run *run);
void shard_folders_free(struct shard_folders *f);

#endif
