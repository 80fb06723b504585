/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_test.c: which options each command takes, and its help. */
#include "test/kit/ctest.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "command/command.h"
#include "test/kit/program.h"

static const struct command *const commands[] = {&command_check, &command_list, &command_lint,
    &command_new, &command_explain, &command_schedule, &command_replay, &command_merge,
    &command_shell, &command_inspect, &command_watch, &command_prereqs, &command_history,
    &command_export};
#define N_COMMANDS (ARRAY_SIZE(commands))

CTEST("command", CTEST_SANDBOX, NULL, a_command_refuses_the_options_of_others)
{
	static const struct program_row rows[] = {
	    {{"lint", "--watch", "x.yaml"}, .status = 2,
	        .says =
	            {"steadybridge lint: unknown option --watch; see steadybridge lint --help\n"}},
	    {{"prereqs", "--repeat", "5"}, .status = 2,
	        .says =
	            {"steadybridge prereqs: unknown option --repeat; see steadybridge prereqs --help\n"}},
	    {{"check", "--json"}, .status = 2,
	        .says = {"steadybridge check: unknown option --json;"}},
	    {{"list", "--seed=1"}, .status = 2,
	        .says = {"steadybridge list: unknown option --seed=1;"}},
	    {{"replay", "-j3"}, .status = 2, .says = {"steadybridge replay: unknown option -j;"}},
	    {{"inspect", "lo", "-x"}, .status = 2,
	        .says = {"steadybridge inspect: unknown option -x;"}},
	    {{"new", "--exit", "77", "x"}, .status = 2,
	        .says = {"steadybridge new: unknown option --exit;"}},
	    {{"help", "--all"}, .status = 2, .says = {"steadybridge help: unknown option --all;"}},
	    {{"prereqs", "--json=5"}, .status = 2,
	        .says = {"steadybridge prereqs: --json=5: takes no value;"}},
	    {{"shell", "-c"}, .status = 2, .says = {"steadybridge shell: -c needs a value;"}},
	    {{"prereqs", "bridge"}, .status = 2,
	        .says = {"steadybridge prereqs: found 1 argument, expected none;"}},
	    {{"inspect"}, .status = 2,
	        .says = {"steadybridge inspect: expected BRIDGE, or --all;"}},
	};

	ASSERT_ROWS(rows);
}

/* The first part of a usage line, the options in their order, an example. */
CTEST("command", CTEST_SANDBOX, NULL, help_shows_usage_options_and_an_example)
{
	static const char usage[] =
	    "usage: steadybridge lint [OPTION...] FILE...\n\n"
	    "check scenario files and print their errors\n\n"
	    "  --set PATH=VALUE      override a value of every case, such as bridge.pin=never\n"
	    "  -h, --help            show this text\n\n"
	    "example:\n  steadybridge lint mine.yaml\n";

	ASSERT_RUNS({{"lint", "--help"}, .prints = usage}, {{"help", "lint"}, .prints = usage},
	    {{"lint", "-h", "--watch"}, .prints = usage});
	/* What is wrong comes first. */
	ASSERT_RUNS(
	    {{"lint", "--watch", "--help"}, .status = 2, .says = {"unknown option --watch"}},
	    {{"help", "lnit"}, .status = 2, .says = {"unknown command 'lnit'"}},
	    {{"help", "lint", "list"}, .status = 2,
	        .says = {"steadybridge help: found 2 arguments, expected [COMMAND];"}});
}

CTEST("command", CTEST_SANDBOX, NULL, help_lists_each_command_on_one_line)
{
	struct program_result r = run("help"), same = run("--help"),
	                      bare = program_run(&(struct program_options){0});

	ck_assert_int_eq(r.status, 0);
	ck_assert_str_eq(same.text.s, r.text.s);
	ck_assert_str_eq(bare.text.s, r.text.s);
	for (size_t i = 0; i < N_COMMANDS; i++) {
		char *line = mem_printf("\n  %-8s  %-22s  %s\n", commands[i]->name,
		    commands[i]->arguments, commands[i]->summary);

		ck_assert_msg(strstr(r.text.s, line) != NULL, "no '%s' in %s", line, r.text.s);
		free(line);
	}
	buf_free(&r.text);
	buf_free(&same.text);
	buf_free(&bare.text);
}

