/* ctest.c: the list of the harness's own tests, and files they read. */
#include "suite/ctest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "suite/data.h"
#include "suite/worker.h"

static const struct ctests *all;
/* Of the job that this process works at: shared with the pool, so it outlives the test. */
static struct job_note *note;

void ctest_add(struct ctests *list, const char *suite, enum ctest_place place, const TTest *test)
{
	all = list;
	*MEM_PUSH(list->items, list->n, list->cap) =
	    (struct ctest){.suite = suite, .place = place, .test = test};
}

const struct ctests *ctest_all(void)
{
	return all;
}

_Noreturn void ctest_skip(const char *what, const char *remedy)
{
	if (!note) {
		fprintf(stderr, "a test that may be skipped needs a worker\n");
		abort();
	}
	/* Two strings, one after the other. */
	snprintf(note->message, sizeof(note->message) / 2, "%s", what);
	snprintf(
	    note->message + strlen(note->message) + 1, sizeof(note->message) / 2 - 1, "%s", remedy);
	_exit(0);
}

void ctest_needs_terminal(void)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		ctest_skip("a pseudo-terminal", "mount -t devpts devpts /dev/pts");
	close(fd);
}

int ctest_work(struct job *job, const struct ctest *test, int timeout_s)
{
	note = job->note;
	int status = worker_check(job, test->suite, test->test,
	    test->place == CTEST_SANDBOX || test->place == CTEST_PLAY, timeout_s);
	/* A test that passed left no message. */
	return status == 0 && job->note->message[0] ? CTEST_SKIPPED : status;
}

const char *ctest_skipped(const struct job *job, const char **remedy)
{
	const char *what = job->note->message;

	*remedy = what + strlen(what) + 1;
	return what;
}

void ctest_add_reader(struct ctests *list, const char *suite, enum ctest_place place,
    const char *reader, const TTest *test)
{
	ctest_add(list, suite, place, test);
	list->items[list->n - 1].reader = reader;
}

char *ctest_file(const char *path, size_t *len)
{
	struct buf b = {0};
	struct err e = {{0}};
	char *whole = data_path(path);

	ck_assert_msg(data_read(whole, 16 << 20, &b, &e) == 0, "%s", e.text);
	free(whole);
	if (len)
		*len = b.len;
	return b.s;
}

char *ctest_changed(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	ck_assert_msg(at != NULL, "no '%s' there", from);
	return mem_printf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

void ctest_own_proc(void)
{
	ck_assert_int_eq(getpid(), 1);
	ck_assert_int_eq(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), 0);
}
