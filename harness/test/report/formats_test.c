/* SPDX-License-Identifier: GPL-2.0-or-later */
/* formats_test.c: tests of what a real run writes, by readers that know nothing of its writers; of
 * the manual page; of what a terminal shows while it runs. */
#include "test/report/formats_test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/units.h"
#include "run/playlist.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"
#include "test/kit/program.h"
#include "test/kit/readers.h"
#include "trace/trace_json.h"

#define TRACE_SCHEMA "docs/trace.schema.json"
#define RESULTS_SCHEMA "docs/results.schema.json"
#define SLUG "lowest-port-leaves_inherited,leaves-by=release"

/* A line of each type with as little and as much in it as there can be. */
static void every_line(struct buf *out)
{
	static const int fill[] = {0x00, 0x01, 0xff};
	AUTO_TRACE t = {0};

	build_failed_arm(&t);
	t.meta.fault = mem_strdup("undo-pin");
	t.meta.t0 = mem_strdup("1795370513.000000001");
	t.meta.limits = (struct limits){LIMIT_ANY, 1, 2, 3, 99.9};
	t.meta.known = mem_alloc(sizeof(*t.meta.known));
	t.meta.known[0] = (struct known_meta){CAUSE_TOO_BIG, mem_strdup("why")};
	t.meta.n_known = 1;
	for (int type = 0; type < EV_COUNT; type++) {
		for (size_t i = 0; i < ARRAY_SIZE(fill); i++) {
			struct event ev;

			memset(&ev, fill[i], sizeof(ev));
			ev.type = (uint8_t)type;
			trace_add(&t, &ev);
		}
	}
	trace_to_json(&t, out);
}

CTEST("formats", CTEST_PURE, READER_JSONSCHEMA, every_line_follows_the_trace_schema)
{
	AUTO_BUF text = {0};
	char *why;

	every_line(&text);
	why = reader_complaint(TRACE_SCHEMA, true, &text);
	ck_assert_msg(!why, "%s", why);
}

CTEST("formats", CTEST_PURE, READER_JSONSCHEMA, results_follow_their_schema)
{
	void (*const runs[])(struct bench *) = {
	    bench_good_run, bench_bad_run, bench_merged_run, NULL};

	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		AUTO_BENCH *b = bench_new();
		AUTO_BUF text = {0};

		if (runs[i])
			runs[i](b);
		report_json(&b->run, &text);
		char *why = reader_complaint(RESULTS_SCHEMA, false, &text);
		ck_assert_msg(!why, "%zu: %s", i, why);
	}
}

CTEST("formats", CTEST_PURE, READER_JSONSCHEMA, schemas_refuse)
{
	static const struct {
		const char *schema, *from, *to;
	} bad[] = {
	    {RESULTS_SCHEMA, "\"healed\":", "\"cured\":"},
	    {RESULTS_SCHEMA, "\"healed\": false", "\"healed\": 0"},
	    {RESULTS_SCHEMA, "\"verdict\": \"pass\"", "\"verdict\": \"PASS\""},
	    {RESULTS_SCHEMA, "\"seed\": \"7f3a\"", "\"seed\": \"7F3A\""},
	    {RESULTS_SCHEMA, "\"format\": 1", "\"format\": 2"},
	    {TRACE_SCHEMA, "\"e\":\"sent\"", "\"e\":\"semt\""},
	    {TRACE_SCHEMA, "\"seq\":401", "\"seq\":-1"},
	    {TRACE_SCHEMA, "\"seq\":401", "\"seq\":401,\"more\":0"},
	    {TRACE_SCHEMA, "\"dst\":\"02:00", "\"dst\":\"02-00"},
	    {TRACE_SCHEMA, "\"at\":\"router\"", "\"at\":\"client\""},
	    {TRACE_SCHEMA, "\"steadybridge-trace\":1", "\"steadybridge-trace\":2"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		bool lines = !strcmp(bad[i].schema, TRACE_SCHEMA);
		AUTO_BENCH *b = bench_new();
		AUTO_BUF text = {0}, other = {0};

		bench_bad_run(b);
		if (lines) {
			struct trace t;

			build_meta(&t, "pinned", CAUSE_NONE);
			build_lookup(&t, 250, STREAM_C1, LAST_SEEN_CLIENT, MAC_LOWEST);
			trace_to_json(&t, &text);
			trace_free(&t);
		} else {
			report_json(&b->run, &text);
		}
		char *mutated = ctest_changed(text.s, bad[i].from, bad[i].to);
		buf_puts(&other, mutated);
		AUTO_FREE char *why = reader_complaint(bad[i].schema, lines, &other);
		ck_assert_msg(why != NULL, "'%s' for '%s' was taken", bad[i].to, bad[i].from);
		free(mutated);
	}
}

/* Plays one control; `set` is one more setting. What it printed is appended to out. */
static int play(const char *dir, const char *set, struct buf *out)
{
	char *program = data_path(SB_BUILD "/steadybridge");
	int status = reader_run((const char *[]){program, "check", "lowest-port-leaves", "--filter",
	                            "*/inherited,leaves-by=release", "--seed", "5", "--out", dir,
	                            set ? "--set" : NULL, set, NULL},
	    NULL, out);

	free(program);
	return status;
}

static struct buf file_of(const char *dir, const char *name)
{
	char *path = mem_printf("%s/%s", dir, name);
	struct buf text = {0};
	struct err e = {{0}};

	ck_assert_msg(data_read(path, 64 << 20, &text, &e) == 0, "%s", e.text);
	free(path);
	return text;
}

/* Every file of the folder is described in the manual page, up to a '-' that begins what varies. */
static void assert_told(const char *dir, const char *page)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t n = 0;

	ck_assert_ptr_nonnull(d);
	while ((entry = readdir(d))) {
		AUTO_FREE char *name = strndup(entry->d_name, strcspn(entry->d_name, "-"));

		if (*name != '.')
			n++;
		ck_assert_msg(*name == '.' || strstr(page, name) != NULL,
		    "a run leaves %s/%s: describe it in FILES of docs/steadybridge.1", dir,
		    entry->d_name);
	}
	closedir(d);
	ck_assert_uint_ge(n, 2);
}

