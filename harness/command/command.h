/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command.h: the commands of steadybridge. */
#ifndef SB_COMMAND_H
#define SB_COMMAND_H

#include <limits.h>

#include "cli/options.h"

#define NAMES_ANY INT_MAX

struct command {
	const char *name;
	const char *arguments;    /* as its usage line names them */
	int min_names, max_names; /* how many it takes */
	const char *summary;
	unsigned options;              /* those it takes: enum option_bit */
	const char *example;           /* its arguments in a useful call */
	int (*run)(struct options *o); /* the exit status */
};

/* Each in the file of its name. */
extern const struct command command_check, command_list, command_lint, command_new, command_explain,
    command_schedule, command_replay, command_merge, command_shell, command_inspect, command_watch,
    command_prereqs, command_causes, command_history, command_export;

#endif
