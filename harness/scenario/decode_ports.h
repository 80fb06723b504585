/* decode_ports.h: clients and churn ports read into plain values. */
#ifndef SB_DECODE_PORTS_H
#define SB_DECODE_PORTS_H

#include "scenario/values.h"

#define MTU_LEAST 68 /* the kernel's, for IPv4 */
#define MTU_MOST 65535
#define MTU_USUAL 1500

/* The MTU under the key, or `none` when it is not there. */
void decode_mtu(struct decoder *d, const struct node *map, const char *where, const char *key,
    uint32_t none, uint32_t *out);
void decode_clients(struct decoder *d, const struct node *tree, struct scenario_case *c);
void decode_churns(struct decoder *d, const struct node *tree, struct scenario_case *c);
/* Notes that a name is no client's, and the names that are: of `c1: {count: 3}`, c1-1 to c1-3. */
void decode_no_client(struct decoder *d, const struct node *n, const char *what, const char *name,
    const struct scenario_case *c);

#endif
