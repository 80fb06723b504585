/* host_snapshot.h: what of the host a run could leave something in, as text that can be compared.
 */
#ifndef SB_HOST_SNAPSHOT_H
#define SB_HOST_SNAPSHOT_H

#include "base/mem.h"

/* Appends the other processes of the caller's pid namespace (as its /proc shows), their network
 * namespaces, links, rules (by iptables-save of both kinds), routes and their rules, sysctls of the
 * network, mounts and addresses of the caller's namespaces. Lines are sorted where the kernel gives
 * no order. */
void host_snapshot(struct buf *out);
/* Appends every path below a folder. */
void host_snapshot_files(const char *dir, struct buf *out);

#endif
