/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command_test.c: the command as its users call it: exit statuses, messages, reports. */
#include "test/kit/ctest.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data.h"
#include "base/macros.h"
#include "cli/version.h"
#include "test/kit/program.h"

#define MAC_SCENARIOS SB_SOURCE_DIR "/suite/scenarios/mac/"

CTEST("command", CTEST_HOST, NULL, usage_errors_end_in_2_and_say_why)
{
	static const struct program_row rows[] = {
	    {{"nonsense"}, .status = 2, .says = {"unknown command 'nonsense'"}},
	    {{"check", "--pace", "fast"}, .status = 2, .says = {"--pace: found 'fast'"}},
	    {{"check", "--jobs"}, .status = 2, .says = {"--jobs needs a value"}},
	    {{"check", "--frobnicate"}, .status = 2, .says = {"unknown option --frobnicate"}},
	    {{"check", "--seed", "-5"}, .status = 2, .says = {"--seed: found '-5'"}},
	    {{"check", "no-such-scenario"}, .status = 2, .says = {"no such scenario"}},
	    {{"check", "/nonexistent/file.yaml"}, .status = 2, .says = {"/nonexistent/file.yaml"}},
	    {{"check", "--set", "churn.nobody.joins=before", "lowest-port-leaves"}, .status = 2,
	        .says = {"churn.nobody"}},
	    {{"lint"}, .status = 2, .says = {"found 0 arguments, expected FILE..."}},
	    {{"schedule", "lowest-port-leaves/nothing"}, .status = 2, .says = {"no such case"}},
	};

	ASSERT_ROWS(rows);
}

CTEST("command", CTEST_SANDBOX, NULL, lint_counts_cases_and_shows_errors_with_line_and_caret)
{
	static const char bad[] = SB_SOURCE_DIR "/harness/test/data/bad/unknown-key.yaml";
	const struct program_row rows[] = {
	    {{"lint", bad}, .status = 2, .says = {"error: ", "^", bad}},
	    {{"lint", MAC_SCENARIOS "lower-port-joins.yaml"}, .says = {"ok, 10 cases\n"}},
	    {{"lint", MAC_SCENARIOS "lower-port-joins.yaml", "--set", "lookups.every=never"},
	        .status = 2, .says = {"lookups.every 'never' is not a duration"}},
	};

	ASSERT_ROWS(rows);
}

CTEST("command", CTEST_SANDBOX, NULL, list_prints_each_case_that_the_filter_takes)
{
	static const struct program_row rows[] = {
	    {{"list", "lowest-port-leaves", "port-re-addressed", "--filter",
	         "lowest*/*ed,*=[dr]e*"},
	        .prints =
	            "lowest-port-leaves: The lowest-MAC port leaves and takes the gateway's "
	            "address with it\n"
	            "  lowest-port-leaves/inherited,leaves-by=delete   breaks: stale-gateway\n"
	            "  lowest-port-leaves/inherited,leaves-by=release   breaks: stale-gateway\n"},
	    {{"list", "lowest-port-leaves", "--filter", "port-re-addressed/*"}, .status = 4,
	        .says = {"steadybridge: no case matches --filter port-re-addressed/*\n"}},
	    {{"list", "--reports", "original-report", "lowest-port-leaves"},
	        .prints = "original-report\n"
	                  "  symptom   The question that started it all: a virtual machine's or "
	                  "container's port joins the\n"
	                  "            bridge, stays for a moment and goes again, and a script "
	                  "that looks up a name once a\n"
	                  "            second fails for half a minute.\n"
	                  "  reported  serverfault 931474\n"
	                  "  remedy    pinned-at-create\n"},
	    {{"list", "--reports", "lowest-port-leaves"}, .status = 4, .says = {"no case matches"}},
	    {{"list", "--json"}, .status = 2, .says = {"--json goes with --reports"}},
	    {{"list", "original-report", "--filter", "*/arp-notify,*"},
	        .says = {"  original-report/arp-notify,guest=every-200ms+after-140ms\n"}},
	};

	ASSERT_ROWS(rows);
}

CTEST("command", CTEST_SANDBOX, NULL, causes_say_what_a_verdict_means)
{
	static const struct program_row rows[] = {
	    {{"causes"}, .says = {"stale-gateway        The client sends to a MAC that the gateway "
	                          "no longer has",
	                     "\nunresolved-client    The gateway has no MAC for the client",
	                     "\nunknown              "}},
	    {{"causes", "stale-gateway"},
	        .says = {"The client sends to a MAC", "Over TCP no "
	                                              "connection is made"}},
	    {{"causes", "none"}, .status = 2, .says = {"unknown cause 'none', expected one that"}},
	    {{"causes", "loss"}, .status = 2, .says = {"unknown cause 'loss', expected one that"}},
	};

	ASSERT_ROWS(rows);
}

