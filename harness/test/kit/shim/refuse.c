/* SPDX-License-Identifier: GPL-2.0-or-later */
/* refuse.c: a library for LD_PRELOAD that makes the K-th call of some functions fail.
 *
 * REFUSE=NAMES:K:N:ERROR  NAMES are functions with commas between, K counts from 1 over all
 *                         processes of the program, N calls fail from there on (0: all)
 * REFUSE_PAGE=FILE        holds struct refuse_page (refuse.h), shared by all of them
 * REFUSE_IN=PROGRAM       only programs of that name; whatever else they start is left alone
 *
 * Memory comes from glibc's own entries, since dlsym() may ask for some itself. */
#include "test/kit/shim/refuse.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

static struct refuse_page *page;
static unsigned long from, times;
static int error;
static char names[512];

static int named(const char *name)
{
	size_t len = strlen(name);

	for (const char *p = names; (p = strstr(p, name)); p += len)
		if ((p == names || p[-1] == ',') && (!p[len] || p[len] == ','))
			return 1;
	return 0;
}

/* Is this call to fail? errno is set then. */
static int refuse(const char *name)
{
	if (!page || !named(name))
		return 0;
	unsigned long k = atomic_fetch_add(&page->seen, 1) + 1;
	if (k < from || (times && k >= from + times))
		return 0;
	if (!atomic_fetch_add(&page->refused, 1)) {
		strncpy(page->name, name, sizeof(page->name) - 1);
		page->pid = getpid();
	}
	errno = error;
	return 1;
}

__attribute__((constructor)) static void begin(void)
{
	const char *what = getenv("REFUSE"), *file = getenv("REFUSE_PAGE"),
	           *in = getenv("REFUSE_IN");
	char *end;

	if (!what || !file || (in && strcmp(in, program_invocation_short_name)))
		return;
	size_t len = strcspn(what, ":");
	if (!what[len] || len >= sizeof(names))
		return;
	memcpy(names, what, len);
	from = strtoul(what + len + 1, &end, 10);
	times = *end == ':' ? strtoul(end + 1, &end, 10) : 1;
	error = *end == ':' ? atoi(end + 1) : 0;
	int fd = open(file, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	void *p = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p != MAP_FAILED)
		page = p;
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

void *malloc(size_t size)
{
	return refuse("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return refuse("calloc") ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return refuse("realloc") ? NULL : __libc_realloc(p, size);
}

#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* A function with a fixed number of arguments. */
#define WRAP(type, failed, name, parameters, arguments)                                            \
	type name parameters                                                                       \
	{                                                                                          \
		static __typeof__(&(name)) real;                                                   \
                                                                                                   \
		if (!real)                                                                         \
			real = REAL(name);                                                         \
		return refuse(#name) ? (failed) : real arguments;                                  \
	}

WRAP(int, -1, socket, (int a, int b, int c), (a, b, c))
WRAP(int, -1, socketpair, (int a, int b, int c, int d[2]), (a, b, c, d))
WRAP(int, -1, bind, (int a, const struct sockaddr *b, socklen_t c), (a, b, c))
WRAP(int, -1, connect, (int a, const struct sockaddr *b, socklen_t c), (a, b, c))
WRAP(int, -1, setsockopt, (int a, int b, int c, const void *d, socklen_t f), (a, b, c, d, f))
WRAP(ssize_t, -1, send, (int a, const void *b, size_t c, int d), (a, b, c, d))
WRAP(ssize_t, -1, sendmsg, (int a, const struct msghdr *b, int c), (a, b, c))
WRAP(ssize_t, -1, recv, (int a, void *b, size_t c, int d), (a, b, c, d))
WRAP(ssize_t, -1, recvmsg, (int a, struct msghdr *b, int c), (a, b, c))
WRAP(pid_t, -1, fork, (void), ())
WRAP(int, -1, clone, (int (*a)(void *), void *b, int c, void *d, ...), (a, b, c, d))
WRAP(
    void *, MAP_FAILED, mmap, (void *a, size_t b, int c, int d, int f, off_t g), (a, b, c, d, f, g))
WRAP(ssize_t, -1, write, (int a, const void *b, size_t c), (a, b, c))
WRAP(ssize_t, -1, read, (int a, void *b, size_t c), (a, b, c))
WRAP(int, -1, fsync, (int a), (a))
WRAP(int, -1, rename, (const char *a, const char *b), (a, b))
WRAP(int, -1, unlink, (const char *a), (a))
WRAP(int, -1, mkdir, (const char *a, mode_t b), (a, b))
WRAP(int, -1, linkat, (int a, const char *b, int c, const char *d, int f), (a, b, c, d, f))
WRAP(int, -1, dup2, (int a, int b), (a, b))
WRAP(int, -1, pipe2, (int a[2], int b), (a, b))
WRAP(int, -1, epoll_create1, (int a), (a))
WRAP(int, -1, epoll_ctl, (int a, int b, int c, struct epoll_event *d), (a, b, c, d))
WRAP(int, -1, eventfd, (unsigned a, int b), (a, b))
WRAP(int, -1, signalfd, (int a, const sigset_t *b, int c), (a, b, c))
WRAP(int, -1, memfd_create, (const char *a, unsigned b), (a, b))
WRAP(int, -1, timerfd_create, (int a, int b), (a, b))
WRAP(int, -1, timerfd_settime, (int a, int b, const struct itimerspec *c, struct itimerspec *d),
    (a, b, c, d))
WRAP(int, -1, unshare, (int a), (a))
WRAP(int, -1, setns, (int a, int b), (a, b))
WRAP(int, -1, mount, (const char *a, const char *b, const char *c, unsigned long d, const void *f),
    (a, b, c, d, f))
WRAP(int, -1, poll, (struct pollfd * a, nfds_t b, int c), (a, b, c))

static int open_by(const char *path, int flags, va_list ap)
{
	static int (*real)(int, const char *, int, ...);
	mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(ap, mode_t) : 0;

	if (!real)
		real = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, "openat");
	return refuse("open") ? -1 : real(AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	va_list ap;

	va_start(ap, flags);
	int r = open_by(path, flags, ap);
	va_end(ap);
	return r;
}

int open64(const char *path, int flags, ...)
{
	va_list ap;

	va_start(ap, flags);
	int r = open_by(path, flags, ap);
	va_end(ap);
	return r;
}

/* pidfd_open and the like. */
long syscall(long number, ...)
{
	static long (*real)(long, ...);
	long a[6];
	va_list ap;

	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return refuse("syscall") ? -1 : real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
