/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shard_test.c: tests of what reports say of shards and of merged runs. */
#include "test/kit/ctest.h"

#include <stdlib.h>

#include "base/macros.h"
#include "base/status.h"
#include "html/html.h"
#include "report/report.h"
#include "test/kit/bench.h"
#include "test/report/formats_test.h"

PURE_TEST("report", a_shard_says_which_one_it_is)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF head = {0};

	bench_good_run(b);
	bench_be_shard(&b->run, 2, 4);
	report_head(&b->run, 5, &head);
	ASSERT_HAS(head.s, "  seed 7f3a   5 cases, shard 2 of 4 (100 cases in all)\n");
	ASSERT_HAS(bench_report(b, report_text), "0 skipped, shard 2 of 4 ");
	ASSERT_HAS(bench_report(b, report_html), "0 skipped, shard 2 of 4</h1>");
	ck_assert_int_eq(report_exit_status(&b->run), STATUS_PASSED);
}

PURE_TEST("report", an_empty_shard_is_no_failure)
{
	AUTO_BENCH *b = bench_new();

	bench_be_shard(&b->run, 4, 4);
	ck_assert_int_eq(report_exit_status(&b->run), STATUS_PASSED);
	ASSERT_HAS(bench_report(b, report_text), "\nNOTHING TO PLAY  ");
	b->run.shard.cases = 1; /* it had something to play */
	ck_assert_int_eq(report_exit_status(&b->run), STATUS_CANNOT);
}

PURE_TEST("report", a_merged_run_names_its_shards_and_what_is_missing)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF out = {0};
	struct ktap k;

	bench_merged_run(b);
	ck_assert_int_eq(report_exit_status(&b->run), STATUS_UNCLEAR);
	report_head(&b->run, 5, &out);
	report_text(&b->run, &out);
	bench_golden("report-merged.txt", &out);
	ktap_read(bench_report(b, report_tap), &k);
	ck_assert_msg(!*k.error && k.passed == 5 && k.failed == 1 && !k.bare, "%s", k.error);
	ASSERT_HAS(b->report.s, "\n# shard 2 of 3 is missing: it is in none of the folders\n");
	ASSERT_HAS(b->report.s, "\nnot ok 6 - shards # ERROR the run's shards are not all here");
	bench_report(b, report_junit);
	junit_assert_valid(b->report.s, b->report.len);
	ASSERT_HAS(b->report.s, " tests=\"6\" failures=\"0\" errors=\"1\"");
	ASSERT_HAS(b->report.s, "<testcase name=\"shards\"");
	ASSERT_HAS(b->report.s, "shard 2 of 3 is missing");
	bench_report(b, report_html);
	ASSERT_HAS(b->report.s, "problem</span> shard 2 of 3 is missing");
	ASSERT_HAS(b->report.s, "<td>3 of 3</td><td>node7 x86_64</td><td>Linux 6.18.44, as root<");
	ASSERT_HAS(b->report.s, "shards/&lt;b&gt;");
	ASSERT_HAS(bench_report(b, report_github), "::error title=shards::shard 2 of 3 is missing");
}

PURE_TEST("report", a_fail_stays_a_fail_where_shards_are_missing)
{
	AUTO_BENCH *b = bench_new(), *other = bench_new();

	bench_bad_run(b);
	bench_merged_run(other);
	b->run.merged = other->run.merged;
	ck_assert_int_eq(report_exit_status(&b->run), STATUS_FAILED);
}

/* Reads a results.json and writes it again. */
static int read_again(const char *text, struct buf *out)
{
	struct run_file f;
	struct plays none;
	struct err e = {{0}};
	int r = run_file_read("x", text, strlen(text), &f, &e);

	if (r)
		return r;
	plays_make(&f.run, &none);
	report_json(&f.run, out);
	plays_free(&none);
	run_file_free(&f);
	return 0;
}

PURE_TEST("report", shards_are_read_back)
{
	AUTO_BENCH *b = bench_new();
	AUTO_BUF once = {0}, again = {0};

	bench_merged_run(b);
	bench_be_shard(&b->run, 2, 4);
	bench_report(b, report_json);
	ck_assert_int_eq(read_again(b->report.s, &once), 0);
	ASSERT_HAS(once.s, "\"hash\": \"9f0c55d2ab3e1c77\"");
	ASSERT_HAS(once.s, "\"folder\": \"shards/<b>\"");
	ck_assert_int_eq(read_again(once.s, &again), 0);
	ck_assert_str_eq(once.s, again.s);
}

PURE_TEST("report", what_is_no_shard_is_refused)
{
	static const char *const changes[][2] = {
	    {"\"index\": 2", "\"index\": 5"},
	    {"\"index\": 2", "\"index\": 0"},
	    {"\"of\": 4", "\"of\": 4294967297"},
	    {"\"of\": 4", "\"of\": \"4\""},
	    {"\"cases\": 5", "\"cases\": 101"},
	    {"\"hash\": \"9f0c55d2ab3e1c77\"", "\"hash\": null"},
	    {"9f0c55d2ab3e1c77", "9f0c\\n55d2ab3e1c7"},
	    {"\"whole\": {", "\"all\": {"},
	};
	AUTO_BENCH *b = bench_new();

	bench_good_run(b);
	bench_be_shard(&b->run, 2, 4);
	bench_report(b, report_json);
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		AUTO_FREE char *bad = ctest_changed(b->report.s, changes[i][0], changes[i][1]);
		AUTO_BUF out = {0};

		ck_assert_msg(read_again(bad, &out), "%s was taken", changes[i][1]);
	}
}
