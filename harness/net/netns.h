/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netns.h: network namespaces as file descriptors; nothing is named on the host. */
#ifndef SB_NETNS_H
#define SB_NETNS_H

#include "base/err.h"

#define NETNS_FOLDER "/run/netns"

/* The caller's own network namespace as an fd (caller closes), or -errno. */
int netns_own(struct err *e);
/* Makes a network namespace and comes back to `home`: its fd (caller closes; the namespace dies
 * with the last reference), or -errno. */
int netns_make(int home, struct err *e);
/* Its inode, by which tools name it ("net:[4026531840]"); 0 where it cannot be told. */
unsigned netns_inode(int ns);
/* Moves the calling thread into ns. 0 or -errno. */
int netns_enter(int ns, struct err *e);
/* Gives it a name in the caller's mount namespace, where `ip netns exec NAME` and `ip -n NAME` look
 * for it: a bind mount below the sandbox's own /run. 0 or -errno. */
int netns_name(const char *name, int ns, struct err *e);
/* Leaves a reference to a namespace in the queue of a stream socket (nothing with -1), so that it
 * dies with that and not with the caller. Taking a namespace down holds RTNL for tens of
 * milliseconds and would make the churn of every other case late; whoever reads nothing from the
 * other end and closes both ends at last takes them all down at once. Best effort: without it they
 * die earlier. */
void netns_keep(int socket, int ns);
/* Writes a sysctl ("net.ipv4.ip_forward", dots or slashes as sysctl(8) has them) in the caller's
 * network namespace. 0 or -errno; a missing one is -ENOENT. */
int netns_sysctl(const char *name, const char *value, struct err *e);

#endif
