/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereqs.h: what this machine must have, what is disabled without it, and what brings it. */
#ifndef SB_PREREQS_H
#define SB_PREREQS_H

#include "base/mem.h"
#include "host/prereq_list.h"
#include "scenario/scenario.h"

/* Looks, without changing anything outside a short-lived child: the list (static, valid until the
 * next call) and its length. */
const struct prereq *prereqs_look(size_t *n);
/* The same where a program or link that takes longer than this is slow, and one that takes ten
 * times as long does not end. For tests. */
const struct prereq *prereqs_look_patiently(int64_t slow_after_ns, size_t *n);
/* The same of a machine whose /proc and /sys are below `root`, where making a sandbox met `error`
 * (0: it was made, and all in it): what would be told there. For tests. */
const struct prereq *prereqs_of(const char *root, int error, size_t *n);
/* The list as text or, with `json`, as a JSON object; returns whether nothing that is needed is
 * missing. */
bool prereqs_text(const struct prereq *list, size_t n, bool json, struct buf *out);
/* What prereqs_look() found last. */
const struct prereq *prereqs_found(size_t *n);
/* The prerequisite that is missing for a case, or NULL. */
const struct prereq *prereqs_missing_for(
    const struct prereq *list, size_t n, const struct scenario_case *c);

#endif
