/* command_test.c: the command as its users call it: exit statuses, messages, reports. */
#include "test/kit/ctest.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/units.h"
#include "base/data.h"
#include "base/folder.h"
#include "test/kit/program.h"
#include "command/version.h"

START_TEST(usage_errors_end_in_2_and_say_why)
{
	struct program_result r = run("nonsense");
	ASSERT_PROGRAM(r, 2, "unknown command 'nonsense'");
	r = run("check", "--pace", "fast");
	ASSERT_PROGRAM(r, 2, "--pace: found 'fast'");
	r = run("check", "--jobs");
	ASSERT_PROGRAM(r, 2, "--jobs needs a value");
	r = run("check", "--frobnicate");
	ASSERT_PROGRAM(r, 2, "unknown option --frobnicate");
	r = run("check", "--seed", "-5");
	ASSERT_PROGRAM(r, 2, "--seed: found '-5'");
	r = run("check", "no-such-scenario");
	ASSERT_PROGRAM(r, 2, "no such scenario");
	r = run("check", "/nonexistent/file.yaml");
	ASSERT_PROGRAM(r, 2, "/nonexistent/file.yaml");
	r = run("check", "--set", "churn.nobody.joins=before", "lowest-port-leaves");
	ASSERT_PROGRAM(r, 2, "churn.nobody");
	r = run("lint");
	ASSERT_PROGRAM(r, 2, "found 0 arguments, expected FILE...");
	r = run("schedule", "lowest-port-leaves/nothing");
	ASSERT_PROGRAM(r, 2, "no such case");
}
END_TEST

START_TEST(a_bad_file_is_shown_with_line_and_caret)
{
	struct program_result r;
	char *path = data_path("harness/test/data/bad/unknown-key.yaml");

	r = run("lint", path);
	ck_assert_int_eq(r.status, 2);
	ck_assert_ptr_nonnull(strstr(r.text.s, "error: "));
	ck_assert_ptr_nonnull(strstr(r.text.s, "^"));
	ck_assert_ptr_nonnull(strstr(r.text.s, path));
	buf_free(&r.text);
	free(path);
}
END_TEST

/* Its whole output. */
#define ASSERT_PRINTS(r, want)                                                                     \
	do {                                                                                       \
		ck_assert_msg((r).status == 0, "status %d: %s", (r).status, (r).text.s);           \
		ck_assert_str_eq((r).text.s, (want));                                              \
		buf_free(&(r).text);                                                               \
	} while (0)

START_TEST(list_prints_each_case_that_the_filter_takes)
{
	struct program_result r = run(
	    "list", "lowest-port-leaves", "port-re-addressed", "--filter", "lowest*/*ed,*=[dr]e*");

	ASSERT_PRINTS(r,
	    "lowest-port-leaves: The lowest-MAC port leaves and takes the gateway's address with it\n"
	    "  lowest-port-leaves/inherited,leaves-by=delete   breaks: stale-gateway\n"
	    "  lowest-port-leaves/inherited,leaves-by=release   breaks: stale-gateway\n");
	r = run("list", "lowest-port-leaves", "--filter", "port-re-addressed/*");
	ASSERT_PROGRAM(r, 4, "steadybridge: no case matches --filter port-re-addressed/*\n");
	r = run("list", "original-report", "--filter", "*/arp-notify,*");
	ASSERT_PROGRAM(r, 0, "  original-report/arp-notify,guest=every-200ms+after-140ms\n");
}
END_TEST

/* A line that begins so; the first one has none before it. */
static bool has_line(const char *text, const char *begin)
{
	char *later = mem_printf("\n%s", begin);
	bool has = strstr(text, later) || !strncmp(text, begin, strlen(begin));

	free(later);
	return has;
}

/* Those of the folder large only with --all. */
START_TEST(list_names_every_shipped_scenario)
{
	struct program_result some = run("list"), all = run("list", "--all");
	struct err e = {{0}};

	ck_assert_int_eq(some.status, 0);
	ck_assert_int_eq(all.status, 0);
	for (int large = 0; large < 2; large++) {
		char **files;
		int n = data_scenarios(large, &files, &e);

		ck_assert_msg(n > 0, "%s", e.text);
		for (int i = 0; i < n; i++) {
			const char *base = strrchr(files[i], '/') + 1;
			char *line = mem_printf("%.*s: ", (int)strcspn(base, "."), base);

			ck_assert_msg(has_line(some.text.s, line) == !large, "list: %s", line);
			ck_assert_msg(has_line(all.text.s, line), "list --all: %s", line);
			free(line);
			free(files[i]);
		}
		free(files);
	}
	buf_free(&some.text);
	buf_free(&all.text);
}
END_TEST

