/* output.c: the folder that a run leaves behind. */
#include "suite/output.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite/data.h"
#include "suite/pcapfile.h"
#include "trace/trace_json.h"

static const char *const case_files[] = {"case.yaml", "trace.jsonl"};
static const char *const run_files[] = {"results.json", "results.tap"};

static bool is_ours(const char *name)
{
	for (size_t i = 0; i < sizeof(case_files) / sizeof(case_files[0]); i++)
		if (!strcmp(name, case_files[i]))
			return true;
	return pcapfile_is(name);
}

/* Calls fn with the path of each entry but the hidden ones. */
static void each_entry(const char *dir, void (*fn)(const char *path, const char *name))
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		char *path = mem_printf("%s/%s", dir, entry->d_name);

		if (entry->d_name[0] != '.')
			fn(path, entry->d_name);
		free(path);
	}
	if (d)
		closedir(d);
}

static void remove_file(const char *path, const char *name)
{
	if (is_ours(name))
		unlink(path);
}

static void remove_case(const char *path, const char *name)
{
	(void)name;
	each_entry(path, remove_file);
	rmdir(path); /* stays when it holds what is not ours */
}

static void remove_old_cases(const char *dir)
{
	char *cases = mem_printf("%s/cases", dir);

	each_entry(cases, remove_case);
	free(cases);
}

int output_open(struct output *o, const char *dir, struct err *e)
{
	char *cases = mem_printf("%s/cases", dir);
	int r = data_mkdir(cases, e);

	free(cases);
	if (!r && access(dir, W_OK))
		r = err_set(e, errno, "%s:", dir);
	if (r)
		return r;
	for (size_t i = 0; i < sizeof(run_files) / sizeof(run_files[0]); i++) {
		char *file = mem_printf("%s/%s", dir, run_files[i]);

		unlink(file);
		free(file);
	}
	remove_old_cases(dir);
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

void output_case(struct output *o, const struct casejob *cj)
{
	char *dir = case_dir(o, cj);
	struct buf trace = {0}, config = {0};
	struct err e = {{0}};

	trace_to_json(&cj->trace, &trace);
	buf_puts(&config, cj->trace.meta.config);
	if (data_mkdir(dir, &e) || write_below(dir, case_files[0], &config, &e) ||
	    write_below(dir, case_files[1], &trace, &e))
		fprintf(stderr, "steadybridge: %s\n", e.text);
	buf_free(&trace);
	buf_free(&config);
	free(dir);
}

int output_packets(struct output *o, struct casejob *cj, struct err *e)
{
	char *dir = case_dir(o, cj);
	int r = casejob_write_packets(cj, dir, e);

	free(dir);
	return r;
}

int output_reports(struct output *o, const struct run *run, struct err *e)
{
	struct buf b = {0};

	report_json(run, &b);
	int r = write_below(o->dir, run_files[0], &b, e);
	buf_free(&b);
	report_tap(run, &b);
	if (!r)
		r = write_below(o->dir, run_files[1], &b, e);
	buf_free(&b);
	return r;
}

void output_close(struct output *o)
{
	free(o->dir);
	o->dir = NULL;
}
