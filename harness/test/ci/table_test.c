/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_test.c: tests of ci/table.sh: docs/RESULTS.md from the results.json of a run. */
#include "test/kit/program.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/data.h"
#include "base/folder.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"
#include "test/kit/readers.h"

/* A case of the same arm with another value on its matrix line, which was broken for less long. */
static void shorter(struct trace *t)
{
	build_meta(t, "inherited", CAUSE_STALE_GATEWAY);
	build_begin(t, MAC_LOWEST, 1);
	build_traffic(t, 0, 5250, LAST_SEEN_ANSWERED, MAC_LOWEST);
	build_lowest_leaves(t, false);
	build_traffic(t, 5250, 20000, LAST_SEEN_PORT, MAC_LOWEST);
	build_neigh(t, 19990, 0, 2, MAC_PORT1);
	build_traffic(t, 20000, 60250, LAST_SEEN_ANSWERED, MAC_PORT1);
	build_end(t, 60000);
}

static void as_release(struct trace *t)
{
	struct trace_meta *m = &t->meta;

	free(m->name);
	free(m->group);
	m->name = mem_printf("lowest-port-leaves/%s,leaves-by=release", m->arm);
	m->group = mem_strdup("lowest-port-leaves/leaves-by=release");
}

/* Arms of two cases, one of each kind of verdict that is not a pass, a play that was repeated. */
static void table_run(struct bench *b)
{
	bench_add(b, build_broken_control, 0);
	bench_add(b, build_held_arm, 0);
	as_release(bench_add(b, shorter, 0));
	as_release(bench_add(b, build_held_arm, 0));
	bench_rename(bench_add(b, build_broken_control, 0), "original-report");
	bench_rename(bench_add(b, build_failed_arm, 0), "original-report");
	bench_rename(bench_add(b, bench_starved, 0), "lower-port-joins");
	bench_rename(bench_add(b, build_held_arm, 1), "lower-port-joins");
	bench_rename(bench_add(b, bench_talk, 0), "lower-port-joins");
	bench_judge(b);
}

static const char reports[] =
    "[{\"scenario\": \"lowest-port-leaves\", \"symptom\": \"Names fail | for half a minute.\","
    " \"references\": [\"a#1\", \"b#2\"], \"remedy\": [\"pinned-at-create\"],"
    " \"in-vain\": []},"
    " {\"scenario\": \"elsewhere\", \"symptom\": \"\", \"references\": [],"
    " \"remedy\": [\"good\"], \"in-vain\": [\"bad\", \"worse\"]}]\n";

/* What ci/table.sh makes of a results.json of that second, and of reports, or NULL. */
static struct program_result table_of(const char *json, const char *told)
{
	char *dir = program_scratch("table"), *path = mem_printf("%s/results.json", dir);
	char *script = data_path("ci/table.sh"), *second = mem_printf("%s/reports.json", dir);
	const struct timespec at[2] = {{.tv_sec = 1795370513}, {.tv_sec = 1795370513}};
	struct err e = {{0}};

	ck_assert_msg(!folder_make(dir, &e), "%s", e.text);
	ck_assert_msg(!data_write(path, json, strlen(json), &e), "%s", e.text);
	ck_assert_msg(!told || !data_write(second, told, strlen(told), &e), "%s", e.text);
	ck_assert_int_eq(utimensat(AT_FDCWD, path, at, 0), 0);
	struct program_result r = program_run(&(struct program_options){
	    .argv = ARGS(script, path, "steadybridge check --seed 7f3a", told ? second : NULL),
	    .env = ARGS("PATH=/usr/bin:/bin")});
	free(script);
	free(path);
	free(second);
	program_drop(dir);
	return r;
}

CTEST("table", CTEST_PURE, READER_PYTHON, results_become_a_table)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF json = {0};

	table_run(b);
	report_json(&b->run, &json);
	struct program_result r = table_of(json.s, NULL);
	ck_assert_msg(r.status == 0, "%s", r.text.s);
	bench_golden("table.md", &r.text);
	buf_free(&r.text);
	r = table_of(json.s, reports);
	ck_assert_msg(r.status == 0, "%s", r.text.s);
	bench_golden("table-reports.md", &r.text);
	buf_free(&r.text);
}

CTEST("table", CTEST_PURE, READER_PYTHON, other_files_do_not_become_a_table)
{
	struct program_result r = table_of("{\"cases\": []}\n", NULL);

	ck_assert_int_ne(r.status, 0);
	buf_free(&r.text);
	r = table_of("", NULL);
	ck_assert_int_ne(r.status, 0);
	buf_free(&r.text);
	AUTO_FREE char *script = data_path("ci/table.sh");
	r = run_program(script, "results.json");
	ASSERT_PROGRAM(r, 2, "usage: ci/table.sh");
}
