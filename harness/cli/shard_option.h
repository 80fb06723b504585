/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shard_option.h: the value of --shard: K/N, or auto, which asks the scheduler's variables. */
#ifndef SB_SHARD_OPTION_H
#define SB_SHARD_OPTION_H

#include "base/err.h"
#include "schedule/shard.h"

/* The value of an environment variable, or NULL. */
typedef const char *shard_env_fn(const char *name);

/* Reads the value. 0, or -EINVAL with what was found and expected. */
int shard_option_read(const char *text, shard_env_fn *env, struct shard *out, struct err *e);

#endif
