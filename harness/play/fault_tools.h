/* fault_tools.h: what deliberate defects are done with. */
#ifndef SB_FAULT_TOOLS_H
#define SB_FAULT_TOOLS_H

#include "base/mac.h"
#include "lab/lab.h"
#include "schedule/schedule_types.h"

struct fault_tools {
	const struct lab *lab;
	const struct schedule *s;
	int talk;         /* socket that makes the gateway speak, or -1 */
	struct mac saved; /* the bridge's MAC before the fault */
};

#endif
