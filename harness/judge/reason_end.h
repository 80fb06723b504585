/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reason_end.h: what ended an outage. */
#ifndef SB_REASON_END_H
#define SB_REASON_END_H

#include "judge/facts.h"

/* In words ("its port forwarded again"); NULL for an outage that is open, or that nothing was seen
 * to end. Caller frees. */
char *reason_end(const struct facts *f, const struct outage *o);

#endif
