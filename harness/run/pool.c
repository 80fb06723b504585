/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pool.c: jobs played by one-shot worker processes, many at once. */
#include "run/pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"

#define TICK_NS (250 * NS_PER_MS)
#define WATCH_NS NS_PER_S /* deadlines are looked at so often */

static void become_worker(struct job *job, int parent_pidfd)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	__fpurge(stdout); /* what the pool could not write is not the worker's to say */
	if (proc_die_with(parent_pidfd) || dup2(job->log_fd, 1) < 0 || dup2(job->log_fd, 2) < 0)
		_exit(127);
	int status = job->work(job);
	fflush(NULL);
	/* No atexit: a worker whose pid namespace has died cannot start the thread that
	 * LeakSanitizer needs. */
	_exit(status);
}

static int cannot_start(const struct job *job, int error, struct err *e)
{
	const char *more = err_remedy(error);

	return err_set(e, error, "cannot start a worker for %.80s: %s%s%s%s", job->name,
	    strerror(error), more ? "; it needs " : "", more ? more : "",
	    more ? ", or fewer at once: -j N" : "");
}

static void reap(struct job *job)
{
	int status = 0;

	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (job->pidfd >= 0)
		close(job->pidfd);
	job->pid = 0;
	job->wall_ns = clock_now_ns() - job->began_ns;
	job->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void kill_job(struct job *job)
{
	kill(-job->pid, SIGKILL);
	kill(job->pid, SIGKILL);
	reap(job);
}

static int start(struct job *job, struct err *e)
{
	if (!job->note) {
		job->note = mmap(NULL, sizeof(*job->note), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (job->note == MAP_FAILED) {
			job->note = NULL;
			return cannot_start(job, errno, e);
		}
		job->log_fd = memfd_create("log", MFD_CLOEXEC);
	}
	if (job->log_fd < 0)
		return cannot_start(job, errno, e);
	int parent = proc_pidfd(getpid());
	if (parent < 0)
		return cannot_start(job, -parent, e);
	job->began_ns = clock_now_ns();
	job->overdue = false;
	job->pid = fork();
	if (!job->pid)
		become_worker(job, parent);
	int error = errno;
	close(parent);
	if (job->pid < 0) {
		job->pid = 0;
		return cannot_start(job, error, e);
	}
	setpgid(job->pid, job->pid);
	job->pidfd = proc_pidfd(job->pid);
	if (job->pidfd < 0) {
		error = -job->pidfd;
		kill_job(job);
		return cannot_start(job, error, e);
	}
	return 0;
}

int pool_longest_first(const struct job *a, const struct job *b)
{
	if (a->alone != b->alone)
		return a->alone ? 1 : -1;
	return (a->cost_ns < b->cost_ns) - (a->cost_ns > b->cost_ns);
}

static int longest_first(const void *a, const void *b)
{
	return pool_longest_first(*(const struct job *const *)a, *(const struct job *const *)b);
}

static void kill_all(struct job **running, size_t n)
{
	for (size_t i = 0; i < n; i++)
		kill_job(running[i]);
}

static int64_t deadline_of(const struct pool *pool, const struct job *job, int64_t gate_ns)
{
	if (!job->deadline_ns || job->overdue)
		return INT64_MAX;
	return job->deadline_ns(job, pool->n_gate ? gate_ns : job->began_ns);
}

/* For poll(): until the next tick, or until a deadline must be looked at; they move. */
static int wait_ms(const struct pool *pool, struct job **running, size_t n, int64_t gate_ns)
{
	int64_t now = clock_now_ns(), at_ns = INT64_MAX;

	if (pool->tick)
		at_ns = now + (pool->tick_ns ? pool->tick_ns : TICK_NS);
	for (size_t i = 0; i < n; i++) {
		int64_t d = deadline_of(pool, running[i], gate_ns);

		if (running[i]->deadline_ns && !running[i]->overdue && d > now + WATCH_NS)
			d = now + WATCH_NS;
		at_ns = d < at_ns ? d : at_ns;
	}
	return at_ns == INT64_MAX ? -1 : clock_poll_ms(at_ns);
}

/* The gate, and the process that waits for RTNL before it opens. */
struct gate {
	uint64_t ready;
	int64_t open_ns;
	pid_t watcher; /* 0: nobody yet; -1: over */
	int watcher_pidfd;
};

static int wait_some(const struct pool *pool, struct job **running, size_t n,
    const struct gate *gate, int signals, int *signal_no)
{
	struct pollfd *p = mem_alloc((n + 3) * sizeof(*p));
	int timeout_ms = wait_ms(pool, running, n, gate->open_ns);

	for (size_t i = 0; i < n; i++)
		p[i] = (struct pollfd){.fd = running[i]->pidfd, .events = POLLIN};
	p[n] = (struct pollfd){.fd = signals, .events = POLLIN};
	p[n + 1] = (struct pollfd){.fd = pool->n_gate ? pool->ready : -1, .events = POLLIN};
	p[n + 2] = (struct pollfd){.fd = gate->watcher_pidfd, .events = POLLIN};
	int r = poll(p, n + 3, timeout_ms);
	if (r > 0 && p[n].revents) {
		struct signalfd_siginfo info;

		if (read(signals, &info, sizeof(info)) == sizeof(info))
			*signal_no = (int)info.ssi_signo;
	}
	free(p);
	return r < 0 && errno != EINTR ? -errno : 0;
}

static void end_watcher(struct gate *g)
{
	if (g->watcher <= 0)
		return;
	kill(g->watcher, SIGKILL);
	proc_wait(g->watcher, clock_now_ns() + NS_PER_S);
	close(g->watcher_pidfd);
	g->watcher = -1;
	g->watcher_pidfd = -1;
}

/* Is RTNL idle? Whoever looks is started when every job is ready. */
static bool rtnl_is_idle(const struct pool *pool, struct gate *g)
{
	if (!g->watcher) {
		g->watcher = pool->watch_rtnl ? pool->watch_rtnl() : -1;
		g->watcher_pidfd = g->watcher > 0 ? proc_pidfd(g->watcher) : -1;
		if (g->watcher_pidfd < 0)
			end_watcher(g);
	}
	struct pollfd p = {.fd = g->watcher_pidfd, .events = POLLIN};
	if (g->watcher > 0 && poll(&p, 1, 0) > 0)
		end_watcher(g);
	return g->watcher < 0;
}

/* Opens the gate when nobody is left to wait for. A job that was ready and has ended since is
 * counted twice, which does no harm: it went through an open gate or died waiting for it. */
static void tend_gate(const struct pool *pool, size_t ended, struct gate *g)
{
	uint64_t n = 0;
	const uint64_t one = 1;

	if (!pool->n_gate || g->open_ns)
		return;
	if (read(pool->ready, &n, sizeof(n)) == sizeof(n))
		g->ready += n;
	if (g->ready + ended >= pool->n_gate && rtnl_is_idle(pool, g) &&
	    write(pool->go, &one, sizeof(one)) == sizeof(one))
		g->open_ns = clock_now_ns();
}

/* Kills workers that hang, also stopped ones; collect() finds them then. */
static void watch(const struct pool *pool, struct job **running, size_t n, int64_t gate_ns)
{
	for (size_t i = 0; i < n; i++) {
		struct job *job = running[i];
		struct pollfd p = {.fd = job->pidfd, .events = POLLIN};

		if (clock_now_ns() < deadline_of(pool, job, gate_ns) || poll(&p, 1, 0) > 0)
			continue;
		job->overdue = true;
		if (job->hung)
			job->hung(job);
		kill(-job->pid, SIGKILL);
		kill(job->pid, SIGKILL);
	}
}

/* Collects the workers that have ended. */
static size_t collect(struct job **running, size_t n)
{
	for (size_t i = 0; i < n;) {
		struct pollfd p = {.fd = running[i]->pidfd, .events = POLLIN};

		if (poll(&p, 1, 0) <= 0) {
			i++;
			continue;
		}
		struct job *job = running[i];
		reap(job);
		running[i] = running[--n];
		if (job->done)
			job->done(job);
	}
	return n;
}

/* How many of the workers that run do so now, and do not wait for the gate. */
static size_t working(size_t busy, const struct gate *g)
{
	return g->ready < busy ? busy - g->ready : 0;
}

int pool_run(const struct pool *pool, struct job **jobs, size_t n, int *signal_no, struct err *e)
{
	struct job **queue = mem_alloc((n + 1) * sizeof(*queue));
	struct job **running = mem_alloc((n + 1) * sizeof(*running));
	size_t next = 0, busy = 0;
	struct gate gate = {.watcher_pidfd = -1};
	sigset_t wanted, before;
	int r = 0;

	if (n)
		memcpy(queue, jobs, n * sizeof(*queue));
	qsort(queue, n, sizeof(*queue), longest_first);
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGHUP);
	sigprocmask(SIG_BLOCK, &wanted, &before);
	int signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		r = err_set(e, errno, "signals:");
	*signal_no = 0;
	while (!r && (next < n || busy)) {
		while (!r && next < n && working(busy, &gate) < pool->at_once &&
		       !(queue[next]->alone && busy) && !(busy && running[0]->alone)) {
			r = start(queue[next], e);
			if (!r)
				running[busy++] = queue[next++];
		}
		if (!r && (r = wait_some(pool, running, busy, &gate, signals, signal_no)))
			err_set(e, -r, "waiting for the workers:");
		if (!r && *signal_no)
			r = err_set(e, EINTR, "interrupted by signal %d", *signal_no);
		if (!r)
			busy = collect(running, busy);
		if (!r)
			tend_gate(pool, next - busy, &gate);
		if (!r)
			watch(pool, running, busy, gate.open_ns);
		if (!r && pool->tick)
			pool->tick(pool->tick_arg, busy);
	}
	kill_all(running, busy);
	end_watcher(&gate);
	if (signals >= 0)
		close(signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(queue);
	free(running);
	return r;
}

void pool_log_tail(const struct job *job, char *text, size_t size)
{
	off_t len = job->log_fd >= 0 ? lseek(job->log_fd, 0, SEEK_END) : 0;
	off_t from = len > (off_t)size - 1 ? len - ((off_t)size - 1) : 0;
	ssize_t n = len > 0 ? pread(job->log_fd, text, size - 1, from) : 0;

	text[n > 0 ? n : 0] = '\0';
}

void pool_job_free(struct job *job)
{
	if (!job->note)
		return;
	munmap(job->note, sizeof(*job->note));
	if (job->log_fd >= 0)
		close(job->log_fd);
	job->note = NULL;
}
