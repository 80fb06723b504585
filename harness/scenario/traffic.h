/* traffic.h: family, transport, answer size and attempts of lookups: read, checked, spread. */
#ifndef SB_TRAFFIC_H
#define SB_TRAFFIC_H

#include "scenario/decode.h"
#include "scenario/decode_ports.h"
#include "scenario/schedule.h"

#define TRAFFIC_ANSWER_MAX 4096

/* Reads them from the map `lookups` (or NULL) into c. */
void traffic_read(struct decoder *d, const struct node *lookups, struct scenario_case *c);
/* What they must be to the case's other values. */
void traffic_check(struct errors *e, const struct node *tree, const struct scenario_case *c);
/* Fills the streams of meta: each client x family x transport, then the reference. */
void traffic_streams(const struct scenario_case *c, struct trace_meta *meta);
/* The pace that the streams can bear. */
double traffic_pace(const struct scenario_case *c);

#endif
