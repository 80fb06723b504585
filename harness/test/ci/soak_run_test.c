/* SPDX-License-Identifier: GPL-2.0-or-later */
/* soak_run_test.c: tests of how ci/soak.py runs: resumed, ended by time, interrupted, killed,
 * without its load. */
#include "test/kit/program.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/units.h"
#include "test/kit/readers.h"
#include "test/kit/standin.h"

#define DEADLINE_NS (60 * NS_PER_S) /* a hang ends in a failure */

CTEST("soak", CTEST_PURE, READER_PYTHON, a_run_that_hangs_is_ended)
{
	char *dir = standin_make("hang", "hang\n0 good\n");
	struct program_result r =
	    standin_soak(dir, "--modes", "idle", "--runs", "2", "--limit", "0.2s");

	ASSERT_PROGRAM(r, 3, "ENDED OTHERWISE: hung: ended after 0.2 s");
	program_drop(dir);
}

CTEST("soak", CTEST_PURE, READER_PYTHON, resume_adds_up_and_each_run_has_a_seed_of_its_own)
{
	char *dir = standin_make("resume", "0 good\n"), *calls = mem_printf("%s/calls", dir);
	struct program_result r =
	    standin_soak(dir, "--modes", "idle,onecore", "--seed", "abc", "lower*");
	struct buf text = {0};
	struct err e = {{0}};

	ASSERT_PROGRAM(r, 0, "0 wrong of 10 verdicts");
	r = standin_soak(dir, "--modes", "idle", "lower*");
	ASSERT_PROGRAM(r, 2, "--resume adds to it");
	r = standin_soak(dir, "--modes", "idle", "--resume");
	ASSERT_PROGRAM(r, 2, "--resume takes the same arguments");
	r = standin_soak(dir, "--modes", "idle", "--resume", "--seed", "abd", "lower*");
	ASSERT_PROGRAM(r, 2, "is of seed abc");
	r = standin_soak(dir, "--modes", "idle", "--resume", "--runs", "3", "lower*");
	ASSERT_PROGRAM(r, 0, "0 wrong of 20 verdicts");
	json_t *j = standin_json(dir, "soak.json");
	ck_assert_uint_eq(standin_runs(j, "idle"), 3);
	ck_assert_uint_eq(standin_runs(j, "onecore"), 1);
	const char *seeds[] = {standin_run_text(j, "idle", 0, "seed"),
	    standin_run_text(j, "onecore", 0, "seed"), standin_run_text(j, "idle", 1, "seed"),
	    standin_run_text(j, "idle", 2, "seed")};
	ck_assert_msg(!data_read(calls, 1 << 16, &text, &e), "%s", e.text);
	const char *at = text.s;
	for (size_t i = 0; i < ARRAY_SIZE(seeds); i++) {
		AUTO_FREE char *want = mem_printf(" --seed %s lower*\n", seeds[i]);

		at = strstr(at, want); /* in that order, each once */
		ck_assert_msg(at != NULL, "no run with '%s' in its place: %s", want, text.s);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(seeds[k], seeds[i]);
	}
	standin_put(dir, "out/soak/soak.json", "{");
	r = standin_soak(dir, "--modes", "idle", "--resume", "lower*");
	ASSERT_PROGRAM(r, 2, "no soak.json of this format");
	json_decref(j);
	buf_free(&text);
	free(calls);
	program_drop(dir);
}

CTEST("soak", CTEST_PURE, READER_PYTHON, time_ends_it_and_modes_take_turns)
{
	char *dir = standin_make("budget", "0 good\n");
	struct program_result r =
	    standin_soak(dir, "--modes", "idle,onecore,cpu", "--for", "1s", "--runs", "1000000");

	ASSERT_PROGRAM(r, 0, "0 wrong of ");
	json_t *j = standin_json(dir, "soak.json");
	size_t idle = standin_runs(j, "idle"), last = standin_runs(j, "cpu");
	ck_assert_uint_ge(idle, 1);
	ck_assert_uint_lt(idle, 1000000);
	ck_assert_uint_le(last, idle);
	ck_assert_uint_le(idle, last + 1);
	json_decref(j);
	program_drop(dir);
}

/* Starts a soak whose second run hangs beside its load, when the first is counted; the pids of
 * both. */
static pid_t start_hanging(const char *dir, pid_t *check, pid_t *load)
{
	char *path = mem_printf("%s/said", dir), *ended = mem_printf("%s/ended", dir);
	char text[256] = "";
	int64_t deadline = clock_now_ns() + DEADLINE_NS;
	size_t len = 0;
	struct program_result r = standin_soak(dir, "--modes", "cpu");

	ASSERT_PROGRAM(r, 0, "0 wrong of 5 verdicts");
	unlink(ended); /* of the first run's load */
	free(ended);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	int said = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(said, 0);
	pid_t pid = standin_start(dir, ARGS("--modes", "cpu", "--runs", "2", "--resume"));
	while (!strstr(text, "check ") || !strstr(text, "load ") || text[len - 1] != '\n') {
		ck_assert_msg(clock_wait_readable(said, deadline) > 0, "only '%s' was said", text);
		ssize_t n = read(said, text + len, sizeof(text) - 1 - len);
		ck_assert_int_gt(n, 0);
		len += (size_t)n;
	}
	*check = (pid_t)atoi(strstr(text, "check ") + 6);
	*load = (pid_t)atoi(strstr(text, "load ") + 5);
	close(said);
	free(path);
	return pid;
}

