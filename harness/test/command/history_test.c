/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history_test.c: steadybridge history: which files it reads, what it writes, how it ends. */
#include "test/kit/program.h"

/* The runs a (twice: as itself and by a link) and b, a damaged one, and one beyond a link. */
#define RUNS                                                                                       \
	"cd /mnt && mkdir -p runs/a runs/deep/b runs/bad runs/a/cases/x away && "                  \
	"one() { printf '{\"format\":1,\"began\":\"2026-11-0%sT00:00:00Z\",\"cases\":[{\"slug\":"  \
	"\"a\",\"name\":\"ports/%s\",\"verdict\":\"pass\",\"counts-in\":true,\"repeat\":0,"        \
	"\"longest-outage-s\":0,\"warmup-s\":2,\"duration-s\":6,\"pace\":20}]}' $1 $2; }\n"        \
	"one 1 pinned >runs/a/results.json; one 2 pinned >runs/deep/b/results.json\n"              \
	"one 3 away >away/results.json; one 4 inside >runs/a/cases/x/results.json\n"               \
	"ln -s ../../away runs/deep/away; ln -s ../a/results.json runs/deep/results.json\n"        \
	"ln -s runs named\n"
#define BAD "echo '{\"format\":2}' >runs/bad/results.json\n"

CTEST("history", CTEST_SANDBOX, NULL, runs_below_a_folder_are_found)
{
	program_own_host();
	ASSERT_ON_HOST(RUNS "exec $SB history runs", 0,
	    "2 runs from 2026-11-01T00:00:00Z to 2026-11-02T00:00:00Z, 1 case\n", "2 pass");
	/* a link on the command line, a file, and both of them again */
	ASSERT_ON_HOST("cd /mnt && exec $SB history named named/a/results.json", 0,
	    "2 runs from 2026-11-01", "2 pass");
	ASSERT_ON_HOST("cd /mnt && exec $SB history away runs --since 2026-11-02 --filter '*/away'",
	    0, "2 runs from 2026-11-02T00:00:00Z to 2026-11-03T00:00:00Z, 1 case\n", "ports/away ");
}

CTEST("history", CTEST_SANDBOX, NULL, what_is_not_read_is_named_and_the_rest_is_shown)
{
	program_own_host();
	ASSERT_ON_HOST(RUNS BAD "exec $SB history runs not-there", 4,
	    "steadybridge: runs/bad/results.json: not a results.json of steadybridge: 'format' is 2",
	    "steadybridge: not-there: No such file or directory\n", "2 pass");
	ASSERT_ON_HOST("cd /mnt && exec $SB history runs/bad", 4, "'format' is 2");
	ASSERT_ON_HOST("cd /mnt && ln -s nowhere lost && exec $SB history runs/a lost", 4,
	    "steadybridge: lost: No such file or directory\n", "1 run from");
	ASSERT_ON_HOST("cd /mnt && mkdir none && exec $SB history none", 2,
	    "found no results.json in or below none");
	ASSERT_ON_HOST("cd /mnt && exec $SB history away --since 2026-11-04", 2,
	    "--since 2026-11-04: every run that was found began before that");
	ASSERT_ON_HOST(
	    "cd /mnt && exec $SB history away --filter x", 4, "no case matches --filter x");
	ASSERT_ON_HOST("exec $SB history --since yesterday /mnt", 2, "--since: found 'yesterday'");
}

CTEST("history", CTEST_SANDBOX, NULL, reports_go_where_they_are_asked_to)
{
	program_own_host();
	ASSERT_ON_HOST(RUNS "$SB history runs --json j --html h >text && grep -q '2 pass' text &&"
	                    " $SB history runs --json - | cmp - j &&"
	                    " $SB history runs --html - | cmp - h && head -1 h",
	    0, "<!DOCTYPE html>");
	ASSERT_ON_HOST("cd /mnt && exec $SB history runs --json no/where", 4, "no/where");
	ASSERT_ON_HOST(
	    "cd /mnt && exec $SB history runs --json - --html -", 2, "cannot be combined");
}
