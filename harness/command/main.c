/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c: the steadybridge command: finds the command that is meant and runs it. */
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/status.h"
#include "base/stdio.h"
#include "cli/shell_client.h"
#include "cli/version.h"
#include "command/command.h"
#include "command/help.h"

static const struct command command_help;
static const struct command *const commands[] = {&command_check, &command_list, &command_lint,
    &command_new, &command_explain, &command_schedule, &command_export, &command_replay,
    &command_merge, &command_history, &command_shell, &command_inspect, &command_watch,
    &command_prereqs, &command_causes, &command_help};
#define N_COMMANDS ARRAY_SIZE(commands)

/* NULL, with a message, when no command has that name. */
static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!strcmp(name, commands[i]->name))
			return commands[i];
	fprintf(stderr, "steadybridge: unknown command '%s'; see steadybridge help\n", name);
	return NULL;
}

static int run_help(struct options *o)
{
	const struct command *c = o->n_names ? find_command(o->names[0]) : NULL;

	if (c)
		help_one(c);
	else if (!o->n_names)
		help_all(commands, N_COMMANDS);
	return o->n_names && !c ? STATUS_USAGE : 0;
}

static const struct command command_help = {
    "help", "[COMMAND]", 0, 1, "show the commands, or the options of one", 0, "check", run_help};

static int run(const struct command *c, struct options *o, bool unread, const struct err *e)
{
	if (unread)
		return help_usage_error(c, "%s", e->text);
	if (o->n_names >= c->min_names && o->n_names <= c->max_names && !o->help)
		return c->run(o);
	if (!o->help)
		return help_usage_error(c, "found %d argument%s, expected %s", o->n_names,
		    o->n_names == 1 ? "" : "s", *c->arguments ? c->arguments : "none");
	help_one(c);
	return 0;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";
	struct options o;
	struct err e = {{0}};

	stdio_begin();
	if (!strcmp(name, "--version")) {
		version_print();
		return stdio_end(0, true);
	}
	if (!strcmp(name, "at-lab")) /* for the programs in a lab's shell */
		return shell_at_lab(argc - 2, argv + 2);
	const struct command *c =
	    find_command(strcmp(name, "--help") && strcmp(name, "-h") ? name : "help");
	int first = argc > 1 && (c || *name != '-'); /* --exit counts also where it is the name */
	int unread = options_parse(&o, c ? c->options : 0, argc - first, argv + first, &e);
	mem_exit_status = options_exit(&o, STATUS_CANNOT);
	int r = c ? run(c, &o, unread, &e) : STATUS_USAGE;
	r = options_exit(&o, stdio_end(r, true));
	options_free(&o);
	return r;
}
