/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnl_idle.c: waits until RTNL is idle. */
#include "net/rtnl_idle.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/units.h"
#include "net/nl.h"

#define LOOPBACK_INDEX 1
#define BETWEEN_NS (2 * NS_PER_MS) /* two looks */

static int ignore(struct nlmsghdr *h, void *arg)
{
	(void)h;
	(void)arg;
	return 0;
}

static int probe_rtnl(struct nl_sock *s, int64_t *took_ns, struct err *e)
{
	struct ifinfomsg h = {.ifi_index = LOOPBACK_INDEX};
	int64_t began = clock_now_ns();
	int r = nl_ask(s, nl_message(RTM_GETLINK, 0, &h, sizeof(h)), ignore, NULL, "look at lo", e);

	*took_ns = clock_now_ns() - began;
	return r;
}

int rtnl_idle_wait(int64_t window_ns, int64_t answer_ns, int64_t deadline_ns, struct err *e)
{
	struct itimerspec every = {
	    .it_value.tv_nsec = BETWEEN_NS, .it_interval.tv_nsec = BETWEEN_NS};
	int64_t idle_since = clock_now_ns(), took;
	struct nl_sock *s = NULL;
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), r;
	uint64_t ticks;

	if (timer < 0 || timerfd_settime(timer, 0, &every, NULL))
		r = err_set(e, errno, "timer:");
	else
		r = nl_open(&s, e);
	while (!r) {
		int64_t now;

		r = probe_rtnl(s, &took, e);
		now = clock_now_ns();
		if (took > answer_ns)
			idle_since = now;
		if (r || now - idle_since >= window_ns)
			break;
		if (now >= deadline_ns)
			r = err_set(e, ETIMEDOUT, "RTNL is busy:");
		else if (read(timer, &ticks, sizeof(ticks)) < 0 && errno != EINTR)
			r = err_set(e, errno, "timer:");
	}
	nl_socket_free(s);
	if (timer >= 0)
		close(timer);
	return r;
}
