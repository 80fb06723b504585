/* SPDX-License-Identifier: GPL-2.0-or-later */
/* playlist.c: the plays of a run: many cases in the pool, and slower retries of those that the
 * machine disturbed. */
#include "run/playlist.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/rtnl_idle.h"
#include "run/machine_pace.h"

#define APART_NS (10 * NS_PER_MS) /* plays of a batch begin one after another */

/* Of namespaces; and 96 cases of a client each have 384 neighbours, see harness/schedule/demand.c.
 */
#define KEPT_MAX 96

/* pace 0: the one in force. */
static struct play_job *add(
    struct playlist *p, const struct scenario_case *c, struct play_id play, double pace)
{
	struct seed_pace with = seed_pace_in_force(&p->asked, c->scenario);
	struct play_job *pj =
	    play_job_new(c, with.seed, pace > 0 ? pace : with.pace, play, p->kernel);

	if (p->keep_packets)
		play_job_keep_packets(pj);
	pj->finished = p->finished;
	pj->finished_arg = p->finished_arg;
	*MEM_PUSH(p->items, p->n, p->cap) = pj;
	return pj;
}

struct play_job *playlist_add(
    struct playlist *p, const struct scenario_case *c, struct play_id play)
{
	return add(p, c, play, 0);
}

static struct play_id play_of(const struct play_job *pj)
{
	return pj->trace.meta.play;
}

static struct play_job *add_retry(struct playlist *p, const struct play_job *pj)
{
	struct play_id play = {.repeat = play_of(pj).repeat, .retry = play_of(pj).retry + 1};

	return add(p, pj->c, play, machine_pace_of_retry(pj->trace.meta.pace, play.retry));
}

#define RTNL_IDLE_NS (300 * NS_PER_MS)
#define RTNL_ANSWER_NS (5 * NS_PER_MS)
#define RTNL_LIMIT_NS (5 * NS_PER_S)

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
	int keep[2], room = KEPT_MAX * 8 * 1024;

	*c = (struct batch_owner){.fds = {.keep = -1}, .keeper = -1};
	c->fds.ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->fds.go = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->fds.ready < 0 || c->fds.go < 0)
		return err_set(e, errno, "eventfd:");
	/* If this fails, only time is lost. */
	if (!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, keep)) {
		c->keeper = keep[0];
		c->fds.keep = keep[1];
		setsockopt(keep[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	}
	return 0;
}

static int longest_first(const void *a, const void *b)
{
	const struct play_job *const *x = a, *const *y = b;

	return pool_longest_first(&(*x)->job, &(*y)->job);
}

/* Building the labs, and taking down what was played before, holds RTNL and keeps kernel threads
 * busy, and would make the first churn late. Looked at from a child that goes before ordinary load,
 * so that only RTNL makes an answer late. A machine whose RTNL is never idle is played on all the
 * same: what it disturbs is invalid. */
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
		rtnl_idle_wait(RTNL_IDLE_NS, RTNL_ANSWER_NS, clock_now_ns() + RTNL_LIMIT_NS, NULL);
		_exit(0);
	}
	if (parent >= 0)
		close(parent);
	return pid;
}

/* Plays that begin together, once every lab of them stands. */
static int run_batch(struct playlist *p, struct play_job **batch, size_t n, struct err *e)
{
	struct job **jobs = mem_alloc(n * sizeof(*jobs));
	struct pool pool = p->pool;
	struct batch_owner owner;

	int r = batch_owner_make(&owner, e);

	for (size_t i = 0; i < n; i++) {
		batch[i]->batch_link = owner.fds;
		batch[i]->batch_link.packets = batch[i]->packets;
		batch[i]->batch_link.shell = p->shell;
		batch[i]->batch_link.after_ns = p->quick ? 0 : (int64_t)i * APART_NS;
		jobs[i] = &batch[i]->job;
	}
	pool.at_once = (unsigned)n;
	pool.ready = owner.fds.ready;
	pool.go = owner.fds.go;
	pool.n_gate = n;
	pool.watch_rtnl = p->quick ? NULL : watch_rtnl;
	if (!r)
		r = pool_run(&pool, jobs, n, &p->signal_no, e);
	batch_owner_close(&owner);
	free(jobs);
	return r;
}

