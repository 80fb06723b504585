/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_failures.c: labs that could not be built, and which others would fail alike.
 *
 * A lab that cannot be built costs up to half a minute (dnsmasq that never answers), three times a
 * case. The features that all failed labs share are taken for the cause, unless a lab with all of
 * them was built since. On a machine whose dnsmasq cannot send large answers, that feature is
 * answer-size, and all other cases are played. Load can make many labs fail alike as well, so one
 * of them must fail again with nothing beside it. */
#include "run/lab_failures.h"

#include <stdlib.h>

#include "base/macros.h"
#include "base/mem.h"
#include "lab/lab.h"
#include "scenario/churn.h"
#include "scenario/client.h"

/* What can make one lab fail and another not. */
static unsigned features_of(const struct scenario_case *c)
{
	bool tap = false, veth = false;
	bool mtu = c->mtu || c->mtu_via_other || c->upstream_mtu != LAB_MTU;
	unsigned bit = 1, out = 0;

	for (size_t i = 0; i < c->n_churns; i++) {
		bool is_tap = churn_is_tap(&c->churns[i]);

		tap |= is_tap;
		veth |= !is_tap;
		mtu |= c->churns[i].mtu != LAB_MTU;
	}
	for (size_t i = 0; i < c->n_clients; i++)
		mtu |= c->clients[i].mtu != LAB_MTU;
	const bool has[] = {
	    c->families & FAMILY_BIT(IP_V4),
	    c->families & FAMILY_BIT(IP_V6),
	    c->transports & TRANSPORT_BIT(TRANSPORT_UDP),
	    c->transports & ~TRANSPORT_BIT(TRANSPORT_UDP),
	    c->answer_size != 0,
	    c->querier != QUERIER_NEVER,
	    c->stp,
	    c->floods_multicast,
	    clients_use_vlans(c),
	    c->link_local_gateway,
	    c->pin == PIN_AT_CREATE,
	    c->pin == PIN_TO_OTHER,
	    c->pin == PIN_TO_CURRENT,
	    c->firewall == FIREWALL_DROP_TOO_BIG,
	    c->firewall == FIREWALL_BRIDGED,
	    c->firewall_backend == BACKEND_NFT,
	    c->firewall_backend == BACKEND_LEGACY,
	    c->router_sysctls.n != 0,
	    c->client_sysctls.n != 0,
	    c->n_clients > 1,
	    tap,
	    veth,
	    mtu,
	};

	for (size_t i = 0; i < ARRAY_SIZE(has); i++, bit <<= 1)
		out |= has[i] ? bit : 0;
	return out;
}

static void learn_built(struct lab_failures *f, unsigned features)
{
	size_t i = 0;

	while (i < f->n_built && f->built[i].features != features)
		i++;
	if (i == f->n_built)
		MEM_PUSH(f->built, f->n_built, f->cap_built)->features = features;
	f->built[i].play = f->plays;
}

void lab_failures_learn(
    struct lab_failures *f, const struct scenario_case *c, const struct judgement *j, bool alone)
{
	unsigned features = features_of(c);
	struct lab_failure *one = f->items;

	f->plays++;
	if (!j->unbuilt) {
		learn_built(f, features);
		return;
	}
	while (one < f->items + f->n && !judgement_invalid_alike(one->first, j))
		one++;
	if (one == f->items + f->n) {
		one = MEM_PUSH(f->items, f->n, f->cap);
		*one = (struct lab_failure){
		    .first = j, .common = features, .after_plays = f->plays - 1};
	}
	one->common &= features;
	one->confirmed |= alone;
	for (size_t i = 0; i < one->n_cases; i++)
		if (one->cases[i] == c)
			return;
	if (one->n_cases < LAB_FAILURES_ENOUGH)
		one->cases[one->n_cases++] = c;
}

/* Was a lab built since the first of these failed that has all that they have in common? */
static bool is_refuted(const struct lab_failures *f, const struct lab_failure *one)
{
	for (size_t i = 0; i < f->n_built; i++)
		if ((f->built[i].features & one->common) == one->common &&
		    f->built[i].play > one->after_plays)
			return true;
	return false;
}

static bool is_enough(const struct lab_failures *f, const struct lab_failure *one)
{
	return one->n_cases == LAB_FAILURES_ENOUGH && !is_refuted(f, one);
}

const struct lab_failure *lab_failures_expected(
    const struct lab_failures *f, const struct scenario_case *c)
{
	unsigned features = features_of(c);

	for (size_t i = 0; i < f->n; i++) {
		const struct lab_failure *one = &f->items[i];

		if (one->confirmed && is_enough(f, one) && (features & one->common) == one->common)
			return one;
	}
	return NULL;
}

const struct scenario_case *lab_failures_doubtful(const struct lab_failures *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->items[i].confirmed && is_enough(f, &f->items[i]))
			return f->items[i].cases[0];
	return NULL;
}

void lab_failures_free(struct lab_failures *f)
{
	free(f->items);
	free(f->built);
	*f = (struct lab_failures){0};
}
