/* judge.h: from a trace to a verdict with its reasons. Pure. */
#ifndef SB_JUDGE_H
#define SB_JUDGE_H

#include "judge/facts.h"

/* One play of a run. */
struct judged {
	const struct trace *trace;
	struct judgement judgement;
	struct facts facts; /* what the judgement rests on; points into the trace */
	/* Of an arm, by judge_run(): the control of its group and repeat, one that did not break
	 * before one that did; NULL: none was played. */
	const struct judged *control;
	char **captures; /* names of its pcap files */
	size_t n_captures;
};

/* Judges p->trace by itself, again if it was before. Controls are judged against their cause, arms
 * against their limits. */
void judge_play(struct judged *p);
/* All but the trace. */
void judged_free(struct judged *p);
/* The same where only the judgement is wanted. */
void judge_case(const struct trace *t, struct judgement *j);

#endif
