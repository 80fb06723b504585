/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules.c: what a case's values must be to each other, and how much the cases of a file may take.
 */
#include "scenario/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "scenario/change.h"
#include "scenario/churn.h"
#include "scenario/lookups.h"
#include "scenario/macs.h"

#define MAX_EVENTS 100000
#define MAX_CHANGES 1000000 /* of all cases */
#define MAX_LOOKUPS 1000000 /* likewise */

struct rules {
	struct errors *errors;
	const struct node *tree;
	const struct scenario_case *c;
	char duration[DURATION_TEXT];
};

static struct place at_churn(const struct rules *r, const struct churn *churn, const char *key)
{
	return place_of(r->tree, "churn", churn->name, key);
}

static void check_joins(struct rules *r, const struct churn *churn)
{
	int64_t end = r->c->duration_ns;

	if (churn->joins == JOIN_AT && churn->joins_ns >= 0 && end >= 0 && churn->joins_ns >= end)
		errors_add(r->errors, at_churn(r, churn, "joins"), r->duration,
		    "port '%s' joins when the case is over", churn->name);
	if (churn->leaves == LEAVE_AT && churn->leaves_ns >= 0 && end >= 0 &&
	    churn->leaves_ns >= end)
		errors_add(r->errors, at_churn(r, churn, "leaves"), r->duration,
		    "port '%s' leaves when the case is over", churn->name);
}

static void check_leaves(struct rules *r, const struct churn *churn)
{
	struct place at = at_churn(r, churn, "leaves");
	int64_t end = r->c->duration_ns;

	if (churn->joins_ns < 0 || churn->leaves_ns < 0)
		return;
	if (churn->joins == JOIN_EVERY && churn->leaves != LEAVE_AFTER)
		errors_add(r->errors, at, "leaves: after T",
		    "port '%s' joins again and again but does not leave in between", churn->name);
	else if (churn->joins == JOIN_EVERY && churn->leaves_ns >= churn->joins_ns)
		errors_add(r->errors, at, "'after' shorter than 'every'",
		    "port '%s' joins again before it has left", churn->name);
	else if (churn->joins == JOIN_EVERY && end >= 0 && churn->leaves_ns > end)
		errors_add(r->errors, at, r->duration,
		    "port '%s' cannot leave before the case is over", churn->name);
	if (churn->joins == JOIN_BEFORE && churn->leaves == LEAVE_AFTER)
		errors_add(r->errors, at, "leaves: at T, or never",
		    "port '%s' joins before t=0, so it cannot leave 'after' that", churn->name);
	if (churn->joins == JOIN_AT && churn->leaves == LEAVE_AT &&
	    churn->leaves_ns <= churn->joins_ns)
		errors_add(r->errors, at, "a time after 'joins'",
		    "port '%s' leaves before it joins", churn->name);
	if (churn->joins == JOIN_AT && churn->leaves == LEAVE_AFTER && end >= 0 &&
	    churn->joins_ns < end && churn->joins_ns + churn->leaves_ns > end)
		errors_add(r->errors, at, r->duration, "port '%s' leaves when the case is over",
		    churn->name);
}

static void check_churn(struct rules *r, const struct churn *churn)
{
	check_joins(r, churn);
	check_leaves(r, churn);
	if (churn_is_tap(churn) && churn->by == BY_NAMESPACE_DEATH)
		errors_add(r->errors, at_churn(r, churn, "leaves-by"), "delete or release",
		    "port '%s' is a tap: it has no peer in another namespace", churn->name);
	if (churn->count > 1 && churn->port_mac.rule == PORT_MAC_FIXED)
		errors_add(r->errors, at_churn(r, churn, "port-mac"), "count: 1, or another rule",
		    "the %u ports of '%s' cannot have one MAC", churn->count, churn->name);
}

struct named {
	char text[40]; /* the name, or the MAC */
	const char *owner;
	const char *section; /* of the file: where the owner is */
	size_t order;
};

