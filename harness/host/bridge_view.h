/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_view.h: a bridge of the caller's network namespace and its ports, as the kernel reports
 * them. Sends only requests that read. */
#ifndef SB_BRIDGE_VIEW_H
#define SB_BRIDGE_VIEW_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mac.h"
#include "net/nl.h"

struct view_port {
	int ifindex;
	char name[IF_NAMESIZE];
	struct mac mac;
	unsigned mtu;
};

struct view_address {
	char text[64]; /* with its prefix length: "192.0.2.1/24" */
};

struct bridge_view {
	int ifindex;
	char name[IF_NAMESIZE];
	struct mac mac;
	unsigned mtu;
	bool carrier;
	bool pinned; /* addr_assign_type is NET_ADDR_SET: it keeps its MAC whatever its ports do */
	struct view_port *ports;
	size_t n_ports, cap_ports;
	struct view_address *addresses; /* of IPv4 and IPv6 */
	size_t n_addresses, cap_addresses;
};

struct bridge_views {
	struct bridge_view *items; /* by ifindex */
	size_t n, cap;
};

/* The bridge of that name, or with NULL all of them. 0 or -errno: -ENODEV no such device, -EINVAL
 * it is no bridge, -EIO its addr_assign_type cannot be read. Free in any case. */
int bridge_views_look(
    struct nl_sock *sock, const char *name, struct bridge_views *out, struct err *e);
void bridge_views_free(struct bridge_views *all);
void bridge_view_free(struct bridge_view *b);
/* Reads addr_assign_type, which only /sys has. 0 or -errno. */
int bridge_view_look_pinned(struct bridge_view *b, struct err *e);
/* The port with the lowest MAC, without that one (may be NULL); NULL: there is none. */
const struct view_port *bridge_view_lowest(
    const struct bridge_view *b, const struct view_port *without);
/* The port with that ifindex, or NULL. */
struct view_port *bridge_view_port(const struct bridge_view *b, int ifindex);

/* That address of it, or NULL. */
struct view_address *bridge_view_address(const struct bridge_view *b, const char *text);

#endif
