/* SPDX-License-Identifier: GPL-2.0-or-later */
/* playlist.c: the plays of a run: many cases in the pool, and slower retries of those that the
 * machine disturbed. */
#include "run/playlist.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/units.h"
#include "run/batch_play.h"
#include "run/machine_pace.h"

#define LABS_A_PLAY 3 /* labs of a batch, for each play at once */

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

static struct batch_limits limits_of(const struct playlist *p, unsigned at_once)
{
	size_t labs = at_once == 1 ? 1 : (size_t)fmin(at_once * LABS_A_PLAY, BATCH_LABS_MAX);

	if (p->quick)
		return (struct batch_limits){labs, UINT_MAX, UINT_MAX, UINT_MAX, UINT_MAX};
	return (struct batch_limits){
	    .labs = labs,
	    .plays = at_once,
	    .lookups = capacity_lookups(&p->capacity),
	    .changes = capacity_changes(&p->capacity, DEMAND_CHANGES_MAX),
	    .programs = (unsigned)fmax(1, p->capacity.processors),
	};
}

static int run_batch(struct playlist *p, struct batch_item *batch, size_t n, struct err *e)
{
	struct batch_how how = {.pool = p->pool,
	    .rounds = p->quick,
	    .processors = p->capacity.processors,
	    .shell = p->shell};

	return batch_play(&how, batch, n, &p->signal_no, e);
}

/* Learns from a batch: was it too large, and which labs cannot be built? */
static void learn(struct playlist *p, const struct batch_item *batch, size_t n)
{
	size_t disturbed = 0;

	for (size_t i = 0; i < n; i++)
		disturbed += batch[i].play->judged.judgement.verdict == VERDICT_INVALID;
	capacity_disturbed(&p->capacity, n, disturbed);
	for (int unbuilt = 1; unbuilt >= 0; unbuilt--)
		for (size_t i = 0; i < n; i++) {
			const struct play_job *pj = batch[i].play;

			if (pj->judged.judgement.unbuilt == unbuilt)
				lab_failures_learn(
				    &p->failures, pj->c, &pj->judged.judgement, n == 1);
		}
}

static bool is_hopeless(const struct playlist *p, const struct play_job *pj)
{
	return p->give_up && lab_failures_expected(&p->failures, pj->c);
}

/* Takes out of `order` what is sure to fail; how many are left. */
static size_t leave_out(const struct playlist *p, struct batch_item *order, size_t n)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		if (!is_hopeless(p, order[i].play))
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
	struct batch_item retry = {.play = add_retry(p, pj)};
	int r = run_batch(p, &retry, 1, e);
	if (!r)
		learn(p, &retry, 1);
	return r;
}

static int longest_first(const void *a, const void *b)
{
	const struct batch_item *x = a, *y = b;

	return pool_longest_first(&x->play->job, &y->play->job);
}

static int run_from(struct playlist *p, size_t from, unsigned at_once, struct err *e)
{
	size_t n = p->n - from, k;
	struct batch_item *order = mem_alloc((n + 1) * sizeof(*order));
	int r = 0;

	for (size_t i = 0; i < n; i++)
		order[i].play = p->items[from + i];
	if (n)
		qsort(order, n, sizeof(*order), longest_first);
	for (size_t i = 0; !r && (n = i + leave_out(p, order + i, n - i)) > i; i += k) {
		struct batch_limits limits = limits_of(p, at_once);

		k = batch_choose(order + i, n - i, &limits);
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
	struct batch_item item = {.play = add(p, c, play, pace)};

	return run_batch(p, &item, 1, e);
}

/* A retry is taken for a batch of its own. */
int64_t playlist_expected_ns(const struct playlist *p)
{
	struct batch_item *order = mem_alloc((p->n + 1) * sizeof(*order));
	struct batch_limits limits = limits_of(p, p->pool.at_once);
	size_t n = 0, k;
	int64_t sum = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (!p->items[i]->judged.trace && is_hopeless(p, p->items[i]))
			continue;
		if (play_of(p->items[i]).retry)
			sum += BATCH_RTNL_IDLE_NS + p->items[i]->job.cost_ns;
		else
			order[n++].play = p->items[i];
	}
	if (n)
		qsort(order, n, sizeof(*order), longest_first);
	for (size_t i = 0; i < n; i += k) {
		k = batch_choose(order + i, n - i, &limits);
		sum += BATCH_RTNL_IDLE_NS + batch_real_ns(order + i, k);
	}
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
