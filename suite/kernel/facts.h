/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts.h: a small lab in the test's own sandbox, in which the kernel is asked one question.
 *
 *   c1 eth0 --- c1 [ br0, the gateway, in the sandbox's own namespace ]
 *   c2 eth0 --- c2 [   |    ]
 *          other ports [   ]
 *
 * Each function fails the test when it fails itself. Waits are for events, with one deadline.
 */
#ifndef SB_FACT_LAB_H
#define SB_FACT_LAB_H

#include "suite/kernel/facts_ask.h"
#include "suite/kernel/facts_base.h"
#include "test/kit/ctest.h"

/* The MACs of most facts, in their order. */
#define ZERO "00:00:00:00:00:00"
#define LOW "02:00:00:00:00:01"
#define MIDDLE "52:54:00:00:00:01"
#define HIGH "fe:00:00:00:00:01"
#define HIGHER "fe:00:00:00:00:02"

/* A test of one fact, in a sandbox of its own: FACT(name) { ... }, in which `f` is an open lab
 * without a bridge. */
#define FACT(name)                                                                                 \
	static void name##_in(struct fact_lab *f);                                                 \
	CTEST("facts", CTEST_SANDBOX, NULL, name)                                                  \
	{                                                                                          \
		struct fact_lab f;                                                                 \
                                                                                                   \
		fact_open(&f);                                                                     \
		name##_in(&f);                                                                     \
	}                                                                                          \
	static void name##_in(struct fact_lab *f)

/* A quiet namespace and sockets, without a bridge. The process stays on one CPU: frames are then
 * handled in the order in which they were sent. */
void fact_open(struct fact_lab *f);
/* A bridge br0, up; mac NULL: it inherits. It has IPv6 after fact_need_ipv6(). */
void fact_bridge(struct fact_lab *f, const char *mac);
/* Its addresses 192.0.2.1/24 and, with f->ipv6, 2001:db8::1/64, with a socket on each. */
void fact_gateway(struct fact_lab *f);
/* A port of br0 with no client: its other end is in the same namespace, called like it with a 'p',
 * and down, so the port has no carrier. Its ifindex. */
int fact_port(struct fact_lab *f, const char *name, const char *mac);
/* The same, but not enslaved yet: a link that is created as a port forwards until linkwatch has
 * noticed whether it has carrier. With carrier it runs (IFF_RUNNING). */
int fact_free_port(struct fact_lab *f, const char *name, const char *mac, bool carrier);
/* As fact_port(), but with carrier, and forwarding. */
int fact_live_port(struct fact_lab *f, const char *name, const char *mac);
/* A client 192.0.2.11 (and 2001:db8::11), .12, ..., ready to send. Its number, from 0. */
int fact_client(struct fact_lab *f, const char *port_mac);
/* The bridge with this MAC, the gateway, and two clients, whose ports have HIGH and HIGHER; each
 * has `gateway_mac` for the gateway, reachable (NULL: has nothing). */
void fact_two_clients(struct fact_lab *f, const char *bridge_mac, const char *gateway_mac);
/* Skips the test unless the kernel has IPv6; then turns it on in f. */
void fact_need_ipv6(struct fact_lab *f);

/* Enters a new namespace, which the lab has not configured. */
void fact_enter_new_namespace(struct fact_lab *f);
/* Gives the rules (of one or more tables, whole) to iptables-restore in the gateway's namespace. */
void fact_rules(const char *text);

#endif
