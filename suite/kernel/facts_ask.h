/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts_ask.h: what the lab of facts.h asks the kernel: links, FDB, neighbours, addresses. */
#ifndef SB_FACTS_ASK_H
#define SB_FACTS_ASK_H

#include "suite/kernel/facts_base.h"

struct fact_link {
	struct mac mac;
	unsigned mtu, flags;
	bool carrier; /* as the kernel has it this moment; IFF_RUNNING follows in a while */
	int state;    /* BR_STATE_* of a port, else -1 */
	unsigned forward_delay; /* of a bridge, in 1/100 s */
};

struct fact_link fact_link(struct nl_sock *nl, int ifindex);
/* The MAC of br0, to compare. */
#define FACT_BRIDGE_MAC(f, want) fact_assert_mac((f), (want), __FILE__, __LINE__)
void fact_assert_mac(struct fact_lab *f, const char *want, const char *file, int line);
/* addr_assign_type of br0; skips the test where sysfs shows another namespace. */
int fact_assign_type(const struct fact_lab *f);
/* The ifindex of the device that the FDB entry of this MAC names, 0 without an entry; *local: it is
 * the MAC of the bridge or of a port. */
int fact_fdb(struct fact_lab *f, struct mac mac, bool *local);

struct fact_neighbour {
	bool there;
	int state; /* NUD_* */
	struct mac mac;
};

/* What a namespace knows of an address (AF_INET, AF_INET6). */
struct fact_neighbour fact_neighbour(struct nl_sock *nl, int ifindex, int family, const void *ip);
/* Makes or replaces an entry; mac NULL: deletes it. */
void fact_set_neighbour(
    struct nl_sock *nl, int ifindex, int family, const void *ip, const char *mac, int state);
/* What client n has for the gateway. */
struct fact_neighbour fact_gateway_of(struct fact_lab *f, int n, int family);
void fact_set_gateway_of(struct fact_lab *f, int n, int family, const char *mac, int state);
/* Has client n that MAC for the gateway? */
bool fact_knows(struct fact_lab *f, int n, int family, const char *mac);
/* Waits until client n has that MAC for the gateway. */
void fact_until_gateway_of(struct fact_lab *f, int n, int family, const char *mac);
/* Has linkwatch reported that the link runs (IFF_RUNNING)? */
bool fact_running(struct nl_sock *nl, int ifindex);
/* Does br0 have the gateway's address? */
bool fact_has_gateway(struct fact_lab *f, int family);
/* The kind of the route that a namespace has to an address, RTN_*; -1: it has none. */
int fact_route_type(struct nl_sock *nl, int family, const void *ip);
/* Does the interface have this address? */
bool fact_has_address(struct nl_sock *nl, int ifindex, int family, const void *ip);

/* Changes to a link of the gateway's namespace: the bridge or a port. */
void fact_set_mac(struct fact_lab *f, int ifindex, const char *mac);
void fact_set_mtu(struct fact_lab *f, int ifindex, unsigned mtu);
void fact_set_up(struct fact_lab *f, int ifindex, bool up);
void fact_down_and_up(struct fact_lab *f, int ifindex);
void fact_enslave(struct fact_lab *f, int port);
void fact_release(struct fact_lab *f, int port);
void fact_delete(struct fact_lab *f, int ifindex);
/* A sysctl of client n's namespace. */
void fact_client_sysctl(struct fact_lab *f, int n, const char *name, const char *value);
/* The number in a file of /proc/sys, as the caller's namespace has it. */
int fact_number_in(const char *path);
/* The MAC of client n's eth0, as text. */
const char *fact_client_mac(struct fact_lab *f, int n, char text[MAC_TEXT]);
/* One attribute of a link's own kind ("bridge"), as IFLA_BR_*; 0 or -errno. */
int fact_set_bridge(struct fact_lab *f, int attribute, uint32_t value);
unsigned fact_forward_delay(struct fact_lab *f); /* of br0, in 1/100 s */
/* How often a monitor, opened when br0 had that MAC, has reported another one by now; what the
 * caller asked for before is in it. */
int fact_mac_changes(struct fact_lab *f, int monitor, const char *before);

#endif
