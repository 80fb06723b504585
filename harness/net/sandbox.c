/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sandbox.c: the namespaces that one play lives in; the kernel takes them all away with its pid 1.
 */
#include "net/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static int write_file(const char *path, const char *text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
	int error = errno;

	if (fd >= 0)
		close(fd);
	return n < 0 ? err_set(e, error, "%s:", path) : 0;
}

static int map_ids(uid_t uid, gid_t gid, struct err *e)
{
	char text[64];
	int r;

	snprintf(text, sizeof(text), "0 %u 1", uid);
	r = write_file("/proc/self/uid_map", text, e);
	if (!r)
		r = write_file("/proc/self/setgroups", "deny", e);
	snprintf(text, sizeof(text), "0 %u 1", gid);
	if (!r)
		r = write_file("/proc/self/gid_map", text, e);
	return r;
}

/* In a chroot "/" is no mount point, and mounts cannot be made private from it. The way out and
 * back: with the working directory above a second, deeper root, ".." leads to the namespace's own
 * root. */
static int private_mounts(struct err *e)
{
	if (!mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return 0;
	if (errno != EINVAL)
		return err_set(e, errno, "cannot make mounts private:");
	int r = 0, root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || fchdir(root) || chroot("run"))
		r = err_set(e, errno, "cannot leave the chroot for a moment:");
	for (int i = 0; !r && i < 64; i++)
		if (chdir(".."))
			r = err_set(e, errno, "cannot leave the chroot for a moment:");
	if (!r && mount("none", ".", NULL, MS_REC | MS_PRIVATE, NULL))
		r = err_set(
		    e, errno, "cannot make mounts private, not even from outside the chroot:");
	if (root >= 0) {
		if (!r && (fchdir(root) || chroot(".")))
			r = err_set(e, errno, "cannot come back into the chroot:");
		close(root);
	}
	return r;
}

int sandbox_enter(struct err *e)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (uid) {
		if (unshare(CLONE_NEWUSER))
			return err_set(e, errno, "cannot make a user namespace (not root):");
		int mapped = map_ids(uid, gid, e);
		if (mapped)
			return mapped;
	}
	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC))
		return err_set(e, errno, "cannot make mount, pid and network namespaces:");
	int r = private_mounts(e);
	if (r)
		return r;
	if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=4m"))
		return err_set(e, errno, "tmpfs on /run:");
	/* iptables-legacy's lock is on the /run that was just made: nobody else can hold it. */
	unsetenv("XTABLES_LOCKFILE");
	/* Some containers allow /sys only read-only, some not at all. */
	if (mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) &&
	    mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL) &&
	    errno != EPERM && errno != EBUSY)
		return err_set(e, errno, "sysfs on /sys:");
	return 0;
}
