/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.c: the options of steadybridge's commands. */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/processors.h"
#include "base/status.h"
#include "base/units.h"
#include "cli/shard_option.h"
#include "run/capacity.h"

static int number(
    const char *what, const char *text, double min, double max, double *out, struct err *e)
{
	char *end;

	errno = 0;
	*out = strtod(text, &end);
	if (errno || end == text || *end || !(*out >= min && *out <= max))
		return err_set(e, EINVAL, "%s: found '%s', expected a number from %g to %g", what,
		    text, min, max);
	return 0;
}

static int whole(
    const char *what, const char *text, double min, double max, double *out, struct err *e)
{
	int r = number(what, text, min, max, out, e);

	if (!r && *out != (double)(long)*out)
		return err_set(e, EINVAL, "%s: found '%s', expected a whole number", what, text);
	return r;
}

static int take_set(struct options *o, char *text, struct err *e)
{
	char *eq = strchr(text, '=');

	if (!eq || eq == text)
		return err_set(e, EINVAL, "--set: found '%s', expected PATH=VALUE", text);
	*eq = '\0';
	o->settings = mem_grow(o->settings, o->n_settings + 1, sizeof(*o->settings));
	o->settings[o->n_settings++] = (struct setting){.path = text, .value = eq + 1};
	return 0;
}

/* What others take an exit status for. */
static const struct exit_words {
	const char *name;
	int usage, unclear, nothing; /* instead of 2, 3 and 4 */
} exit_words[] = {
    {"bisect", 128, 125, 125},
    {"kselftest", 1, 1, 4}, /* to its runner 2 is an expected failure, and 4 a skip */
    {"77", 2, 77, 77},
};

static const struct exit_words *exit_for(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(exit_words); i++)
		if (!strcmp(name, exit_words[i].name))
			return &exit_words[i];
	return NULL;
}

static int take_exit(struct options *o, char *arg, struct err *e)
{
	o->exit_as = exit_for(arg);
	if (o->exit_as)
		return 0;
	return err_set(e, EINVAL, "--exit: found '%s', expected bisect, kselftest or 77", arg);
}

int options_exit(const struct options *o, int status)
{
	const struct exit_words *as = o->exit_as;

	if (!as || status < STATUS_USAGE || status > STATUS_CANNOT)
		return status;
	return status == STATUS_USAGE    ? as->usage
	       : status == STATUS_CANNOT ? as->nothing
	                                 : as->unclear;
}

static int take_jobs(struct options *o, char *arg, struct err *e)
{
	double n = 0;
	int r = whole("--jobs", arg, 1, 96, &n, e);

	o->jobs = (unsigned)n;
	return r;
}

static int take_repeat(struct options *o, char *arg, struct err *e)
{
	double n = 0;
	int r = whole("--repeat", arg, 1, 1000, &n, e);

	o->repeat = (int)n;
	return r;
}

static const char *environment(const char *name)
{
	return getenv(name);
}

static int take_shard(struct options *o, char *arg, struct err *e)
{
	return shard_option_read(arg, environment, &o->shard, e);
}

static int take_pace(struct options *o, char *arg, struct err *e)
{
	o->asked.pace_given = true;
	return number("--pace", arg, 1, 100, &o->asked.pace, e);
}

static int take_seed(struct options *o, char *arg, struct err *e)
{
	char *end;

	errno = 0;
	o->asked.seed = strtoull(arg, &end, 16);
	o->asked.seed_given = true;
	if (errno || end == arg || *end || *arg == '-')
		return err_set(e, EINVAL, "--seed: found '%s', expected a hexadecimal number", arg);
	return 0;
}

static int take_out(struct options *o, char *arg, struct err *e)
{
	o->out = arg;
	o->out_given = true;
	return *arg ? 0 : err_set(e, EINVAL, "--out: expected a folder");
}

static int take_capture(struct options *o, char *arg, struct err *e)
{
	static const char *const words[] = {"failed", "always", "never"};

	for (int i = CAPTURE_FAILED; i <= CAPTURE_NEVER; i++) {
		if (!strcmp(arg, words[i])) {
			o->capture = (enum capture_when)i;
			return 0;
		}
	}
	return err_set(e, EINVAL, "--capture: found '%s', expected always, failed or never", arg);
}

static int take_since(struct options *o, char *arg, struct err *e)
{
	o->since = arg;
	if (utc_is(arg, false))
		return 0;
	return err_set(e, EINVAL,
	    "--since: found '%s', expected a date such as 2026-11-30 or 2026-11-30T18:24, UTC",
	    arg);
}

static int take_subject(struct options *o, char *arg, struct err *e)
{
	o->subjects = mem_grow(o->subjects, o->n_subjects + 1, sizeof(*o->subjects));
	o->subjects[o->n_subjects++] = arg;
	return *arg ? 0 : err_set(e, EINVAL, "--subject: expected a name or a path");
}

