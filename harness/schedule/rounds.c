/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rounds.c: a case played without a clock: a port joins and leaves in a few rounds, by events.
 *
 * A round: the client has learnt the gateway's MAC; the dangerous change; one lookup with a short
 * deadline; the change is undone. Where the port is there and leaves, its leaving is the change;
 * where it joins and stays, its joining is. No neighbour timer comes into it: a stale entry has
 * seconds to live, a round takes milliseconds. The port has the same MAC each time, so undoing puts
 * a stale entry right again. */
#include "schedule/rounds.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/units.h"
#include "scenario/churn.h"
#include "scenario/macs.h"

#define DURATION_NS (ROUNDS * ROUNDS_TIMEOUT_NS) /* about; nothing waits for it */

/* A verb takes 10 ms to some seconds, and a program announces or corrects a MAC within some
 * milliseconds. */
#define SUBJECT_PAUSE_NS (5 * NS_PER_MS)
#define SUBJECT_ATTEMPTS 10000UL

#define NEEDS "it needs a clock: "

static const char *needs_clock(const struct scenario_case *c)
{
	if (c->n_changes)
		return NEEDS "one-off events have their times";
	if (c->n_churns != 1 || c->churns[0].count != 1)
		return NEEDS "ports of several rules, or several ports, come and go";
	if (c->fault.what != FAULT_NONE)
		return NEEDS "a fault has its time";
	if (c->stp)
		return NEEDS "STP has timers";
	if (c->upstream_delay_ns)
		return NEEDS "its upstream answers late";
	if (c->router_sysctls.n || c->client_sysctls.n)
		return NEEDS "an announcement takes its time";
	if (c->exposures_none)
		return NEEDS "nothing may change, for as long as it is played";
	return NULL;
}

static const char *says_nothing(const struct scenario_case *c)
{
	size_t asking = 0;

	for (size_t i = 0; i < c->n_clients; i++) {
		asking += c->clients[i].looks_up;
		if (c->clients[i].knows_gateway)
			return NEEDS "a client asks for no MAC";
		if (c->clients[i].port_mac.rule == PORT_MAC_KERNEL)
			return NEEDS "the kernel chooses MACs";
	}
	if (asking != 1)
		return NEEDS "several clients look up";
	if (c->churns[0].port_mac.rule == PORT_MAC_KERNEL)
		return NEEDS "the kernel chooses MACs";
	if (c->breaks != CAUSE_NONE && c->breaks != CAUSE_STALE_GATEWAY)
		return NEEDS "only a stale gateway shows at once";
	if (c->limits.lost)
		return NEEDS "the arm may lose lookups";
	if (c->families != FAMILY_BIT(IP_V4) || c->transports != TRANSPORT_BIT(TRANSPORT_UDP) ||
	    c->answer_size)
		return NEEDS "its lookups are not plain UDP over IPv4";
	return NULL;
}

/* Is the port's MAC below those of all clients' ports? And has a silent client the lowest of these,
 * so that who looks up is not spared when a lower port joins? A subject's port is taken to be
 * lower: that is seen when it is played. */
static const char *wrong_macs(const struct scenario_case *c, const struct macs *macs)
{
	bool joins = *c->subject || c->churns[0].leaves == LEAVE_NEVER;
	size_t lowest = 0;

	if (!churn_cycles(&c->churns[0], c->duration_ns))
		return NEEDS "no port comes or goes";
	for (size_t i = 0; i < c->n_clients; i++) {
		if (!*c->subject && mac_cmp(macs->churns[0][0], macs->clients[i]) > 0)
			return NEEDS "its port is not the lowest";
		if (mac_cmp(macs->clients[i], macs->clients[lowest]) < 0)
			lowest = i;
	}
	if (joins && c->clients[lowest].looks_up)
		return NEEDS "who looks up has the lowest port and is spared";
	return NULL;
}

/* The subject's ports have MACs of the kernel's choice, so each change is dangerous, and what it
 * lost is not put right by undoing it. Lookups go on all the time. */
static void subject_case(const struct scenario_case *c, struct scenario_case *out)
{
	*out = *c;
	out->rounds = ROUNDS;
	out->every_ns = 0;
	out->pause_ns = SUBJECT_PAUSE_NS;
	out->timeout_ns = ROUNDS_TIMEOUT_NS;
	out->warmup_ns = ROUNDS_TIMEOUT_NS;
}

int rounds_case(const struct scenario_case *c, struct scenario_case *out, const char **why)
{
	struct macs macs;

	*why = NULL;
	if (!*c->subject)
		*why = needs_clock(c);
	if (!*c->subject && !*why)
		*why = says_nothing(c);
	if (!*why) {
		macs_make(c, 1, &macs);
		*why = wrong_macs(c, &macs);
		macs_free(&macs);
	}
	if (*why)
		return -ENOTSUP;
	if (*c->subject) {
		subject_case(c, out);
		return 0;
	}
	*out = *c;
	out->rounds = ROUNDS;
	out->every_ns = 0;
	out->pause_ns = ROUNDS_TIMEOUT_NS;
	out->timeout_ns = ROUNDS_TIMEOUT_NS;
	out->warmup_ns = ROUNDS_TIMEOUT_NS;
	out->duration_ns = DURATION_NS;
	return 0;
}

bool rounds_begin_by_join(const struct scenario_case *c)
{
	return *c->subject ||
	       (c->churns[0].leaves == LEAVE_NEVER && c->churns[0].joins != JOIN_BEFORE);
}

void rounds_schedule(const struct scenario_case *c, struct schedule *s)
{
	bool joins_first = rounds_begin_by_join(c);
	size_t n = 2 * (size_t)c->rounds - (!*c->subject && joins_first);
	struct sched_event *events = mem_alloc(n * sizeof(*events)), join = s->events[0];

	for (size_t i = 0; i < n; i++) {
		events[i] = join;
		events[i].op = i % 2 ? OP_LEAVE : OP_JOIN;
		events[i].cycle = (unsigned)(i / 2);
		/* one that is there before has no place among the rounds */
		events[i].t_ns = !joins_first && !i ? -2 * c->warmup_ns : (int64_t)i * NS_PER_MS;
	}
	free(s->events);
	s->events = events;
	s->n = n;
	s->pace = 1;
	s->n_attempts = *c->subject ? SUBJECT_ATTEMPTS : 2UL * c->rounds;
	s->min_outage_ns = c->breaks == CAUSE_NONE ? 0 : c->timeout_ns;
}
