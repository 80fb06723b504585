/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inspect.h: `steadybridge inspect BRIDGE`: a read-only look at a bridge of the host. */
#ifndef SB_INSPECT_H
#define SB_INSPECT_H

#include "base/err.h"
#include "base/mem.h"

/* Appends what a person wants to know of a bridge in the caller's network namespace: is its MAC
 * pinned, by which port's MAC does it go, what would the next join or leave do. Sends only reading
 * requests. 0 pinned, 1 it inherits (a join or leave can change it), or -errno: -ENODEV no such
 * device, -EINVAL it is no bridge. */
int inspect_bridge(const char *name, struct buf *out, struct err *e);

#endif
