/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subject_test.c: a real program makes the bridge: what is asked of it, and what one that does it
 * wrong leads to. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "lab/subject.h"
#include "test/kit/ctest.h"
#include "test/kit/program.h"

#define SUBJECTS "harness/test/data/subjects/"
/* The source may lie below a folder that the test hides. */
#define THERE "$STEADYBRIDGE_DATA/" SUBJECTS
/* One arm of one subject; the host is as before. */
#define PLAY(name, arm)                                                                            \
	"$SB check --out /mnt/out --subject " THERE name " --filter '" name "/" arm "'"

CTEST("subject", CTEST_PLAY, NULL, a_bridge_that_inherits_breaks_and_a_pinned_one_holds)
{
	program_own_host();
	ASSERT_ON_HOST("$SB check --out /mnt/out --subject iproute2-pinned && "
	               "cat /mnt/out/cases/*pinned/subject.txt",
	    0, "1 of 1 control broke", "the subject wrote nothing");
	/* one that only inherits is its own control */
	ASSERT_ON_HOST("$SB check --out /mnt/out --subject iproute2 --filter '*/iproute2'", 0,
	    "1 of 1 control broke, 0 of 0 arms held");
	/* a trace has the version, and is judged the same again */
	ASSERT_ON_HOST("$SB check --out /mnt/out --subject iproute2-pinned && "
	               "grep -o '\"tool\":\"iproute2 [0-9.]*\"' /mnt/out/cases/*2/trace.jsonl && "
	               "$SB replay /mnt/out",
	    0, "\"tool\":\"iproute2 ", "1 of 1 control broke");
}

/* In one run, since each is played again twice; not the controls, nor beside udevd. */
#define WRONG                                                                                      \
	"cd $STEADYBRIDGE_DATA/" SUBJECTS "; $SB check --out /mnt/out --filter '*/[!i]*[!d]'"      \
	" --subject ./fails --subject ./dies-by-signal --subject ./no-port"                        \
	" --subject ./keeps-port --subject ./takes-clients-port --subject ./floods"                \
	" --subject ./renames; status=$?; cat /mnt/out/results.tap; exit $status"

CTEST("subject", CTEST_PLAY, NULL, one_that_does_it_wrong_is_told_and_leaves_nothing)
{
	program_own_host();
	ASSERT_ON_HOST(WRONG, 3, "fails attach exited with status 3: no more ports today",
	    "dies-by-signal attach was killed by signal 11", "but no port was enslaved within 2 s",
	    "its port was still enslaved", "it released port ", "floods attach exited",
	    "renames/renames", "the play broke off");
	ASSERT_ON_HOST(PLAY("two-bridges", "two-bridges"), 4,
	    "2 links have the gateway's address 192.0.2.1: found ",
	    "so      the subject did not do its part, or the lab did not");
}

/* Plays `good` after this change of its commands. */
#define CHANGED(change)                                                                            \
	"mkdir /mnt/changed && sed " change                                                        \
	" $STEADYBRIDGE_DATA/fixtures/subjects/iproute2/subject >/mnt/changed/subject && "         \
	"chmod 755 /mnt/changed/subject && "                                                       \
	"$SB check --out /mnt/out --subject /mnt/changed --filter '*/changed'; x=$?; "             \
	"rm -r /mnt/changed; exit $x"

CTEST("subject", CTEST_PLAY, NULL, what_its_bridge_lacks_is_told_beside_what_was_found)
{
	program_own_host();
	ASSERT_RUNS(
	    {.script = CHANGED("'s/$SB_GATEWAY/192.0.2.7/'"),
	        .status = 4,
	        .says = {"no link has the gateway's address 192.0.2.1: found br0 192.0.2.7/24"}},
	    {.script = CHANGED("'s/$SB_PREFIX/32/'"),
	        .status = 4,
	        .says = {"br0 has 192.0.2.1/32, expected 192.0.2.1/24"}},
	    {.script = CHANGED("'/needs)/a echo control=nosuch'"),
	        .status = 2,
	        .says = {"control: found 'nosuch', expected changed or one of"}});
}

