/* stamp.h: the kernel's receive stamps, on the monotonic clock. */
#ifndef SB_STAMP_H
#define SB_STAMP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* What is known of the wall clock's distance from the monotonic one; zero at first. */
struct stamp_clock {
	int64_t offset_ns, from_ns;         /* CLOCK_REALTIME - CLOCK_MONOTONIC, since when */
	int64_t old_offset_ns, old_from_ns; /* the same before the clock was last set */
	int64_t looked_ns;                  /* CLOCK_MONOTONIC of the last look */
};

/* Takes in both clocks, as they are at one moment. */
void stamp_look(struct stamp_clock *c, int64_t real_ns, int64_t now_ns);
/* A stamp of CLOCK_REALTIME moved to CLOCK_MONOTONIC, also one that was made before the clock was
 * set; never later than the last look. */
int64_t stamp_move(const struct stamp_clock *c, int64_t stamp_ns);

/* Asks for receive stamps on a socket: 0 or -errno. */
int stamp_enable(int fd);
/* When the kernel received what recvmsg() put into m: its stamp, which is on CLOCK_REALTIME, moved
 * to CLOCK_MONOTONIC and never later than now. Without a stamp, now. */
int64_t stamp_of(struct msghdr *m);
/* The stamp itself, nanoseconds on CLOCK_REALTIME; without one, now. */
int64_t stamp_real(struct msghdr *m);

#endif
