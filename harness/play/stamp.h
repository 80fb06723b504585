/* stamp.h: the kernel's receive stamps, on the monotonic clock. */
#ifndef SB_STAMP_H
#define SB_STAMP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Asks for receive stamps on a socket: 0 or -errno. */
int stamp_enable(int fd);
/* When the kernel received what recvmsg() put into m: its stamp, which is on CLOCK_REALTIME, moved
 * to CLOCK_MONOTONIC and never later than now. Without a stamp, now. */
int64_t stamp_of(struct msghdr *m);
/* The stamp itself, nanoseconds on CLOCK_REALTIME; without one, now. */
int64_t stamp_real(struct msghdr *m);

#endif
