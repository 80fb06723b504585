/* loop.h: what the player of a case holds, and its event loop. */
#ifndef SB_LOOP_H
#define SB_LOOP_H

#include "lab/lab.h"
#include "play/capture.h"
#include "play/churner.h"
#include "play/batch_link.h"
#include "play/observer.h"
#include "play/prober.h"

/* What an fd of the epoll belongs to: the upper half of its data; the lower one is the index. */
enum source {
	SRC_TIMER,
	SRC_CHURNER,
	SRC_PROBER,
	SRC_OBSERVER,
	SRC_CAPTURE,
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
	int epoll, timer;
	int upstream; /* pidfd of dnsmasq */
	bool churn_done, paused;
	int64_t warmup_ns, start_ns, end_ns; /* CLOCK_MONOTONIC */
};

/* Waits for events, or until wake_ns, and reads what has arrived. 0 or -errno. */
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
