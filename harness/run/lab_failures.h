/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_failures.h: labs that could not be built, and which others would fail alike. */
#ifndef SB_LAB_FAILURES_H
#define SB_LAB_FAILURES_H

#include "judge/judge.h"
#include "scenario/scenario.h"

#define LAB_FAILURES_ENOUGH 3 /* cases whose labs failed for one reason */

/* One reason. */
struct lab_failure {
	const struct judgement *first; /* which gave that reason */
	const struct scenario_case *cases[LAB_FAILURES_ENOUGH];
	size_t n_cases;
	unsigned common;    /* what all labs that failed so have, as bits */
	bool confirmed;     /* one of them failed so with nothing played beside it */
	size_t after_plays; /* plays that were over before the first of them */
};

/* A lab that was built, by what it has. */
struct lab_built {
	unsigned features;
	size_t play; /* the last play that had one */
};

struct lab_failures {
	struct lab_failure *items;
	size_t n, cap;
	struct lab_built *built;
	size_t n_built, cap_built;
	size_t plays; /* that are over */
};

/* Takes in a play that is over; of a batch, those whose lab failed come first. `alone`: nothing was
 * played beside it. j stays the caller's and must live as long as f. */
void lab_failures_learn(
    struct lab_failures *f, const struct scenario_case *c, const struct judgement *j, bool alone);
/* The failure that a lab of this case is sure to meet: three cases met it, one of them alone; the
 * case's lab has all that theirs have in common; and no lab with all of that was built since. Else
 * NULL. */
const struct lab_failure *lab_failures_expected(
    const struct lab_failures *f, const struct scenario_case *c);
/* A case of a failure that three cases met and none of them alone, so that one of them is to be
 * played alone; NULL when there is none. */
const struct scenario_case *lab_failures_doubtful(const struct lab_failures *f);
void lab_failures_free(struct lab_failures *f);

#endif