START_TEST(lint_counts_cases)
{
	char *path = data_path("suite/scenarios/mac/lower-port-joins.yaml");
	struct program_result r = run("lint", path);

	ASSERT_PROGRAM(r, 0, "ok, 10 cases\n");
	r = run("lint", path, "--set", "lookups.every=never");
	ASSERT_PROGRAM(r, 2, "lookups.every 'never' is not a duration");
	free(path);
}
END_TEST

#define LOOKUPS                                                                                    \
	"lookups  c1/ipv4/udp  at 0.125 and every 0.250\n"                                         \
	"lookups  reference  at 0.049 and every 0.250\n"

/* MACs depend on the seed and the group, so all arms see the same. */
START_TEST(schedule_prints_a_case_or_those_of_a_file)
{
	char *path = data_path("suite/scenarios/mac/lowest-port-leaves.yaml");
	struct program_result r =
	    run("schedule", "lowest-port-leaves/inherited,leaves-by=delete", "--seed", "5");

	ASSERT_PRINTS(r, "lowest-port-leaves/inherited,leaves-by=delete  seed 5  pace 20\n" LOOKUPS
	                 "    -3.000  join   lowest           02:00:00:3a:ff:8a  veth\n"
	                 "     5.000  leave  lowest           02:00:00:3a:ff:8a  delete\n");
	r = run(
	    "schedule", path, "--filter", "*/pinned-[al]*,*=release", "--seed", "5", "--pace", "3");
	ASSERT_PRINTS(r,
	    "lowest-port-leaves/pinned-at-create,leaves-by=release  seed 5  pace 3\n" LOOKUPS
	    "    -3.000  join   lowest           02:00:00:46:b7:07  veth\n"
	    "     5.000  leave  lowest           02:00:00:46:b7:07  release\n"
	    "\n"
	    "lowest-port-leaves/pinned-later,leaves-by=release  seed 5  pace 3\n" LOOKUPS
	    "    -3.000  join   lowest           02:00:00:46:b7:07  veth\n"
	    "     5.000  leave  lowest           02:00:00:46:b7:07  release\n");
	r = run(
	    "schedule", "lowest-port-leaves/pinned-later,leaves-by=release", path, "--seed", "6");
	ck_assert_ptr_null(strstr(r.text.s, "02:00:00:46:b7:07"));
	ASSERT_PROGRAM(
	    r, 0, "lowest-port-leaves/pinned-later,leaves-by=release  seed 6  pace 20\n");
	r = run("schedule", path, "--filter", "nothing");
	ASSERT_PROGRAM(r, 4, "no case matches --filter nothing");
	r = run("schedule", "nowhere/x.yaml");
	ASSERT_PROGRAM(r, 2, "nowhere/x.yaml: No such file or directory");
	free(path);
}
END_TEST

/* client-replaced has events after 10 s. */
START_TEST(a_setting_asks_nothing_of_what_the_filter_leaves_out)
{
	struct program_result r = run("list", "--set", "duration=10s");
	ASSERT_PROGRAM(r, 2, "error: ");
	r = run("list", "--set", "duration=10s", "--filter", "lowest-port-leaves/*");
	ASSERT_PROGRAM(r, 0, "lowest-port-leaves/inherited,leaves-by=delete");
	r = run("check", "--filter", "nothing*/x", "--set", "duration=10s");
	ASSERT_PROGRAM(r, 4, "no case matches");
}
END_TEST

START_TEST(nothing_to_play_ends_in_4)
{
	struct program_result r = run("check", "--filter", "nothing/*");
	ASSERT_PROGRAM(r, 4, "no case matches --filter nothing/*");
	r = run("check", "--out", "/proc/nowhere", "--filter", "lowest-port-leaves/*");
	ASSERT_PROGRAM(r, 4, "/proc/nowhere");
}
END_TEST