/* Moves the next batch to the front of `order`, and says how many it has: the first one, and of
 * those after it, in their order, whatever fits beside. What is alone is so; neither the kernel's
 * neighbour table nor its RTNL takes more than so much, nor do the processors. */
static size_t next_batch(
    const struct capacity *capacity, struct play_job **order, size_t n, size_t at_once)
{
	unsigned four = 0, six = 0, changes = 0, lookups = 0;
	unsigned changes_most = capacity_changes(capacity, DEMAND_CHANGES_MAX);
	unsigned lookups_most = capacity_lookups(capacity);
	unsigned programs = 0, programs_most = (unsigned)fmax(1, capacity->processors);
	size_t k = 0;

	if (at_once > KEPT_MAX)
		at_once = KEPT_MAX;
	for (size_t i = 0; i < n && k < at_once; i++) {
		struct play_job *pj = order[i];
		const struct demand *d = &pj->demand;

		if (k && (d->alone || four + d->neighbours4 > DEMAND_NEIGHBOURS_MAX ||
		             six + d->neighbours6 > DEMAND_NEIGHBOURS_MAX ||
		             changes + d->changes > changes_most ||
		             lookups + d->lookups > lookups_most ||
		             programs + d->program > programs_most))
			continue;
		four += d->neighbours4;
		six += d->neighbours6;
		changes += d->changes;
		lookups += d->lookups;
		programs += d->program;
		memmove(order + k + 1, order + k, (i - k) * sizeof(*order));
		order[k++] = pj;
		if (d->alone)
			break;
	}
	return k;
}

/* Learns from a batch: was it too large, and which labs cannot be built? */
static void learn(struct playlist *p, struct play_job **batch, size_t n)
{
	size_t disturbed = 0;

	for (size_t i = 0; i < n; i++)
		disturbed += batch[i]->judged.judgement.verdict == VERDICT_INVALID;
	capacity_disturbed(&p->capacity, n, disturbed);
	for (int unbuilt = 1; unbuilt >= 0; unbuilt--)
		for (size_t i = 0; i < n; i++)
			if (batch[i]->judged.judgement.unbuilt == unbuilt)
				lab_failures_learn(
				    &p->failures, batch[i]->c, &batch[i]->judged.judgement, n == 1);
}

static bool is_hopeless(const struct playlist *p, const struct play_job *pj)
{
	return p->give_up && lab_failures_expected(&p->failures, pj->c);
}

/* Takes out of `order` what is sure to fail; how many are left. */
static size_t leave_out(const struct playlist *p, struct play_job **order, size_t n)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		if (!is_hopeless(p, order[i]))
			order[left++] = order[i];
	return left;
}

struct play_job *playlist_last(const struct playlist *p, const struct scenario_case *c, bool played)
{
	struct play_job *last = NULL;

	for (size_t i = 0; i < p->n; i++)
		if (p->items[i]->c == c && (!played || p->items[i]->judged.trace) &&
		    (!last || play_id_compare(play_of(p->items[i]), play_of(last)) > 0))
			last = p->items[i];
	return last;
}

/* The replay of this play, also one that is still to be played; or NULL. */
static const struct play_job *replay_of(const struct playlist *p, const struct play_job *pj)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i]->c == pj->c && play_of(p->items[i]).repeat == play_of(pj).repeat &&
		    play_of(p->items[i]).retry == play_of(pj).retry + 1)
			return p->items[i];
	return NULL;
}

size_t playlist_to_retry(const struct playlist *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct play_job *pj = p->items[i], *replay;

		if (!pj->judged.trace || playlist_is_last(pj) || is_hopeless(p, pj))
			continue;
		replay = replay_of(p, pj);
		n += !replay || !replay->judged.trace;
	}
	return n;
}

/* Replays that were left out are forgotten: the play before them counts. */
static void drop_unplayed(struct playlist *p)
{
	size_t n = p->n;

	p->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct play_job *pj = p->items[i];

		if (pj->judged.trace)
			p->items[p->n++] = pj;
		else if (play_of(pj).repeat ||
		         play_of(pj).retry) /* a replay, or a repeat of what tells the same */
			play_job_free(pj);
		else
			*MEM_PUSH(p->left_out, p->n_left_out, p->cap_left_out) = pj;
	}
}

/* Did many labs fail alike? Then the replay of one of them, made now and alone, tells whether the
 * machine's load did it. */
