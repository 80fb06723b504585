/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slow_upstream.h: an upstream that answers late: a relay before dnsmasq that keeps each query for
 * a while. */
#ifndef SB_SLOW_UPSTREAM_H
#define SB_SLOW_UPSTREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* Where dnsmasq listens then. */
#define SLOW_UPSTREAM_PORT 1053

/* Starts the relay in a namespace, on UDP port 53, IPv4 and with `ip6` IPv6 as well. It asks
 * dnsmasq so long after each query came. It ends with the caller. Its pid, or -errno. */
pid_t slow_upstream_start(int netns, int64_t delay_real_ns, bool ip6, struct err *e);

#endif
