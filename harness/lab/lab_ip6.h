/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_ip6.h: IPv6 on the whole way of a lab. */
#ifndef SB_LAB_IP6_H
#define SB_LAB_IP6_H

#include "base/err.h"
#include "lab/lab_types.h"

/* Addresses and routes of IPv6 from the clients to the upstream, where all links are there and the
 * bridge has its global address already. 0 or -errno. */
int lab_up_ip6(struct lab *lab, const struct lab_spec *spec, int64_t deadline_ns, struct err *e);
/* Gives the bridge its link-local address, which is not made from its MAC. 0 or -errno. */
int lab_bridge_link_local(struct nl_sock *nl, int ifindex, struct err *e);

#endif
