/* SPDX-License-Identifier: GPL-2.0-or-later */
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

/* proof.c: a run's arms by their controls: what has an arm that held proven? */

/* May this play be the control of that arm: is it one that must break, of its group and repeat? */
bool proof_is_control(const struct trace_meta *control, const struct trace_meta *arm);
/* Finds the control of each arm. An arm of which a control (same group, same repeat, its last
 * replay) did not pass, or was not played, proves nothing: a pass of it becomes inconclusive. A
 * fail stays a fail. Then adds to the findings of each case that was played once more, with the
 * kernel's drops, what that showed. */
void judge_run(struct judged **plays, size_t n);
/* Is this play worth a drop play: did it fail, or break in another way than it must, for a reason
 * that is not known to the end? */
bool proof_wants_drops(const struct judged *p);

#endif
