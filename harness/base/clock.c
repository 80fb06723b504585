/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock.c: the clocks, and waiting with a deadline. */
#include "base/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "base/macros.h"
#include "base/units.h"

int64_t clock_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

int64_t clock_real_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

char *clock_utc(int64_t real_ns, char *out)
{
	time_t s = (time_t)(real_ns / NS_PER_S);
	struct tm tm = {0};

	gmtime_r(&s, &tm);
	strftime(out, CLOCK_UTC_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return out;
}

int64_t clock_cpu_ns(pid_t pid)
{
	struct timespec ts;
	clockid_t id;

	if (clock_getcpuclockid(pid, &id) || clock_gettime(id, &ts))
		return 0;
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static int by_length(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t clock_grain_ns(void)
{
	int64_t steps[9];

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		int64_t before = clock_now_ns(), now = before;

		while (now == before)
			now = clock_now_ns();
		steps[i] = now - before;
	}
	qsort(steps, ARRAY_SIZE(steps), sizeof(*steps), by_length);
	return steps[ARRAY_SIZE(steps) / 2];
}

int64_t clock_jiffy_ns(void)
{
	struct timespec ts;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &ts))
		return 4 * NS_PER_MS;
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

int clock_poll_ms(int64_t deadline_ns)
{
	int64_t left = deadline_ns - clock_now_ns();

	if (left <= 0)
		return 0;
	left = (left + NS_PER_MS - 1) / NS_PER_MS;
	return left > INT_MAX ? INT_MAX : (int)left;
}

int clock_wait_readable(int fd, int64_t deadline_ns)
{
	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int n = poll(&p, 1, clock_poll_ms(deadline_ns));

		if (n > 0)
			return 1;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (clock_now_ns() >= deadline_ns)
			return 0;
	}
}
