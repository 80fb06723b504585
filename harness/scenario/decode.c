/* decode.c: a case's merged tree read into plain values. */
#include "scenario/decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/decode_events.h"
#include "scenario/decode_ports.h"
#include "scenario/read.h"
#include "scenario/sysctl.h"

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
	const struct section top = {d->errors, tree, keys_file, "", tree->at, d->partial};
	const struct node *map = read_node(&top, "lookups");
	const struct section s = {
	    .errors = d->errors, .map = map, .keys = keys_lookups, .where = "lookups"};

	read_from(d, map, c);
	c->attempts = 1;
	c->families = (unsigned)read_word(&s, "family");
	c->transports = (unsigned)read_word(&s, "transport");
	c->answer_size = (unsigned)read_count(&s, "answer-size");
	c->timeout_ns = read_duration(&s, "timeout");
	c->every_ns = read_duration(&s, "every");
	c->pause_ns = read_duration(&s, "pause");
	if (!map || map->kind != NODE_MAP)
		return;
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

static void read_limits(struct decoder *d, const struct node *map, struct limits *out)
{
	const struct section s = {
	    .errors = d->errors, .map = map, .keys = keys_limits, .where = "limits"};

	out->lost = read_count(&s, "lost");
	out->outages = read_count(&s, "outages");
	out->outage_ns = read_duration(&s, "outage");
	out->answered = read_share(&s, "answered");
	out->gateway_mac_changes = read_count(&s, "gateway-mac-changes");
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
	const struct section s = {
	    .errors = d->errors, .map = map, .keys = keys_bridge, .where = "bridge"};

	c->pin = (enum bridge_pin)read_mac(&s, "pin", PIN_AT_CREATE, &c->pin_mac);
	c->stp = read_word(&s, "stp");
	c->forward_delay_ns = read_duration(&s, "forward-delay");
	c->ageing_ns = read_duration(&s, "ageing-time");
	c->mtu = (uint32_t)read_count(&s, "mtu");
	c->mtu_via_other = read_word(&s, "mtu-pin");
	if (read_word(&s, "ipv6-gateway"))
		link_local_gateway(d, node_get(map, "ipv6-gateway"), c);
	c->floods_multicast = !read_word(&s, "mcast-snooping");
}

static void read_querier(struct decoder *d, const struct node *map, struct scenario_case *c)
{
	const struct section s = {
	    .errors = d->errors, .map = map, .keys = keys_querier, .where = "querier"};

	c->querier = (enum querier_asks)read_phrase(&s, "asks", &c->querier_every_ns);
}

void decode_case(struct errors *e, const struct node *tree, bool partial, struct scenario_case *c)
{
	const struct section s = {e, tree, keys_file, "", tree->at, partial};
	struct decoder d = {e, partial};

	decode_clients(&d, tree, c);
	read_querier(&d, node_get(tree, "querier"), c);
	decode_churns(&d, tree, c);
	decode_events(&d, tree, c);
	read_bridge(&d, node_get(tree, "bridge"), c);
	c->firewall = (enum firewall_mode)read_word(&s, "firewall");
	c->firewall_backend = (enum firewall_backend)read_word(&s, "firewall-backend");
	read_lookups(&d, tree, c);
	read_sysctls(&d, node_get(tree, "sysctl"), "router", &c->router_sysctls);
	read_sysctls(&d, node_get(tree, "sysctl"), "clients", &c->client_sysctls);
	c->warmup_ns = read_duration(&s, "warmup");
	c->duration_ns = read_duration(&s, "duration");
	read_limits(&d, node_get(tree, "limits"), &c->limits);
	c->max_pace = read_number(&s, "max-pace");
	c->exposures_none = read_word(&s, "exposures");
	c->breaks = read_cause(&s, "breaks");
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
