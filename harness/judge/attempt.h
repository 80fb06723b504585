/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attempt.h: every query that was sent, with what became of it on each hop; runs of lost ones. */
#ifndef SB_ATTEMPT_H
#define SB_ATTEMPT_H

#include "judge/judgement.h"

enum fate {
	FATE_ANSWERED,
	FATE_LATE,       /* right, but after the deadline */
	FATE_WRONG,      /* an answer with wrong rcode or data */
	FATE_REFUSED,    /* the socket reported an error */
	FATE_SEND_ERROR, /* it could not be sent */
	FATE_SILENT,     /* nothing came back */
	FATE_UNJUDGED    /* warm-up, or not over when the trace broke off */
};

struct attempt {
	int64_t t_ns, due_ns;
	uint32_t seq;
	uint16_t stream;
	uint8_t fate; /* enum fate; of a warm-up attempt too */
	uint8_t asked,
	    replied;        /* a bit a hop where its query, its reply was seen by its deadline */
	uint8_t bystanders; /* ports that are not its client's and that its query came out of */
	bool warmup;
	bool message;   /* TCP: asked and replied are of its messages, no longer of the handshake */
	bool too_big;   /* an ICMP error said so of its query or reply */
	bool flooded;   /* bystanders, or another client, got its query */
	uint8_t leaked; /* ports that are not its client's and that its reply came out of */
	bool held;      /* it was seen to go on after its deadline */
	bool upstream_late;      /* the upstream had it in time, and answered after the deadline */
	bool answered_late;      /* its reply left the upstream after the deadline */
	bool df, reply_df;       /* query, reply must not be fragmented */
	uint16_t len, reply_len; /* of query, reply as IP packets; 0: not told */
	int err;                 /* of the send or the answer, negative */
	int64_t hop_wait_ns; /* the longest wait between two hops where only a processor is waited
	                        for, after its deadline too */
	int64_t seen_ns;     /* the last frame at a hop that had not seen it; 0: none */
	bool seen_reply;     /* ... which was a reply */
	int64_t client_ns, bridge_ns, reply_ns; /* when the three frames below were seen */
	struct mac client_dst; /* destination of the query at the client or its port */
	int64_t port_ns;       /* when the query was seen at the client's port */
	struct mac port_dst;   /* ... its destination there */
	struct mac bridge_dst; /* ... on the bridge */
	struct mac
	    reply_dst; /* destination of the reply on the bridge, or the time of the hop before */
	enum cause cause; /* of a lost one */
	enum stale_form form;
};

struct attempts {
	struct attempt *items; /* by stream, then time */
	size_t n;
	size_t *first;  /* of stream i; first[n_streams] == n */
	size_t *by_seq; /* indexes of items, by stream, then seq */
	size_t n_streams;
};

#define HOP_BIT(hop) (1u << (hop))

/* Pairs sends, answers and frames. Events that belong to no attempt are passed over. */
void attempts_make(const struct trace *t, struct attempts *out);
void attempts_free(struct attempts *a);
struct attempt *attempts_find(
    const struct attempts *a, unsigned stream, uint32_t seq); /* or NULL */
/* Index of the stream's first attempt at or after t_ns; first[stream + 1] when there is none. */
size_t attempts_from(const struct attempts *a, size_t stream, int64_t t_ns);
bool attempt_lost(const struct attempt *a); /* a judged one that was not answered in time */
/* Counts one stream's judged attempts; `skipped` from the gaps in their due times. */
void attempts_count(
    const struct attempts *a, const struct trace *t, size_t stream, struct counts *out);
/* The largest gap between two sends of one stream: the shortest outage sure to be seen. */
int64_t attempts_resolution(const struct attempts *a, const struct trace *t);
/* All outages of all streams but the reference; caller frees. */
struct outage *outages_make(const struct attempts *a, const struct trace *t, size_t *n);

#endif
