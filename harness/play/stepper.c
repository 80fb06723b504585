/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stepper.c: plays a case in rounds, by events and without a clock.
 *
 * Each step waits for what it needs and for nothing else: the client has learnt the gateway's
 * present MAC (a lookup was answered, and its neighbour entry has that MAC); the churner has said
 * that its change is over, and every notification of it has been read; a lookup was answered, or
 * its deadline has passed. The result is on the tape for the judge.
 *
 * Where a subject makes the bridge, lookups go on all the time, so that what a program breaks and
 * mends within milliseconds is seen, and each change is followed by the next. */
#include "play/stepper.h"

#include <errno.h>

#include "base/clock.h"
#include "base/units.h"
#include "play/lab_state.h"

#define LEARN_NS (5 * NS_PER_S)   /* a client has learnt the gateway's MAC within this */
#define STREAMS_MOST 128          /* of a case with a subject: one a client, and the reference */
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

/* Lookups of all streams go on, each some milliseconds after the one before, until wake_ns or
 * something has come. */
static int ask_on(struct player *p, int64_t wake_ns, struct err *e)
{
	int64_t now = clock_now_ns();

	for (size_t i = 0; i < p->meta.n_streams; i++) {
		struct prober *pr = &p->probers[i];

		prober_run(pr, now, INT64_MAX);
		int64_t w = prober_wake_ns(pr);
		wake_ns = w < wake_ns ? w : wake_ns;
	}
	return player_step(p, wake_ns, e);
}

/* The churner's next change, to its end. Where a subject makes it, lookups go on, and count. */
static int change(struct player *p, struct err *e)
{
	int64_t deadline = clock_now_ns() + player_patience(p, PLAYER_PATIENCE_NS);
	int r = churner_tell(&p->churner, &(struct churner_order){.what = ORDER_NEXT}, e);

	p->churn_done = false;
	while (!r && !p->churn_done) {
		r = *p->c->subject ? ask_on(p, deadline, e) : player_step(p, deadline, e);
		if (!r && clock_now_ns() >= deadline)
			r = player_churner_hangs(p, e);
	}
	take_in(p);
	return r;
}

/* Until every stream has sent a lookup from now on that was answered or is lost; *answered: all
 * those of clients. */
static int ask_once(struct player *p, bool *answered, struct err *e)
{
	uint32_t from[STREAMS_MOST] = {0};
	bool over = false;
	int r = 0;

	for (size_t i = 0; i < p->meta.n_streams; i++)
		from[i] = p->probers[i].seq;
	while (!r && !over) {
		r = ask_on(p, INT64_MAX, e);
		over = *answered = true;
		for (size_t i = 0; i < p->meta.n_streams; i++) {
			const struct prober *pr = &p->probers[i];
			bool sent = pr->seq > from[i];

			over = over && sent && (is_over(pr) || pr->seq > from[i] + 1);
			if (!p->meta.streams[i].reference)
				*answered = *answered && sent && pr->last_answered;
		}
	}
	take_in(p);
	return r;
}

/* A client that has lost the gateway asks for it again only when its entry is gone. */
static int forget_gateway(struct player *p, struct err *e)
{
	int r = 0;

	for (size_t i = 0; !r && i < p->lab.n_clients; i++)
		r = neighbour_forget(
		    p->lab.clients[i].nl, p->lab.clients[i].eth0, lab_gateway_ip4, e);
	return r;
}

/* As learn(), while lookups go on. */
static int ask_until_known(struct player *p, struct err *e)
{
	int64_t deadline = clock_now_ns() + LEARN_NS;
	bool answered = true;
	int r = all_know(p) ? 0 : forget_gateway(p, e);

	for (bool first = true; !r && (first || !answered || !all_know(p)); first = false) {
		r = ask_once(p, &answered, e);
		if (!r && clock_now_ns() >= deadline)
			r = err_set(e, ETIMEDOUT, "the client did not learn the gateway's MAC%s",
			    answered ? "" : ", or was not answered");
	}
	return r;
}

static void begin(struct player *p)
{
	p->start_ns = clock_now_ns();
	lab_state_put_baseline(p, &p->observers[0].seen, p->start_ns);
	atomic_store(&p->tape->start_real_ns, clock_real_ns());
	atomic_store(&p->tape->start_ns, p->start_ns);
	player_phase(p, PHASE_START, p->start_ns);
}

static int play_subject(struct player *p, struct err *e)
{
	bool answered;
	int r = ask_until_known(p, e);

	if (r)
		return r;
	begin(p);
	for (unsigned i = 0; !r && i < 2 * p->c->rounds; i++) {
		if (i)
			r = ask_until_known(p, e);
		if (!r)
			r = change(p, e);
		if (!r)
			r = ask_once(p, &answered, e);
	}
	/* what is under way is over at its deadline */
	for (size_t i = 0; !r && i < p->meta.n_streams; i++)
		while (!r && !is_over(&p->probers[i]) && clock_now_ns() < p->probers[i].deadline_ns)
			r = player_step(p, p->probers[i].deadline_ns, e);
	take_in(p);
	return r;
}

static int play_rounds(struct player *p, struct err *e)
{
	bool answered;
	int r = learn(p, e);

	if (r)
		return r;
	begin(p);
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
	return r;
}

int stepper_play(struct player *p, struct err *e)
{
	p->warmup_ns = clock_now_ns();
	player_phase(p, PHASE_WARMUP, p->warmup_ns);
	int r = *p->c->subject ? play_subject(p, e) : play_rounds(p, e);
	if (!r) {
		player_phase(p, PHASE_LAST, clock_now_ns());
		player_phase(p, PHASE_END, clock_now_ns());
	}
	return r;
}
