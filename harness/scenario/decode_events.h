/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode_events.h: the one-off changes of `events` read into plain values. */
#ifndef SB_DECODE_EVENTS_H
#define SB_DECODE_EVENTS_H

#include "scenario/read.h"

/* After clients and churns. What has an error is left out. */
void decode_events(struct decoder *d, const struct node *tree, struct scenario_case *c);
/* Notes that a name is no client's, and the names that are: of `c1: {count: 3}`, c1-1 to c1-3. */
void decode_no_client(struct decoder *d, const struct node *n, const char *what, const char *name,
    const struct scenario_case *c);

#endif
