/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subject_box.c: what a subject finds in the sandbox of its play. */
#include "lab/subject_box.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/proc.h"

#define DEV "/run/dev"
#define OVERLAY "/run/overlay"

static int make_folder(const char *path, mode_t mode, struct err *e)
{
	if (!mkdir(path, mode) || errno == EEXIST)
		return 0;
	return err_set(e, errno, "%s:", path);
}

static int set_read_only(const char *path, struct err *e)
{
	struct mount_attr a = {.attr_set = MOUNT_ATTR_RDONLY};

	return mount_setattr(AT_FDCWD, path, 0, &a, sizeof(a))
	           ? err_set(e, errno, "making %s read-only:", path)
	           : 0;
}

/* Undoes \040 and the like, by which mountinfo writes blanks. */
static void unescape(char *path)
{
	char *to = path;

	for (const char *p = path; *p; to++) {
		bool octal = *p == '\\' && strspn(p + 1, "01234567") >= 3;

		*to = octal ? (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0')) : *p;
		p += octal ? 4 : 1;
	}
	*to = '\0';
}

static bool is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return !strncmp(path, folder, len) && (!path[len] || path[len] == '/');
}

/* Every mount but those that are the sandbox's own or will be. One at a time: a mount on which a
 * file is open for writing (libcheck's, on /run) refuses, and would refuse for a whole tree. */
static int make_all_read_only(bool sys, struct err *e)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL, path[4096];
	size_t cap = 0;
	int r = f ? 0 : err_set(e, errno, "/proc/self/mountinfo:");

	while (!r && getline(&line, &cap, f) > 0) {
		if (sscanf(line, "%*s %*s %*s %*s %4095s", path) != 1)
			continue;
		unescape(path);
		if (is_below(path, "/run") || is_below(path, "/proc") || is_below(path, "/dev") ||
		    (!sys && is_below(path, "/sys")))
			continue;
		r = set_read_only(path, e);
		if (r == -ENOENT || r == -EINVAL) /* hidden below a later mount */
			r = 0;
	}
	free(line);
	if (f)
		fclose(f);
	return r;
}

/* A device of its own, not the host's inode, whose mode udevd would change. In a user namespace no
 * node can be made, and none can be changed either: the host's is bound there. */
static int make_node(const char *name, unsigned major, unsigned minor, struct err *e)
{
	char *path = mem_printf(DEV "/%s", name), *of_host = mem_printf("/dev/%s", name);
	int r = 0;

	if (mknod(path, S_IFCHR | 0666, makedev(major, minor)) && errno == EPERM) {
		int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

		if (fd >= 0)
			close(fd);
		if (access(of_host, F_OK))
			unlink(path); /* the host has none either */
		else if (fd < 0 || mount(of_host, path, NULL, MS_BIND, NULL))
			r = err_set(e, errno, "%s:", path);
	} else {
		chmod(path, 0666);
	}
	free(path);
	free(of_host);
	return r;
}

static int make_dev(struct err *e)
{
	static const struct {
		const char *name;
		unsigned major, minor;
	} nodes[] = {{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8},
	    {"urandom", 1, 9}, {"tty", 5, 0}, {"net/tun", 10, 200}};
	int r = make_folder(DEV, 0755, e);

	if (!r && mount("dev", DEV, "tmpfs", MS_NOSUID, "mode=755,size=64k"))
		r = err_set(e, errno, "tmpfs on /dev:");
	for (const char *const *p = (const char *const[]){DEV "/net", DEV "/pts", DEV "/shm", NULL};
	     !r && *p; p++)
		r = make_folder(*p, 0755, e);
	for (size_t i = 0; !r && i < ARRAY_SIZE(nodes); i++)
		r = make_node(nodes[i].name, nodes[i].major, nodes[i].minor, e);
	if (r)
		return r;
	(void)!mount("devpts", DEV "/pts", "devpts", MS_NOSUID | MS_NOEXEC,
	    "newinstance,ptmxmode=0666,mode=620");
	(void)!mount("shm", DEV "/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=16m");
	(void)!symlink("pts/ptmx", DEV "/ptmx");
	(void)!symlink("/proc/self/fd", DEV "/fd");
	(void)!symlink("/proc/self/fd/0", DEV "/stdin");
	(void)!symlink("/proc/self/fd/1", DEV "/stdout");
	(void)!symlink("/proc/self/fd/2", DEV "/stderr");
	return mount(DEV, "/dev", NULL, MS_MOVE, NULL) ? err_set(e, errno, "a /dev of its own:")
	                                               : 0;
}

/* Makes one of the host's folders writable by an overlay. An empty tmpfs in its place would hide
 * the tool's own files, so there is no other way. */
static int overlay(const char *folder, struct err *e)
{
	char *upper = mem_printf(OVERLAY "%s", folder),
	     *work = mem_printf(OVERLAY "%s.work", folder),
	     *how = mem_printf("lowerdir=%s,upperdir=%s,workdir=%s", folder, upper, work);
	int r = make_folder(OVERLAY, 0755, e);

	if (!r)
		r = make_folder(upper, 0755, e);
	if (!r)
		r = make_folder(work, 0755, e);
	if (!r && mount("overlay", folder, "overlay", MS_NOSUID | MS_NODEV, how))
		r = err_set(e, errno, "an overlay of %s:", folder);
	free(upper);
	free(work);
	free(how);
	return r;
}

/* Only looked at: nothing can be written there. */
static int show_cgroups(struct err *e)
{
	if (unshare(CLONE_NEWCGROUP) || mount("cgroup2", "/sys/fs/cgroup", "cgroup2",
	                                    MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL))
		return err_set(e, errno, "cgroup2 on /sys/fs/cgroup:");
	return 0;
}

const char *subject_box_udevd(void)
{
	static const char *const places[] = {
	    "/usr/lib/systemd/systemd-udevd", "/lib/systemd/systemd-udevd"};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (!access(places[i], X_OK))
			return places[i];
	return NULL;
}

/* It goes into the background when it listens. */
static int start_udevd(int64_t deadline_ns, struct err *e)
{
	const char *const argv[] = {subject_box_udevd(), "--daemon", NULL};
	int r = argv[0] ? make_folder("/run/udev", 0755, e)
	                : err_set(e, ENOENT, "no program systemd-udevd");

	if (!r)
		r = proc_run(argv, deadline_ns, e);
	if (!r && access("/run/udev/control", F_OK))
		r = err_set(e, errno, "systemd-udevd began, but /run/udev/control:");
	return r;
}

int subject_box_make(const struct subject_run *run, int64_t deadline_ns, struct err *e)
{
	const struct subject *s = run->subject;
	int r = make_all_read_only(s->sys_ro, e);

	if (!r &&
	    mount(NULL, "/run", NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, "mode=755,size=256m"))
		r = err_set(e, errno, "a larger /run:");
	/* Pids in it are those of the sandbox; where the mount is refused, those of the host. */
	(void)!mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	if (!r)
		r = make_dev(e);
	if (!r && s->cgroup)
		r = show_cgroups(e);
	if (!r && s->light)
		r = overlay("/etc", e);
	if (!r && s->light)
		r = overlay("/var", e);
	if (!r)
		r = make_folder(SUBJECT_DIR, 0755, e);
	return r || !run->udevd ? r : start_udevd(deadline_ns, e);
}
