/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netns_cleanup.h: waits until network namespaces that died are taken down. */
#ifndef SB_NETNS_CLEANUP_H
#define SB_NETNS_CLEANUP_H

#include <stdint.h>

#include "base/err.h"

/* Waits until the kernel has taken down every network namespace of the machine that had died before
 * the call. It does so in its own time, for seconds when there are hundreds, and takes RTNL again
 * and again (cleanup_net()). Makes links in the caller's network namespace, and namespaces. 0,
 * -ETIMEDOUT, or -errno. */
int netns_cleanup_wait(int64_t deadline_ns, struct err *e);

#endif
