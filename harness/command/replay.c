/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay.c: `steadybridge replay`: stored traces judged and reported again.
 *
 * A trace that lies in the folder of a run is judged among all traces of that run, since an arm is
 * worth no more than its control; what the traces do not hold (the instrument check, skips, the
 * time it took) comes from the run's results.json. So verdict and text are those of the run. */
#include <errno.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/status.h"
#include "judge/judge.h"
#include "report/plays.h"
#include "base/data.h"
#include "run/output.h"
#include "run/pcapfile.h"
#include "base/stdio.h"
#include "command/command.h"
#include "command/version.h"
#include "trace/trace_json.h"

#define FILE_MAX_BYTES ((size_t)512 << 20)
#define TRACE_FILE "trace.jsonl"

/* One stored play. */
struct stored {
	struct trace trace;
	struct judged judged;
	char *path;
	bool asked; /* named on the command line */
};

/* The traces of one run, or those that belong to none. */
struct group {
	char *dir; /* of the run, or NULL */
	struct run_file file;
	struct stored **items;
	size_t n, cap;
	bool whole; /* the run itself was named */
	struct utsname uts;
};

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* The first n-levels-up folder of a path as it was written; NULL when it has not so many. Caller
 * frees. */
static char *up(const char *path, int levels)
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
	char *dir = up(s->path, 1);
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

