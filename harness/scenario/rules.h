/* rules.h: what a case's values must be to each other. */
#ifndef SB_RULES_H
#define SB_RULES_H

#include "scenario/errors.h"
#include "scenario/case.h"

/* Notes whatever cannot be played, or would prove nothing. Values that were not read are left
 * alone. `tree` is the case's merged tree, for places. */
void rules_check(struct errors *e, const struct node *tree, const struct scenario_case *c);

#endif
