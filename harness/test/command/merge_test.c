/* SPDX-License-Identifier: GPL-2.0-or-later */
/* merge_test.c: tests of `check --shard` and `merge`: the shards of a run are the run. */
#include "test/kit/ctest.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/macros.h"
#include "test/kit/program.h"

#define CHECK "$SB check lowest-port-leaves --quick --seed 5 "

CTEST("merge", CTEST_HOST, NULL, merged_shards_are_the_run)
{
	char *dir = program_scratch("merge");
	AUTO_FREE char *script = mem_printf(
	    "mkdir %s && cd %s || exit 99\n"
	    "for k in 1 2 3; do " CHECK "--shard $k/3 --out s/$k || exit 98; done >shards\n" CHECK
	    "--out plain >plain.txt || exit 97\n"
	    "cp -r s before\n"
	    "$SB merge s/* --out out >merged || exit 96\n"
	    "diff -r s before || exit 95\n" /* the shards stay as they are */
	    "$SB replay out >replayed || exit 94\n"
	    "cmp merged replayed || exit 93\n"
	    "ls plain plain/cases >a; ls out out/cases | sed s/out/plain/ >b; cmp a b || exit 92\n"
	    "diff -q s/1/cases/*inherited*/ out/cases/$(basename s/1/cases/*inherited*)/ || exit 91\n"
	    "$SB merge s/* --out out >again; cmp merged again || exit 90\n"
	    "grep -c '^shard [123] of 3 ' merged",
	    dir, dir);
	struct program_result r = run_script(script);

	ASSERT_PROGRAM(r, 0, "3\n");
	for (int i = 0; i < 2; i++) {
		AUTO_FREE char *path = mem_printf("%s/%s/results.json", dir, i ? "out" : "plain");
		json_t *o = json_load_file(path, 0, NULL);
		const json_t *totals = json_object_get(o, "totals");

		ck_assert_int_eq(json_integer_value(json_object_get(totals, "passed")), 12);
		ck_assert_int_eq(json_integer_value(json_object_get(totals, "skipped")), 3);
		ck_assert_int_eq(json_integer_value(json_object_get(o, "exit-status")), 0);
		json_decref(o);
	}
	program_drop(dir);
}

/* Each is named with its folder, and the run is no pass. */
CTEST("merge", CTEST_HOST, NULL, what_is_not_whole_is_named)
{
	char *dir = program_scratch("unwhole");
	AUTO_FREE char *script = mem_printf(
	    "mkdir %s && cd %s || exit 99\n"
	    "for k in 1 2 3; do " CHECK "--shard $k/3 --out $k || exit 98; done >shards\n" CHECK
	    "--shard 2/2 --out other >>shards\n" CHECK
	    "--shard 2/3 --set lookups.timeout=900ms --out set >>shards\n"
	    "cp -r 2 twice; cp -r 2 damaged; cp -r 2 lost; cp -r 2 ended; cp -r 2 less\n"
	    "head -c 300 2/results.json >damaged/results.json\n"
	    "head -c 300 2/cases/*inherited*/trace.jsonl >lost/cases/$(ls 2/cases | grep inherited)/trace.jsonl\n"
	    "rm ended/results.json\n"
	    "sed 's/arp-notify,leaves-by=[a-z-]*\"/pinned-at-create,leaves-by=delete\"/' "
	    "2/results.json >less/results.json\n"
	    "$SB merge 1 2 3 --out whole >whole.txt || exit 97\n"
	    "$SB merge whole 1 2 3 --out merged; echo \"status $?\"\n"
	    "$SB merge 1 3 --out a; echo \"status $?\"\n"
	    "$SB merge 1 2 3 twice/ --out b; echo \"status $?\"\n"
	    "$SB merge 1 other set 3 --out c; echo \"status $?\"\n"
	    "$SB merge 1 damaged lost ended none 3 --out d; echo \"status $?\"\n"
	    "$SB merge 1 less 3 --out e; echo \"status $?\"\n"
	    "$SB merge none ended --out f; echo \"status $?\"; test ! -e f || exit 96\n",
	    dir, dir);
	struct program_result r = run_script(script);
	static const char *const said[] = {
	    "whole: found a merged run, expected a shard (check --shard)\n",
	    "shards  shard 2 of 3 is missing: it is in none of the folders\n",
	    "shards  twice: found shard 2 of 3 a second time, after 2; this one is left out\n",
	    "shards  other: found a shard of another run, 15 cases (",
	    ") in 2 shards, repeat 1, by steadybridge ",
	    "; expected one of the run of 1, 15 cases (",
	    "shards  set: found a shard of another run, 15 cases (",
	    "shards  damaged: damaged: damaged/results.json:",
	    "shards  lost: damaged: lost/cases/",
	    "shards  ended: found no results.json there: its run is not finished, or was ended\n",
	    "shards  none: No such file or directory\n",
	    "shards  all shards are there, but have 14 cases; expected 15\n",
	    "INCONCLUSIVE  1 problem with the shards, ",
	    "steadybridge: none: No such file or directory\n",
	};

	ck_assert_msg(r.status == 0, "status %d: %.3000s", r.status, r.text.s);
	for (size_t i = 0; i < ARRAY_SIZE(said); i++)
		ck_assert_msg(strstr(r.text.s, said[i]), "no '%s' in %.3500s", said[i], r.text.s);
	ck_assert_uint_eq(program_count(r.text.s, "status 3\n"), 6);
	ck_assert_uint_eq(program_count(r.text.s, "status 4\n"), 1);
	ck_assert_uint_eq(program_count(r.text.s, "2 of 3 is missing"), 2);
	/* what does not belong is left out */
	ck_assert_uint_eq(program_count(r.text.s, "merged from 3 shards\n"), 3);
	ck_assert_uint_eq(program_count(r.text.s, "merged from 2 shards\n"), 3);
	buf_free(&r.text);
	program_drop(dir);
}

