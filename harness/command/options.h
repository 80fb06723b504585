/* options.h: the command line of steadybridge. */
#ifndef SB_OPTIONS_H
#define SB_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "run/keep.h"
#include "scenario/scenario.h"
#include "schedule/seed_pace.h"

struct options {
	unsigned jobs;          /* -j; 0 = by the number of cores */
	struct seed_pace asked; /* --seed, --pace */
	const char *filter;     /* --filter, or NULL */
	const char *out;        /* --out */
	bool out_given;
	int repeat;                          /* --repeat */
	enum capture_when capture;           /* --capture */
	bool must_run;                       /* --must-run */
	const struct exit_words *exit_as;    /* --exit, or NULL */
	const char *command;                 /* -c, or NULL */
	bool pause_on_fail;                  /* --pause-on-fail */
	bool quick;                          /* --quick */
	bool json;                           /* prereqs */
	bool watch;                          /* --watch */
	bool all;                            /* --all */
	const struct scenario_case *watched; /* the case that is meant by it; its scenario's */
	struct setting *settings;            /* --set; the text belongs to argv */
	size_t n_settings;
	char **names; /* what is left of argv */
	int n_names;
};

/* Reads argv after the command's name, all of it: --exit counts also behind what is wrong. 0, or
 * -EINVAL with a message about the first thing that is. Free in any case. */
int options_parse(struct options *o, int argc, char **argv, struct err *e);
/* An exit status (status.h) as --exit has it. */
int options_exit(const struct options *o, int status);
void options_free(struct options *o);
void options_help(void); /* to standard output */

#endif
