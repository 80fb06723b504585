/* SPDX-License-Identifier: GPL-2.0-or-later */
/* environment_resources_test.c: a machine that lacks something: each lack ends in an error that
 * says what to do or in an invalid verdict, never in a wrong one; and nothing is left. */
#include "test/kit/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/data.h"
#include "base/folder.h"
#include "base/macros.h"

static const char *const reports[] = {
    "/mnt/out/results.json", "/mnt/out/junit.xml", "/mnt/out/results.tap", "/mnt/out/index.html"};

static int n_reports(void)
{
	int n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(reports); i++)
		n += !access(reports[i], F_OK);
	return n;
}

/* A program that is found before the real one. */
static void wrap(const char *name, const char *script)
{
	struct err e = {{0}};
	AUTO_FREE char *path = mem_printf("/mnt/bin/%s", name);

	ck_assert_msg(!folder_make("/mnt/bin", &e), "%s", e.text);
	ck_assert_msg(!data_write(path, script, strlen(script), &e), "%s", e.text);
	ck_assert_int_eq(chmod(path, 0755), 0);
}

#define WRAPPED "PATH=/mnt/bin:$PATH $SB check"

CTEST("resources", CTEST_PLAY, NULL, a_full_disk_is_an_error_and_leaves_no_half_file)
{
	program_own_host();
	struct program_result r =
	    run_on_host("mkdir /mnt/out; mount -t tmpfs -o size=64k tmpfs /mnt/out;"
	                "$SB check $QUICK; s=$?; cp -r /mnt/out /mnt/kept;"
	                "umount /mnt/out; exit $s");
	ck_assert_msg(
	    strstr(r.text.s, "could not save the trace or packets of "), "%.3000s", r.text.s);
	ASSERT_PROGRAM(r, 4, "could not write all reports: /mnt/out/");
	ck_assert_int_gt(program_whole_files("/mnt/kept"), 0);
	ck_assert_int_ne(access("/mnt/kept/index.html", F_OK), 0);
}

CTEST("resources", CTEST_PLAY, NULL, a_limit_on_file_sizes_kills_nothing)
{
	program_own_host();
	ASSERT_ON_HOST("ulimit -f 16; $SB check $QUICK", 4, "File too large");
	ck_assert_int_lt(n_reports(), 4);
	run_on_host("rm -rf /mnt/out");
	/* A pipe has no such limit, the file that takes a test's output has. */
	ASSERT_RUNS(
	    {.script = "cd /mnt; { (ulimit -f 0; $SB new mine); echo status $?; } 2>&1 | cat",
	        .says = {"mine.yaml: File too large", "status 4"}});
	ck_assert_int_ne(access("/mnt/mine.yaml", F_OK), 0);
}

/* The reader has gone before the first word. */
#define INTO_A_CLOSED_PIPE(words)                                                                  \
	"rm -f /mnt/closed; { until test -e /mnt/closed; do sleep 0.01; done; $SB " words          \
	"; echo status $? >&2; } | { exec <&-; : >/mnt/closed; }"

CTEST("resources", CTEST_PLAY, NULL, a_closed_stream_is_an_error_and_damages_no_file)
{
	program_own_host();
	ASSERT_ON_HOST("$SB list >&-", 4, "standard output: Bad file descriptor");
	ASSERT_ON_HOST("$SB list >/dev/full", 4, "standard output: No space left on device");
	ASSERT_ON_HOST("$SB help >/dev/full", 4, "standard output: No space left on device");
	ASSERT_RUNS(
	    {.script = INTO_A_CLOSED_PIPE("list"), .says = {"status 4"}, .hides = {"Broken pipe"}});
	ASSERT_ON_HOST("$SB check $QUICK <&- >&- 2>&-", 4, "");
	ck_assert_int_eq(n_reports(), 4);
	ASSERT_ON_HOST(
	    INTO_A_CLOSED_PIPE("check $QUICK"), 0, "standard output: Broken pipe", "status 4");
	ASSERT_ON_HOST("$SB check $QUICK <&- 2>&-", 0, "3 of 3 arms held");
	ck_assert_int_eq(n_reports(), 4);
}

CTEST("resources", CTEST_PLAY, NULL, an_unusable_out_folder_is_an_error_before_anything_is_played)
{
	program_own_host();
	ASSERT_ON_HOST("mkdir /mnt/out; mount -t tmpfs -o ro tmpfs /mnt/out;"
	               "$SB check $QUICK; s=$?; umount /mnt/out; exit $s",
	    4, "/mnt/out/cases: Read-only file system");
	ASSERT_ON_HOST("mkdir -p /mnt/out/results.json; $SB check $QUICK", 4,
	    "results.json of an earlier run: Is a directory");
	ASSERT_RUNS({.script = "rm -r /mnt/out; echo '{}' >/mnt/out; $SB check $QUICK; s=$?;"
	                       "rm /mnt/out; exit $s",
	    .status = 4,
	    .says = {"/mnt/out: Not a directory"}});
}

