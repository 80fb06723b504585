/* output.c: the folder that a run leaves behind. */
#include "suite/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "report/state.h"
#include "report/svg.h"
#include "suite/data.h"
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

/* Calls fn with the path of each entry but the hidden ones, until one returns an error. */
static int each_entry(
    const char *dir, int (*fn)(const char *path, const char *name, struct err *e), struct err *e)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int r = 0;

	if (!d && errno != ENOTDIR)
		return err_set(e, errno, "%s:", dir);
	while (!r && d && (entry = readdir(d))) {
		char *path = mem_printf("%s/%s", dir, entry->d_name);

		if (entry->d_name[0] != '.')
			r = fn(path, entry->d_name, e);
		free(path);
	}
	if (d)
		closedir(d);
	return r;
}

/* An earlier run's file must not pass for one of this run. */
static int remove_old(const char *path, struct err *e)
{
	return unlink(path) && errno != ENOENT
	           ? err_set(e, errno, "%s, of an earlier run, cannot be removed:", path)
	           : 0;
}

static int remove_file(const char *path, const char *name, struct err *e)
{
	return is_ours(name) ? remove_old(path, e) : 0;
}

static int remove_case(const char *path, const char *name, struct err *e)
{
	(void)name;
	int r = each_entry(path, remove_file, e);

	rmdir(path); /* stays when it holds what is not ours */
	return r;
}

static int remove_old_cases(const char *dir, struct err *e)
{
	char *cases = mem_printf("%s/cases", dir);
	int r = each_entry(cases, remove_case, e);

	free(cases);
	return r;
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

/* Where a folder cannot be locked (some network file systems) nobody is kept out. */
static int lock(const char *dir, struct err *e)
{
	static bool registered;

	if (!registered && pthread_atfork(NULL, NULL, forget_lock))
		return err_set(e, ENOMEM, "%s:", dir);
	registered = true;
	lock_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock_fd < 0 || !flock(lock_fd, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK)
		return 0;
	forget_lock();
	return err_set(e, EBUSY,
	    "%s: another steadybridge writes there; wait for it, or give --out another folder",
	    dir);
}

int output_open(struct output *o, const char *dir, struct err *e)
{
	char *cases = mem_printf("%s/cases", dir);
	int r = data_mkdir(cases, e);

	free(cases);
	if (!r && access(dir, W_OK))
		r = err_set(e, errno, "%s:", dir);
	if (!r)
		r = lock(dir, e);
	if (r)
		return r;
	for (size_t i = 0; !r && i < sizeof(run_files) / sizeof(run_files[0]); i++) {
		char *file = mem_printf("%s/%s", dir, run_files[i].name);

		r = remove_old(file, e);
		free(file);
	}
	if (!r)
		r = remove_old_cases(dir, e);
	if (r)
		return r;
	o->dir = mem_strdup(dir);
	return 0;
}

static int write_below(const char *dir, const char *name, const struct buf *b, struct err *e)
{
	char *path = mem_printf("%s/%s", dir, name);
	int r = data_write(path, b->s ? b->s : "", b->len, e);

	free(path);
	return r;
}

static char *case_dir(const struct output *o, const struct casejob *cj)
{
	return mem_printf("%s/cases/%s", o->dir, cj->trace.meta.slug);
}

static int write_case(const struct output *o, const struct casejob *cj, struct err *e)
{
	char *dir = case_dir(o, cj);
	struct buf trace = {0}, config = {0}, state = {0};

	trace_to_json(&cj->trace, &trace);
	buf_puts(&config, cj->trace.meta.config);
	state_file(&cj->trace, &cj->judged.judgement, &state);
	int r = data_mkdir(dir, e);
	if (!r)
		r = write_below(dir, "case.yaml", &config, e);
	if (!r)
		r = write_below(dir, "state.txt", &state, e);
	if (!r) /* last: where it is, the others are */
		r = write_below(dir, "trace.jsonl", &trace, e);
	buf_free(&trace);
	buf_free(&config);
	buf_free(&state);
	free(dir);
	return r;
}

static void miss(struct output *o, const struct err *e)
{
	if (!o->missing++)
		snprintf(o->why, sizeof(o->why), "%.511s", e->text);
}

void output_case(struct output *o, const struct casejob *cj)
{
	struct err e = {{0}};

	write_case(o, cj, &e);
}

void output_again(struct output *o, const struct casejob *cj)
{
	char *path = mem_printf("%s/cases/%s/trace.jsonl", o->dir, cj->trace.meta.slug);
	struct err e = {{0}};

	if (access(path, F_OK) && write_case(o, cj, &e))
		miss(o, &e);
	free(path);
}

void output_packets(struct output *o, struct casejob *cj)
{
	char *dir = case_dir(o, cj);
	struct err e = {{0}};
	int r = data_mkdir(dir, &e);

	if (!r)
		r = casejob_write_packets(cj, dir, &e);
	if (r)
		miss(o, &e);
	free(dir);
}

/* Beside its control, which may end later: so when all is over. */
static int write_timelines(struct output *o, const struct run *run, struct err *e)
{
	struct plays plays;
	int r = 0;

	plays_make(run, &plays);
	for (size_t i = 0; i < plays.n && !r; i++) {
		const struct judged *play = plays.items[i].play;
		char *dir = mem_printf("%s/cases/%s", o->dir, play->trace->meta.slug);
		struct buf b = {0};

		svg_file(plays_control(&plays, play), play, &b);
		r = data_mkdir(dir, e); /* replay may write where no case was */
		if (!r)
			r = write_below(dir, "timeline.svg", &b, e);
		buf_free(&b);
		free(dir);
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
		r = write_below(o->dir, run_files[i].name, &b, e);
		buf_free(&b);
	}
	return r;
}

void output_close(struct output *o)
{
	if (o->dir)
		forget_lock();
	free(o->dir);
	o->dir = NULL;
}
