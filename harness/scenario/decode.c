/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode.c: a case's merged tree read into plain values. */
#include "scenario/decode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "scenario/decode_events.h"
#include "scenario/read.h"
#include "scenario/sysctl.h"

/* A map within the case, none of whose keys is needed. */
static struct section section_of(
    const struct decoder *d, const struct node *map, const struct key *keys, const char *where)
{
	return (struct section){.errors = d->errors, .map = map, .keys = keys, .where = where};
}

static struct port_mac read_port_mac(const struct section *s)
{
	struct port_mac out = {0};

	out.rule = (enum port_mac_rule)read_mac(s, "port-mac", PORT_MAC_FIXED, &out.fixed);
	return out;
}

static bool port_name(struct decoder *d, const struct node_item *item, const char *what, char *out)
{
	static const char *const taken[] = {
	    "lo", "br0", "up0", "eth0", "querier", "all", "default", NULL};

	if (!value_name(d->errors, item->key, item->key_at, what, NAME_MAX_LEN - 1))
		return false;
	for (size_t i = 0; taken[i]; i++)
		if (!strcmp(item->key, taken[i])) {
			errors_add(d->errors, item->key_at, "another name",
			    "%s name '%s' is reserved for the lab", what, item->key);
			return false;
		}
	snprintf(out, NAME_MAX_LEN, "%s", item->key);
	return true;
}

static bool has_room(struct decoder *d, const struct node *tree, size_t n)
{
	if (n > CLIENTS_MAX)
		errors_add(d->errors, place_of(tree, "clients", NULL, NULL), "at most 64",
		    "too many clients (%zu)", n);
	return n <= CLIENTS_MAX;
}

/* Adds `count` clients like the one that was read: group-1, group-2, ... */
static void spread(struct decoder *d, struct place at, struct scenario_case *c,
    const struct client *like, unsigned count)
{
	char name[NAME_MAX_LEN + 16];

	snprintf(name, sizeof(name), "%s-%u", like->group, count);
	if (count > 1 && strlen(name) >= NAME_MAX_LEN) {
		errors_add(d->errors, at, "at most 15 characters with the clients' numbers",
		    "client name '%s' is too long", name);
		return;
	}
	for (unsigned k = 1; k <= count; k++) {
		struct client *client = &c->clients[c->n_clients++];

		*client = *like;
		snprintf(name, sizeof(name), "%s-%u", like->group, k);
		memcpy(client->name, count > 1 ? name : like->group, NAME_MAX_LEN - 1);
	}
}

static void read_clients(struct decoder *d, const struct node *tree, struct scenario_case *c)
{
	const struct section top = {d->errors, tree, keys_file, "", tree->at, d->partial};
	const struct node *map = read_node(&top, "clients");

	if (!map || map->kind != NODE_MAP)
		return;
	if (!map->n)
		errors_add(d->errors, map->at, "at least one", "no clients");
	if (!has_room(d, tree, map->n))
		return;
	c->clients = mem_alloc(CLIENTS_MAX * sizeof(*c->clients));
	for (size_t i = 0; i < map->n; i++) {
		const struct node *value = map->items[i].value;
		struct client client = {0};
		char where[32];
		const struct section s = section_of(d, value, keys_client, where);

		if (!port_name(d, &map->items[i], "client", client.group))
			continue;
		snprintf(where, sizeof(where), "clients.%s", client.group);
		client.port_mac = read_port_mac(&s);
		client.mtu = (uint32_t)read_count(&s, "mtu");
		client.knows_gateway = read_word(&s, "gateway-entry");
		client.silent = read_word(&s, "mld-reports");
		client.unlearned = !read_word(&s, "learning");
		client.isolated = read_word(&s, "isolated");
		client.hairpin = read_word(&s, "hairpin");
		client.suppressed = read_word(&s, "neigh-suppress");
		client.vlan = (uint16_t)read_count(&s, "vlan");
		int64_t count = read_count(&s, "count");
		if (!has_room(d, tree, c->n_clients + (size_t)count))
			return;
		spread(d, map->items[i].key_at, c, &client, (unsigned)count);
	}
}

/* "N/s" as the time from one to the next. */
static int64_t read_rate(struct decoder *d, const struct node *n, const char *where)
{
	char *number = mem_strdup(n->text);
	double rate;

	number[strlen(number) - 2] = '\0';
	bool ok = number_parse(number, &rate) && rate >= 1.0 / 3600 && rate <= 1000;
	free(number);
	if (ok)
		return llround((double)NS_PER_S / rate);
	errors_add(d->errors, n->at, "1000/s at most, such as 5/s or 0.5/s",
	    "%s.joins '%s' is not a rate", where, n->text);
	return UNREAD;
}

static bool is_rate(const struct node *n)
{
	size_t len = n && n->kind == NODE_SCALAR ? strlen(n->text) : 0;

	return len > 2 && !strcmp(n->text + len - 2, "/s") && !strchr(n->text, '\n') &&
	       strncmp(n->text, "at ", 3) != 0 && strncmp(n->text, "every ", 6) != 0;
}

