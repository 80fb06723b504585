/* SPDX-License-Identifier: GPL-2.0-or-later */
/* churner.c: the child that plays a schedule: ports join and leave, one-off changes, faults. */
#include "play/churner.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "net/netns.h"
#include "play/change.h"
#include "play/fault.h"
#include "play/port.h"

/* A link that was deleted is gone within this, or the case is invalid. */
#define GONE_NS (10 * NS_PER_S)

struct churned {
	struct port port;
	const struct sched_event *first; /* its first join */
	const struct sched_event *leave; /* that has begun and not ended, or NULL */
};

struct work {
	const struct scenario_case *c;
	const struct schedule *s;
	struct tape *tape;
	struct port_home home;
	struct fault_tools faults;
	struct change_tools changes;
	struct churned *ports;
	size_t n_ports;
	struct nl_sock *monitor;
	int channel, timer, keep;
	bool by_hand; /* the schedule is over: it only does orders */
	int64_t start_ns, worst_late_ns;
	int64_t busy_until_ns; /* when the last verb of a subject ended */
};

/* When a moment of scenario time comes. */
static int64_t real_time_of(const struct work *w, int64_t t_ns)
{
	return w->start_ns + (int64_t)((double)t_ns / w->s->pace);
}

static int64_t due_of(const struct work *w, const struct sched_event *ev)
{
	return w->start_ns ? real_time_of(w, ev->t_ns) : clock_now_ns();
}

static void stamp(struct work *w, const struct sched_event *ev, bool end, int error)
{
	struct event out = {.t_ns = clock_now_ns(),
	    .type = EV_CHURN,
	    .where = WHERE_ROUTER,
	    .u.churn = {.due_ns = due_of(w, ev),
	        .mac = ev->mac,
	        .op = (uint8_t)ev->op,
	        .end = end,
	        .event = ev->change != NULL,
	        .mtu = ev->change ? ev->change->mtu : 0,
	        .address = ev->change ? (uint8_t)ev->change->address : ADDRESS_NONE,
	        .cycle = ev->cycle,
	        .err = error}};

	if (ev->change && ev->change->whose == WHOSE_CLIENT_END)
		out.where = (uint8_t)(WHERE_CLIENT + ev->change->index);
	memcpy(out.u.churn.port, ev->port, sizeof(out.u.churn.port));
	tape_put(w->tape, &out);
	int64_t due = out.u.churn.due_ns > w->busy_until_ns ? out.u.churn.due_ns : w->busy_until_ns;
	if (!end && out.t_ns - due > w->worst_late_ns)
		w->worst_late_ns = out.t_ns - due;
	if (end && *w->c->subject)
		w->busy_until_ns = out.t_ns;
}

static struct churned *churned_named(struct work *w, const char *name)
{
	for (size_t i = 0; i < w->n_ports; i++)
		if (!strcmp(w->ports[i].port.name, name))
			return &w->ports[i];
	return NULL;
}

/* The link of a port that leaves is gone. */
static void end_leave(struct work *w, struct churned *x)
{
	if (x->leave)
		stamp(w, x->leave, true, 0);
	x->leave = NULL;
	port_gone(&x->port);
}

/* Asks the kernel which links are gone, because notifications were lost. */
static void find_gone_links(struct work *w)
{
	for (struct churned *x = w->ports; x < w->ports + w->n_ports; x++) {
		char name[IF_NAMESIZE];

		if (x->port.leaving && x->port.ifindex &&
		    !if_indextoname((unsigned)x->port.ifindex, name) && errno == ENXIO)
			end_leave(w, x);
	}
}

/* Reads notifications: a link that is gone ends its leave. */
static void read_monitor(struct work *w)
{
	char text[16384] __attribute__((aligned(8)));

	for (;;) {
		int n = (int)recv(nl_socket_get_fd(w->monitor), text, sizeof(text), MSG_DONTWAIT);

		if (n < 0 && errno == ENOBUFS)
			find_gone_links(w);
		if (n < 0 && (errno == EINTR || errno == ENOBUFS))
			continue;
		if (n <= 0)
			return;
		for (struct nlmsghdr *h = (void *)text; nlmsg_ok(h, n); h = nlmsg_next(h, &n)) {
			const struct ifinfomsg *i = nlmsg_data(h);

			if (h->nlmsg_type != RTM_DELLINK || i->ifi_family != AF_UNSPEC)
				continue;
			for (struct churned *x = w->ports; x < w->ports + w->n_ports; x++)
				if (x->port.ifindex == i->ifi_index &&
				    (x->port.leaving || w->by_hand))
					end_leave(w, x);
		}
	}
}

