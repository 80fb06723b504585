/* SPDX-License-Identifier: GPL-2.0-or-later */
/* firewall.h: the router's NAT and FORWARD rules, by one real iptables-restore. */
#ifndef SB_FIREWALL_H
#define SB_FIREWALL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum firewall_by { FIREWALL_BY_ANY, FIREWALL_BY_NFT, FIREWALL_BY_LEGACY };

struct firewall_rules {
	const char *bridge, *uplink, *network;
	enum firewall_by backend;
	bool drop_too_big; /* tell nobody that a packet is too big: neither by ICMP nor ICMPv6 */
	bool bridged;      /* frames from port to port meet FORWARD as well (lab_up() sees to it) */
	bool ip6;          /* the router forwards IPv6 */
};

/* An iptables-restore at work. */
struct firewall_load {
	const char *program;
	pid_t pid;
	int says; /* what it writes */
};

/* Starts iptables-restore in the caller's network namespace: masquerade what the bridge's network
 * sends out of the uplink, forward that and its answers, drop every other forwarding. 0 or -errno.
 */
int firewall_start(const struct firewall_rules *rules, struct firewall_load *load, struct err *e);
/* Waits for it, and ends it at the deadline. 0, -ETIMEDOUT, or -EIO (with what it said) when it
 * refused. */
int firewall_wait(struct firewall_load *load, int64_t deadline_ns, struct err *e);
/* Has the caller's network namespace tables for NAT and for forwarding, of whichever backend? What
 * ends with status 0 need not have loaded any. */
bool firewall_is_there(void);
/* Runs ip6tables-restore with what `rules` ask of IPv6, which may be nothing. As firewall_wait().
 */
int firewall_ip6(const struct firewall_rules *rules, int64_t deadline_ns, struct err *e);
/* Runs ip6tables-restore in the caller's network namespace, which has no other rules of IPv6: it
 * reports no multicast groups (MLD) from now on. As firewall_wait(). */
int firewall_drop_mld(enum firewall_by backend, int64_t deadline_ns, struct err *e);
/* The iptables-restore that is used where none is asked for, or NULL when none is installed. */
const char *firewall_program(void);

#endif
