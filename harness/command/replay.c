/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay.c: `steadybridge replay`: stored traces judged and reported again.
 *
 * A trace that lies in the folder of a run is judged among all traces of that run, since an arm is
 * worth no more than its control; what the traces do not hold (the instrument check, skips, the
 * time it took) comes from the run's results.json. So verdict and text are those of the run. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/status.h"
#include "base/stdio.h"
#include "cli/stored.h"
#include "cli/version.h"
#include "command/command.h"
#include "judge/judge.h"
#include "report/plays.h"
#include "run/output.h"

/* A run that was named, or one of whose traces was. */
struct group {
	struct stored_run stored;
	bool whole; /* the run itself was named */
};

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static int read_run(struct stored_run *s, struct err *e)
{
	int r = stored_read_file(s, e);

	return r ? r : stored_read_traces(s, e);
}

static struct group *group_of(struct group **groups, size_t *n, const char *dir)
{
	for (size_t i = 0; i < *n; i++)
		if (dir ? groups[0][i].stored.dir && !strcmp(groups[0][i].stored.dir, dir)
		        : !groups[0][i].stored.dir)
			return &groups[0][i];
	*groups = mem_grow(*groups, *n + 1, sizeof(**groups));
	struct group *g = &groups[0][(*n)++];
	*g = (struct group){.stored.dir = mem_strdup(dir)};
	return g;
}

/* The folder of the run that left this trace, or NULL. */
static char *run_of(const char *trace)
{
	char *dir = stored_up(trace, 3);
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
	int r = dir && *n > before ? read_run(&g->stored, e) : 0;

	if (!r)
		r = stored_read_trace(&g->stored, path, true, e);
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
	char *trace = mem_printf("%s/" STORED_TRACE, path);
	if (!is_folder(path)) {
		r = add_trace(groups, n, path, e);
	} else if (!access(trace, F_OK)) {
		r = add_trace(groups, n, trace, e);
	} else if (!access(results, F_OK)) {
		struct group *g = group_of(groups, n, path);

		r = g->stored.n ? 0 : read_run(&g->stored, e);
		g->whole = true;
	} else {
		r = err_set(e, ENOENT,
		    "%s: found neither " STORED_TRACE " nor results.json there; expected a trace, "
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
	struct run run = g->stored.file.run;

	if (!g->stored.dir) {
		run = (struct run){.version = steadybridge_version,
		    .kernel = g->stored.n && g->stored.items[0]->trace.meta.kernel
		                  ? g->stored.items[0]->trace.meta.kernel
		                  : "?",
		    .pace = g->stored.n ? g->stored.items[0]->trace.meta.pace : 0,
		    .seed = g->stored.n ? g->stored.items[0]->trace.meta.seed : 0,
		    .repeat = 1,
		    .instrument_ok = true};
	}
	run.plays = plays;
	run.n_plays = g->stored.n;
	run.out_dir = g->stored.dir;
	return run;
}

static int report(struct group *g, const struct options *o, struct err *e)
{
	struct judged **plays = mem_alloc((g->stored.n + 1) * sizeof(*plays));
	struct buf text = {0};
	struct plays counted;
	struct totals totals;
	int r = 0;

	for (size_t i = 0; i < g->stored.n; i++)
		plays[i] = &g->stored.items[i]->judged;
	judge_run(plays, g->stored.n);
	struct run run = describe(g, plays);
	plays_make(&run, &counted);
	report_totals(&run, &totals);
	if (g->whole) {
		report_head(&run, totals.played, &text);
		report_instrument(&run, &text);
		report_text(&run, &text);
	}
	for (size_t i = 0; i < g->stored.n; i++)
		if (g->stored.items[i]->asked)
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
		for (size_t i = 0; i < g->stored.n; i++)
			if (g->stored.items[i]->asked)
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
	for (size_t i = 0; i < n; i++)
		stored_free(&groups[i].stored);
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
