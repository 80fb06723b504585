/* proof.h: a run's arms by their controls: what has an arm that held proven? */
#ifndef SB_PROOF_H
#define SB_PROOF_H

#include "judge/judge.h"

/* May this play be the control of that arm: is it one that must break, of its group and repeat? */
bool proof_is_control(const struct trace_meta *control, const struct trace_meta *arm);
/* Finds the control of each arm. An arm of which a control (same group, same repeat, its last
 * replay) did not pass, or was not played, proves nothing: a pass of it becomes inconclusive. A
 * fail stays a fail. */
void judge_run(struct judged **plays, size_t n);

#endif
