/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab.h: the namespaces, links, NAT and dnsmasq of one case.
 *
 *   client c1            router (the sandbox's own namespace)           upstream
 *   192.0.2.11 eth0 --- c1 [br0 192.0.2.1] NAT up0 198.51.100.1 --- eth0 198.51.100.2 dnsmasq
 *   client c2 eth0 ---- c2 [   |    ]
 *                 churn ports [   ]
 *   q0 eth0 -------- querier [   ]   where a case has one: a bridge that asks (net/querier.h)
 *
 * Where a case uses IPv6: 2001:db8::11 --- br0 2001:db8::1 | up0 2001:db8:1::1 --- 2001:db8:1::2.
 * It is plain routing, with a route back in the upstream: that is how IPv6 is used, and there is
 * nothing that NAT could add to the story. Link-local addresses are fe80:: with the same last part.
 * No router advertisements, no duplicate detection: nobody says anything unasked. */
#ifndef SB_LAB_H
#define SB_LAB_H

#include <stdint.h>

#include "base/err.h"
#include "base/mac.h"
#include "lab/lab_names.h"
#include "lab/lab_types.h"
#include "net/nl.h"

/* Builds the lab in the caller's sandbox: everything but churn ports; the caller is left in the
 * router's namespace. Neighbour timers are set, but retrans is short until lab_arm_timers(). 0 or
 * -errno with a message; what was made goes with the sandbox. */
int lab_up(const struct lab_spec *spec, struct lab *lab, int64_t deadline_ns, struct err *e);
/* The bridge as every lab has it, up, in the caller's namespace: its ifindex, which may be asked
 * for, or -errno. */
int lab_make_bridge(struct nl_sock *nl, const struct lab_bridge *how, int ifindex, struct err *e);
/* Gives it the gateway's addresses. */
int lab_address_bridge(struct nl_sock *nl, int ifindex, struct err *e);
/* A port that is enslaved has the kernel's flags: this gives a client's the scenario's. The port's
 * ifindex, or -errno. */
int lab_port_flags(const struct lab *lab, const struct lab_client *c, struct err *e);
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