static void read_churn(struct decoder *d, const struct node_item *item, struct churn *out)
{
	const struct node *map = item->value;
	char where[32];
	const struct section s = {d->errors, map, keys_churn, where, item->key_at, d->partial};

	snprintf(where, sizeof(where), "churn.%s", out->name);
	if (is_rate(node_get(map, "joins"))) {
		out->joins = JOIN_EVERY;
		out->joins_ns = read_rate(d, node_get(map, "joins"), where);
	} else {
		out->joins = (enum join_rule)read_phrase(&s, "joins", &out->joins_ns);
	}
	out->leaves = (enum leave_rule)read_phrase(&s, "leaves", &out->leaves_ns);
	out->port_mac = read_port_mac(&s);
	out->by = (enum leaves_by)read_word(&s, "leaves-by");
	out->kind = (enum port_kind)read_word(&s, "kind");
	out->count = (unsigned)read_count(&s, "count");
	out->mtu = (uint32_t)read_count(&s, "mtu");
}

static void read_churns(struct decoder *d, const struct node *tree, struct scenario_case *c)
{
	const struct node *map = node_get(tree, "churn");
	unsigned long ports = 0;

	if (!map || map->kind != NODE_MAP)
		return;
	if (map->n > CHURN_PORTS_MAX) {
		errors_add(d->errors, place_of(tree, "churn", NULL, NULL), "at most 1022",
		    "too many churn ports");
		return;
	}
	c->churns = mem_alloc(map->n * sizeof(*c->churns));
	for (size_t i = 0; i < map->n; i++) {
		struct churn *churn = &c->churns[c->n_churns];

		if (map->items[i].value->kind != NODE_MAP ||
		    !port_name(d, &map->items[i], "port", churn->name))
			continue;
		read_churn(d, &map->items[i], churn);
		ports += churn->count;
		c->n_churns++;
	}
	if (ports > CHURN_PORTS_MAX + 1 - c->n_clients - (c->querier != QUERIER_NEVER))
		errors_add(d->errors, place_of(tree, "churn", NULL, NULL),
		    "1023 in all, the clients' own among them: a bridge takes no more (EXFULL)",
		    "too many churn ports (%lu)", ports);
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
	const struct section top = {d->errors, tree, keys_file, "", tree->at, d->partial};
	const struct node *map = read_node(&top, "lookups");
	const struct section s = section_of(d, map, keys_lookups, "lookups");

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
	const struct section s = section_of(d, map, keys_limits, "limits");

	out->lost = read_count(&s, "lost");
	out->outages = read_count(&s, "outages");
	out->outage_ns = read_duration(&s, "outage");
	out->answered = read_share(&s, "answered");
	out->gateway_mac_changes = read_count(&s, "gateway-mac-changes");
}

/* The address must follow from the file, so the MAC that it is made from must not be the kernel's
 * choice. */
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
	const struct section s = section_of(d, map, keys_bridge, "bridge");

	c->pin = (enum bridge_pin)read_mac(&s, "pin", PIN_AT_CREATE, &c->pin_mac);
	c->stp = read_word(&s, "stp");
	c->forward_delay_ns = read_duration(&s, "forward-delay");
	c->ageing_ns = read_duration(&s, "ageing-time");
	c->mtu = (uint32_t)read_count(&s, "mtu");
	c->mtu_via_other = read_word(&s, "mtu-pin");
	if (read_word(&s, "ipv6-gateway"))
		link_local_gateway(d, node_get(map, "ipv6-gateway"), c);
	c->floods_multicast = !read_word(&s, "mcast-snooping");
	c->filters_vlans = read_word(&s, "vlan-filtering");
	c->default_pvid = (int)read_count(&s, "default-pvid");
	if (c->default_pvid == PVID_USUAL)
		c->default_pvid = 0;
	c->vlan = (uint16_t)read_count(&s, "vlan");
}

static void read_querier(struct decoder *d, const struct node *map, struct scenario_case *c)
{
	const struct section s = section_of(d, map, keys_querier, "querier");

	c->querier = (enum querier_asks)read_phrase(&s, "asks", &c->querier_every_ns);
}

static void read_upstream(struct decoder *d, const struct node *map, struct scenario_case *c)
{
	const struct section s = section_of(d, map, keys_upstream, "upstream");

	c->upstream_mtu = (uint32_t)read_count(&s, "mtu");
	c->upstream_delay_ns = read_duration(&s, "delay");
}

/* A name, never a path: a file that somebody else wrote must not choose what is run. */
static void read_subject(const struct section *s, struct scenario_case *c)
{
	const char *name = read_text(s, "subject");

	if (name && value_name(s->errors, name, node_get(s->map, "subject")->at, "subject",
	                SUBJECT_TEXT - 1))
		memcpy(c->subject, name, strlen(name));
	for (size_t i = 0; *c->subject && i < c->n_churns; i++)
		c->churns[i].port_mac.rule = PORT_MAC_KERNEL;
	c->udevd = read_word(s, "udevd");
}

void decode_case(struct errors *e, const struct node *tree, bool partial, struct scenario_case *c)
{
	const struct section s = {e, tree, keys_file, "", tree->at, partial};
	struct decoder d = {e, partial};

	read_clients(&d, tree, c);
	read_querier(&d, node_get(tree, "querier"), c);
	read_upstream(&d, node_get(tree, "upstream"), c);
	read_churns(&d, tree, c);
	decode_events(&d, tree, c);
	read_bridge(&d, node_get(tree, "bridge"), c);
	read_subject(&s, c);
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
	c->advice = (enum advice)read_word(&s, "advice");
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
