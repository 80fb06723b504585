/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ctest_test.c: tests of skips: they are named, and do not count as passed. */
#include "test/kit/ctest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/mem.h"
#include "test/kit/program.h"

START_TEST(lacks_something)
{
	ctest_skip("a left-handed bridge", "apt-get install left-handed-bridge");
}

START_TEST(is_well)
{
}

START_TEST(is_wrong)
{
	ck_abort_msg("wrong");
}

static int work(struct job *job)
{
	return ctest_work(job, job->arg, 60);
}

/* Three tests in a pool of their own. */
CTEST("ctest", CTEST_SANDBOX, NULL, a_skipped_test_is_neither_passed_nor_failed)
{
	struct ctest tests[] = {
	    {.suite = "x", .test = lacks_something, .place = CTEST_HOST},
	    {.suite = "x", .test = is_well, .place = CTEST_HOST},
	    {.suite = "x", .test = is_wrong, .place = CTEST_HOST},
	};
	struct job jobs[3], *list[3];
	struct pool pool = {.at_once = 3};
	const char *remedy;
	struct err e = {{0}};
	int signal_no;

	for (int i = 0; i < 3; i++) {
		jobs[i] = (struct job){.name = "x", .work = work, .arg = &tests[i]};
		list[i] = &jobs[i];
	}
	ck_assert_msg(pool_run(&pool, list, 3, &signal_no, &e) == 0, "%s", e.text);
	ck_assert_int_eq(jobs[0].status, CTEST_SKIPPED);
	ck_assert_str_eq(ctest_skipped(&jobs[0], &remedy), "a left-handed bridge");
	ck_assert_str_eq(remedy, "apt-get install left-handed-bridge");
	ck_assert_int_eq(jobs[1].status, 0);
	ck_assert_int_eq(jobs[2].status, 1);
	for (int i = 0; i < 3; i++)
		pool_job_free(&jobs[i]);
}

/* Without /dev/net/tun, in the mounts of this sandbox alone. */
CTEST("ctest", CTEST_SANDBOX, NULL, a_skip_is_printed_with_its_remedy_and_alone_it_is_no_success)
{
	char program[4096];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	ck_assert_int_gt(n, 0);
	program[n] = '\0';
	ctest_own_proc();
	ck_assert_int_eq(mount("tmpfs", "/dev/net", "tmpfs", 0, NULL), 0);
	struct program_result r = run_program(
	    program, "--filter", "facts/a_tap_that_was_never_up_counts_too", "--tap", "/run/tap");
	ck_assert_ptr_nonnull(strstr(r.text.s, "0 passed, 0 failed, 1 skipped"));
	ASSERT_PROGRAM(r, 1,
	    "SKIP  facts/a_tap_that_was_never_up_counts_too: a tap is missing; remedy: modprobe tun");
	char *tap = NULL;
	size_t size = 0;
	FILE *file = fopen("/run/tap", "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_gt(getdelim(&tap, &size, '\0', file), 0);
	ck_assert_ptr_nonnull(strstr(tap,
	    "1..1\nok 1 - facts/a_tap_that_was_never_up_counts_too # SKIP a tap is missing: modprobe tun"));
	fclose(file);
	free(tap);
}
