/* SPDX-License-Identifier: GPL-2.0-or-later */
/* macs.c: the MACs of a case's bridge ports.
 *
 * Numbers are laid out so that chance never upsets an order that a scenario asked for:
 *
 *     00:00:00:00:00:01 .. 00:ff:..   below-all, when a fixed MAC leaves no room above
 *     02:00:00:00:00:01 .. 02:00:00:  below-all
 *     02:00:5e:00:53:00 .. ff         the clients' own ends
 *     02:01:..          .. fa:ff:..   random ports: each changes what the bridge inherits
 *     fe:00:..          .. fe:bf:..   random clients: anchors
 *     fe:c0:..          .. fe:fe:..   the bridge's own, when pinned
 *     fe:ff:..                        above-all
 *
 * What an event sets "below-all" or "above-all" is next to the lowest or the highest of all ports.
 *
 * Below-all means below whatever is there when the port joins, at each join with the same MAC. So
 * it lies below everything that is not itself below-all; and of two that are, the one that first
 * joins later is the lower one. The kernel's random MACs are nearly never below 02:01. */
#include "scenario/macs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"

#define LOCAL_FIRST UINT64_C(0x020000000000)
#define BELOW_END UINT64_C(0x020001000000)
#define RANDOM_FIRST UINT64_C(0x020100000000)
#define ANCHOR_FIRST UINT64_C(0xfe0000000000)
#define BRIDGE_FIRST UINT64_C(0xfec000000000)
#define ABOVE_FIRST UINT64_C(0xfeff00000000)
#define LAST UINT64_C(0xfeffffffffff)

/* A port whose MAC is below or above all others. */
struct extreme {
	bool churn;
	size_t index, sub; /* of the client, or of the churn and its port */
	int64_t first_join_ns;
};

struct extremes {
	struct extreme *items;
	size_t n, cap;
};

struct range {
	uint64_t first, last; /* none when first > last */
};

static uint64_t room(struct range r)
{
	return r.first > r.last ? 0 : r.last - r.first + 1;
}

static int64_t first_join(const struct churn *churn)
{
	return churn->joins == JOIN_BEFORE ? -1 : churn->joins == JOIN_AT ? churn->joins_ns : 0;
}

/* The ports with this rule, by the time of their first join. */
static void find_extremes(
    const struct scenario_case *c, enum port_mac_rule rule, struct extremes *out)
{
	*out = (struct extremes){0};
	for (size_t i = 0; i < c->n_clients; i++)
		if (c->clients[i].port_mac.rule == rule)
			*MEM_PUSH(out->items, out->n, out->cap) =
			    (struct extreme){.index = i, .first_join_ns = -2};
	for (size_t i = 0; i < c->n_churns; i++)
		for (size_t k = 0; k < c->churns[i].count && c->churns[i].port_mac.rule == rule;
		     k++)
			*MEM_PUSH(out->items, out->n, out->cap) =
			    (struct extreme){true, i, k, first_join(&c->churns[i])};
	/* stable: file order among equals */
	for (size_t i = 1; i < out->n; i++) {
		struct extreme x = out->items[i];
		size_t k = i;

		for (; k && out->items[k - 1].first_join_ns > x.first_join_ns; k--)
			out->items[k] = out->items[k - 1];
		out->items[k] = x;
	}
}

static void widen(struct range *fixed, const struct port_mac *p)
{
	uint64_t n = mac_number(p->fixed);

	if (p->rule != PORT_MAC_FIXED || !n)
		return;
	if (n < fixed->first)
		fixed->first = n;
	if (n > fixed->last)
		fixed->last = n;
}

/* The lowest and the highest fixed MAC. */
static struct range fixed_range(const struct scenario_case *c)
{
	struct range fixed = {UINT64_MAX, 0};

