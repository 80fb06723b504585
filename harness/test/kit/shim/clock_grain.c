/* clock_grain.c: a shared object for LD_PRELOAD whose clocks only tick every 4 ms, for its program
 * alone: as in a guest without a good clock source.
 *
 * Both clocks tick at the same moments, and the kernel's stamps of packets with them. */
#include <dlfcn.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define NS 1000000000LL
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
		int64_t ns = ticked(ts.tv_sec * NS + ts.tv_nsec);
		ts = (struct timespec){.tv_sec = ns / NS, .tv_nsec = ns % NS};
		memcpy(CMSG_DATA(c), &ts, sizeof(ts));
	}
	return n;
}
