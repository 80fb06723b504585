/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output.c: the folder that a run leaves behind. */
#include "run/output.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/macros.h"
#include "html/html.h"
#include "html/svg.h"
#include "report/state.h"
#include "run/pcapfile.h"
#include "trace/trace_json.h"

static const char *const case_files[] = {
    "case.yaml", "trace.jsonl", "state.txt", "timeline.svg", "subject.txt"};

static const struct {
	const char *name;
	void (*make)(const struct run *r, struct buf *out);
} run_files[] = {
    {"junit.xml", report_junit}, {"results.tap", report_tap}, {"index.html", report_html},
    {"results.json", report_json}, /* last, and removed first: where it is, the others are */
};

static bool is_ours(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(case_files); i++)
		if (!strcmp(name, case_files[i]))
			return true;
	return pcapfile_is(name);
}

/* A file of an earlier run must not be taken for one of this run. */
static int remove_old(int dir, const char *path, const char *name, struct err *e)
{
	return unlinkat(dir, name, 0) && errno != ENOENT
	           ? err_set(e, errno, "cannot remove %s/%s of an earlier run:", path, name)
	           : 0;
}

/* The folder of an earlier run's case, where it stands and what is wrong with it. */
struct old_case {
	const char *path;
	struct err *e;
};

static int remove_file(int dir, const char *name, void *arg)
{
	const struct old_case *old = arg;

	return is_ours(name) ? remove_old(dir, old->path, name, old->e) : 0;
}

