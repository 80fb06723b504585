/* neigh.h: neighbour entries of the clients for the gateway and of the router for the clients, and
 * the ARP that made them. */
#ifndef SB_JUDGE_NEIGH_H
#define SB_JUDGE_NEIGH_H

#include "judge/history.h"
#include "trace/trace.h"

/* Moments, rising. */
struct moments {
	int64_t *items;
	size_t n, cap;
};

struct neigh {
	struct history gateway;    /* the client's entry for the gateway; state: NUD_*, gone: 0 */
	struct history client;     /* the router's entry for the client */
	struct history own;        /* the MACs that the client sent from */
	struct moments requests;   /* ARP requests of the client for the gateway */
	struct moments heard;      /* those of them that reached the bridge */
	struct moments told;       /* ARP replies of the gateway for the client, on the bridge */
	struct moments replies;    /* ARP replies of the gateway that reached the client */
	struct moments looked_for; /* ARP requests of the gateway for the client */
	struct moments crossed; /* its queries on bridge and uplink, replies for it on the uplink */
};

struct neighs {
	struct neigh *items; /* one a client */
	size_t n;
	struct moments uplink_requests, uplink_replies; /* ARP for the upstream, and from it */
};

enum {
	NUD_IS_INCOMPLETE = 0x01,
	NUD_IS_REACHABLE = 0x02,
	NUD_IS_FAILED = 0x20,
	NUD_IS_PERMANENT = 0x80
};

void neighs_make(const struct trace *t, int64_t slack_ns, struct neighs *out);
void neighs_free(struct neighs *n);
/* Is there one in [from, to]? */
bool moments_in(const struct moments *m, int64_t from_ns, int64_t to_ns);
/* The last one in [from, to], or INT64_MIN. */
int64_t moments_last(const struct moments *m, int64_t from_ns, int64_t to_ns);
/* Was the entry INCOMPLETE or FAILED at some moment of [from, to]? */
bool neigh_unresolved(const struct history *h, int64_t from_ns, int64_t to_ns);
/* Had the client `mac` at some moment of [from, to]? */
enum maybe neigh_own_is(const struct neigh *n, int64_t from_ns, int64_t to_ns, struct mac mac);
/* NUD_* as `ip neigh` writes it. */
const char *neigh_state_name(unsigned state);
/* Index of the client with this address, or -1. */
int client_by_ip(const struct trace *t, const uint8_t ip4[4]);

#endif
