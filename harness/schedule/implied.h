/* SPDX-License-Identifier: GPL-2.0-or-later */
/* implied.h: the shortest outage that shows that a control broke. */
#ifndef SB_IMPLIED_H
#define SB_IMPLIED_H

#include "schedule/schedule_types.h"

/* In nanoseconds of scenario time; 0 for an arm that must hold. */
int64_t min_outage_ns(const struct scenario_case *c, const struct schedule *s);

#endif
