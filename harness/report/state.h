/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.h: the lab's state at a moment, rendered from the trace: bridge, ports, FDB, neighbours. */
#ifndef SB_STATE_H
#define SB_STATE_H

#include "base/mem.h"
#include "judge/judge.h"

enum { STATE_BEFORE, STATE_DURING, STATE_AFTER, STATE_MOMENTS };

struct state_moment {
	int64_t t_ns;
	bool reached;     /* false: the trace does not tell of it */
	const char *name; /* "before", ... */
	const char *what; /* "the first lost lookup of the longest outage", ... */
};

/* Before: t=0. During: the first lost attempt of the longest outage, or the first exposure; not
 * reached where there was neither. After: the end. */
void state_moments(const struct judged *play, struct state_moment out[STATE_MOMENTS]);
/* The state at t_ns as the notifications up to then told it, a line a thing. Not escaped. */
void state_text(const struct trace *t, int64_t t_ns, struct buf *out);
/* All three moments, for state.txt. */
void state_file(const struct judged *play, struct buf *out);

#endif
