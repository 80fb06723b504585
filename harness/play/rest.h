/* rest.h: the bridge and the neighbour timers as they are when nothing is played. */
#ifndef SB_REST_H
#define SB_REST_H

#include "play/loop.h"

/* The neighbour timers as the kernel has them; since_ns: were they redrawn since then? 0: not
 * asked. */
int rest_read_timers(struct player *p, int64_t since_ns, struct err *e);
/* The bridge as the monitor last told it; asks nothing. */
void rest_put_baseline(struct player *p);
/* The bridge at rest: only after the play, since it asks the kernel. */
int rest_put_end(struct player *p, struct err *e);
/* The lab did not come up: puts the bridge and its ports as they are, which may say why. Whatever
 * cannot be read is left out. */
void rest_put_unbuilt(struct player *p);

#endif
