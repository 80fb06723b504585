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

int64_t stamp_of(struct msghdr *m)
{
	struct timespec real;
	int64_t now = clock_now_ns();

	clock_gettime(CLOCK_REALTIME, &real);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct timespec ts;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		int64_t age = (real.tv_sec - ts.tv_sec) * NS_PER_S + real.tv_nsec - ts.tv_nsec;
		return age > 0 ? now - age : now;
	}
	return now;
}