#define CASE "/mnt/out/cases/iproute2-pinned_iproute2-pinned/case.yaml"

/* The lab of a shell is the subject's, and its ports come and go by it. */
CTEST("subject", CTEST_PLAY, NULL, a_shell_is_in_the_lab_of_the_subject)
{
	program_own_host();
	ASSERT_ON_HOST("$SB check --out /mnt/out --subject iproute2-pinned && "
	               "$SB shell " CASE " -c 'join port && state && leave port'",
	    0, "port joined; br0 still has 02:00:00:00:00:fe", "  p1  ", "port left");
	ASSERT_ON_HOST("sed -i 's/subject: iproute2-pinned/subject: nosuch/' " CASE
	               " && $SB shell " CASE " -c true",
	    4, "missing: nosuch: no such subject");
}

/* What a scenario names is an installed subject, or one that was given beside the file. */
CTEST("subject", CTEST_PLAY, NULL, a_case_yaml_plays_again_beside_its_subject)
{
	program_own_host();
	ASSERT_ON_HOST(
	    PLAY("daemon", "daemon") " && cp /mnt/out/cases/daemon_daemon/case.yaml /tmp && "
	                             "$SB check --out /mnt/out --filter '*/daemon' --subject " THERE
	                             "daemon /tmp/case.yaml; x=$?; rm /tmp/case.yaml; exit $x",
	    0, "1 known to fail");
	ASSERT_ON_HOST(
	    PLAY("daemon",
	        "daemon") " && cp /mnt/out/cases/daemon_daemon/case.yaml /tmp && "
	                  "$SB check --out /mnt/out --filter '*/daemon' /tmp/case.yaml; x=$?; "
	                  "rm /tmp/case.yaml; exit $x",
	    4, "daemon: no such subject");
}

/* As its report says. */
CTEST("subject", CTEST_PLAY, NULL, the_line_that_plays_a_case_again_names_its_subject)
{
	program_own_host();
	ASSERT_ON_HOST(
	    "cd $STEADYBRIDGE_DATA/" SUBJECTS "; PATH=$(dirname $SB):$PATH; "
	    "$SB check --out /mnt/out --subject ./no-port --filter '*/no-port' >/mnt/said; "
	    "cp -r /mnt/out /tmp; line=$(sed -n 's/^  rerun *//p' /mnt/said); rm /mnt/said; "
	    "echo \"$line\"; $(echo \"$line\" | sed 's#/mnt/out/cases#/tmp/out/cases#') --out /mnt/out; "
	    "status=$?; rm -r /tmp/out; exit $status",
	    3, "steadybridge check --subject ./no-port --quick /mnt/out/cases/no-port_no-port",
	    "but no port was enslaved within 2 s");
}

CTEST("subject", CTEST_PLAY, NULL, one_that_is_slow_or_leaves_daemons_is_judged)
{
	program_own_host();
	ASSERT_RUNS({.script = PLAY("forks-away", "forks-away"), .says = {"1 known to fail"}},
	    {.script = PLAY("daemon", "daemon"), .says = {"1 known to fail"}},
	    {.script = PLAY("sets-rules", "sets-rules"), .says = {"1 known to fail"}},
	    {.script = PLAY("writes-outside", "writes-outside"), .says = {"1 known to fail"}});
}

#define BY_CLOCK "$SB check --out /mnt/out --pace 1 $STEADYBRIDGE_DATA/" SUBJECTS "by-clock.yaml"

