/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selection.h: the scenarios and cases that a command line selects. */
#ifndef SB_SELECTION_H
#define SB_SELECTION_H

#include "cli/load.h"
#include "cli/options.h"

/* Each reads what the names mean, with --set, as the function of load.h does. 0, or an exit status
 * with every message printed. */
/* The named scenarios; without names those that come with steadybridge, the large ones with --all.
 */
int selection_read(const struct options *o, struct scenarios *s);
int selection_read_scope(
    const struct options *o, struct scenarios *s, const struct scenario_case **only);
int selection_read_case(
    const struct options *o, struct scenarios *s, const struct scenario_case **only);

/* Does --filter take this case? */
bool selection_wants(const struct options *o, const struct scenario_case *c);
/* Says that there is no such case: the exit status. */
int selection_empty(const struct options *o);

#endif
