/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folder.c: a folder below which nothing is made, written or removed through a symbolic link.
 *
 * Whoever may write where the reports go could plant links there, and steadybridge may be root. So
 * everything below that folder is reached from its descriptor, one name at a time. */
#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int folder_make(const char *path, struct err *e)
{
	char *copy = mem_strdup(path);
	int r = 0;

	for (char *p = copy + 1; !r && p[-1]; p++) {
		char c = *p;

		if (c && c != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0755) && errno != EEXIST)
			r = err_set(e, errno, "%s:", copy);
		*p = c;
	}
	free(copy);
	return r;
}

int folder_open(const char *path, struct err *e)
{
	int r = folder_make(path, e), fd = -1;

	if (!r)
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return r ? r : fd < 0 ? err_set(e, errno, "%s:", path) : fd;
}

int folder_below(int dir, const char *path, const char *name, struct err *e)
{
	int fd = -1;

	if (!*name || !strcmp(name, ".") || !strcmp(name, "..") || strchr(name, '/'))
		return err_set(e, EINVAL, "%s: '%.300s' names no folder in it", path, name);
	if (!mkdirat(dir, name, 0755) || errno == EEXIST)
		fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	int error = errno;
	if (folder_has_link(dir, name))
		return err_set(e, ELOOP,
		    "%s/%s: found a symbolic link, expected a folder; nothing is written "
		    "through it",
		    path, name);
	return err_set(e, error, "%s/%s:", path, name);
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Where O_TMPFILE is not to be had (some overlay file systems): a name of its own, then a rename.
 * What has that name is removed first, so that no file is opened that is already there. */
int folder_write_aside(int dir, const char *name, const char *text, size_t len)
{
	char *aside = mem_printf("%s.new", name);
	int fd, r;

	unlinkat(dir, aside, 0);
	fd = openat(dir, aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	r = fd < 0 ? -errno : write_all(fd, text, len);
	if (fd >= 0 && close(fd) && !r)
		r = -errno;
	if (!r && renameat(dir, aside, dir, name))
		r = -errno;
	if (r && fd >= 0)
		unlinkat(dir, aside, 0);
	free(aside);
	return r;
}

static int write_file(int dir, const char *name, const char *text, size_t len)
{
	char link[64];
	int fd = openat(dir, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0644), r;

	if (fd < 0)
		return folder_write_aside(dir, name, text, len);
	r = write_all(fd, text, len);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (!r && unlinkat(dir, name, 0) && errno != ENOENT)
		r = -errno;
	if (!r && linkat(AT_FDCWD, link, dir, name, AT_SYMLINK_FOLLOW))
		r = -errno;
	close(fd);
	return r;
}

int folder_write(
    int dir, const char *path, const char *name, const char *text, size_t len, struct err *e)
{
	int r = write_file(dir, name, text, len);

	return r ? err_set(e, -r, "%s/%s:", path, name) : 0;
}

int folder_read(int dir, const char *path, const char *name, struct buf *out, struct err *e)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), r = 0;
	char text[16384];
	struct stat st;
	ssize_t n = 0;

	if (fd >= 0 && !fstat(fd, &st) && !S_ISREG(st.st_mode))
		r = err_set(e, EINVAL, "%s/%s: found something else, expected a file", path, name);
	while (fd >= 0 && !r && (n = read(fd, text, sizeof(text))) > 0)
		buf_add(out, text, (size_t)n);
	if (!r && (fd < 0 || n < 0))
		r = err_set(e, errno, "%s/%s:", path, name);
	if (fd >= 0)
		close(fd);
	return r;
}

int folder_each(int dir, int (*fn)(int dir, const char *name, void *arg), void *arg)
{
	int own = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *d = own < 0 ? NULL : fdopendir(own);
	struct dirent *entry;

	if (own >= 0 && !d)
		close(own);
	while (d && !r && (entry = readdir(d)))
		if (entry->d_name[0] != '.')
			r = fn(dir, entry->d_name, arg);
	if (d)
		closedir(d);
	return r;
}

bool folder_has_link(int dir, const char *name)
{
	struct stat st;

	return !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode);
}