START_TEST(a_passing_run_ends_in_0_and_leaves_its_reports)
{
	char *dir = program_scratch("pass"), *path = mem_printf("%s/results.json", dir);
	struct buf text = {0};
	struct err e = {{0}};
	struct program_result r = run("check", "lowest-port-leaves", "--filter",
	    "*,leaves-by=release", "--seed", "5", "--out", dir);

	ASSERT_PROGRAM(r, 0, "1 of 1 control broke");
	ck_assert_msg(data_read(path, 64 << 20, &text, &e) == 0, "%s", e.text);
	json_t *j = json_loadb(text.s, text.len, 0, NULL);
	ck_assert_ptr_nonnull(j);
	json_decref(j);
	buf_free(&text);
	free(path);
	path = mem_printf(
	    "%s/cases/lowest-port-leaves_pinned-at-create,leaves-by=release/trace.jsonl", dir);
	ck_assert_msg(data_read(path, 64 << 20, &text, &e) == 0, "%s", e.text);
	buf_free(&text);
	free(path);
	program_drop(dir);
}
END_TEST

/* The regression itself: an arm that is not pinned fails, with its cause. */
START_TEST(an_arm_that_is_not_pinned_ends_in_1)
{
	char *dir = program_scratch("fail");
	struct program_result r = run("check", "lowest-port-leaves", "--filter",
	    "*,leaves-by=release", "--set", "bridge.pin=never", "--out", dir);

	ck_assert_ptr_nonnull(strstr(r.text.s, "stale-gateway"));
	ASSERT_PROGRAM(r, 1, "FAIL");
	program_drop(dir);
}
END_TEST

/* git bisect takes 1 to 127 for a bad commit, but for 125, and stops at 128 or more. */
START_TEST(bisect_stops_where_it_was_asked_wrongly)
{
	static const struct {
		const char *args[6];
		int status;
		const char *says;
	} cases[] = {
	    {{"check", "--bogus", "--exit", "bisect"}, 128, "unknown option --bogus"},
	    {{"check", "--exit", "bisect", "--pace", "0"}, 128, "--pace: found '0'"},
	    {{"check", "no-such-file.yaml", "--exit=bisect"}, 128, "no-such-file.yaml"},
	    {{"chekc", "--exit", "bisect"}, 128, "unknown command 'chekc'"},
	    {{"check", "--filter", "nothing", "--exit", "bisect"}, 125, "no case matches"},
	    {{"check", "--filter", "nothing", "--exit", "77"}, 77, "no case matches"},
	    {{"check", "--bogus", "--exit", "77"}, 2, "unknown option --bogus"},
	    {{"check", "--bogus", "--exit", "kselftest"}, 2, "unknown option --bogus"},
	    {{"check", "--exit", "skip"}, 2, "found 'skip', expected bisect, kselftest or 77"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct program_result r =
		    program_run(&(struct program_options){.args = cases[i].args});
		ASSERT_PROGRAM(r, cases[i].status, cases[i].says);
	}
}
END_TEST

/* The names and their order, not the numbers, which are the machine's. */
START_TEST(version_names_what_verdicts_depend_on)
{
	static const char *const names[] = {"steadybridge ", "\nLinux ", "\ndnsmasq ",
	    "\niptables ", "\niproute2 ", "\nlibnl ", "\nlibfyaml "};
	struct program_result r = run("--version");
	const char *at = r.text.s;

	ck_assert_int_eq(r.status, 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		at = strstr(at, names[i]);
		ck_assert_msg(at != NULL, "no '%s' in %s", names[i], r.text.s);
	}
	buf_free(&r.text);
}
END_TEST

START_TEST(a_version_is_found_in_a_line)
{
	static const struct {
		const char *line, *version;
	} lines[] = {
	    {"Dnsmasq version 2.90  Copyright (c) 2000-2024 Simon Kelley", "2.90"},
	    {"Dnsmasq version 2.92rc1-3+b1  Copyright", "2.92rc1-3+b1"},
	    {"ip utility, iproute2-6.1.0, libbpf 1.1.2", "6.1.0"},
	    {"ip utility, iproute2-ss190107", ""},
	    {"iptables-nft-restore v1.8.9 (nf_tables)", "1.8.9 (nf_tables)"},
	    {"iptables-restore v1.6.1", "1.6.1"},
	    {"", ""},
	};
	char text[40];

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		version_in(lines[i].line, text, sizeof(text));
		ck_assert_str_eq(text, lines[i].version);
	}
}
END_TEST

