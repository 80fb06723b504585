/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netns.c: network namespaces as file descriptors; nothing is named on the host. */
#include "net/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int netns_own(struct err *e)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd >= 0 ? fd : err_set(e, errno, "/proc/thread-self/ns/net:");
}

unsigned netns_inode(int ns)
{
	struct stat st;

	return fstat(ns, &st) ? 0 : (unsigned)st.st_ino;
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

int netns_name(const char *name, int ns, struct err *e)
{
	char path[64], from[64];

	snprintf(path, sizeof(path), NETNS_FOLDER "/%.20s", name);
	snprintf(from, sizeof(from), "/proc/self/fd/%d", ns);
	if (mkdir(NETNS_FOLDER, 0755) && errno != EEXIST)
		return err_set(e, errno, NETNS_FOLDER ":");
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
	if (fd < 0 || mount(from, path, NULL, MS_BIND, NULL)) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return err_set(e, error, "%s:", path);
	}
	close(fd);
	return 0;
}

void netns_keep(int sock, int ns)
{
	char control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8))) = {0};
	struct iovec iov = {.iov_base = "n", .iov_len = 1};
	struct msghdr m = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &ns, sizeof(int));
	if (sock >= 0)
		(void)!sendmsg(sock, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int netns_sysctl(const char *name, const char *value, struct err *e)
{
	char path[512];
	size_t len = (size_t)snprintf(path, sizeof(path), "/proc/sys/%s", name);

	if (len >= sizeof(path) || strstr(name, "..") || name[0] == '/')
		return err_set(e, EINVAL, "%.80s is not a sysctl", name);
	/* As sysctl(8): the first of '.' and '/' is the separator; the other one is part of a name.
	 */
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
