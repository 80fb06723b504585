/* main.c: the steadybridge command. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "base/utf8.h"
#include "schedule/schedule.h"
#include "command/explain.h"
#include "host/inspect.h"
#include "command/load.h"
#include "command/options.h"
#include "host/prereqs.h"
#include "command/replay.h"
#include "command/runner.h"
#include "command/shell.h"
#include "command/starter.h"
#include "base/status.h"
#include "base/stdio.h"
#include "command/version.h"

static int read_scenarios(const struct options *o, char **names, int n, struct scenarios *s)
{
	struct scenario_options so = {.settings = o->settings, .n_settings = o->n_settings};
	struct buf messages = {0};
	int r = n ? load_scenarios(names, n, &so, s, &messages)
	          : load_filtered(o->filter, &so, s, &messages);

	if (!r && !n && o->all)
		r = load_large(o->filter, &so, s, &messages);
	if (messages.len)
		fputs(messages.s, stderr);
	buf_free(&messages);
	return r == -EAGAIN ? STATUS_CANNOT : r ? STATUS_USAGE : 0;
}

/* --watch draws one case, beside its control. */
static int read_watched(struct options *o, struct scenarios *s)
{
	struct scenario_options so = {.settings = o->settings, .n_settings = o->n_settings};
	struct buf messages = {0};

	if (o->pause_on_fail || o->n_names < 1 || o->n_names > 2)
		buf_puts(&messages,
		    o->pause_on_fail
		        ? "steadybridge check: --watch does not go with --pause-on-fail\n"
		        : "steadybridge check: --watch expects CASE [FILE]\n");
	else
		o->watched = load_case(o->names, o->n_names, &so, s, &messages);
	if (!o->watched)
		fputs(messages.s, stderr);
	buf_free(&messages);
	return o->watched ? 0 : STATUS_USAGE;
}

static int command_check(struct options *o)
{
	struct scenarios s = {0};
	int r = o->watch ? read_watched(o, &s) : read_scenarios(o, o->names, o->n_names, &s);

	if (o->quick && (o->watch || o->pause_on_fail)) {
		fprintf(stderr, "steadybridge check: --quick goes with neither --watch nor "
		                "--pause-on-fail\n");
		r = STATUS_USAGE;
	}
	if (o->quick)
		o->asked.pace = 1;
	if (!r)
		r = runner_check(&s, o);
	load_free(&s);
	return r;
}

static int command_list(struct options *o)
{
	struct scenarios s = {0};
	int r = read_scenarios(o, o->names, o->n_names, &s);

	for (size_t i = 0; !r && i < s.n; i++) {
		printf("%s: %s\n", s.items[i]->name, s.items[i]->summary);
		for (size_t k = 0; k < s.items[i]->n_cases; k++) {
			const struct scenario_case *c = &s.items[i]->cases[k];

			printf("  %s%s%s\n", c->name, c->breaks ? "   breaks: " : "",
			    c->breaks ? cause_name(c->breaks) : "");
		}
	}
	load_free(&s);
	return r;
}

/* A file may be called anything. Valid until the next call. */
static const char *shown(const char *name)
{
	static char text[4096];

	snprintf(text, sizeof(text), "%s", name);
	utf8_clean(text, false);
	return text;
}

static int command_lint(struct options *o)
{
	struct scenarios s = {0};

	if (!o->n_names) {
		fprintf(stderr, "steadybridge lint: expected a file\n");
		return STATUS_USAGE;
	}
	int r = read_scenarios(o, o->names, o->n_names, &s);
	for (size_t i = 0; !r && i < s.n; i++)
		printf("%s: ok, %zu cases\n", shown(s.items[i]->file), s.items[i]->n_cases);
	load_free(&s);
	return r;
}

/* The scenario of a case is the part of its name before the slash. */
static int print_schedule(const struct options *o, const char *name)
{
	struct scenarios s = {0};
	char *scenario = o->n_names > 1 ? mem_strdup(o->names[1]) : mem_strdup(name);
	bool found = false;

	if (o->n_names == 1)
		scenario[strcspn(scenario, "/")] = '\0';
	int r = read_scenarios(o, &scenario, 1, &s);
	for (size_t k = 0; !r && k < s.items[0]->n_cases; k++) {
		const struct scenario_case *c = &s.items[0]->cases[k];
		struct seed_pace with = seed_pace_in_force(&o->asked, c->scenario);
		struct schedule schedule;
		struct buf text = {0};

		if (strcmp(c->name, name))
			continue;
		found = true;
		schedule_make(c, with.seed, with.pace, &schedule);
		schedule_text(c, &schedule, &text);
		fputs(text.s ? text.s : "", stdout);
		buf_free(&text);
		schedule_free(&schedule);
	}
	if (!r && !found) {
		fprintf(stderr, "%s: no such case; 'steadybridge list %s' names them\n", name,
		    scenario);
		r = STATUS_USAGE;
	}
	free(scenario);
	load_free(&s);
	return r;
}

