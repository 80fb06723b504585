/* SPDX-License-Identifier: GPL-2.0-or-later */
/* worker.h: one libcheck test in a worker: an SRunner with one Suite, one TCase, one test. */
#ifndef SB_WORKER_H
#define SB_WORKER_H

#include <check.h>
#include <stdbool.h>

#include "run/pool.h"

/* Runs the test in libcheck's fork mode; in a sandbox libcheck's child is pid 1 of it. Its message
 * goes into the job's note. Exit status: 0 passed, 1 not, 3 the sandbox could not be made. */
/* Of worker_check(): no sandbox could be entered; the note says why. */
#define WORKER_NO_SANDBOX 3

int worker_check(
    struct job *job, const char *suite, const TTest *test, bool sandbox, int timeout_s);
/* For pid 1: runs fn in a child and reaps everything until that child has ended, so that "died of
 * signal 6" comes through (pid 1 itself shows an abort() as another signal and survives SIGTERM).
 * The child's exit status, or 128 + signal. */
int worker_supervise(int (*fn)(void *arg), void *arg);

#endif
