/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lookups.c: when lookups come, and what they must be to the rest of a case. */
#include "scenario/lookups.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/units.h"
#include "scenario/churn.h"

/* dnsmasq closes a connection after TCP_MAX_QUERIES (100); a few are left for what comes before
 * warm-up. */
#define KEPT_QUERIES_MAX 95

/* What is as near to a lookup as this falls on it. */
#define NEAR_NS NS_PER_MS

int64_t lookups_interval_ns(const struct scenario_case *c)
{
	return c->every_ns > 0 ? c->every_ns : c->pause_ns;
}

/* An answer that comes too late is no answer; what delays it takes datagrams. */
static void check_delay(struct errors *e, const struct node *tree, const struct scenario_case *c)
{
	struct place at = place_of(tree, "upstream", "delay", NULL);
	char text[DURATION_TEXT], expected[DURATION_TEXT + 20];

	if (c->upstream_delay_ns <= 0)
		return;
	if (c->transports != TRANSPORT_BIT(TRANSPORT_UDP))
		errors_add(e, at, "transport: udp", "upstream.delay is for lookups over UDP");
	snprintf(expected, sizeof(expected), "less than %s", duration_text(c->timeout_ns, text));
	if (c->timeout_ns >= 0 && c->upstream_delay_ns >= c->timeout_ns)
		errors_add(e, at, expected, "upstream.delay is not shorter than lookups.timeout");
}

void lookups_check(struct errors *e, const struct node *tree, const struct scenario_case *c)
{
	int64_t interval = lookups_interval_ns(c);

	check_delay(e, tree, c);

	if (!(c->transports & TRANSPORT_BIT(TRANSPORT_TCP_KEPT)) || interval <= 0 ||
	    c->duration_ns < 0 || c->warmup_ns < 0)
		return;
	if ((c->warmup_ns + c->duration_ns) / interval > KEPT_QUERIES_MAX)
		errors_add(e, place_of(tree, "lookups", "transport", NULL),
		    "at most 95 lookups in warm-up and duration",
		    "dnsmasq closes a kept connection after 100 lookups");
}

int64_t lookups_phase_ns(int64_t interval_ns, size_t stream)
{
	double part = 0.5 + (double)stream * 0.618034;

	return (int64_t)((double)interval_ns * (0.1 + 0.8 * (part - (int)part)));
}

/* The phases of a case's streams, in their order. */
struct phases {
	int64_t *items;
	size_t n, cap;
	size_t each; /* streams of a client */
	int64_t every_ns;
};

static struct phases phases_of(const struct scenario_case *c)
{
	struct phases p = {.every_ns = c->every_ns};

	for (int f = 0; f < IP_FAMILIES; f++)
		for (int t = TRANSPORT_UDP; t <= TRANSPORT_TCP_KEPT; t++)
			p.each +=
			    (c->families & FAMILY_BIT(f)) && (c->transports & TRANSPORT_BIT(t));
	for (size_t i = 0; i < c->n_clients; i++)
		for (size_t k = 0; c->clients[i].looks_up && k < p.each; k++) {
			int64_t phase_ns = lookups_phase_ns(c->every_ns, p.n);

			*MEM_PUSH(p.items, p.n, p.cap) = phase_ns;
		}
	return p;
}

/* The client whose stream this is. */
static const char *client_of(const struct scenario_case *c, const struct phases *p, size_t stream)
{
	const struct client *client = c->clients;

	for (size_t before = stream / p->each;; client++)
		if (client->looks_up && !before--)
			return client->name;
}

/* `what` comes at t, as is written there. */
static void warn_near(struct errors *warnings, struct place at, const struct scenario_case *c,
    const struct phases *p, const char *what, int64_t t_ns)
{
	int64_t within = t_ns % p->every_ns,
	        near = NEAR_NS < p->every_ns / 100 ? NEAR_NS : p->every_ns / 100;
	char first[DURATION_TEXT], every[DURATION_TEXT], expected[2 * DURATION_TEXT + 80];

	for (size_t i = 0; i < p->n; i++) {
		if (llabs(within - p->items[i]) >= near)
			continue;
		snprintf(expected, sizeof(expected),
		    "another time: these lookups come at %s and every %s from then on",
		    duration_text(p->items[i], first), duration_text(p->every_ns, every));
		errors_add(warnings, at, expected,
		    "%s at the time of a lookup of %s, whose answer may heal the client", what,
		    client_of(c, p, i));
		return;
	}
}

void lookups_warn(struct errors *warnings, const struct node *tree, const struct scenario_case *c)
{
	const struct node *list = node_get(tree, "events");
	struct phases p;
	char what[80];

	if (!c->every_ns)
		return;
	p = phases_of(c);
	for (size_t i = 0; i < c->n_changes; i++)
		warn_near(warnings, list->items[c->changes[i].item].value->at, c, &p,
		    "an event comes", c->changes[i].at_ns);
	for (size_t i = 0; i < c->n_churns; i++) {
		const struct churn *churn = &c->churns[i];
		int64_t leave_ns;

		snprintf(what, sizeof(what), "port '%s' joins", churn->name);
		if (churn->joins == JOIN_AT)
			warn_near(warnings, place_of(tree, "churn", churn->name, "joins"), c, &p,
			    what, churn->joins_ns);
		snprintf(what, sizeof(what), "port '%s' leaves", churn->name);
		if (churn->joins != JOIN_EVERY && churn_leave_ns(churn, 0, &leave_ns))
			warn_near(warnings, place_of(tree, "churn", churn->name, "leaves"), c, &p,
			    what, leave_ns);
	}
	free(p.items);
}
