/* SPDX-License-Identifier: GPL-2.0-or-later */
/* environment_death_test.c: each process of a play dies or hangs at each stage: the play ends in
 * bounded time, is invalid, and names the process. */
#include "test/kit/ctest.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "run/hang.h"
#include "run/play_job.h"
#include "scenario/scenario.h"

/* Half of a second of real time, and nearly as much before, so that there is a middle to hit. */
static const char scenario_text[] =
    "summary: A short one\n"
    "clients: {c1: {}}\n"
    "churn:\n"
    "  lowest: {joins: before, leaves: at 5s, port-mac: below-all}\n"
    "lookups: {every: 250ms, timeout: 1s}\n"
    "warmup: 8s\n"
    "duration: 10s\n"
    "arms:\n"
    "  inherited: {breaks: stale-gateway}\n"
    "  pinned: {bridge: {pin: at-create}}\n";

#define MANY_EVENTS 60 /* of eight lookups or so */

enum victim { WORKER, INIT, PLAYER, CHURNER, DNSMASQ, VICTIMS };
enum stage { BUILDING, STANDING, PLAYING, STAGES, WARMING = STAGES };

static const char *const victims[] = {
    "the worker", "pid 1 of the sandbox", "the player", "the churner", "dnsmasq"};

/* One play with something done to one of its processes, once that and the stage are there. */
struct blow {
	enum victim who;
	enum stage when;
	int signal_no, undo; /* undo: another signal, after so many events */
	unsigned events;
	struct play_job *pj;
	pid_t hit;
	uint64_t used; /* of the tape, when it was hit */
	bool undone;
};

struct blows {
	struct blow *items;
	size_t n;
};

static pid_t find_victim(const struct blow *b)
{
	pid_t at = b->pj->job.pid;

	for (enum victim who = WORKER; at && who < b->who && who < PLAYER; who++)
		at = hang_child(at, NULL);
	if (at && b->who > PLAYER)
		at = hang_child(at, b->who == DNSMASQ ? "dnsmasq" : "steadybridge-test");
	return at;
}

static bool is_answered(const struct tape *tape)
{
	uint64_t n = atomic_load(&tape->used);

	for (uint64_t i = 0; i < n && i < tape->capacity; i++)
		if (atomic_load(&tape->slots[i].ready) && tape->slots[i].ev.type == EV_ANSWER)
			return true;
	return false;
}

static bool is_now(const struct blow *b)
{
	const struct tape *tape = b->pj->tape;

	switch (b->when) {
	case BUILDING:
		return true;
	case STANDING:
		return atomic_load(&tape->stands_ns) != 0;
	case WARMING: /* the churner has been told when to begin */
		return is_answered(tape);
	default:
		return atomic_load(&tape->start_ns) != 0;
	}
}

static void on_tick(void *arg, size_t running)
{
	struct blows *all = arg;
	(void)running;

	for (struct blow *b = all->items; b < all->items + all->n; b++) {
		pid_t pid = b->hit || !b->pj->tape || !is_now(b) ? 0 : find_victim(b);

		if (pid && !kill(pid, b->signal_no)) {
			b->hit = pid;
			b->used = atomic_load(&b->pj->tape->used);
		} else if (b->hit && b->undo && !b->undone && b->pj->tape &&
		           atomic_load(&b->pj->tape->used) >= b->used + b->events) {
			b->undone = !kill(b->hit, b->undo);
		}
	}
}

/* Plays one case for each blow, all at once, with little patience; caller frees each. */
static void play_blows(struct blow *blows, size_t n, int64_t patience_ns, const char *arm)
{
	struct scenario_options o = {0};
	struct buf messages = {0};
	static struct scenario *s;
	struct blows all = {blows, n};
	struct pool pool = {
	    .at_once = (unsigned)n, .tick = on_tick, .tick_arg = &all, .tick_ns = NS_PER_MS};
	struct job **jobs = mem_alloc(n * sizeof(*jobs));
	struct err e = {{0}};
	int signal_no;

	ck_assert_msg(
	    !scenario_parse("short.yaml", scenario_text, strlen(scenario_text), &o, &s, &messages),
	    "%s", messages.s);
	size_t k = 0;
	while (!strstr(s->cases[k].name, arm))
		k++;
	for (size_t i = 0; i < n; i++) {
		blows[i].pj = play_job_new(&s->cases[k], 7, 20, (struct play_id){0}, "test");
		blows[i].pj->batch_link.patience_ns = patience_ns;
		jobs[i] = &blows[i].pj->job;
	}
	ck_assert_msg(!pool_run(&pool, jobs, n, &signal_no, &e), "%s", e.text);
	free(jobs);
}

