/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stamps.h: for shared objects of LD_PRELOAD that change the kernel's stamps of packets: the
 * includer says to what. */
#ifndef SB_SHIM_STAMPS_H
#define SB_SHIM_STAMPS_H

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define NS 1000000000LL

/* Another stamp for that one, in nanoseconds of the wall clock. */
static int64_t stamp_changed(int64_t ns);

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	static ssize_t (*real)(int, struct msghdr *, int);

	if (!real)
		real = (ssize_t(*)(int, struct msghdr *, int))dlsym(RTLD_NEXT, "recvmsg");
	ssize_t n = real(fd, m, flags);
	for (struct cmsghdr *c = n < 0 ? NULL : CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct timespec ts;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		int64_t ns = stamp_changed(ts.tv_sec * NS + ts.tv_nsec);
		ts = (struct timespec){.tv_sec = ns / NS, .tv_nsec = ns % NS};
		memcpy(CMSG_DATA(c), &ts, sizeof(ts));
	}
	return n;
}

#endif
