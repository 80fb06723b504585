/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schedule_types.h: what a schedule is: the events of a case by time, and what goes with them. */
#ifndef SB_SCHEDULE_TYPES_H
#define SB_SCHEDULE_TYPES_H

#include "scenario/case.h"

struct sched_event {
	int64_t t_ns; /* scenario time; negative: before warm-up (joins: before) */
	enum churn_op op;
	char port[NAME_MAX_LEN];
	struct mac mac; /* OP_JOIN, OP_SET_MAC: zero when the kernel chooses, or what it has */
	unsigned churn; /* index into the case's churns; unused for OP_FAULT and a change */
	unsigned cycle; /* counts a port's joins from 0 */
	bool fault_end; /* OP_FAULT: undo what a fault with `for` did */
	const struct change
	    *change; /* a one-off change; NULL: churn or a fault. Owned by the case */
};

struct schedule {
	struct sched_event *events; /* by time; a leave before a join at the same time */
	size_t n;
	struct mac *client_port_macs; /* one a client; zero when the kernel chooses */
	struct mac *client_macs;      /* of the clients' own ends, fixed and distinct */
	struct mac bridge_create_mac; /* for pin at-create: the pin's own, or above all clients' */
	struct mac bridge_other_mac;  /* for pin to-other */
	struct mac fault_mac;         /* for FAULT_RE_ADDRESS */
	uint64_t seed;
	double pace;              /* what the case is played at, for the asked pace */
	int64_t min_outage_ns;    /* controls: the shortest outage that shows that it broke */
	unsigned long n_attempts; /* about how many attempts each stream sends in `duration` */
};

#endif
