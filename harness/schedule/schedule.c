/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schedule.c: a case's churn as a list of events with times and MACs. */
#include "schedule/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "base/units.h"
#include "scenario/change.h"
#include "scenario/churn.h"
#include "scenario/lookups.h"
#include "scenario/macs.h"
#include "scenario/words.h"
#include "schedule/implied.h"
#include "schedule/rounds.h"
#include "schedule/streams.h"

/* Real time that must lie between two events for the churner to keep up (five cases at once that
 * delete 60 ports a second each made RTNL the limit on two busy cores; 30 a second do not), and
 * between two lookups for the player; a shorter timeout would be missed by a busy machine. */
#define CHURN_REAL_NS (10 * NS_PER_MS)
/* The same where ports are only enslaved and released: 0.2 ms of it each, so 2 ms leave room for a
 * busy machine. With more ports each takes longer, as the bridge looks through all of them for the
 * lowest MAC: 3.6 ms at 1000. */
#define RELEASE_REAL_NS (2 * NS_PER_MS)
#define RELEASE_PORT_REAL_NS (5 * NS_PER_US)
#define LOOKUP_REAL_NS (5 * NS_PER_MS)
#define TIMEOUT_REAL_NS (40 * NS_PER_MS)
/* How long the kernel takes, in real time, before a port of that name can come again: a namespace
 * goes down in 40 to 140 ms; a link is deleted in about 16 ms (rcu_barrier() in netdev_run_todo()),
 * which a delete need not wait for, since the port has left the bridge and its name is free at
 * once. */
#define DEATH_REAL_NS (150 * NS_PER_MS)
#define REPLACE_REAL_NS (25 * NS_PER_MS)
/* Deleting a bridge and making it again takes 75 ms of it, more where others do it at the same
 * time; it must be over by the next lookup. */
#define RECREATE_REAL_NS (800 * NS_PER_MS)
/* The IPv6 addresses that the kernel keeps or makes anew for a bridge that is set up are there when
 * linkwatch has told that it runs (addrconf_link_ready()). That comes at most once a second on the
 * whole machine unless it is urgent, and a bridge's queue has nothing to wait for
 * (linkwatch_urgent_event()). */
#define UP_REAL_NS (1200 * NS_PER_MS)
/* The kernel takes no shorter one with STP (BR_MIN_FORWARD_DELAY). */
#define FORWARD_DELAY_REAL_NS (2 * NS_PER_S)
/* A bridge asks no more often (BR_MULTICAST_QUERY_INTVL_MIN). */
#define ASKS_REAL_NS NS_PER_S
/* How long before the warm-up the ports join that are there before. */
#define BEFORE_NS NS_PER_S

struct events {
	struct sched_event *items;
	size_t n, cap;
};

static void add(struct events *all, const struct sched_event *ev)
{
	*MEM_PUSH(all->items, all->n, all->cap) = *ev;
}

static void add_fault(struct events *all, const struct scenario_case *c, int64_t t, unsigned cycle,
    struct mac mac, bool end)
{
	struct sched_event ev = {
	    .t_ns = t, .op = OP_FAULT, .mac = mac, .cycle = cycle, .fault_end = end};

	snprintf(ev.port, sizeof(ev.port), "%s", fault_name(c->fault.what));
	add(all, &ev);
}

/* The MAC of a churn's port the n-th time. */
static struct mac mac_in_cycle(
    const struct churn *churn, struct mac first, unsigned k, unsigned cycle)
{
	char text[NAME_MAX_LEN + 32];
	uint64_t n = mac_number(first);

	if (churn->port_mac.rule != PORT_MAC_EACH_TIME || !cycle)
		return first;
	snprintf(text, sizeof(text), "%s-%u cycle %u", churn->name, k, cycle);
	return macs_between(rand_seed(n, text));
}