/* A line that begins so; the first one has none before it. */
static bool has_line(const char *text, const char *begin)
{
	char *later = mem_printf("\n%s", begin);
	bool has = strstr(text, later) || !strncmp(text, begin, strlen(begin));

	free(later);
	return has;
}

/* Those of the folder large only with --all. */
CTEST("command", CTEST_SANDBOX, NULL, list_names_every_shipped_scenario)
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

#define LOOKUPS                                                                                    \
	"lookups  c1/ipv4/udp  at 0.125 and every 0.250\n"                                         \
	"lookups  reference  at 0.049 and every 0.250\n"
#define FILE_OF_CASES MAC_SCENARIOS "lowest-port-leaves.yaml"

/* MACs depend on the seed and the group, so all arms see the same. */
CTEST("command", CTEST_SANDBOX, NULL, schedule_prints_a_case_or_those_of_a_file)
{
	static const struct program_row rows[] = {
	    {{"schedule", "lowest-port-leaves/inherited,leaves-by=delete", "--seed", "5"},
	        .prints = "lowest-port-leaves/inherited,leaves-by=delete  seed 5  pace 20\n" LOOKUPS
	                  "    -3.000  join   lowest           02:00:00:3a:ff:8a  veth\n"
	                  "     5.000  leave  lowest           02:00:00:3a:ff:8a  delete\n"},
	    {{"schedule", FILE_OF_CASES, "--filter", "*/pinned-[al]*,*=release", "--seed", "5",
	         "--pace", "3"},
	        .prints =
	            "lowest-port-leaves/pinned-at-create,leaves-by=release  seed 5  pace 3\n" LOOKUPS
	            "    -3.000  join   lowest           02:00:00:46:b7:07  veth\n"
	            "     5.000  leave  lowest           02:00:00:46:b7:07  release\n"
	            "\n"
	            "lowest-port-leaves/pinned-later,leaves-by=release  seed 5  pace 3\n" LOOKUPS
	            "    -3.000  join   lowest           02:00:00:46:b7:07  veth\n"
	            "     5.000  leave  lowest           02:00:00:46:b7:07  release\n"},
	    {{"schedule", "lowest-port-leaves/pinned-later,leaves-by=release", FILE_OF_CASES,
	         "--seed", "6"},
	        .says = {"lowest-port-leaves/pinned-later,leaves-by=release  seed 6  pace 20\n"},
	        .hides = {"02:00:00:46:b7:07"}},
	    {{"schedule", FILE_OF_CASES, "--filter", "nothing"}, .status = 4,
	        .says = {"no case matches --filter nothing"}},
	    {{"schedule", "nowhere/x.yaml"}, .status = 2,
	        .says = {"nowhere/x.yaml: No such file or directory"}},
	};

	ASSERT_ROWS(rows);
}

/* client-replaced has events after 10 s. */
CTEST("command", CTEST_HOST, NULL, a_setting_need_not_suit_what_the_filter_leaves_out)
{
	ASSERT_RUNS({{"list", "--set", "duration=10s"}, .status = 2, .says = {"error: "}},
	    {{"list", "--set", "duration=10s", "--filter", "lowest-port-leaves/*"},
	        .says = {"lowest-port-leaves/inherited,leaves-by=delete"}},
	    {{"check", "--filter", "nothing*/x", "--set", "duration=10s"}, .status = 4,
	        .says = {"no case matches"}});
}

CTEST("command", CTEST_HOST, NULL, nothing_to_play_ends_in_4)
{
	ASSERT_RUNS({{"check", "--filter", "nothing/*"}, .status = 4,
	                .says = {"no case matches --filter nothing/*"}},
	    {{"check", "--out", "/proc/nowhere", "--filter", "lowest-port-leaves/*"}, .status = 4,
	        .says = {"/proc/nowhere"}});
}

static void read_text(const char *path, struct buf *out)
{
	struct err e = {{0}};

	ck_assert_msg(data_read(path, 64 << 20, out, &e) == 0, "%s", e.text);
}