#define PLACE(member) offsetof(struct options, member)

/* In the order in which help shows them. */
static const struct row {
	enum option_bit bit; /* 0: every command takes it */
	char letter;         /* its short form, or 0 */
	const char *name;
	const char *argument; /* NULL: it has none, and sets a flag */
	const char *help;     /* "\n" goes on in the next line */
	int (*take)(struct options *o, char *arg, struct err *e);
	size_t place; /* without take(): of the flag or the text in struct options */
} rows[] = {
    {OPTION_ALL, 0, "all", NULL, "the large scenarios too, which take minutes", NULL, PLACE(all)},
    {OPTION_FILTER, 0, "filter", "GLOB", "only cases whose name matches", NULL, PLACE(filter)},
    {OPTION_SMOKE, 0, "smoke", NULL,
        "only a few cases: each cause and each way to pin once, with their controls", NULL,
        PLACE(smoke)},
    {OPTION_SET, 0, "set", "PATH=VALUE", "override a value of every case, such as bridge.pin=never",
        take_set, 0},
    {OPTION_SEED, 0, "seed", "HEX",
        "seed of the MACs (default: that of a case.yaml, or a new one each time)", take_seed, 0},
    {OPTION_PACE, 0, "pace", "N",
        "play N times faster than the scenario's own time, 1 to 100\n"
        "(default: that of a case.yaml, or 20; of shell: 1)",
        take_pace, 0},
    {OPTION_SUBJECT, 0, "subject", "NAME|PATH",
        "a real program makes the bridge, such as netavark; again for another one", take_subject,
        0},
    {OPTION_SUBJECTS, 0, "subjects", NULL, "all subjects whose programs are there", NULL,
        PLACE(all_subjects)},
    {OPTION_REPORTS, 0, "reports", NULL,
        "the scenarios that tell a public report: symptom, source, remedy; with --json for programs",
        NULL, PLACE(reports)},
    {OPTION_TOOL, 0, "tool", "PATH", "your own build of the subject's program", NULL, PLACE(tool)},
    {OPTION_JOBS, 'j', "jobs", "N", "play at most N cases at once (default: 20 for each processor)",
        take_jobs, 0},
    {OPTION_REPEAT, 0, "repeat", "N", "play every case N times", take_repeat, 0},
    {OPTION_SHARD, 0, "shard", "K/N",
        "play the K-th of N parts of the cases, for steadybridge merge;\n"
        "auto: as GitLab, Kubernetes or Slurm say",
        take_shard, 0},
    {OPTION_QUICK, 0, "quick", NULL,
        "play by events instead of by the clock; skips cases that need a clock", NULL,
        PLACE(quick)},
    {OPTION_WATCH, 0, "watch", NULL, "draw one case and its control while they are played", NULL,
        PLACE(watch)},
    {OPTION_PAUSE_ON_FAIL, 0, "pause-on-fail", NULL,
        "open a shell in the lab at the moment an arm fails; one case at a time", NULL,
        PLACE(pause_on_fail)},
    {OPTION_CAPTURE, 0, "capture", "WHEN",
        "save packet captures: always, never or failed (default: of plays that did not pass)",
        take_capture, 0},
    {OPTION_OUT, 0, "out", "DIR", "write the reports into DIR (default of check and merge: out)",
        take_out, 0},
    {OPTION_KSELFTEST, 0, "kselftest", NULL,
        "write it for net/lib.sh of the kernel's selftests, in bash", NULL, PLACE(kselftest)},
    {OPTION_OUT_FILE, 0, "out", "FILE", "write the script into FILE (default, and -: print it)",
        NULL, PLACE(script)},
    {OPTION_MUST_RUN, 0, "must-run", NULL, "fail when a case was skipped", NULL, PLACE(must_run)},
    {OPTION_TAP, 0, "tap", NULL,
        "stream the verdicts as TAP (KTAP) on standard output; implies --exit kselftest", NULL,
        PLACE(tap)},
    {OPTION_EXIT, 0, "exit", "FOR",
        "exit statuses for a caller; bisect: 128 for 2, 125 for 3 and 4;\n"
        "kselftest: 1 for 2 and 3; 77: 77 for 3 and 4",
        take_exit, 0},
    {OPTION_COMMAND, 'c', "command", "TEXT", "run one command in the lab instead of a prompt", NULL,
        PLACE(command)},
    {OPTION_ALL_BRIDGES, 0, "all", NULL, "every bridge of this network namespace", NULL,
        PLACE(all)},
    {OPTION_JSON, 0, "json", NULL, "write JSON", NULL, PLACE(json)},
    {OPTION_PROM, 0, "prom", "FILE",
        "write metrics for Prometheus (node_exporter's textfile collector) into FILE; -: print them",
        NULL, PLACE(prom)},
    {OPTION_SINCE, 0, "since", "DATE",
        "only runs that began on this date or later, such as 2026-11-30", take_since, 0},
    {OPTION_JSON_FILE, 0, "json", "FILE", "write JSON into FILE; -: print it instead of the text",
        NULL, PLACE(json_file)},
    {OPTION_HTML, 0, "html", "FILE", "write one page into FILE; -: print it instead of the text",
        NULL, PLACE(html)},
    {0, 'h', "help", NULL, "show this text", NULL, PLACE(help)},
};

