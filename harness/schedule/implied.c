/* SPDX-License-Identifier: GPL-2.0-or-later */
/* implied.c: the shortest outage that shows that a control broke.
 *
 * A bridge that inherits has the lowest MAC of its ports. Its clients know the gateway by that MAC
 * from the warm-up on. When the lowest MAC goes from X to Y, there are two cases:
 *   - X is on no port any more (its port left): every client's frames to X are flooded to nowhere.
 *   - X is still on a port (a lower one joined): frames to X are not for the bridge and are
 * dropped, but for those of the client behind that very port, which are taken in as its port's own.
 *     That client is answered, and to answer it the gateway asks for it by broadcast with its new
 *     MAC: all clients learn Y. So where it looks up nobody is hurt, and the next change counts.
 * The outage ends with the first of
 *   - the client's neighbour entry dying (Linux defaults): first unused up to the next lookup, then
 *     delayed 5 s, then probed 3 times, a second each: 8 s. An entry that was taken from the
 *     gateway's broadcast is stale from the start, so its 5 s may have begun then: 8 s less its
 * age. One that the client asked for itself is reachable for 15 s at least; 5 s of them are kept
 * for building the lab. An older one may be at the end of its delay: 3 s;
 *   - the bridge having X again: the port comes back with the MAC it had, or the lower one leaves;
 *   - the end of the case.
 * MACs that the kernel chooses never come back. They are taken to be lower than the clients'
 * anchors (63 in 64 are). Against other churn nothing is known of them, so any next change may undo
 * the last. The first change that must hurt counts. Lookups see its outage only as far as their
 * spacing lets them, so two of their intervals are taken off; one is left at least.
 *
 * A bridge that is pinned has the MAC that it was given, until an event gives it another or makes
 * it again. Other causes: a dead gateway lasts until the bridge has another MAC than zero or a
 * client's; a gateway's entry for a client that has changed its MAC dies as a client's does. A
 * client that a snooping bridge sends no solicitation is found when it asks for the gateway itself,
 * as its own entry dies, or when a querier makes it report, which one that never reports does not.
 * All else: two intervals. */
#include "schedule/implied.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "scenario/macs.h"

#define DEAD_NS (8 * NS_PER_S)
#define PROBED_NS (3 * NS_PER_S)
#define DELAY_NS (5 * NS_PER_S)
#define SURELY_REACHABLE_NS (10 * NS_PER_S)

/* The bridge's ports, as the schedule has them come and go. */
struct bridge {
	const struct scenario_case *c;
	const struct schedule *s;
	struct mac *ports; /* clients, then churn ports in file order; zero: not there */
	struct mac *macs;  /* the same, also of what is not there now */
	size_t *base;      /* of each churn's ports in `ports` */
	size_t n;
	struct mac lowest; /* zero: no port */
	bool pinned;
	struct mac pin;
	size_t next; /* event */
	uint64_t kernel_macs;
};

/* In place of a MAC that the kernel chooses: a new one each time, lower than any anchor. */
static struct mac stand_in(struct bridge *b)
{
	return mac_from_number(UINT64_C(0x020040000000) + b->kernel_macs++);
}

static void find_lowest(struct bridge *b)
{
	b->lowest = mac_from_number(0);
	for (size_t i = 0; i < b->n; i++)
		if (!mac_is_zero(b->ports[i]) &&
		    (mac_is_zero(b->lowest) || mac_cmp(b->ports[i], b->lowest) < 0))
			b->lowest = b->ports[i];
}

static struct mac gateway(const struct bridge *b)
{
	return b->pinned ? b->pin : b->lowest;
}

static void pin(struct bridge *b, struct mac mac)
{
	b->pin = mac;
	b->pinned = true;
}

static bool bridge_has(const struct bridge *b, struct mac mac)
{
	return !mac_cmp(gateway(b), mac);
}

static void bridge_init(struct bridge *b, const struct scenario_case *c, const struct schedule *s)
{
	*b = (struct bridge){.c = c, .s = s, .n = c->n_clients};
	b->base = mem_alloc(c->n_churns * sizeof(*b->base));
	for (size_t i = 0; i < c->n_churns; i++) {
		b->base[i] = b->n;
		b->n += c->churns[i].count;
	}
	b->ports = mem_alloc(b->n * sizeof(*b->ports));
	b->macs = mem_alloc(b->n * sizeof(*b->macs));
	for (size_t i = 0; i < c->n_clients; i++)
		b->macs[i] = b->ports[i] =
		    mac_is_zero(s->client_port_macs[i]) ? stand_in(b) : s->client_port_macs[i];
	find_lowest(b);
	if (c->pin == PIN_AT_CREATE)
		pin(b, s->bridge_create_mac);
}

