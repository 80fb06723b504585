/* explain.h: a scenario told in words: what is there, what happens, what must come of it. Pure. */
#ifndef SB_EXPLAIN_H
#define SB_EXPLAIN_H

#include "scenario/scenario.h"

/* Appends all that is to be said of a scenario, or of one of its cases (`only`, or NULL). `file` is
 * the scenario's text, whose comment on top is shown; seed and pace as for schedule_make(). */
void explain_text(const struct scenario *s, const struct scenario_case *only, const char *file,
    uint64_t seed, double pace, struct buf *out);
/* What of a case decides which sentences on a cause are for it: a set of bits, so that those of
 * several cases can be joined. */
unsigned explain_facts(const struct scenario_case *c);
/* Appends the paragraph that tells why a case with these facts breaks by that cause; words of
 * docs/SCENARIOS.md and docs/KERNEL.md. */
void explain_cause(enum cause cause, unsigned facts, struct buf *out);

#endif
