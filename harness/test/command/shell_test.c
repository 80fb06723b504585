/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_test.c: shell, and --pause-on-fail, with commands from a pipe. */
#include "test/kit/program.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/data.h"
#include "base/folder.h"

#define CONTROL "lowest-port-leaves/inherited,leaves-by=delete"
#define PINNED "lowest-port-leaves/pinned-at-create,leaves-by=delete"

CTEST("shell", CTEST_HOST, NULL, usage_of_shell_pause_and_watch)
{
	ASSERT_RUNS({{"shell"}, .status = 2, .says = {"expected CASE"}},
	    {{"shell", "lowest-port-leaves/nothing"}, .status = 2, .says = {"no such case"}},
	    {{"shell", "lowest-port-leaves"}, .status = 2, .says = {"name one of them"}},
	    {{"check", "--watch"}, .status = 2, .says = {"--watch expects CASE"}},
	    {{"check", "--watch", "--pause-on-fail", PINNED}, .status = 2},
	    {{"check", "--pause-on-fail"}, .status = 2,
	        .says = {"expected a terminal or commands from a pipe or file"}},
	    {{"at-lab", "state"}, .status = 1, .says = {"this works only in the shell of a lab"}});
}

CTEST("shell", CTEST_HOST, NULL, a_lab_answers_commands_from_a_pipe)
{
	ASSERT_RUNS({{"shell", CONTROL}, "state\n",
	                .says = {"bridge br0", "follows its ports", "lowest ", "REACHABLE",
	                    "leave with exit or Ctrl-D"}},
	    {{"shell", PINNED}, "state\n", .says = {"addr_assign_type 3: pinned"}});
}

/* A dnsmasq that cannot start. */
CTEST("shell", CTEST_HOST, NULL, a_lab_that_does_not_come_up_says_why)
{
	char *dir = program_scratch("dnsmasq"), *path = mem_printf("%s/dnsmasq", dir);
	static const char script[] =
	    "#!/bin/sh\n[ \"$1\" = --version ] && echo 'Dnsmasq version 2.90' && exit 0\necho "
	    "'dnsmasq: out of order' >&2\nexit 3\n";
	struct err e = {{0}};

	ck_assert_msg(!folder_make(dir, &e), "%s", e.text);
	ck_assert_msg(!data_write(path, script, sizeof(script) - 1, &e), "%s", e.text);
	ck_assert_int_eq(chmod(path, 0755), 0);
	ck_assert_int_eq(setenv("PATH", mem_printf("%s:%s", dir, getenv("PATH")), 1), 0);
	ASSERT_RUNS({{"shell", CONTROL, "-c", "echo opened"}, .status = 4,
	    .says = {"steadybridge shell: the lab could not be built: dnsmasq ended with status 3: "
	             "dnsmasq: out of order\n"},
	    .hides = {"opened"}});
	free(path);
	program_drop(dir);
}

/* The word c1 prints an address by itself, by ip netns exec and by ip -n: three times. */
CTEST("shell", CTEST_HOST, NULL, commands_run_in_every_namespace_of_a_lab)
{
	ASSERT_RUNS({{"shell", CONTROL},
	    "c1 ip -o -4 address; echo a\n"
	    "ip netns exec c1 ip -o -4 address; echo b\n"
	    "ip -n c1 -o -4 address; echo c\n"
	    "upstream ip -o -4 address; router ip -o -4 address show br0\n"
	    "ip netns exec upstream ls /sys/class/net; c1; echo status-$?\n",
	    .says = {"192.0.2.11/24", "198.51.100.2/24", "192.0.2.1/24", "status-2"}, .times = 3});
}

