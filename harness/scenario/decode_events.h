/* decode_events.h: the one-off changes of `events` read into plain values. */
#ifndef SB_DECODE_EVENTS_H
#define SB_DECODE_EVENTS_H

#include "scenario/values.h"

/* After clients and churns. What has an error is left out. */
void decode_events(struct decoder *d, const struct node *tree, struct scenario_case *c);

#endif
