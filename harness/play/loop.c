/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loop.c: the event loop of a play. */
#include "play/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/upstream.h"

static int on_ready(struct player *p, uint64_t data, struct err *e)
{
	size_t i = (uint32_t)data;
	uint64_t ticks;
	int r;

	switch ((enum source)(data >> 32)) {
	case SRC_TIMER:
		(void)!read(p->timer, &ticks, sizeof(ticks));
		break;
	case SRC_CHURNER:
		r = churner_read(&p->churner, e);
		if (r < 0)
			return r;
		p->churn_done = true;
		if (!p->c->rounds)
			epoll_ctl(p->epoll, EPOLL_CTL_DEL, p->churner.channel, NULL);
		break;
	case SRC_PROBER:
		prober_read(&p->probers[i]);
		break;
	case SRC_OBSERVER:
		observer_read(&p->observers[i]);
		break;
	case SRC_CAPTURE:
		capture_read(&p->captures[i]);
		break;
	case SRC_DROPS:
		drop_tracepoint_read(&p->drops);
		break;
	case SRC_PAUSE:
		p->paused = true;
		break;
	case SRC_UPSTREAM: /* losses from now on do not matter */
		return upstream_look(p->lab.dnsmasq, e);
	}
	return 0;
}

/* What is read now may be as old as the player is late. */
static void note_lateness(struct player *p, int64_t due_ns)
{
	struct event ev = {.t_ns = clock_now_ns(), .type = EV_LATE, .where = WHERE_ROUTER};

	if (ev.t_ns - due_ns < PROBER_LATE_NS)
		return;
	ev.u.late.who = LATE_LOOP;
	ev.u.late.stream = UINT16_MAX;
	ev.u.late.late_ns = ev.t_ns - due_ns;
	tape_put(p->tape, &ev);
}

int player_step(struct player *p, int64_t wake_ns, struct err *e)
{
	/* even with nothing to do: whatever keeps it from reading for longer must show */
	int64_t beat_ns = clock_now_ns() + TRACE_READ_LATE_REAL_NS;
	int64_t due_ns = wake_ns < beat_ns ? wake_ns : beat_ns;
	struct itimerspec its = {
	    .it_value = {.tv_sec = due_ns / NS_PER_S, .tv_nsec = due_ns % NS_PER_S}};
	struct epoll_event evs[32];
	int r = 0;

	if (timerfd_settime(p->timer, TFD_TIMER_ABSTIME, &its, NULL))
		return err_set(e, errno, "timer:");
	int n = epoll_wait(p->epoll, evs, 32, -1);
	if (n < 0 && errno != EINTR)
		return err_set(e, errno, "epoll:");
	note_lateness(p, due_ns);
	for (int i = 0; !r && i < n; i++)
		r = on_ready(p, evs[i].data.u64, e);
	return r;
}

void player_phase(struct player *p, enum phase phase, int64_t t_ns)
{
	struct event ev = {.t_ns = t_ns, .type = EV_PHASE};

	ev.u.phase.phase = (uint8_t)phase;
	tape_put(p->tape, &ev);
}

int64_t player_real(const struct player *p, int64_t scenario_ns)
{
	return (int64_t)((double)scenario_ns / p->s->pace);
}

int64_t player_patience(const struct player *p, int64_t limit_ns)
{
	int64_t patience_ns = p->batch_link->patience_ns;

	return patience_ns && patience_ns < limit_ns ? patience_ns : limit_ns;
}

int player_churner_hangs(const struct player *p, struct err *e)
{
	return err_set(e, ETIMEDOUT, "the churner did not end%s",
	    proc_is_stopped(p->churner.pid) ? ": it is stopped" : "");
}