static int read_trace(struct group *g, const char *path, bool asked, struct err *e)
{
	struct buf text = {0};

	for (size_t i = 0; i < g->n; i++) {
		if (!strcmp(g->items[i]->path, path)) {
			g->items[i]->asked |= asked;
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
	*MEM_PUSH(g->items, g->n, g->cap) = s;
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
static int read_stored(struct group *g, const char *slug, struct err *e)
{
	char *cases = mem_printf("%s/cases", g->dir), *one = mem_printf("%s/%s", cases, slug);
	char *trace = mem_printf("%s/" TRACE_FILE, one);
	int r = must_be(S_IFDIR, cases, e);

	if (!r)
		r = must_be(S_IFDIR, one, e);
	if (!r)
		r = must_be(S_IFREG, trace, e);
	if (!r)
		r = read_trace(g, trace, false, e);
	free(cases);
	free(one);
	free(trace);
	return r;
}

/* Every trace of the run, in its order. */
static int read_run(struct group *g, struct err *e)
{
	char *path = mem_printf("%s/results.json", g->dir);
	struct buf text = {0};
	int r = data_read(path, FILE_MAX_BYTES, &text, e);

	if (!r)
		r = run_file_read(path, text.s ? text.s : "", text.len, &g->file, e);
	for (size_t i = 0; !r && i < g->file.n_slugs; i++)
		r = read_stored(g, g->file.slugs[i], e);
	buf_free(&text);
	free(path);
	return r;
}

static struct group *group_of(struct group **groups, size_t *n, const char *dir)
{
	for (size_t i = 0; i < *n; i++)
		if (dir ? groups[0][i].dir && !strcmp(groups[0][i].dir, dir) : !groups[0][i].dir)
			return &groups[0][i];
	*groups = mem_grow(*groups, *n + 1, sizeof(**groups));
	struct group *g = &groups[0][(*n)++];
	*g = (struct group){.dir = dir ? mem_strdup(dir) : NULL};
	return g;
}

/* The folder of the run that left this trace, or NULL. */
static char *run_of(const char *trace)
{
	char *dir = up(trace, 3);
	char *results = dir ? mem_printf("%s/results.json", dir) : NULL;
	char *expected = dir ? mem_printf("%s/cases/", dir) : NULL;
	bool there = results && !access(results, R_OK) &&
	             (!strncmp(trace, expected, strlen(expected)) || !strcmp(dir, "."));

	free(results);
	free(expected);
	if (!there) {
		free(dir);
		return NULL;
	}
	return dir;
}

static int add_trace(struct group **groups, size_t *n, const char *path, struct err *e)
{
	char *dir = run_of(path);
	size_t before = *n;
	struct group *g = group_of(groups, n, dir);
	int r = dir && *n > before ? read_run(g, e) : 0;

	if (!r)
		r = read_trace(g, path, true, e);
	free(dir);
	return r;
}

/* A trace, a case's folder or a run's folder. */
static int add_name(struct group **groups, size_t *n, const char *name, struct err *e)
{
	char *path = mem_strdup(name);
	size_t len = strlen(path);
	int r;

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	char *results = mem_printf("%s/results.json", path);
	char *trace = mem_printf("%s/" TRACE_FILE, path);
	if (!is_folder(path)) {
		r = add_trace(groups, n, path, e);
	} else if (!access(trace, F_OK)) {
		r = add_trace(groups, n, trace, e);
	} else if (!access(results, F_OK)) {
		struct group *g = group_of(groups, n, path);

		r = g->n ? 0 : read_run(g, e);
		g->whole = true;
	} else {
		r = err_set(e, ENOENT,
		    "%s: found neither " TRACE_FILE " nor results.json there; expected a trace, "
		    "or the folder of a case or of a run",
		    path);
	}
	free(results);
	free(trace);
	free(path);
	return r;
}

static struct run describe(struct group *g, struct judged **plays)
{
	struct run run = g->file.run;

	if (!g->dir) {
		run = (struct run){.version = steadybridge_version,
		    .kernel = g->n && g->items[0]->trace.meta.kernel
		                  ? g->items[0]->trace.meta.kernel
		                  : "?",
		    .pace = g->n ? g->items[0]->trace.meta.pace : 0,
		    .seed = g->n ? g->items[0]->trace.meta.seed : 0,
		    .repeat = 1,
		    .instrument_ok = true};
	}
	run.plays = plays;
	run.n_plays = g->n;
	run.out_dir = g->dir;
	return run;
}

static int report(struct group *g, const struct options *o, struct err *e)
{
	struct judged **plays = mem_alloc((g->n + 1) * sizeof(*plays));
	struct buf text = {0};
	struct plays counted;
	struct totals totals;
	int r = 0;

	for (size_t i = 0; i < g->n; i++)
		plays[i] = &g->items[i]->judged;
	judge_run(plays, g->n);
	struct run run = describe(g, plays);
	plays_make(&run, &counted);
	report_totals(&run, &totals);
	if (g->whole) {
		report_head(&run, totals.played, &text);
		report_instrument(&run, &text);
		report_text(&run, &text);
	}
	for (size_t i = 0; i < g->n; i++)
		if (g->items[i]->asked)
			report_case_text(&run, plays[i], &text);
	fputs(text.s ? text.s : "", stdout);
	buf_free(&text);
	if (o->out_given) {
		struct output out;

		r = output_join(&out, o->out, e);
		if (!r) {
			r = output_reports(&out, &run, e);
			output_close(&out);
		}
	}
	if (!g->whole) { /* only what was asked for decides */
		run.n_plays = run.n_skipped = 0;
		for (size_t i = 0; i < g->n; i++)
			if (g->items[i]->asked)
				plays[run.n_plays++] = plays[i];
		plays_free(&counted);
		plays_make(&run, &counted);
	}
	int status = report_exit_status(&run);
	plays_free(&counted);
	free(plays);
	return r ? r : status;
}

static void release(struct group *groups, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct group *g = &groups[i];

		for (size_t k = 0; k < g->n; k++) {
			struct stored *s = g->items[k];

			judged_free(&s->judged);
			trace_free(&s->trace);
			free(s->path);
			free(s);
		}
		free(g->items);
		free(g->dir);
		run_file_free(&g->file);
	}
	free(groups);
}

/* The graver of two exit statuses: a fail wins, then what proves nothing. */
static int graver(int a, int b)
{
	return a == STATUS_FAILED || b == STATUS_FAILED ? STATUS_FAILED : a > b ? a : b;
}

static int run(struct options *o)
{
	struct group *groups = NULL;
	struct err e = {{0}};
	size_t n = 0;
	int status = 0, r = 0;

	for (int i = 0; !r && i < o->n_names; i++)
		r = add_name(&groups, &n, o->names[i], &e);
	bool unread = r;
	for (size_t i = 0; !r && i < n; i++) {
		int one = report(&groups[i], o, &e);

		r = one < 0 ? one : 0;
		status = one < 0 ? status : graver(status, one);
	}
	if (r) {
		fprintf(stderr, "steadybridge: %s\n", e.text);
		r = unread && !err_is_no_room(r) && r != -EIO ? STATUS_USAGE : STATUS_CANNOT;
	}
	release(groups, n);
	return stdio_end(r ? r : status, false);
}

const struct command command_replay = {"replay", "TRACE|DIR...", 1, NAMES_ANY,
    "judge stored traces again and print the same report", OPTION_OUT | OPTION_EXIT, "out", run};
