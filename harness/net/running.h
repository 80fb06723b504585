/* SPDX-License-Identifier: GPL-2.0-or-later */
/* running.h: when is a link ready? */
#ifndef SB_RUNNING_H
#define SB_RUNNING_H

#include <stdint.h>

#include "base/err.h"
#include "net/nl.h"

/* Waits until the link of namespace `ns` is up and runs. IFF_RUNNING follows linkwatch: only then
 * is the queue in place and a frame no longer lost. `ask` is a socket of that namespace, `home` the
 * caller's own. 0, -ETIMEDOUT or -errno. */
int link_wait_running(
    int ns, int home, struct nl_sock *ask, int ifindex, int64_t deadline_ns, struct err *e);

#endif
