/* SPDX-License-Identifier: GPL-2.0-or-later */
/* soak_test.c: tests of what ci/soak.py and ci/tally.py count, keep and tell. */
#include "test/kit/program.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/macros.h"
#include "test/kit/bench.h"
#include "test/kit/readers.h"
#include "test/kit/standin.h"

CTEST("soak", CTEST_PURE, READER_PYTHON, the_bound_is_that_of_clopper_and_pearson)
{
	static const struct {
		const char *wrong, *n, *want;
	} known[] = {
	    {"0", "1", "95%\n"}, /* 1 - 0.05 */
	    {"0", "100", "2.95%\n"},
	    {"1", "100", "4.66%\n"},
	    {"2", "10", "50.7%\n"},
	    {"10", "1000", "1.69%\n"},
	    {"0", "10000", "0.03%\n"},
	    {"1", "10000", "0.0474%\n"},
	    {"5", "5", "100%\n"},
	    {"0", "0", "-\n"},
	};
	AUTO_FREE char *tally = data_path("ci/tally.py");

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		struct program_result r =
		    run_program(PYTHON, tally, "bound", known[i].wrong, known[i].n);

		ck_assert_int_eq(r.status, 0);
		ck_assert_str_eq(r.text.s, known[i].want);
		buf_free(&r.text);
	}
}

static json_int_t total(const json_t *soak, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(soak, "totals"), key));
}

CTEST("soak", CTEST_PURE, READER_PYTHON, verdicts_are_counted_by_mode_and_case)
{
	/* idle has good and unsure, onecore bad twice */
	static const struct {
		const char *mode, *name, *what;
		int counts[7];
	} rows[] = {
	    {"idle", "lowest-port-leaves/inherited,leaves-by=delete",
	        "a control that broke, and was not reproduced", {2, 1, 1}},
	    {"idle", "lowest-port-leaves/pinned-at-create,leaves-by=delete", "its arm",
	        {2, 1, 0, 0, 0, 1}},
	    {"idle", "original-report/pinned-at-create", "an arm that was invalid twice",
	        {2, 0, 0, 1, 1}},
	    {"onecore", "lowest-port-leaves/pinned-at-create,leaves-by=delete",
	        "an arm that failed", {2, 0, 2}},
	    {"onecore", "original-report/pinned-late", "an arm that fails as is known", {2, 2}},
	    {"onecore", "original-report/pinned-at-create", "an arm that was played again",
	        {4, 2, 0, 0, 2}},
	    {"onecore", "tap/pinned", "a skip", {0, 0, 0, 0, 0, 0, 2}},
	};
	char *dir = standin_make("count", "0 good\n1 bad\n3 unsure\n1 bad\n");
	struct program_result r = standin_soak(dir, "--runs", "2", "--modes", "idle,onecore");

	ASSERT_PROGRAM(r, 1, "3 wrong of 17 verdicts");
	json_t *j = standin_json(dir, "soak.json");
	ck_assert_uint_eq(standin_runs(j, "idle"), 2);
	ck_assert_uint_eq(standin_runs(j, "onecore"), 2);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const json_t *cases = json_object_get(standin_mode(j, rows[i].mode), "cases");

		standin_assert_counts(
		    json_object_get(cases, rows[i].name), rows[i].what, rows[i].counts);
	}
	standin_assert_counts(
	    json_object_get(j, "totals"), "all", (const int[]){26, 14, 3, 1, 3, 5, 4});
	ck_assert_int_eq(total(j, "runs"), 4);
	json_decref(j);
	program_drop(dir);
}

CTEST("soak", CTEST_PURE, READER_PYTHON, what_was_not_right_is_kept_with_its_control)
{
	static const char arm[] = "lowest-port-leaves_pinned-at-create_leaves-by=delete";
	static const char control[] = "lowest-port-leaves_inherited_leaves-by=delete";
	char *dir = standin_make("keep", "1 bad\n0 good\n");
	struct program_result r = standin_soak(dir, "--modes", "idle", "--runs", "2");

	ASSERT_PROGRAM(r, 1, "WRONG  idle run 1");
	json_t *j = standin_json(dir, "idle/run-1/results.json");
	const json_t *cases = json_object_get(j, "cases"), *play;
	bool has_arm = false, has_control = false;
	size_t i;
	json_array_foreach(cases, i, play)
	{
		const char *is = json_string_value(json_object_get(play, "slug"));
		AUTO_FREE char *path = mem_printf("idle/run-1/cases/%s/trace.jsonl", is);

		ck_assert_msg(standin_is_there(dir, path), "no %s", path);
		has_arm |= !strcmp(is, arm);
		has_control |= !strcmp(is, control);
	}
	ck_assert(has_arm);
	ck_assert(has_control);
	ck_assert_uint_eq(json_array_size(cases), 7); /* of 8: a known failure is none */
	json_decref(j);
	ck_assert(!standin_is_there(dir, "idle/run-1/cases/original-report_pinned-late"));
	ck_assert(!standin_is_there(dir, "idle/run-1/index.html"));
	ck_assert(!standin_is_there(dir, "idle/run-2"));
	j = standin_json(dir, "soak.json");
	const json_t *first = json_array_get(json_object_get(j, "notable"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(first, "what")), "wrong");
	AUTO_FREE char *folder = mem_printf("idle/run-1/cases/%s", arm);
	ck_assert_str_eq(json_string_value(json_object_get(first, "folder")), folder);
	json_decref(j);
	program_drop(dir);
}

