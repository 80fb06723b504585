/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program.c: runs a program for a test, on a host that may lack something. */
#include "test/kit/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/proc.h"
#include "test/kit/shim/refuse.h"

#define PAGE "/mnt/page"

/* A command line under construction. */
struct words {
	char *items[64];
	size_t n;
};

static void word_put(struct words *w, char *text)
{
	ck_assert_uint_lt(w->n, ARRAY_SIZE(w->items) - 1);
	w->items[w->n++] = text;
}

static void word_list(struct words *w, const char *const list[])
{
	for (; list && *list; list++)
		word_put(w, mem_strdup(*list));
}

static void words_drop(struct words *w)
{
	while (w->n)
		free(w->items[--w->n]);
}

/* By setpriv(1) and env(1), each of which becomes what it starts: the pid is the program's. */
static void words_make(const struct program_options *o, struct words *w)
{
	AUTO_FREE char *steadybridge = data_path(SB_BUILD "/steadybridge");

	if (o->uid || o->lacks_cap)
		word_put(w, mem_strdup("setpriv"));
	if (o->uid) {
		word_put(w, mem_printf("--reuid=%u", o->uid));
		word_put(w, mem_printf("--regid=%u", o->uid));
		word_put(w, mem_strdup("--clear-groups"));
	}
	if (o->lacks_cap) {
		word_put(w, mem_printf("--bounding-set=-%s", o->lacks_cap));
		word_put(w, mem_printf("--inh-caps=-%s", o->lacks_cap));
	}
	if (o->env || o->preload || o->refusal || o->script)
		word_put(w, mem_strdup("env"));
	word_list(w, o->env);
	if (o->script)
		word_put(w, mem_printf("SB=%s", steadybridge));
	if (o->preload || o->refusal) {
		AUTO_FREE char *name =
		    mem_printf(SB_BUILD "/%s", o->preload ? o->preload : "refuse.so");
		AUTO_FREE char *library = data_path(name);

		ck_assert_msg(!access(library, R_OK), "no %s", library);
		word_put(w, mem_printf("LD_PRELOAD=%s", library));
	}
	if (o->refusal) {
		word_put(w, mem_printf("REFUSE=%s:%lu:%lu:%d", o->refusal->calls, o->refusal->k,
		                o->refusal->n, o->refusal->error));
		word_list(w, ARGS("REFUSE_PAGE=" PAGE, "REFUSE_IN=steadybridge"));
	}
	if (o->script)
		word_list(w, ARGS("sh", "-c", o->script));
	else if (o->argv)
		word_list(w, o->argv);
	else
		word_put(w, mem_strdup(steadybridge));
	word_list(w, o->args);
}

pid_t program_start(const struct program_options *o)
{
	struct proc_options how = {
	    .netns = -1, .in_fd = o->in_fd ? o->in_fd : -1, .out_fd = o->out_fd ? o->out_fd : -1};
	struct words w = {0};
	struct err e = {{0}};

	words_make(o, &w);
	pid_t pid = proc_start((const char *const *)w.items, &how, &e);
	if (pid == -ENOENT && !strchr(w.items[0], '/'))
		ctest_skip(w.items[0], mem_printf("apt-get install %s", w.items[0]));
	ck_assert_msg(pid > 0, "%s", e.text);
	words_drop(&w);
	return pid;
}

/* The end of a pipe that holds this text. */
static int input_pipe(const char *text)
{
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
	close(ends[1]);
	return ends[0];
}

static struct program_result run_to_end(const struct program_options *o)
{
	struct program_options own = *o;
	struct program_result r = {0};
	char chunk[65536];
	ssize_t len;

	own.out_fd = memfd_create("out", MFD_CLOEXEC);
	own.in_fd = o->input ? input_pipe(o->input) : 0;
	r.status = proc_wait(program_start(&own), clock_now_ns() + PROGRAM_LIMIT_NS);
	lseek(own.out_fd, 0, SEEK_SET);
	buf_puts(&r.text, "");
	while ((len = read(own.out_fd, chunk, sizeof(chunk))) > 0)
		buf_add(&r.text, chunk, (size_t)len);
	close(own.out_fd);
	if (own.in_fd)
		close(own.in_fd);
	return r;
}

/* refuse.so counts in a page that it shares with this test. */
static struct program_result run_refused(const struct program_options *o)
{
	int fd = open(PAGE, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, sizeof(struct refuse_page)), 0);
	struct refuse_page *page = mmap(NULL, sizeof(*page), PROT_READ, MAP_SHARED, fd, 0);
	ck_assert(page != MAP_FAILED);
	close(fd);
	struct program_result r = run_to_end(o);
	o->refusal->refused = page->refused;
	munmap(page, sizeof(*page));
	return r;
}

struct program_result program_run(const struct program_options *o)
{
	AUTO_BUF before = {0};

	if (o->refusal)
		return run_refused(o);
	if (o->host_as_before)
		program_host(&before);
	struct program_result r = run_to_end(o);
	if (o->host_as_before) {
		program_assert_host(&before, o->script);
		program_whole_files("/mnt/out");
	}
	return r;
}

size_t program_count(const char *text, const char *word)
{
	size_t n = 0;

	if (!*word)
		return 1;
	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

static void assert_row(const struct program_row *row)
{
	const char *what = row->script ? row->script : row->args[0] ? row->args[0] : "";
	struct program_result r =
	    program_run(&(struct program_options){.args = row->script ? NULL : row->args,
	        .script = row->script,
	        .input = row->input,
	        .host_as_before = row->script != NULL});

	ck_assert_msg(r.status == row->status, "%s: status %d, expected %d: %.3000s", what,
	    r.status, row->status, r.text.s);
	for (size_t i = 0; i < ARRAY_SIZE(row->says) && row->says[i]; i++)
		ck_assert_msg(strstr(r.text.s, row->says[i]) != NULL, "%s: no '%s' in: %.3000s",
		    what, row->says[i], r.text.s);
	ck_assert_msg(!row->times || program_count(r.text.s, row->says[0]) == row->times,
	    "%s: not %zu times '%s' in: %.3000s", what, row->times, row->says[0], r.text.s);
	for (size_t i = 0; i < ARRAY_SIZE(row->hides) && row->hides[i]; i++)
		ck_assert_msg(!strstr(r.text.s, row->hides[i]), "%s: '%s' is in: %.3000s", what,
		    row->hides[i], r.text.s);
	if (row->prints)
		ck_assert_str_eq(r.text.s, row->prints);
	buf_free(&r.text);
}

void program_assert_rows(const struct program_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_row(&rows[i]);
}

char *program_scratch(const char *name)
{
	return mem_printf("/tmp/sb-command-%d-%s", getpid(), name);
}

bool program_has_file(const char *dir, const char *name)
{
	AUTO_FREE char *path = mem_printf("%s/%s", dir, name);

	return !access(path, F_OK);
}

void program_remove(const char *dir)
{
	struct err e = {{0}};

	ck_assert_msg(!strncmp(dir, "/tmp/sb-", 8), "%s", dir);
	ck_assert_int_eq(proc_run(ARGS("rm", "-rf", "--one-file-system", dir),
	                     clock_now_ns() + 60 * NS_PER_S, &e),
	    0);
}

void program_drop(char *dir)
{
	program_remove(dir);
	free(dir);
}
