/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stamp.h: the kernel's receive stamps, on the monotonic clock. */
#ifndef SB_STAMP_H
#define SB_STAMP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* The offset between wall clock and monotonic clock, as far as it is known; zero at first. */
struct stamp_clock {
	int64_t offset_ns, from_ns;         /* CLOCK_REALTIME - CLOCK_MONOTONIC, since when */
	int64_t old_offset_ns, old_from_ns; /* the same before the clock was last set */
	int64_t looked_ns;                  /* CLOCK_MONOTONIC of the last comparison */
};

/* Records both clocks, read at one moment. */
void stamp_look(struct stamp_clock *c, int64_t real_ns, int64_t now_ns);
/* Converts a stamp of CLOCK_REALTIME to CLOCK_MONOTONIC, also one from before the clock was set;
 * never later than the last comparison. */
int64_t stamp_move(const struct stamp_clock *c, int64_t stamp_ns);

/* Asks for receive stamps on a socket: 0 or -errno. */
int stamp_enable(int fd);
/* When the kernel received what recvmsg() put into m: its stamp, which is on CLOCK_REALTIME, moved
 * to CLOCK_MONOTONIC and never later than now. Without a stamp, now. */
int64_t stamp_of(struct msghdr *m);
/* The stamp itself, nanoseconds on CLOCK_REALTIME; without one, now. */
int64_t stamp_real(struct msghdr *m);

#endif