static int command_schedule(struct options *o)
{
	if (o->n_names < 1 || o->n_names > 2) {
		fprintf(stderr, "steadybridge schedule: expected CASE [FILE]\n");
		return STATUS_USAGE;
	}
	return print_schedule(o, o->names[0]);
}

static int command_inspect(struct options *o)
{
	struct buf text = {0};
	struct err e = {{0}};

	if (o->n_names != 1) {
		fprintf(stderr, "steadybridge inspect: expected the name of one bridge\n");
		return STATUS_USAGE;
	}
	int r = inspect_bridge(o->names[0], &text, &e);
	fputs(text.s ? text.s : "", stdout);
	buf_free(&text);
	if (r < 0) {
		fprintf(stderr, "steadybridge: %s\n", e.text);
		return r == -ENODEV || r == -EINVAL ? STATUS_USAGE : STATUS_CANNOT;
	}
	return r;
}

static int command_replay(struct options *o)
{
	if (!o->n_names) {
		fprintf(stderr,
		    "steadybridge replay: expected a trace, or the folder of a case or of a run\n");
		return STATUS_USAGE;
	}
	return replay_run(o);
}

static int command_prereqs(struct options *o)
{
	size_t n;
	const struct prereq *p = prereqs_look(&n);
	struct buf text = {0};
	bool good = prereqs_text(p, n, o->json, &text);

	fputs(text.s, stdout);
	buf_free(&text);
	return good ? 0 : STATUS_CANNOT;
}

static int command_help(struct options *o);

static const struct command {
	const char *name, *args, *what;
	int (*run)(struct options *o);
} commands[] = {
    {"check", "[FILE|NAME...]", "play and judge (all scenarios by default)", command_check},
    {"list", "[FILE|NAME...]", "scenarios and their cases", command_list},
    {"lint", "FILE...", "read scenario files and say what is wrong with them", command_lint},
    {"new", "NAME", "writes NAME.yaml here: a scenario to begin with, which plays as it is",
        starter_command},
    {"explain", "NAME|FILE|CASE",
        "a scenario or a case in words: what happens, what breaks, and why", explain_command},
    {"schedule", "CASE [FILE]", "the churn of a case, event by event", command_schedule},
    {"replay", "TRACE|DIR...", "judge and report stored traces again, to the letter",
        command_replay},
    {"shell", "CASE [FILE]", "a shell in the lab of a case; churn by hand", shell_command},
    {"inspect", "BRIDGE", "is a bridge of this host pinned? (1: it is not); read-only",
        command_inspect},
    {"prereqs", "[--json]", "what this machine has and lacks; read-only", command_prereqs},
    {"help", "", "this text", command_help},
};

static int command_help(struct options *o)
{
	(void)o;
	printf("steadybridge %s\n"
	       "Tells whether traffic through a Linux bridge stays up while ports come and go.\n\n",
	    steadybridge_version);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		printf("  steadybridge %-8s %-15s %s\n", commands[i].name, commands[i].args,
		    commands[i].what);
	puts("");
	options_help();
	return 0;
}

static int run_command(const char *name, struct options *o, int unread, const struct err *e)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(name, commands[i].name))
			continue;
		if (!unread)
			return commands[i].run(o);
		fprintf(stderr, "steadybridge %s: %s\n", name, e->text);
		return STATUS_USAGE;
	}
	fprintf(stderr, "steadybridge: unknown command '%s'; see steadybridge help\n", name);
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";
	struct options o;
	struct err e = {{0}};

	stdio_begin();
	if (!strcmp(name, "--help") || !strcmp(name, "-h"))
		name = "help";
	if (!strcmp(name, "--version")) {
		version_print();
		return stdio_end(0, true);
	}
	if (!strcmp(name, "at-lab")) /* for the programs in a lab's shell */
		return shell_at_lab(argc - 2, argv + 2);
	int unread = options_parse(&o, argc > 1 ? argc - 1 : argc, argc > 1 ? argv + 1 : argv, &e);
	mem_exit_status = options_exit(&o, STATUS_CANNOT);
	int r = run_command(name, &o, unread, &e);
	r = options_exit(&o, stdio_end(r, true));
	options_free(&o);
	return r;
}
