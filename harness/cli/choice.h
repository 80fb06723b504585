/* SPDX-License-Identifier: GPL-2.0-or-later */
/* choice.h: which cases `check` plays, and which it skips and why. */
#ifndef SB_CHOICE_H
#define SB_CHOICE_H

#include "cli/load.h"
#include "cli/options.h"
#include "report/report.h"
#include "run/playlist.h"

struct choice {
	struct skipped *skipped;
	size_t n_skipped, cap_skipped;
	struct scenario_case **quick; /* with --quick: the cases in rounds */
	size_t n_quick, cap_quick;
	struct shard_note shard; /* with --shard */
	char *whole, *subjects, *machine, *again;
};

/* Adds what the options select to the plays, each case as often as they say; with `watched` only
 * that case and its controls, with --shard only those of the shard. Skips what this machine or
 * --quick cannot play. */
void choice_make(struct choice *ch, const struct options *o, const struct scenarios *s,
    const struct scenario_case *watched, struct playlist *plays);
/* Skips what was left out since its lab would have failed as others did. */
void choice_skip_left_out(struct choice *ch, const struct playlist *plays);
/* To standard error: each missing prerequisite with what brings it. */
void choice_tell_missing(const struct choice *ch);
/* After the plays are freed. */
void choice_free(struct choice *ch);

#endif
