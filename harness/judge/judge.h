/* judge.h: from a trace to a verdict with its reasons. Pure. */
#ifndef SB_JUDGE_H
#define SB_JUDGE_H

#include "judge/judgement.h"
#include "trace/trace.h"

/* Judges one play by itself. Controls are judged against their cause, arms against their limits. */
void judge_case(const struct trace *t, struct judgement *j);

#endif
