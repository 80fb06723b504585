/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereq_trials.h: what can only be known by trying it, in a sandbox. */
#ifndef SB_PREREQ_TRIALS_H
#define SB_PREREQ_TRIALS_H

#include "host/prereq_list.h"

/* Tries what is in the set, in a sandbox that this process enters; nothing of it outlives the
 * process. 0, or -errno of the sandbox. Links, programs and tracepoints may load modules. */
int prereq_trials(struct prereq *list, const struct prereq_set *set);

#endif
