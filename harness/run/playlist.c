/* playlist.c: the plays of a run: many cases in the pool, and again, slower, what the machine
 * spoilt.
 */
#include "run/playlist.h"

#include <errno.h>
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
#include "lab/calm.h"

#define APART_NS (10 * NS_PER_MS) /* plays of a batch begin one after another */

/* Of namespaces; and 96 cases of a client each have 384 neighbours, see harness/schedule/demand.c.
 */
#define KEPT_MAX 96

#define REPLAYS 2
static const double replay_paces[REPLAYS] = {10, 5};

struct casejob *playlist_add(struct playlist *p, const struct scenario_case *c, int play)
{
	struct seed_pace with = seed_pace_in_force(&p->asked, c->scenario);
	int replay = play % REPLAY_STRIDE;

	if (replay && replay_paces[replay - 1] < with.pace)
		with.pace = replay_paces[replay - 1];
	struct casejob *cj = casejob_new(c, with.seed, with.pace, play, p->kernel);

	if (p->keep_packets)
		casejob_keep_packets(cj);
	cj->finished = p->finished;
	cj->finished_arg = p->finished_arg;
	*MEM_PUSH(p->items, p->n, p->cap) = cj;
	return cj;
}

#define CALM_NS (300 * NS_PER_MS)
#define CALM_ANSWER_NS (5 * NS_PER_MS)
#define CALM_LIMIT_NS (5 * NS_PER_S)

struct company {
	struct player_company fds;
	int keeper; /* the end of `keep` that nobody reads */
};

static void part_company(struct company *c)
{
	const int fds[] = {c->fds.keep, c->keeper, c->fds.ready, c->fds.go};

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int make_company(struct company *c, struct err *e)
{
	int keep[2], room = KEPT_MAX * 8 * 1024;

	*c = (struct company){.fds = {.keep = -1}, .keeper = -1};
	c->fds.ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->fds.go = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->fds.ready < 0 || c->fds.go < 0)
		return err_set(e, errno, "eventfd:");
	/* Without this one just loses time. */
	if (!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, keep)) {
		c->keeper = keep[0];
		c->fds.keep = keep[1];
		setsockopt(keep[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	}
	return 0;
}

static int longest_first(const void *a, const void *b)
{
	const struct casejob *const *x = a, *const *y = b;

	if ((*x)->job.alone != (*y)->job.alone)
		return (*x)->job.alone ? 1 : -1;
	return (*x)->job.cost_ns < (*y)->job.cost_ns   ? 1
	       : (*x)->job.cost_ns > (*y)->job.cost_ns ? -1
	                                               : 0;
}

/* Building the labs, and taking down what was played before, holds RTNL and keeps kernel threads
 * busy, and would make the first churn late. Looked at from a child that goes before ordinary load,
 * so that only RTNL makes an answer late. A machine that is never calm is played on all the same:
 * what it spoils is invalid. */
static pid_t watch_for_calm(void)
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
		calm_wait(CALM_NS, CALM_ANSWER_NS, clock_now_ns() + CALM_LIMIT_NS, NULL);
		_exit(0);
	}
	if (parent >= 0)
		close(parent);
	return pid;
}

/* Plays that begin together, once every lab of them stands. */
static int run_batch(struct playlist *p, struct casejob **batch, size_t n, struct err *e)
{
	struct job **jobs = mem_alloc(n * sizeof(*jobs));
	struct pool pool = p->pool;
	struct company company;

	int r = make_company(&company, e);

	for (size_t i = 0; i < n; i++) {
		batch[i]->company = company.fds;
		batch[i]->company.reel = batch[i]->reel;
		batch[i]->company.hold = p->hold;
		batch[i]->company.after_ns = p->quick ? 0 : (int64_t)i * APART_NS;
		jobs[i] = &batch[i]->job;
	}
	pool.at_once = (unsigned)n;
	pool.ready = company.fds.ready;
	pool.go = company.fds.go;
	pool.n_gate = n;
	pool.calm = p->quick ? NULL : watch_for_calm;
	if (!r)
		r = pool_run(&pool, jobs, n, &p->signal_no, e);
	part_company(&company);
	free(jobs);
	return r;
}

/* Moves the next batch to the front of `order`, and says how many it has: the first one, and of
 * those after it, in their order, whatever fits beside. What is alone is so; neither the kernel's
 * neighbour table nor its RTNL takes more than so much, nor do the processors. */
static size_t next_batch(
    const struct capacity *capacity, struct casejob **order, size_t n, size_t at_once)
{
	unsigned four = 0, six = 0, changes = 0, lookups = 0;
	unsigned changes_most = capacity_changes(capacity, DEMAND_CHANGES_MAX);
	unsigned lookups_most = capacity_lookups(capacity);
	size_t k = 0;

	if (at_once > KEPT_MAX)
		at_once = KEPT_MAX;
	for (size_t i = 0; i < n && k < at_once; i++) {
		struct casejob *cj = order[i];
		const struct demand *d = &cj->demand;

		if (k &&
		    (d->alone || four + d->neighbours4 > DEMAND_NEIGHBOURS_MAX ||
		        six + d->neighbours6 > DEMAND_NEIGHBOURS_MAX ||
		        changes + d->changes > changes_most || lookups + d->lookups > lookups_most))
			continue;
		four += d->neighbours4;
		six += d->neighbours6;
		changes += d->changes;
		lookups += d->lookups;
		memmove(order + k + 1, order + k, (i - k) * sizeof(*order));
		order[k++] = cj;
		if (d->alone)
			break;
	}
	return k;
}

