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
 * with every message appended -EINVAL, or -EAGAIN where the machine had no room to read them. */
int load_scenarios(char **names, int n, const struct scenario_options *o, struct scenarios *out,
    struct buf *messages);
/* All that come with steadybridge and can have a case that this --filter takes: what a setting asks
 * of the others is no matter. As load_scenarios() else; filter NULL: all. */
int load_filtered(const char *filter, const struct scenario_options *o, struct scenarios *out,
    struct buf *messages);
/* Also those that come with steadybridge and take minutes. As load_scenarios(). */
int load_large(const char *filter, const struct scenario_options *o, struct scenarios *out,
    struct buf *messages);
/* The one case that is meant: CASE as `list` names it, CASE with its FILE, or a FILE (or scenario)
 * that holds one case, or one beside its control. Read into out; NULL with a message appended. */
const struct scenario_case *load_case(char **names, int n, const struct scenario_options *o,
    struct scenarios *out, struct buf *messages);
void load_free(struct scenarios *s);

#endif
