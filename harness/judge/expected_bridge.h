/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expected_bridge.h: what br0 must be by the kernel's rules, and where it is something else. */
#ifndef SB_EXPECTED_BRIDGE_H
#define SB_EXPECTED_BRIDGE_H

#include "judge/invariant.h"
#include "observed/bridge_state.h"

/* Adds a breach for each rule that is violated from the start, or later for as long as nothing was
 * changing; but for rules of which out has a breach already. The rules, all of net/bridge:
 *  - MAC: as set, or else the lowest of its ports, all zero without ports
 *    (br_stp_recalculate_bridge_id());
 *  - addr_assign_type: NET_ADDR_SET where it was set, and only there;
 *  - MTU: as set to another value than it had, or else the smallest of its ports, 1500 without
 *    ports (br_mtu_auto_adjust());
 *  - carrier while a port forwards (br_port_state_selection());
 *  - a local FDB entry for its MAC (br_fdb_change_mac_address());
 *  - the addresses that it was given.
 * Where the lab did not come up, its state at that moment is compared. A trace that does not say
 * how br0 was made (MAC_RULE_UNKNOWN) is not judged by this. */
void expected_bridge_find(
    const struct trace *t, const struct bridge_state *m, struct breaches *out);

#endif
