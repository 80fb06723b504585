/* output.c: the folder that a run leaves behind. */
#include "suite/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/state.h"
#include "report/svg.h"
#include "suite/folder.h"
#include "suite/pcapfile.h"
#include "trace/trace_json.h"

static const char *const case_files[] = {"case.yaml", "trace.jsonl", "state.txt", "timeline.svg"};

static const struct {
	const char *name;
	void (*make)(const struct run *r, struct buf *out);
} run_files[] = {
    {"results.json", report_json},
    {"junit.xml", report_junit},
    {"results.tap", report_tap},
    {"index.html", report_html},
};

static bool is_ours(const char *name)
{
	for (size_t i = 0; i < sizeof(case_files) / sizeof(case_files[0]); i++)
		if (!strcmp(name, case_files[i]))
			return true;
	return pcapfile_is(name);
}

static int remove_file(int dir, const char *name, void *arg)
{
	(void)arg;
	if (is_ours(name))
		unlinkat(dir, name, 0);
	return 0;
}

static int remove_case(int cases, const char *name, void *arg)
{
	int dir = openat(cases, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	(void)arg;
	if (dir < 0)
		return 0;
	folder_each(dir, remove_file, NULL);
	close(dir);
	unlinkat(cases, name, AT_REMOVEDIR); /* stays when it holds what is not ours */
	return 0;
}

static int refuse_link(int dir, const char *name, void *arg)
{
	return folder_has_link(dir, name) ? err_set(arg, ELOOP,
	                                        "cases/%s: found a symbolic link, expected the "
	                                        "folder of a case; remove it",
	                                        name)
	                                  : 0;
}

int output_join(struct output *o, const char *dir, struct err *e)
{
	struct err what = {{0}};
	int r;

	*o = (struct output){.folder = -1, .cases = -1};
	r = o->folder = folder_open(dir, e);
	if (r >= 0)
		r = o->cases = folder_below(o->folder, dir, "cases", e);
	if (r >= 0) {
		r = folder_each(o->cases, refuse_link, &what);
		if (r)
			err_set(e, -r, "%s/%s", dir, what.text);
	}
	if (r >= 0 && faccessat(o->folder, ".", W_OK, 0))
		r = err_set(e, errno, "%s:", dir);
	o->dir = mem_strdup(dir);
	if (r < 0)
		output_close(o);
	return r < 0 ? r : 0;
}

int output_open(struct output *o, const char *dir, struct err *e)
{
	int r = output_join(o, dir, e);

	if (r)
		return r;
	for (size_t i = 0; i < sizeof(run_files) / sizeof(run_files[0]); i++)
		unlinkat(o->folder, run_files[i].name, 0);
	folder_each(o->cases, remove_case, NULL);
	return 0;
}

static int write_text(
    int dir, const char *path, const char *name, const struct buf *b, struct err *e)
{
	return folder_write(dir, path, name, b->s ? b->s : "", b->len, e);
}

/* The folder of a play: its descriptor or -errno; *path, the caller's, in messages. */
static int open_case(const struct output *o, const struct trace *t, char **path, struct err *e)
{
	char *cases = mem_printf("%s/cases", o->dir);
	int fd = folder_below(o->cases, cases, t->meta.slug ? t->meta.slug : "", e);

	*path = mem_printf("%s/%s", cases, t->meta.slug ? t->meta.slug : "");
	free(cases);
	return fd;
}

void output_case(struct output *o, const struct casejob *cj)
{
	struct buf trace = {0}, config = {0}, state = {0};
	struct err e = {{0}};
	char *path;
	int dir = open_case(o, &cj->trace, &path, &e);

	trace_to_json(&cj->trace, &trace);
	buf_puts(&config, cj->trace.meta.config);
	state_file(&cj->trace, &cj->judged.judgement, &state);
	if (dir < 0 || write_text(dir, path, "case.yaml", &config, &e) ||
	    write_text(dir, path, "trace.jsonl", &trace, &e) ||
	    write_text(dir, path, "state.txt", &state, &e))
		fprintf(stderr, "steadybridge: %s\n", e.text);
	if (dir >= 0)
		close(dir);
	buf_free(&trace);
	buf_free(&config);
	buf_free(&state);
	free(path);
}

int output_packets(struct output *o, struct casejob *cj, struct err *e)
{
	char *path;
	int dir = open_case(o, &cj->trace, &path, e);
	int r = dir < 0 ? dir : casejob_write_packets(cj, dir, path, e);

	if (dir >= 0)
		close(dir);
	free(path);
	return r;
}

/* Beside its control, which may end later: so when all is over. */
static int write_timelines(struct output *o, const struct run *run, struct err *e)
{
	struct plays plays;
	int r = 0;

	plays_make(run, &plays);
	for (size_t i = 0; i < plays.n && !r; i++) {
		const struct judged *play = plays.items[i].play;
		struct buf b = {0};
		char *path;
		int dir = open_case(o, play->trace, &path, e); /* replay may make it */

		svg_file(plays_control(&plays, play), play, &b);
		r = dir < 0 ? dir : write_text(dir, path, "timeline.svg", &b, e);
		if (dir >= 0)
			close(dir);
		buf_free(&b);
		free(path);
	}
	plays_free(&plays);
	return r;
}

int output_reports(struct output *o, const struct run *run, struct err *e)
{
	int r = write_timelines(o, run, e);

	for (size_t i = 0; i < sizeof(run_files) / sizeof(run_files[0]) && !r; i++) {
		struct buf b = {0};

		run_files[i].make(run, &b);
		r = write_text(o->folder, o->dir, run_files[i].name, &b, e);
		buf_free(&b);
	}
	return r;
}

void output_close(struct output *o)
{
	if (o->folder >= 0 && o->dir)
		close(o->folder);
	if (o->cases >= 0 && o->dir)
		close(o->cases);
	free(o->dir);
	o->dir = NULL;
}
