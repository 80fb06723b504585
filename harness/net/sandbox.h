/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sandbox.h: the namespaces that one play lives in; the kernel takes them all away with its pid 1.
 */
#ifndef SB_SANDBOX_H
#define SB_SANDBOX_H

#include "base/err.h"

/* Moves the caller into fresh mount and network namespaces, its children into a fresh pid
 * namespace, all in a fresh user namespace when not root; /run is private and empty, and /sys shows
 * the new network namespace (where that is refused, /sys stays as it is and addr_assign_type cannot
 * be read). Call it in a single-threaded process; the next fork() is pid 1. 0 or -errno with a
 * message. */
int sandbox_enter(struct err *e);

#endif
