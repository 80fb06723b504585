/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock_grain.c: a shared object for LD_PRELOAD whose clocks only tick every 4 ms, for its program
 * alone: as in a guest without a good clock source.
 *
 * Both clocks tick at the same moments, and the kernel's stamps of packets with them. */
#include "test/kit/shim/stamps.h"

#define GRAIN (4 * NS / 1000)

static int64_t read_clock(clockid_t id)
{
	static int (*real)(clockid_t, struct timespec *);
	struct timespec ts;

	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	return real(id, &ts) ? 0 : ts.tv_sec * NS + ts.tv_nsec;
}

/* A time of the wall clock as of the last tick of the monotonic one. */
static int64_t ticked(int64_t real_ns)
{
	int64_t offset = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC);

	return real_ns - (real_ns - offset) % GRAIN;
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
	int64_t ns = read_clock(id);

	if (id == CLOCK_MONOTONIC)
		ns -= ns % GRAIN;
	else if (id == CLOCK_REALTIME)
		ns = ticked(ns);
	*ts = (struct timespec){.tv_sec = ns / NS, .tv_nsec = ns % NS};
	return 0;
}

static int64_t stamp_changed(int64_t ns)
{
	return ticked(ns);
}