/* One cycle of all ports of a churn: joins, each followed by its fault; then leaves. */
static void add_cycle(struct events *all, const struct scenario_case *c, const struct macs *macs,
    unsigned churn, unsigned cycle)
{
	const struct churn *what = &c->churns[churn];
	int64_t join = churn_join_ns(what, cycle), leave;
	struct sched_event ev = {.churn = churn, .cycle = cycle, .op = OP_JOIN};

	for (unsigned k = 0; k < what->count; k++) {
		ev.t_ns = what->joins == JOIN_BEFORE ? -c->warmup_ns - BEFORE_NS : join;
		ev.mac = mac_in_cycle(what, macs->churns[churn][k], k, cycle);
		churn_port_name(what, k, ev.port);
		add(all, &ev);
		if (c->fault.what == FAULT_UNDO_PIN && ev.t_ns >= 0)
			add_fault(all, c, ev.t_ns, cycle, ev.mac, false);
	}
	if (!churn_leave_ns(what, cycle, &leave))
		return;
	ev.op = OP_LEAVE;
	ev.t_ns = leave;
	for (unsigned k = 0; k < what->count; k++) {
		ev.mac = mac_in_cycle(what, macs->churns[churn][k], k, cycle);
		churn_port_name(what, k, ev.port);
		add(all, &ev);
	}
}

static void add_faults(struct events *all, const struct scenario_case *c, struct mac fault_mac)
{
	const struct fault *f = &c->fault;
	struct mac none = mac_from_number(0);
	unsigned cycle = 0;

	switch (f->what) {
	case FAULT_NONE:
	case FAULT_OVERRIDE:
	case FAULT_UNDO_PIN:
		return;
	case FAULT_GATEWAY_TALKS:
		for (int64_t t = 0; f->every_ns > 0 && t < c->duration_ns; t += f->every_ns)
			add_fault(all, c, t, cycle++, none, false);
		return;
	default:
		add_fault(
		    all, c, f->at_ns, 0, f->what == FAULT_RE_ADDRESS ? fault_mac : none, false);
		if (f->for_ns)
			add_fault(all, c, f->at_ns + f->for_ns, 0, none, true);
	}
}

static void add_changes(struct events *all, const struct scenario_case *c, const struct macs *macs)
{
	for (size_t i = 0; i < c->n_changes; i++) {
		const struct change *what = &c->changes[i];
		struct sched_event ev = {.t_ns = what->at_ns,
		    .op = change_op(what),
		    .mac = macs->changes[i],
		    .change = what};

		change_device(c, what, ev.port);
		add(all, &ev);
	}
}

/* An event with its place in the order of creation. */
struct ordered {
	struct sched_event ev;
	size_t order;
};

/* At one time: churn that leaves, events in file order, churn that joins. */
static int rank(const struct sched_event *ev)
{
	return ev->change ? 1 : ev->op == OP_LEAVE ? 0 : 2;
}

static int by_time(const void *pa, const void *pb)
{
	const struct ordered *a = pa, *b = pb;
	int a_rank = rank(&a->ev), b_rank = rank(&b->ev);

	if (a->ev.t_ns != b->ev.t_ns)
		return a->ev.t_ns < b->ev.t_ns ? -1 : 1;
	if (a_rank != b_rank)
		return a_rank - b_rank;
	return a->order < b->order ? -1 : 1;
}

static void sort_events(struct events *all)
{
	struct ordered *o = mem_alloc(all->n * sizeof(*o));

	for (size_t i = 0; i < all->n; i++)
		o[i] = (struct ordered){all->items[i], i};
	if (all->n)
		qsort(o, all->n, sizeof(*o), by_time);
	for (size_t i = 0; i < all->n; i++)
		all->items[i] = o[i].ev;
	free(o);
}

