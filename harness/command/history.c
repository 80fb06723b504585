/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history.c: `steadybridge history`: what the results.json of many runs say of each case. */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/status.h"
#include "base/units.h"
#include "cli/selection.h"
#include "cli/version.h"
#include "command/command.h"
#include "command/help.h"
#include "run_history/run_history.h"

#define RESULTS "results.json"
#define FILE_MAX_BYTES ((size_t)512 << 20)

/* What was read, by device and inode: a run that is below two of the folders counts once. */
struct files {
	struct {
		dev_t dev;
		ino_t ino;
	} * items;
	size_t n, cap;
};

static bool is_new(struct files *files, const struct stat *st)
{
	for (size_t i = 0; i < files->n; i++)
		if (files->items[i].dev == st->st_dev && files->items[i].ino == st->st_ino)
			return false;
	MEM_PUSH(files->items, files->n, files->cap);
	files->items[files->n - 1].dev = st->st_dev;
	files->items[files->n - 1].ino = st->st_ino;
	return true;
}

static void read_file(
    struct run_history *h, struct files *files, const char *path, const struct stat *st)
{
	struct buf text = {0};
	struct err e = {{0}};
	char written[CLOCK_UTC_TEXT];

	if (!is_new(files, st))
		return;
	if (data_read(path, FILE_MAX_BYTES, &text, &e))
		run_history_unread(h, path, e.text);
	else
		run_history_add(
		    h, path, text.s, text.len, clock_utc(st->st_mtim.tv_sec * NS_PER_S, written));
	buf_free(&text);
}

/* The traces of a run: nothing there is a run, and there are many. */
static bool is_cases_of_run(const FTSENT *entry)
{
	if (entry->fts_level < 1 || strcmp(entry->fts_name, "cases"))
		return false;
	char *results = mem_printf(
	    "%.*s" RESULTS, (int)(entry->fts_pathlen - entry->fts_namelen), entry->fts_path);
	bool there = !access(results, F_OK);

	free(results);
	return there;
}

static void unread(struct run_history *h, const char *path, int error)
{
	struct err e = {{0}};

	err_set(&e, error, "%s:", path);
	run_history_unread(h, path, e.text);
}

static void look_at(struct run_history *h, struct files *files, FTS *tree, FTSENT *entry)
{
	switch (entry->fts_info) {
	case FTS_D:
		if (is_cases_of_run(entry))
			fts_set(tree, entry, FTS_SKIP);
		break;
	case FTS_F:
		if (!entry->fts_level || !strcmp(entry->fts_name, RESULTS))
			read_file(h, files, entry->fts_path, entry->fts_statp);
		break;
	case FTS_DEFAULT: /* named on the command line: a pipe is read as well */
		if (!entry->fts_level)
			read_file(h, files, entry->fts_path, entry->fts_statp);
		break;
	case FTS_SLNONE: /* below, links are not followed anyway */
		if (!entry->fts_level)
			unread(h, entry->fts_path, ENOENT);
		break;
	case FTS_NS:
	case FTS_DNR:
	case FTS_ERR:
		unread(h, entry->fts_path, entry->fts_errno);
		break;
	}
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Links are followed where the command line names them, and nowhere below. */
static void read_names(struct run_history *h, const struct options *o)
{
	struct files files = {0};
	FTS *tree = fts_open(o->names, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	FTSENT *entry;

	while (tree && (entry = fts_read(tree)))
		look_at(h, &files, tree, entry);
	if (tree)
		fts_close(tree);
	else
		unread(h, o->names[0], errno);
	free(files.items);
}

/* Writes a report into a file, or prints it for "-". 0, or STATUS_CANNOT with a message. */
static int write_report(const struct run_history *h, const char *path,
    void (*report)(const struct run_history *, struct buf *))
{
	struct buf out = {0};
	struct err e = {{0}};
	int r = 0;

	report(h, &out);
	if (!strcmp(path, "-"))
		fwrite(out.s, 1, out.len, stdout);
	else
		r = data_write(path, out.s, out.len, &e);
	if (r)
		fprintf(stderr, "steadybridge: %s\n", e.text);
	buf_free(&out);
	return r ? STATUS_CANNOT : 0;
}

static bool is_dash(const char *file)
{
	return file && !strcmp(file, "-");
}

static int tell(const struct run_history *h, const struct options *o)
{
	int status = 0;

	if (!is_dash(o->json_file) && !is_dash(o->html))
		status |= write_report(h, "-", run_history_text);
	if (o->json_file)
		status |= write_report(h, o->json_file, run_history_json);
	if (o->html)
		status |= write_report(h, o->html, run_history_html);
	return status;
}

/* Says what was not read. */
static void complain(const struct run_history *h)
{
	for (size_t i = 0; i < h->n_unread; i++)
		fprintf(stderr, "steadybridge: %s\n", h->unread[i].message);
}

static int nothing(const struct run_history *h, const struct options *o)
{
	if (h->n_runs)
		return selection_empty(o);
	if (h->n_older)
		return help_usage_error(&command_history,
		    "--since %s: every run that was found began before that", o->since);
	if (!h->n_unread)
		return help_usage_error(
		    &command_history, "found no " RESULTS " in or below %s", o->names[0]);
	return STATUS_CANNOT;
}

static int run(struct options *o)
{
	struct run_history h = {
	    .version = steadybridge_version, .filter = o->filter, .since = o->since};

	if (is_dash(o->json_file) && is_dash(o->html))
		return help_usage_error(
		    &command_history, "--json - cannot be combined with --html -");
	read_names(&h, o);
	complain(&h);
	int status = h.n_unread ? STATUS_CANNOT : 0;
	if (!h.n_cases) {
		status = nothing(&h, o);
	} else {
		run_history_order(&h);
		status |= tell(&h, o);
	}
	run_history_free(&h);
	return status;
}

const struct command command_history = {"history", "DIR|FILE...", 1, NAMES_ANY,
    "show how often each case of many runs passed, failed or flaked",
    OPTION_FILTER | OPTION_SINCE | OPTION_JSON_FILE | OPTION_HTML, "runs --html history.html", run};
