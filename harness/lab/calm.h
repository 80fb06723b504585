/* calm.h: is RTNL free? */
#ifndef SB_CALM_H
#define SB_CALM_H

#include <stdint.h>

#include "base/err.h"

/* Waits until a read-only request that takes RTNL (RTM_GETLINK of lo, in the caller's namespace)
 * has been answered at once for a whole window: the kernel takes down the namespaces of earlier
 * plays, and of other programs, in its own time, and makes every change of a link wait meanwhile. 0
 * calm, -ETIMEDOUT it never was before the deadline, or -errno. */
int calm_wait(int64_t window_ns, int64_t answer_ns, int64_t deadline_ns, struct err *e);

#endif