struct names {
	struct named *items;
	size_t n, cap;
};

static int by_text(const void *pa, const void *pb)
{
	const struct named *a = pa, *b = pb;
	int d = strcmp(a->text, b->text);

	return d ? d : a->order < b->order ? -1 : 1;
}

static void add_name(struct names *all, const char *text, const char *section, const char *owner)
{
	struct named *n = MEM_PUSH(all->items, all->n, all->cap);

	snprintf(n->text, sizeof(n->text), "%s", text);
	n->owner = owner;
	n->section = section;
	n->order = all->n;
}

static void no_twins(struct rules *r, struct names *all, const char *key, const char *expected)
{
	if (all->n)
		qsort(all->items, all->n, sizeof(*all->items), by_text);
	for (size_t i = 1; i < all->n; i++) {
		const struct named *a = &all->items[i - 1], *b = &all->items[i];

		if (!strcmp(a->text, b->text))
			errors_add(r->errors, place_of(r->tree, b->section, b->owner, key),
			    expected, "'%s' and '%s' would both have %s %s", a->owner,
			    strcmp(b->section, "bridge") ? b->owner : "br0",
			    key ? "the MAC" : "an interface", b->text);
	}
	free(all->items);
}

static void check_names(struct rules *r)
{
	const struct scenario_case *c = r->c;
	struct names all = {0};
	char text[40];

	for (size_t i = 0; i < c->n_clients; i++)
		add_name(&all, c->clients[i].name, "clients", c->clients[i].group);
	for (size_t i = 0; i < c->n_churns; i++) {
		const struct churn *churn = &c->churns[i];

		snprintf(text, sizeof(text), "%s-%u", churn->name, churn->count);
		if (churn->count > 1 && strlen(text) >= NAME_MAX_LEN) {
			errors_add(r->errors, place_of(r->tree, "churn", churn->name, NULL),
			    "at most 15 characters with the ports' numbers",
			    "port name '%s' is too long", text);
			continue;
		}
		for (unsigned k = 0; k < churn->count; k++) {
			churn_port_name(churn, k, text);
			add_name(&all, text, "churn", churn->name);
		}
	}
	no_twins(r, &all, NULL, "names of their own");
}

static void add_mac(
    struct rules *r, struct names *all, struct mac mac, const char *section, const char *owner)
{
	uint64_t n = mac_number(mac);
	char text[MAC_TEXT];

	add_name(all, mac_text(mac, text), section, owner);
	if (n >= MACS_OWN_ENDS && n < MACS_OWN_ENDS + 256)
		errors_add(r->errors, place_of(r->tree, section, owner, "port-mac"),
		    "any but 02:00:5e:00:53:..", "%s belongs to the clients' own ends", text);
}

static void check_macs(struct rules *r)
{
	const struct scenario_case *c = r->c;
	struct names all = {0};
	bool churn;
	size_t index;

	for (size_t i = 0; i < c->n_clients; i++)
		if (c->clients[i].port_mac.rule == PORT_MAC_FIXED)
			add_mac(
			    r, &all, c->clients[i].port_mac.fixed, "clients", c->clients[i].group);
	for (size_t i = 0; i < c->n_churns; i++)
		if (c->churns[i].port_mac.rule == PORT_MAC_FIXED)
			add_mac(r, &all, c->churns[i].port_mac.fixed, "churn", c->churns[i].name);
	if (!mac_is_zero(c->pin_mac))
		add_mac(r, &all, c->pin_mac, "bridge", "pin");
	no_twins(r, &all, "port-mac", "MACs of their own");
	const char *why = macs_impossible(c, &churn, &index);
	if (why) {
		const char *name = churn ? c->churns[index].name : c->clients[index].group;

		errors_add(r->errors,
		    place_of(r->tree, churn ? "churn" : "clients", name, "port-mac"),
		    "another rule, or a fixed MAC", "'%s' cannot keep its port-mac: %s", name, why);
	}
}