static int remove_case(int cases, const char *name, void *arg)
{
	const struct old_case *above = arg;
	int dir = openat(cases, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), r;
	char *path = mem_printf("%s/%s", above->path, name);

	if (dir < 0) {
		r = errno == ENOTDIR ? 0 : err_set(above->e, errno, "%s:", path);
	} else {
		r = folder_each(dir, remove_file, &(struct old_case){path, above->e});
		close(dir);
		unlinkat(cases, name, AT_REMOVEDIR); /* stays when it holds other files */
	}
	free(path);
	return r;
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

/* The folder of this run, which nobody else may write into. The kernel lets go of it with the
 * process; so that it is this process alone, no child has it. */
static int lock_fd = -1;

static void forget_lock(void)
{
	if (lock_fd >= 0)
		close(lock_fd);
	lock_fd = -1;
}

/* On file systems without locks (some network file systems) a second run is not kept out. */
static int lock(int folder, const char *dir, struct err *e)
{
	static bool registered;

	if (!registered && pthread_atfork(NULL, NULL, forget_lock))
		return err_set(e, ENOMEM, "%s:", dir);
	registered = true;
	lock_fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock_fd < 0 || !flock(lock_fd, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK)
		return 0;
	forget_lock();
	return err_set(e, EBUSY,
	    "%s: another steadybridge run is writing to it; wait, or choose another folder with "
	    "--out",
	    dir);
}

int output_open(struct output *o, const char *dir, struct err *e)
{
	int r = output_join(o, dir, e);

	if (r)
		return r;
	r = lock(o->folder, dir, e);
	for (size_t i = ARRAY_SIZE(run_files); !r && i > 0; i--)
		r = remove_old(o->folder, dir, run_files[i - 1].name, e);
	if (!r) {
		char *cases = mem_printf("%s/cases", dir);

		r = folder_each(o->cases, remove_case, &(struct old_case){cases, e});
		free(cases);
	}
	if (r) {
		output_close(o);
		return r;
	}
	return 0;
}

static bool is_gone(int fd)
{
	struct stat st;

	return fd < 0 || fstat(fd, &st) || !st.st_nlink;
}

int output_renew(struct output *o, struct err *e)
{
	struct output again;

	if (!is_gone(o->folder) && !is_gone(o->cases))
		return 0;
	int r = output_join(&again, o->dir, e);
	if (r)
		return r;
	forget_lock();
	r = lock(again.folder, o->dir, e);
	if (r) {
		output_close(&again);
		return r;
	}
	again.missing = o->missing;
	memcpy(again.why, o->why, sizeof(again.why));
	close(o->folder);
	close(o->cases);
	free(again.dir);
	again.dir = o->dir; /* the string of this run, to which others point */
	*o = again;
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

static int write_case(const struct output *o, const struct play_job *pj, struct err *e)
{
	struct buf trace = {0}, config = {0}, state = {0}, says = {0};
	char *path;
	int dir = open_case(o, &pj->trace, &path, e);

	trace_to_json(&pj->trace, &trace);
	buf_puts(&config, pj->trace.meta.config);
	state_file(&pj->judged, &state);
	int r = dir < 0 ? dir : 0;
	if (!r)
		r = write_text(dir, path, "case.yaml", &config, e);
	if (!r)
		r = write_text(dir, path, "state.txt", &state, e);
	if (pj->subject_says >= 0) {
		char *text = subject_said(pj->subject_says);

		buf_printf(&says, "%s\n", *text ? text : "the subject wrote nothing");
		free(text);
	}
	if (!r && says.len)
		r = write_text(dir, path, "subject.txt", &says, e);
	if (!r) /* last: where it is, the others are */
		r = write_text(dir, path, "trace.jsonl", &trace, e);
	if (dir >= 0)
		close(dir);
	buf_free(&trace);
	buf_free(&config);
	buf_free(&state);
	buf_free(&says);
	free(path);
	return r;
}

static void miss(struct output *o, const struct err *e)
{
	if (!o->missing++)
		snprintf(o->why, sizeof(o->why), "%.511s", e->text);
}

void output_case(struct output *o, const struct play_job *pj)
{
	struct err e = {{0}};

	write_case(o, pj, &e);
}

void output_again(struct output *o, const struct play_job *pj)
{
	char *path = mem_printf("%s/cases/%s/trace.jsonl", o->dir, pj->trace.meta.slug);
	struct err e = {{0}};

	if (access(path, F_OK) && write_case(o, pj, &e))
		miss(o, &e);
	free(path);
}

void output_packets(struct output *o, struct play_job *pj)
{
	struct err e = {{0}};
	char *path;
	int dir = open_case(o, &pj->trace, &path, &e);
	int r = dir < 0 ? dir : play_job_write_packets(pj, dir, path, &e);

	if (r)
		miss(o, &e);
	if (dir >= 0)
		close(dir);
	free(path);
}

/* The folder of a case that is copied. */
struct copy {
	const char *from, *to;
	int to_dir;
	struct err *e;
};

static int copy_file(int dir, const char *name, void *arg)
{
	const struct copy *c = arg;
	struct buf text = {0};
	int r = is_ours(name) ? folder_read(dir, c->from, name, &text, c->e) : 0;

	if (!r && is_ours(name))
		r = write_text(c->to_dir, c->to, name, &text, c->e);
	buf_free(&text);
	return r;
}

int output_copy(struct output *o, const struct trace *t, const char *from, struct err *e)
{
	char *to;
	int to_dir = open_case(o, t, &to, e);
	int dir = open(from, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r = to_dir < 0 ? to_dir : dir < 0 ? err_set(e, errno, "%s:", from) : 0;

	if (!r)
		r = folder_each(dir, copy_file, &(struct copy){from, to, to_dir, e});
	if (dir >= 0)
		close(dir);
	if (to_dir >= 0)
		close(to_dir);
	free(to);
	return r;
}

/* Beside its control, which may end later: so when all is over. */
static int write_timelines(struct output *o, const struct run *run, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < run->counted->n && !r; i++) {
		const struct judged *play = run->counted->items[i].play;
		struct buf b = {0};
		char *path;
		int dir = open_case(o, play->trace, &path, e); /* replay may make it */

		svg_file(play, &b);
		r = dir < 0 ? dir : write_text(dir, path, "timeline.svg", &b, e);
		if (dir >= 0)
			close(dir);
		buf_free(&b);
		free(path);
	}
	return r;
}

/* All reports are there, or none of them: who interrupts waits for the last one. */
int output_reports(struct output *o, const struct run *run, struct err *e)
{
	sigset_t wanted, before;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGHUP);
	sigprocmask(SIG_BLOCK, &wanted, &before);
	int r = write_timelines(o, run, e);

	for (size_t i = 0; i < ARRAY_SIZE(run_files) && !r; i++) {
		struct buf b = {0};

		run_files[i].make(run, &b);
		r = write_text(o->folder, o->dir, run_files[i].name, &b, e);
		buf_free(&b);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}

void output_close(struct output *o)
{
	if (o->dir)
		forget_lock();
	if (o->folder >= 0 && o->dir)
		close(o->folder);
	if (o->cases >= 0 && o->dir)
		close(o->cases);
	free(o->dir);
	o->dir = NULL;
}
