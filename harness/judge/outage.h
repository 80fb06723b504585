/* outage.h: runs of lost attempts in a stream, each with its cause. */
#ifndef SB_OUTAGE_H
#define SB_OUTAGE_H

#include "judge/attempt.h"

/* All outages of all streams but the reference; caller frees. */
struct outage *outages_make(const struct attempts *a, const struct trace *t, size_t *n);

#endif
