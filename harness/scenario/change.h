/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change.h: one-off changes: what they are called, and what they must be to the rest of a case. */
#ifndef SB_CHANGE_H
#define SB_CHANGE_H

#include "base/units.h"
#include "scenario/case.h"
#include "yaml/errors.h"

#define CHANGE_AT_MAX (3600 * NS_PER_S)

enum churn_op change_op(const struct change *what);
/* The device it is done to, as its namespace calls it, into out (NAME_MAX_LEN bytes). */
void change_device(const struct scenario_case *c, const struct change *what, char *out);
/* The end of its line in a schedule; mac is the one that is set. */
void change_text(
    const struct scenario_case *c, const struct change *what, struct mac mac, struct buf *out);
/* Notes changes that come when the case is over, or whose port is not there then. */
void change_check(struct errors *e, const struct node *tree, const struct scenario_case *c);

#endif
