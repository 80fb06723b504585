/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ctest.c: the list of the harness's own tests, and files they read. */
#include "test/kit/ctest.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/macros.h"
#include "run/worker.h"

static struct ctests all;
/* Of the job that this process works at: shared with the pool, so it outlives the test. */
static struct job_note *note;

void ctest_add(const char *suite, enum ctest_place place, const char *reader, const TTest *test)
{
	*MEM_PUSH(all.items, all.n, all.cap) =
	    (struct ctest){.suite = suite, .place = place, .reader = reader, .test = test};
}

const struct ctests *ctest_all(void)
{
	return &all;
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

uint64_t ctest_seed(void)
{
	const char *given = getenv("STEADYBRIDGE_SEED");
	char *end = NULL;
	uint64_t seed = given ? strtoull(given, &end, 0) : (uint64_t)clock_now_ns();

	ck_assert_msg(
	    !given || (*given && !*end), "STEADYBRIDGE_SEED is '%s', expected a number", given);
	printf("STEADYBRIDGE_SEED=%#lx\n", (unsigned long)seed);
	fflush(stdout);
	return seed;
}

int ctest_kills(int usual)
{
	const char *s = getenv("STEADYBRIDGE_KILLS");

	return s && atoi(s) > 0 ? atoi(s) : usual;
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
	static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

	/* nohup and `&` have programs ignore some of them, and tests send them to what they start
	 */
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_DFL);
	note = job->note;
	int status = worker_check(job, test->suite, test->test,
	    test->place == CTEST_SANDBOX || test->place == CTEST_PLAY ||
	        test->place == CTEST_PLAY_ALONE,
	    timeout_s);
	/* A test that passed left no message. */
	return status == 0 && job->note->message[0] ? CTEST_SKIPPED : status;
}

const char *ctest_skipped(const struct job *job, const char **remedy)
{
	const char *what = job->note->message;

	*remedy = what + strlen(what) + 1;
	return what;
}

static char *read_whole(char *path, size_t *len)
{
	struct buf b = {0};
	struct err e = {{0}};

	ck_assert_msg(data_read(path, 16 << 20, &b, &e) == 0, "%s", e.text);
	free(path);
	if (len)
		*len = b.len;
	return b.s;
}

char *ctest_file(const char *path, size_t *len)
{
	return read_whole(data_path(path), len);
}

char *ctest_scenario(const char *name, size_t *len)
{
	char *path = data_scenario(name);

	ck_assert_msg(path != NULL, "no scenario %s", name);
	return read_whole(path, len);
}

char *ctest_changed(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	ck_assert_msg(at != NULL, "no '%s' there", from);
	return mem_printf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

unsigned ctest_count(const char *text, const char *part)
{
	unsigned n = 0;

	for (const char *p = text; (p = strstr(p, part)); p += strlen(part))
		n++;
	return n;
}

/* One line: libcheck takes no long messages. */
void ctest_same(const char *name, const char *is, size_t is_len, const char *want, size_t want_len)
{
	size_t i = 0, line = 0;

	for (; i < is_len && i < want_len && is[i] == want[i]; i++)
		if (want[i] == '\n')
			line = i + 1;
	ck_assert_msg(i == is_len && i == want_len, "%s: '%.300s' is not '%.300s'", name, is + line,
	    want + line);
}

void ctest_stored(const char *path, const struct buf *is)
{
	AUTO_FREE char *file = mem_printf(SB_SOURCE_DIR "/%s", path);
	struct err e = {{0}};
	size_t len;

	if (getenv("SB_GOLDEN"))
		ck_assert_msg(!data_write(file, is->s, is->len, &e), "%s", e.text);
	AUTO_FREE char *stored = ctest_file(path, &len);
	ctest_same(path, is->s, is->len, stored, len);
}

void ctest_free(void *p)
{
	free(*(void **)p);
}

void ctest_own_proc(void)
{
	ck_assert_int_eq(getpid(), 1);
	ck_assert_int_eq(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), 0);
}
