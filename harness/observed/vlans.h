/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vlans.h: which VLANs the bridge and its ports were in, as the notifications told it. */
#ifndef SB_VLANS_H
#define SB_VLANS_H

#include "observed/bridge_state.h"

struct vlans {
	const struct event **items; /* EV_LINK that tell of VLANs, or of br0 */
	size_t n, cap;
	const struct bridge_state *m;
	bool filtered; /* at some time */
};

void vlans_make(const struct trace *t, const struct bridge_state *m, struct vlans *out);
void vlans_free(struct vlans *v);
/* Did the bridge let an untagged frame that entered by one of br0 and a port leave by the other in
 * all of [from_ns, to_ns], as far as VLANs go? NO: surely not, in all of it. */
enum maybe vlans_pass(
    const struct vlans *v, const char *in, const char *out, int64_t from_ns, int64_t to_ns);
/* Its PVID at t_ns; 0: none. */
unsigned vlans_pvid(const struct vlans *v, const char *name, int64_t t_ns);

#endif
