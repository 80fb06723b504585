/* decode_lookups.h: family, transport, answer size and attempts of lookups: read and checked. */
#ifndef SB_DECODE_LOOKUPS_H
#define SB_DECODE_LOOKUPS_H

#include "scenario/decode.h"
#include "scenario/decode_ports.h"

#define LOOKUPS_ANSWER_MAX 4096

/* Reads them from the map `lookups` (or NULL) into c. */
void lookups_read(struct decoder *d, const struct node *lookups, struct scenario_case *c);
/* What they must be to the case's other values. */
void lookups_check(struct errors *e, const struct node *tree, const struct scenario_case *c);

#endif
