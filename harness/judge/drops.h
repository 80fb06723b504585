/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drops.h: in which function of the kernel the lookups of an outage were dropped. */
#ifndef SB_DROPS_H
#define SB_DROPS_H

#include "judge/facts.h"

#define DROPS_TOLD 2 /* different ones of an outage */

/* The drops that lost the lookups of this outage, those of most lookups first: how many. The caller
 * frees their texts. */
size_t drops_find(const struct facts *f, const struct outage *o, struct finding out[DROPS_TOLD]);
/* Dropped packets that were not recorded. */
uint64_t drops_missed(const struct trace *t);

#endif