static void assert_interrupted(int signal_no)
{
	char *dir = standin_make(signal_no == SIGINT ? "int" : "term", "0 good\nhang\n");
	pid_t check, load, pid = start_hanging(dir, &check, &load);

	ck_assert_int_eq(kill(pid, signal_no), 0);
	ck_assert_int_eq(proc_wait(pid, clock_now_ns() + DEADLINE_NS), 128 + signal_no);
	ck_assert_int_eq(kill(check, 0), -1);
	ck_assert_int_eq(kill(load, 0), -1);
	json_t *j = standin_json(dir, "soak.json");
	ck_assert_uint_eq(standin_runs(j, "cpu"), 1);
	standin_assert_counts(
	    json_object_get(j, "totals"), "the first run", (const int[]){5, 5, 0, 0, 0, 0, 0});
	json_decref(j);
	/* Nothing but what was measured; the load could put its own things away. */
	char *soaked = mem_printf("%s/out/soak", dir), *ended = mem_printf("%s/ended", dir);
	ck_assert_int_eq(access(ended, F_OK), 0);
	free(ended);
	struct program_result r = run_program("ls", soaked);
	ck_assert_str_eq(r.text.s, "soak.json\nsoak.md\n");
	buf_free(&r.text);
	free(soaked);
	program_drop(dir);
}

CTEST("soak", CTEST_PURE, READER_PYTHON,
    an_interrupted_soak_keeps_what_it_measured_and_leaves_nothing)
{
	assert_interrupted(SIGTERM);
	assert_interrupted(SIGINT);
}

CTEST("soak", CTEST_PURE, READER_PYTHON, a_killed_soak_ends_its_run_and_its_load)
{
	char *dir = standin_make("kill", "0 good\nhang\n");
	pid_t check, load, pid = start_hanging(dir, &check, &load);
	int64_t deadline = clock_now_ns() + DEADLINE_NS;
	int fds[] = {proc_pidfd(check), proc_pidfd(load)};

	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(proc_wait(pid, deadline), 128 + SIGKILL);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		ck_assert_int_ge(fds[i], 0);
		ck_assert_msg(clock_wait_readable(fds[i], deadline) > 0, "%zu runs on", i);
		close(fds[i]);
	}
	json_t *j = standin_json(dir, "soak.json");
	ck_assert_uint_eq(standin_runs(j, "cpu"), 1);
	json_decref(j);
	struct program_result r = standin_soak(dir, "--modes", "cpu", "--resume", "--runs", "1");
	ASSERT_PROGRAM(r, 0, "0 wrong of 5 verdicts"); /* it has its one run */
	struct program_result left = run_program("find", dir, "-name", "load-*");
	ck_assert_str_eq(left.text.s, "");
	buf_free(&left.text);
	program_drop(dir);
}

CTEST("soak", CTEST_PURE, READER_PYTHON, a_mode_without_its_load_is_skipped_or_told)
{
	char *dir = standin_make("skip", "0 good\n");
	struct program_result r = standin_run(dir, "/nonexistent", ARGS("--modes", "idle,cpu"));
	ck_assert_ptr_nonnull(
	    strstr(r.text.s, "SKIP  cpu: no stress-ng; remedy: apt-get install stress-ng"));
	ASSERT_PROGRAM(r, 0, "0 wrong of 5 verdicts");
	r = standin_run(dir, "/nonexistent", ARGS("--modes", "onecore", "--resume"));
	ASSERT_PROGRAM(r, 0, "SKIP  onecore: no taskset");
	standin_put(dir, "refuse", "");
	r = standin_soak(dir, "--modes", "cpu", "--resume");
	ASSERT_PROGRAM(r, 0, "SKIP  cpu: stress-ng refuses it: stress-ng: unrecognized option");
	program_drop(dir);

	dir = standin_make("brief", "without-load\n");
	standin_put(dir, "brief", "");
	r = standin_soak(dir, "--modes", "cpu");
	ASSERT_PROGRAM(r, 3, "ENDED OTHERWISE: the load ended before the run, with status 5");
	program_drop(dir);

	dir = standin_make("none", "0 good\n");
	r = standin_run(dir, "/nonexistent", ARGS("--modes", "cpu"));
	ASSERT_PROGRAM(r, 4, "no verdict");
	program_drop(dir);
}

CTEST("soak", CTEST_PURE, READER_PYTHON, usage_of_a_soak)
{
	static const char *const wrong[][3] = {
	    {"--runs", "0", "--runs: found '0'"},
	    {"--modes", "idle,lazy", "--modes: found 'lazy'"},
	    {"--for", "30", "--for: found '30', expected a time"},
	    {"--seed", "XY", "--seed: found 'XY'"},
	    {"lowest*", "--runs=3", "--runs=3 goes before the arguments of check"},
	    {"--exit", "bisect", "--exit is not for a soak"},
	};
	char *dir = standin_make("soak-usage", "0 good\n");

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct program_result r = standin_soak(dir, wrong[i][0], wrong[i][1]);

		ASSERT_PROGRAM(r, 2, wrong[i][2]);
	}
	struct program_result r = standin_soak(dir, "--program", "/nonexistent/steadybridge");
	ASSERT_PROGRAM(r, 4, "no program /nonexistent/steadybridge");
	r = standin_soak(dir, "--runs");
	ASSERT_PROGRAM(r, 2, "--runs needs a value");
	program_drop(dir);
}
