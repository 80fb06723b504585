/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lookups.h: when lookups come, and what they must be to the rest of a case. */
#ifndef SB_LOOKUPS_H
#define SB_LOOKUPS_H

#include "scenario/case.h"
#include "yaml/errors.h"

/* The time from one lookup to the next, or UNREAD. */
int64_t lookups_interval_ns(const struct scenario_case *c);
/* When within an interval the n-th stream of a case sends. */
int64_t lookups_phase_ns(int64_t interval_ns, size_t stream);
/* Warns of each event, join or leave that is set for the very time of a lookup. */
void lookups_warn(struct errors *warnings, const struct node *tree, const struct scenario_case *c);
/* What they must be to the case's other values. */
void lookups_check(struct errors *e, const struct node *tree, const struct scenario_case *c);

#endif