/* The fault itself, by hand. */
CTEST("shell", CTEST_HOST, NULL, churn_by_hand_breaks_what_inherits)
{
	ASSERT_RUNS({{"shell", CONTROL},
	    "lookup && echo one-answered\n"
	    "leave lowest\n"
	    "state\n"
	    "lookup c1 2 || echo two-lost\n"
	    "join lowest && lookup c1 && echo three-answered\n"
	    "join lowest || echo four-refused\n"
	    "join nobody || echo five-refused\n"
	    "leave lowest && join lowest 02:00:00:00:00:01 && state\n",
	    .says = {"one-answered", "lowest left; br0 changed 02:",
	        "stale: the gateway has another MAC", "lost: no answer within 1s", "two-lost",
	        "three-answered", "lowest has already joined", "four-refused",
	        "its ports are: lowest", "five-refused", "bridge br0  02:00:00:00:00:01"}});
}

/* A released port is still a link; one whose namespace died is not. */
CTEST("shell", CTEST_HOST, NULL, churn_by_hand_keeps_to_the_kinds_of_the_case)
{
	static const char twice[] = "leave lowest && join lowest && leave lowest && state\n"
	                            "ip -br link show lowest 2>&1 | grep -c '^lowest'; echo done\n";

	ASSERT_RUNS({{"shell", "lowest-port-leaves/inherited,leaves-by=release"}, twice,
	                .says = {"lowest left; br0 changed", "\n1\ndone"}, .times = 2},
	    {{"shell", "lowest-port-leaves/inherited,leaves-by=namespace-death"}, twice,
	        .says = {"lowest left; br0 changed", "\n0\ndone"}, .times = 2},
	    /* A port that another program removed can join again. */
	    {{"shell", CONTROL}, "ip link del lowest; join lowest && echo came-again\n",
	        .says = {"came-again"}});
}

CTEST("shell", CTEST_HOST, NULL, the_exit_status_is_that_of_the_shell)
{
	ASSERT_RUNS({{"shell", CONTROL}, "exit 7\n", .status = 7},
	    {{"shell", CONTROL, "-c", "lookup c1 2; state; exit 5"}, .status = 5,
	        .says = {"answered in"}, .times = 2});
	/* Without bash. */
	ck_assert_int_eq(setenv("STEADYBRIDGE_SHELL", "sh", 1), 0);
	ASSERT_RUNS({{"shell", CONTROL}, "help; state; c1 true && exit 9\n", .status = 9,
	    .says = {"join PORT [MAC]"}, .times = 2});
}

CTEST("shell", CTEST_HOST, NULL, a_fail_pauses_and_a_control_does_not)
{
	char *dir = program_scratch("pause"), *path;
	struct buf trace = {0};
	struct err e = {{0}};

	ASSERT_RUNS({{"check", "--pause-on-fail", "lowest-port-leaves", "--filter",
	                 "*/[ip]*d-at-create,*=release", "--set", "bridge.pin=never", "--out", dir},
	    "echo here-$STEADYBRIDGE_CASE; lookup; state; exit\n", .status = 1,
	    .says = {"FAIL", /* the case, the last line */
	        "PAUSED  lowest-port-leaves/pinned-at-create,leaves-by=release", "paused at ",
	        "here-lowest-port-leaves/pinned-at-create,leaves-by=release",
	        "the case was paused at"},
	    .times = 2});
	path = mem_printf(
	    "%s/cases/lowest-port-leaves_pinned-at-create,leaves-by=release/trace.jsonl", dir);
	ck_assert_msg(data_read(path, 64 << 20, &trace, &e) == 0, "%s", e.text);
	ck_assert_ptr_nonnull(strstr(trace.s, "\"paused\""));
	ck_assert_ptr_null(strstr(trace.s, "\"phase\":\"end\""));
	buf_free(&trace);
	free(path);
	/* A control breaks as it must: no shell is opened. */
	ASSERT_RUNS({{"check", "--pause-on-fail", "lowest-port-leaves", "--filter",
	                 "*/inherited,*=release", "--out", dir},
	    "echo called\n", .hides = {"called", "PAUSED"}});
	program_drop(dir);
}
