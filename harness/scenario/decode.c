/* decode.c: a case's merged tree read into plain values. */
#include "scenario/decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "scenario/decode_events.h"
#include "scenario/decode_lookups.h"
#include "scenario/decode_ports.h"
#include "scenario/sysctl.h"
#include "scenario/values.h"

#define HOUR (3600 * NS_PER_S)

/* A map's value of a duration key. */
static void duration_field(struct decoder *d, const struct node *map, const char *key,
    const char *what, int64_t least, int64_t most, int64_t *ns)
{
	const struct node *n = node_get(map, key);
	const char *text;

	if (!n)
		return;
	*ns = UNREAD;
	if (value_text(d->errors, n, what, &text))
		value_duration(d->errors, n, text, what, least, most, ns);
}

static void read_from(struct decoder *d, const struct node *lookups, struct scenario_case *c)
{
	const struct node *n = node_get(lookups, "from");
	const char *name;

	for (size_t i = 0; i < c->n_clients; i++)
		c->clients[i].looks_up = !n;
	if (!n)
		return;
	if (n->kind != NODE_LIST || !n->n) {
		errors_add(d->errors, n->at, "a list of clients, such as [c1]",
		    "lookups.from must be a list with something in it");
		return;
	}
	for (size_t i = 0; i < n->n; i++) {
		const struct node *item = n->items[i].value;
		struct client *client = NULL;
		bool twice = false;

		if (!value_text(d->errors, item, "lookups.from", &name))
			continue;
		for (size_t k = 0; k < c->n_clients; k++) {
			if (strcmp(c->clients[k].name, name) && strcmp(c->clients[k].group, name))
				continue;
			client = &c->clients[k];
			twice |= client->looks_up;
			client->looks_up = true;
		}
		if (!client)
			decode_no_client(d, item, "lookups.from", name, c);
		else if (twice)
			errors_add(d->errors, item->at, "each client once",
			    "lookups.from names '%s' twice", name);
	}
}

static void read_lookups(struct decoder *d, const struct node *tree, struct scenario_case *c)
{
	const struct node *map =
	    decode_field(d, tree, "", "lookups", "lookups: {every: T} or {pause: T}", tree->at);

	c->timeout_ns = NS_PER_S;
	read_from(d, map, c);
	lookups_read(d, map && map->kind == NODE_MAP ? map : NULL, c);
	if (!map || map->kind != NODE_MAP)
		return;
	duration_field(d, map, "every", "lookups.every", NS_PER_MS, HOUR, &c->every_ns);
	duration_field(d, map, "pause", "lookups.pause", NS_PER_MS, HOUR, &c->pause_ns);
	duration_field(
	    d, map, "timeout", "lookups.timeout", NS_PER_MS, 60 * NS_PER_S, &c->timeout_ns);
	if (c->every_ns && c->pause_ns)
		errors_add(d->errors, place_of(map, "pause", NULL, NULL), "one of the two",
		    "lookups has both 'every' and 'pause'");
	if (!c->every_ns && !c->pause_ns && !d->partial)
		errors_add(d->errors, place_of(tree, "lookups", NULL, NULL), "every or pause",
		    "lookups has neither 'every' nor 'pause'");
}

static void read_sysctls(
    struct decoder *d, const struct node *sysctl, const char *of, struct sysctls *out)
{
	const struct node *map = node_get(sysctl, of);
	const char *value;

	if (!map || map->kind != NODE_MAP)
		return;
	out->items = mem_alloc(map->n * sizeof(*out->items));
	for (size_t i = 0; i < map->n; i++) {
		const struct node_item *item = &map->items[i];

		const char *expected = sysctl_refused(item->key);

		if (expected) {
			errors_add(d->errors, item->key_at, expected,
			    "sysctl '%s' is not a name that can be set", item->key);
			continue;
		}
		if (!value_text(d->errors, item->value, item->key, &value))
			continue;
		if (strlen(value) > 128) {
			errors_add(d->errors, item->value->at, "at most 128 bytes",
			    "the value of %s is too long", item->key);
			continue;
		}
		out->items[out->n++] = (struct sysctl){mem_strdup(item->key), mem_strdup(value)};
	}
}

static bool is_any(const struct node *n)
{
	return n->kind == NODE_SCALAR && !strcmp(n->text, "any");
}

static void limit_count(
    struct decoder *d, const struct node *limits, const char *key, const char *what, int64_t *out)
{
	const struct node *n = node_get(limits, key);

	if (n && is_any(n))
		*out = LIMIT_ANY;
	else if (n)
		value_count(d->errors, n, what, 0, 1000000000, out);
}

static void read_limits(struct decoder *d, const struct node *tree, struct limits *out)
{
	const struct node *limits = node_get(tree, "limits"), *n;
	const char *text;

	*out = (struct limits){.answered = -1};
	limit_count(d, limits, "lost", "limits.lost", &out->lost);
	limit_count(d, limits, "outages", "limits.outages", &out->outages);
	limit_count(d, limits, "gateway-mac-changes", "limits.gateway-mac-changes",
	    &out->gateway_mac_changes);
	n = node_get(limits, "outage");
	if (n && is_any(n))
		out->outage_ns = LIMIT_ANY;
	else
		duration_field(d, limits, "outage", "limits.outage", 0, HOUR, &out->outage_ns);
	n = node_get(limits, "answered");
	if (!n || is_any(n) || !value_text(d->errors, n, "limits.answered", &text))
		return;
	char *number = mem_strdup(text);
	size_t len = strlen(number);
	double v = -1;

	if (len && number[len - 1] == '%') {
		number[len - 1] = '\0';
		if (!number_parse(number, &v) || v > 100)
			v = -1;
	}
	if (v < 0)
		errors_add(d->errors, n->at, "a share from 0% to 100%, such as 99.5%, or any",
		    "limits.answered '%s' is not a share", text);
	out->answered = v;
	free(number);
}

