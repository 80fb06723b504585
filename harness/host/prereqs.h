/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereqs.h: what this machine must have, what is disabled without it, and what brings it. */
#ifndef SB_PREREQS_H
#define SB_PREREQS_H

#include "base/mem.h"
#include "host/prereq_list.h"
#include "scenario/scenario.h"

/* Adds to the set what the case cannot be played without. */
void prereqs_add(struct prereq_set *set, const struct scenario_case *c);
/* Looks for what is in the set, without changing anything outside a short-lived child: the list
 * (static, valid until the next call) and its length. What is not in the set may be told as
 * missing; each look costs time. */
const struct prereq *prereqs_look_for(const struct prereq_set *set, size_t *n);
/* The same for all. */
const struct prereq *prereqs_look(size_t *n);
/* The same of a machine whose /proc and /sys are below `root`, where making a sandbox met `error`
 * (0: it was made, and all in it): what would be told there. For tests. */
const struct prereq *prereqs_of(const char *root, int error, size_t *n);
/* The list as text or, with `json`, as a JSON object; returns whether nothing that is needed is
 * missing. */
bool prereqs_text(const struct prereq *list, size_t n, bool json, struct buf *out);
/* What was found last. */
const struct prereq *prereqs_last(size_t *n);
/* The prerequisite that is missing for a case, or NULL. */
const struct prereq *prereqs_missing_for(
    const struct prereq *list, size_t n, const struct scenario_case *c);

#endif
