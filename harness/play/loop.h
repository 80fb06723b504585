/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loop.h: what the player of a case holds, and its event loop. */
#ifndef SB_LOOP_H
#define SB_LOOP_H

#include "base/drop_tracepoint.h"
#include "base/units.h"
#include "lab/lab.h"
#include "play/capture.h"
#include "play/churner.h"
#include "play/observer.h"
#include "play/prober.h"

/* A build that captures nothing, only to measure what captures cost: bench/captures.sh. */
#ifdef SB_NO_CAPTURES
#define PLAYER_BLIND true
#else
#define PLAYER_BLIND false
#endif

#define PLAYER_PATIENCE_NS (30 * NS_PER_S)

struct lab_shell;

/* An fd is -1 when it is not used. */
struct batch_link {
	struct packet_buffer *packets; /* where packets are kept, or NULL */
	int keep;                      /* namespaces are left in its queue, see netns_keep() */
	int ready;                     /* eventfd: one is added when the lab stands */
	int go; /* eventfd: readable when every lab stands, so that building one disturbs no play */
	/* Begins this much real time after `go`: churn at round times, all at the same moment,
	 * would make every play wait for the RTNL of all the others. */
	int64_t after_ns;
	/* Timeout, in real time, for building the lab and again for its programs to answer; 0:
	 * PLAYER_PATIENCE_NS. */
	int64_t patience_ns;
	/* play/lab_shell.h; NULL: the case is played to its end without a shell. */
	const struct lab_shell *shell;
	/* Where a subject's verbs write; see lab/subject.h. */
	int subject_says;
	/* Shared memory: processor time of player and dnsmasq from warm-up to the end; or NULL. */
	_Atomic int64_t *cpu_ns;
};

/* What an fd of the epoll belongs to: the upper half of its data; the lower one is the index. */
enum source {
	SRC_TIMER,
	SRC_CHURNER,
	SRC_PROBER,
	SRC_OBSERVER,
	SRC_CAPTURE,
	SRC_DROPS,
	SRC_PAUSE,
	SRC_UPSTREAM
};

struct player {
	const struct scenario_case *c;
	const struct schedule *s;
	struct tape *tape;
	const struct batch_link *batch_link;
	struct lab lab;
	struct churner churner;
	struct trace_meta meta;
	struct packet_ports *ports; /* of lookups over TCP */
	struct prober *probers;     /* one a stream, the reference last */
	struct observer *observers; /* router, then the clients */
	struct capture *captures;   /* router, upstream, then the clients */
	size_t n_observers, n_captures;
	struct drop_tracepoint drops; /* open in a drop play */
	int epoll, timer;
	int upstream;       /* pidfd of dnsmasq */
	struct notice rest; /* the router's, before the last step; its names are the observer's */
	bool churn_done, paused;
	int64_t asked_ns;                    /* the first lookups were answered, CLOCK_MONOTONIC */
	int64_t warmup_ns, start_ns, end_ns; /* likewise */
	uint64_t backlog_drops;              /* of the machine by t=0 */
};

/* Waits for events, or until wake_ns, or less, and reads what has arrived. 0 or -errno. */
int player_step(struct player *p, int64_t wake_ns, struct err *e);
/* Puts a phase on the tape. */
void player_phase(struct player *p, enum phase phase, int64_t t_ns);
/* A timeout in real time: the smaller of limit_ns and the batch's patience. */
int64_t player_patience(const struct player *p, int64_t limit_ns);
/* The error of a churner that does not end: -ETIMEDOUT. */
int player_churner_hangs(const struct player *p, struct err *e);
/* Scenario time in real time. */
int64_t player_real(const struct player *p, int64_t scenario_ns);

#endif
