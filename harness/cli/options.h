/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.h: the options of steadybridge's commands. */
#ifndef SB_OPTIONS_H
#define SB_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "run/packet_retention.h"
#include "scenario/scenario.h"
#include "schedule/seed_pace.h"
#include "schedule/shard.h"

/* A command names those it takes. */
enum option_bit {
	OPTION_ALL = 1 << 0,
	OPTION_FILTER = 1 << 1,
	OPTION_SET = 1 << 2,
	OPTION_SEED = 1 << 3,
	OPTION_PACE = 1 << 4,
	OPTION_JOBS = 1 << 5,
	OPTION_REPEAT = 1 << 6,
	OPTION_QUICK = 1 << 7,
	OPTION_WATCH = 1 << 8,
	OPTION_PAUSE_ON_FAIL = 1 << 9,
	OPTION_CAPTURE = 1 << 10,
	OPTION_OUT = 1 << 11,
	OPTION_MUST_RUN = 1 << 12,
	OPTION_EXIT = 1 << 13,
	OPTION_COMMAND = 1 << 14,
	OPTION_JSON = 1 << 15,
	OPTION_SUBJECT = 1 << 16,  /* --subject, */
	OPTION_SUBJECTS = 1 << 17, /* all of them, */
	OPTION_TOOL = 1 << 18,     /* one of the user's */
	OPTION_ALL_BRIDGES = 1 << 19,
	OPTION_PROM = 1 << 20,
	OPTION_SINCE = 1 << 21,
	OPTION_JSON_FILE = 1 << 22,
	OPTION_HTML = 1 << 23,
	OPTION_SHARD = 1 << 24,
	OPTION_TAP = 1 << 25,
	OPTION_SMOKE = 1 << 26,
	OPTION_KSELFTEST = 1 << 27,
	OPTION_OUT_FILE = 1 << 28,
	OPTION_REPORTS = 1 << 29,
};

struct options {
	unsigned jobs;          /* --jobs; its default depends on the number of cores */
	struct seed_pace asked; /* --seed, --pace */
	const char *filter;     /* --filter, or NULL */
	const char *out;        /* --out */
	bool out_given;
	int repeat;                       /* --repeat */
	struct shard shard;               /* --shard */
	enum capture_when capture;        /* --capture */
	const struct exit_words *exit_as; /* --exit, or NULL */
	const char *command;              /* --command, or NULL */
	bool must_run, pause_on_fail, quick, json, watch, all, tap, smoke, kselftest, reports, help;
	char **subjects; /* --subject; the text belongs to argv */
	size_t n_subjects;
	bool all_subjects;        /* --subjects */
	const char *tool;         /* --tool, or NULL */
	const char *prom;         /* --prom, or NULL */
	const char *since;        /* --since, or NULL */
	const char *json_file;    /* --json of history, or NULL */
	const char *html;         /* --html, or NULL */
	const char *script;       /* --out of export, or NULL */
	struct setting *settings; /* --set; the text belongs to argv */
	size_t n_settings;
	char **names; /* what is left of argv */
	int n_names;
};

/* Reads argv[1] and after with the options that a command takes (enum option_bit) and --help.
 * --exit counts for every command and also behind an error. 0, or -EINVAL with a message about the
 * first error. Free in any case. */
int options_parse(struct options *o, unsigned takes, int argc, char **argv, struct err *e);
/* An exit status (status.h) as --exit has it. */
int options_exit(const struct options *o, int status);
void options_free(struct options *o);
/* Prints these options and --help, with what they do. */
void options_help(unsigned takes);

#endif
