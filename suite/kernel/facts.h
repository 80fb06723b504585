/* facts.h: a small lab in the test's own sandbox, in which the kernel is asked one question.
 *
 *   c1 eth0 --- c1 [ br0, the gateway, in the sandbox's own namespace ]
 *   c2 eth0 --- c2 [   |    ]
 *          other ports [   ]
 *
 * Everything here fails the test when it fails itself. Waits are for events, with one deadline.
 */
#ifndef SB_FACT_LAB_H
#define SB_FACT_LAB_H

#include "suite/kernel/facts_ask.h"
#include "suite/kernel/facts_base.h"

/* MACs of ports and bridges, rising. */
#define ZERO "00:00:00:00:00:00"
#define LOW "02:00:00:00:00:01"
#define MIDDLE "52:54:00:00:00:01"
#define HIGH "fe:00:00:00:00:01"
#define HIGHER "fe:00:00:00:00:02"

/* Quiet namespace, sockets; no bridge yet. The process stays on one CPU: frames are then handled in
 * the order in which they were sent. */
void fact_open(struct fact_lab *f);
/* A bridge br0, up; mac NULL: it inherits. With IPv6 on it when asked for before (f->ipv6). */
void fact_bridge(struct fact_lab *f, const char *mac);
/* Its addresses 192.0.2.1/24 and, with f->ipv6, 2001:db8::1/64; and what hears there. */
void fact_gateway(struct fact_lab *f);
/* A port of br0 with no client: its other end is in the same namespace, called like it with a 'p',
 * and down, so the port has no carrier. Its ifindex. */
int fact_port(struct fact_lab *f, const char *name, const char *mac);
/* The same with carrier, forwarding. */
int fact_live_port(struct fact_lab *f, const char *name, const char *mac);
/* A client 192.0.2.11 (and 2001:db8::11), .12, ..., ready to talk. Its number, from 0. */
int fact_client(struct fact_lab *f, const char *port_mac);
/* The bridge with its addresses, and two clients behind ports with the MACs HIGH and HIGHER. */
void fact_two_clients(struct fact_lab *f, const char *bridge_mac);
/* Skips the test unless the kernel has IPv6; then turns it on in f. */
void fact_need_ipv6(struct fact_lab *f);

/* Gives the rules (of one or more tables, whole) to iptables-restore in the gateway's namespace. */
void fact_rules(const char *text);

#endif
