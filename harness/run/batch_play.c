/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch_play.c: plays a batch, once every lab of it stands. */
#include "run/batch_play.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "net/netns_cleanup.h"
#include "net/rtnl_idle.h"

#define RTNL_ANSWER_NS (5 * NS_PER_MS)
#define RTNL_LIMIT_NS (5 * NS_PER_S)
#define CLEANUP_LIMIT_NS (20 * NS_PER_S)

struct batch_owner {
	struct batch_link fds;
	int keeper; /* the end of `keep` that nobody reads */
};

static void batch_owner_close(struct batch_owner *c)
{
	const int fds[] = {c->fds.keep, c->keeper, c->fds.ready, c->fds.go};

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int batch_owner_make(struct batch_owner *c, struct err *e)
{
	int keep[2], room = BATCH_LABS_MAX * 8 * 1024;

	*c = (struct batch_owner){.fds = {.keep = -1}, .keeper = -1};
	c->fds.ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->fds.go = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->fds.ready < 0 || c->fds.go < 0)
		return err_set(e, errno, "eventfd:");
	/* If this fails, only time is lost. */
	if (!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, keep)) {
		c->keeper = keep[0];
		c->fds.keep = keep[1];
		if (setsockopt(keep[1], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)))
			setsockopt(keep[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	}
	return 0;
}

/* Building the labs, and taking down what was played before, holds RTNL and keeps kernel threads
 * busy, and would make the churn late. Looked at from a child that goes before ordinary load, so
 * that only RTNL makes an answer late, and that has a namespace of its own for what it makes, where
 * it may have one. A machine whose RTNL is never idle is played on all the same: what it disturbs
 * is invalid. */
static pid_t watch_rtnl(void)
{
	int parent = proc_pidfd(getpid());
	sigset_t none;
	pid_t pid = fork();

	if (!pid) {
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		if (proc_die_with(parent))
			_exit(1);
		proc_prefer(0);
		if (!unshare((geteuid() ? CLONE_NEWUSER : 0) | CLONE_NEWNET))
			netns_cleanup_wait(clock_now_ns() + CLEANUP_LIMIT_NS, NULL);
		rtnl_idle_wait(
		    BATCH_RTNL_IDLE_NS, RTNL_ANSWER_NS, clock_now_ns() + RTNL_LIMIT_NS, NULL);
		_exit(0);
	}
	if (parent >= 0)
		close(parent);
	return pid;
}

#define ROUNDS_A_PROCESSOR 2

/* A subject's programs take a processor each. */
static double rounds_at_once(double processors, const struct batch_item *batch, size_t n)
{
	bool programs = false;

	for (size_t i = 0; i < n; i++)
		programs |= batch[i].play->demand.program;
	return fmax(1, processors * (programs ? 1 : ROUNDS_A_PROCESSOR));
}

int batch_play(
    const struct batch_how *how, struct batch_item *batch, size_t n, int *signal_no, struct err *e)
{
	struct job **jobs = mem_alloc(n * sizeof(*jobs));
	struct pool pool = how->pool;
	struct batch_owner owner;

	int r = batch_owner_make(&owner, e);

	for (size_t i = 0; i < n; i++) {
		struct play_job *pj = batch[i].play;

		pj->batch_link = owner.fds;
		pj->batch_link.packets = pj->packets;
		pj->batch_link.shell = how->shell;
		pj->batch_link.after_ns = batch[i].begin_ns;
		if (how->rounds)
			pj->batch_link.ready = -1;
		jobs[i] = &pj->job;
	}
	if (how->rounds) {
		pool.at_once =
		    (unsigned)fmin(pool.at_once, rounds_at_once(how->processors, batch, n));
	} else {
		pool.ready = owner.fds.ready;
		pool.go = owner.fds.go;
		pool.n_gate = n;
		pool.watch_rtnl = watch_rtnl;
	}
	if (!r)
		r = pool_run(&pool, jobs, n, signal_no, e);
	batch_owner_close(&owner);
	free(jobs);
	return r;
}
