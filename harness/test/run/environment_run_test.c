/* SPDX-License-Identifier: GPL-2.0-or-later */
/* environment_run_test.c: a whole run is killed, interrupted, stopped and joined by another, each
 * at a stage that is seen and not guessed. */
#include "test/kit/program.h"

#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/rand.h"
#include "run/hang.h"

enum stage { BEGUN, A_WORKER, A_PLAYER, LAB_STANDS, WARM_UP, CHURNED, WRITES, REPORTS, STAGES };

static const char *const stages[] = {"begin", "first worker", "lab being built", "lab stands",
    "port joined", "port left", "writing of traces", "writing of reports"};

enum victim { RUNNER, WORKER, INIT, PLAYER, CHURNER, DNSMASQ, VICTIMS };

static const char *const victims[] = {"runner", "worker", "pid 1", "player", "churner", "dnsmasq"};

static pid_t start_run(const char *dir)
{
	return program_start(&(struct program_options){
	    .args = ARGS("check", "--out", dir, "--filter", "lowest-port-leaves/*leaves-by=delete",
	        "--set", "duration=12s")});
}

/* Of the runner's children the workers lead a process group each. */
static pid_t find_worker(pid_t runner)
{
	pid_t found[64];
	size_t n = hang_children(runner, found, 64);

	for (size_t i = 0; i < n; i++)
		if (getpgid(found[i]) == found[i])
			return found[i];
	return 0;
}

/* The victim, by way of the first child of each; 0: not there. */
static pid_t find_victim(pid_t runner, enum victim which)
{
	pid_t at = which == RUNNER ? runner : find_worker(runner);

	for (int depth = WORKER; at && depth < (int)which && depth < PLAYER; depth++)
		at = hang_child(at, NULL);
	if (at && which > PLAYER)
		at = hang_child(at, which == DNSMASQ ? "dnsmasq" : "steadybridge");
	return at;
}

static bool player_has(pid_t runner, const char *link)
{
	pid_t player = find_victim(runner, PLAYER);
	AUTO_FREE char *path = mem_printf("/proc/%d/net/dev", player);
	AUTO_FREE char *word = mem_printf("%s:", link);
	AUTO_BUF text = {0};

	return player && !data_read(path, 65536, &text, NULL) && text.s && strstr(text.s, word);
}

static bool has_trace(const char *dir)
{
	AUTO_FREE char *pattern = mem_printf("%s/cases/*leaves-by=delete*", dir);
	glob_t found;
	bool has = !glob(pattern, 0, NULL, &found);

	globfree(&found);
	return has;
}

/* Before that it is still this test's child, with its handlers. */
static bool runs(pid_t runner)
{
	AUTO_FREE char *path = mem_printf("/proc/%d/comm", runner);
	AUTO_BUF text = {0};

	return !data_read(path, 64, &text, NULL) && text.s && !strcmp(text.s, "steadybridge\n");
}

static bool is_at(pid_t runner, const char *dir, enum stage stage, bool *joined)
{
	switch (stage) {
	case BEGUN:
		return runs(runner);
	case A_WORKER:
		return find_victim(runner, WORKER) != 0;
	case A_PLAYER:
		return find_victim(runner, PLAYER) != 0;
	case LAB_STANDS:
		return player_has(runner, "br0") && find_victim(runner, DNSMASQ) != 0;
	case WARM_UP:
		return player_has(runner, "lowest");
	case CHURNED:
		*joined = *joined || player_has(runner, "lowest");
		return *joined && !player_has(runner, "lowest");
	case WRITES:
		return has_trace(dir);
	default:
		return program_has_file(dir, "results.json") || program_has_file(dir, "junit.xml");
	}
}

/* True when the run got there, false when it ended before. */
static bool wait_for(pid_t runner, const char *dir, enum stage stage)
{
	int64_t deadline = clock_now_ns() + 120 * NS_PER_S;
	struct pollfd p[2] = {{.fd = proc_pidfd(runner), .events = POLLIN},
	    {.fd = inotify_init1(IN_CLOEXEC), .events = POLLIN}};
	char told[4096];
	bool joined = false, there;

	/* A report is there for a few milliseconds before the run ends: inotify reports it. */
	ck_assert(!mkdir(dir, 0755) || errno == EEXIST);
	ck_assert_int_ge(p[0].fd, 0);
	ck_assert_int_ge(inotify_add_watch(p[1].fd, dir, IN_CREATE | IN_MOVED_TO), 0);
	do {
		if (p[1].revents)
			ck_assert_int_gt(read(p[1].fd, told, sizeof(told)), 0);
		there = is_at(runner, dir, stage, &joined);
		if (!there)
			ck_assert_int_ge(poll(p, 2, 1), 0);
		ck_assert_msg(clock_now_ns() < deadline, "no %s, and no end", stages[stage]);
	} while (!there && !p[0].revents);
	close(p[0].fd);
	close(p[1].fd);
	return there;
}

