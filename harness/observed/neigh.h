/* SPDX-License-Identifier: GPL-2.0-or-later */
/* neigh.h: neighbour entries of the clients for the gateway and of the router for the clients, of
 * each family by itself, and the ARP, or solicitations and advertisements, that made them. */
#ifndef SB_JUDGE_NEIGH_H
#define SB_JUDGE_NEIGH_H

#include "observed/history.h"
#include "trace/trace.h"

/* Moments, rising. */
struct moments {
	int64_t *items;
	size_t n, cap;
};

struct neigh {
	struct history gateway;  /* the client's entry for the gateway; state: NUD_*, gone: 0 */
	struct history client;   /* the router's entry for the client */
	struct history own;      /* the MACs that the client sent from; in the IPv4 one only */
	struct moments requests; /* ARP requests, NS, of the client for the gateway */
	struct moments heard;    /* those of them that reached the bridge */
	struct moments told;     /* ARP replies, NA, of the gateway for the client, on the bridge */
	struct moments replies;  /* ARP replies, NA, of the gateway that reached the client */
	struct moments
	    looked_for;         /* ARP requests, NS, of the gateway for the client, on the bridge */
	struct moments sought;  /* those of them that reached the client's port */
	struct moments reached; /* those of them that reached the client */
	struct moments crossed; /* its queries on bridge and uplink, replies for it on the uplink */
};

struct neighs {
	struct neigh *items; /* one a client for IPv4, then one a client for IPv6 */
	size_t n;            /* clients */
	/* ARP, NS and NA, for the upstream and from it */
	struct moments uplink_requests[IP_FAMILIES], uplink_replies[IP_FAMILIES];
};

enum {
	NUD_IS_INCOMPLETE = 0x01,
	NUD_IS_REACHABLE = 0x02,
	NUD_IS_FAILED = 0x20,
	NUD_IS_PERMANENT = 0x80
};

void neighs_make(const struct trace *t, int64_t slack_ns, struct neighs *out);
void neighs_free(struct neighs *n);
/* The entries of a client, and for it, in one family. */
struct neigh *neigh_of(const struct neighs *n, size_t client, enum ip_family family);
/* Is there one in [from, to]? */
bool moments_in(const struct moments *m, int64_t from_ns, int64_t to_ns);
/* The last one in [from, to], or INT64_MIN. */
int64_t moments_last(const struct moments *m, int64_t from_ns, int64_t to_ns);
/* Was the entry INCOMPLETE or FAILED at some moment of [from, to]? */
bool neigh_unresolved(const struct history *h, int64_t from_ns, int64_t to_ns);
/* Had it a MAC? Of what is looked for for the first time nothing is told until it fails. */
bool neigh_known(const struct history *h, int64_t from_ns, int64_t to_ns);
/* Had the client `mac` at some moment of [from, to]? */
enum maybe neigh_own_is(const struct neigh *n, int64_t from_ns, int64_t to_ns, struct mac mac);
/* NUD_* as `ip neigh` writes it. */
const char *neigh_state_name(unsigned state);
/* Index of the client with this address, or -1. */
int client_by_ip(const struct trace *t, enum ip_family family, const uint8_t *ip);
/* Is it the gateway's? */
bool is_gateway_ip(const struct trace *t, enum ip_family family, const uint8_t *ip);
/* Did the gateway send this ARP, NS or NA? Its link-local address counts as well. */
bool is_by_gateway(const struct trace *t, const struct event *ev);
/* Of an ARP, NS or NA frame. */
enum ip_family frame_family(const struct event *ev);

#endif
