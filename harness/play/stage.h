/* stage.h: sets up one play: lab, churner, sockets, timers; everything before warm-up. */
#ifndef SB_STAGE_H
#define SB_STAGE_H

#include "play/loop.h"

/* Everything before warm-up: lab, churner, the other labs of the batch, sockets, timers, epoll. */
int stage_set(struct player *p, const char *dnsmasq_conf, struct err *e);

#endif
