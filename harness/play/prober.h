/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prober.h: one stream of lookups: sends attempts at their time, reads what comes back.
 *
 * Only raw facts go on the tape: sent, answered. The judge decides what was late or lost. */
#ifndef SB_PROBER_H
#define SB_PROBER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/units.h"
#include "play/tcp.h"
#include "trace/tape.h"

#define PROBER_LATE_NS (2 * NS_PER_MS) /* a wake-up this late is worth an event */

struct prober {
	int fd; /* UDP: the socket; TCP: the epoll fd of tcp, readable when a connection has an
	           event */
	struct tape *tape;
	uint16_t stream;
	uint8_t family, transport; /* enum ip_family, enum transport */
	uint16_t answer_size;      /* UDP size sent in EDNS; 0: no EDNS */
	struct tcp tcp;            /* of TCP; ns, home and ports are set before it is opened */
	uint8_t where;
	bool closed_loop;
	/* Real time. */
	int64_t interval_ns, timeout_ns;
	int64_t due_ns;      /* the next attempt's; closed loop: INT64_MAX while waiting */
	int64_t deadline_ns; /* closed loop: of the attempt under way; INT64_MAX without one */
	int64_t last_sent_ns;
	uint32_t seq;       /* of the next attempt */
	bool last_answered; /* the attempt before that */
};

/* A socket of the caller's network namespace, connected to the server (of p->family) port 53. The
 * first attempt is due at first_ns. */
int prober_open(
    struct prober *p, struct tape *tape, const uint8_t *server, int64_t first_ns, struct err *e);
/* When prober_run() next has something to do. */
int64_t prober_wake_ns(const struct prober *p);
/* Sends what is due now, unless it is due at end_ns or later. */
void prober_run(struct prober *p, int64_t now_ns, int64_t end_ns);
void prober_read(struct prober *p);
/* Before recording begins: sends a lookup, and repeats it every retry_ns until answered. 0,
 * -ETIMEDOUT, -errno. */
int prober_first_answer(struct prober *p, int64_t retry_ns, int64_t deadline_ns, struct err *e);

#endif
