/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timeline.h: the lanes of one trace: ports, gateway, neighbour entries, attempts; for any drawing.
 *
 * A trace may be partial: of a play that still runs, that was killed, or that never reached t=0. */
#ifndef SB_TIMELINE_H
#define SB_TIMELINE_H

#include "judge/judge.h"

/* A stretch of a lane, [from_ns, to_ns); it may begin before t=0. */
struct span {
	int64_t from_ns, to_ns;
	struct mac mac;
	unsigned state; /* LANE_NEIGH: NUD_*, 0 no entry; LANE_PORT: BR_STATE_* or PORT_UNTOLD */
	bool open;      /* still so at known_ns, which is its to_ns */
};

enum dot_kind {
	DOT_ANSWERED,
	DOT_LATE,
	DOT_LOST, /* silent, wrong, refused, or not sent */
	DOT_OPEN  /* not over when the trace broke off: not judged */
};

/* An attempt. */
struct dot {
	int64_t t_ns; /* when it was sent; below 0: warm-up, not judged */
	enum dot_kind kind;
};

enum lane_kind {
	LANE_PORT,    /* a port of the bridge while it was there; a span an address (or state) */
	LANE_GATEWAY, /* the bridge's MAC */
	LANE_NEIGH,   /* a client's neighbour entry for the gateway */
	LANE_STREAM   /* dots */
};

struct lane {
	enum lane_kind kind;
	char name[48];      /* the port's, the bridge's, the client's, the stream's */
	int client;         /* whose port, entry or stream; -1: nobody's */
	int stream;         /* LANE_STREAM: which one of the trace */
	struct span *spans; /* by time */
	size_t n_spans, cap_spans;
	struct span *stale; /* LANE_NEIGH: the entry was there and not the gateway's MAC */
	size_t n_stale, cap_stale;
	struct dot *dots; /* LANE_STREAM: by time */
	size_t n_dots, cap_dots;
};

struct timeline {
	int64_t to_ns;       /* the axis goes from 0 to this: the case's duration, or longer */
	int64_t known_ns;    /* the trace tells up to here */
	bool started, ended; /* t=0, PHASE_END was reached */
	struct lane *lanes;  /* churned ports, clients' ports, gateway, entries, streams */
	size_t n_lanes, cap_lanes;
	const struct outage *outages; /* the judgement's */
	size_t n_outages;
};

void timeline_make(const struct judged *play, struct timeline *out);
void timeline_free(struct timeline *tl);
/* Judged attempts: what an honest drawing shows one mark each for. */
size_t timeline_judged(const struct timeline *tl);

#endif
