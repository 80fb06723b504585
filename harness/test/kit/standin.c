/* SPDX-License-Identifier: GPL-2.0-or-later */
/* standin.c: a soak with stand-ins for steadybridge and stress-ng, for its tests. */
#include "test/kit/standin.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data.h"
#include "base/folder.h"
#include "base/macros.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"
#include "test/kit/readers.h"

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

void standin_put(const char *dir, const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", dir, name);
	struct err e = {{0}};

	ck_assert_msg(!data_write(path, text, strlen(text), &e), "%s", e.text);
	free(path);
}

char *standin_make(const char *name, const char *plan)
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
	char *dir = program_scratch(name);
	struct err e = {{0}};

	ck_assert_msg(!folder_make(dir, &e), "%s", e.text);
	standin_put(dir, "plan", plan);
	for (size_t i = 0; i < ARRAY_SIZE(reports); i++) {
		struct bench *b = bench_new();
		struct buf text = {0};

		reports[i].make(b);
		report_json(&b->run, &text);
		standin_put(dir, reports[i].name, text.s);
		buf_free(&text);
		bench_free(b);
	}
	return dir;
}

#define OWNED 5

/* The command line in argv (32 words), of which `owned` has what to free. */
static void command(const char *dir, const char *path, const char *const args[], const char *argv[],
    char *owned[OWNED])
{
	char *fixtures = data_path("harness/test/data/soak");
	size_t n = 0;

	owned[0] = mem_printf("SOAK_STANDIN=%s", dir);
	owned[1] =
	    path ? mem_printf("PATH=%s", path) : mem_printf("PATH=%s:/usr/bin:/bin", fixtures);
	owned[2] = data_path("ci/soak.py");
	owned[3] = mem_printf("--program=%s/steadybridge", fixtures);
	owned[4] = mem_printf("--out=%s/out", dir);
	argv[n++] = "env";
	argv[n++] = owned[0];
	argv[n++] = owned[1];
	argv[n++] = PYTHON;
	for (size_t i = 2; i < OWNED; i++)
		argv[n++] = owned[i];
	for (size_t i = 0; args[i]; i++)
		argv[n++] = args[i];
	argv[n] = NULL;
	free(fixtures);
}

struct program_result standin_run(const char *dir, const char *path, const char *const args[])
{
	const char *argv[32];
	char *owned[OWNED];

	command(dir, path, args, argv, owned);
	struct program_result r = program_run(&(struct program_options){.argv = argv});
	for (size_t i = 0; i < OWNED; i++)
		free(owned[i]);
	return r;
}

pid_t standin_start(const char *dir, const char *const args[])
{
	const char *argv[32];
	char *owned[OWNED];

	command(dir, NULL, args, argv, owned);
	pid_t pid = program_start(&(struct program_options){.argv = argv});
	for (size_t i = 0; i < OWNED; i++)
		free(owned[i]);
	return pid;
}

json_t *standin_json(const char *dir, const char *name)
{
	char *path = mem_printf("%s/out/soak/%s", dir, name);
	json_error_t e;
	json_t *j = json_load_file(path, 0, &e);

	ck_assert_msg(j != NULL, "%s:%d: %s", path, e.line, e.text);
	free(path);
	return j;
}

bool standin_is_there(const char *dir, const char *name)
{
	AUTO_FREE char *soak = mem_printf("%s/out/soak", dir);

	return program_has_file(soak, name);
}

void standin_assert_counts(const json_t *o, const char *what, const int want[7])
{
	static const char *const keys[] = {
	    "plays", "right", "wrong", "invalid", "replayed", "inconclusive", "skipped"};

	ck_assert_msg(o != NULL, "nothing of %s", what);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		ck_assert_msg(json_integer_value(json_object_get(o, keys[i])) == want[i],
		    "%s: %s is %d, expected %d", what, keys[i],
		    (int)json_integer_value(json_object_get(o, keys[i])), want[i]);
}

const json_t *standin_mode(const json_t *soak, const char *mode)
{
	return json_object_get(json_object_get(soak, "modes"), mode);
}

size_t standin_runs(const json_t *soak, const char *mode)
{
	return json_array_size(json_object_get(standin_mode(soak, mode), "runs"));
}

const char *standin_run_text(const json_t *soak, const char *mode, size_t i, const char *key)
{
	return json_string_value(json_object_get(
	    json_array_get(json_object_get(standin_mode(soak, mode), "runs"), i), key));
}
