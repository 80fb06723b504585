/* capacity.h: how much may be played at once on this machine, as it shows itself. */
#ifndef SB_CAPACITY_H
#define SB_CAPACITY_H

#include <stddef.h>
#include <stdint.h>

struct capacity {
	double processors;     /* this many may be used */
	double share;          /* of what they can take, 0 to 1; halved each time they were late */
	int64_t lookup_cpu_ns; /* processor time that a lookup takes here */
};

/* That of the caller's machine, before anything was measured. */
void capacity_open(struct capacity *c);
/* Learns from a play that is over what so many lookups took. Too few tell nothing. */
void capacity_learn(struct capacity *c, int64_t cpu_ns, size_t lookups);
/* Of so many plays at once so many were disturbed: the next batches are half as large when it was
 * more than now and then. */
void capacity_disturbed(struct capacity *c, size_t plays, size_t disturbed);
/* Lookups a second of real time that all plays at once may make. */
unsigned capacity_lookups(const struct capacity *c);
/* Joins and leaves a second of real time that they may make; a fast machine takes `most`. */
unsigned capacity_changes(const struct capacity *c, unsigned most);

#endif