#define N_ROWS (ARRAY_SIZE(rows))
#define LONG 256 /* of a long option getopt_long() returns this and its row */
#define HELP_COLUMN 24

static bool is_taken(const struct row *row, unsigned takes)
{
	return !row->bit || row->bit & takes;
}

void options_help(unsigned takes)
{
	for (const struct row *row = rows; row < rows + N_ROWS; row++) {
		int width;

		if (!is_taken(row, takes))
			continue;
		width = row->letter ? printf("  -%c, ", row->letter) : printf("  ");
		width += printf("--%s%s%s", row->name, row->argument ? " " : "",
		    row->argument ? row->argument : "");
		for (const char *line = row->help; *line;) {
			size_t len = strcspn(line, "\n");

			printf("%*s%.*s\n", width < HELP_COLUMN ? HELP_COLUMN - width : 2, "",
			    (int)len, line);
			width = 0;
			line += len + (line[len] == '\n');
		}
	}
}

/* What getopt_long() is to know: the options of the command, and --exit. */
static void make_tables(unsigned takes, struct option *longs, char *shorts)
{
	*shorts++ = ':';
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct row *row = &rows[i];

		if (!is_taken(row, takes | OPTION_EXIT))
			continue;
		*longs++ = (struct option){row->name,
		    row->argument ? required_argument : no_argument, NULL, LONG + (int)i};
		if (row->letter)
			*shorts++ = row->letter;
		if (row->letter && row->argument)
			*shorts++ = ':';
	}
}

static const struct row *row_of(int c)
{
	const struct row *row = rows;

	if (c >= LONG)
		return &rows[c - LONG];
	while (row->letter != c)
		row++;
	return row;
}

/* Sets the flag or the text of a row without a take(). */
static int put_in_place(struct options *o, const struct row *row, const char *arg, struct err *e)
{
	void *place = (char *)o + row->place;

	if (row->argument)
		*(const char **)place = arg;
	else
		*(bool *)place = true;
	if (row->argument && !strcmp(row->argument, "FILE") && !*arg)
		return err_set(e, EINVAL, "--%s: expected a file, or -", row->name);
	return 0;
}

/* c: as getopt_long() returned it; word: the argument that it has read, if that was a long option.
 */
static int take(struct options *o, unsigned takes, int c, const char *word, struct err *e)
{
	bool is_long = !optopt || optopt >= LONG;

	if (c == ':')
		return is_long ? err_set(e, EINVAL, "%s needs a value", word)
		               : err_set(e, EINVAL, "-%c needs a value", optopt);
	if (c == '?' && is_long)
		return err_set(
		    e, EINVAL, optopt ? "%s: takes no value" : "unknown option %s", word);
	if (c == '?')
		return err_set(e, EINVAL, "unknown option -%c", optopt);
	const struct row *row = row_of(c);
	int r = row->take ? row->take(o, optarg, e) : put_in_place(o, row, optarg, e);

	/* --exit decides the status of this error as well. */
	return is_taken(row, takes) ? r : err_set(e, EINVAL, "unknown option --%s", row->name);
}

int options_parse(struct options *o, unsigned takes, int argc, char **argv, struct err *e)
{
	struct option longs[N_ROWS + 1] = {{0}};
	char shorts[2 * N_ROWS + 2] = "";
	int c, r = 0;

	*o = (struct options){.asked = {.pace = 20},
	    .out = "out",
	    .repeat = 1,
	    .jobs = capacity_jobs(processors_usable())};
	make_tables(takes, longs, shorts);
	optind = 1;
	opterr = 0;
	while ((r || !o->help) && (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		int one = take(o, takes, c, argv[optind - 1], r ? NULL : e);

		r = r ? r : one; /* the first error is told */
	}
	if (o->tap && !o->exit_as)
		o->exit_as = exit_for("kselftest");
	o->names = argv + optind;
	o->n_names = argc - optind;
	if (!r && !o->asked.seed_given) {
		uint16_t seed = 0;

		if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
			seed = (uint16_t)getpid();
		o->asked.seed = seed;
	}
	return r;
}

void options_free(struct options *o)
{
	free(o->settings);
	free(o->subjects);
	o->subjects = NULL;
	o->settings = NULL;
	o->n_settings = 0;
}