static void own_folder(char *dir)
{
	ctest_own_proc();
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void assert_reports(const char *dir, bool there, const char *what)
{
	static const char *const names[] = {
	    "results.json", "junit.xml", "results.tap", "index.html"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ck_assert_msg(program_has_file(dir, names[i]) == there, "%s: %s is %s", what,
		    names[i], there ? "missing" : "there");
}

/* Until the reports are written. */
static bool waits(int signal_no)
{
	return signal_no == SIGINT || signal_no == SIGTERM || signal_no == SIGHUP;
}

/* Whom, and by what: at each stage each of these in turn. The runner ends by the signal; by the
 * first three all reports are there or none. */
static const struct {
	enum victim who;
	int signal_no;
} blows[] = {{RUNNER, SIGINT}, {RUNNER, SIGKILL}, {PLAYER, SIGKILL}, {RUNNER, SIGTERM},
    {WORKER, SIGKILL}, {RUNNER, SIGQUIT}, {INIT, SIGKILL}, {RUNNER, SIGHUP}, {CHURNER, SIGKILL},
    {DNSMASQ, SIGKILL}, {WORKER, SIGTERM}, {PLAYER, SIGSEGV}, {WORKER, SIGINT}};

#define BLOWS ARRAY_SIZE(blows)

#define REPORTS_TRIES 20

CTEST("environment", CTEST_PLAY_ALONE, NULL, a_kill_at_any_stage_leaves_nothing)
{
	char dir[] = "/tmp/sb-stage-XXXXXX", what[128];
	struct buf before = {0};
	int n = ctest_kills(STAGES + 3), hits = 0, reached[STAGES] = {0};
	uint64_t seed = ctest_seed();
	size_t from = (size_t)(seed % BLOWS);

	own_folder(dir);
	program_host(&before);
	/* The last stage takes some milliseconds, and a run may be over before this test is there:
	 * then it is tried again. */
	for (int i = 0; i < n || (!reached[REPORTS] && i < n + REPORTS_TRIES); i++) {
		enum stage stage = i < n ? (enum stage)(i % STAGES) : REPORTS;
		size_t k = (from + (size_t)i + (size_t)(i / STAGES)) % BLOWS;
		int signal_no = blows[k].signal_no;

		/* What a run before this one left is no sign of this one's stage. */
		program_remove(dir);
		pid_t runner = start_run(dir);
		bool there = wait_for(runner, dir, stage);
		enum victim who = blows[k].who;
		pid_t pid = there ? find_victim(runner, who) : 0;

		if (there && !pid)
			pid = find_victim(runner, who = RUNNER);
		bool hit = pid && !kill(pid, signal_no);
		hits += hit;
		reached[stage] += there;
		int status = proc_wait(runner, clock_now_ns() + 300 * NS_PER_S);
		snprintf(what, sizeof(what),
		    "%d: signal %d to the %s at %s (STEADYBRIDGE_SEED=%#lx): status %d", i,
		    signal_no, victims[who], stages[stage], (unsigned long)seed, status);
		program_assert_host(&before, what);
		program_whole_files(dir);
		if (hit && who == RUNNER)
			ck_assert_msg(
			    status == 128 + signal_no || (stage == REPORTS && !status), "%s", what);
		else if (hit) /* retried, or told as invalid; never a fail */
			ck_assert_msg(status == 0 || status == 3, "%s", what);
		if (hit && who == RUNNER && (stage < REPORTS) && status > 128)
			assert_reports(dir, false, what);
		else if (who != RUNNER || waits(signal_no))
			assert_reports(
			    dir, status != 3 || program_has_file(dir, "index.html"), what);
	}
	for (int s = 0; s < STAGES; s++)
		ck_assert_msg(reached[s] > 0, "no run was seen at %s", stages[s]);
	program_remove(dir);
	buf_free(&before);
	printf("%d of %d signals hit, nothing was left\n", hits, n);
}

/* Ctrl-Z and fg: the labs wait at the gate, or play on without their runner. */
CTEST("environment", CTEST_PLAY_ALONE, NULL, a_runner_that_is_stopped_goes_on)
{
	static const struct {
		enum stage stage;
		int signal_no;
	} at[] = {{LAB_STANDS, SIGTSTP}, {CHURNED, SIGSTOP}};
	char dir[] = "/tmp/sb-stop-XXXXXX";

	own_folder(dir);
	for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
		program_remove(dir);
		pid_t runner = start_run(dir);

		ck_assert(wait_for(runner, dir, at[i].stage));
		kill(runner, at[i].signal_no);
		int64_t deadline = clock_now_ns() + 10 * NS_PER_S;
		while (!proc_is_stopped(runner) && clock_now_ns() < deadline)
			poll(NULL, 0, 1);
		/* Meanwhile the player has nothing left to do, or waits. */
		poll(NULL, 0, 500);
		kill(runner, SIGCONT);
		int status = proc_wait(runner, clock_now_ns() + 120 * NS_PER_S);
		ck_assert_msg(status == 0, "stopped at %s: status %d", stages[at[i].stage], status);
		assert_reports(dir, true, "stopped and continued");
	}
	program_remove(dir);
}

/* Every process of a run, or those of one name. */
static void signal_all(pid_t pid, const char *name, int signal_no)
{
	AUTO_FREE char *path = mem_printf("/proc/%d/comm", pid);
	AUTO_BUF comm = {0};
	pid_t found[256];
	size_t n = hang_children(pid, found, 256);

	if (!name || (!data_read(path, 64, &comm, NULL) && !strncmp(comm.s, name, strlen(name))))
		kill(pid, signal_no);
	for (size_t i = 0; i < n; i++)
		signal_all(found[i], name, signal_no);
}

/* A frozen container: late everywhere, so it is retried, or invalid; never wrong. dnsmasq
 * stops a little before the others, so that each play has lookups on their way. */
CTEST("environment", CTEST_PLAY_ALONE, NULL, a_run_that_is_frozen_whole_is_never_wrong)
{
	char dir[] = "/tmp/sb-freeze-XXXXXX";

	own_folder(dir);
	pid_t runner = start_run(dir);
	ck_assert(wait_for(runner, dir, CHURNED));
	signal_all(runner, "dnsmasq", SIGSTOP);
	poll(NULL, 0, 30);
	signal_all(runner, NULL, SIGSTOP);
	poll(NULL, 0, 300);
	signal_all(runner, NULL, SIGCONT);
	int status = proc_wait(runner, clock_now_ns() + 120 * NS_PER_S);
	ck_assert_msg(status == 0 || status == 3, "status %d", status);
	assert_reports(dir, true, "frozen and thawed");
	program_remove(dir);
}

/* Two runs: one folder is one run's; and what is done to one does not touch the other. */
CTEST("environment", CTEST_PLAY_ALONE, NULL, two_runs_do_not_touch_each_other)
{
	char dir[] = "/tmp/sb-two-XXXXXX", other[] = "/tmp/sb-other-XXXXXX";
	AUTO_BUF before = {0};

	own_folder(dir);
	ck_assert_ptr_nonnull(mkdtemp(other));
	program_host(&before);
	pid_t first = start_run(dir);
	ck_assert(wait_for(first, dir, LAB_STANDS));
	pid_t second = start_run(dir), third = start_run(other);
	ck_assert_int_eq(proc_wait(second, clock_now_ns() + 60 * NS_PER_S), 4);
	ck_assert(wait_for(third, other, A_PLAYER));
	kill(third, SIGKILL);
	ck_assert_int_eq(proc_wait(third, clock_now_ns() + 60 * NS_PER_S), 128 + SIGKILL);
	ck_assert_int_eq(proc_wait(first, clock_now_ns() + 120 * NS_PER_S), 0);
	program_assert_host(&before, "two runs");
	assert_reports(dir, true, "the first run");
	/* And at once, although the one before was killed. */
	pid_t fourth = start_run(other);
	ck_assert_int_eq(proc_wait(fourth, clock_now_ns() + 120 * NS_PER_S), 0);
	program_remove(dir);
	program_remove(other);
}
