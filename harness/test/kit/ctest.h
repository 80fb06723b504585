/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ctest.h: the harness's own tests: a list of libcheck tests, each played as a TCase of its own. */
#ifndef SB_CTEST_H
#define SB_CTEST_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "run/pool.h"

enum ctest_place {
	CTEST_PURE,      /* needs nothing; also run under valgrind */
	CTEST_SANDBOX,   /* runs in fresh mount, pid and network namespaces */
	CTEST_HOST,      /* starts steadybridge itself; two at once, so that nothing starves */
	CTEST_PLAY,      /* the same, in fresh namespaces */
	CTEST_ALONE,     /* as HOST, with nothing beside it: it kills, stops or plays a lot */
	CTEST_PLAY_ALONE /* as PLAY, with nothing beside it */
};

struct ctest {
	const char *suite;
	const TTest *test;
	enum ctest_place place;
	const char *reader; /* a program without which it is skipped (readers.h), or NULL */
};

struct ctests {
	struct ctest *items;
	size_t n, cap;
};

/* All tests, in the order of their files. */
const struct ctests *ctest_all(void);

/* Ends the test, which is then counted and named as skipped: what this kernel or machine lacks, and
 * the command or setting that brings it. For what a single test needs of the kernel; what a whole
 * place needs is checked before (prereqs.h). Not in pure tests. */
_Noreturn void ctest_skip(const char *what, const char *remedy);

/* What the random choices of a test begin with: STEADYBRIDGE_SEED, or else the clock. It is
 * printed, so that the test's output names it when the test fails. */
uint64_t ctest_seed(void);
/* How many kills: STEADYBRIDGE_KILLS, or else the usual number. */
int ctest_kills(int usual);

/* Skips the test where there is no pseudo-terminal: /dev/pts need not be mounted. */
void ctest_needs_terminal(void);

#define CTEST_SKIPPED 77 /* a job's status */

/* Runs a test in a worker of the pool: 0 passed, CTEST_SKIPPED, or another status with a message
 * in the job's note. */
int ctest_work(struct job *job, const struct ctest *test, int timeout_s);
/* Of a job that was skipped: what it lacked; the remedy in *remedy. */
const char *ctest_skipped(const struct job *job, const char **remedy);

/* A test that registers itself: CTEST("scenario", CTEST_PURE, NULL, name) { ... }. `reader` is the
 * program that it needs (readers.h), or NULL. */
#define CTEST(suite, place, reader, name)                                                          \
	static const TTest *name;                                                                  \
	__attribute__((constructor)) static void name##_register(void)                             \
	{                                                                                          \
		ctest_add(suite, place, reader, name);                                             \
	}                                                                                          \
	START_TEST(name)
#define PURE_TEST(suite, name) CTEST(suite, CTEST_PURE, NULL, name)

/* For CTEST(). */
void ctest_add(const char *suite, enum ctest_place place, const char *reader, const TTest *test);

/* A file below the source folder ("harness/test/data/bad/x.yaml"); caller frees. Fails the test if
 * unreadable. */
char *ctest_file(const char *path, size_t *len);

/* A shipped scenario by its name; as ctest_file(). */
char *ctest_scenario(const char *name, size_t *len);

/* The text with the first `from`, which must be there, replaced by `to`; caller frees. */
char *ctest_changed(const char *text, const char *from, const char *to);

/* How often a part occurs in a text, without overlaps. */
unsigned ctest_count(const char *text, const char *part);
/* The whole text is in the message of a failure. */
#define ASSERT_HAS(text, part)                                                                     \
	ck_assert_msg(strstr(text, part) != NULL, "no '%s' in '%s'", part, text)
#define ASSERT_LACKS(text, part)                                                                   \
	ck_assert_msg(strstr(text, part) == NULL, "'%s' in '%s'", part, text)

/* Fails the test, with the first line that differs, unless both are the same. */
void ctest_same(const char *name, const char *is, size_t is_len, const char *want, size_t want_len);

/* The same with a file below the source folder. SB_GOLDEN=write in the environment writes it anew.
 */
void ctest_stored(const char *path, const struct buf *is);

/* Declared with one of these a variable is freed at the end of its block. */
#define AUTO_FREE __attribute__((cleanup(ctest_free)))
#define AUTO_BUF __attribute__((cleanup(buf_free))) struct buf
#define AUTO_TRACE __attribute__((cleanup(trace_free))) struct trace
#define AUTO_JUDGED __attribute__((cleanup(judged_free))) struct judged
#define AUTO_JUDGEMENT __attribute__((cleanup(judgement_free))) struct judgement
/* For AUTO_FREE: what the pointer at `p` points to. */
void ctest_free(void *p);

/* In a sandbox: /proc shows this test's own pid namespace, so that other copies of steadybridge on
 * the machine do not show. The test is pid 1 there: orphaned processes become its children. */
void ctest_own_proc(void);

#endif
