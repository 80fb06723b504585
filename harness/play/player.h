/* player.h: plays one case in the caller's sandbox and puts all of it on the tape. */
#ifndef SB_PLAYER_H
#define SB_PLAYER_H

#include "base/err.h"
#include "base/units.h"
#include "play/hold.h"
#include "schedule/schedule.h"
#include "trace/reel.h"
#include "trace/tape.h"

/* A build that captures nothing, only to measure what captures cost: bench/captures.sh. */
#ifdef SB_NO_CAPTURES
#define PLAYER_BLIND true
#else
#define PLAYER_BLIND false
#endif

/* What a play shares with its runner and with the plays at the same time; fds are -1 where there is
 * none. */
struct player_company {
	struct reel *reel; /* where packets are kept, or NULL */
	int keep;          /* namespaces are left in its queue, see netns_keep() */
	int ready;         /* eventfd: one is added when the lab stands */
	int go; /* eventfd: readable when every lab stands, so that building one disturbs no play */
	/* Begins this much real time after `go`: churn at round times, all at the same moment,
	 * would make every play wait for the RTNL of all the others. */
	int64_t after_ns;
	/* A lab stands within this, in real time, and within as much all of its programs answer;
	 * 0: PLAYER_PATIENCE_NS. */
	int64_t patience_ns;
	const struct hold *hold; /* NULL: it is played to its end, and nobody gets in */
	/* Shared memory: what player and dnsmasq took of the processors from warm-up to the end; or
	 * NULL. */
	_Atomic int64_t *cpu_ns;
};

#define PLAYER_PATIENCE_NS (30 * NS_PER_S)

/* With company->hold a shell opens in the lab: at once, or when it is told to pause; then the case
 * ends there (PHASE_PAUSED).
 *
 * Builds the lab, starts the churner, plays warm-up and case, waits for the last deadline. One
 * thread, one epoll loop. 0 when it was played to its end; else -errno and a message, which is also
 * on the tape (PHASE_LAB_FAILED). Whatever it made goes with the sandbox, but namespaces that are
 * kept for later. */
int player_play(const struct scenario_case *c, const struct schedule *s, const char *dnsmasq_conf,
    struct tape *tape, const struct player_company *company, struct err *e);

#endif