CTEST("formats", CTEST_HOST, NULL, a_real_run_is_read_by_those_who_did_not_write_it)
{
	char *dir = program_scratch("run"), *below = mem_printf("%s/cases/" SLUG, dir);
	char *page = ctest_file("docs/steadybridge.1", NULL);
	struct buf out = {0}, text;
	struct ktap k;

	ck_assert_msg(play(dir, NULL, &out) == 0, "%s", out.s);
	text = file_of(dir, "junit.xml");
	junit_assert_valid(text.s, text.len);
	ASSERT_HAS(text.s, " tests=\"1\" failures=\"0\" errors=\"0\"");
	buf_free(&text);
	text = file_of(dir, "results.tap");
	ktap_read(text.s, &k);
	ck_assert_str_eq(k.error, "");
	ck_assert_uint_eq(k.passed, 1);
	buf_free(&text);
	ASSERT_HAS(out.s, "/junit.xml ");
	/* no terminal: nothing is written anew, and nothing in colour */
	ck_assert_ptr_null(strchr(out.s, '\r'));
	ck_assert_ptr_null(strchr(out.s, '\033'));
	assert_told(dir, page);
	assert_told(below, page);
	buf_free(&out);
	free(page);
	free(below);
	program_drop(dir);
}

CTEST("formats", CTEST_HOST, READER_JSONSCHEMA, a_real_run_follows_the_schemas)
{
	char *dir = program_scratch("schemas"), *why;
	struct buf out = {0}, text;

	ck_assert_msg(play(dir, NULL, &out) == 0, "%s", out.s);
	text = file_of(dir, "results.json");
	why = reader_complaint(RESULTS_SCHEMA, false, &text);
	ck_assert_msg(!why, "results.json: %s", why);
	buf_free(&text);
	text = file_of(dir, "cases/" SLUG "/trace.jsonl");
	why = reader_complaint(TRACE_SCHEMA, true, &text);
	ck_assert_msg(!why, "trace.jsonl: %s", why);
	buf_free(&text);
	buf_free(&out);
	program_drop(dir);
}

