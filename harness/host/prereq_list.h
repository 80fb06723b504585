/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereq_list.h: all that a machine may have or lack, in the order in which it is shown. */
#ifndef SB_PREREQ_LIST_H
#define SB_PREREQ_LIST_H

#include <stdbool.h>
#include <stdint.h>

struct prereq {
	const char *name;
	bool there;
	bool needed;     /* without it nothing can be played */
	int error;       /* 0, or the errno that it was missing with */
	char found[512]; /* version, or why it is missing */
	int64_t took_ns; /* the longest of its trials */
	const char *disables;
	const char *remedy;
};

enum {
	P_NAMESPACES,
	P_USER_NS,
	P_NET_NS,
	P_MNT_NS,
	P_PID_NS,
	P_IPC_NS,
	P_CAPABILITIES,
	P_SECCOMP,
	P_LSM,
	P_SYSCTL,
	P_PACKET,
	P_BRIDGE,
	P_VETH,
	P_TAP,
	P_VLANS,
	P_IPTABLES,
	P_NFT,
	P_LEGACY,
	P_IP6TABLES,
	P_BR_NETFILTER,
	P_DNSMASQ,
	P_IP,
	P_IPV6,
	P_SYSFS,
	P_DROPS,
	P_COUNT
};

/* Some of them. */
struct prereq_set {
	bool of[P_COUNT];
};

/* The list before anything was looked for. */
extern const struct prereq prereqs_untried[P_COUNT];

#endif
