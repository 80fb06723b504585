/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stored.c: a run that was stored in a folder, read back: its results.json and its traces, judged.
 */
#include "cli/stored.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/data.h"
#include "base/mem.h"
#include "run/pcapfile.h"
#include "trace/trace_json.h"

#define FILE_MAX_BYTES ((size_t)512 << 20)

char *stored_up(const char *path, int levels)
{
	char *s = mem_strdup(path);

	for (; levels; levels--) {
		char *slash = strrchr(s, '/');

		if (!slash) {
			free(s);
			return levels == 1 ? mem_strdup(".") : NULL;
		}
		*slash = '\0';
	}
	return s;
}

static int find_captures(struct stored *s, struct err *e)
{
	char *dir = stored_up(s->path, 1);
	DIR *d = dir ? opendir(dir) : NULL;
	struct dirent *entry;
	size_t cap = 0;
	int r = dir && !d ? err_set(e, errno, "%s:", dir) : 0;

	while (d && (entry = readdir(d)))
		if (pcapfile_is(entry->d_name))
			*MEM_PUSH(s->judged.captures, s->judged.n_captures, cap) =
			    mem_strdup(entry->d_name);
	if (d)
		closedir(d);
	free(dir);
	return r;
}

int stored_read_trace(struct stored_run *run, const char *path, bool asked, struct err *e)
{
	struct buf text = {0};

	for (size_t i = 0; i < run->n; i++) {
		if (!strcmp(run->items[i]->path, path)) {
			run->items[i]->asked |= asked;
			return 0;
		}
	}
	int r = data_read(path, FILE_MAX_BYTES, &text, e);
	if (r)
		return r;
	struct stored *s = mem_alloc(sizeof(*s));
	r = trace_from_json(path, text.s ? text.s : "", text.len, &s->trace, e);
	buf_free(&text);
	if (r) {
		free(s);
		return r;
	}
	s->path = mem_strdup(path);
	s->asked = asked;
	s->judged.trace = &s->trace;
	judge_play(&s->judged);
	*MEM_PUSH(run->items, run->n, run->cap) = s;
	return find_captures(s, e);
}

/* A file or folder itself, no link to one and nothing that could be waited for. */
static int must_be(mode_t type, const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st))
		return err_set(e, errno, "%s:", path);
	if ((st.st_mode & S_IFMT) == type)
		return 0;
	return err_set(e, EINVAL, "%s: found %s, expected a %s", path,
	    S_ISLNK(st.st_mode) ? "a symbolic link" : "something else",
	    type == S_IFDIR ? "folder" : "file");
}

/* Where a run's own results lead: below its cases/, and through no link. */
static int read_stored(struct stored_run *run, const char *slug, struct err *e)
{
	char *cases = mem_printf("%s/cases", run->dir), *one = mem_printf("%s/%s", cases, slug);
	char *trace = mem_printf("%s/" STORED_TRACE, one);
	int r = must_be(S_IFDIR, cases, e);

	if (!r)
		r = must_be(S_IFDIR, one, e);
	if (!r)
		r = must_be(S_IFREG, trace, e);
	if (!r)
		r = stored_read_trace(run, trace, false, e);
	free(cases);
	free(one);
	free(trace);
	return r;
}

int stored_read_file(struct stored_run *run, struct err *e)
{
	char *path = mem_printf("%s/results.json", run->dir);
	struct buf text = {0};
	int r = data_read(path, FILE_MAX_BYTES, &text, e);

	if (!r)
		r = run_file_read(path, text.s ? text.s : "", text.len, &run->file, e);
	buf_free(&text);
	free(path);
	return r;
}

int stored_read_traces(struct stored_run *run, struct err *e)
{
	int r = 0;

	for (size_t i = 0; !r && i < run->file.n_slugs; i++)
		r = read_stored(run, run->file.slugs[i], e);
	return r;
}

void stored_free(struct stored_run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		struct stored *s = run->items[i];

		judged_free(&s->judged);
		trace_free(&s->trace);
		free(s->path);
		free(s);
	}
	free(run->items);
	free(run->dir);
	run_file_free(&run->file);
}