/* Does a line of the page tag this option, and name the command among those that take it? */
static bool page_has(const char *page, const char *option, const char *name)
{
	for (const char *line = page; *line; line += strcspn(line, "\n") + 1) {
		size_t len = strcspn(line, "\n");
		const char *at = memmem(line, len, option, strlen(option));

		if (at && !strncmp(line, ".BR ", 4) &&
		    (!strcmp(name, "") ||
		        memmem(at, len - (size_t)(at - line), name, strlen(name))))
			return true;
		if (!line[len])
			break;
	}
	return false;
}

/* The options in the help of a command, as the man page spells them: "\-\-must\-run". */
static void assert_all_in(const char *page, const char *help, const char *name)
{
	for (const char *at = help; (at = strstr(at, " --")); at++) {
		struct buf word = {0};

		for (const char *c = at + 1; islower((unsigned char)*c) || *c == '-'; c++)
			buf_printf(&word, "%s%c", *c == '-' ? "\\" : "", *c);
		ck_assert_msg(page_has(page, word.s, strcmp(word.s, "\\-\\-help") ? name : ""),
		    "%s: %s is not in the man page", name, word.s);
		buf_free(&word);
	}
}

CTEST("command", CTEST_SANDBOX, NULL, the_man_page_names_each_command_and_option)
{
	size_t len;
	char *page = ctest_file("docs/steadybridge.1", &len);

	for (size_t i = 0; i < N_COMMANDS; i++) {
		struct program_result r = run("help", commands[i]->name);
		char *synopsis = mem_printf(".B steadybridge %s\n", commands[i]->name);

		ck_assert_msg(strstr(page, synopsis) != NULL, "no %s in the man page", synopsis);
		ck_assert_ptr_nonnull(strstr(r.text.s, "\n  -h, --help "));
		assert_all_in(page, r.text.s, commands[i]->name);
		free(synopsis);
		buf_free(&r.text);
	}
	free(page);
}

/* git bisect takes 1 to 127 for a bad commit, but for 125, and stops at 128 or more. */
CTEST("command", CTEST_SANDBOX, NULL, exit_bisect_holds_for_every_error)
{
	static const struct program_row rows[] = {
	    {{"check", "--bogus", "--exit", "bisect"}, .status = 128,
	        .says = {"unknown option --bogus"}},
	    {{"check", "--exit", "bisect", "--pace", "0"}, .status = 128,
	        .says = {"--pace: found '0'"}},
	    {{"check", "no-such-file.yaml", "--exit=bisect"}, .status = 128,
	        .says = {"no-such-file.yaml"}},
	    {{"chekc", "--exit", "bisect"}, .status = 128, .says = {"unknown command 'chekc'"}},
	    {{"check", "--filter", "nothing", "--exit", "bisect"}, .status = 125,
	        .says = {"no case matches"}},
	    {{"check", "--filter", "nothing", "--exit", "77"}, .status = 77,
	        .says = {"no case matches"}},
	    {{"check", "--bogus", "--exit", "77"}, .status = 2, .says = {"unknown option --bogus"}},
	    {{"check", "--bogus", "--tap"}, .status = 1, .says = {"unknown option --bogus"}},
	    {{"check", "--bogus", "--tap", "--exit", "77"}, .status = 2,
	        .says = {"unknown option --bogus"}},
	    {{"check", "--bogus", "--exit", "kselftest"}, .status = 1,
	        .says = {"unknown option --bogus"}},
	    {{"check", "--exit", "skip"}, .status = 2,
	        .says = {"found 'skip', expected bisect, kselftest or 77"}},
	    {{"lint", "--watch", "--exit", "bisect"}, .status = 128,
	        .says = {"unknown option --watch"}},
	    {{"lint", "--repeat", "5", "--exit", "bisect"}, .status = 128,
	        .says = {"unknown option --repeat"}},
	    {{"list", "--exit", "bisect"}, .status = 128,
	        .says = {"steadybridge list: unknown option --exit"}},
	    {{"prereqs", "--exit=bisect"}, .status = 128, .says = {"unknown option --exit"}},
	    {{"replay", "--exit", "bisect"}, .status = 128, .says = {"expected TRACE|DIR..."}},
	    {{"help", "chekc", "--exit", "bisect"}, .status = 128,
	        .says = {"steadybridge help: unknown option --exit"}},
	    {{"--exit", "bisect", "check"}, .status = 128, .says = {"unknown command '--exit'"}},
	    {{"chekc", "--pace", "--exit", "bisect"}, .status = 128,
	        .says = {"unknown command 'chekc'"}},
	};

	ASSERT_ROWS(rows);
}
