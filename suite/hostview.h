/* hostview.h: what of the host a run could leave something in, as text that can be compared. */
#ifndef SB_HOSTVIEW_H
#define SB_HOSTVIEW_H

#include "base/mem.h"

/* Appends processes of ours (by command name), network namespaces in use, links, rules (by
 * iptables-save of both kinds), mounts and addresses of the caller's namespaces. Lines are sorted
 * where the kernel gives no order. */
void hostview(struct buf *out);

#endif
