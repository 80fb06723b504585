/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.h: scenario files by name or path, read into scenarios. */
#ifndef SB_LOAD_H
#define SB_LOAD_H

#include "base/mem.h"
#include "scenario/scenario.h"

struct scenarios {
	struct scenario **items;
	size_t n, cap;
};

/* Reads what is named: a path (with a slash or .yaml at its end), or the name of a scenario that
 * comes with steadybridge; with no names all that come with it but the large ones. 0, or
 * with every message appended -EINVAL, or -EAGAIN where the machine had no room to read them, or
 * where what comes with steadybridge is not there. */
int load_scenarios(char **names, int n, const struct scenario_options *o, struct scenarios *out,
    struct buf *messages);
/* Those that come with steadybridge, the large ones or all others, where they can have a case that
 * this --filter takes (NULL: all): what a setting asks of the others is no matter. As
 * load_scenarios() else. */
int load_shipped(bool large, const char *filter, const struct scenario_options *o,
    struct scenarios *out, struct buf *messages);
/* A scenario as load_scenarios() has it, or one of its cases: NAME, FILE, CASE as `list` names it,
 * or CASE with its FILE. *only: the case, or NULL for all. As load_scenarios() else. */
int load_scope(char **names, int n, const struct scenario_options *o, struct scenarios *out,
    const struct scenario_case **only, struct buf *messages);
/* The same, where one case is needed: of a FILE or scenario that holds one case, or one beside its
 * control, that one. */
int load_case(char **names, int n, const struct scenario_options *o, struct scenarios *out,
    const struct scenario_case **only, struct buf *messages);
void load_free(struct scenarios *s);

#endif
