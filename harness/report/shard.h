/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shard.h: what reports say of a shard of a run, and of a run that was merged from its shards. */
#ifndef SB_REPORT_SHARD_H
#define SB_REPORT_SHARD_H

#include "report/report.h"

/* "shard 2 of 4" */
void shard_name(const struct shard_note *s, struct buf *out);
/* Was there nothing to play, since there are more shards than groups of cases? */
bool shard_is_empty(const struct run *r);
/* In how many ways the run is not whole, though it should be: merged->n_problems. */
size_t shard_problems(const struct run *r);
/* All problems, a line each. */
void shard_problem_lines(const struct run *r, const char *before, struct buf *out);
/* One line for each shard of a merged run: where and how it was played. */
void shard_lines(const struct run *r, struct buf *out);

/* For results.json: null where there is nothing to say. */
json_t *shard_to_json(const struct run *r);
json_t *merged_to_json(const struct run *r);
/* Both, read back. 0, or -EINVAL with a message. */
int shard_from_json(const json_t *results, struct run_file *f, struct err *e);

#endif
