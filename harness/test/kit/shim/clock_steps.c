/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock_steps.c: a shared object for LD_PRELOAD that sets the wall clock, for its program alone.
 *
 * Each sixteenth stamped packet finds the clock set just between its arrival and its reading: an
 * hour on, an hour back, a third of a second on, and as it was. Stamps follow as the kernel's
 * would: what came before a step keeps the time of before. CLOCK_MONOTONIC is left alone. */
#include <sys/time.h>

#include "base/macros.h"
#include "test/kit/shim/stamps.h"

#define EVERY 16

static const int64_t steps[] = {3600 * NS, -3600 * NS, NS / 3, 0};
static int64_t step_ns, before_ns, set_at_ns; /* set_at_ns: on the clock that nobody sets */
static unsigned stamped, next;

int clock_gettime(clockid_t id, struct timespec *ts)
{
	static int (*real)(clockid_t, struct timespec *);

	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int r = real(id, ts);
	if (!r && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
		int64_t ns = ts->tv_sec * NS + ts->tv_nsec + step_ns;

		*ts = (struct timespec){.tv_sec = ns / NS, .tv_nsec = ns % NS};
	}
	return r;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts;
	(void)zone;

	clock_gettime(CLOCK_REALTIME, &ts);
	*tv = (struct timeval){.tv_sec = ts.tv_sec, .tv_usec = ts.tv_nsec / 1000};
	return 0;
}

time_t time(time_t *out)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (out)
		*out = ts.tv_sec;
	return ts.tv_sec;
}

static int64_t stamp_changed(int64_t ns)
{
	struct timespec ts;

	ns += ns < set_at_ns ? before_ns : step_ns;
	if (++stamped % EVERY)
		return ns;
	before_ns = step_ns;
	clock_gettime(CLOCK_REALTIME, &ts);
	set_at_ns = ts.tv_sec * NS + ts.tv_nsec - step_ns;
	step_ns = steps[next++ % ARRAY_SIZE(steps)];
	return ns;
}