/* At a rate of one's own; where the tool is too slow for it, that is no verdict. */
CTEST("subject", CTEST_PLAY, NULL, the_clock_drives_it_at_a_rate)
{
	program_own_host();
	ASSERT_ON_HOST(BY_CLOCK, 0, "1 of 1 control broke, 1 of 1 arm held", "of 40 ");
	ASSERT_ON_HOST(BY_CLOCK " --filter '*/pinned' --set duration=1s "
	                        "--set churn.port.joins='every 10ms' "
	                        "--set churn.port.leaves='after 5ms' "
	                        "--set lookups.every=20ms --set lookups.timeout=20ms",
	    3, "a verb ended ", "too slow for this rate");
}

CTEST("subject", CTEST_PLAY, NULL, what_cannot_be_played_is_named)
{
	program_own_host();
	ASSERT_RUNS({.script = PLAY("not-here", "not-here*"),
	                .status = 4,
	                .says = {"nosuchtool is missing: apt-get install nosuchtool",
	                    "remedy: apt-get install nosuchtool\n"}},
	    {.script = PLAY("needs-garbage", "*"),
	        .status = 2,
	        .says = {"needs: found 'nonsense', expected KEY=VALUE"}},
	    /* its answer goes into a scenario */
	    {.script =
	            "mkdir /mnt/quote && cd /mnt/quote && "
	            "printf '#!/bin/sh\necho version=a \\\\\"b 1\n' >subject && chmod 755 subject && "
	            "$SB check --subject /mnt/quote; x=$?; rm -r /mnt/quote; exit $x",
	        .status = 2,
	        .says = {"version: found 'a \"b 1', expected printable ASCII"}},
	    {.script = "mkdir /mnt/bad && cd /mnt/bad && printf '#!/bin/sh\necho version=a 1\necho "
	               "control=../x\n' >subject && chmod 755 subject && "
	               "$SB check --subject /mnt/bad; x=$?; rm -r /mnt/bad; exit $x",
	        .status = 2,
	        .says = {"control: found '../x', expected a subject's name"}},
	    /* among all, one that cannot be read is one that is not there */
	    {.script =
	            "mkdir -p /run/data && cp -r $STEADYBRIDGE_DATA/fixtures /run/data && cp -r " THERE
	            "needs-garbage /run/data/fixtures/subjects && STEADYBRIDGE_DATA=/run/data "
	            "$SB list --subjects; rm -r /run/data",
	        .says = {"needs: found 'nonsense'", "iproute2 6"}},
	    {.script = "$SB check --subject nosuch",
	        .status = 2,
	        .says = {"nosuch: no such subject"}},
	    {.script = "$SB check --subject /tmp/nosuch",
	        .status = 2,
	        .says = {"/tmp/nosuch: No such file or directory"}},
	    {.script = "$SB check --subject README.md", .status = 2, .says = {"no such subject"}},
	    {.script = "$SB check --subject $STEADYBRIDGE_DATA/README.md",
	        .status = 2,
	        .says = {"README.md: it is not executable (chmod +x): Permission denied"}},
	    {.script = "$SB check --subject iproute2 --watch a/b",
	        .status = 2,
	        .says = {"--subject cannot be combined with --watch"}},
	    {.script = "$SB check --subjects --tool /bin/ip",
	        .status = 2,
	        .says = {"--tool goes with one --subject"}},
	    {.script = "$SB list --subjects", .says = {"iproute2-pinned       iproute2 "}});
}

/* Straight, since its limit is 20 s. */
CTEST("subject", CTEST_SANDBOX, NULL, a_verb_that_hangs_is_ended)
{
	const struct subject *s;
	struct subject_run run = {0};
	struct err e = {{0}};

	AUTO_FREE char *path = data_path(SUBJECTS "hangs");
	ck_assert_int_eq(subject_look(path, NULL, true, &s, &e), 0);
	run = (struct subject_run){.subject = s, .says = subject_output(&e)};
	ck_assert_int_ge(run.says, 0);
	ck_assert_int_eq(subject_verb(&run, "attach", 300 * NS_PER_MS, &e), -ETIMEDOUT);
	ck_assert_ptr_nonnull(strstr(e.text, "hangs attach did not exit within 0.3 s"));
	close(run.says);
}
