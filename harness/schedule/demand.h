/* SPDX-License-Identifier: GPL-2.0-or-later */
/* demand.h: what a play takes of the machine, known before it is played. */
#ifndef SB_DEMAND_H
#define SB_DEMAND_H

#include "schedule/schedule_types.h"

#define DEMAND_NEIGHBOURS_MAX 384 /* of the plays at once, in each family */
#define DEMAND_CHANGES_MAX 500    /* likewise: all of them wait for one RTNL */

struct demand {
	size_t tape_slots;    /* touched only as far as it is used */
	unsigned neighbours4; /* entries in the kernel's table of the family, */
	unsigned neighbours6; /* which is one for all namespaces */
	unsigned lookups;     /* in a second of real time, the reference's too */
	unsigned changes;     /* joins and leaves in a second of real time */
	bool program;         /* a subject: its programs take more of a processor than a lab does */
	bool alone;           /* nothing else may be played beside it */
};

/* What the case's schedule asks for. */
struct demand demand_of(const struct scenario_case *c, const struct schedule *s);
/* Real time that a play takes, without its lab. */
int64_t demand_real_ns(const struct scenario_case *c, const struct schedule *s);

#endif
