/* runner.h: `steadybridge check`: plays cases, judges them, reports. */
#ifndef SB_RUNNER_H
#define SB_RUNNER_H

#include "command/load.h"
#include "command/options.h"

/* Plays the cases of these scenarios that the options select. The exit status of OUTPUT: 0 passed,
 * 1 a fail, 2 usage, 3 inconclusive, not reproduced or invalid, 4 nothing was played. */
int runner_check(const struct scenarios *s, const struct options *o);

#endif
