/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnl_idle.h: waits until RTNL is idle. */
#ifndef SB_RTNL_IDLE_H
#define SB_RTNL_IDLE_H

#include <stdint.h>

#include "base/err.h"

/* Waits until a read-only request that takes RTNL (RTM_GETLINK of lo, in the caller's namespace)
 * has been answered at once for a whole window: the kernel takes down the namespaces of earlier
 * plays, and of other programs, in its own time, and makes every change of a link wait meanwhile. 0
 * idle, -ETIMEDOUT it never was before the deadline, or -errno. */
int rtnl_idle_wait(int64_t window_ns, int64_t answer_ns, int64_t deadline_ns, struct err *e);

#endif
