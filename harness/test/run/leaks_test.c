/* SPDX-License-Identifier: GPL-2.0-or-later */
/* leaks_test.c: whatever is killed, nothing is left: processes, namespaces, links, rules, mounts,
 * files. */
#include "test/kit/program.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/rand.h"
#include "base/units.h"
#include "lab/subject.h"
#include "run/hang.h"

enum victim { RUNNER, WORKER, PID_1, PLAYER, VICTIMS };

/* The runner's child is a worker, its child pid 1 of a sandbox, its child the player. 0: not there
 * (yet). */
static pid_t find_victim(pid_t runner, enum victim which, uint64_t *seed)
{
	pid_t at = runner;

	for (int depth = 0; depth < (int)which; depth++) {
		pid_t found[256];
		size_t n = hang_children(at, found, 256);

		if (!n)
			return 0;
		at = found[rand_next(seed) % n];
	}
	return at;
}

/* Waits until the victim is there and the moment has come, then kills it. */
static bool kill_at(pid_t runner, enum victim which, int64_t moment_ns, uint64_t *seed)
{
	int64_t at = clock_now_ns() + moment_ns;
	int fd = proc_pidfd(runner);
	bool ended = fd < 0 || clock_wait_readable(fd, at) == 1;
	pid_t victim = ended ? 0 : find_victim(runner, which, seed);

	if (fd >= 0)
		close(fd);
	/* Below pid 1 there may be nothing yet; then pid 1, the worker or the runner it is. */
	for (int w = (int)which; !ended && !victim && w > 0; w--)
		victim = find_victim(runner, (enum victim)(w - 1), seed);
	return victim && kill(victim, SIGKILL) == 0;
}

/* One of those whose programs are here. */
static const char *any_subject(uint64_t *seed)
{
	static const char *here[64];
	static size_t n;
	char **names = NULL;
	int all = n ? 0 : subject_names(&names, NULL);

	for (int i = 0; i < all; i++) {
		const struct subject *s;

		subject_look(names[i], NULL, false, &s, NULL);
		if (!s->missing && n < ARRAY_SIZE(here))
			here[n++] = s->name;
		free(names[i]);
	}
	free(names);
	ck_assert_uint_gt(n, 0);
	return here[rand_next(seed) % n];
}

CTEST("leaks", CTEST_PLAY_ALONE, NULL, a_kill_at_any_moment_leaves_nothing)
{
	static const char *const names[] = {"runner", "worker", "pid 1", "player"};
	struct buf before = {0};
	uint64_t seed = ctest_seed();
	int n = ctest_kills(8), killed = 0;
	char dir[] = "/tmp/sb-kill-XXXXXX", what[128];

	ctest_own_proc();
	ck_assert_ptr_nonnull(mkdtemp(dir));
	program_host(&before);
	for (int i = 0; i < n; i++) {
		uint64_t state = seed + (uint64_t)i; /* whatever the kills before it drew */
		enum victim which = (enum victim)(i % VICTIMS);
		int64_t moment = (int64_t)(rand_next(&state) % (uint64_t)(1500 * NS_PER_MS));
		const char *subject = i / VICTIMS % 2 ? any_subject(&state) : NULL;
		pid_t runner = program_start(&(struct program_options){
		    .args = subject ? ARGS("check", "--out", dir, "--subject", subject)
		                    : ARGS("check", "--out", dir, "lowest-port-leaves", "--filter",
		                          "lowest-port-leaves/*", "--set", "duration=10s", "--pace",
		                          "20")});
		bool hit = kill_at(runner, which, moment, &state);

		killed += hit;
		snprintf(what, sizeof(what),
		    "kill %d of the %s%s%s after %.3f s (STEADYBRIDGE_SEED=%#lx)", i, names[which],
		    subject ? " beside " : "", subject ? subject : "", (double)moment / NS_PER_S,
		    (unsigned long)seed);
		int status = proc_wait(runner, clock_now_ns() + 300 * NS_PER_S);
		ck_assert_msg(status >= 0, "the runner does not end after %s", what);
		program_assert_host(&before, what);
		program_whole_files(dir);
	}
	program_remove(dir);
	buf_free(&before);
	ck_assert_int_gt(killed, n / 2);
	printf("%d of %d kills hit, nothing was left\n", killed, n);
}

/* Each signal that ends a run, when its first worker exists. */
CTEST("leaks", CTEST_PLAY_ALONE, NULL, an_interrupt_leaves_nothing_and_no_report)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct buf before = {0};
	char dir[64], path[96];

	ctest_own_proc();
	snprintf(dir, sizeof(dir), "/tmp/sb-int-%lx", (unsigned long)clock_now_ns());
	program_host(&before);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		pid_t runner = program_start(&(struct program_options){
		    .args = ARGS("check", "--out", dir, "--filter", "lowest-port-leaves/*")});
		pid_t found[4];
		int64_t deadline = clock_now_ns() + 30 * NS_PER_S;

		while (!hang_children(runner, found, 4) && clock_now_ns() < deadline)
			poll(NULL, 0, 5);
		kill(runner, signals[i]);
		ck_assert_int_eq(
		    proc_wait(runner, clock_now_ns() + 60 * NS_PER_S), 128 + signals[i]);
		program_assert_host(&before, "interrupt");
		snprintf(path, sizeof(path), "%s/results.json", dir);
		ck_assert_int_ne(access(path, F_OK), 0);
	}
	program_remove(dir);
	buf_free(&before);
}

/* What the tests of this file compare does show a link, a process and a namespace. */
CTEST("leaks", CTEST_SANDBOX, NULL, a_leak_would_be_seen)
{
	AUTO_BUF before = {0}, after = {0};
	struct err e = {{0}};

	ctest_own_proc();
	program_host(&before);
	ck_assert_msg(
	    proc_run((const char *[]){"ip", "link", "add", "leaked0", "type", "bridge", NULL},
	        clock_now_ns() + 30 * NS_PER_S, &e) == 0,
	    "%s", e.text);
	program_host(&after);
	ck_assert_str_ne(before.s, after.s);
	ck_assert_ptr_nonnull(strstr(after.s, "leaked0"));
	buf_free(&after);
	/* A process that goes on, in a namespace of its own, is seen as both. */
	pid_t pid =
	    program_start(&(struct program_options){.argv = ARGS("unshare", "-n", "sleep", "600")});
	int64_t deadline = clock_now_ns() + PROGRAM_SETTLE_NS;
	do {
		buf_free(&after);
		program_host(&after);
	} while (program_count(after.s, "namespace ") == program_count(before.s, "namespace ") &&
	         clock_now_ns() < deadline && !poll(NULL, 0, 20));
	ck_assert_uint_eq(
	    program_count(after.s, "namespace "), program_count(before.s, "namespace ") + 1);
	ck_assert_uint_eq(
	    program_count(after.s, "process "), program_count(before.s, "process ") + 1);
	kill(pid, SIGKILL);
}
