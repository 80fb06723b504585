/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_setup.h: sets up one play: lab, churner, sockets, timers; everything before warm-up. */
#ifndef SB_LAB_SETUP_H
#define SB_LAB_SETUP_H

#include "play/loop.h"

/* Everything before warm-up: lab, churner, the other labs of the batch, sockets, timers, epoll. */
int lab_setup(struct player *p, const char *dnsmasq_conf, struct err *e);

#endif