/* Its reports tell `merge` that nothing is missing. */
CTEST("merge", CTEST_HOST, NULL, a_shard_that_plays_nothing_leaves_reports)
{
	char *dir = program_scratch("empty");
	AUTO_FREE char *script = mem_printf(
	    "mkdir %s && cd %s || exit 99\n" CHECK
	    "--filter '*delete' --must-run --shard 2/2 --out 2; echo \"status $?\"\n" CHECK
	    "--filter '*/arp*delete' --shard 1/2 --out 1; echo \"status $?\"\n" CHECK
	    "--filter '*/arp*delete' --shard 2/2 --out 2; echo \"status $?\"\n"
	    "$SB merge 1 2; echo \"status $?\"; cat out/results.tap\n" CHECK
	    "--tap --filter '*/arp*delete' --shard 2/2 --out 3",
	    dir, dir);
	struct program_result r = run_script(script);

	ASSERT_HAS(r.text.s, "empty   there are more shards than groups of cases\nNOTHING TO PLAY");
	ASSERT_HAS(r.text.s,
	    "NOTHING PLAYED  0 of 0 controls broke, 0 of 0 arms held, 1 skipped, shard 1");
	ck_assert_uint_eq(program_count(r.text.s, "status 0\n"), 2);
	ck_assert_uint_eq(program_count(r.text.s, "status 4\n"), 2);
	ASSERT_HAS(r.text.s, "1..1\nok 1 - lowest-port-leaves/arp-notify,leaves-by=delete # SKIP");
	ASSERT_HAS(r.text.s, "\n1..0 # SKIP this shard has no case\n");
	buf_free(&r.text);
	program_drop(dir);
}

CTEST("merge", CTEST_SANDBOX, NULL, no_shard_is_written_over)
{
	program_own_host();
	ASSERT_RUNS({.script = "mkdir -p /mnt/s/1/cases /mnt/out/cases/1; cd /mnt; ln -s s/1 link\n"
	                       "echo '{' >s/1/results.json\n"
	                       "for out in s/1 ./s/./1/ s/1/../1 link; do\n"
	                       "$SB merge /mnt/s/1/ --out $out; echo \"status $?\"; done\n"
	                       "$SB merge link --out s/1; echo \"status $?\"\n"
	                       "$SB merge out/cases/1 --out out; echo \"status $?\"\n"
	                       "cat s/1/results.json; rm -r link s out",
	    .says = {"status 2\n", "status 2\n{\n",
	        "--out: found ./s/./1/, which holds the shard /mnt/s/1/; expected another folder"},
	    .times = 6});
	ASSERT_RUNS({{"merge"}, .status = 2, .says = {"found 0 arguments, expected DIR..."}},
	    {{"check", "--shard", "1/2", "--watch", "x.yaml"}, .status = 2,
	        .says = {"--shard cannot be combined with --watch"}});
}
