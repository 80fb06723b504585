/* SPDX-License-Identifier: GPL-2.0-or-later */
/* link.h: bridges, ports, addresses and routes, by rtnetlink. */
#ifndef SB_LINK_H
#define SB_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mac.h"
#include "net/nl.h"

/* All of these return 0 or the kernel's -errno with a message. A zero MAC leaves the choice to the
 * kernel. Namespaces are fds; the socket's own namespace holds the bridge-side end. */

struct bridge {
	const char *name;
	struct mac mac; /* given at create: br_stp_recalculate_bridge_id() then leaves it alone */
	int64_t ageing_real_ns;
	int ifindex; /* asked for, or 0 */
	bool stp;
	int64_t forward_delay_real_ns; /* 0: the kernel's, 15 s */
	uint32_t mtu;                  /* 0: the kernel's, which follows the ports */
	bool floods_multicast;         /* without snooping */
	bool filters_vlans;
	int default_pvid; /* 0: the kernel's, 1 */
};

#define LINK_NO_PVID (-1)

/* A bridge, up. */
int link_add_bridge(struct nl_sock *s, const struct bridge *b, struct err *e);

struct veth {
	const char *name, *peer;
	struct mac mac, peer_mac;
	int peer_ns;  /* namespace of the peer */
	int master;   /* ifindex of the bridge, or 0 */
	uint32_t mtu; /* of both ends; 0: the kernel's */
	bool up;      /* of the bridge-side end; a peer cannot be created up */
};

int link_add_veth(struct nl_sock *s, const struct veth *v, struct err *e);
/* A tap in the caller's namespace: its fd (closing it deletes the tap), or -errno. */
int link_add_tap(const char *name, struct err *e);

/* The index of a link of the socket's namespace, or -errno. By SIOCGIFINDEX, which needs no RTNL
 * (dev_ioctl()); RTM_GETLINK waits for it, and tidies up behind a link that lost its carrier while
 * it holds it (linkwatch_sync_dev()). */
int link_index(struct nl_sock *s, const char *name, struct err *e);
int link_mac(struct nl_sock *s, const char *name, struct mac *out, struct err *e);
int link_set_mac(struct nl_sock *s, int ifindex, struct mac mac, struct err *e);
int link_set_mtu(struct nl_sock *s, int ifindex, uint32_t mtu, struct err *e);
int link_set_up(struct nl_sock *s, int ifindex, bool up, struct err *e);
/* master 0 releases the port. With a MAC and/or up in the same message. */
int link_enslave(
    struct nl_sock *s, int ifindex, int master, struct mac mac, bool up, struct err *e);
/* The same, and nothing else of the port changes. */
int link_set_master(struct nl_sock *s, int ifindex, int master, struct err *e);
int link_set_port_state(struct nl_sock *s, int ifindex, int state, struct err *e); /* BR_STATE_* */
/* flag: IFLA_BRPORT_* */
int link_set_port_flag(struct nl_sock *s, int ifindex, int flag, uint8_t value, struct err *e);
/* Puts a port, or a bridge itself, into a VLAN, as its PVID and untagged. */
int link_set_vlan(struct nl_sock *s, int ifindex, bool is_bridge, uint16_t vlan, struct err *e);
/* Turns VLAN filtering of a bridge on. */
int link_filter_vlans(struct nl_sock *s, int bridge, struct err *e);
int link_delete(struct nl_sock *s, int ifindex, struct err *e);
/* family AF_INET or AF_INET6 with an address of 4 or 16 bytes; IPv6 without duplicate detection. */
int link_add_address(
    struct nl_sock *s, int ifindex, int family, const void *addr, int prefix, struct err *e);
int link_delete_address(
    struct nl_sock *s, int ifindex, int family, const void *addr, int prefix, struct err *e);
/* By the gateway behind that device; a link-local one can be told in no other way. */
int link_add_default_route(
    struct nl_sock *s, int family, const void *gateway, int ifindex, struct err *e);

#endif