START_TEST(a_control_that_is_pinned_ends_in_3_and_in_125_for_bisect)
{
	char *dir = program_scratch("pinned");
	struct program_result r = run("check", "lowest-port-leaves", "--filter",
	    "*,leaves-by=release", "--set", "bridge.pin=at-create", "--out", dir);

	ASSERT_PROGRAM(r, 3, "NOT REPRODUCED");
	r = run("check", "lowest-port-leaves", "--filter", "*/inherited,leaves-by=release", "--set",
	    "bridge.pin=at-create", "--out", dir, "--exit", "bisect");
	ASSERT_PROGRAM(r, 125, "NOT REPRODUCED");
	r = run("check", "lowest-port-leaves", "--filter", "*/inherited,leaves-by=release", "--set",
	    "bridge.pin=at-create", "--out", dir, "--exit", "kselftest");
	ASSERT_PROGRAM(r, 4, "NOT REPRODUCED");
	program_drop(dir);
}
END_TEST

/* What the first line of a trace says, but for the clock. */
static json_t *header(const char *dir, const char *slug)
{
	char *path = mem_printf("%s/cases/%s/trace.jsonl", dir, slug);
	struct buf text = {0};
	struct err e = {{0}};

	ck_assert_msg(data_read(path, 64 << 20, &text, &e) == 0, "%s", e.text);
	json_t *j = json_loadb(text.s, strcspn(text.s, "\n"), 0, NULL);
	ck_assert_ptr_nonnull(j);
	json_object_del(j, "t0-real");
	buf_free(&text);
	free(path);
	return j;
}

/* The joins in a trace; asserts that the MAC of each is in this text. */
static int count_joins(const char *dir, const char *slug, const char *text)
{
	static const char join[] = "\"op\":\"join\",\"end\":true";
	char *path = mem_printf("%s/cases/%s/trace.jsonl", dir, slug);
	struct buf trace = {0};
	struct err e = {{0}};
	int n = 0;

	ck_assert_msg(data_read(path, 64 << 20, &trace, &e) == 0, "%s", e.text);
	for (const char *at = trace.s; (at = strstr(at, join)); at++, n++) {
		char *mac =
		    mem_printf("  %.17s  ", strstr(at, "\"mac\":\"") + strlen("\"mac\":\""));

		ck_assert_msg(strstr(text, mac) != NULL, "no %s in %s", mac, text);
		free(mac);
	}
	buf_free(&trace);
	free(path);
	return n;
}

START_TEST(a_case_yaml_plays_that_very_case_again)
{
	static const char slug[] = "lowest-port-leaves_pinned-at-create,leaves-by=release";
	char *dir = program_scratch("again"), *second = program_scratch("again2"), *path;
	struct program_result r = run("check", "lowest-port-leaves", "--filter",
	    "*,leaves-by=release", "--seed", "beef", "--pace", "15", "--out", dir);

	ASSERT_PROGRAM(r, 0, "PASS");
	path = mem_printf("%s/cases/%s/case.yaml", dir, slug);
	r = run("check", path, "--out", second);
	ck_assert_msg(strstr(r.text.s, "pace 15  seed beef ") != NULL, "%s", r.text.s);
	ASSERT_PROGRAM(r, 0, "1 of 1 control broke, 1 of 1 arm held");
	/* `schedule` prints what was played: its seed, its pace, its MACs. */
	struct program_result times = run("schedule", path);
	ck_assert_int_eq(times.status, 0);
	ck_assert_msg(count_joins(dir, slug, times.text.s) == 1, "%s", times.text.s);
	ck_assert_msg(strstr(times.text.s, "  seed beef  pace 15\n") != NULL, "%s", times.text.s);
	buf_free(&times.text);
	json_t *a = header(dir, slug), *b = header(second, slug);
	r = run("check", "--quick", path, "--out", second); /* rounds know no pace */
	ASSERT_PROGRAM(r, 0, "  pace 1  seed beef ");
	ck_assert_msg(json_equal(a, b), "%s\n%s", json_dumps(a, 0), json_dumps(b, 0));
	ck_assert_str_eq(json_string_value(json_object_get(a, "seed")), "beef");
	json_decref(b);
	r = run("check", path, "--out", second, "--seed", "7");
	ASSERT_PROGRAM(r, 0, "PASS");
	b = header(second, slug); /* the command line goes first */
	ck_assert_str_eq(json_string_value(json_object_get(b, "seed")), "7");
	ck_assert(json_number_value(json_object_get(b, "pace")) == 15);
	json_decref(a);
	json_decref(b);
	free(path);
	program_drop(dir);
	program_drop(second);
}
END_TEST