/* From t to the next lookup of any client; they come at fixed times when they are `every`. */
static int64_t until_lookup(const struct scenario_case *c, int64_t t)
{
	int64_t interval = c->every_ns ? c->every_ns : c->pause_ns, least = interval;
	struct trace_meta meta = {0};

	streams_make(c, &meta);
	for (size_t i = 0; i < meta.n_streams; i++) {
		int64_t phase = schedule_phase_ns(interval, i);
		int64_t d = ((phase - t) % interval + interval) % interval;

		if (!meta.streams[i].reference && d < least)
			least = d;
	}
	free(meta.streams);
	return c->every_ns ? least : least / 2;
}

static int64_t least_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Real time to leave between the event and the next one. */
static int64_t churn_real_ns(const struct scenario_case *c, const struct sched_event *ev)
{
	int64_t ports = (int64_t)c->n_clients;

	for (size_t i = 0; i < c->n_churns; i++)
		ports += c->churns[i].count;
	if (ev->change || ev->op == OP_FAULT || c->churns[ev->churn].by != BY_RELEASE ||
	    c->churns[ev->churn].port_mac.rule == PORT_MAC_KERNEL)
		return CHURN_REAL_NS;
	return least_of(CHURN_REAL_NS, RELEASE_REAL_NS + ports * RELEASE_PORT_REAL_NS);
}

/* Real time to leave between the change and the next lookup, or 0. */
static int64_t bridge_real_ns(const struct scenario_case *c, const struct change *ch)
{
	if (ch->whose != WHOSE_BRIDGE)
		return 0;
	if (ch->what == CHANGE_RECREATE)
		return RECREATE_REAL_NS;
	return ch->what == CHANGE_UP && (c->families & FAMILY_BIT(IP_V6)) ? UP_REAL_NS : 0;
}

/* The asked pace, lowered to what the case can bear; never below 1. */
static double bearable_pace(const struct scenario_case *c, const struct schedule *s, double pace)
{
	int64_t lookups = c->every_ns ? c->every_ns : c->pause_ns;
	double most = (double)lookups / LOOKUP_REAL_NS;

	for (size_t i = 1; i < s->n; i++) {
		int64_t d = s->events[i].t_ns - s->events[i - 1].t_ns;
		double bears = (double)d / (double)churn_real_ns(c, &s->events[i - 1]);

		if (d > 0 && bears < most)
			most = bears;
	}
	for (size_t i = 0; i < c->n_churns; i++) {
		const struct churn *churn = &c->churns[i];
		double away = (double)(churn->joins_ns - churn->leaves_ns);
		bool replaced = churn->by == BY_RELEASE && churn->port_mac.rule == PORT_MAC_KERNEL;

		if (churn->joins != JOIN_EVERY || churn->leaves != LEAVE_AFTER)
			continue;
		if (churn->by == BY_NAMESPACE_DEATH && away / DEATH_REAL_NS < most)
			most = away / DEATH_REAL_NS;
		else if (replaced && away / REPLACE_REAL_NS < most)
			most = away / REPLACE_REAL_NS;
	}
	if (c->stp && (double)c->forward_delay_ns / FORWARD_DELAY_REAL_NS < most)
		most = (double)c->forward_delay_ns / FORWARD_DELAY_REAL_NS;
	if (c->querier == QUERIER_EVERY && (double)c->querier_every_ns / ASKS_REAL_NS < most)
		most = (double)c->querier_every_ns / ASKS_REAL_NS;
	for (size_t i = 0; i < c->n_changes; i++) {
		int64_t takes = bridge_real_ns(c, &c->changes[i]);
		double bears =
		    takes ? (double)until_lookup(c, c->changes[i].at_ns) / (double)takes : most;

		if (bears < most)
			most = bears;
	}
	double timeout = (double)(c->timeout_ns - c->upstream_delay_ns);
	if (timeout / TIMEOUT_REAL_NS < most)
		most = timeout / TIMEOUT_REAL_NS;
	if (streams_pace(c) < most)
		most = streams_pace(c);
	if (c->max_pace < most)
		most = c->max_pace;
	if (!(pace > most))
		most = pace; /* also when it is no number */
	return most > 1 ? most : 1;
}

