/* netns.c: network namespaces as file descriptors; nothing is named on the host. */
#include "lab/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int netns_own(struct err *e)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd >= 0 ? fd : err_set(e, errno, "/proc/thread-self/ns/net:");
}

int netns_enter(int ns, struct err *e)
{
	return setns(ns, CLONE_NEWNET) ? err_set(e, errno, "setns:") : 0;
}

int netns_make(int home, struct err *e)
{
	if (unshare(CLONE_NEWNET))
		return err_set(e, errno, "cannot make a network namespace:");
	int fd = netns_own(e);
	int r = netns_enter(home, e);
	if (r && fd >= 0)
		close(fd);
	return r ? r : fd;
}

int netns_sysctl(const char *name, const char *value, struct err *e)
{
	char path[512];
	size_t len = (size_t)snprintf(path, sizeof(path), "/proc/sys/%s", name);

	if (len >= sizeof(path) || strstr(name, "..") || name[0] == '/')
		return err_set(e, EINVAL, "%.80s is not a sysctl", name);
	/* As sysctl(8): the first of '.' and '/' is the separator; the other one is part of a name. */
	if (name[strcspn(name, "./")] == '.')
		for (char *p = path + strlen("/proc/sys/"); *p; p++)
			*p = *p == '.' ? '/' : *p == '/' ? '.' : *p;
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno, "%s:", path);
	ssize_t n = write(fd, value, strlen(value));
	int error = errno;
	close(fd);
	return n < 0 ? err_set(e, error, "%s = %s:", path, value) : 0;
}
