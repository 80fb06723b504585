/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_types.h: what a lab is asked to be, and what it holds. */
#ifndef SB_LAB_TYPES_H
#define SB_LAB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/mac.h"
#include "lab/firewall.h"
#include "lab/subject.h"
#include "net/neighbour.h"
#include "net/nl.h"
#include "net/querier.h"
#include "net/sysctls.h"

/* What of a client's port differs from the kernel's flags. */
struct lab_port_flags {
	bool unlearned; /* it learns no MACs */
	bool isolated, hairpin, suppressed;
	uint16_t vlan; /* its PVID; 0: the bridge's default */
};

struct lab_client_spec {
	const char *name; /* also its port's */
	uint8_t ip4[4], ip6[16];
	struct mac mac, port_mac; /* zero: the kernel's choice */
	uint32_t mtu;             /* of both ends */
	struct lab_port_flags flags;
	bool silent; /* it reports no multicast groups */
};

/* How the bridge is made. */
struct lab_bridge {
	struct mac mac; /* given at create; zero: it inherits */
	bool stp;
	int64_t forward_delay_real_ns;
	int64_t ageing_real_ns; /* 0: it learns no MACs */
	uint32_t mtu;           /* 0: not given */
	bool floods_multicast;  /* without snooping */
	bool filters_vlans;
	int default_pvid; /* as struct bridge has it */
	uint16_t vlan;    /* br0's own PVID; 0: the default */
};

struct lab_spec {
	double pace;
	struct lab_bridge bridge;
	const struct lab_client_spec *clients;
	size_t n_clients;
	const struct lab_sysctl *router_sysctls, *client_sysctls;
	size_t n_router_sysctls, n_client_sysctls;
	struct firewall_rules firewall; /* bridge, uplink, network, ip6: filled in */
	const char *dnsmasq_conf;
	bool ip6; /* the way to the upstream has IPv6 too */
	uint8_t
	    gateway_ip6[16]; /* the clients' next hop; link-local: the kernel makes it of the MAC */
	uint32_t upstream_mtu; /* of both ends of the link to the upstream; 0: the kernel's */
	int64_t upstream_delay_real_ns; /* 0: it answers at once */
	unsigned answer_size;           /* of dnsmasq's answers, bytes; 0: one address */
	struct querier_spec querier;
	struct subject_run subject; /* with a subject, `bridge` is not looked at */
};

struct lab_client {
	int ns;
	bool silent;
	struct lab_port_flags flags;
	int port, eth0; /* ifindex of the bridge-side end in the router; of eth0 in the client */
	uint8_t ip6[16];
	struct nl_sock *nl;
};

struct lab {
	int router, upstream; /* namespaces */
	struct nl_sock *nl, *nl_upstream;
	int bridge, uplink, upstream_eth0; /* ifindex */
	char bridge_name[16];              /* LAB_BRIDGE, unless a subject calls it otherwise */
	struct subject_run subject;
	struct lab_client *clients;
	size_t n_clients;
	pid_t dnsmasq, relay; /* relay: 0 where the upstream answers at once */
	int dnsmasq_says;     /* what it writes; a memfd */
	struct querier querier;
	bool ip6, snoops;
	uint8_t link_local[16];         /* with ip6: of the bridge, as the lab was built */
	int class_net;                  /* O_PATH fd of the router's /sys/class/net, or -1 */
	struct neighbour_timers timers; /* as asked for; see lab_arm_timers() */
};

#endif
