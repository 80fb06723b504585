/* starter.c: `steadybridge new NAME`: a scenario file to begin with, in the current folder. */
#include "command/starter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/data.h"
#include "base/status.h"

#define FILE_MAX (64 * 1024)

/* What is there already stays as it is. 0 or -errno; half a file is none. */
static int write_anew(const char *path, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), r = 0;

	if (fd < 0)
		return -errno;
	ssize_t n = write(fd, text->s, text->len);
	if (n != (ssize_t)text->len)
		r = n < 0 ? -errno : -ENOSPC;
	if (close(fd) && !r)
		r = -errno;
	if (r)
		unlink(path);
	return r;
}

static int start(const char *name)
{
	char *from = data_path("fixtures/new.yaml"), *path = mem_printf("%s.yaml", name);
	struct buf text = {0};
	struct err e = {{0}};
	int status = 0, r;

	if (data_read(from, FILE_MAX, &text, &e)) {
		fprintf(stderr, "steadybridge: %s\n", e.text);
		status = STATUS_CANNOT;
	} else if ((r = write_anew(path, &text))) {
		fprintf(stderr, "steadybridge new: %s: %s\n", path,
		    r == -EEXIST ? "it is there already, and stays as it is" : strerror(-r));
		status = r == -EEXIST ? STATUS_USAGE : STATUS_CANNOT;
	} else {
		printf("%s\n  steadybridge lint %s\n  steadybridge check %s\n", path, path, path);
	}
	buf_free(&text);
	free(path);
	free(from);
	return status;
}

int starter_command(struct options *o)
{
	if (o->n_names != 1) {
		fprintf(stderr, "steadybridge new: expected one NAME\n");
		return STATUS_USAGE;
	}
	char *name = mem_strdup(o->names[0]);
	size_t len = strlen(name);
	if (len > 5 && !strcmp(name + len - 5, ".yaml"))
		name[len - 5] = '\0';
	int status;
	if (scenario_name_is_good(name)) {
		status = start(name);
	} else {
		fprintf(stderr,
		    "steadybridge new: '%s' cannot be a scenario's name: expected at most 100 "
		    "letters, digits and any of . _ -\n",
		    o->names[0]);
		status = STATUS_USAGE;
	}
	free(name);
	return status;
}
