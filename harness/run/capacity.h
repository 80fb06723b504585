/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capacity.h: how many plays this machine can run at once, as measured. */
#ifndef SB_CAPACITY_H
#define SB_CAPACITY_H

#include <stddef.h>
#include <stdint.h>

struct capacity {
	double processors;     /* this many may be used */
	double share;          /* of what they can take, 0 to 1; halved each time they were late */
	int64_t lookup_cpu_ns; /* processor time that a lookup takes here */
};

/* The default of -j, where this many processors may be used: no batch has more plays. */
unsigned capacity_jobs(double processors);
/* The capacity of this machine before anything was measured. */
void capacity_open(struct capacity *c);
/* Takes the processor time of the lookups of a finished play as the new measurement. Too few
 * lookups are ignored. */
void capacity_learn(struct capacity *c, int64_t cpu_ns, size_t lookups);
/* Tells how many plays of a batch were disturbed. More than an occasional one halves the next
 * batches. */
void capacity_disturbed(struct capacity *c, size_t plays, size_t disturbed);
/* Lookups a second of real time that all plays at once may make. */
unsigned capacity_lookups(const struct capacity *c);
/* Joins and leaves a second of real time that they may make; a fast machine takes `most`. */
unsigned capacity_changes(const struct capacity *c, unsigned most);

#endif
