/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gateway_arp.h: what the gateway sends to all (ARP, NS, NA), which corrects clients' entries. */
#ifndef SB_GATEWAY_ARP_H
#define SB_GATEWAY_ARP_H

#include "judge/judgement.h"
#include "observed/bridge_state.h"
#include "observed/neigh.h"

#define GATEWAY_ARP_TEXT 96

enum gateway_arp_why {
	GATEWAY_ARP_UNPROMPTED, /* nothing of the case asked for it */
	GATEWAY_ARP_PROMPTED,   /* it looked for a client whose lookup was under way */
	/* for itself, as its MAC changed or it was set up: arp_notify, ndisc_notify */
	GATEWAY_ARP_ANNOUNCED
};

struct gateway_arp {
	int64_t t_ns;
	enum ip_family family;
	uint8_t tip[16]; /* four bytes for IPv4 */
	bool solicits;   /* IPv6: NS, not NA */
	enum gateway_arp_why why;
	int healed; /* a client that looks up and whose entry it corrected, or -1 */
};

struct gateway_arps {
	struct gateway_arp *items; /* after t=0, by time */
	size_t n, cap;
};

/* `outages` tell whose entry may have been corrected unseen. */
void gateway_arps_find(const struct trace *t, const struct bridge_state *m, const struct neighs *n,
    const struct outage *outages, size_t n_outages, struct gateway_arps *out);
/* "broadcast ARP for 192.0.2.99", "solicited 2001:db8::99 by multicast"; returns out
 * (GATEWAY_ARP_TEXT). */
char *gateway_arp_text(const struct gateway_arp *gateway_arp, char *out);
/* The first after since_ns that may have healed a client, an unprompted one rather than another; or
 * NULL. */
const struct gateway_arp *gateway_arps_healing(const struct gateway_arps *all, int64_t since_ns);
/* "7.000 s the gateway broadcast ARP for 192.0.2.99 and so healed 'c1'"; caller frees. */
char *gateway_arp_healing_text(const struct trace_meta *meta, const struct gateway_arp *arp);
void gateway_arps_free(struct gateway_arps *gateway_arps);

#endif
