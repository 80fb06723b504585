/* SPDX-License-Identifier: GPL-2.0-or-later */
/* golden_test.c: real traces of faults, one for each cause, and the report on each.
 *
 * Each was written by `steadybridge-test --confusion 1 --traces DIR` and cut down: answered lookups
 * are left out, except those next to the fault. SB_GOLDEN=write writes the texts again. */
#include "test/kit/ctest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "judge/judge.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"
#include "trace/trace_json.h"

/* The verdict and the texts for readers. */
static void print_judgement(const struct judgement *j, struct buf *out)
{
	buf_printf(out, "%s, cause %s, form %s\n", verdict_name(j->verdict), cause_name(j->cause),
	    stale_form_name(j->form));
	for (unsigned bit = 1; bit <= INVARIANT_LAST; bit <<= 1)
		if (j->invariants & bit)
			buf_printf(out, "invariant %s\n", invariant_name((enum invariant)bit));
	buf_printf(out, "why %s\nso  %s\n", j->why, j->so ? j->so : "-");
	for (size_t i = 0; i < j->n_findings; i++)
		buf_printf(
		    out, "%12.3f  %s\n", (double)j->findings[i].t_ns / 1e9, j->findings[i].text);
}

/* Judges the trace of this name, and compares with the text of this name. */
static void assert_told(const char *name, struct judgement *j)
{
	AUTO_FREE char *path = mem_printf("harness/test/data/golden/%s.jsonl", name),
	               *text_name = mem_printf("%s.txt", name);
	AUTO_TRACE t = {0};
	struct err e = {{0}};
	AUTO_BUF is = {0};
	size_t len;
	AUTO_FREE char *json = ctest_file(path, &len);

	ck_assert_msg(!trace_from_json(path, json, len, &t, &e), "%s", e.text);
	judge_case(&t, j);
	print_judgement(j, &is);
	bench_golden(text_name, &is);
}

/* The file is named after the cause, and after its form or the object of the cause. */
static void assert_report(const char *cause, const char *form, const char *of)
{
	const char *what = form[0] ? form : of;
	AUTO_FREE char *name = mem_printf("trace-%s%s%s", cause, what[0] ? "-" : "", what);
	AUTO_JUDGEMENT j = {0};

	assert_told(name, &j);
	ck_assert_str_eq(cause_name(j.cause), cause);
	if (form[0])
		ck_assert_str_eq(stale_form_name(j.form), form);
}

PURE_TEST("judge", every_cause_is_found_in_a_real_trace)
{
	/* every cause of the list */
	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++) {
		if (c == CAUSE_STALE_GATEWAY) {
			assert_report("stale-gateway", "flooded", "");
			assert_report("stale-gateway", "not-taken", "");
		} else {
			assert_report(cause_name((enum cause)c), "", "");
		}
	}
	assert_report("lost-in-bridge", "", "reply");
	/* that of local-entry-missing, without the notification that its entry was deleted */
	assert_report("local-entry-missing", "", "unreported");
	assert_report("unresolved-gateway", "", "link-local");
	assert_report("not-forwarded", "", "mute-router");
}

/* An arm that holds, on an unmodified Linux 6.1 in a guest with one processor and a clock of 4 ms,
 * the host's processors busy: one lookup of 480 was lost 11 s after the last change. Cut down to
 * what is around it. */
PURE_TEST("judge", what_a_starved_guest_lost_is_no_fail)
{
	AUTO_JUDGEMENT j = {0};

	assert_told("trace-starved", &j);
	ck_assert_int_eq(j.verdict, VERDICT_INVALID);
}
