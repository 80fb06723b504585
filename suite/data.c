/* data.c: where scenario files and fixtures are, and whole files in and out. */
#include "suite/data.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite/folder.h"

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

int data_write(const char *path, const char *text, size_t len, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char *above = slash && slash > path ? mem_printf("%.*s", (int)(slash - path), path)
	              : slash               ? mem_strdup("/")
	                                    : mem_strdup(".");
	int dir = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = dir < 0 ? err_set(e, errno, "%s:", path)
	                : folder_write(dir, above, slash ? slash + 1 : path, text, len, e);

	if (dir >= 0)
		close(dir);
	free(above);
	return r;
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
