/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_cause.h: why a case breaks by a cause, in words. Pure. */
#ifndef SB_EXPLAIN_CAUSE_H
#define SB_EXPLAIN_CAUSE_H

#include "base/mem.h"
#include "scenario/case.h"

/* The properties of a case that decide which sentences about a cause it gets: a set of bits, so
 * that those of several cases can be joined. */
unsigned explain_facts(const struct scenario_case *c);
/* Appends the paragraph on why a case with these facts breaks by that cause, in the words of
 * docs/SCENARIOS.md and docs/KERNEL.md. */
void explain_cause(enum cause cause, unsigned facts, struct buf *out);

#endif
