/* starter.h: `steadybridge new NAME`. */
#ifndef SB_STARTER_H
#define SB_STARTER_H

#include "command/options.h"

/* Writes NAME.yaml in the current folder, which plays as it is. The exit status. */
int starter_command(struct options *o);

#endif
