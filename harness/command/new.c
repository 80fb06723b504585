/* SPDX-License-Identifier: GPL-2.0-or-later */
/* new.c: `steadybridge new`: a scenario file, or a subject, to begin with. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/data.h"
#include "base/mem.h"
#include "base/status.h"
#include "command/command.h"
#include "command/help.h"
#include "lab/subject.h"

#define FILE_MAX (64 * 1024)

/* 0 or -errno. A file that exists is not touched; of one that cannot be written nothing is left. */
static int write_anew(const char *path, mode_t mode, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), r = 0;

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

/* Writes a copy of a fixture. 0 or an exit status. */
static int write_copy(const char *fixture, const char *path, mode_t mode)
{
	char *from = data_path(fixture);
	struct buf text = {0};
	struct err e = {{0}};
	int status = 0, r;

	if (data_read(from, FILE_MAX, &text, &e)) {
		fprintf(stderr, "steadybridge: %s\n", e.text);
		status = STATUS_CANNOT;
	} else if ((r = write_anew(path, mode, &text))) {
		fprintf(stderr, "steadybridge new: %s: %s\n", path,
		    r == -EEXIST   ? "already exists; not overwritten"
		    : r == -ENOENT ? "the folder does not exist"
		                   : strerror(-r));
		status = status_of(r);
	}
	buf_free(&text);
	free(from);
	return status;
}

/* NAME/subject in the current folder: a subject is called after its folder. */
static int write_subject(const char *name)
{
	char *path = mem_printf("%s/subject", name);
	int status = 0;

	if (mkdir(name, 0755) && errno != EEXIST) {
		fprintf(stderr, "steadybridge new: %s: %s\n", name, strerror(errno));
		status = STATUS_CANNOT;
	}
	if (!status)
		status = write_copy("fixtures/new-subject.sh", path, 0755);
	if (!status)
		printf("%s\n  steadybridge check --subject ./%s\n", path, path);
	free(path);
	return status;
}

static int run(struct options *o)
{
	const char *given = o->n_names ? o->names[0] : "", *slash = strrchr(given, '/');
	size_t len = strlen(given);
	int status;

	if (o->n_subjects + (size_t)o->n_names != 1)
		return help_usage_error(&command_new, "expected [DIR/]NAME, or --subject NAME");
	if (o->n_subjects && !subject_name_is_good(o->subjects[0]))
		return help_usage_error(&command_new,
		    "--subject: found '%s', expected a small letter, then small letters, digits "
		    "and '-', at most %d in all",
		    o->subjects[0], SUBJECT_NAME_MAX);
	if (o->n_subjects)
		return write_subject(o->subjects[0]);

	if (len > 5 && !strcmp(given + len - 5, ".yaml"))
		len -= 5;
	char *path = mem_printf("%.*s.yaml", (int)len, given);
	char *name = mem_printf("%.*s", (int)(len - (slash ? (size_t)(slash + 1 - given) : 0)),
	    slash ? slash + 1 : given);
	if (scenario_name_is_good(name)) {
		status = write_copy("fixtures/new.yaml", path, 0644);
		if (!status)
			printf("%s\n  steadybridge lint %s\n  steadybridge check %s\n", path, path,
			    path);
	} else
		status = help_usage_error(&command_new,
		    "found '%s', expected a name of at most 100 letters, digits and any of . _ -, "
		    "with or without a folder before it",
		    given);
	free(name);
	free(path);
	return status;
}

const struct command command_new = {"new", "[DIR/]NAME", 0, 1,
    "write NAME.yaml, a commented scenario that runs unchanged; or a subject", OPTION_SUBJECT,
    "mine", run};
