/* collision.h: did a late change meet a lookup that the schedule keeps away from it? */
#ifndef SB_COLLISION_H
#define SB_COLLISION_H

#include "judge/attempt.h"
#include "judge/bad_time.h"
#include "judge/change_window.h"

struct collision {
	char *text; /* how, the first time; NULL: none did */
	bool lost;  /* ... and that lookup was lost */
};

/* Adds a bad time for each such lookup, answered or not, and tells of the first one, of a lost one
 * rather than of an answered one. */
void collision_find(const struct trace *t, const struct change_windows *change_windows,
    const struct attempts *all, struct bad_times *bad, struct collision *out);

#endif