	for (size_t i = 0; i < c->n_clients; i++)
		widen(&fixed, &c->clients[i].port_mac);
	for (size_t i = 0; i < c->n_churns; i++)
		widen(&fixed, &c->churns[i].port_mac);
	return fixed;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static struct range below_range(const struct scenario_case *c, size_t n)
{
	uint64_t lowest = fixed_range(c).first;
	struct range local = {LOCAL_FIRST + 1, lesser(lowest, BELOW_END) - 1};
	struct range global = {1, lesser(lowest, UINT64_C(0x010000000000)) - 1};

	return room(local) >= n ? local : global;
}

static struct range above_range(const struct scenario_case *c)
{
	uint64_t highest = fixed_range(c).last;

	return (struct range){highest >= ABOVE_FIRST ? highest + 1 : ABOVE_FIRST, LAST};
}

/* Two ports that come and go together never meet a port of their kind when they join. */
static bool in_step(const struct churn *a, const struct churn *b)
{
	return a->joins == JOIN_EVERY && b->joins == JOIN_EVERY && a->joins_ns == b->joins_ns &&
	       a->leaves == b->leaves && a->leaves_ns == b->leaves_ns;
}

/* A port that joins again while one is there that had to go beyond it. */
static bool ranks_clash(const struct scenario_case *c, const struct extremes *x, size_t *index)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct extreme *p = &x->items[i], *q;

		if (!p->churn || c->churns[p->index].joins != JOIN_EVERY)
			continue;
		/* the ports of one churn, and churns in step, stand in any order */
		for (size_t k = i + 1; k < x->n; k++) {
			q = &x->items[k];
			if (q->index != p->index &&
			    !in_step(&c->churns[p->index], &c->churns[q->index])) {
				*index = p->index;
				return true;
			}
		}
		/* one answer for all of them */
		while (i + 1 < x->n && x->items[i + 1].churn && x->items[i + 1].index == p->index)
			i++;
	}
	return false;
}

const char *macs_impossible(const struct scenario_case *c, bool *churn, size_t *index)
{
	struct extremes below, above;
	const char *why = NULL;

	find_extremes(c, PORT_MAC_BELOW_ALL, &below);
	find_extremes(c, PORT_MAC_ABOVE_ALL, &above);
	*churn = true;
	if (below.n && room(below_range(c, below.n)) < below.n) {
		why = "no MAC is left below the lowest one";
		*churn = below.items[0].churn;
		*index = below.items[0].index;
	} else if (above.n && room(above_range(c)) < above.n) {
		why = "no MAC is left above the highest one";
		*churn = above.items[0].churn;
		*index = above.items[0].index;
	} else if (ranks_clash(c, &below, index) || ranks_clash(c, &above, index)) {
		why = "it joins again while another port of the same rule is there";
	}
	free(below.items);
	free(above.items);
	return why;
}

struct used {
	uint64_t *items;
	size_t n, cap;
};

static bool is_used(const struct used *u, uint64_t n)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->items[i] == n)
			return true;
	return n >= MACS_OWN_ENDS && n < MACS_OWN_ENDS + 256;
}

/* An unused unicast, locally administered MAC of the range. */
static struct mac draw(struct used *u, uint64_t *state, struct range r)
{
	uint64_t n;

	do {
		n = r.first + rand_next(state) % room(r);
		n = (n & ~(UINT64_C(1) << 40)) | UINT64_C(2) << 40;
	} while (n < r.first || n > r.last || is_used(u, n));
	*MEM_PUSH(u->items, u->n, u->cap) = n;
	return mac_from_number(n);
}

/* What chance makes equal, one in 2^40, is no port's that matters: below all anchors it is anyway.
 */
struct mac macs_between(uint64_t state)
{
	struct range r = {RANDOM_FIRST, ANCHOR_FIRST - 1};
	struct used none = {0};
	struct mac mac = draw(&none, &state, r);

	free(none.items);
	return mac;
}

static uint64_t state_of(uint64_t group_seed, const char *name, size_t sub)
{
	char text[64];

	snprintf(text, sizeof(text), "%s-%zu", name, sub);
	return rand_seed(group_seed, text);
}

