/* decode_ports.h: clients and churn ports read into plain values. */
#ifndef SB_DECODE_PORTS_H
#define SB_DECODE_PORTS_H

#include "scenario/values.h"

void decode_clients(struct decoder *d, const struct node *tree, struct scenario_case *c);
void decode_churns(struct decoder *d, const struct node *tree, struct scenario_case *c);
/* Notes that a name is no client's, and the names that are: of `c1: {count: 3}`, c1-1 to c1-3. */
void decode_no_client(struct decoder *d, const struct node *n, const char *what, const char *name,
    const struct scenario_case *c);

#endif
