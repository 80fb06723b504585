/* SPDX-License-Identifier: GPL-2.0-or-later */
/* querier.h: a multicast querier behind a port of the bridge: another bridge, which asks (MLD).
 *
 *   namespace of its own: q0 [ eth0 ] --- querier [ br0 ]
 *
 * It is a real one, of the kernel's: mcast_querier of q0. It asks by MLDv1, as a bridge does unless
 * told otherwise; clients then have said all they have to say when they have answered
 * (mld_process_v1()), and nothing of it comes late. They are given 10 ms of real time to answer. */
#ifndef SB_QUERIER_H
#define SB_QUERIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/nl.h"

#define QUERIER_PORT "querier"

struct querier_spec {
	bool there;
	int64_t every_real_ns; /* 0: as the kernel has it, 125 s */
};

struct querier {
	int ns; /* its namespace, or -1 */
	int bridge;
	struct nl_sock *nl;
};

/* A port behind which somebody listens to the solicited-node group of an address. */
struct querier_group {
	int port; /* ifindex; the bridge's own: it listens itself */
	uint8_t ip6[16];
};

/* Makes it beside the bridge of the caller's namespace (home), and leaves it silent. 0 or -errno
 * with a message. */
int querier_up(struct querier *q, const struct querier_spec *spec, struct nl_sock *nl, int home,
    int bridge, struct err *e);
/* Lets it ask now, and waits until the bridge knows of it and of all the groups (n == 0: for
 * nothing). 0 or -errno. */
int querier_ask(const struct querier *q, struct nl_sock *nl, int bridge,
    const struct querier_group *groups, size_t n, int64_t deadline_ns, struct err *e);
/* Is this bridge led by a querier that it heard, over IPv6? -errno when it does not tell. */
int querier_known(struct nl_sock *nl, int bridge, struct err *e);
/* Does the bridge know that behind the port somebody listens to the group? -errno on failure. */
int querier_reported(
    struct nl_sock *nl, int bridge, const struct querier_group *group, struct err *e);
/* Frees what querier_up() holds in this process; ns < 0 is none. */
void querier_close(struct querier *q);

#endif
