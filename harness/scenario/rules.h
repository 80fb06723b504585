/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules.h: what a case's values must be to each other, and how much the cases of a file may take.
 */
#ifndef SB_RULES_H
#define SB_RULES_H

#include "scenario/case.h"
#include "yaml/errors.h"

/* Notes whatever cannot be played, or would prove nothing. Values that were not read are left
 * alone. `tree` is the case's merged tree, for places. */
void rules_check(struct errors *e, const struct node *tree, const struct scenario_case *c);

/* What all cases of a file take together: before a run plays the first of them it has the schedules
 * of all, and at its end it has all traces. A matrix makes much of a small file. Start with {0}. */
struct budget {
	uint64_t changes, lookups;
	bool told;
};

/* Adds a case that was read without an error; `tree` is its values. An error, once, when it is too
 * much. */
void budget_add(
    struct budget *b, struct errors *e, const struct node *tree, const struct scenario_case *c);

#endif
