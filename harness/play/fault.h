/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault.h: deliberate defects, injected so that tests can see the suite fail. */
#ifndef SB_FAULT_H
#define SB_FAULT_H

#include "base/mac.h"
#include "lab/lab.h"
#include "schedule/schedule_types.h"

struct fault_tools {
	const struct lab *lab;
	const struct schedule *s;
	int talk;           /* socket that makes the gateway speak, or -1 */
	struct mac saved;   /* the bridge's MAC before the fault */
	struct mac joining; /* of the port that joins, for FAULT_UNDO_PIN */
};

/* Injects the fault (or, with undo, ends it) in the caller's namespace, the router's. mac: the
 * joining port's, for FAULT_UNDO_PIN; zero when the kernel chose it. 0 or -errno; -EINVAL for a
 * fault that is not in the table. */
int fault_run(
    struct fault_tools *f, enum fault_what what, bool undo, struct mac mac, struct err *e);

#endif
