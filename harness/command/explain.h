/* explain.h: `steadybridge explain NAME`. */
#ifndef SB_SUITE_EXPLAIN_H
#define SB_SUITE_EXPLAIN_H

#include "command/options.h"

/* Prints a scenario, or one of its cases, in words. The exit status. */
int explain_command(struct options *o);

#endif
