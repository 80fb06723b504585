/* explain_cause.h: why a case breaks by a cause, in words. Pure. */
#ifndef SB_EXPLAIN_CAUSE_H
#define SB_EXPLAIN_CAUSE_H

#include "base/mem.h"
#include "scenario/case.h"

/* What of a case decides which sentences on a cause are for it: a set of bits, so that those of
 * several cases can be joined. */
unsigned explain_facts(const struct scenario_case *c);
/* Appends the paragraph that tells why a case with these facts breaks by that cause; words of
 * docs/SCENARIOS.md and docs/KERNEL.md. */
void explain_cause(enum cause cause, unsigned facts, struct buf *out);

#endif
