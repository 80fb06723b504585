/* lab.h: the namespaces, links, NAT and dnsmasq of one case.
 *
 *   client c1            router (the sandbox's own namespace)           upstream
 *   192.0.2.11 eth0 --- c1 [br0 192.0.2.1] NAT up0 198.51.100.1 --- eth0 198.51.100.2 dnsmasq
 *   client c2 eth0 ---- c2 [   |    ]
 *                 churn ports [   ]
 *   q0 eth0 -------- querier [   ]   where a case has one: a bridge that asks (lab/querier.h)
 *
 * Where a case uses IPv6: 2001:db8::11 --- br0 2001:db8::1 | up0 2001:db8:1::1 --- 2001:db8:1::2.
 * It is plain routing, with a route back in the upstream: that is how IPv6 is used, and there is
 * nothing that NAT could add to the story. Link-local addresses are fe80:: with the same last part.
 * No router advertisements, no duplicate detection: nobody says anything unasked. */
#ifndef SB_LAB_H
#define SB_LAB_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/mac.h"
#include "lab/firewall.h"
#include "lab/neighbour.h"
#include "lab/nl.h"
#include "lab/querier.h"
#include "lab/quiet.h"

#define LAB_BRIDGE "br0"
#define LAB_UPLINK "up0"
#define LAB_CLIENT_DEV "eth0"
#define LAB_MTU 1500

extern const uint8_t lab_gateway_ip4[4], lab_uplink_ip4[4], lab_upstream_ip4[4],
    lab_gateway_ip6[16], lab_uplink_ip6[16], lab_upstream_ip6[16];

struct lab_client_spec {
	const char *name; /* also its port's */
	uint8_t ip4[4], ip6[16];
	struct mac mac, port_mac; /* zero: the kernel's choice */
	uint32_t mtu;             /* of both ends */
};

/* How the bridge is made. */
struct lab_bridge {
	struct mac mac; /* given at create; zero: it inherits */
	bool stp;
	int64_t forward_delay_real_ns;
	uint32_t mtu;          /* 0: not given */
	bool floods_multicast; /* without snooping */
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
	unsigned answer_size; /* of dnsmasq's answers, bytes; 0: one address */
	struct querier_spec querier;
};

struct lab_client {
	int ns;
	int port, eth0; /* ifindex of the bridge-side end in the router; of eth0 in the client */
	uint8_t ip6[16];
	struct nl_sock *nl;
};

struct lab {
	int router, upstream; /* namespaces */
	struct nl_sock *nl, *nl_upstream;
	int bridge, uplink, upstream_eth0; /* ifindex */
	struct lab_client *clients;
	size_t n_clients;
	pid_t dnsmasq;
	int dnsmasq_says; /* what it writes; a memfd */
	struct querier querier;
	bool ip6, snoops;
	int class_net;                  /* O_PATH fd of the router's /sys/class/net, or -1 */
	struct neighbour_timers timers; /* as asked for; see lab_arm_timers() */
};

/* Builds the lab in the caller's sandbox: everything but churn ports; the caller is left in the
 * router's namespace. Neighbour timers are set, but retrans is short until lab_arm_timers(). 0 or
 * -errno with a message; what was made goes with the sandbox. */
int lab_up(const struct lab_spec *spec, struct lab *lab, int64_t deadline_ns, struct err *e);
/* The bridge as every lab has it, up, in the caller's namespace: its ifindex, which may be asked
 * for, or -errno. */
int lab_make_bridge(
    struct nl_sock *nl, double pace, const struct lab_bridge *how, int ifindex, struct err *e);
/* Gives it the gateway's addresses. */
int lab_address_bridge(struct nl_sock *nl, int ifindex, struct err *e);
/* Frees what lab_up() holds in this process, also after its failure; the lab itself goes with the
 * sandbox. */
void lab_close(struct lab *lab);
/* Gives the bridge another MAC, or the one it has (mac zero), as a later pin does. */
int lab_pin(struct lab *lab, struct mac mac, struct err *e);
/* Waits until every link of the way has carrier and dnsmasq answers over the uplink; then lets the
 * querier ask, and waits until the bridge snoops and every client has reported. */
int lab_wait_ready(struct lab *lab, int64_t deadline_ns, struct err *e);
/* Gives retrans its paced value; the first neighbour has been resolved by then. */
int lab_arm_timers(struct lab *lab, struct err *e);
/* addr_assign_type of the bridge (NET_ADDR_*), or 255 where sysfs cannot be read. */
uint8_t lab_assign_type(const struct lab *lab);

#endif
