/* data.c: where scenario files and fixtures are, and whole files in and out. */
#include "suite/data.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *data_path(const char *below)
{
	const char *root = getenv("STEADYBRIDGE_DATA");

	return mem_printf("%s/%s", root && *root ? root : SB_SOURCE_DIR, below);
}

int data_read(const char *path, size_t max, struct buf *out, struct err *e)
{
	int r = 0, fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[16384];
	ssize_t n;

	if (fd < 0)
		return err_set(e, errno, "%s:", path);
	buf_puts(out, "");
	while ((n = read(fd, text, sizeof(text))) > 0 && !r) {
		if (out->len + (size_t)n > max)
			r = err_set(e, EFBIG, "%s: larger than %zu bytes", path, max);
		else
			buf_add(out, text, (size_t)n);
	}
	if (n < 0)
		r = err_set(e, errno, "%s:", path);
	close(fd);
	return r;
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
 */
static int write_and_rename(const char *path, const char *text, size_t len)
{
	char *aside = mem_printf("%s.new", path);
	int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int r = fd < 0 ? -errno : write_all(fd, text, len);

	if (fd >= 0 && close(fd) && !r)
		r = -errno;
	if (!r && rename(aside, path))
		r = -errno;
	if (r)
		unlink(aside);
	free(aside);
	return r;
}

int data_write(const char *path, const char *text, size_t len, struct err *e)
{
	char *copy = mem_strdup(path), link[64];
	int fd = open(dirname(copy), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0644), r;

	free(copy);
	if (fd < 0) {
		r = write_and_rename(path, text, len);
		return r ? err_set(e, -r, "%s:", path) : 0;
	}
	r = write_all(fd, text, len);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (!r && unlink(path) && errno != ENOENT)
		r = -errno;
	if (!r && linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW))
		r = -errno;
	close(fd);
	return r ? err_set(e, -r, "%s:", path) : 0;
}

int data_mkdir(const char *path, struct err *e)
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

static int is_yaml(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return d->d_name[0] != '.' && len > 5 && !strcmp(d->d_name + len - 5, ".yaml");
}

int data_list(const char *folder, char ***out, struct err *e)
{
	struct dirent **found;
	int n = scandir(folder, &found, is_yaml, alphasort);

	*out = NULL;
	if (n < 0)
		return err_set(e, errno, "%s:", folder);
	*out = mem_alloc(((size_t)n + 1) * sizeof(**out));
	for (int i = 0; i < n; i++) {
		(*out)[i] = mem_printf("%s/%s", folder, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	return n;
}
