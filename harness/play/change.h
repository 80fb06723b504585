/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change.h: one-off changes of the bridge, its ports and its clients. */
#ifndef SB_PLAY_CHANGE_H
#define SB_PLAY_CHANGE_H

#include "lab/lab.h"
#include "play/port.h"
#include "schedule/schedule_types.h"

struct change_tools {
	const struct scenario_case *c;
	const struct schedule *s;
	const struct lab *lab;
	const struct port_home *home;
	int senders[CLIENTS_MAX]; /* a socket in each client that has sent a frame; 0: none yet */
};

/* The bridge that a case makes, at first and when it recreates it. */
struct lab_bridge change_new_bridge(const struct scenario_case *c, const struct schedule *s);
/* Does what the event says, in the caller's namespace, the router's; p is the churn port it is done
 * to, or NULL. 0 or -errno with a message. */
int change_play(
    struct change_tools *w, const struct sched_event *ev, const struct port *p, struct err *e);

#endif