/* A port joins again only when its last link is gone. */
static int wait_gone(struct work *w, const struct port *p, struct err *e)
{
	int64_t deadline = clock_now_ns() + GONE_NS;

	for (read_monitor(w); p->leaving; read_monitor(w)) {
		int r = clock_wait_readable(nl_socket_get_fd(w->monitor), deadline);

		if (r <= 0)
			return r ? err_set(e, -r, "link monitor:")
			         : err_set(e, ETIMEDOUT, "port %s was deleted but still exists",
			               p->name);
	}
	return 0;
}

/* Waits for the end of each leave that has begun, so that its change window has an end. */
static int wait_leaves(struct work *w, struct err *e)
{
	int r = 0;

	for (size_t i = 0; !r && i < w->n_ports; i++)
		if (w->ports[i].leave)
			r = wait_gone(w, &w->ports[i].port, e);
	return r;
}

static int play_event(struct work *w, const struct sched_event *ev, struct err *e)
{
	struct churned *x = churned_named(w, ev->port);
	struct port *p = x ? &x->port : NULL;
	int r;

	if (ev->op == OP_FAULT || ev->change) {
		stamp(w, ev, false, 0);
		r = ev->change ? change_play(&w->changes, ev, p, e)
		               : fault_run(&w->faults, w->c->fault.what, ev->fault_end, ev->mac, e);
		stamp(w, ev, true, r);
		return r;
	}
	if (!p)
		return err_set(e, EINVAL, "no churn port %s", ev->port);
	r = ev->op == OP_JOIN ? wait_gone(w, p, e) : 0;
	if (r)
		return r;
	stamp(w, ev, false, 0);
	r = ev->op == OP_JOIN ? port_join(p, &w->home, ev->mac, e) : port_leave(p, &w->home, e);
	/* a deletion that follows a release is housekeeping, not the leave */
	if (!r && p->leaving && w->c->churns[ev->churn].by != BY_RELEASE)
		x->leave = ev;
	else
		stamp(w, ev, true, r);
	return r;
}

/* Waits for a time on the clock, while links go. 1: an order came first. */
static int wait_until(struct work *w, int64_t at_ns, struct err *e)
{
	struct itimerspec its = {
	    .it_value = {.tv_sec = at_ns / NS_PER_S, .tv_nsec = at_ns % NS_PER_S}};

	if (timerfd_settime(w->timer, TFD_TIMER_ABSTIME, &its, NULL))
		return err_set(e, errno, "timer:");
	do {
		struct pollfd p[3] = {
		    {.fd = w->timer, .events = POLLIN},
		    {.fd = nl_socket_get_fd(w->monitor), .events = POLLIN},
		    {.fd = w->channel, .events = POLLIN},
		};

		if (poll(p, 3, -1) < 0 && errno != EINTR)
			return err_set(e, errno, "poll:");
		if (p[1].revents)
			read_monitor(w);
		if (p[2].revents)
			return 1;
	} while (clock_now_ns() < at_ns);
	return 0;
}

static int make_ports(struct work *w, struct err *e)
{
	size_t cap = 0;

	for (size_t i = 0; i < w->s->n; i++) {
		const struct sched_event *ev = &w->s->events[i];

		if (ev->op != OP_JOIN || ev->change || churned_named(w, ev->port))
			continue;
		struct churned *x = MEM_PUSH(w->ports, w->n_ports, cap);
		*x = (struct churned){
		    .port = {.churn = &w->c->churns[ev->churn], .guest = -1, .tap = -1},
		    .first = ev};
		memcpy(x->port.name, ev->port, sizeof(x->port.name));
	}
	int r = nl_open(&w->home.nl, e);
	if (!r)
		r = nl_open_monitor(RTNLGRP_LINK, &w->monitor, e);
	if (r)
		return r;
	w->changes.home = &w->home;
	nl_socket_set_buffer_size(w->monitor, 1 << 20, 0);
	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w->timer < 0)
		return err_set(e, errno, "timer:");
	w->home.guests = port_make_guest(&w->home, e);
	if (w->home.guests < 0)
		return w->home.guests;
	netns_keep(w->keep, w->home.guests);
	return 0;
}

/* A subject that is too slow for the rate leaves out what the play has no time for. */
static bool is_over(const struct work *w)
{
	return *w->c->subject && clock_now_ns() > real_time_of(w, w->c->duration_ns);
}

