/* churner.h: the child that plays a schedule: ports join and leave, faults happen.
 *
 * A process of its own, because deleting a link waits for RCU. It makes the ports that join before
 * warm-up, says so, waits for the time of t=0, and then plays every event at its time, stamping
 * begin and end: the change lies between. A delete runs in a thread, since it returns ~16 ms after
 * the port has gone; its end stamp is the notification that the link is gone. */
#ifndef SB_CHURNER_H
#define SB_CHURNER_H

#include <sys/types.h>

#include "base/err.h"
#include "lab/lab.h"
#include "schedule/schedule_types.h"
#include "trace/tape.h"

enum { CHURNER_READY, CHURNER_DONE, CHURNER_HELD };

/* What the churner says: one of these, or -errno with a message. */
struct churner_word {
	int32_t status;
	char text[512];
};

enum churner_what {
	ORDER_BEGIN, /* play the schedule from start_ns on */
	ORDER_NEXT,  /* play its next event now, to its end, and say so; the next one likewise */
	ORDER_HOLD,  /* leave the schedule where it is; from then on only joins and leaves count */
	ORDER_JOIN,
	ORDER_LEAVE
};

struct churner_order {
	int64_t start_ns;
	uint8_t what;
	bool mac_given; /* else a join takes the schedule's */
	struct mac mac;
	char port[NAME_MAX_LEN];
};

struct churner {
	pid_t pid;
	int channel; /* readable when it has something to say, or is gone */
};

/* Forks the churner of a case in the caller's (the router's) namespace; keep as in netns_keep(). */
int churner_start(struct churner *ch, const struct scenario_case *c, const struct schedule *s,
    const struct lab *lab, struct tape *tape, int keep, struct err *e);
/* Waits until the ports that join before are there. */
int churner_wait_ready(struct churner *ch, int64_t deadline_ns, struct err *e);
/* Tells it t=0 (CLOCK_MONOTONIC). */
int churner_begin(struct churner *ch, int64_t start_ns, struct err *e);
/* When its channel is readable: 1 it has played everything, 0 go on, or -errno with what went
 * wrong. */
int churner_read(struct churner *ch, struct err *e);
/* Tells it something; reads its next word: 0, or -errno with what went wrong. */
int churner_tell(struct churner *ch, const struct churner_order *o, struct err *e);
int churner_hear(struct churner *ch, struct churner_word *word, struct err *e);

#endif
