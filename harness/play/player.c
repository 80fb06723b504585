/* SPDX-License-Identifier: GPL-2.0-or-later */
/* player.c: plays one case in the caller's sandbox and puts all of it on the tape.
 *
 * Order: lab, ports that join before, a later pin, carrier and dnsmasq, one answer for each client,
 * neighbour timers, observers (joined, then dumped), captures, warm-up, t=0, churn and lookups
 * until `duration`, the last deadline, the bridge at rest. From warm-up to the last deadline the
 * loop sends no request to the kernel, writes no file and never blocks: everything is an fd in one
 * epoll. */
#include "play/player.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/upstream.h"
#include "play/lab_setup.h"
#include "play/lab_shell.h"
#include "play/lab_state.h"
#include "play/loop.h"
#include "play/shell_server.h"
#include "play/stepper.h"
#include "schedule/schedule.h"

/* Timeout for the churner to end after the last deadline, else the case is invalid; it may wait 10
 * s for the kernel to remove a link. */
#define CHURN_END_NS (12 * NS_PER_S)
/* So old may a client's entry be when warm-up begins: a tenth of the default base_reachable_time.
 */
#define ENTRY_AGE_NS (3 * NS_PER_S)
/* Frames that are late by this much in real time are still seen after the last deadline. */
#define LATE_FRAMES_NS (200 * NS_PER_MS)

/* Runs the loop until until_ns, or a pause; attempts due before send_end_ns are sent. */
static int loop_until(struct player *p, int64_t until_ns, int64_t send_end_ns, struct err *e)
{
	for (;;) {
		int64_t now = clock_now_ns(), wake = until_ns;

		for (size_t i = 0; i < p->meta.n_streams; i++) {
			prober_run(&p->probers[i], now, send_end_ns);
			int64_t w = prober_wake_ns(&p->probers[i]);
			if (w < wake && !(p->probers[i].due_ns >= send_end_ns &&
			                    p->probers[i].deadline_ns == INT64_MAX))
				wake = w;
		}
		if (clock_now_ns() >= until_ns)
			return 0;
		p->rest = p->observers[0].seen;
		int r = player_step(p, wake, e);
		if (r || p->paused)
			return r;
	}
}

static void set_times(struct player *p)
{
	p->warmup_ns = clock_now_ns();
	p->start_ns = p->warmup_ns + player_real(p, p->c->warmup_ns);
	p->end_ns = p->start_ns + player_real(p, p->c->duration_ns);
	for (size_t i = 0; i < p->meta.n_streams; i++) {
		const struct stream *st = &p->meta.streams[i];
		int64_t steps = st->interval_ns ? p->c->warmup_ns / st->interval_ns : 0;

		/* On the grid of t=0, so that warm-up does not shift the attempts that are judged.
		 */
		p->probers[i].due_ns =
		    p->start_ns +
		    player_real(p, schedule_phase_ns(st->interval_ns, i) - steps * st->interval_ns);
	}
}

/* Since the first lookups the clients' entries have aged, while the lab's timers were set, which
 * takes RTNL. An outage by a stale entry is shorter by as much. */
static void note_age(struct player *p)
{
	struct event ev = {.t_ns = p->start_ns, .type = EV_LATE, .where = WHERE_ROUTER};

	ev.u.late.who = LATE_LOOP;
	ev.u.late.stream = UINT16_MAX;
	ev.u.late.late_ns = p->warmup_ns - p->asked_ns;
	if (ev.u.late.late_ns > player_real(p, ENTRY_AGE_NS))
		tape_put(p->tape, &ev);
}

/* Of the processes that handle lookups. */
static int64_t cpu_ns(const struct player *p)
{
	return clock_cpu_ns(0) + (p->lab.dnsmasq > 0 ? clock_cpu_ns(p->lab.dnsmasq) : 0);
}

static bool last_answered(const struct player *p)
{
	for (size_t i = 0; i < p->meta.n_streams; i++)
		if (p->probers[i].seq && !p->probers[i].last_answered)
			return false;
	return true;
}

