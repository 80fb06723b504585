/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stamp.c: the kernel's receive stamps, on the monotonic clock.
 *
 * The kernel stamps packets on CLOCK_REALTIME, which may be set at any moment, also between a
 * packet's arrival and its reading. So the two clocks are compared at each stamp. After a jump, a
 * stamp belongs to the side of the jump that puts it between the previous comparison and now. */
#include "play/stamp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/units.h"

#define STEP_NS NS_PER_MS        /* less is slewing: 500 ppm of two seconds */
#define LOOK_NS (20 * NS_PER_US) /* two readings of the same clock */
#define LOOKS 8

/* The player is one thread, and a process has one wall clock. */
static struct stamp_clock wall;

/* A comparison that was interrupted says nothing about the offset. */
static void read_clocks(int64_t *real_ns, int64_t *now_ns)
{
	int64_t before;
	int i = 0;

	do {
		before = clock_now_ns();
		*real_ns = clock_real_ns();
		*now_ns = clock_now_ns();
	} while (*now_ns - before > LOOK_NS && ++i < LOOKS);
}

int stamp_enable(int fd)
{
	int64_t real_ns, now_ns;
	int on = 1;

	read_clocks(&real_ns, &now_ns);
	stamp_look(&wall, real_ns, now_ns);
	return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) ? -errno : 0;
}

int64_t stamp_real(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct timespec ts;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		return ts.tv_sec * NS_PER_S + ts.tv_nsec;
	}
	return clock_real_ns();
}

void stamp_look(struct stamp_clock *c, int64_t real_ns, int64_t now_ns)
{
	int64_t offset_ns = real_ns - now_ns;

	if (!c->looked_ns) {
		c->old_offset_ns = offset_ns;
	} else if (llabs(offset_ns - c->offset_ns) > STEP_NS) {
		c->old_offset_ns = c->offset_ns;
		c->old_from_ns = c->from_ns;
		c->from_ns = c->looked_ns;
	}
	c->offset_ns = offset_ns;
	c->looked_ns = now_ns;
}

int64_t stamp_move(const struct stamp_clock *c, int64_t stamp_ns)
{
	int64_t t_ns = stamp_ns - c->offset_ns;

	if (t_ns >= c->from_ns && t_ns <= c->looked_ns)
		return t_ns;
	t_ns = stamp_ns - c->old_offset_ns;
	if (t_ns >= c->old_from_ns && t_ns <= c->looked_ns)
		return t_ns;
	return c->looked_ns;
}

int64_t stamp_of(struct msghdr *m)
{
	int64_t real_ns, now_ns;

	read_clocks(&real_ns, &now_ns);
	stamp_look(&wall, real_ns, now_ns);
	return stamp_move(&wall, stamp_real(m));
}
