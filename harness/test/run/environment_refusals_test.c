/* SPDX-License-Identifier: GPL-2.0-or-later */
/* environment_refusals_test.c: the K-th call of a kind fails, for every K or for every Nth K.
 * The outcome is the right verdict or an error message, never another verdict, a crash or half a
 * file.
 */
#include "test/kit/program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"

#define K_MAX 1000000 /* an end for a sweep that never comes by it */
#define FILE_CALLS "write,linkat,unlink,mkdir,rename"
#define OPEN_CALLS "open,read,mmap"

#ifdef __SANITIZE_ADDRESS__
#define NO_PRELOAD 1
#else
#define NO_PRELOAD 0
#endif

static void begin(void)
{
	if (NO_PRELOAD)
		ctest_skip("a library before ASan's", "make test without SAN=1");
	program_own_host();
}

/* Of one run: what it would have said with nothing refused, or an error of its own with a reason.
 */
static void assert_right_or_told(
    const struct program_result *r, const char *whole, const struct program_refusal *f)
{
	bool right = r->status == 0 && !strcmp(r->text.s, whole);
	bool told = (r->status == 3 || r->status == 4) && r->text.len > strlen("steadybridge: ");

	ck_assert_msg(right || told, "%s, call %lu refused: status %d: %.2500s", f->calls, f->k,
	    r->status, r->text.s);
}

static struct program_result run_refused(const char *script, struct program_refusal *f)
{
	return program_run(&(struct program_options){.script = script, .refusal = f});
}

/* All K from 1 by `step`; how many were refused. */
static unsigned sweep(const char *script, const char *names, unsigned long step, int error)
{
	unsigned n = 0;
	struct program_result whole = run_script(script);

	ck_assert_msg(whole.status == 0, "%s", whole.text.s);
	struct program_refusal f = {.calls = names, .k = 1, .n = 1, .error = error, .refused = 1};
	for (; f.k < K_MAX && f.refused; f.k += step) {
		struct program_result r = run_refused(script, &f);

		assert_right_or_told(&r, whole.text.s, &f);
		n += f.refused > 0;
		buf_free(&r.text);
	}
	buf_free(&whole.text);
	return n;
}

CTEST("refusals", CTEST_PLAY, NULL, lint_without_memory_ends_in_4)
{
	begin();
	ck_assert_uint_gt(sweep("$SB lint suite/scenarios/mac/lowest-port-leaves.yaml",
	                      "malloc,calloc,realloc", 19, ENOMEM),
	    50);
}

CTEST("refusals", CTEST_PLAY, NULL, lint_without_file_descriptors_ends_in_4)
{
	begin();
	ck_assert_uint_ge(
	    sweep("$SB lint suite/scenarios/mac/lowest-port-leaves.yaml", OPEN_CALLS, 1, EMFILE),
	    2);
}

/* A stored run, replayed into a folder: each file that is there is the one that belongs there. */
static void replay_sweep(const char *names, unsigned long step, int error)
{
	static const char script[] = "rm -rf /mnt/out; $SB replay /mnt/run --out /mnt/out";
	static const char compare[] = "cd /mnt/out 2>/dev/null || exit 0; find . -type f |"
	                              " while read f; do cmp $f ../good/$f || exit 1; done";
	struct program_result r =
	    run_script("$SB check $QUICK >/mnt/said && mv /mnt/out /mnt/run &&"
	               "$SB replay /mnt/run --out /mnt/good");

	ck_assert_msg(r.status == 0, "%s", r.text.s);
	struct program_refusal f = {.calls = names, .k = 1, .n = 1, .error = error, .refused = 1};
	for (; f.k < K_MAX && f.refused; f.k += step) {
		struct program_result one = run_refused(script, &f);

		assert_right_or_told(&one, r.text.s, &f);
		program_whole_files("/mnt/out");
		struct program_result same = run_script(compare);
		ck_assert_msg(
		    same.status == 0, "%s, call %lu refused: %.2500s", names, f.k, same.text.s);
		buf_free(&same.text);
		buf_free(&one.text);
	}
	buf_free(&r.text);
}

CTEST("refusals", CTEST_PLAY, NULL, a_report_is_whole_or_absent_wherever_writing_fails)
{
	begin();
	replay_sweep(FILE_CALLS, 1, ENOSPC);
}

CTEST("refusals", CTEST_PLAY, NULL, a_report_is_whole_or_absent_without_files_or_memory)
{
	begin();
	replay_sweep(OPEN_CALLS, 3, EMFILE);
	run_script("rm -rf /mnt/run /mnt/good /mnt/out");
	replay_sweep("malloc,calloc,realloc", 9973, ENOMEM);
}

/* Plays: the calls by which a lab is built, some of each kind. */
CTEST("refusals", CTEST_PLAY, NULL, a_refused_call_makes_no_verdict)
{
	struct program_refusal tries[] = {
	    {"fork,clone", 3, 0, EAGAIN, 0},
	    {"fork,clone", 20, 0, EAGAIN, 0},
	    {"socket", 30, 0, EPERM, 0},
	    {"socket", 60, 0, ENOBUFS, 0},
	    {"unshare,setns,mount", 80, 0, EPERM, 0},
	    {"malloc,calloc,realloc", 30000, 0, ENOMEM, 0},
	    {"send", 3, 0, ENOBUFS, 0},
	};

	begin();
	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		struct program_result r =
		    run_refused("rm -rf /mnt/out; $SB check $QUICK", &tries[i]);

		ck_assert_msg(tries[i].refused > 0, "%s: none was refused", tries[i].calls);
		ck_assert_msg(
		    (r.status == 3 || r.status == 4) &&
		        (strstr(r.text.s, strerror(tries[i].error)) ||
		            strstr(r.text.s, "out of memory") || strstr(r.text.s, "were lost")),
		    "%s, from call %lu on: status %d: %.2500s", tries[i].calls, tries[i].k,
		    r.status, r.text.s);
		program_whole_files("/mnt/out");
		buf_free(&r.text);
	}
}