/* The folder goes when the first case has begun; what was kept comes again. */
CTEST("resources", CTEST_PLAY, NULL, an_out_folder_that_vanishes_is_made_again)
{
	static const char vanish[] =
	    "$SB check $QUICK & p=$!; until test -d /mnt/out/cases || ! kill -0 $p; do :; done; "
	    "rm -rf /mnt/out;"
	    "%s wait $p";

	program_own_host();
	AUTO_FREE char *script = mem_printf(vanish, "");
	ASSERT_ON_HOST(script, 0, "3 of 3 arms held");
	ck_assert_int_eq(n_reports(), 4);
	ASSERT_ON_HOST("set -- /mnt/out/cases/*/trace.jsonl; echo $# traces", 0, "4 traces");
	free(script);
	run_on_host("rm -rf /mnt/out");
	script = mem_printf(vanish, "echo mine >/mnt/out;");
	ASSERT_ON_HOST(script, 4, "Not a directory");
}

CTEST("resources", CTEST_PLAY, NULL, run_and_tmp_may_be_read_only)
{
	program_own_host();
	ASSERT_ON_HOST("mount -o remount,ro /tmp && mount -o remount,ro /run &&"
	               "$SB check $QUICK; s=$?;"
	               "mount -o remount,rw /tmp; mount -o remount,rw /run; exit $s",
	    0, "3 of 3 arms held");
}

CTEST("resources", CTEST_PLAY, NULL, a_failing_iptables_is_reported_with_its_message)
{
	static const char lock[] = "#!/bin/sh\n"
	                           "echo 'Another app is currently holding the xtables lock.' >&2\n"
	                           "exit 4\n";

	program_own_host();
	ASSERT_ON_HOST(
	    "echo >/mnt/no; for p in nft legacy; do"
	    " mount --bind /mnt/no $(readlink -f /usr/sbin/iptables-$p-restore); done;"
	    "$SB check $QUICK; s=$?;"
	    "for p in nft legacy; do umount $(readlink -f /usr/sbin/iptables-$p-restore); done;"
	    "exit $s",
	    4, "missing: iptables: no iptables-restore", "remedy: apt-get install iptables");
	wrap("iptables-nft-restore", lock);
	wrap("iptables-restore", lock);
	wrap("iptables-legacy-restore", lock);
	ASSERT_ON_HOST(WRAPPED " $QUICK", 4, "nothing was played, nothing was changed",
	    "iptables-nft-restore ended with status 4: Another app is currently holding the xtables "
	    "lock");
	ck_assert_int_eq(n_reports(), 0);
	wrap("iptables-nft-restore", "#!/bin/sh\ncat >/dev/null\n");
	wrap("iptables-legacy-restore", "#!/bin/sh\ncat >/dev/null\n");
	ASSERT_ON_HOST(
	    WRAPPED " $QUICK", 4, "iptables-nft-restore ended with status 0 and loaded no rules");
	/* It worked when it was looked for, and fails in every lab. */
	wrap("iptables-nft-restore",
	    "#!/bin/sh\n"
	    "cat >/mnt/rules\n"
	    "if grep -q icmp /mnt/rules || mkdir /mnt/looked 2>/dev/null; then\n"
	    "exec /usr/sbin/iptables-nft-restore \"$@\" </mnt/rules; fi\n"
	    "echo 'iptables: Memory allocation problem.' >&2; exit 4\n");
	ASSERT_ON_HOST(WRAPPED " $QUICK", 4,
	    "iptables-nft-restore ended with status 4: iptables: Memory allocation problem.");
	ck_assert_int_eq(n_reports(), 4);
}

/* Whoever holds a lock outside a lab does not hold the lab's. */
CTEST("resources", CTEST_PLAY, NULL, a_held_xtables_lock_does_not_matter)
{
	program_own_host();
	ASSERT_RUNS({.script = "export XTABLES_LOCKFILE=/mnt/lock; exec 9>/mnt/lock; flock 9;"
	                       "$SB prereqs",
	    .says = {"iptables-legacy ok"},
	    .hides = {"iptables-legacy MISSING"}});
}

