/* SPDX-License-Identifier: GPL-2.0-or-later */
/* environment_time_test.c: the wall clock may be set while a case is played: nothing that judges
 * reads it. */
#include "test/kit/program.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/macros.h"
#include "base/units.h"
#include "play/stamp.h"
#include "test/kit/program.h"

/* Who but tests may ask for the time of day, and for what: base/clock.c defines it, stamp.c moves
 * the kernel's stamps, player.c and stepper.c write the date of t=0 for the packets' sake, watch.c
 * tells a person when something happened, check.c writes when the run began. */
static const char *const may[] = {"base/clock.c", "base/clock.h", "play/stamp.c", "play/stamp.h",
    "play/player.c", "play/stepper.c", "command/watch.c", "command/check.c"};
static const char *const asks[] = {"clock_real_ns(", "CLOCK_REALTIME,", "CLOCK_REALTIME_COARSE",
    "CLOCK_TAI", "gettimeofday(", " time(", "(time(", "timespec_get(", "ftime(", "localtime",
    "TIMER_ABSTIME | CLOCK"};

static unsigned look_at_file(const char *path, const char *name)
{
	struct buf text = {0};
	struct err e = {{0}};
	size_t len = strlen(name);

	if (len < 2 || (strcmp(name + len - 2, ".c") && strcmp(name + len - 2, ".h")))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(may); i++)
		if (strlen(path) > strlen(may[i]) &&
		    !strcmp(path + strlen(path) - strlen(may[i]), may[i]))
			return 1;
	ck_assert_msg(!data_read(path, 1 << 20, &text, &e), "%s", e.text);
	for (size_t i = 0; text.s && i < ARRAY_SIZE(asks); i++)
		ck_assert_msg(
		    !strstr(text.s, asks[i]), "%s asks for the time of day by '%s'", path, asks[i]);
	buf_free(&text);
	return 1;
}

static unsigned look_below(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	unsigned n = 0;

	ck_assert_msg(d != NULL, "%s", folder);
	while ((entry = readdir(d))) {
		AUTO_FREE char *path = mem_printf("%s/%s", folder, entry->d_name);

		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "test") != 0)
			n += entry->d_type == DT_DIR ? look_below(path)
			                             : look_at_file(path, entry->d_name);
	}
	closedir(d);
	return n;
}

PURE_TEST("environment", only_listed_files_read_the_wall_clock)
{
	ck_assert_uint_gt(look_below(SB_SOURCE_DIR "/harness"), 100);
}

#define HOUR_NS (3600 * NS_PER_S)
#define REAL_NS (INT64_C(1700000000) * NS_PER_S) /* of the monotonic clock's 0 */

/* A packet comes at `at`; the clock is set on by `step` at `set`; it is read at `read`. */
static int64_t moved(int64_t at, int64_t set, int64_t step, int64_t read)
{
	struct stamp_clock c = {0};
	int64_t stamp = REAL_NS + at + (at >= set ? step : 0);

	for (int64_t t = NS_PER_S; t < 100 * NS_PER_S; t += 10 * NS_PER_MS)
		if (t < at && t < set)
			stamp_look(&c, REAL_NS + t, t);
	stamp_look(&c, REAL_NS + read + (read >= set ? step : 0), read);
	return stamp_move(&c, stamp);
}

PURE_TEST("environment", a_stamp_keeps_its_moment_when_the_clock_is_set)
{
	static const int64_t steps[] = {HOUR_NS, -HOUR_NS, NS_PER_S, -NS_PER_S, 50 * NS_PER_MS};
	const int64_t at = 50 * NS_PER_S + 7 * NS_PER_MS, ms = NS_PER_MS;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		/* set between arrival and reading, before the arrival, after the reading */
		ck_assert_int_eq(moved(at, at + ms, steps[i], at + 2 * ms), at);
		ck_assert_int_eq(moved(at, at - ms, steps[i], at + 2 * ms), at);
		ck_assert_int_eq(moved(at, at + 9 * ms, steps[i], at + 2 * ms), at);
	}
	/* A small step cannot be told from the time between two looks: wrong by no more than it. */
	int64_t small = moved(at, at + ms, 3 * ms, at + 5 * ms);
	ck_assert_int_ge(small, at - 3 * ms);
	ck_assert_int_le(small, at);
}

