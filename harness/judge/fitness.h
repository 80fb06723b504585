/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fitness.h: was the machine, or the lab, fit to say anything? */
#ifndef SB_FITNESS_H
#define SB_FITNESS_H

#include "judge/attempt.h"
#include "judge/bad_time.h"
#include "observed/bridge_state.h"

/* What follows from a machine, or a lab, that was not. */
extern const char fitness_so_busy[], fitness_so_lab[];
/* Entries were removed from a neighbour table that all share, and what follows from that. */
extern const char fitness_forced_gc[], fitness_forced_gc_so[];

struct fitness {
	char *broken, *broken_so;   /* why nothing can be said at all; NULL: something can */
	bool unbuilt;               /* ... since the lab could not be built */
	bool not_up;                /* ... or since lookups were lost before any churn */
	char *starved;              /* why a case that held has not proven it; NULL: it has */
	struct collision collision; /* did a late change meet a lookup? */
	size_t reference_lost;      /* lost or late, after t=0 */
	char *held_up; /* what held up or dropped packets whose loss has no cause; NULL: nothing */
	char *slow_verb; /* a subject cannot do its changes at this rate; NULL: it can */
	int64_t verb_over_ns;
	size_t upstream_late; /* lookups that dnsmasq had in time and answered too late */
	bool neigh_forced_gc; /* the kernel looked for neighbour entries to throw out: anybody's */
	int64_t loop_late_ns, churn_late_ns;
	int64_t late_limit_ns, churn_limit_ns;
	unsigned long skipped;
	int64_t paused_ns; /* of PHASE_PAUSED; INT64_MIN: it was not paused */
	int64_t t_ns;      /* of what `broken` tells of */
	struct bad_times bad;
};

void fitness_assess(const struct trace *t, const struct bridge_state *m, const struct attempts *a,
    struct fitness *out);
void fitness_free(struct fitness *m);
/* Was the machine at fault around a lost attempt of the case? */
bool fitness_lacking_any(
    const struct trace *t, const struct fitness *m, const struct attempts *all);
/* Is there an outage of which the machine was at fault for a part at most? A late change or lookup
 * costs a lookup, or spoils one neighbour entry (the stale causes); it makes no other long
 * outage. */
bool fitness_outlasted(const struct trace *t, const struct fitness *m, const struct attempts *all,
    const struct outage *outages, size_t n);
/* Can lateness of the player or the churner have made every loss of this case, the longest of which
 * was of longest_ns? */
bool fitness_lateness_explains(const struct trace *t, const struct fitness *m, int64_t longest_ns);

#endif
