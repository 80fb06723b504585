/* SPDX-License-Identifier: GPL-2.0-or-later */
/* github_test.c: tests of the annotations of GitHub Actions. */
#include "test/kit/ctest.h"

#include "test/kit/bench.h"
#include "test/kit/builder.h"
#include "test/kit/program.h"

PURE_TEST("github", what_is_not_as_expected_is_annotated_at_its_arm)
{
	AUTO_BENCH *b = bench_new();

	bench_bad_run(b);
	bench_report(b, report_github);
	bench_golden("report-bad.github", &b->report);
}

/* Nothing can end the line or a property, or begin another command. */
PURE_TEST("github", no_text_becomes_a_command)
{
	AUTO_BENCH *b = bench_new();
	struct trace *t = bench_add(b, build_failed_arm, 0);

	bench_set(&t->meta.name, "a,b:c/d\n::error::x%0A");
	bench_set(&t->meta.file, "x,line=1::y\n.yaml");
	t->meta.line = 7;
	bench_judge(b);
	const char *out = bench_report(b, report_github);
	ck_assert_uint_eq(program_count(out, "\n"), 1);
	ck_assert_uint_eq(program_count(out, "::"), 2);
	ASSERT_HAS(out, "::error file=x%2Cline=1%3A%3Ay%0A.yaml,line=7,title=a%2Cb%3Ac/d%0A");
	ASSERT_HAS(out, "x%250A::fail: lost ");
}

PURE_TEST("github", more_than_nine_are_counted)
{
	AUTO_BENCH *b = bench_new();

	for (int i = 0; i < BENCH_PLAYS; i++) {
		AUTO_FREE char *name = mem_printf("many%d", i);

		bench_rename(bench_add(b, build_failed_arm, 0), name);
	}
	bench_judge(b);
	const char *out = bench_report(b, report_github);
	ck_assert_uint_eq(program_count(out, "\n"), 10);
	ASSERT_HAS(out, "::error title=steadybridge::and 3 more\n");
}