static void place_extremes(const struct scenario_case *c, enum port_mac_rule rule, uint64_t seed,
    struct macs *out, struct used *u)
{
	struct extremes x;

	find_extremes(c, rule, &x);
	struct range r = rule == PORT_MAC_BELOW_ALL ? below_range(c, x.n) : above_range(c);
	uint64_t slot = x.n ? room(r) / x.n : 0;

	for (size_t i = 0; i < x.n && slot; i++) {
		const struct extreme *p = &x.items[i];
		const char *name = p->churn ? c->churns[p->index].name : c->clients[p->index].name;
		uint64_t state = state_of(seed, name, p->sub);
		size_t rank = rule == PORT_MAC_BELOW_ALL ? x.n - 1 - i : i;
		uint64_t n = r.first + rank * slot + rand_next(&state) % slot;

		*MEM_PUSH(u->items, u->n, u->cap) = n;
		if (p->churn)
			out->churns[p->index][p->sub] = mac_from_number(n);
		else
			out->clients[p->index] = mac_from_number(n);
	}
	free(x.items);
}

static void place_fixed(const struct scenario_case *c, struct macs *out, struct used *u)
{
	for (size_t i = 0; i < c->n_clients; i++)
		if (c->clients[i].port_mac.rule == PORT_MAC_FIXED) {
			out->clients[i] = c->clients[i].port_mac.fixed;
			*MEM_PUSH(u->items, u->n, u->cap) = mac_number(out->clients[i]);
		}
	for (size_t i = 0; i < c->n_churns; i++)
		if (c->churns[i].port_mac.rule == PORT_MAC_FIXED) {
			out->churns[i][0] = c->churns[i].port_mac.fixed;
			*MEM_PUSH(u->items, u->n, u->cap) = mac_number(out->churns[i][0]);
		}
}

static void place_bridge(
    const struct scenario_case *c, uint64_t seed, struct macs *out, struct used *u)
{
	struct range above = {BRIDGE_FIRST, ABOVE_FIRST - 1}, any = {RANDOM_FIRST, LAST};
	uint64_t state = rand_seed(seed, " bridge");

	for (size_t i = 0; i < c->n_clients; i++)
		if (mac_number(out->clients[i]) >= above.first)
			above = (struct range){mac_number(out->clients[i]) + 1, LAST};
	if (room(above) < 4096)
		above = any;
	/* drawn in any case, so that all else is the same in arms with another pin */
	out->bridge_create = draw(u, &state, above);
	if (!mac_is_zero(c->pin_mac))
		out->bridge_create = c->pin_mac;
	out->bridge_other = draw(u, &state, above);
	out->fault = draw(u, &state, any);
}

/* The lowest and the highest MAC of all ports. */
static struct range placed(const struct scenario_case *c, const struct macs *m)
{
	struct range all = {UINT64_MAX, 0};

	for (size_t i = 0; i < c->n_clients; i++)
		widen(&all, &(struct port_mac){PORT_MAC_FIXED, m->clients[i]});
	for (size_t i = 0; i < c->n_churns; i++)
		for (size_t k = 0; k < c->churns[i].count; k++)
			widen(&all, &(struct port_mac){PORT_MAC_FIXED, m->churns[i][k]});
	return all;
}

/* Below (or above) all ports, and each later change's beyond those of the earlier ones. */
static struct mac beyond(const struct scenario_case *c, size_t index, struct range ports)
{
	const struct change *what = &c->changes[index];
	bool below = what->mac == CHANGE_MAC_BELOW_ALL;
	struct range r = {LOCAL_FIRST + 1, ports.first - 1};
	uint64_t n = 0, rank = 0;

