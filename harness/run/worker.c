/* SPDX-License-Identifier: GPL-2.0-or-later */
/* worker.c: one libcheck test in a worker: an SRunner with one Suite, one TCase, one test. */
#include "run/worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/proc.h"
#include "net/sandbox.h"

/* A libcheck test gets an int and nothing else; a worker runs just one. */
static struct {
	const TTest *test;
	int worker_pidfd;
} now;

extern char **environ;

/* CK_RUN_CASE would make every worker run nothing, CK_TAP_LOG_FILE_NAME would be overwritten by
 * each, CK_TIMEOUT_MULTIPLIER would stretch time-outs. */
static void forget_libcheck_environment(void)
{
	for (char **p = environ; *p;) {
		char name[64];
		size_t len = strcspn(*p, "=");

		if (strncmp(*p, "CK_", 3) || len >= sizeof(name)) {
			p++;
			continue;
		}
		memcpy(name, *p, len);
		name[len] = '\0';
		unsetenv(name);
		p = environ;
	}
}

static void in_child(int i)
{
	/* Dies with the worker; in a pid namespace getppid() is 0, so the pidfd closes the race. */
	ck_assert_msg(proc_die_with(now.worker_pidfd) == 0, "the worker is gone");
	now.test->fn(i);
}

int worker_check(struct job *job, const char *suite, const TTest *test, bool sandbox, int timeout_s)
{
	struct err e = {{0}};

	forget_libcheck_environment();
	int pool = proc_pidfd(getppid());
	if (sandbox && sandbox_enter(&e)) {
		snprintf(job->note->message, sizeof(job->note->message), "%s", e.text);
		return WORKER_NO_SANDBOX;
	}
	/* libcheck's own file: on the sandbox's /run, since /tmp may be full or read-only. */
	if (sandbox)
		setenv("TEMP", "/run", 1);
	/* Entering a user namespace can clear the parent-death signal. */
	if (proc_die_with(pool))
		return 3;
	if (pool >= 0)
		close(pool);

	TTest wrapped = *test;
	wrapped.fn = in_child;
	now.test = test;
	now.worker_pidfd = proc_pidfd(getpid());
	Suite *s = suite_create(suite);
	TCase *tc = tcase_create(test->name);
	tcase_set_timeout(tc, timeout_s);
	tcase_add_test(tc, &wrapped);
	suite_add_tcase(s, tc);
	SRunner *sr = srunner_create(s);
	srunner_set_fork_status(sr, CK_FORK);
	srunner_run_all(sr, CK_SILENT);
	int failed = srunner_ntests_failed(sr);
	TestResult **results = srunner_failures(sr);
	if (failed && results)
		snprintf(job->note->message, sizeof(job->note->message), "%s:%d: %s",
		    tr_lfile(results[0]) ? tr_lfile(results[0]) : "?", tr_lno(results[0]),
		    tr_msg(results[0]));
	free(results);
	srunner_free(sr);
	return failed != 0;
}

int worker_supervise(int (*fn)(void *arg), void *arg)
{
	int status = 0;
	pid_t self = getpid(), pid, ended;
	int parent = proc_pidfd(self);

	pid = fork();
	if (!pid) {
		if (proc_die_with(parent))
			_exit(127);
		_exit(fn(arg));
	}
	int error = errno;
	close(parent);
	errno = error;
	if (pid < 0) {
		fprintf(stderr, "cannot start the player: %s\n", strerror(errno));
		return 127;
	}
	do {
		ended = waitpid(-1, &status, 0);
	} while ((ended < 0 && errno == EINTR) || (ended > 0 && ended != pid));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
