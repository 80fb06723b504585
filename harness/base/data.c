/* SPDX-License-Identifier: GPL-2.0-or-later */
/* data.c: where scenario files and fixtures are, and whole files in and out. */
#include "base/data.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/macros.h"

#define SCENARIOS "suite/scenarios"
#define LARGE "large"

/* From the folder of the program: installed in bin, or built in build or build/san. */
static const char *const from_program[] = {"../share/steadybridge", "..", "../.."};

/* Found once, by the first who asks: a play's processes have other mounts. Moved with the program,
 * it is found again, so no path is compiled in. */
static const char *root_of_program(void)
{
	static char *root;
	char exe[4096];
	ssize_t n = root ? 0 : readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(exe, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; !root && i < ARRAY_SIZE(from_program); i++) {
		char *at = mem_printf("%s/%s", exe, from_program[i]);
		char *scenarios = mem_printf("%s/" SCENARIOS, at);

		if (!access(scenarios, F_OK))
			root = realpath(at, NULL);
		free(scenarios);
		free(at);
	}
	if (!root) /* what is looked for there then names the place */
		root = mem_printf("%s/%s", exe, from_program[0]);
	return root;
}

char *data_path(const char *below)
{
	const char *root = getenv("STEADYBRIDGE_DATA");

	return mem_printf("%s/%s", root && *root ? root : root_of_program(), below);
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

long data_number(const char *path, long otherwise)
{
	struct buf text = {0};
	char *end = NULL;
	long n = data_read(path, 4096, &text, NULL) ? 0 : strtol(text.s, &end, 10);

	n = end && end > text.s ? n : otherwise;
	buf_free(&text);
	return n;
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

static int is_topic(const struct dirent *d)
{
	return d->d_name[0] != '.' && (d->d_type == DT_DIR || d->d_type == DT_UNKNOWN);
}

static int by_base(const void *a, const void *b)
{
	return strcmp(strrchr(*(char *const *)a, '/'), strrchr(*(char *const *)b, '/'));
}

/* Adds the files of one topic to *all; how many there are then, or -errno. */
static int add_topic(const char *folder, char ***all, int n, struct err *e)
{
	char **found;
	int more = data_list(folder, &found, e);

	if (more < 0)
		return more;
	*all = mem_grow(*all, (size_t)(n + more) + 1, sizeof(**all));
	memcpy(*all + n, found, (size_t)more * sizeof(*found));
	free(found);
	return n + more;
}

int data_scenarios(bool large, char ***out, struct err *e)
{
	char *root = data_path(SCENARIOS);
	struct dirent **topics = NULL;
	int n_topics = scandir(root, &topics, is_topic, alphasort), n = 0;

	*out = NULL;
	if (n_topics < 0)
		n = err_set(e, errno, "%s:", root);
	for (int i = 0; i < n_topics; i++) {
		char *folder = mem_printf("%s/%s", root, topics[i]->d_name);

		if (n >= 0 && large == !strcmp(topics[i]->d_name, LARGE))
			n = add_topic(folder, out, n, e);
		free(folder);
		free(topics[i]);
	}
	free(topics);
	free(root);
	if (n > 0)
		qsort(*out, (size_t)n, sizeof(**out), by_base);
	return n;
}

char *data_scenario(const char *name)
{
	char *wanted = mem_printf("/%s.yaml", name), *path = NULL, **found;

	for (int large = 0; large < 2; large++) {
		int n = data_scenarios(large, &found, NULL);

		for (int i = 0; i < n; i++) {
			if (!path && !strcmp(strrchr(found[i], '/'), wanted))
				path = found[i];
			else
				free(found[i]);
		}
		free(found);
	}
	free(wanted);
	return path;
}
