/* met.h: did a late change meet a lookup that the schedule keeps away from it? */
#ifndef SB_MET_H
#define SB_MET_H

#include "judge/attempt.h"
#include "judge/bad_time.h"
#include "judge/bracket.h"

struct met {
	char *text; /* how, the first time; NULL: none did */
	bool lost;  /* ... and that lookup was lost */
};

/* Adds a bad time for each such lookup, answered or not, and tells of the first one, of a lost one
 * rather than of an answered one. */
void met_look(const struct trace *t, const struct brackets *brackets, const struct attempts *all,
    struct bad_times *bad, struct met *out);

#endif
