/* replay.h: `steadybridge replay`: stored traces judged and reported again. */
#ifndef SB_REPLAY_H
#define SB_REPLAY_H

#include "command/options.h"

/* Names are traces, folders of cases, or folders that a run left behind. Of a whole run the text is
 * printed again as check printed it; of single traces, each case in full. Exit status as check's;
 * 2 for what cannot be read. */
int replay_run(const struct options *o);

#endif
