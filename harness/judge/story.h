/* story.h: the decisive events of a case, in the order of time, for a person. */
#ifndef SB_STORY_H
#define SB_STORY_H

#include "judge/facts.h"

/* Sets the findings of j; `o` is the outage that the verdict rests on, or NULL. */
void story_tell(const struct facts *f, const struct outage *o, struct judgement *j);

#endif
