/* met.h: did a late change meet a lookup that the schedule keeps away from it? */
#ifndef SB_MET_H
#define SB_MET_H

#include "judge/machine.h"

/* Adds a bad time for each such lookup, answered or not, and tells of the first one
 * in m->met, of a lost one rather than of an answered one. */
void met_look(const struct trace *t, const struct mirror *mirror, const struct attempts *all,
    struct machine *m);

#endif
