/* SPDX-License-Identifier: GPL-2.0-or-later */
/* new_test.c: `steadybridge new` writes a file that lints and plays, and overwrites nothing. */
#include "test/kit/program.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/folder.h"

/* A folder of its own, which becomes the current one. */
static char *in_scratch(const char *name)
{
	char *dir = program_scratch(name);
	struct err e = {{0}};

	ck_assert_msg(!folder_make(dir, &e), "%s", e.text);
	ck_assert_int_eq(chdir(dir), 0);
	return dir;
}

CTEST("command", CTEST_HOST, NULL, new_writes_a_file_that_lints_and_leaves_what_is_there)
{
	char *dir = in_scratch("new");

	ASSERT_RUNS({{"new", "my.own_1"}, .says = {"steadybridge check my.own_1.yaml"}},
	    {{"lint", "my.own_1.yaml"}, .says = {"my.own_1.yaml: ok, 2 cases"}},
	    {{"explain", "my.own_1.yaml"}, .says = {"inherited must break by stale-gateway"}});
	struct program_result r =
	    run_script("echo '# mine' >>my.own_1.yaml; cp my.own_1.yaml before");
	ASSERT_PROGRAM(r, 0, "");
	ASSERT_RUNS({{"new", "my.own_1"}, .status = 2,
	                .says = {"my.own_1.yaml: already exists; not overwritten"}},
	    {{"new", "my.own_1.yaml"}, .status = 2,
	        .says = {"my.own_1.yaml: already exists; not overwritten"}},
	    {{"new", ""}, .status = 2, .says = {"found '', expected a name"}},
	    {{"new", "a b"}, .status = 2, .says = {"found 'a b', expected a name"}},
	    {{"new"}, .status = 2, .says = {"expected [DIR/]NAME, or --subject NAME"}},
	    {{"new", "x", "--subject", "y"}, .status = 2,
	        .says = {"expected [DIR/]NAME, or --subject NAME"}},
	    {{"new", "--subject", "../x"}, .status = 2, .says = {"--subject: found '../x'"}},
	    {{"new", "--subject", "tool"},
	        .says = {"tool/subject\n  steadybridge check --subject ./tool/subject"}},
	    {{"new", "--subject", "tool"}, .status = 2, .says = {"tool/subject: already exists"}});
	r = run_program("cmp", "before", "my.own_1.yaml");
	ASSERT_PROGRAM(r, 0, "");
	program_drop(dir);
}

CTEST("command", CTEST_HOST, NULL, new_writes_into_a_folder_that_exists)
{
	char *dir = in_scratch("new-folder"), *path = mem_printf("%s/sub/there.yaml", dir);
	struct err e = {{0}};

	ck_assert_msg(!folder_make("sub", &e), "%s", e.text);
	ASSERT_RUNS(
	    {{"new", "sub/mine"}, .says = {"sub/mine.yaml\n  steadybridge lint sub/mine.yaml\n"}},
	    {{"lint", "sub/mine.yaml"}, .says = {"sub/mine.yaml: ok, 2 cases"}},
	    {{"new", path}, .says = {path}}, {{"lint", path}, .says = {"ok, 2 cases"}},
	    {{"new", path}, .status = 2, .says = {"there.yaml: already exists; not overwritten"}},
	    {{"new", "nowhere/mine"}, .status = 2,
	        .says = {"steadybridge new: nowhere/mine.yaml: the folder does not exist\n"}},
	    {{"new", "sub/mine.yaml/x"}, .status = 2, .says = {"Not a directory"}},
	    {{"new", "sub/"}, .status = 2, .says = {"found 'sub/', expected a name"}});
	ck_assert_int_eq(access("nowhere", F_OK), -1);
	free(path);
	program_drop(dir);
}

CTEST("command", CTEST_HOST, NULL, a_new_file_plays_as_it_is)
{
	char *dir = in_scratch("new-play");

	ASSERT_RUNS({{"new", "mine"}, .says = {"mine.yaml"}},
	    {{"check", "mine.yaml"}, .says = {"1 of 1 control broke, 1 of 1 arm held"}},
	    {{"new", "--subject", "tool"}, .says = {"tool/subject"}},
	    {{"check", "--subject", "./tool"}, .says = {"1 of 1 control broke, 1 of 1 arm held"}});
	program_drop(dir);
}
