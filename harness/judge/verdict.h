/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verdict.h: from the facts to a verdict with its reason. */
#ifndef SB_VERDICT_H
#define SB_VERDICT_H

#include "judge/facts.h"

/* Sets verdict, cause, form, known, why and so of j. Returns the outage that it rests on, or NULL.
 */
const struct outage *verdict_reach(const struct facts *f, struct judgement *j);

#endif
