/* SPDX-License-Identifier: GPL-2.0-or-later */
/* intended.h: what the scenario's events asked for: seen to take effect, it is an exposure; and it
 * is no change that nobody asked for. */
#ifndef SB_INTENDED_H
#define SB_INTENDED_H

#include "base/units.h"
#include "observed/bridge_state.h"

#define OP_BIT(op) (1u << (op))

/* So long after its occasion does a change come at most. */
#define INTENDED_SOON_NS (250 * NS_PER_MS)

/* Adds the events that were seen to take effect to m->exposures, by time; but for those that
 * changed what the bridge inherits, which are there already. */
void intended_exposures(const struct trace *t, struct bridge_state *m);
const char *port_verb_name(enum port_verb verb); /* "joined", "left", "changed" */
/* "port lowest joined", "the event 'recreate' of br0"; caller frees. */
char *intended_words(const struct exposure *x);
/* On what occasion the gateway had got the MAC that it had at t_ns: "port lowest left", "br0's MAC
 * became 02:..."; NULL: it never changed. Caller frees. */
char *intended_occasion(const struct bridge_state *m, int64_t t_ns);
/* Is this one of the scenario's events of the bridge itself, of one of these kinds (OP_BIT)? */
bool intended_is_of_bridge(const struct change_window *b, unsigned ops);
/* Was one of these changes (OP_BIT) of the bridge itself asked for, and may it have been read at
 * t_ns? */
bool intended_for_bridge(const struct bridge_state *m, int64_t t_ns, unsigned ops);
/* Did an event ask for it that br0 lost or got this address (EV_ADDR)? */
bool intended_address(const struct bridge_state *m, const struct event *ev);
/* Was one asked for at any time up to t_ns? */
bool intended_before(const struct bridge_state *m, int64_t t_ns, unsigned ops);
/* Did the bridge have no port that forwards, because the scenario had taken the last one, when its
 * loss of carrier was read at t_ns? */
bool intended_no_carrier(const struct trace *t, const struct bridge_state *m, int64_t t_ns);
/* How often the gateway's MAC was seen to change after t=0 and no event asked for it. */
unsigned unintended_gateway_changes(const struct bridge_state *m);

#endif
