/* budget.h: what all cases of a file take together. */
#ifndef SB_BUDGET_H
#define SB_BUDGET_H

#include "scenario/errors.h"
#include "scenario/case.h"

/* Start with {0}. */
struct budget {
	uint64_t changes, lookups;
	bool told;
};

/* Adds a case that was read without an error; `tree` is its values. An error, once, when it is too
 * much. */
void budget_add(
    struct budget *b, struct errors *e, const struct node *tree, const struct scenario_case *c);

#endif
