/* fault.h: deliberate defects, injected by other programs, so that tests can see the suite fail. */
#ifndef SB_FAULT_H
#define SB_FAULT_H

#include "base/err.h"
#include "lab/lab.h"
#include "schedule/schedule.h"

struct fault_tools {
	const struct lab *lab;
	const struct schedule *s;
	int talk;         /* socket that makes the gateway speak, or -1 */
	struct mac saved; /* the bridge's MAC before the fault */
};

/* Does it (or, with undo, what ends it) in the caller's namespace, the router's. mac: the joining
 * port's, for FAULT_UNDO_PIN; zero when the kernel chose it. 0 or -errno. */
int fault_run(
    struct fault_tools *f, enum fault_what what, bool undo, struct mac mac, struct err *e);

#endif
