/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_ask.h: what was true of the bridge at a moment, as far as the notifications tell. */
#ifndef SB_BRIDGE_ASK_H
#define SB_BRIDGE_ASK_H

#include "observed/bridge_state.h"

/* Was `mac` the gateway's at t_ns? */
enum maybe bridge_gateway_is(const struct bridge_state *m, int64_t t_ns, struct mac mac);
/* Did a port have `mac` at t_ns? */
enum maybe bridge_port_has(const struct bridge_state *m, int64_t t_ns, struct mac mac);
/* Did the client's port forward at t_ns? */
enum maybe bridge_port_forwards(const struct bridge_state *m, int64_t t_ns, size_t client);
/* Is a packet of len bytes (0: not told) over the MTU at t_ns? What was never told is over nothing.
 */
enum maybe bridge_mtu_exceeded(const struct history *mtu, int64_t t_ns, unsigned len);
/* The gateway's last MAC seen at or before t_ns; zero when none was seen. */
struct mac bridge_gateway_at(const struct bridge_state *m, int64_t t_ns);
/* How often the gateway's MAC was seen to change after t=0. */
unsigned bridge_gateway_changes(const struct bridge_state *m);
/* Does the event tell of an address of br0? */
bool bridge_is_address(const struct event *ev);
/* Had the bridge lost its address of this family (the clients' gateway) by t_ns? */
bool bridge_address_lost(const struct trace *t, enum ip_family family, int64_t t_ns);
/* Had it lost its last link-local address by then? Without one a router solicits nobody for what it
 * forwards (ndisc_send_ns()). */
bool bridge_no_link_local(const struct trace *t, int64_t t_ns);

#endif
