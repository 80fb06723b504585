/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reason.h: an outage in one sentence, and a case in its decisive events. */
#ifndef SB_REASON_H
#define SB_REASON_H

#include "judge/facts.h"

/* reason.c: what happened in it (who, which MACs and ports, how many), from evidence alone; caller
 * frees. */
char *reason_text(const struct facts *f, const struct outage *o);

/* story.c: sets the findings of j, the decisive events by time; `o` is the outage that the verdict
 * rests on, or NULL. */
void story_tell(const struct facts *f, const struct outage *o, struct judgement *j);

#endif
