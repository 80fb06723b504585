/* SPDX-License-Identifier: GPL-2.0-or-later */
/* churn.h: when a churn's ports join and leave. */
#ifndef SB_CHURN_H
#define SB_CHURN_H

#include "scenario/case.h"

/* How many times each port joins in a case of that duration. A cycle that could not leave by then
 * is not begun. */
uint64_t churn_cycles(const struct churn *churn, int64_t duration_ns);
/* When a cycle's join is due; -1 for `joins: before`. */
int64_t churn_join_ns(const struct churn *churn, uint64_t cycle);
/* When its leave is due, or false when it never leaves. */
bool churn_leave_ns(const struct churn *churn, uint64_t cycle, int64_t *t);
/* The first join or leave from t=0 on, or false when there is none. */
bool churn_first_change(const struct churn *churn, int64_t *t);
/* Are its ports taps, and not veths? */
bool churn_is_tap(const struct churn *churn);
/* The interface name of port k, from 0, into out (NAME_MAX_LEN bytes). */
void churn_port_name(const struct churn *churn, unsigned k, char *out);

#endif
