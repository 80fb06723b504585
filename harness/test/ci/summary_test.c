/* SPDX-License-Identifier: GPL-2.0-or-later */
/* summary_test.c: tests of ci/summary.sh: a run's reports as Markdown for the page of a CI. */
#include "test/kit/program.h"

#include <stdlib.h>

#include "base/data.h"
#include "base/folder.h"
#include "test/kit/bench.h"

CTEST("summary", CTEST_HOST, NULL, a_summary_has_verdicts_and_shares_of_answered_lookups)
{
	char *dir = program_scratch("summary");
	AUTO_FREE char *path = mem_printf("%s/results.tap", dir);
	AUTO_BENCH *b = bench_new();
	AUTO_BUF tap = {0};
	struct err e = {{0}};

	bench_bad_run(b);
	report_tap(&b->run, &tap);
	ck_assert_msg(!folder_make(dir, &e), "%s", e.text);
	struct program_result r = run_program(SB_SOURCE_DIR "/ci/summary.sh", dir);
	ASSERT_PROGRAM(r, 0, "there is no report");
	ck_assert_msg(!data_write(path, tap.s, tap.len, &e), "%s", e.text);
	r = run_program(SB_SOURCE_DIR "/ci/summary.sh", dir);
	ASSERT_HAS(r.text.s, "\n- lowest-port-leaves/pinned-at-create,leaves-by=delete\n");
	ASSERT_HAS(r.text.s, "\n| lowest-port-leaves | 1 | 1 | 0 |\n");
	ASSERT_HAS(r.text.s,
	    "\nanswered  controls 66.0 % (477 of 723 lookups), arms 74.5 % (718 of 964 lookups)\n");
	ASSERT_PROGRAM(r, 0, "**steadybridge**: ");
	program_drop(dir);
}