CTEST("resources", CTEST_PLAY, NULL, a_failing_dnsmasq_is_reported_with_its_message)
{
	program_own_host();
	ASSERT_ON_HOST("echo >/mnt/no; p=$(readlink -f $(command -v dnsmasq ||"
	               " echo /usr/sbin/dnsmasq)); mount --bind /mnt/no $p;"
	               "$SB check $QUICK; s=$?; umount $p; exit $s",
	    4, "missing: dnsmasq: no program dnsmasq");
	wrap("dnsmasq", "#!/bin/sh\necho 'error while loading shared libraries' >&2\nexit 127\n");
	ASSERT_ON_HOST(WRAPPED " $QUICK", 4,
	    "/mnt/bin/dnsmasq ended with status 127: error while loading shared libraries");
	wrap("dnsmasq", "#!/bin/sh\n"
	                "test \"$1\" = --version && exec /usr/sbin/dnsmasq --version\n"
	                "echo 'dnsmasq: failed to create listening socket' >&2\nexit 2\n");
	ASSERT_ON_HOST(WRAPPED " $QUICK", 4, "INVALID", "NOTHING PLAYED",
	    "dnsmasq ended with status 2: dnsmasq: failed to create listening socket");
	ck_assert_int_eq(n_reports(), 4);
}

/* In the place of dnsmasq: the real one, with another address where `when` matches its arguments.
 */
static void wrap_wrong_dnsmasq(const char *when)
{
	char *script =
	    mem_printf("#!/bin/sh\ncase \"$*\" in\n%s)\n"
	               "\tfor a; do\n\t\tshift\n\t\tcase $a in\n"
	               "\t\t--conf-file=*)\n"
	               "\t\t\tsed s/203.0.113.53/203.0.113.99/ \"${a#*=}\" >/mnt/wrong.conf\n"
	               "\t\t\ta=--conf-file=/mnt/wrong.conf ;;\n"
	               "\t\tesac\n\t\tset -- \"$@\" \"$a\"\n\tdone ;;\n"
	               "esac\nexec /usr/sbin/dnsmasq \"$@\"\n",
	        when);

	wrap("dnsmasq", script);
	free(script);
}

#define WRONG_ANSWER "the lab could not be built: dnsmasq answers wrongly: "

CTEST("resources", CTEST_PLAY, NULL, where_no_lab_can_be_built_nothing_is_played)
{
	program_own_host();
	wrap_wrong_dnsmasq("*");
	ASSERT_ON_HOST(WRAPPED " --out /mnt/out", 4,
	    WRONG_ANSWER "1 answer records, none of them A 203.0.113.53     NOT OK",
	    "no lab can be built on this machine, so no case was played");
	ck_assert_int_eq(n_reports(), 0);
}

CTEST("resources", CTEST_PLAY, NULL, cases_whose_labs_would_fail_alike_are_not_played)
{
	program_own_host();
	wrap_wrong_dnsmasq("*--edns-packet-max*");
	struct program_result r = run_on_host(WRAPPED " -j 4 --out /mnt/out"
	                                              " smaller-mtu-joins mtu-pinned-above-a-port");
	ck_assert_uint_eq(program_count(r.text.s, "\n  because " WRONG_ANSWER), 1);
	ck_assert_uint_eq(program_count(r.text.s, "invalid for the same reason"), 1);
	ck_assert_uint_eq(program_count(r.text.s, "\nskipped "), 1);
	ck_assert_uint_eq(program_count(r.text.s, "\nretried "), 1); /* one, alone */
	ck_assert_ptr_nonnull(strstr(r.text.s, " more: " WRONG_ANSWER));
	ASSERT_PROGRAM(r, 4, "NOTHING PLAYED  ");
	ck_assert_int_eq(n_reports(), 4);
	run_on_host("rm -rf /mnt/out");
	r = run_on_host(WRAPPED " -j 8 --out /mnt/out"
	                        " smaller-mtu-joins last-port-leaves --seed 5");
	ck_assert_ptr_nonnull(strstr(r.text.s, "\nlast-port-leaves   1/1 stale-gateway  "));
	ck_assert_ptr_nonnull(strstr(r.text.s, "  4/4        100 %     "));
	ck_assert_uint_eq(program_count(r.text.s, "\n  because " WRONG_ANSWER), 1);
	ASSERT_PROGRAM(r, 3, "\nskipped ");
}

CTEST("resources", CTEST_PLAY, NULL, too_few_files_or_too_little_memory_is_an_error_with_a_remedy)
{
	program_own_host();
	ASSERT_ON_HOST("ulimit -n 9; $SB check $QUICK", 4,
	    "remedy: more open files (ulimit -n, sysctl fs.file-max)");
	ck_assert_int_eq(n_reports(), 0);
	ASSERT_ON_HOST("ulimit -v 200000; $SB check $QUICK", 4, "out of memory");
	ck_assert_int_eq(n_reports(), 0);
}