static void assert_invalid(const struct blow *b, const char *part)
{
	const struct judgement *j = &b->pj->judged.judgement;

	ck_assert_msg(b->hit != 0, "%s was not there", victims[b->who]);
	ck_assert_msg(j->verdict == VERDICT_INVALID && strstr(j->why, part),
	    "signal %d to %s at stage %d: %s: %s; expected invalid, '%s'", b->signal_no,
	    victims[b->who], b->when, verdict_name(j->verdict), j->why, part);
}

/* Each process at each stage, by one signal. */
static void blow_all(struct blow blows[VICTIMS * STAGES], int signal_no, int64_t patience_ns)
{
	for (size_t i = 0; i < VICTIMS * STAGES; i++)
		blows[i] = (struct blow){.who = (enum victim)(i / STAGES),
		    .when = (enum stage)(i % STAGES),
		    .signal_no = signal_no};
	play_blows(blows, VICTIMS * STAGES, patience_ns, "pinned");
}

/* While the lab is built another child of the player may look like the churner. */
static bool may_be_another(const struct blow *b)
{
	return b->who == CHURNER && b->when == BUILDING;
}

CTEST("environment", CTEST_ALONE, NULL, a_process_that_hangs_is_named_and_ended)
{
	struct blow blows[VICTIMS * STAGES];

	blow_all(blows, SIGSTOP, 3 * NS_PER_S);
	for (size_t i = 0; i < ARRAY_SIZE(blows); i++) {
		/* The churner's stop is seen by the player or by the pool. */
		AUTO_FREE char *part =
		    mem_printf("%s%s", blows[i].who == CHURNER ? "" : victims[blows[i].who],
		        may_be_another(&blows[i]) ? "" : " is stopped");

		assert_invalid(&blows[i], part);
		play_job_free(blows[i].pj);
	}
}

CTEST("environment", CTEST_ALONE, NULL, a_process_that_is_killed_makes_the_play_invalid)
{
	static const char *const says[VICTIMS] = {
	    "", "", "", "the churner died", "dnsmasq was killed by signal 9"};
	struct blow blows[VICTIMS * STAGES];

	blow_all(blows, SIGKILL, 20 * NS_PER_S);
	for (size_t i = 0; i < ARRAY_SIZE(blows); i++) {
		assert_invalid(&blows[i], may_be_another(&blows[i]) ? "" : says[blows[i].who]);
		play_job_free(blows[i].pj);
	}
}

/* It answers, but later than a lookup waits. Neither an arm that lost by it nor a control. */
CTEST("environment", CTEST_ALONE, NULL, a_slow_dnsmasq_makes_the_play_invalid)
{
	static const char *const arms[] = {"pinned", "inherited"};

	for (size_t i = 0; i < 2; i++) {
		struct blow blow = {.who = DNSMASQ,
		    .when = PLAYING,
		    .signal_no = SIGSTOP,
		    .undo = SIGCONT,
		    .events = MANY_EVENTS};

		play_blows(&blow, 1, 20 * NS_PER_S, arms[i]);
		ck_assert(blow.undone);
		if (!i)
			assert_invalid(&blow, "dnsmasq");
		ck_assert_int_ne(blow.pj->judged.judgement.verdict, VERDICT_FAIL);
		play_job_free(blow.pj);
	}
}

/* From the warm-up until the port has left. What br0 was like at t=0 is known all the same, but for
 * what must be read at that time. */
CTEST("environment", CTEST_ALONE, NULL, a_player_that_stood_still_says_so)
{
	struct blow blow = {
	    .who = PLAYER, .when = WARMING, .signal_no = SIGSTOP, .undo = SIGCONT, .events = 2};
	struct event baseline = {0}, late = {0}, left = {0};

	play_blows(&blow, 1, 20 * NS_PER_S, "inherited");
	ck_assert(blow.undone);
	const struct trace *t = &blow.pj->trace;
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->type == EV_STATE && !ev->u.state.at_end)
			baseline = *ev;
		else if (ev->type == EV_CHURN && ev->u.churn.op == OP_LEAVE && ev->u.churn.end)
			left = *ev;
		else if (ev->type == EV_LATE && ev->u.late.who == LATE_LOOP &&
		         ev->u.late.stream == UINT16_MAX && left.type && !late.type)
			late = *ev;
	}
	ck_assert(baseline.type && left.type && late.type);
	ck_assert_int_eq(baseline.t_ns, 0);
	ck_assert_msg(!mac_cmp(baseline.u.state.mac, left.u.churn.mac), "it is that of the end");
	ck_assert_int_eq(baseline.u.state.assign_type, STATE_NOT_READ);
	ck_assert_int_gt(late.u.late.late_ns, left.t_ns);
	ck_assert_int_ne(blow.pj->judged.judgement.verdict, VERDICT_FAIL);
	play_job_free(blow.pj);
}