static void check_lookups(struct rules *r)
{
	const struct scenario_case *c = r->c;
	int64_t interval = lookups_interval_ns(c);
	const char *key = c->every_ns > 0 ? "every" : "pause";
	struct place at = place_of(r->tree, "lookups", key, NULL);

	if (c->duration_ns >= 0 && c->timeout_ns > c->duration_ns)
		errors_add(r->errors, place_of(r->tree, "lookups", "timeout", NULL), r->duration,
		    "lookups.timeout is longer than the case");
	if (interval <= 0)
		return;
	if (c->duration_ns >= 0 && c->duration_ns < 2 * interval)
		errors_add(r->errors, at, "a duration of at least two of them",
		    "too few lookups in the case's duration to see an outage");
	if (c->warmup_ns >= 0 && c->warmup_ns < interval)
		errors_add(r->errors,
		    node_get(r->tree, "warmup") ? place_of(r->tree, "warmup", NULL, NULL) : at,
		    "a warm-up of at least the time between two lookups",
		    "the warm-up is over before its second lookup");
	if (c->limits.outage_ns > 0 && c->limits.outage_ns < interval && c->breaks == CAUSE_NONE)
		errors_add(r->errors, place_of(r->tree, "limits", "outage", NULL),
		    "0s, or at least the time between two lookups",
		    "no lookup is near enough to the next to see an outage as short as that");
}

/* Something must happen, and lookups must come after it. */
static void check_exposures(struct rules *r)
{
	const struct scenario_case *c = r->c;
	int64_t interval = lookups_interval_ns(c), first = INT64_MAX;
	const struct node *churns = node_get(r->tree, "churn");
	bool all_read = !churns || churns->n == c->n_churns;

	if (c->exposures_none && c->breaks != CAUSE_NONE)
		errors_add(r->errors, place_of(r->tree, "breaks", NULL, NULL),
		    "exposures: some for a control", "an arm without exposures cannot break");
	for (size_t i = 0; i < c->n_churns; i++) {
		const struct churn *churn = &c->churns[i];
		int64_t t;

		if (churn->joins_ns < 0 || churn->leaves_ns < 0)
			all_read = false;
		else if (churn_first_change(churn, &t) && t < first)
			first = t;
	}
	for (size_t i = 0; i < c->n_changes; i++)
		if (c->changes[i].at_ns < first)
			first = c->changes[i].at_ns;
	const struct node *events = node_get(r->tree, "events");
	all_read = all_read && (!events || events->n == c->n_changes);
	if (!all_read || c->exposures_none || c->duration_ns < 0)
		return;
	if (first == INT64_MAX)
		errors_add(r->errors, place_of(r->tree, "churn", NULL, NULL),
		    "a port that joins or leaves, an event, or exposures: none",
		    "nothing joins, leaves or changes while lookups go on, so the case proves nothing");
	else if (interval > 0 && first < c->duration_ns && first > c->duration_ns - interval)
		errors_add(r->errors, place_of(r->tree, "duration", NULL, NULL),
		    "time for lookups after the first join, leave or event",
		    "no lookup comes after the first join, leave or event");
}

