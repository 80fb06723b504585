/* fault.h: deliberate defects, injected by other programs, so that tests can see the suite fail. */
#ifndef SB_FAULT_H
#define SB_FAULT_H

#include "base/err.h"
#include "base/mac.h"
#include "play/fault_tools.h"
#include "scenario/scenario.h"

/* Does it (or, with undo, what ends it) in the caller's namespace, the router's. mac: the joining
 * port's, for FAULT_UNDO_PIN; zero when the kernel chose it. 0 or -errno. */
int fault_run(
    struct fault_tools *f, enum fault_what what, bool undo, struct mac mac, struct err *e);

#endif