START_TEST(inspect_tells_pinned_from_not)
{
	struct err e = {{0}};
	int64_t deadline = clock_now_ns() + 60 * NS_PER_S;
	ctest_own_proc();
	struct program_result r = run("inspect", "nothere");

	ASSERT_PROGRAM(r, 2, "no such device");
	r = run("inspect", "lo");
	ASSERT_PROGRAM(r, 2, "not a bridge");
	ck_assert_int_eq(
	    proc_run((const char *[]){"ip", "link", "add", "free0", "type", "bridge", NULL},
	        deadline, &e),
	    0);
	ck_assert_int_eq(
	    proc_run((const char *[]){"ip", "link", "add", "port0", "address", "02:00:00:00:00:07",
	                 "type", "veth", "peer", "name", "peer0", NULL},
	        deadline, &e),
	    0);
	r = run("inspect", "free0");
	ASSERT_PROGRAM(r, 1, "with no port");
	ck_assert_int_eq(
	    proc_run((const char *[]){"ip", "link", "set", "port0", "master", "free0", NULL},
	        deadline, &e),
	    0);
	r = run("inspect", "free0");
	ASSERT_PROGRAM(r, 1, "NOT pinned");
	r = run("inspect", "free0");
	ASSERT_PROGRAM(r, 1, "02:00:00:00:00:07, from port port0");
	ck_assert_int_eq(proc_run((const char *[]){"ip", "link", "set", "free0", "address",
	                              "02:00:00:00:00:07", NULL},
	                     deadline, &e),
	    0);
	r = run("inspect", "free0");
	ASSERT_PROGRAM(r, 0, "free0 is pinned: 02:00:00:00:00:07");
}
END_TEST

START_TEST(prereqs_names_what_is_there)
{
	struct program_result r = run("prereqs");
	ASSERT_PROGRAM(r, 0, "dnsmasq");
}
END_TEST

START_TEST(a_closed_output_is_an_error_not_a_pass)
{
	char *dir = program_scratch("closed"), *program = data_path(SB_BUILD "/steadybridge"),
	     *script;
	int64_t deadline = clock_now_ns() + 60 * NS_PER_S;
	struct err e = {{0}};

	script = mem_printf(
	    "%s check lowest-port-leaves --filter '*,leaves-by=release' --set duration=10s --out %s > /dev/full; s=$?; echo status $s; test $s = 4",
	    program, dir);
	ck_assert_msg(
	    proc_run((const char *[]){"sh", "-c", script, NULL}, deadline, &e) == 0, "%s", e.text);
	free(script);
	free(program);
	program_drop(dir);
}
END_TEST

/* A folder of its own, which becomes the current one; its name, or NULL when it could not be. */
static char *in_scratch(const char *name)
{
	char *dir = program_scratch(name);
	struct err e = {{0}};

	ck_assert_msg(!folder_make(dir, &e), "%s", e.text);
	ck_assert_int_eq(chdir(dir), 0);
	return dir;
}

START_TEST(new_writes_a_file_that_lints_and_leaves_what_is_there)
{
	char *dir = in_scratch("new");
	struct buf before = {0}, after = {0};
	struct err e = {{0}};
	struct program_result r = run("new", "my.own_1");

	ASSERT_PROGRAM(r, 0, "steadybridge check my.own_1.yaml");
	r = run("lint", "my.own_1.yaml");
	ASSERT_PROGRAM(r, 0, "my.own_1.yaml: ok, 2 cases");
	r = run("explain", "my.own_1.yaml");
	ASSERT_PROGRAM(r, 0, "inherited must break by stale-gateway");
	FILE *f = fopen("my.own_1.yaml", "a");
	ck_assert_ptr_nonnull(f);
	fputs("# mine\n", f);
	fclose(f);
	ck_assert(!data_read("my.own_1.yaml", 1 << 20, &before, &e));
	r = run("new", "my.own_1");
	ASSERT_PROGRAM(r, 2, "my.own_1.yaml: already exists; not overwritten");
	r = run("new", "my.own_1.yaml");
	ASSERT_PROGRAM(r, 2, "my.own_1.yaml: already exists; not overwritten");
	ck_assert(!data_read("my.own_1.yaml", 1 << 20, &after, &e));
	ck_assert_uint_eq(before.len, after.len);
	ck_assert(!memcmp(before.s, after.s, before.len));
	r = run("new", "");
	ASSERT_PROGRAM(r, 2, "found '', expected a name");
	r = run("new", "a b");
	ASSERT_PROGRAM(r, 2, "found 'a b', expected a name");
	r = run("new");
	ASSERT_PROGRAM(r, 2, "found 0 arguments, expected [DIR/]NAME");
	buf_free(&before);
	buf_free(&after);
	program_drop(dir);
}
END_TEST

