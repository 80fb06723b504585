/* check_soak.c: tests of ci/soak.py and ci/tally.py: what they count, keep, tell and leave.
 *
 * fixtures/soak has stand-ins for steadybridge and stress-ng, so that nothing is played and nothing
 * is loaded; the reports that the stand-in leaves are written by the reporter itself. */
#include "suite/check_formats.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/units.h"
#include "suite/check_bench.h"
#include "suite/check_builder.h"
#include "suite/check_readers.h"
#include "suite/data.h"
#include "suite/ran.h"

#define DEADLINE_NS (60 * NS_PER_S) /* a hang ends in a failure */
#define N(a) (sizeof(a) / sizeof((a)[0]))

/* A control that was not reproduced with its arm, and an arm that was never played undisturbed. */
static void unsure_run(struct bench *b)
{
	bench_add(b, build_quiet_control, 0);
	bench_add(b, build_held_arm, 0);
	bench_rename(bench_add(b, build_broken_control, 0), "original-report");
	bench_rename(bench_add(b, bench_starved, 0), "original-report");
	bench_rename(bench_add(b, bench_starved, 1), "original-report");
	bench_judge(b);
}

/* The arm alone of it. */
static void invalid_run(struct bench *b)
{
	bench_add(b, build_broken_control, 0);
	bench_add(b, bench_starved, 0);
	bench_judge(b);
}

static void nothing_run(struct bench *b)
{
	(void)b;
}

static void put(const char *dir, const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", dir, name);
	struct err e = {{0}};

	ck_assert_msg(!data_write(path, text, strlen(text), &e), "%s", e.text);
	free(path);
}

/* A folder for the stand-ins, with the reports that a plan may name; drop it. */
static char *standin(const char *name, const char *plan)
{
	static const struct {
		const char *name;
		void (*make)(struct bench *);
	} reports[] = {
	    {"good.json", bench_good_run},
	    {"bad.json", bench_bad_run},
	    {"unsure.json", unsure_run},
	    {"invalid.json", invalid_run},
	    {"nothing.json", nothing_run},
	};
	char *dir = ran_scratch(name);
	struct err e = {{0}};

	ck_assert_msg(!data_mkdir(dir, &e), "%s", e.text);
	put(dir, "plan", plan);
	for (size_t i = 0; i < N(reports); i++) {
		struct bench *b = bench_new();
		struct buf text = {0};

		reports[i].make(b);
		report_json(&b->run, &text);
		put(dir, reports[i].name, text.s);
		buf_free(&text);
		bench_free(b);
	}
	return dir;
}

/* The command line of a soak by the stand-ins, its PATH that one or the stand-ins' too; freed with
 * the test. */
