/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine_pace.c: the highest pace that this machine's clock and processor time allow. */
#include "run/machine_pace.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/units.h"

/* Scenario time of one step of the clock. The instrument check tells times apart that differ by
 * 50 ms, and most scenarios send lookups 100 ms apart or more: with steps as long as that, a
 * lookup, its deadline and the window around a change fall on one instant. */
#define STEP_NS (20 * NS_PER_MS)
/* Scenario time for which a quota that is used up stops the play: a quarter of the usual timeout
 * (1 s), and half of what a play may be late. Where SCHED_RR is allowed a quota does not stop the
 * play itself, but still a process that holds what the play waits for, such as RTNL. */
#define PAUSE_NS (250 * NS_PER_MS)

/* That of a last retry, which is played alone: see machine_pace_of_retry(). */
#define SLOW_PACE 5

void machine_pace_of(
    int64_t grain_ns, const struct processors_quota *quota, struct machine_pace *out)
{
	double step = (double)STEP_NS / (double)grain_ns,
	       pause = quota->pause_ns ? (double)PAUSE_NS / (double)quota->pause_ns : step;
	/* to a tenth: the measured step varies by some nanoseconds */
	double most = round(10 * (pause < step ? pause : step)) / 10;

	*out = (struct machine_pace){
	    .most = most > 1 ? most : 1, .real_ns = pause < step ? quota->pause_ns : grain_ns};
	if (pause < step)
		snprintf(out->why, sizeof(out->why), "%.3g processors: pauses of %.3g ms",
		    quota->processors, (double)out->real_ns / NS_PER_MS);
	else
		snprintf(out->why, sizeof(out->why), "clock steps of %.3g ms",
		    (double)out->real_ns / NS_PER_MS);
}

void machine_pace_look(struct machine_pace *out)
{
	struct processors_quota quota;

	processors_quota("", &quota);
	machine_pace_of(clock_grain_ns(), &quota, out);
}

void machine_pace_limit(const struct machine_pace *m, struct seed_pace *asked)
{
	if (asked->pace_given || asked->pace <= m->most)
		return;
	asked->pace = m->most;
	asked->pace_why = m->why;
}

bool machine_pace_slow(struct machine_pace *m, const char *ksft_machine_slow)
{
	if (!ksft_machine_slow || !*ksft_machine_slow || m->most <= SLOW_PACE)
		return false;
	*m = (struct machine_pace){.most = SLOW_PACE, .why = "KSFT_MACHINE_SLOW"};
	return true;
}

double machine_pace_of_retry(double before, int retry)
{
	static const double most[RETRIES] = {10, 5};
	double pace = before / 2 < most[retry - 1] ? before / 2 : most[retry - 1];

	return before <= 1 ? before : pace < 1 ? 1 : pace;
}
