/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc.h: child processes: start, wait with a deadline, priority. */
#ifndef SB_PROC_H
#define SB_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct proc_options {
	int netns;     /* network namespace to run in, or -1 */
	int in_fd;     /* standard input, or -1: /dev/null */
	int out_fd;    /* standard output and error, or -1: /dev/null */
	int err_fd;    /* standard error by itself; 0: with standard output */
	bool ordinary; /* a process group of its own, without the priority of proc_prefer() */
	const char *const *environment; /* "NAME=VALUE", added to the caller's; NULL: none */
};

/* Starts argv[0] (searched in PATH, then in the sbin folders) with SIGKILL as its parent-death
 * signal. The pid, or -errno: -ENOENT when there is no such program. */
pid_t proc_start(const char *const argv[], const struct proc_options *o, struct err *e);
/* Waits for a child: its exit status, 128 + signal, -ETIMEDOUT (it runs on), or -errno. */
int proc_wait(pid_t pid, int64_t deadline_ns);
/* The same, without a deadline and without a file descriptor. */
int proc_reap(pid_t pid);
/* Ends a child that was started as `ordinary`, and its process group, and waits for it. */
void proc_kill_group(pid_t pid);
/* Starts, waits (killing it at the deadline), and on a non-zero status returns -EIO with what the
 * program wrote in the message. */
int proc_run(const char *const argv[], int64_t deadline_ns, struct err *e);
/* The same, and writes the first line of what it wrote into `line` (size bytes). */
int proc_ask(const char *const argv[], int64_t deadline_ns, char *line, size_t size, struct err *e);
/* The last part of that, for a child that proc_start() has started and that writes to out_fd. */
int proc_end(pid_t pid, const char *name, int out_fd, int64_t deadline_ns, char *line, size_t size,
    struct err *e);
/* A file of that text, to be a program's standard input. A file descriptor, or -errno. */
int proc_input(const char *text, size_t len);
/* What a program wrote into a file: its first line, or its last; may be empty. */
void proc_said(int fd, bool last, char *text, size_t size);
/* Puts pid (0: the caller) before ordinary load: SCHED_RR, else nice -20, else as it was. What was
 * reached: 2, 1, 0. */
int proc_prefer(pid_t pid);
/* Undoes proc_prefer() for the caller: ordinary scheduling, nice 0. */
void proc_prefer_no_more(void);
/* Is there such a program? Writes its path (size bytes). */
bool proc_find(const char *name, char *path, int size);
/* Ends the caller when its parent dies. parent is a pidfd of it opened before the fork, which
 * closes the race with a parent that is dead already. */
int proc_die_with(int parent_pidfd);
/* Was this child stopped, and not continued? */
bool proc_is_stopped(pid_t child);
int proc_pidfd(pid_t pid); /* -errno on failure */

#endif
