/* show.h: the state of the lab at this moment, as text. */
#ifndef SB_SHOW_H
#define SB_SHOW_H

#include "play/loop.h"

/* Asks the kernel: the bridge's MAC and whose it is, its ports, the neighbour entries that matter.
 * Appends lines. 0 or -errno. */
int show_text(const struct player *p, struct buf *out, struct err *e);

#endif