static int play(struct player *p, struct err *e)
{
	int64_t last = 0, before_ns = cpu_ns(p);

	set_times(p);
	p->rest = p->observers[0].seen; /* the loop may be entered too late for a step */
	player_phase(p, PHASE_WARMUP, p->warmup_ns);
	int r = churner_tell(
	    &p->churner, &(struct churner_order){.what = ORDER_BEGIN, .start_ns = p->start_ns}, e);
	if (!r)
		r = loop_until(p, p->start_ns, p->end_ns, e);
	if (r || p->paused)
		return r;
	lab_state_put_baseline(p, &p->rest, p->start_ns);
	atomic_store(&p->tape->start_real_ns, clock_real_ns() - (clock_now_ns() - p->start_ns));
	atomic_store(&p->tape->start_ns, p->start_ns);
	player_phase(p, PHASE_START, p->start_ns);
	note_age(p);
	r = loop_until(p, p->end_ns, p->end_ns, e);
	if (r || p->paused)
		return r;
	player_phase(p, PHASE_LAST, clock_now_ns());
	for (size_t i = 0; i < p->meta.n_streams; i++)
		if (p->probers[i].last_sent_ns + p->probers[i].timeout_ns > last)
			last = p->probers[i].last_sent_ns + p->probers[i].timeout_ns;
	r = loop_until(p, last + NS_PER_MS, p->end_ns, e);
	/* What was not answered by then may be late, not lost, and only its frames show that. */
	for (int64_t limit = clock_now_ns() + LATE_FRAMES_NS;
	     !r && !p->paused && !last_answered(p) && clock_now_ns() < limit;)
		r = loop_until(p, clock_now_ns() + NS_PER_MS, p->end_ns, e);
	if (r || p->paused)
		return r;
	/* A late churner ends late; its last events still belong to the case. */
	for (int64_t deadline = clock_now_ns() + player_patience(p, CHURN_END_NS);
	     !r && !p->churn_done && !p->paused;) {
		if (clock_now_ns() >= deadline)
			return player_churner_hangs(p, e);
		r = loop_until(p, clock_now_ns() + NS_PER_MS, p->end_ns, e);
	}
	if (!r && !p->paused)
		player_phase(p, PHASE_END, clock_now_ns());
	if (p->batch_link->cpu_ns)
		atomic_store(p->batch_link->cpu_ns, cpu_ns(p) - before_ns);
	return r;
}

/* The trace ends here: churn has stopped, what has arrived is read, nothing more is recorded. */
static int pause_play(struct player *p, int64_t *at_ns, struct err *e)
{
	int r = shell_server_hold_churner(&p->churner, e);

	if (r)
		return r;
	for (size_t i = 0; i < p->n_observers; i++)
		observer_read(&p->observers[i]);
	for (size_t i = 0; i < p->n_captures; i++)
		capture_read(&p->captures[i]);
	for (size_t i = 0; i < p->meta.n_streams; i++)
		prober_read(&p->probers[i]);
	int64_t now = clock_now_ns();
	player_phase(p, PHASE_PAUSED, now);
	*at_ns = (int64_t)((double)(now - p->start_ns) * p->s->pace);
	return 0;
}

static int open_drops(struct player *p, struct err *e)
{
	struct err why = {{0}};
	int r = drop_tracepoint_open(&p->drops, &why);

	return r ? err_set(e, -r, "no drop tracepoint: %.900s", why.text) : 0;
}