/* What the line of progress counts as done. */
PURE_TEST("formats", an_invalid_play_is_the_last_only_after_two_replays)
{
	static const struct {
		enum verdict verdict;
		struct play_id play;
		bool last;
	} plays[] = {
	    {VERDICT_INVALID, {.repeat = 0, .retry = 0}, false},
	    {VERDICT_INVALID, {.repeat = 0, .retry = 1}, false},
	    {VERDICT_INVALID, {.repeat = 0, .retry = 2}, true},
	    {VERDICT_INVALID, {.repeat = 1, .retry = 0}, false},
	    {VERDICT_INVALID, {.repeat = 3, .retry = 2}, true},
	    {VERDICT_PASS, {.repeat = 0, .retry = 0}, true},
	    {VERDICT_FAIL, {.repeat = 0, .retry = 1}, true},
	    {VERDICT_INCONCLUSIVE, {.repeat = 0, .retry = 0}, true},
	    {VERDICT_INVALID, {.drops = true}, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(plays); i++) {
		struct play_job pj = {.trace.meta.play = plays[i].play};

		pj.judged.judgement.verdict = plays[i].verdict;
		ck_assert_msg(playlist_is_last(&pj) == plays[i].last, "%zu", i);
	}
}

/* A case whose labs are sure to fail is not retried. */
PURE_TEST("formats", progress_counts_what_is_still_to_be_retried)
{
	static char why[] = "the lab could not be built: no veth";
	const struct scenario_case cases[] = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
	struct play_job jobs[ARRAY_SIZE(cases) + 1] = {0}, *items[ARRAY_SIZE(jobs)];
	struct playlist p = {.items = items, .n = ARRAY_SIZE(cases), .give_up = true};

	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		items[i] = &jobs[i];
		jobs[i].c = &cases[i % ARRAY_SIZE(cases)];
		jobs[i].judged.trace = &jobs[i].trace;
		jobs[i].judged.judgement =
		    (struct judgement){.verdict = VERDICT_INVALID, .unbuilt = true, .why = why};
	}
	ck_assert_uint_eq(playlist_to_retry(&p), 3);
	/* the replay of the first is asked for, and then played */
	jobs[3].trace.meta.play.retry = 1;
	jobs[3].judged.trace = NULL;
	p.n++;
	ck_assert_uint_eq(playlist_to_retry(&p), 3);
	jobs[3].judged.trace = &jobs[3].trace;
	jobs[3].judged.judgement.verdict = VERDICT_PASS;
	ck_assert_uint_eq(playlist_to_retry(&p), 2);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		lab_failures_learn(&p.failures, &cases[i], &jobs[i].judged.judgement, i == 2);
	ck_assert_uint_eq(playlist_to_retry(&p), 0);
	lab_failures_free(&p.failures);
}

/* Plays with a terminal for standard output and error; all that it was sent. */
static struct buf on_terminal(const char *dir)
{
	char *program = data_path(SB_BUILD "/steadybridge"), chunk[4096];
	struct buf seen = {0};
	struct err e = {{0}};
	ssize_t n;

	ctest_needs_terminal();
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave;
	ck_assert_int_ge(master, 0);
	ck_assert_int_eq(grantpt(master), 0);
	ck_assert_int_eq(unlockpt(master), 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(slave, 0);
	pid_t pid = proc_start(
	    (const char *[]){program, "check", "lowest-port-leaves", "--filter",
	        "*/inherited,leaves-by=release", "--set", "duration=10s", "--out", dir, NULL},
	    &(struct proc_options){.netns = -1, .in_fd = -1, .out_fd = slave}, &e);
	ck_assert_msg(pid > 0, "%s", e.text);
	close(slave);
	buf_puts(&seen, "");
	while ((n = read(master, chunk, sizeof(chunk))) > 0)
		buf_add(&seen, chunk, (size_t)n);
	proc_wait(pid, clock_now_ns() + 60 * NS_PER_S);
	close(master);
	free(program);
	return seen;
}

CTEST("formats", CTEST_HOST, NULL, a_terminal_sees_progress_and_colour_unless_told_otherwise)
{
	static const struct {
		const char *no_color, *term;
		bool color, progress;
	} kinds[] = {
	    {"", "xterm", true, true}, /* empty is as if it were not there */
	    {"1", "xterm", false, true},
	    {NULL, "dumb", false, false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		char *dir = program_scratch("terminal");

		unsetenv("NO_COLOR");
		if (kinds[i].no_color)
			setenv("NO_COLOR", kinds[i].no_color, 1);
		setenv("TERM", kinds[i].term, 1);
		struct buf seen = on_terminal(dir);
		ck_assert_msg(!kinds[i].color == !strstr(seen.s, "\033[1;3"), "%zu: %s", i, seen.s);
		ck_assert_msg(
		    !kinds[i].progress == !strstr(seen.s, "\r0 of 1 case done, 1 running, about "),
		    "%zu: %s", i, seen.s);
		ck_assert_msg(
		    !kinds[i].progress == !strstr(seen.s, "\033[K"), "%zu: %s", i, seen.s);
		buf_free(&seen);
		program_drop(dir);
	}
}

CTEST("formats", CTEST_PURE, READER_MANDOC, the_manual_pages_are_without_warnings)
{
	static const char *const pages[] = {"docs/steadybridge.1", "docs/steadybridge-scenario.5"};

	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		AUTO_FREE char *page = data_path(pages[i]);
		AUTO_BUF out = {0};
		const char *argv[] = {"mandoc", "-T", "lint", "-W", "style", page, NULL};

		ck_assert_int_eq(reader_run(argv, NULL, &out), 0);
		ck_assert_str_eq(out.s, "");
	}
}