	for (size_t i = 0; i < c->n_changes; i++) {
		const struct change *o = &c->changes[i];

		if (o->what != CHANGE_SET_MAC || o->mac != what->mac)
			continue;
		n++;
		rank += o->at_ns < what->at_ns || (o->at_ns == what->at_ns && i <= index);
	}
	if (below && (ports.first <= r.first || room(r) < n))
		r.first = 1;
	return mac_from_number(below ? r.first + n - rank : ports.last + rank);
}

static void place_changes(
    const struct scenario_case *c, uint64_t seed, struct macs *out, struct used *u)
{
	struct range own = {ANCHOR_FIRST, BRIDGE_FIRST - 1},
	             ports = {RANDOM_FIRST, ANCHOR_FIRST - 1},
	             bridge = {BRIDGE_FIRST, ABOVE_FIRST - 1}, all = placed(c, out);

	for (size_t i = 0; i < c->n_changes; i++) {
		const struct change *what = &c->changes[i];
		uint64_t state = state_of(seed, " change", i);

		if (what->what == CHANGE_RECREATE && what->by == RECREATE_OTHER_MAC)
			out->changes[i] = draw(u, &state, bridge);
		if (what->what != CHANGE_SET_MAC && what->what != CHANGE_SENDS_AS)
			continue;
		if (what->mac == CHANGE_MAC_FIXED)
			out->changes[i] = what->fixed;
		else if (what->mac == CHANGE_MAC_BELOW_ALL || what->mac == CHANGE_MAC_ABOVE_ALL)
			out->changes[i] = beyond(c, i, all);
		else if (what->mac == CHANGE_MAC_RANDOM)
			out->changes[i] = draw(u, &state,
			    what->whose == WHOSE_BRIDGE ? bridge
			    : what->whose == WHOSE_PORT ? ports
			                                : own);
	}
}

void macs_make(const struct scenario_case *c, uint64_t seed, struct macs *out)
{
	struct range ports = {RANDOM_FIRST, ANCHOR_FIRST - 1};
	struct range anchors = {ANCHOR_FIRST, BRIDGE_FIRST - 1};
	struct used u = {0};

	seed = rand_seed(seed, c->group);
	out->clients = mem_alloc(c->n_clients * sizeof(*out->clients));
	out->own_ends = mem_alloc(c->n_clients * sizeof(*out->own_ends));
	out->churns = mem_alloc(c->n_churns * sizeof(*out->churns));
	out->n_churns = c->n_churns;
	for (size_t i = 0; i < c->n_churns; i++)
		out->churns[i] = mem_alloc(c->churns[i].count * sizeof(**out->churns));
	place_fixed(c, out, &u);
	place_extremes(c, PORT_MAC_BELOW_ALL, seed, out, &u);
	place_extremes(c, PORT_MAC_ABOVE_ALL, seed, out, &u);
	for (size_t i = 0; i < c->n_clients; i++) {
		uint64_t state = state_of(seed, c->clients[i].name, 0);

		out->own_ends[i] = mac_from_number(MACS_OWN_ENDS + 1 + i);
		if (c->clients[i].port_mac.rule == PORT_MAC_RANDOM)
			out->clients[i] = draw(&u, &state, anchors);
	}
	for (size_t i = 0; i < c->n_churns; i++)
		for (size_t k = 0; k < c->churns[i].count; k++) {
			uint64_t state = state_of(seed, c->churns[i].name, k);

			if (c->churns[i].port_mac.rule == PORT_MAC_RANDOM ||
			    c->churns[i].port_mac.rule == PORT_MAC_EACH_TIME)
				out->churns[i][k] = draw(&u, &state, ports);
		}
	place_bridge(c, seed, out, &u);
	out->changes = mem_alloc(c->n_changes * sizeof(*out->changes));
	place_changes(c, seed, out, &u);
	free(u.items);
}

void macs_free(struct macs *m)
{
	for (size_t i = 0; i < m->n_churns; i++)
		free(m->churns[i]);
	free(m->churns);
	free(m->clients);
	free(m->own_ends);
	free(m->changes);
	*m = (struct macs){0};
}
