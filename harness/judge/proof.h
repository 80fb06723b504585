/* proof.h: a run's arms by their controls: what has an arm that held proven? */
#ifndef SB_PROOF_H
#define SB_PROOF_H

#include "judge/judge.h"

/* An arm of which a control (same group, same repeat, its last replay) did not pass, or was not
 * played, proves nothing: a pass of it becomes inconclusive. A fail stays a fail. */
void judge_run(struct judged **plays, size_t n);

#endif