/* Was a batch too much, and which labs cannot be built? */
static void learn(struct playlist *p, struct casejob **batch, size_t n)
{
	size_t spoilt = 0;

	for (size_t i = 0; i < n; i++)
		spoilt += batch[i]->judged.judgement.verdict == VERDICT_INVALID;
	capacity_spoilt(&p->capacity, n, spoilt);
	for (int unbuilt = 1; unbuilt >= 0; unbuilt--)
		for (size_t i = 0; i < n; i++)
			if (batch[i]->judged.judgement.unbuilt == unbuilt)
				lab_failures_learn(
				    &p->failures, batch[i]->c, &batch[i]->judged.judgement, n == 1);
}

static bool is_hopeless(const struct playlist *p, const struct casejob *cj)
{
	return p->give_up && lab_failures_expected(&p->failures, cj->c);
}

/* Takes out of `order` what is sure to fail; how many are left. */
static size_t leave_out(const struct playlist *p, struct casejob **order, size_t n)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		if (!is_hopeless(p, order[i]))
			order[left++] = order[i];
	return left;
}

static struct casejob *last_play(const struct playlist *p, const struct scenario_case *c)
{
	struct casejob *last = NULL;

	for (size_t i = 0; i < p->n; i++)
		if (p->items[i]->c == c && p->items[i]->judged.trace &&
		    (!last || p->items[i]->play > last->play))
			last = p->items[i];
	return last;
}

/* Is there a replay of this play already? */
static bool is_replayed(const struct playlist *p, const struct casejob *cj)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i]->c == cj->c && p->items[i]->play == cj->play + 1)
			return true;
	return false;
}

/* Replays that were left out are forgotten: the play before them counts. */
static void drop_unplayed(struct playlist *p)
{
	size_t n = p->n;

	p->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct casejob *cj = p->items[i];

		if (cj->judged.trace)
			p->items[p->n++] = cj;
		else if (cj->play) /* a replay, or a repeat of what tells the same */
			casejob_free(cj);
		else
			*MEM_PUSH(p->left_out, p->n_left_out, p->cap_left_out) = cj;
	}
}

/* Did many labs fail alike? Then the replay of one of them, made now and alone, tells whether the
 * machine's load did it. */
static int settle_doubt(struct playlist *p, struct err *e)
{
	const struct scenario_case *c = p->give_up ? lab_failures_doubtful(&p->failures) : NULL;
	struct casejob *cj = c ? last_play(p, c) : NULL;

	if (!cj || playlist_is_last(cj))
		return 0;
	cj = playlist_add(p, cj->c, cj->play + 1);
	int r = run_batch(p, &cj, 1, e);
	if (!r)
		learn(p, &cj, 1);
	return r;
}

static int run_from(struct playlist *p, size_t from, unsigned at_once, struct err *e)
{
	size_t n = p->n - from, k;
	struct casejob **order = mem_alloc((n + 1) * sizeof(*order));
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

bool playlist_is_last(const struct casejob *cj)
{
	return cj->judged.judgement.verdict != VERDICT_INVALID ||
	       cj->play % REPLAY_STRIDE == REPLAYS;
}
int playlist_run(struct playlist *p, bool (*again)(const struct casejob *), struct err *e)
{
	if (!p->capacity.lookup_cpu_ns)
		capacity_open(&p->capacity);
	int r = run_from(p, 0, p->pool.at_once, e);

	for (int round = 0; !r && round < REPLAYS; round++) {
		size_t to = p->n;

		for (size_t i = 0; i < to; i++) {
			const struct casejob *cj = p->items[i];

			if (cj->judged.judgement.verdict == VERDICT_INVALID &&
			    cj->play % REPLAY_STRIDE == round && !is_replayed(p, cj) &&
			    !is_hopeless(p, cj) && (!again || again(cj)))
				playlist_add(p, cj->c, cj->play + 1);
		}
		/* The slower they are the less they take; and at last they are alone. */
		r = run_from(p, to, round + 1 < REPLAYS ? p->pool.at_once : 1, e);
	}
	if (!r)
		drop_unplayed(p);
	return r;
}

/* The longest come first, so the first of each batch tells how long it takes; a replay is a batch
 * of its own. */
int64_t playlist_expected_ns(const struct playlist *p)
{
	struct casejob **order = mem_alloc((p->n + 1) * sizeof(*order));
	size_t n = 0;
	int64_t sum = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (p->items[i]->play % REPLAY_STRIDE)
			sum += CALM_NS + p->items[i]->job.cost_ns;
		else
			order[n++] = p->items[i];
	}
	if (n)
		qsort(order, n, sizeof(*order), longest_first);
	for (size_t i = 0; i < n; i += next_batch(&p->capacity, order + i, n - i, p->pool.at_once))
		sum += CALM_NS + order[i]->job.cost_ns;
	free(order);
	return sum;
}

struct casejob *playlist_running(const struct playlist *p)
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
		casejob_free(p->items[i]);
	for (size_t i = 0; i < p->n_left_out; i++)
		casejob_free(p->left_out[i]);
	free(p->items);
	free(p->left_out);
	lab_failures_free(&p->failures);
	p->items = p->left_out = NULL;
	p->n = p->cap = p->n_left_out = p->cap_left_out = 0;
}
