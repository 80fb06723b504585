/* stepper.c: plays a case in rounds, by events and without a clock.
 *
 * Each step waits for what it needs and for nothing else: the client has learnt the gateway's
 * present MAC (a lookup was answered, and its neighbour entry has that MAC); the churner has said
 * that its change is over, and every notification of it has been read; a lookup was answered, or
 * its deadline has passed. The result is on the tape for the judge. */
#include "play/stepper.h"

#include <errno.h>

#include "base/clock.h"
#include "base/units.h"
#include "play/lab_state.h"

#define LEARN_NS (5 * NS_PER_S)   /* a client has learnt the gateway's MAC within this */
#define PAUSE_NS (10 * NS_PER_MS) /* from one lookup to the next while it has not */

static bool is_over(const struct prober *pr)
{
	return pr->deadline_ns == INT64_MAX;
}

/* Reads what has arrived, so that all of it is stamped before what comes next. */
static void take_in(struct player *p)
{
	for (size_t i = 0; i < p->n_observers; i++)
		observer_read(&p->observers[i]);
	for (size_t i = 0; i < p->n_captures; i++)
		capture_read(&p->captures[i]);
}

/* One lookup of each stream; *answered: of the client's. */
static int look_up(struct player *p, bool *answered, struct err *e)
{
	int64_t now, last = 0;
	size_t n = p->meta.n_streams;
	bool waiting;
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		struct prober *pr = &p->probers[i];

		pr->due_ns = clock_now_ns();
		prober_run(pr, pr->due_ns, INT64_MAX);
		pr->deadline_ns = pr->last_sent_ns + pr->timeout_ns;
		last = pr->deadline_ns > last ? pr->deadline_ns : last;
	}
	do {
		r = player_step(p, last, e);
		waiting = false;
		for (size_t i = 0; i < n; i++)
			waiting = waiting || !is_over(&p->probers[i]);
		now = clock_now_ns();
	} while (!r && waiting && now < last);
	*answered = true;
	for (size_t i = 0; i < n; i++) {
		struct prober *pr = &p->probers[i];

		prober_read(pr); /* what came in time but was not read yet */
		if (!p->meta.streams[i].reference)
			*answered = *answered && is_over(pr);
		pr->deadline_ns = INT64_MAX;
	}
	take_in(p);
	return r;
}

/* Does every client that does lookups have the gateway's current MAC? */
static bool all_know(const struct player *p)
{
	for (size_t i = 0; i < p->lab.n_clients; i++)
		if (p->c->clients[i].looks_up &&
		    mac_cmp(p->observers[1 + i].seen.gateway, p->observers[0].seen.mac) != 0)
			return false;
	return true;
}

static int learn(struct player *p, struct err *e)
{
	int64_t deadline = clock_now_ns() + LEARN_NS;
	bool answered;
	int r;

	for (;;) {
		r = look_up(p, &answered, e);
		if (r || (answered && all_know(p)))
			return r;
		int64_t now = clock_now_ns();
		if (now >= deadline)
			return err_set(e, ETIMEDOUT, "the client did not learn the gateway's MAC");
		r = player_step(p, now + PAUSE_NS, e); /* until a notification, or the timeout */
		if (r)
			return r;
	}
}

/* The churner's next change, to its end. */
static int change(struct player *p, struct err *e)
{
	int64_t deadline = clock_now_ns() + player_patience(p, PLAYER_PATIENCE_NS);
	int r = churner_tell(&p->churner, &(struct churner_order){.what = ORDER_NEXT}, e);

	p->churn_done = false;
	while (!r && !p->churn_done) {
		r = player_step(p, deadline, e);
		if (!r && clock_now_ns() >= deadline)
			r = player_churner_hangs(p, e);
	}
	take_in(p);
	return r;
}

int stepper_play(struct player *p, struct err *e)
{
	bool answered;

	p->warmup_ns = clock_now_ns();
	player_phase(p, PHASE_WARMUP, p->warmup_ns);
	int r = learn(p, e);
	if (r)
		return r;
	p->start_ns = clock_now_ns();
	lab_state_put_baseline(p);
	atomic_store(&p->tape->start_real_ns, clock_real_ns());
	atomic_store(&p->tape->start_ns, p->start_ns);
	player_phase(p, PHASE_START, p->start_ns);
	for (unsigned i = 0; !r && i < p->c->rounds; i++) {
		if (i)
			r = change(p, e); /* undone */
		if (!r && i)
			r = learn(p, e);
		if (!r)
			r = change(p, e);
		if (!r)
			r = look_up(p, &answered, e);
	}
	if (!r) {
		player_phase(p, PHASE_LAST, clock_now_ns());
		player_phase(p, PHASE_END, clock_now_ns());
	}
	return r;
}
