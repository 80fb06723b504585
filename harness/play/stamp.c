/* stamp.c: the kernel's receive stamps, on the monotonic clock. */
#include "play/stamp.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/units.h"

int stamp_enable(int fd)
{
	int on = 1;

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

int64_t stamp_of(struct msghdr *m)
{
	int64_t now = clock_now_ns(), age = clock_real_ns() - stamp_real(m);

	return age > 0 ? now - age : now;
}