static int play_all(struct work *w, size_t next, struct err *e)
{
	int r = 0;

	for (; !r && next < w->s->n && !is_over(w); next++) {
		r = wait_until(w, due_of(w, &w->s->events[next]), e);
		if (!r)
			r = play_event(w, &w->s->events[next], e);
	}
	return r ? r : wait_leaves(w, e);
}

static void report_lateness(struct work *w)
{
	struct event ev = {.t_ns = clock_now_ns(),
	    .type = EV_LATE,
	    .where = WHERE_ROUTER,
	    .u.late = {.who = LATE_CHURNER, .stream = UINT16_MAX, .late_ns = w->worst_late_ns}};

	tape_put(w->tape, &ev);
}

/* Ends the schedule, or has a port join or leave by hand; returns when that has happened. */
static int do_order(struct work *w, const struct churner_order *o, struct err *e)
{
	struct churned *x = churned_named(w, o->port);

	if (o->what == ORDER_HOLD) {
		wait_leaves(w, NULL);
		w->by_hand = true;
		return CHURNER_HELD;
	}
	if (!x)
		return err_set(e, ENOENT, "%s is not a churn port of this case", o->port);
	struct port *p = &x->port;
	int r = wait_gone(w, p, e);
	if (r)
		return r;
	if (o->what == ORDER_LEAVE) {
		r = port_leave(p, &w->home, e);
		return r ? r : wait_gone(w, p, e);
	}
	if (p->ifindex && p->churn->by != BY_RELEASE)
		return err_set(e, EEXIST, "%s has already joined", o->port);
	if (!p->ifindex && p->tap >= 0)
		close(p->tap); /* deleted by somebody else */
	if (!p->ifindex && p->guest >= 0)
		close(p->guest);
	return port_join(p, &w->home, o->mac_given ? o->mac : x->first->mac, e);
}

/* Its taps and the peers' namespaces go with it: it stays until the player has gone. */
static void obey(struct work *w, struct churner_order *o)
{
	do {
		struct err e = {{0}};

		churner_say(w->channel, do_order(w, o, &e), e.text);
	} while (churner_next_order(w->channel, o));
}

/* One event of the schedule at each order, over when it has happened. */
static void step(struct work *w, size_t next)
{
	struct churner_order o;

	do {
		struct err e = {{0}};
		int r = next < w->s->n ? play_event(w, &w->s->events[next++], &e)
		                       : err_set(&e, ENOENT, "the schedule has no event left");

		r = r ? r : wait_leaves(w, &e);
		churner_say(w->channel, r ? r : CHURNER_DONE, e.text);
	} while (churner_next_order(w->channel, &o) && o.what == ORDER_NEXT);
	_exit(0);
}

static void run(struct work *w)
{
	struct err e = {{0}};
	size_t next = 0;
	struct churner_order o;
	int r = make_ports(w, &e);

	while (!r && next < w->s->n && w->s->events[next].t_ns < 0)
		r = play_event(w, &w->s->events[next++], &e);
	churner_say(w->channel, r, e.text);
	if (r || !churner_next_order(w->channel, &o))
		_exit(1);
	if (o.what == ORDER_NEXT)
		step(w, next);
	if (o.what == ORDER_BEGIN) {
		w->start_ns = o.start_ns;
		w->worst_late_ns = 0;
		r = play_all(w, next, &e);
		report_lateness(w);
		if (r <= 0)
			churner_say(w->channel, r ? r : CHURNER_DONE, e.text);
		if (!churner_next_order(w->channel, &o))
			_exit(r < 0);
	}
	obey(w, &o);
	_exit(0);
}

int churner_start(struct churner *ch, const struct scenario_case *c, const struct schedule *s,
    const struct lab *lab, struct tape *tape, int keep, struct err *e)
{
	int pair[2], parent = proc_pidfd(getpid());
	pid_t pid = -1;

	if (parent >= 0 && !socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		pid = fork();
	if (pid < 0)
		return err_set(e, errno, "churner:");
	if (!pid) {
		struct work w = {
		    .c = c,
		    .s = s,
		    .tape = tape,
		    .home = {.router = lab->router,
		        .bridge = lab->bridge,
		        .subject = &lab->subject},
		    .faults = {.lab = lab, .s = s, .talk = -1},
		    .changes = {.c = c, .s = s, .lab = lab},
		    .channel = pair[1],
		    .keep = keep,
		};

		close(pair[0]);
		if (proc_die_with(parent))
			_exit(1);
		run(&w);
	}
	close(parent);
	close(pair[1]);
	*ch = (struct churner){.pid = pid, .channel = pair[0]};
	return 0;
}