CTEST("soak", CTEST_PURE, READER_PYTHON, the_exit_status_tells_wrong_from_unsure)
{
	static const struct {
		const char *plan, *args[2];
		int status;
		const char *says;
	} rows[] = {
	    {"0 good\n", {0}, 0,
	        "0 wrong of 5 verdicts: at 95 % confidence their rate is at most 45.1%"},
	    {"3 invalid\n", {0}, 3, "1 invalid"},
	    {"4 nothing\n", {"--runs", "1000"}, 3, "3 runs in a row played nothing"},
	    {"usage\n", {"--frobnicate"}, 2, "unknown option --frobnicate"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *dir = standin_make("exit", rows[i].plan);
		struct program_result r =
		    standin_soak(dir, "--modes", "idle", rows[i].args[0], rows[i].args[1]);

		ASSERT_PROGRAM(r, rows[i].status, rows[i].says);
		ck_assert(rows[i].status || !standin_is_there(dir, "idle"));
		program_drop(dir);
	}
}

CTEST("soak", CTEST_PURE, READER_PYTHON, a_run_that_ended_otherwise_is_counted_as_such)
{
	static const char *const ended[] = {
	    "killed by signal 6, without a report",
	    "ended with status 3, without a report", /* a blind instrument */
	    "ended with status 1, its report has 0, and its verdicts ask for 0",
	    "ended with status 0, its report has 1, and its verdicts ask for 1",
	    "ended with status 4",
	    "played with seed 7, not its own",
	    "left 1 processes behind",
	    "ended with status 0, no report to be read: ",
	};
	char *dir = standin_make("otherwise",
	    "abort\n3 none\n1 good\n0 bad\n4 good\nother-seed\nleave\n0 half\n0 good\n");
	AUTO_FREE char *path = mem_printf("%s/left", dir);
	AUTO_BUF left = {0};
	struct err e = {{0}};

	standin_put(dir, "half.json", "{\"format\": 1, ");
	struct program_result r = standin_soak(dir, "--modes", "idle", "--runs", "9");
	ck_assert_ptr_nonnull(strstr(r.text.s, "ENDED OTHERWISE  idle run 1, seed "));
	ASSERT_PROGRAM(r, 1, "1 wrong of "); /* what run 4 hides is seen */
	json_t *j = standin_json(dir, "soak.json");
	for (size_t i = 0; i < ARRAY_SIZE(ended); i++) {
		const char *is = standin_run_text(j, "idle", i, "ended");

		ck_assert_msg(strstr(is, ended[i]), "run %zu: %s", i + 1, is);
	}
	ck_assert_str_eq(standin_run_text(j, "idle", ARRAY_SIZE(ended), "ended"), "well");
	ck_assert_int_eq(total(j, "ended-otherwise"), ARRAY_SIZE(ended));
	ck_assert(standin_is_there(dir, "idle/run-1/check.log"));
	ck_assert_msg(!data_read(path, 64, &left, &e), "%s", e.text);
	ck_assert_int_eq(kill((pid_t)atoi(left.s), 0), -1);
	ck_assert_int_eq(errno, ESRCH);
	json_decref(j);
	program_drop(dir);
}

CTEST("soak", CTEST_PURE, READER_PYTHON, a_soak_as_a_part_of_a_document)
{
	AUTO_FREE char *tally = data_path("ci/tally.py"),
	               *file = data_path("harness/test/data/soak/soak.json");
	struct program_result r = run_program(PYTHON, tally, file);

	ck_assert_int_eq(r.status, 0);
	bench_golden("soak.md", &r.text);
	buf_free(&r.text);
}
