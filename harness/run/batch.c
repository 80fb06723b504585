/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch.c: which plays make a batch, and when each of them begins.
 *
 * Labs are built before the first play begins and are removed after the last has ended, because
 * both hold RTNL. So that a long play with little to do does not keep the machine idle, others
 * begin in turn beside it, in labs that stand already. */
#include "run/batch.h"

#include <string.h>

#include "base/units.h"

#define STEPS 250 /* so finely times are planned */
/* A lab that stands unused ages: its clients' FDB entries last 15 s of real time at pace 20. */
#define BEGIN_LATEST_NS (12 * NS_PER_S)
#define APART_NS (10 * NS_PER_MS) /* of plays that begin together, in the first step */
/* Of others, where a play changes links. The sockets of a play that begins or ends make the kernel
 * wait for RCU, and so make others wait that delete a link and hold RTNL
 * (unregister_netdevice_many()). */
#define APART_BESIDE_NS (100 * NS_PER_MS)

/* What is taken in one step of a batch. */
struct step {
	unsigned plays, begin, lookups, changes, programs;
};

/* More steps than STEPS, since plays that begin together begin one after another. */
struct plan {
	struct step steps[STEPS + STEPS / 5];
	int64_t step_ns;
	bool has_changes; /* that others beginning could hold up */
};

static bool fits(const struct step *s, const struct demand *d, const struct batch_limits *most)
{
	/* Both are limits of the same processors. */
	double part = (double)(s->lookups + d->lookups) / most->lookups +
	              (double)(s->changes + d->changes) / most->changes;

	return !s->plays ||
	       (s->plays < most->plays && part <= 1 && s->programs + d->program <= most->programs);
}

/* Where a play would be. */
struct place {
	int from, length;
	int64_t begin_ns;
};

static void put(struct place *p, const struct plan *plan, const struct play_job *play, int from)
{
	int64_t late_ns = plan->steps[from].begin * APART_NS;

	p->from = from;
	p->begin_ns = from * plan->step_ns + late_ns;
	p->length = (int)((late_ns + play->job.cost_ns) / plan->step_ns) + 1;
}

static bool begins_beside(const struct plan *plan, const struct demand *d, int step)
{
	int apart = (int)(APART_BESIDE_NS / plan->step_ns) + 1;

	if (!plan->has_changes && !d->changes)
		return false;
	for (int i = step - apart + 1; step && i < step + apart; i++)
		if (i >= 0 && plan->steps[i].begin)
			return true;
	return false;
}

/* The first place where it fits all the time. How long programs take is not known, so they wait for
 * nobody. */
static bool find_place(const struct plan *plan, const struct play_job *play,
    const struct batch_limits *most, struct place *p)
{
	int latest = play->demand.program ? 0 : (int)(BEGIN_LATEST_NS / plan->step_ns);

	put(p, plan, play, 0);
	for (int i = 0; i < p->from + p->length && p->from <= latest; i++)
		if (!fits(&plan->steps[i], &play->demand, most) ||
		    (i == p->from && begins_beside(plan, &play->demand, i)))
			put(p, plan, play, i + 1);
	return p->from <= latest;
}

static void take(struct plan *plan, const struct demand *d, const struct place *p)
{
	for (struct step *s = plan->steps + p->from; s < plan->steps + p->from + p->length; s++) {
		s->plays++;
		s->lookups += d->lookups;
		s->changes += d->changes;
		s->programs += d->program;
	}
	plan->steps[p->from].begin++;
	plan->has_changes |= d->changes != 0;
}

size_t batch_choose(struct batch_item *order, size_t n, const struct batch_limits *most)
{
	struct plan plan = {{{0}}};
	unsigned four = 0, six = 0;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t step_ns = (BEGIN_LATEST_NS + order[i].play->job.cost_ns) / STEPS + 1;

		if ((!i || !order[i].play->demand.alone) && step_ns > plan.step_ns)
			plan.step_ns = step_ns;
	}
	for (size_t i = 0; i < n && k < most->labs; i++) {
		struct batch_item item = order[i];
		const struct demand *d = &item.play->demand;
		struct place place;

		if (k && (d->alone || four + d->neighbours4 > DEMAND_NEIGHBOURS_MAX ||
		             six + d->neighbours6 > DEMAND_NEIGHBOURS_MAX))
			continue;
		if (!find_place(&plan, item.play, most, &place))
			continue;
		four += d->neighbours4;
		six += d->neighbours6;
		item.begin_ns = place.begin_ns;
		take(&plan, d, &place);
		memmove(order + k + 1, order + k, (i - k) * sizeof(*order));
		order[k++] = item;
		if (d->alone)
			break;
	}
	return k;
}

int64_t batch_real_ns(const struct batch_item *batch, size_t n)
{
	int64_t end_ns = 0;

	for (size_t i = 0; i < n; i++)
		if (batch[i].begin_ns + batch[i].play->job.cost_ns > end_ns)
			end_ns = batch[i].begin_ns + batch[i].play->job.cost_ns;
	return end_ns;
}