/* What the kernel dropped since warm-up. */
static int put_drops(struct player *p, struct err *e)
{
	struct drop_tracepoint *d = &p->drops;
	int r = drop_tracepoint_end(d, e);

	for (size_t i = 0; !r && i < d->n; i++) {
		const struct drop *drop = &d->items[i];
		struct event ev = {.t_ns = drop->t_ns, .type = EV_DROP, .where = WHERE_ROUTER};
		char reason[64];

		ev.u.drop.protocol = drop->protocol == ETH_P_IPV6  ? DROP_IPV6
		                     : drop->protocol == ETH_P_ARP ? DROP_ARP
		                                                   : DROP_IPV4;
		snprintf(ev.u.drop.function, sizeof(ev.u.drop.function), "%.27s",
		    drop_names_find(&d->names, drop->function));
		snprintf(ev.u.drop.caller, sizeof(ev.u.drop.caller), "%.23s",
		    drop_names_caller(&d->names, drop));
		snprintf(ev.u.drop.reason, sizeof(ev.u.drop.reason), "%.25s",
		    drop_format_reason(&d->format, drop->reason, reason, sizeof(reason)));
		tape_put(p->tape, &ev);
	}
	if (d->lost) {
		struct event ev = {
		    .t_ns = clock_now_ns(), .type = EV_OVERRUN, .u.overrun = {OVERRUN_DROPS}};

		ev.u.overrun.lost = d->lost < UINT32_MAX ? (uint32_t)d->lost : UINT32_MAX;
		tape_put(p->tape, &ev);
	}
	return r;
}

static void close_captures(struct player *p)
{
	for (size_t i = 0; i < p->n_captures; i++)
		capture_close(&p->captures[i]);
	p->n_captures = 0;
}

/* Plays the case that lab_setup() has set up, or opens a shell in its lab. */
static int play_or_open_shell(struct player *p, struct err *e)
{
	const struct lab_shell *h = p->batch_link->shell;
	int64_t at_ns = -1;
	int r;

	if (!h || h->pause >= 0) {
		r = p->meta.play.drops ? drop_tracepoint_begin(&p->drops, e) : 0;
		if (!r)
			r = p->c->rounds ? stepper_play(p, e) : play(p, e);
		if (r || !p->paused)
			return r;
		r = pause_play(p, &at_ns, e);
	} else {
		r = shell_server_hold_churner(&p->churner, e);
	}
	close_captures(p); /* losses of captures no longer matter */
	return r ? r : lab_shell_open(p, h, at_ns, e);
}

int player_play(const struct scenario_case *c, const struct schedule *s,
    const struct trace_meta *meta, const char *dnsmasq_conf, struct tape *tape,
    const struct batch_link *batch_link, struct err *e)
{
	struct player p = {.c = c,
	    .s = s,
	    .meta = *meta,
	    .tape = tape,
	    .batch_link = batch_link,
	    .epoll = -1,
	    .timer = -1};

	player_phase(&p, PHASE_LAB, clock_now_ns());
	struct observer_tables tables = {0};
	int r = meta->play.drops ? open_drops(&p, e) : 0;
	if (!r)
		r = observer_tables_open(&tables, e);
	if (!r)
		r = lab_setup(&p, dnsmasq_conf, e);
	if (!r)
		r = play_or_open_shell(&p, e);
	proc_prefer_no_more();                /* what follows can wait for those that play */
	bool over = !p.paused && p.warmup_ns; /* else a person was in the lab */
	/* The reason for what was lost or never came. */
	if (((!r && over) || r == -ETIMEDOUT) && p.lab.dnsmasq > 0 &&
	    upstream_look(p.lab.dnsmasq, e))
		r = -ECHILD;
	close_captures(&p);
	if (!r && p.drops.n_rings)
		r = put_drops(&p, e);
	drop_tracepoint_close(&p.drops);
	if (!r && over)
		r = lab_state_read_timers(&p, p.warmup_ns, e);
	if (!r && over)
		r = lab_state_put_end(&p, e);
	if (!r && over && p.lab.subject.subject)
		r = subject_verb(&p.lab.subject, "down", SUBJECT_VERB_NS, e);
	if (!p.paused)
		observer_tables_close(&tables, tape);
	if (r && !p.warmup_ns)
		lab_state_put_unbuilt(&p);
	const char *why = r ? e->text : "";
	for (int64_t now = clock_now_ns(); *why;) {
		struct event ev = {.t_ns = now};

		why += event_words(&ev, why);
		tape_put(tape, &ev);
	}
	return r;
}
