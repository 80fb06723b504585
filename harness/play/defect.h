/* defect.h: faults that are no more than a few commands of other programs, each in its namespace.
 */
#ifndef SB_DEFECT_H
#define SB_DEFECT_H

#include "base/err.h"
#include "play/fault_tools.h"
#include "scenario/scenario.h"

/* Does what the table says of it (or, with undo, what ends it); the caller is in the router's
 * namespace, before and after. 0 or -errno; -EINVAL for a fault that is not in the table. */
int defect_run(struct fault_tools *f, enum fault_what what, bool undo, struct err *e);

#endif
