/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault.h: the deliberate defect of a fault file, and what it must lead to. */
#ifndef SB_FAULT_H
#define SB_FAULT_H

#include "scenario/case.h"
#include "yaml/errors.h"

struct fault_plan {
	struct fault fault;
	const char *arm;  /* NULL: no fault */
	struct node *set; /* of FAULT_OVERRIDE */
};

/* Reads `fault` and `expect`; both or neither are there. */
void fault_read(struct errors *e, const struct node *file, const struct node *arms, bool allowed,
    struct fault_plan *plan, struct scenario *s);
/* The fault's times must lie within its case. */
void fault_check(
    struct errors *e, const struct node *file, const struct fault *f, int64_t duration_ns);

#endif
