/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notice.h: reads one message of rtnetlink into an event. No socket, no clock. */
#ifndef SB_NOTICE_H
#define SB_NOTICE_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>

#include "trace/trace.h"

struct notice_name {
	int ifindex;
	char name[NAME_MAX_LEN];
};

/* What the kernel last reported of a namespace. */
struct notice {
	int bridge; /* its ifindex (router), or 0 in a client's */
	/* The bridge as last reported (router only). */
	struct mac mac;
	uint32_t mtu;
	bool carrier;
	bool wants_vlans;   /* the kernel is asked for VLANs: what tells of none has none */
	int local_fdb;      /* local entries with the bridge's MAC */
	struct mac gateway; /* a client's: the gateway's MAC in its ARP entry, zero without one */
	struct notice_name *names; /* of the existing links; FDB messages have only the index */
	size_t n_names, cap_names;
};

/* Fills type and body of ev, which is zero but for t_ns and where; false when the message is not
 * worth an event. Reads within h->nlmsg_len, whatever the message says, and remembers in *n. */
bool notice_read(struct notice *n, const struct nlmsghdr *h, struct event *ev);
/* The message at *at of a datagram of len bytes (aligned by 4), *at moves on; NULL at its end, or
 * where it no longer makes sense. Start with *at = 0. */
const struct nlmsghdr *notice_next(const void *datagram, size_t len, size_t *at);
/* Name of a link as last reported; NULL when no link has that index. */
const char *notice_name(const struct notice *n, int ifindex);
void notice_free(struct notice *n);

#endif