void schedule_make(const struct scenario_case *c, uint64_t seed, double pace, struct schedule *out)
{
	struct events all = {0};
	struct macs macs;

	macs_make(c, seed, &macs);
	for (unsigned i = 0; i < c->n_churns; i++) {
		uint64_t cycles = c->rounds ? 1 : churn_cycles(&c->churns[i], c->duration_ns);

		for (uint64_t k = 0; k < cycles; k++)
			add_cycle(&all, c, &macs, i, (unsigned)k);
	}
	add_faults(&all, c, macs.fault);
	add_changes(&all, c, &macs);
	sort_events(&all);
	*out = (struct schedule){
	    .events = all.items,
	    .n = all.n,
	    .client_port_macs = macs.clients,
	    .client_macs = macs.own_ends,
	    .bridge_create_mac = macs.bridge_create,
	    .bridge_other_mac = macs.bridge_other,
	    .fault_mac = macs.fault,
	    .seed = seed,
	};
	macs.clients = macs.own_ends = NULL;
	macs_free(&macs);
	out->pace = bearable_pace(c, out, pace);
	out->n_attempts =
	    (unsigned long)(c->duration_ns / (c->every_ns ? c->every_ns : c->pause_ns));
	/* nothing is known of a subject's ports before they come */
	out->min_outage_ns =
	    *c->subject && c->breaks != CAUSE_NONE ? c->timeout_ns : min_outage_ns(c, out);
	if (c->rounds)
		rounds_schedule(c, out);
}

int64_t schedule_phase_ns(int64_t interval_ns, size_t stream)
{
	return lookups_phase_ns(interval_ns, stream);
}

void schedule_free(struct schedule *s)
{
	free(s->events);
	free(s->client_port_macs);
	free(s->client_macs);
	*s = (struct schedule){0};
}

/* When each stream looks up. */
static void lookups_text(const struct scenario_case *c, struct buf *out)
{
	struct trace_meta meta = {0};

	streams_make(c, &meta);
	for (size_t i = 0; i < meta.n_streams; i++) {
		const struct stream *st = &meta.streams[i];
		double interval = (double)st->interval_ns / NS_PER_S;

		if (st->closed_loop)
			buf_printf(
			    out, "lookups  %s  %.3f after the one before\n", st->name, interval);
		else
			buf_printf(out, "lookups  %s  at %.3f and every %.3f\n", st->name,
			    (double)schedule_phase_ns(st->interval_ns, i) / NS_PER_S, interval);
	}
	free(meta.streams);
}

void schedule_text(const struct scenario_case *c, const struct schedule *s, struct buf *out)
{
	lookups_text(c, out);
	for (size_t i = 0; i < s->n; i++) {
		const struct sched_event *ev = &s->events[i];
		char mac[MAC_TEXT];

		buf_printf(out, "%10.3f  ", (double)ev->t_ns / NS_PER_S);
		if (ev->change) {
			change_text(c, ev->change, ev->mac, out);
			continue;
		}
		if (ev->op == OP_FAULT) {
			buf_printf(out, "fault  %s%s", ev->port, ev->fault_end ? " ends" : "");
			if (!mac_is_zero(ev->mac))
				buf_printf(out, "  %s", mac_text(ev->mac, mac));
			buf_puts(out, "\n");
			continue;
		}
		const struct churn *churn = &c->churns[ev->churn];
		buf_printf(out, "%s  %-15s  %s", ev->op == OP_JOIN ? "join " : "leave", ev->port,
		    mac_is_zero(ev->mac) ? "(kernel's choice)" : mac_text(ev->mac, mac));
		buf_printf(out, "  %s\n",
		    ev->op == OP_JOIN ? port_kind_name(churn->kind) : leaves_by_name(churn->by));
	}
}