/* What the subject decides is nobody else's to say. */
static void check_subject(struct rules *r)
{
	static const char *const not_there[] = {
	    "bridge", "events", "querier", "firewall", "firewall-backend"};
	static const char *const not_of_churn[] = {"port-mac", "kind", "leaves-by", "mtu", "count"};
	const struct scenario_case *c = r->c;
	char expected[80];

	if (!*c->subject) {
		if (c->udevd)
			errors_add(r->errors, place_of(r->tree, "udevd", NULL, NULL), "a subject",
			    "udevd is for a case whose bridge a subject makes");
		return;
	}
	snprintf(expected, sizeof(expected), "the key left out: %s decides that", c->subject);
	for (size_t i = 0; i < ARRAY_SIZE(not_there); i++)
		if (node_get(r->tree, not_there[i]))
			errors_add(r->errors, place_of(r->tree, not_there[i], NULL, NULL), expected,
			    "'%s' does not go with a subject", not_there[i]);
	if (c->n_churns != 1)
		errors_add(r->errors, place_of(r->tree, "churn", NULL, NULL), "one port",
		    "a subject attaches and detaches one port, found %zu", c->n_churns);
	for (size_t k = 0; c->n_churns && k < ARRAY_SIZE(not_of_churn); k++)
		if (node_get(
		        node_get(node_get(r->tree, "churn"), c->churns[0].name), not_of_churn[k]))
			errors_add(r->errors, at_churn(r, &c->churns[0], not_of_churn[k]), expected,
			    "'%s' does not go with a subject", not_of_churn[k]);
	if (c->families != FAMILY_BIT(IP_V4) || c->transports != TRANSPORT_BIT(TRANSPORT_UDP) ||
	    c->answer_size || c->upstream_delay_ns)
		errors_add(r->errors, place_of(r->tree, "lookups", NULL, NULL),
		    "family: ipv4 and transport: udp, without answer-size and upstream.delay",
		    "such lookups do not go with a subject");
}

void rules_check(struct errors *e, const struct node *tree, const struct scenario_case *c)
{
	struct rules r = {e, tree, c, ""};
	char text[DURATION_TEXT];
	uint64_t events = 0;

	if (c->duration_ns >= 0)
		snprintf(r.duration, sizeof(r.duration), "within %s",
		    duration_text(c->duration_ns, text));
	for (size_t i = 0; i < c->n_churns; i++) {
		const struct churn *churn = &c->churns[i];

		check_churn(&r, churn);
		if (churn->joins_ns >= 0 && churn->leaves_ns >= 0 && c->duration_ns >= 0)
			events += 2 * churn_cycles(churn, c->duration_ns) * churn->count;
		if (events > MAX_EVENTS) {
			errors_add(e, at_churn(&r, churn, "joins"), "at most 100000 in a case",
			    "too many joins and leaves");
			break;
		}
	}
	check_subject(&r);
	check_names(&r);
	check_macs(&r);
	change_check(e, tree, c);
	check_lookups(&r);
	lookups_check(e, tree, c);
	check_exposures(&r);
}

static uint64_t changes_of(const struct scenario_case *c)
{
	uint64_t n = c->n_changes;

	for (size_t i = 0; i < c->n_churns; i++)
		n += 2 * churn_cycles(&c->churns[i], c->duration_ns) * c->churns[i].count;
	return n;
}

static unsigned bits(unsigned set)
{
	unsigned n = 0;

	for (; set; set >>= 1)
		n += set & 1;
	return n;
}

static uint64_t lookups_of(const struct scenario_case *c)
{
	int64_t interval = lookups_interval_ns(c);
	uint64_t streams = 0;

	for (size_t i = 0; i < c->n_clients; i++)
		streams += c->clients[i].looks_up;
	streams *= bits((unsigned)c->families) * bits((unsigned)c->transports);
	return interval > 0 ? streams * (uint64_t)(c->duration_ns / interval) : 0;
}

void budget_add(
    struct budget *b, struct errors *e, const struct node *tree, const struct scenario_case *c)
{
	b->changes += changes_of(c);
	b->lookups += lookups_of(c);
	if (b->told || (b->changes <= MAX_CHANGES && b->lookups <= MAX_LOOKUPS))
		return;
	b->told = true;
	if (b->changes > MAX_CHANGES)
		errors_add(e, place_of(tree, "churn", NULL, NULL), "at most 1000000 in all cases",
		    "too many joins, leaves and events in the cases of this file");
	else
		errors_add(e, place_of(tree, "lookups", NULL, NULL), "at most 1000000 in all cases",
		    "too many lookups in the cases of this file");
}
