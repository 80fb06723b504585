/* bracket.h: which of the changes that were asked for can have changed the bridge's MAC. */
#ifndef SB_BRACKET_H
#define SB_BRACKET_H

#include "judge/mirror.h"

/* The earliest time at which the gateway's MAC may have gone from `old` to `new`, as read at t_ns;
 * the change before it came at since_ns or later. Of several brackets the first that can have done
 * it counts: a join brings its own port's MAC, a leave takes its own away. Where none can, as
 * mirror_earliest(). */
int64_t bracket_of_mac(
    const struct mirror *m, int64_t t_ns, struct mac old, struct mac new, int64_t since_ns);

#endif
