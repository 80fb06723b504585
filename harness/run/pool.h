/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pool.h: jobs played by one-shot worker processes, many at once. */
#ifndef SB_POOL_H
#define SB_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* What a worker leaves behind beside its exit status; shared with the pool, so a kill loses
 * nothing. */
struct job_note {
	char message[1024];     /* one sentence; empty when all is well */
	_Atomic int64_t cpu_ns; /* of a play, see batch_link; 0: not told */
};

struct job {
	const char *name;
	int64_t cost_ns; /* expected wall time: the longest starts first */
	bool alone;      /* starts when nothing else runs, and nothing starts beside it */
	/* Runs in the worker, which is a process group of its own and dies with the pool. Its
	 * return is the exit status. */
	int (*work)(struct job *job);
	/* Called in the pool's process when the worker has ended. */
	void (*done)(struct job *job);
	/* When it has to be over, on CLOCK_MONOTONIC; INT64_MAX: not said. gate_ns: when the gate
	 * opened (without one, when it began), 0 before. NULL: no deadline. */
	int64_t (*deadline_ns)(const struct job *job, int64_t gate_ns);
	/* Called when it was not over by then, before the worker is killed. May be NULL. */
	void (*hung)(struct job *job);
	void *arg;
	/* Filled by the pool. */
	struct job_note *note; /* shared memory */
	int log_fd;            /* what the worker and its children wrote; a memfd */
	int status;            /* exit status, or 128 + signal */
	int64_t wall_ns;
	pid_t pid;
	int pidfd;
	int64_t began_ns;
	bool overdue; /* it was not over at its deadline, and was killed */
};

struct pool {
	unsigned at_once; /* jobs; those that wait for the gate do not count */
	/* Jobs that start together: when each of the first n_gate of them has added one to `ready`
	 * (an eventfd) or has ended, one is added to `go`. n_gate 0: no gate. */
	int ready, go;
	size_t n_gate;
	/* Starts a child that ends when the gate may open, -1: it may. NULL: it may at once. */
	pid_t (*watch_rtnl)(void);
	/* Called now and then (at least each tick_ns while jobs run; 0: 250 ms), for progress; may
	 * be NULL. */
	int64_t tick_ns;
	void (*tick)(void *arg, size_t running);
	void *tick_arg;
};

/* Plays all jobs. 0; -EINTR when SIGINT, SIGTERM or SIGHUP came (the workers are ended; *signal
 * tells which); or -errno. */
int pool_run(const struct pool *pool, struct job **jobs, size_t n, int *signal, struct err *e);
/* The end of what a worker's programs wrote (at most size - 1 bytes), for a message. */
void pool_log_tail(const struct job *job, char *text, size_t size);
void pool_job_free(struct job *job);
/* The order in which jobs start, as qsort() wants it: those that are played alone come last. */
int pool_longest_first(const struct job *a, const struct job *b);

#endif
