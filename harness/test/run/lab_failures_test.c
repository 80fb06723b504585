/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_failures_test.c: which labs are not built again, and what the report says of it. */
#include "test/kit/ctest.h"

#include <string.h>

#include "run/lab_failures.h"
#include "scenario/scenario.h"

static const char text[] = "summary: Labs of several kinds\n"
                           "clients: {c1: {}}\n"
                           "churn:\n"
                           "  low: {joins: before, leaves: at 1s, port-mac: below-all}\n"
                           "lookups: {every: 250ms}\n"
                           "duration: 10s\n"
                           "matrix:\n"
                           "  lookups.family: [ipv4, ipv6]\n"
                           "  bridge.stp: [false, true]\n"
                           "arms:\n"
                           "  inherited: {breaks: stale-gateway}\n"
                           "  large: {lookups: {answer-size: 2000}}\n"
                           "  pinned: {bridge: {pin: at-create}}\n";

static struct scenario *parse(void)
{
	struct buf messages = {0};
	struct scenario *s = NULL;

	ck_assert_msg(!scenario_parse("labs.yaml", text, strlen(text), NULL, &s, &messages), "%s",
	    messages.s);
	buf_free(&messages);
	return s;
}

/* The k-th case of an arm. */
static const struct scenario_case *case_of(const struct scenario *s, const char *arm, int k)
{
	for (size_t i = 0; i < s->n_cases; i++)
		if (!strcmp(s->cases[i].arm, arm) && !k--)
			return &s->cases[i];
	ck_abort_msg("no such case of %s", arm);
}

static char cut_502[] = "the lab could not be built: truncated (TC) at 502 bytes";
static char cut_38[] = "the lab could not be built: truncated (TC) at 38 bytes";
static char no_veth[] = "the lab could not be built: no veth";

static const struct judgement built = {.verdict = VERDICT_PASS},
                              cut = {.verdict = VERDICT_INVALID, .unbuilt = true, .why = cut_502},
                              cut_shorter = {.verdict = VERDICT_INVALID,
                                  .unbuilt = true,
                                  .why = cut_38},
                              other = {.verdict = VERDICT_INVALID, .unbuilt = true, .why = no_veth};

PURE_TEST("lab-failures", what_three_failed_labs_have_in_common_is_not_built_again)
{
	struct scenario *s = parse();
	struct lab_failures f = {0};

	lab_failures_learn(&f, case_of(s, "large", 0), &cut, false);
	lab_failures_learn(&f, case_of(s, "large", 1), &cut_shorter, false);
	lab_failures_learn(&f, case_of(s, "large", 1), &cut, false); /* a replay */
	lab_failures_learn(&f, case_of(s, "large", 2), &other, false);
	lab_failures_learn(&f, case_of(s, "inherited", 0), &built, false);
	ck_assert_ptr_null(lab_failures_doubtful(&f)); /* two cases */
	lab_failures_learn(&f, case_of(s, "large", 2), &cut, false);
	ck_assert_ptr_null(lab_failures_expected(&f, case_of(s, "large", 3)));
	ck_assert_ptr_eq(lab_failures_doubtful(&f), case_of(s, "large", 0));
	lab_failures_learn(&f, case_of(s, "large", 0), &cut, true);
	ck_assert_ptr_null(lab_failures_doubtful(&f));
	const struct lab_failure *why = lab_failures_expected(&f, case_of(s, "large", 3));
	ck_assert_ptr_nonnull(why);
	ck_assert_str_eq(why->first->why, cut_502);
	ck_assert_ptr_null(lab_failures_expected(&f, case_of(s, "pinned", 0)));
	ck_assert_ptr_null(lab_failures_expected(&f, case_of(s, "inherited", 3)));
	lab_failures_free(&f);
	scenario_free(s);
}

PURE_TEST("lab-failures", a_lab_that_is_built_since_refutes_it)
{
	struct scenario *s = parse();
	struct lab_failures f = {0};

	/* One that was built before says nothing: the machine may have changed since. */
	lab_failures_learn(&f, case_of(s, "large", 3), &built, false);
	for (int k = 0; k < 3; k++)
		lab_failures_learn(&f, case_of(s, "large", k), &cut, true);
	ck_assert_ptr_nonnull(lab_failures_expected(&f, case_of(s, "large", 3)));
	lab_failures_learn(&f, case_of(s, "large", 1), &built, false);
	ck_assert_ptr_null(lab_failures_expected(&f, case_of(s, "large", 3)));
	lab_failures_free(&f);
	/* Nothing in common but what a built lab has too: load, for instance. */
	lab_failures_learn(&f, case_of(s, "inherited", 0), &other, true);
	lab_failures_learn(&f, case_of(s, "large", 3), &other, true);
	lab_failures_learn(&f, case_of(s, "pinned", 2), &other, true);
	ck_assert_ptr_nonnull(lab_failures_expected(&f, case_of(s, "pinned", 3)));
	lab_failures_learn(&f, case_of(s, "inherited", 1), &built, false);
	ck_assert_ptr_null(lab_failures_expected(&f, case_of(s, "pinned", 3)));
	lab_failures_free(&f);
	scenario_free(s);
}

PURE_TEST("lab-failures", invalid_alike_but_for_numbers)
{
	ck_assert(judgement_invalid_alike(&cut, &cut_shorter));
	ck_assert(judgement_invalid_alike(&cut, &cut));
	ck_assert(!judgement_invalid_alike(&cut, &other));
	ck_assert(!judgement_invalid_alike(&other, &cut));
	ck_assert(!judgement_invalid_alike(&built, &built));
	struct judgement longer = cut;
	longer.why = (char[]){"the lab could not be built: truncated (TC) at 502 bytes!"};
	ck_assert(!judgement_invalid_alike(&cut, &longer));
	ck_assert(!judgement_invalid_alike(&longer, &cut));
}
