/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capacity.c: how many plays this machine can run at once, as measured.
 *
 * Player, churner and dnsmasq have priority over ordinary load. If together they take all
 * processors, they starve the kernel threads that their churn waits for (RCU, the deletion of a
 * namespace that holds RTNL). Those threads are ordinary load and then get 50 ms of each second
 * (sched_rt_runtime_us, or the fair server that replaced it in 6.12), during which every play
 * stands still. So the plays at once are limited to well under that, by the processor time measured
 * for a lookup of the instrument check. The limit is halved each time many plays were disturbed all
 * the same. */
#include "run/capacity.h"

#include "base/processors.h"
#include "base/units.h"

#define JOBS_A_PROCESSOR 20
#define USED 0.35                  /* of the processors: the rest is for churn and the kernel */
#define GUESS_NS (250 * NS_PER_US) /* before anything was measured */
#define LOOKUPS_LEAST 40           /* for a measurement */
#define SHARE_LEAST (1.0 / 4)      /* what disturbs even these is not the plays at once */
#define DISTURBED_PART 10          /* one in so many is now and then */
/* Where a lookup took 250 us, batches with 200 to 260 joins and leaves a second had none or two
 * plays disturbed, with 280 six and eleven; a faster machine takes more in proportion, and where a
 * lookup takes no more than this the most there is. */
#define ALL_CHANGES_NS (100 * NS_PER_US)

unsigned capacity_jobs(double processors)
{
	double n = JOBS_A_PROCESSOR * processors;

	return n < 1 ? 1 : (unsigned)n;
}

void capacity_open(struct capacity *c)
{
	*c = (struct capacity){
	    .processors = processors_usable(), .share = 1, .lookup_cpu_ns = GUESS_NS};
}

void capacity_learn(struct capacity *c, int64_t cpu_ns, size_t lookups)
{
	if (lookups >= LOOKUPS_LEAST && cpu_ns > 0)
		c->lookup_cpu_ns = cpu_ns / (int64_t)lookups + 1;
}

void capacity_disturbed(struct capacity *c, size_t plays, size_t disturbed)
{
	if (disturbed > 1 && disturbed * DISTURBED_PART > plays && c->share > SHARE_LEAST)
		c->share /= 2;
}

unsigned capacity_lookups(const struct capacity *c)
{
	double n = c->processors * USED * c->share * NS_PER_S / (double)c->lookup_cpu_ns;

	return n < 1 ? 1 : n > 1e9 ? 1000000000 : (unsigned)n;
}

unsigned capacity_changes(const struct capacity *c, unsigned most)
{
	double n = most * c->share;

	if (c->lookup_cpu_ns > ALL_CHANGES_NS)
		n = n * ALL_CHANGES_NS / (double)c->lookup_cpu_ns;
	return n < 1 ? 1 : (unsigned)n;
}