static const char **command(const char *dir, const char *path, const char *const args[])
{
	char *fixtures = data_path("fixtures/soak");
	const char **argv = mem_alloc(32 * sizeof(*argv));
	size_t n = 0;

	argv[n++] = "env";
	argv[n++] = mem_printf("SOAK_STANDIN=%s", dir);
	argv[n++] =
	    path ? mem_printf("PATH=%s", path) : mem_printf("PATH=%s:/usr/bin:/bin", fixtures);
	argv[n++] = PYTHON;
	argv[n++] = data_path("ci/soak.py");
	argv[n++] = "--program";
	argv[n++] = mem_printf("%s/steadybridge", fixtures);
	argv[n++] = "--out";
	argv[n++] = mem_printf("%s/out", dir);
	for (size_t i = 0; args[i]; i++)
		argv[n++] = args[i];
	return argv;
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define soak(dir, ...) ran_program(command(dir, NULL, ARGS(__VA_ARGS__)))

static json_t *read_json(const char *dir, const char *name)
{
	char *path = mem_printf("%s/out/soak/%s", dir, name);
	json_error_t e;
	json_t *j = json_load_file(path, 0, &e);

	ck_assert_msg(j != NULL, "%s:%d: %s", path, e.line, e.text);
	free(path);
	return j;
}

static bool is_there(const char *dir, const char *name)
{
	char *path = mem_printf("%s/out/soak/%s", dir, name);
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

/* The counts in an object, in the order of their names here. */
static void assert_counts(const json_t *o, const char *what, const int want[7])
{
	static const char *const keys[] = {
	    "plays", "right", "wrong", "invalid", "replayed", "inconclusive", "skipped"};

	ck_assert_msg(o != NULL, "nothing of %s", what);
	for (size_t i = 0; i < N(keys); i++)
		ck_assert_msg(json_integer_value(json_object_get(o, keys[i])) == want[i],
		    "%s: %s is %d, expected %d", what, keys[i],
		    (int)json_integer_value(json_object_get(o, keys[i])), want[i]);
}

static const json_t *mode_of(const json_t *soak, const char *mode)
{
	return json_object_get(json_object_get(soak, "modes"), mode);
}

static size_t runs_of(const json_t *soak, const char *mode)
{
	return json_array_size(json_object_get(mode_of(soak, mode), "runs"));
}

static const char *run_text(const json_t *soak, const char *mode, size_t i, const char *key)
{
	return json_string_value(
	    json_object_get(json_array_get(json_object_get(mode_of(soak, mode), "runs"), i), key));
}

START_TEST(the_bound_is_that_of_clopper_and_pearson)
{
	static const struct {
		const char *wrong, *n, *want;
	} known[] = {
	    {"0", "1", "95%\n"}, /* 1 - 0.05 */
	    {"0", "100", "2.95%\n"},
	    {"1", "100", "4.66%\n"},
	    {"2", "10", "50.7%\n"},
	    {"10", "1000", "1.69%\n"},
	    {"0", "10000", "0.03%\n"},
	    {"1", "10000", "0.0474%\n"},
	    {"5", "5", "100%\n"},
	    {"0", "0", "-\n"},
	};
	char *tally = data_path("ci/tally.py");

	for (size_t i = 0; i < N(known); i++) {
		struct ran r =
		    ran_program(ARGS(PYTHON, tally, "bound", known[i].wrong, known[i].n));

		ck_assert_int_eq(r.status, 0);
		ck_assert_str_eq(r.text.s, known[i].want);
		buf_free(&r.text);
	}
	free(tally);
}
END_TEST

START_TEST(verdicts_are_counted_by_mode_and_case)
{
	char *dir = standin("count", "0 good\n1 bad\n3 unsure\n1 bad\n");
	struct ran r = soak(dir, "--runs", "2", "--modes", "idle,onecore");

	ASSERT_RAN(r, 1, "3 wrong of 17 verdicts");
	json_t *j = read_json(dir, "soak.json");
	ck_assert_uint_eq(runs_of(j, "idle"), 2);
	ck_assert_uint_eq(runs_of(j, "onecore"), 2);
	/* good and unsure; bad twice */
	const json_t *cases = json_object_get(mode_of(j, "idle"), "cases");
	assert_counts(json_object_get(cases, "lowest-port-leaves/inherited,leaves-by=delete"),
	    "a control that broke, and was not reproduced", (const int[]){2, 1, 1, 0, 0, 0, 0});
	assert_counts(
	    json_object_get(cases, "lowest-port-leaves/pinned-at-create,leaves-by=delete"),
	    "its arm", (const int[]){2, 1, 0, 0, 0, 1, 0});
	assert_counts(json_object_get(cases, "original-report/pinned-at-create"),
	    "an arm that was invalid twice", (const int[]){2, 0, 0, 1, 1, 0, 0});
	cases = json_object_get(mode_of(j, "onecore"), "cases");
	assert_counts(
	    json_object_get(cases, "lowest-port-leaves/pinned-at-create,leaves-by=delete"),
	    "an arm that failed", (const int[]){2, 0, 2, 0, 0, 0, 0});
	assert_counts(json_object_get(cases, "original-report/pinned-late"),
	    "an arm that fails as is known", (const int[]){2, 2, 0, 0, 0, 0, 0});
	assert_counts(json_object_get(cases, "original-report/pinned-at-create"),
	    "an arm that was played again", (const int[]){4, 2, 0, 0, 2, 0, 0});
	assert_counts(
	    json_object_get(cases, "tap/pinned"), "a skip", (const int[]){0, 0, 0, 0, 0, 0, 2});
	assert_counts(json_object_get(j, "totals"), "all", (const int[]){26, 14, 3, 1, 3, 5, 4});
	ck_assert_int_eq(
	    json_integer_value(json_object_get(json_object_get(j, "totals"), "runs")), 4);
	json_decref(j);
	ran_drop(dir);
}
END_TEST

START_TEST(what_was_not_right_is_kept_with_its_control)
{
	static const char arm[] = "lowest-port-leaves_pinned-at-create_leaves-by=delete";
	static const char control[] = "lowest-port-leaves_inherited_leaves-by=delete";
	char *dir = standin("keep", "1 bad\n0 good\n"), *slug;
	struct ran r = soak(dir, "--modes", "idle", "--runs", "2");

	ASSERT_RAN(r, 1, "WRONG  idle run 1");
	json_t *j = read_json(dir, "idle/run-1/results.json");
	const json_t *cases = json_object_get(j, "cases"), *play;
	bool has_arm = false, has_control = false;
	size_t i;
	json_array_foreach(cases, i, play)
	{
		const char *is = json_string_value(json_object_get(play, "slug"));

		slug = mem_printf("idle/run-1/cases/%s/trace.jsonl", is);
		ck_assert_msg(is_there(dir, slug), "no %s", slug);
		free(slug);
		has_arm |= !strcmp(is, arm);
		has_control |= !strcmp(is, control);
	}
	ck_assert(has_arm);
	ck_assert(has_control);
	ck_assert_uint_eq(json_array_size(cases), 7); /* of 8: a known failure is none */
	json_decref(j);
	ck_assert(!is_there(dir, "idle/run-1/cases/original-report_pinned-late"));
	ck_assert(!is_there(dir, "idle/run-1/index.html"));
	ck_assert(!is_there(dir, "idle/run-2"));
	j = read_json(dir, "soak.json");
	const json_t *first = json_array_get(json_object_get(j, "notable"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(first, "what")), "wrong");
	slug = mem_printf("idle/run-1/cases/%s", arm);
	ck_assert_str_eq(json_string_value(json_object_get(first, "folder")), slug);
	free(slug);
	json_decref(j);
	ran_drop(dir);
}
END_TEST

START_TEST(the_exit_status_tells_wrong_from_unsure)
{
	char *dir = standin("right", "0 good\n");
	struct ran r = soak(dir, "--modes", "idle");
	ASSERT_RAN(r, 0, "0 wrong of 5 verdicts: at 95 % confidence their rate is at most 45.1%");
	ck_assert(!is_there(dir, "idle"));
	ran_drop(dir);

	dir = standin("unsure", "3 invalid\n");
	r = soak(dir, "--modes", "idle");
	ASSERT_RAN(r, 3, "1 invalid");
	ran_drop(dir);

	dir = standin("nothing", "4 nothing\n");
	r = soak(dir, "--modes", "idle", "--runs", "1000");
	ASSERT_RAN(r, 3, "3 runs in a row played nothing");
	ran_drop(dir);

	dir = standin("usage", "usage\n");
	r = soak(dir, "--modes", "idle", "--frobnicate");
	ASSERT_RAN(r, 2, "unknown option --frobnicate");
	ran_drop(dir);
}
END_TEST

START_TEST(a_run_that_ended_otherwise_is_counted_as_such)
{
	static const char *const ended[] = {
	    "killed by signal 6, without a report",
	    "ended with status 3, without a report", /* a blind instrument */
	    "ended with status 1, its report has 0, and its verdicts ask for 0",
	    "ended with status 0, its report has 1, and its verdicts ask for 1",
	    "ended with status 4",
	    "played with seed 7, not its own",
	    "left 1 processes behind",
	    "ended with status 0, no report to be read: ",
	};
	char *dir = standin("otherwise",
	    "abort\n3 none\n1 good\n0 bad\n4 good\nother-seed\nleave\n0 half\n0 good\n");
	char *path = mem_printf("%s/left", dir);
	struct buf left = {0};
	struct err e = {{0}};

	put(dir, "half.json", "{\"format\": 1, ");
	struct ran r = soak(dir, "--modes", "idle", "--runs", "9");
	ck_assert_ptr_nonnull(strstr(r.text.s, "ENDED OTHERWISE  idle run 1, seed "));
	ASSERT_RAN(r, 1, "1 wrong of "); /* what run 4 hides is seen */
	json_t *j = read_json(dir, "soak.json");
	for (size_t i = 0; i < N(ended); i++) {
		const char *is = run_text(j, "idle", i, "ended");

		ck_assert_msg(strstr(is, ended[i]), "run %zu: %s", i + 1, is);
	}
	ck_assert_str_eq(run_text(j, "idle", N(ended), "ended"), "well");
	ck_assert_int_eq(
	    json_integer_value(json_object_get(json_object_get(j, "totals"), "ended-otherwise")),
	    N(ended));
	ck_assert(is_there(dir, "idle/run-1/check.log"));
	ck_assert_msg(!data_read(path, 64, &left, &e), "%s", e.text);
	ck_assert_int_eq(kill((pid_t)atoi(left.s), 0), -1);
	ck_assert_int_eq(errno, ESRCH);
	buf_free(&left);
	free(path);
	json_decref(j);
	ran_drop(dir);
}
END_TEST

START_TEST(a_run_that_hangs_is_ended)
{
	char *dir = standin("hang", "hang\n0 good\n");
	struct ran r = soak(dir, "--modes", "idle", "--runs", "2", "--limit", "0.2s");

	ASSERT_RAN(r, 3, "ENDED OTHERWISE: hung: ended after 0.2 s");
	ran_drop(dir);
}
END_TEST

START_TEST(resume_adds_up_and_each_run_has_a_seed_of_its_own)
{
	char *dir = standin("resume", "0 good\n"), *calls = mem_printf("%s/calls", dir);
	struct ran r = soak(dir, "--modes", "idle,onecore", "--seed", "abc", "lower*");
	struct buf text = {0};
	struct err e = {{0}};

	ASSERT_RAN(r, 0, "0 wrong of 10 verdicts");
	r = soak(dir, "--modes", "idle", "lower*");
	ASSERT_RAN(r, 2, "--resume adds to it");
	r = soak(dir, "--modes", "idle", "--resume");
	ASSERT_RAN(r, 2, "--resume takes the same arguments");
	r = soak(dir, "--modes", "idle", "--resume", "--seed", "abd", "lower*");
	ASSERT_RAN(r, 2, "is of seed abc");
	r = soak(dir, "--modes", "idle", "--resume", "--runs", "3", "lower*");
	ASSERT_RAN(r, 0, "0 wrong of 20 verdicts");
	json_t *j = read_json(dir, "soak.json");
	ck_assert_uint_eq(runs_of(j, "idle"), 3);
	ck_assert_uint_eq(runs_of(j, "onecore"), 1);
	const char *seeds[] = {run_text(j, "idle", 0, "seed"), run_text(j, "onecore", 0, "seed"),
	    run_text(j, "idle", 1, "seed"), run_text(j, "idle", 2, "seed")};
	ck_assert_msg(!data_read(calls, 1 << 16, &text, &e), "%s", e.text);
	const char *at = text.s;
	for (size_t i = 0; i < N(seeds); i++) {
		char *want = mem_printf(" --seed %s lower*\n", seeds[i]);

		at = strstr(at, want); /* in that order, each once */
		ck_assert_msg(at != NULL, "no run with '%s' in its place: %s", want, text.s);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(seeds[k], seeds[i]);
		free(want);
	}
	put(dir, "out/soak/soak.json", "{");
	r = soak(dir, "--modes", "idle", "--resume", "lower*");
	ASSERT_RAN(r, 2, "no soak.json of this format");
	json_decref(j);
	buf_free(&text);
	free(calls);
	ran_drop(dir);
}
END_TEST

START_TEST(time_ends_it_and_modes_take_turns)
{
	char *dir = standin("budget", "0 good\n");
	struct ran r = soak(dir, "--modes", "idle,onecore,cpu", "--for", "1s", "--runs", "1000000");

	ASSERT_RAN(r, 0, "0 wrong of ");
	json_t *j = read_json(dir, "soak.json");
	size_t idle = runs_of(j, "idle"), last = runs_of(j, "cpu");
	ck_assert_uint_ge(idle, 1);
	ck_assert_uint_lt(idle, 1000000);
	ck_assert_uint_le(last, idle);
	ck_assert_uint_le(idle, last + 1);
	json_decref(j);
	ran_drop(dir);
}
END_TEST

/* Starts a soak whose second run hangs beside its load, when the first is counted; the pids of
 * both. */
static pid_t start_hanging(const char *dir, pid_t *check, pid_t *load)
{
	char *path = mem_printf("%s/said", dir), text[256] = "";
	int64_t deadline = clock_now_ns() + DEADLINE_NS;
	struct err e = {{0}};
	size_t len = 0;
	struct ran r = soak(dir, "--modes", "cpu");

	ASSERT_RAN(r, 0, "0 wrong of 5 verdicts");
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	int said = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(said, 0);
	pid_t pid =
	    proc_start(command(dir, NULL, ARGS("--modes", "cpu", "--runs", "2", "--resume")),
	        &(struct proc_options){.netns = -1, .in_fd = -1, .out_fd = -1}, &e);
	ck_assert_msg(pid > 0, "%s", e.text);
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
	char *dir = standin(signal_no == SIGINT ? "int" : "term", "0 good\nhang\n");
	pid_t check, load, pid = start_hanging(dir, &check, &load);

	ck_assert_int_eq(kill(pid, signal_no), 0);
	ck_assert_int_eq(proc_wait(pid, clock_now_ns() + DEADLINE_NS), 128 + signal_no);
	ck_assert_int_eq(kill(check, 0), -1);
	ck_assert_int_eq(kill(load, 0), -1);
	json_t *j = read_json(dir, "soak.json");
	ck_assert_uint_eq(runs_of(j, "cpu"), 1);
	assert_counts(
	    json_object_get(j, "totals"), "the first run", (const int[]){5, 5, 0, 0, 0, 0, 0});
	json_decref(j);
	/* Nothing but what was measured. */
	char *soaked = mem_printf("%s/out/soak", dir);
	struct ran r = ran_program(ARGS("ls", soaked));
	ck_assert_str_eq(r.text.s, "soak.json\nsoak.md\n");
	buf_free(&r.text);
	free(soaked);
	ran_drop(dir);
}

START_TEST(an_interrupted_soak_keeps_what_it_measured_and_leaves_nothing)
{
	assert_interrupted(SIGTERM);
	assert_interrupted(SIGINT);
}
END_TEST

START_TEST(a_killed_soak_takes_all_along)
{
	char *dir = standin("kill", "0 good\nhang\n");
	pid_t check, load, pid = start_hanging(dir, &check, &load);
	int64_t deadline = clock_now_ns() + DEADLINE_NS;
	int fds[] = {proc_pidfd(check), proc_pidfd(load)};

	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(proc_wait(pid, deadline), 128 + SIGKILL);
	for (size_t i = 0; i < N(fds); i++) {
		ck_assert_int_ge(fds[i], 0);
		ck_assert_msg(clock_wait_readable(fds[i], deadline) > 0, "%zu runs on", i);
		close(fds[i]);
	}
	json_t *j = read_json(dir, "soak.json");
	ck_assert_uint_eq(runs_of(j, "cpu"), 1);
	json_decref(j);
	struct ran r = soak(dir, "--modes", "cpu", "--resume", "--runs", "1");
	ASSERT_RAN(r, 0, "0 wrong of 5 verdicts"); /* it has its one run */
	struct ran left = ran_program(ARGS("find", dir, "-name", "load-*"));
	ck_assert_str_eq(left.text.s, "");
	buf_free(&left.text);
	ran_drop(dir);
}
END_TEST

START_TEST(a_mode_without_its_load_is_skipped_or_told)
{
	char *dir = standin("skip", "0 good\n");
	struct ran r = ran_program(command(dir, "/nonexistent", ARGS("--modes", "idle,cpu")));
	ck_assert_ptr_nonnull(
	    strstr(r.text.s, "SKIP  cpu: no stress-ng; remedy: apt-get install stress-ng"));
	ASSERT_RAN(r, 0, "0 wrong of 5 verdicts");
	r = ran_program(command(dir, "/nonexistent", ARGS("--modes", "onecore", "--resume")));
	ASSERT_RAN(r, 0, "SKIP  onecore: no taskset");
	put(dir, "refuse", "");
	r = soak(dir, "--modes", "cpu", "--resume");
	ASSERT_RAN(r, 0, "SKIP  cpu: stress-ng refuses it: stress-ng: unrecognized option");
	ran_drop(dir);

	dir = standin("brief", "without-load\n");
	put(dir, "brief", "");
	r = soak(dir, "--modes", "cpu");
	ASSERT_RAN(r, 3, "ENDED OTHERWISE: the load ended before the run, with status 5");
	ran_drop(dir);

	dir = standin("none", "0 good\n");
	r = ran_program(command(dir, "/nonexistent", ARGS("--modes", "cpu")));
	ASSERT_RAN(r, 4, "no verdict");
	ran_drop(dir);
}
END_TEST

START_TEST(usage_of_a_soak)
{
	static const char *const wrong[][3] = {
	    {"--runs", "0", "--runs: found '0'"},
	    {"--modes", "idle,lazy", "--modes: found 'lazy'"},
	    {"--for", "30", "--for: found '30', expected a time"},
	    {"--seed", "XY", "--seed: found 'XY'"},
	    {"lowest*", "--runs=3", "--runs=3 goes before the arguments of check"},
	    {"--exit", "bisect", "--exit is not for a soak"},
	};
	char *dir = standin("soak-usage", "0 good\n");

	for (size_t i = 0; i < N(wrong); i++) {
		struct ran r = soak(dir, wrong[i][0], wrong[i][1]);

		ASSERT_RAN(r, 2, wrong[i][2]);
	}
	struct ran r = soak(dir, "--program", "/nonexistent/steadybridge");
	ASSERT_RAN(r, 4, "no program /nonexistent/steadybridge");
	r = soak(dir, "--runs");
	ASSERT_RAN(r, 2, "--runs needs a value");
	ran_drop(dir);
}
END_TEST

START_TEST(a_soak_as_a_part_of_a_document)
{
	char *tally = data_path("ci/tally.py"), *file = data_path("fixtures/soak/soak.json");
	struct ran r = ran_program(ARGS(PYTHON, tally, file));

	ck_assert_int_eq(r.status, 0);
	bench_golden("soak.md", &r.text);
	buf_free(&r.text);
	free(tally);
	free(file);
}
END_TEST

void check_soak(struct ctests *list)
{
	static const TTest *tests[16];
	size_t n = 0;

	tests[n++] = the_bound_is_that_of_clopper_and_pearson;
	tests[n++] = verdicts_are_counted_by_mode_and_case;
	tests[n++] = what_was_not_right_is_kept_with_its_control;
	tests[n++] = the_exit_status_tells_wrong_from_unsure;
	tests[n++] = a_run_that_ended_otherwise_is_counted_as_such;
	tests[n++] = a_run_that_hangs_is_ended;
	tests[n++] = resume_adds_up_and_each_run_has_a_seed_of_its_own;
	tests[n++] = time_ends_it_and_modes_take_turns;
	tests[n++] = an_interrupted_soak_keeps_what_it_measured_and_leaves_nothing;
	tests[n++] = a_killed_soak_takes_all_along;
	tests[n++] = a_mode_without_its_load_is_skipped_or_told;
	tests[n++] = usage_of_a_soak;
	tests[n++] = a_soak_as_a_part_of_a_document;
	for (size_t i = 0; i < n; i++)
		ctest_add_reader(list, "soak", CTEST_PURE, READER_PYTHON, tests[i]);
}