static void play_bridge_change(struct bridge *b, const struct sched_event *ev)
{
	if (ev->op == OP_SET_MAC)
		pin(b, mac_is_zero(ev->mac) ? gateway(b) : ev->mac);
	else if (ev->op == OP_RECREATE && ev->change->by == RECREATE_WITHOUT_MAC)
		b->pinned = false;
	else if (ev->op == OP_RECREATE)
		pin(b, ev->change->by == RECREATE_OTHER_MAC ? ev->mac : gateway(b));
}

static void play_change(struct bridge *b, const struct sched_event *ev)
{
	const struct change *what = ev->change;
	size_t i = what->index;

	if (what->whose == WHOSE_BRIDGE) {
		play_bridge_change(b, ev);
		return;
	}
	if (what->whose == WHOSE_CLIENT_END)
		return;
	if (what->whose == WHOSE_PORT)
		i = b->base[what->index] + what->sub;
	if (ev->op == OP_LEAVE)
		b->ports[i] = mac_from_number(0);
	else if (ev->op == OP_JOIN)
		b->ports[i] = b->macs[i];
	else if (ev->op == OP_SET_MAC && !mac_is_zero(ev->mac)) {
		b->macs[i] = ev->mac;
		if (!mac_is_zero(b->ports[i]))
			b->ports[i] = ev->mac;
	}
	find_lowest(b);
}

static void play_event(struct bridge *b, const struct sched_event *ev)
{
	size_t k = 0;

	if (ev->change) {
		play_change(b, ev);
		return;
	}
	const struct churn *churn = &b->c->churns[ev->churn];
	if (churn->count > 1)
		k = strtoul(ev->port + strlen(churn->name) + 1, NULL, 10) - 1;
	k += b->base[ev->churn];
	struct mac *port = &b->ports[k];
	if (ev->op == OP_LEAVE) {
		bool was_lowest = !mac_cmp(*port, b->lowest);

		*port = mac_from_number(0);
		if (was_lowest)
			find_lowest(b);
		return;
	}
	*port = b->macs[k] = mac_is_zero(ev->mac) ? stand_in(b) : ev->mac;
	if (mac_is_zero(b->lowest) || mac_cmp(*port, b->lowest) < 0)
		b->lowest = *port;
}

/* Plays all churn of the next moment there is any. False at the end. */
static bool step(struct bridge *b, int64_t *t)
{
	bool any = false;

	for (; b->next < b->s->n; b->next++) {
		const struct sched_event *ev = &b->s->events[b->next];

		if (ev->op == OP_FAULT)
			continue;
		if (any && ev->t_ns != *t)
			break;
		*t = ev->t_ns;
		any = true;
		play_event(b, ev);
	}
	return any;
}

/* A client that looks up from behind the port with this MAC. */
static bool is_immune(const struct bridge *b, struct mac m)
{
	for (size_t i = 0; i < b->c->n_clients; i++)
		if (b->c->clients[i].looks_up && !mac_cmp(b->ports[i], m))
			return true;
	return false;
}