PURE_TEST("environment", a_stamp_that_no_clock_explains_is_now)
{
	struct stamp_clock c = {0};

	stamp_look(&c, REAL_NS + 1000, 1000);
	ck_assert_int_eq(stamp_move(&c, REAL_NS + 900), 900);
	ck_assert_int_eq(stamp_move(&c, REAL_NS + HOUR_NS), 1000);
	stamp_look(&c, REAL_NS + 2000 + HOUR_NS, 2000);
	stamp_look(&c, REAL_NS + 3000 - HOUR_NS, 3000);
	ck_assert_int_eq(stamp_move(&c, REAL_NS + 500), 3000); /* of two steps ago */
	ck_assert_int_eq(stamp_move(&c, REAL_NS + HOUR_NS + 2500), 2500);
	ck_assert_int_eq(stamp_move(&c, REAL_NS - HOUR_NS + 2900), 2900);
}

/* Hours times pace are seen at once: a case has 60 s. */
static void assert_times(const char *trace)
{
	FILE *f = fopen(trace, "r");
	char line[8192];
	size_t n = 0;

	ck_assert_msg(f != NULL, "%s", trace);
	while (fgets(line, sizeof(line), f)) {
		json_t *j = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
		json_t *t = json_object_get(j, "t"), *e = json_object_get(j, "e");

		if (t && (!strcmp(json_string_value(e), "frame") ||
		             !strcmp(json_string_value(e), "answer"))) {
			ck_assert_int_gt(json_integer_value(t), -100 * NS_PER_S);
			ck_assert_int_lt(json_integer_value(t), 100 * NS_PER_S);
			n++;
		}
		json_decref(j);
	}
	fclose(f);
	ck_assert_uint_gt(n, 1000);
}

/* A whole run while its wall clock jumps by hours, hundreds of times. */
CTEST("environment", CTEST_ALONE, NULL, a_run_is_right_while_the_clock_is_set)
{
	static const char *const arms[] = {"inherited", "pinned-at-create"};
	char *dir = program_scratch("clock");
	AUTO_FREE char *results = mem_printf("%s/results.json", dir);
	struct program_result r = program_run(
	    &(struct program_options){.args = ARGS("check", "--seed", "7", "--out", dir, "--filter",
	                                  "lowest-port-leaves/*leaves-by=delete"),
	        .env = ARGS("ASAN_OPTIONS=verify_asan_link_order=0"),
	        .preload = "clock_steps.so"});

	ASSERT_PROGRAM(r, 0, "");
	json_t *j = json_load_file(results, 0, NULL);
	ck_assert_uint_ge(json_array_size(json_object_get(j, "cases")), 5); /* load retries */
	json_decref(j);
	for (size_t i = 0; i < 2; i++) {
		AUTO_FREE char *trace = mem_printf(
		    "%s/cases/lowest-port-leaves_%s,leaves-by=delete/trace.jsonl", dir, arms[i]);

		assert_times(trace);
	}
	program_drop(dir);
}

/* Without a good clock source: the default pace is lower and says so, one that is given is kept. */
CTEST("environment", CTEST_ALONE, NULL, a_clock_that_only_ticks_is_played_at_a_lower_pace)
{
	static const char head[] = "  pace 5 (clock steps of 4 ms)  ";
	char *dir = program_scratch("ticks");
	struct program_options o = {
	    .args = ARGS("check", "--seed", "7", "--out", dir, "--set", "duration=12s", "--filter",
	        "lowest-port-leaves/*leaves-by=delete"),
	    .env = ARGS("ASAN_OPTIONS=verify_asan_link_order=0"),
	    .preload = "clock_grain.so"};
	struct program_result r = program_run(&o);

	ASSERT_HAS(r.text.s, "detected; nothing lost without it     ok");
	ck_assert_msg(!strstr(r.text.s, "warning"), "%s", r.text.s);
	ASSERT_PROGRAM(r, 0, head);
	r = run("replay", dir);
	ASSERT_PROGRAM(r, 0, head);
	o.args = ARGS("check", "--out", dir, "--pace", "20", "--filter", "no case");
	r = program_run(&o);
	ASSERT_PROGRAM(r, 4, "clock steps of 4 ms, 80 ms of scenario time at pace 20; at most");
	program_drop(dir);
}
