/* reason.h: an outage in one sentence: who, which MACs and ports, how many, why it ended. */
#ifndef SB_REASON_H
#define SB_REASON_H

#include "judge/facts.h"

/* What happened in it, from evidence alone; caller frees. */
char *reason_text(const struct facts *f, const struct outage *o);
/* What ended it ("its port forwarded again"); NULL when it is open, or when nothing was seen to end
 * it. Caller frees. */
char *reason_end(const struct facts *f, const struct outage *o);

#endif
