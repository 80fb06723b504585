/* sight.h: the lab as it is at this moment, for a person. */
#ifndef SB_SIGHT_H
#define SB_SIGHT_H

#include "play/loop.h"

/* Asks the kernel: the bridge's MAC and whose it is, its ports, the neighbour entries that matter.
 * Appends lines. 0 or -errno. */
int sight_text(const struct player *p, struct buf *out, struct err *e);

#endif