START_TEST(new_writes_into_a_folder_that_exists)
{
	char *dir = in_scratch("new-folder"), *path = mem_printf("%s/sub/there.yaml", dir);
	struct err e = {{0}};

	ck_assert_msg(!folder_make("sub", &e), "%s", e.text);
	struct program_result r = run("new", "sub/mine");
	ASSERT_PROGRAM(r, 0, "sub/mine.yaml\n  steadybridge lint sub/mine.yaml\n");
	r = run("lint", "sub/mine.yaml");
	ASSERT_PROGRAM(r, 0, "sub/mine.yaml: ok, 2 cases");
	r = run("new", path);
	ASSERT_PROGRAM(r, 0, path);
	r = run("lint", path);
	ASSERT_PROGRAM(r, 0, "ok, 2 cases");
	r = run("new", path);
	ASSERT_PROGRAM(r, 2, "there.yaml: already exists; not overwritten");
	r = run("new", "nowhere/mine");
	ASSERT_PROGRAM(r, 2, "steadybridge new: nowhere/mine.yaml: the folder does not exist\n");
	r = run("new", "sub/mine.yaml/x");
	ASSERT_PROGRAM(r, 2, "Not a directory");
	r = run("new", "sub/");
	ASSERT_PROGRAM(r, 2, "found 'sub/', expected a name");
	ck_assert_int_eq(access("nowhere", F_OK), -1);
	free(path);
	program_drop(dir);
}
END_TEST

START_TEST(a_new_file_plays_as_it_is)
{
	char *dir = in_scratch("new-play");
	struct program_result r = run("new", "mine");

	ASSERT_PROGRAM(r, 0, "mine.yaml");
	r = run("check", "mine.yaml");
	ASSERT_PROGRAM(r, 0, "1 of 1 control broke, 1 of 1 arm held");
	program_drop(dir);
}
END_TEST

CTESTS(list)
{
	ctest_add(
	    list, "command", CTEST_HOST, new_writes_a_file_that_lints_and_leaves_what_is_there);
	ctest_add(list, "command", CTEST_HOST, a_new_file_plays_as_it_is);
	ctest_add(list, "command", CTEST_HOST, usage_errors_end_in_2_and_say_why);
	ctest_add(list, "command", CTEST_HOST, a_bad_file_is_shown_with_line_and_caret);
	ctest_add(list, "command", CTEST_SANDBOX, list_prints_each_case_that_the_filter_takes);
	ctest_add(list, "command", CTEST_SANDBOX, list_names_every_shipped_scenario);
	ctest_add(list, "command", CTEST_SANDBOX, lint_counts_cases);
	ctest_add(list, "command", CTEST_SANDBOX, schedule_prints_a_case_or_those_of_a_file);
	ctest_add(list, "command", CTEST_HOST, new_writes_into_a_folder_that_exists);
	ctest_add(
	    list, "command", CTEST_HOST, a_setting_asks_nothing_of_what_the_filter_leaves_out);
	ctest_add(list, "command", CTEST_HOST, nothing_to_play_ends_in_4);
	ctest_add(list, "command", CTEST_HOST, a_passing_run_ends_in_0_and_leaves_its_reports);
	ctest_add(list, "command", CTEST_HOST, an_arm_that_is_not_pinned_ends_in_1);
	ctest_add(
	    list, "command", CTEST_HOST, a_control_that_is_pinned_ends_in_3_and_in_125_for_bisect);
	ctest_add(list, "command", CTEST_SANDBOX, bisect_stops_where_it_was_asked_wrongly);
	ctest_add(list, "command", CTEST_SANDBOX, version_names_what_verdicts_depend_on);
	ctest_add(list, "command", CTEST_PURE, a_version_is_found_in_a_line);
	ctest_add(list, "command", CTEST_HOST, a_case_yaml_plays_that_very_case_again);
	ctest_add(list, "command", CTEST_SANDBOX, inspect_tells_pinned_from_not);
	ctest_add(list, "command", CTEST_HOST, prereqs_names_what_is_there);
	ctest_add(list, "command", CTEST_HOST, a_closed_output_is_an_error_not_a_pass);
}