/* What it is must follow from the file: of a MAC that the kernel chooses it cannot be told. */
static void link_local_gateway(struct decoder *d, const struct node *n, struct scenario_case *c)
{
	c->link_local_gateway = true;
	for (size_t i = 0; i < c->n_clients; i++)
		if (c->clients[i].port_mac.rule == PORT_MAC_KERNEL)
			errors_add(d->errors, n->at, "another port-mac for that client, or global",
			    "bridge.ipv6-gateway 'link-local' does not go with client %s's "
			    "port-mac 'kernel'",
			    c->clients[i].name);
	for (size_t i = 0; i < c->n_changes; i++)
		if (c->changes[i].what == CHANGE_RECREATE)
			errors_add(d->errors, n->at, "set: down and set: up, or global",
			    "bridge.ipv6-gateway 'link-local' does not go with recreate");
}

static void read_bridge(struct decoder *d, const struct node *map, struct scenario_case *c)
{
	const struct node *n = node_get(map, "pin");
	int word;

	if (n && value_word_or_mac(d->errors, n, "bridge.pin", words_pin, ", a MAC", PIN_AT_CREATE,
	             &word, &c->pin_mac))
		c->pin = (enum bridge_pin)word;
	n = node_get(map, "stp");
	if (n && value_word(d->errors, n, "bridge.stp", words_bool, &word))
		c->stp = word;
	c->forward_delay_ns = 15 * NS_PER_S;
	duration_field(d, map, "forward-delay", "bridge.forward-delay", 2 * NS_PER_S, 30 * NS_PER_S,
	    &c->forward_delay_ns);
	decode_mtu(d, map, "bridge", "mtu", 0, &c->mtu);
	n = node_get(map, "mtu-pin");
	if (n && value_word(d->errors, n, "bridge.mtu-pin", words_mtu_pin, &word))
		c->mtu_via_other = word;
	n = node_get(map, "ipv6-gateway");
	if (n && value_word(d->errors, n, "bridge.ipv6-gateway", words_ip6_gateway, &word) && word)
		link_local_gateway(d, n, c);
	n = node_get(map, "mcast-snooping");
	if (n && value_word(d->errors, n, "bridge.mcast-snooping", words_bool, &word))
		c->floods_multicast = !word;
}

static void read_querier(struct decoder *d, const struct node *map, struct scenario_case *c)
{
	const struct node *n = node_get(map, "asks");
	const char *text;
	int word;

	if (!n)
		return;
	if (n->kind == NODE_SCALAR && !strncmp(n->text, "every ", 6)) {
		c->querier = QUERIER_EVERY;
		if (value_text(d->errors, n, "querier.asks", &text))
			value_duration(d->errors, n, text + 6, "querier.asks", NS_PER_S, HOUR,
			    &c->querier_every_ns);
	} else if (value_word(d->errors, n, "querier.asks", words_asks, &word)) {
		c->querier = (enum querier_asks)word;
	}
}

static void read_firewall(struct decoder *d, const struct node *tree, struct scenario_case *c)
{
	const struct node *n = node_get(tree, "firewall");
	int word;

	if (n && value_word(d->errors, n, "firewall", words_firewall, &word))
		c->firewall = (enum firewall_mode)word;
	n = node_get(tree, "firewall-backend");
	if (n && value_word(d->errors, n, "firewall-backend", words_backend, &word))
		c->firewall_backend = (enum firewall_backend)word;
}

void decode_case(struct errors *e, const struct node *tree, bool partial, struct scenario_case *c)
{
	struct decoder d = {e, partial};
	const struct node *n;
	int word;

	decode_clients(&d, tree, c);
	read_querier(&d, node_get(tree, "querier"), c);
	decode_churns(&d, tree, c);
	decode_events(&d, tree, c);
	read_bridge(&d, node_get(tree, "bridge"), c);
	read_firewall(&d, tree, c);
	read_lookups(&d, tree, c);
	read_sysctls(&d, node_get(tree, "sysctl"), "router", &c->router_sysctls);
	read_sysctls(&d, node_get(tree, "sysctl"), "clients", &c->client_sysctls);
	c->warmup_ns = 2 * NS_PER_S;
	duration_field(&d, tree, "warmup", "warmup", NS_PER_MS, 600 * NS_PER_S, &c->warmup_ns);
	c->duration_ns = UNREAD;
	decode_field(&d, tree, "", "duration", "duration: T", tree->at);
	duration_field(&d, tree, "duration", "duration", NS_PER_MS, HOUR, &c->duration_ns);
	read_limits(&d, tree, &c->limits);
	c->max_pace = 50;
	n = node_get(tree, "max-pace");
	if (n)
		value_number(e, n, "max-pace", 1, 100, &c->max_pace);
	n = node_get(tree, "exposures");
	if (n && value_word(e, n, "exposures", words_exposures, &word))
		c->exposures_none = word;
	n = node_get(tree, "breaks");
	if (n)
		value_cause(e, n, "breaks", &c->breaks);
}

static void sysctls_free(struct sysctls *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->items[i].name);
		free(s->items[i].value);
	}
	free(s->items);
	*s = (struct sysctls){0};
}

void decode_free(struct scenario_case *c)
{
	free(c->clients);
	free(c->churns);
	free(c->changes);
	sysctls_free(&c->router_sysctls);
	sysctls_free(&c->client_sysctls);
	c->clients = NULL;
	c->churns = NULL;
	c->changes = NULL;
}