static bool kernel_order_unknown(const struct scenario_case *c)
{
	bool kernel = false, client = false;

	for (size_t i = 0; i < c->n_clients; i++)
		client |= c->clients[i].port_mac.rule == PORT_MAC_KERNEL;
	for (size_t i = 0; i < c->n_churns; i++)
		kernel |= c->churns[i].port_mac.rule == PORT_MAC_KERNEL;
	return (kernel && c->n_churns > 1) || (client && c->n_churns);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* How long the frames to `old` are lost, after the change at t. */
static int64_t lost_for(struct bridge *b, struct mac old, int64_t t, int64_t entry_ns)
{
	int64_t lost = least(entry_ns, b->c->duration_ns - t), next;
	bool unsure = kernel_order_unknown(b->c);

	while (step(b, &next) && next - t < lost)
		if (unsure || bridge_has(b, old))
			return next - t;
	return lost;
}

/* The ports that are there before, and what the bridge is then. */
static void play_before(struct bridge *b)
{
	int64_t t;

	while (b->next < b->s->n && b->s->events[b->next].t_ns < 0)
		if (!step(b, &t))
			break;
	if (b->c->pin == PIN_TO_OTHER)
		pin(b, b->s->bridge_other_mac);
	else if (b->c->pin == PIN_TO_CURRENT)
		pin(b, gateway(b));
}

static int64_t stale_gateway_ns(struct bridge *b)
{
	int64_t t = 0, learned = -b->c->warmup_ns;
	bool asked = true; /* the clients asked for the gateway themselves */
	struct mac known = gateway(b);

	while (step(b, &t)) {
		int64_t age = t - learned, entry_ns = PROBED_NS;

		if (bridge_has(b, known) || mac_is_zero(gateway(b)))
			continue;
		if (is_immune(b, known)) {
			known = gateway(b);
			learned = t;
			asked = false;
			continue;
		}
		if (asked && age <= SURELY_REACHABLE_NS)
			entry_ns = DEAD_NS;
		else if (!asked && age < DELAY_NS)
			entry_ns = DEAD_NS - age;
		return lost_for(b, known, t, entry_ns);
	}
	return 0;
}

static bool is_dead(const struct bridge *b)
{
	uint64_t n = mac_number(gateway(b));

	return n ? n > MACS_OWN_ENDS && n <= MACS_OWN_ENDS + b->c->n_clients : b->pinned;
}

static int64_t dead_gateway_ns(struct bridge *b)
{
	int64_t t = 0, from = -1;

	while (step(b, &t)) {
		if (from < 0 && is_dead(b))
			from = t;
		else if (from >= 0 && !is_dead(b))
			return t - from;
	}
	return from < 0 ? 0 : b->c->duration_ns - from;
}

static int64_t stale_client_ns(const struct bridge *b)
{
	for (const struct change *ch = b->c->changes; ch < b->c->changes + b->c->n_changes; ch++) {
		int64_t age = ch->at_ns + b->c->warmup_ns;

		if (ch->what == CHANGE_SET_MAC && ch->whose == WHOSE_CLIENT_END)
			return least(age <= SURELY_REACHABLE_NS ? DEAD_NS : PROBED_NS,
			    b->c->duration_ns - ch->at_ns);
	}
	return 0;
}

/* A client's port that joins while STP is on listens and learns first. */
static int64_t not_forwarding_ns(const struct bridge *b)
{
	for (const struct change *ch = b->c->changes; ch < b->c->changes + b->c->n_changes; ch++)
		if (ch->what == CHANGE_JOINS && ch->whose == WHOSE_CLIENT_PORT && b->c->stp)
			return least(2 * b->c->forward_delay_ns, b->c->duration_ns - ch->at_ns);
	return 0;
}

static bool some_never_report(const struct scenario_case *c)
{
	for (size_t i = 0; i < c->n_clients; i++)
		if (c->clients[i].looks_up && c->clients[i].silent)
			return true;
	return false;
}

/* A client that never reports its groups, or whose port has joined again, unknown to it; then the
 * gateway forgets its neighbours. */
static int64_t unresolved_client_ns(const struct bridge *b)
{
	bool never = some_never_report(b->c), silent = never;

	for (const struct sched_event *ev = b->s->events; ev < b->s->events + b->s->n; ev++) {
		const struct change *ch = ev->change;

		if (!ch)
			continue;
		if (ch->whose == WHOSE_CLIENT_PORT && ev->op == OP_JOIN)
			silent = true;
		else if (ch->whose == WHOSE_CLIENT_PORT && ev->op == OP_UP)
			silent = never;
		if (!silent || ch->whose != WHOSE_BRIDGE || ev->op != OP_SET_MAC)
			continue;
		int64_t lost =
		    ev->t_ns + b->c->warmup_ns <= SURELY_REACHABLE_NS ? DEAD_NS : PROBED_NS;
		if (b->c->querier == QUERIER_EVERY && !never)
			lost = least(lost, b->c->querier_every_ns);
		return least(lost, b->c->duration_ns - ev->t_ns);
	}
	return 0;
}

int64_t min_outage_ns(const struct scenario_case *c, const struct schedule *s)
{
	int64_t interval = c->every_ns ? c->every_ns : c->pause_ns, lost = 4 * interval;
	struct bridge b;

	if (c->breaks == CAUSE_NONE)
		return 0;
	bridge_init(&b, c, s);
	play_before(&b);
	if (c->breaks == CAUSE_STALE_GATEWAY)
		lost = stale_gateway_ns(&b);
	else if (c->breaks == CAUSE_DEAD_GATEWAY && c->n_changes)
		lost = dead_gateway_ns(&b);
	else if (c->breaks == CAUSE_STALE_CLIENT && c->n_changes)
		lost = stale_client_ns(&b);
	else if (c->breaks == CAUSE_PORT_NOT_FORWARDING && c->n_changes)
		lost = not_forwarding_ns(&b);
	else if (c->breaks == CAUSE_UNRESOLVED_CLIENT && c->n_changes)
		lost = unresolved_client_ns(&b);
	free(b.base);
	free(b.ports);
	free(b.macs);
	lost -= 2 * interval;
	return lost > interval ? lost : interval;
}