static int settle_doubt(struct playlist *p, struct err *e)
{
	const struct scenario_case *c = p->give_up ? lab_failures_doubtful(&p->failures) : NULL;
	struct play_job *pj = c ? playlist_last(p, c, true) : NULL;

	if (!pj || playlist_is_last(pj))
		return 0;
	pj = add_retry(p, pj);
	int r = run_batch(p, &pj, 1, e);
	if (!r)
		learn(p, &pj, 1);
	return r;
}

static int run_from(struct playlist *p, size_t from, unsigned at_once, struct err *e)
{
	size_t n = p->n - from, k;
	struct play_job **order = mem_alloc((n + 1) * sizeof(*order));
	int r = 0;

	if (n)
		memcpy(order, p->items + from, n * sizeof(*order));
	if (n)
		qsort(order, n, sizeof(*order), longest_first);
	for (size_t i = 0; !r && (n = i + leave_out(p, order + i, n - i)) > i; i += k) {
		k = next_batch(&p->capacity, order + i, n - i, at_once);
		r = run_batch(p, order + i, k, e);
		if (!r)
			learn(p, order + i, k);
		if (!r)
			r = settle_doubt(p, e);
	}
	free(order);
	return r;
}

bool playlist_is_last(const struct play_job *pj)
{
	return pj->judged.judgement.verdict != VERDICT_INVALID || play_of(pj).retry == RETRIES ||
	       play_of(pj).drops;
}

int playlist_run(struct playlist *p, bool (*again)(const struct play_job *), struct err *e)
{
	if (!p->capacity.lookup_cpu_ns)
		capacity_open(&p->capacity);
	int r = run_from(p, 0, p->pool.at_once, e);

	for (int round = 0; !r && round < RETRIES; round++) {
		size_t to = p->n;

		for (size_t i = 0; i < to; i++) {
			const struct play_job *pj = p->items[i];

			if (pj->judged.judgement.verdict == VERDICT_INVALID &&
			    play_of(pj).retry == round && !replay_of(p, pj) &&
			    !is_hopeless(p, pj) && (!again || again(pj)))
				add_retry(p, pj);
		}
		/* The slower they are the less they take; and at last they are alone. */
		r = run_from(p, to, round + 1 < RETRIES ? p->pool.at_once : 1, e);
	}
	if (!r)
		drop_unplayed(p);
	return r;
}

int playlist_play_alone(struct playlist *p, const struct scenario_case *c, struct play_id play,
    double pace, struct err *e)
{
	struct play_job *pj = add(p, c, play, pace);

	return run_batch(p, &pj, 1, e);
}

/* The longest come first, so the first of each batch tells how long it takes; a replay is a batch
 * of its own. */
int64_t playlist_expected_ns(const struct playlist *p)
{
	struct play_job **order = mem_alloc((p->n + 1) * sizeof(*order));
	size_t n = 0;
	int64_t sum = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (!p->items[i]->judged.trace && is_hopeless(p, p->items[i]))
			continue;
		if (play_of(p->items[i]).retry)
			sum += RTNL_IDLE_NS + p->items[i]->job.cost_ns;
		else
			order[n++] = p->items[i];
	}
	if (n)
		qsort(order, n, sizeof(*order), longest_first);
	for (size_t i = 0; i < n; i += next_batch(&p->capacity, order + i, n - i, p->pool.at_once))
		sum += RTNL_IDLE_NS + order[i]->job.cost_ns;
	free(order);
	return sum;
}

struct play_job *playlist_running(const struct playlist *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i]->job.pid)
			return p->items[i];
	return NULL;
}

struct judged **playlist_judged(const struct playlist *p)
{
	struct judged **out = mem_alloc((p->n + 1) * sizeof(*out));

	for (size_t i = 0; i < p->n; i++)
		out[i] = &p->items[i]->judged;
	return out;
}

void playlist_free(struct playlist *p)
{
	for (size_t i = 0; i < p->n; i++)
		play_job_free(p->items[i]);
	for (size_t i = 0; i < p->n_left_out; i++)
		play_job_free(p->left_out[i]);
	free(p->items);
	free(p->left_out);
	lab_failures_free(&p->failures);
	p->items = p->left_out = NULL;
	p->n = p->cap = p->n_left_out = p->cap_left_out = 0;
}
