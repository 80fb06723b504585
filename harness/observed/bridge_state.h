/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_state.h: the bridge and its ports as the notifications told them, with the window of each
 * change. */
#ifndef SB_BRIDGE_STATE_H
#define SB_BRIDGE_STATE_H

#include "observed/change_window.h"
#include "observed/history.h"
#include "trace/trace.h"

#define BRIDGE_NAME "br0"
#define UPLINK_NAME "up0"

enum port_verb { PORT_JOINED, PORT_LEFT, PORT_CHANGED };

/* A change of what a bridge inherits from its ports; or an event, see observed/intended.h. */
struct exposure {
	int64_t t_ns;
	char port[NAME_MAX_LEN];
	struct mac mac;
	enum port_verb verb;
	uint8_t op;    /* intended: enum churn_op */
	bool intended; /* an event of the scenario, which changed nothing that is inherited */
};

/* A port's address, for as long as that port had it. */
struct mac_owner {
	char port[NAME_MAX_LEN];
	struct mac mac;
	int64_t from_lo_ns, from_hi_ns, to_lo_ns, to_hi_ns;
	int64_t latest_ns; /* the latest to_hi_ns among those of this MAC up to here */
};

struct bridge_state {
	struct history gateway; /* the bridge's MAC */
	struct history
	    *client_ports;         /* one a client; state: BR_STATE_*, or PORT_AWAY, PORT_UNTOLD */
	struct history *dead_ends; /* one a client; state 1: its port is up without carrier, so the
	                              client's end of the link is down */
	size_t n_clients;
	struct history open_ports; /* state: how many ports may forward */
	struct history running; /* state: has the kernel told that br0 has carrier? (linkwatch) */
	struct history bridge_mtu, uplink_mtu, *port_mtus; /* state: the MTU; one a client */
	struct history lowest_mac, least_mtu;              /* of the ports: what is inherited */
	struct exposure *exposures;                        /* after t=0 */
	size_t n_exposures, cap_exposures;
	struct mac_owner *mac_owners; /* by MAC, then from_lo_ns */
	size_t n_mac_owners, cap_mac_owners;
	struct change_windows change_windows;
	int64_t slack_ns;                      /* the windows' */
	int64_t end_ns;                        /* PHASE_END, or the last event */
	const struct event *baseline, *at_end; /* EV_STATE, or NULL */
};

enum { PORT_FORWARDING = 3, PORT_UNTOLD = 255, PORT_AWAY = 256 };

void bridge_state_make(const struct trace *t, struct bridge_state *m);
void bridge_state_free(struct bridge_state *m);

#endif
