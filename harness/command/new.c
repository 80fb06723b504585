/* new.c: `steadybridge new`: a scenario file to begin with. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/data.h"
#include "base/status.h"
#include "command/command.h"
#include "command/help.h"

#define FILE_MAX (64 * 1024)

/* 0 or -errno. A file that exists is not touched; of one that cannot be written nothing is left. */
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

static int status_of(int r)
{
	return r == -EEXIST || r == -ENOENT || r == -ENOTDIR ? STATUS_USAGE : STATUS_CANNOT;
}

static int write_scenario(const char *path)
{
	char *from = data_path("fixtures/new.yaml");
	struct buf text = {0};
	struct err e = {{0}};
	int status = 0, r;

	if (data_read(from, FILE_MAX, &text, &e)) {
		fprintf(stderr, "steadybridge: %s\n", e.text);
		status = STATUS_CANNOT;
	} else if ((r = write_anew(path, &text))) {
		fprintf(stderr, "steadybridge new: %s: %s\n", path,
		    r == -EEXIST   ? "already exists; not overwritten"
		    : r == -ENOENT ? "the folder does not exist"
		                   : strerror(-r));
		status = status_of(r);
	} else {
		printf("%s\n  steadybridge lint %s\n  steadybridge check %s\n", path, path, path);
	}
	buf_free(&text);
	free(from);
	return status;
}

static int run(struct options *o)
{
	const char *given = o->names[0], *slash = strrchr(given, '/');
	size_t len = strlen(given);
	int status;

	if (len > 5 && !strcmp(given + len - 5, ".yaml"))
		len -= 5;
	char *path = mem_printf("%.*s.yaml", (int)len, given);
	char *name = mem_printf("%.*s", (int)(len - (slash ? (size_t)(slash + 1 - given) : 0)),
	    slash ? slash + 1 : given);
	if (scenario_name_is_good(name))
		status = write_scenario(path);
	else
		status = help_usage_error(&command_new,
		    "found '%s', expected a name of at most 100 letters, digits and any of . _ -, "
		    "with or without a folder before it",
		    given);
	free(name);
	free(path);
	return status;
}

const struct command command_new = {"new", "[DIR/]NAME", 1, 1,
    "write NAME.yaml, a commented scenario that runs unchanged", 0, "mine", run};
