/* stage.h: one play from the inside: what the player holds, how it is set up, what is read at rest.
 */
#ifndef SB_STAGE_H
#define SB_STAGE_H

#include "lab/lab.h"
#include "play/capture.h"
#include "play/churner.h"
#include "play/observer.h"
#include "play/player.h"
#include "play/prober.h"

/* A churner ends within this after the last deadline, or the case is invalid; it may wait 10 s for
 * the kernel to take a link away. */
#define CHURN_END_NS (12 * NS_PER_S)

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
	const struct player_company *company;
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

/* Waits for news, or for wake_ns, and takes in what has come. 0 or -errno. */
int player_step(struct player *p, int64_t wake_ns, struct err *e);
/* Puts a phase on the tape; text is at most 70 bytes of it. */
void player_phase(struct player *p, enum phase phase, int64_t t_ns);
/* How a case's bridge is made. */
struct lab_bridge stage_bridge(const struct scenario_case *c, const struct schedule *s);
/* Everything before warm-up: lab, churner, the other labs of the batch, sockets, timers, epoll. */
int stage_set(struct player *p, const char *dnsmasq_conf, struct err *e);
/* The neighbour timers as the kernel has them; since_ns: were they redrawn since then? 0: not
 * asked. */
int stage_read_timers(struct player *p, int64_t since_ns, struct err *e);
/* The bridge as the monitor last told it; asks nothing. */
void stage_put_baseline(struct player *p);
/* The bridge at rest: only after the play, since it asks the kernel. */
int stage_put_rest(struct player *p, struct err *e);
/* How long whoever is waited for may take, real time; the smaller of limit_ns and patience. */
int64_t stage_patience(const struct player *p, int64_t limit_ns);
/* The error of a churner that does not end: -ETIMEDOUT. */
int stage_churner_hangs(const struct player *p, struct err *e);
/* Scenario time in real time. */
int64_t stage_real(const struct player *p, int64_t scenario_ns);

#endif