CTEST("command", CTEST_HOST, NULL, a_passing_run_ends_in_0_and_leaves_its_reports)
{
	static const char *const left[] = {"results.json",
	    "cases/lowest-port-leaves_pinned-at-create,leaves-by=release/trace.jsonl"};
	char *dir = program_scratch("pass");
	struct program_result r = run("check", "lowest-port-leaves", "--filter",
	    "*,leaves-by=release", "--seed", "5", "--out", dir);

	ASSERT_PROGRAM(r, 0, "1 of 1 control broke");
	for (size_t i = 0; i < ARRAY_SIZE(left); i++) {
		AUTO_FREE char *path = mem_printf("%s/%s", dir, left[i]);

		ck_assert_msg(!access(path, R_OK), "no %s", path);
	}
	ck_assert_int_gt(program_whole_files(dir), 4);
	program_drop(dir);
}

/* The regression itself: an arm that is not pinned fails, with its cause. */
CTEST("command", CTEST_HOST, NULL, an_arm_that_is_not_pinned_ends_in_1)
{
	char *dir = program_scratch("fail");
	struct program_result r = run("check", "lowest-port-leaves", "--filter",
	    "*,leaves-by=release", "--set", "bridge.pin=never", "--out", dir);

	ck_assert_ptr_nonnull(strstr(r.text.s, "stale-gateway"));
	ASSERT_PROGRAM(r, 1, "FAIL");
	program_drop(dir);
}

/* The names and their order, not the numbers, which are the machine's. */
CTEST("command", CTEST_SANDBOX, NULL, version_names_what_verdicts_depend_on)
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

PURE_TEST("command", a_version_is_found_in_a_line)
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

CTEST("command", CTEST_HOST, NULL, a_control_that_is_pinned_ends_in_3_and_in_125_for_bisect)
{
	char *dir = program_scratch("pinned");

	ASSERT_RUNS({{"check", "lowest-port-leaves", "--filter", "*,leaves-by=release", "--set",
	                 "bridge.pin=at-create", "--out", dir},
	                .status = 3, .says = {"NOT REPRODUCED"}},
	    {{"check", "lowest-port-leaves", "--filter", "*/inherited,leaves-by=release", "--set",
	         "bridge.pin=at-create", "--out", dir, "--exit", "bisect"},
	        .status = 125, .says = {"NOT REPRODUCED"}},
	    {{"check", "lowest-port-leaves", "--filter", "*/inherited,leaves-by=release", "--set",
	         "bridge.pin=at-create", "--out", dir, "--exit", "kselftest"},
	        .status = 1, .says = {"NOT REPRODUCED"}});
	program_drop(dir);
}

/* What the first line of a trace says, but for the clock. */
static json_t *header(const char *dir, const char *slug)
{
	char *path = mem_printf("%s/cases/%s/trace.jsonl", dir, slug);
	struct buf text = {0};

	read_text(path, &text);
	json_t *j = json_loadb(text.s, strcspn(text.s, "\n"), 0, NULL);
	ck_assert_ptr_nonnull(j);
	json_object_del(j, "t0-real");
	json_object_del(j, "file");
	json_object_del(j, "line");
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
	int n = 0;

	read_text(path, &trace);
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

CTEST("command", CTEST_HOST, NULL, a_case_yaml_plays_that_very_case_again)
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

static void assert_script(const char *script)
{
	struct program_result r = run_script(script);

	ASSERT_PROGRAM(r, 0, "");
}

CTEST("command", CTEST_SANDBOX, NULL, inspect_tells_pinned_from_not)
{
	ctest_own_proc();
	ASSERT_RUNS({{"inspect", "nothere"}, .status = 2, .says = {"no such device"}},
	    {{"inspect", "lo"}, .status = 2, .says = {"not a bridge"}});
	assert_script("ip link add free0 type bridge;"
	              "ip link add port0 address 02:00:00:00:00:07 type veth peer name peer0");
	ASSERT_RUNS({{"inspect", "free0"}, .status = 1, .says = {"with no port"}});
	assert_script("ip link set port0 master free0");
	ASSERT_RUNS({{"inspect", "free0"}, .status = 1,
	    .says = {"NOT pinned", "02:00:00:00:00:07, from port port0"}});
	assert_script("ip link set free0 address 02:00:00:00:00:07");
	ASSERT_RUNS({{"inspect", "free0"}, .says = {"free0 is pinned: 02:00:00:00:00:07"}});
}

CTEST("command", CTEST_HOST, NULL, a_closed_output_is_an_error_not_a_pass)
{
	char *dir = program_scratch("closed");
	AUTO_FREE char *script =
	    mem_printf("$SB check lowest-port-leaves --filter "
	               "'*,leaves-by=release' --set duration=10s --out %s > /dev/full",
	        dir);
	struct program_result r = run_script(script);

	ASSERT_PROGRAM(r, 4, "");
	program_drop(dir);
}
