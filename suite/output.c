/* output.c: the folder that a run leaves behind. */
#include "suite/output.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite/data.h"
#include "trace/trace_json.h"

static const char *const case_files[] = {"case.yaml", "trace.jsonl"};
static const struct {
	const char *name;
	void (*report)(const struct run *run, struct buf *out);
} run_files[] = {
    {"results.json", report_json},
    {"junit.xml", report_junit},
    {"results.tap", report_tap},
};

static void remove_old_cases(const char *dir)
{
	char *cases = mem_printf("%s/cases", dir);
	DIR *d = opendir(cases);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		char *one = mem_printf("%s/%s", cases, entry->d_name);
		for (size_t i = 0; i < sizeof(case_files) / sizeof(case_files[0]); i++) {
			char *file = mem_printf("%s/%s", one, case_files[i]);

			unlink(file);
			free(file);
		}
		rmdir(one); /* stays when it holds what is not ours */
		free(one);
	}
	if (d)
		closedir(d);
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
		char *file = mem_printf("%s/%s", dir, run_files[i].name);

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

void output_case(struct output *o, const struct casejob *cj)
{
	char *dir = mem_printf("%s/cases/%s", o->dir, cj->c->slug);
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

int output_reports(struct output *o, const struct run *run, struct err *e)
{
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(run_files) / sizeof(run_files[0]); i++) {
		struct buf b = {0};

		run_files[i].report(run, &b);
		r = write_below(o->dir, run_files[i].name, &b, e);
		buf_free(&b);
	}
	return r;
}

void output_close(struct output *o)
{
	free(o->dir);
	o->dir = NULL;
}
