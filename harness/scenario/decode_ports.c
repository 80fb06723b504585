/* decode_ports.c: clients and churn ports read into plain values. */
#include "scenario/decode_ports.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "scenario/values.h"

#define HOUR (3600 * NS_PER_S)
#define MAX_CLIENTS 64
#define MAX_PORTS 1022 /* the kernel takes 1023 on a bridge, a client at least among them */

static void read_port_mac(struct decoder *d, const struct node *map, const char *where,
    const struct word *words, struct port_mac *out)
{
	const struct node *n = node_get(map, "port-mac");
	char *what;
	int rule;

	if (!n)
		return;
	what = mem_printf("%s.port-mac", where);
	if (value_word_or_mac(
	        d->errors, n, what, words, ", a MAC", PORT_MAC_FIXED, &rule, &out->fixed))
		out->rule = (enum port_mac_rule)rule;
	free(what);
}

void decode_mtu(struct decoder *d, const struct node *map, const char *where, const char *key,
    uint32_t none, uint32_t *out)
{
	const struct node *n = node_get(map, key);
	char *what = mem_printf("%s.%s", where, key);
	int64_t mtu;

	*out = none;
	if (n && value_count(d->errors, n, what, MTU_LEAST, MTU_MOST, &mtu))
		*out = (uint32_t)mtu;
	free(what);
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
			    "%s name '%s' is taken by the lab itself", what, item->key);
			return false;
		}
	snprintf(out, NAME_MAX_LEN, "%s", item->key);
	return true;
}

static void read_entry(struct decoder *d, const struct node *map, const char *where, bool *out)
{
	const struct node *n = node_get(map, "gateway-entry");
	char *what = mem_printf("%s.gateway-entry", where);
	int word;

	if (n && value_word(d->errors, n, what, words_entry, &word))
		*out = word;
	free(what);
}

static bool has_room(struct decoder *d, const struct node *tree, size_t n)
{
	if (n > MAX_CLIENTS)
		errors_add(d->errors, place_of(tree, "clients", NULL, NULL), "at most 64",
		    "too many clients (%zu)", n);
	return n <= MAX_CLIENTS;
}

/* So many like the one that was read: group-1, group-2, ... */
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

void decode_clients(struct decoder *d, const struct node *tree, struct scenario_case *c)
{
	const struct node *map =
	    decode_field(d, tree, "", "clients", "clients: {c1: {}}", tree->at);

	if (!map || map->kind != NODE_MAP)
		return;
	if (!map->n)
		errors_add(d->errors, map->at, "at least one", "no clients");
	if (!has_room(d, tree, map->n))
		return;
	c->clients = mem_alloc(MAX_CLIENTS * sizeof(*c->clients));
	for (size_t i = 0; i < map->n; i++) {
		const struct node *value = map->items[i].value, *n = node_get(value, "count");
		struct client client = {0};
		char where[32], what[64];
		int64_t count = 1;

		if (!port_name(d, &map->items[i], "client", client.group))
			continue;
		snprintf(where, sizeof(where), "clients.%s", client.group);
		snprintf(what, sizeof(what), "%s.count", where);
		read_port_mac(d, value, where, words_port_mac + 1, &client.port_mac);
		decode_mtu(d, value, where, "mtu", MTU_USUAL, &client.mtu);
		read_entry(d, value, where, &client.knows_gateway);
		if (n)
			value_count(d->errors, n, what, 1, MAX_CLIENTS, &count);
		if (!has_room(d, tree, c->n_clients + (size_t)count))
			return;
		spread(d, map->items[i].key_at, c, &client, (unsigned)count);
	}
}

void decode_no_client(struct decoder *d, const struct node *n, const char *what, const char *name,
    const struct scenario_case *c)
{
	struct buf list = {0};
	size_t of_it = 0;

	buf_puts(&list, c->n_clients ? "one of " : "a client");
	for (size_t i = 0; i < c->n_clients; i++) {
		const struct client *client = &c->clients[i];
		size_t k = i;

		while (k + 1 < c->n_clients && !strcmp(c->clients[k + 1].group, client->group))
			k++;
		if (!strcmp(client->group, name))
			of_it = k - i + 1;
		buf_printf(&list, "%s%s", i ? ", " : "", client->name);
		if (k > i)
			buf_printf(&list, " to %s", c->clients[k].name);
		i = k;
	}
	if (of_it)
		errors_add(d->errors, n->at, list.s, "%s names '%s', which is %zu clients", what,
		    name, of_it);
	else
		errors_add(
		    d->errors, n->at, list.s, "%s names '%s', which is no client", what, name);
	buf_free(&list);
}

/* "every T" or "N/s". */
static bool read_every(struct decoder *d, const struct node *n, const char *what, int64_t *ns)
{
	size_t len = strlen(n->text);
	double rate;

	if (!strncmp(n->text, "every ", 6))
		return value_duration(d->errors, n, n->text + 6, what, NS_PER_MS, HOUR, ns);
	char *number = mem_strdup(n->text);
	number[len - 2] = '\0';
	bool ok = number_parse(number, &rate) && rate >= 1.0 / 3600 && rate <= 1000;
	free(number);
	if (!ok) {
		errors_add(d->errors, n->at, "1000/s at most, such as 5/s or 0.5/s",
		    "%s '%s' is not a rate", what, n->text);
		return false;
	}
	*ns = llround((double)NS_PER_S / rate);
	return true;
}

static void read_joins(
    struct decoder *d, const struct node *n, const char *where, struct churn *out)
{
	const char *text;
	size_t len;
	char what[64];

	snprintf(what, sizeof(what), "%s.joins", where);
	out->joins_ns = UNREAD;
	if (!n || !value_text(d->errors, n, what, &text))
		return;
	len = strlen(text);
	if (!strcmp(text, "before")) {
		out->joins = JOIN_BEFORE;
		out->joins_ns = 0;
	} else if (!strncmp(text, "at ", 3)) {
		out->joins = JOIN_AT;
		value_duration(d->errors, n, text + 3, what, 0, HOUR, &out->joins_ns);
	} else if (!strncmp(text, "every ", 6) || (len > 2 && !strcmp(text + len - 2, "/s"))) {
		out->joins = JOIN_EVERY;
		read_every(d, n, what, &out->joins_ns);
	} else {
		errors_add(d->errors, n->at, "before, at T, every T or N/s", "%s cannot be '%s'",
		    what, text);
	}
}

static void read_leaves(
    struct decoder *d, const struct node *n, const char *where, struct churn *out)
{
	const char *text;
	char what[64];

	snprintf(what, sizeof(what), "%s.leaves", where);
	out->leaves_ns = UNREAD;
	if (!n || !value_text(d->errors, n, what, &text))
		return;
	if (!strcmp(text, "never")) {
		out->leaves = LEAVE_NEVER;
		out->leaves_ns = 0;
	} else if (!strncmp(text, "at ", 3)) {
		out->leaves = LEAVE_AT;
		value_duration(d->errors, n, text + 3, what, 0, HOUR, &out->leaves_ns);
	} else if (!strncmp(text, "after ", 6)) {
		out->leaves = LEAVE_AFTER;
		value_duration(d->errors, n, text + 6, what, NS_PER_MS, HOUR, &out->leaves_ns);
	} else {
		errors_add(
		    d->errors, n->at, "never, at T or after T", "%s cannot be '%s'", what, text);
	}
}

static void read_churn(struct decoder *d, const struct node_item *item, struct churn *out)
{
	const struct node *map = item->value, *n;
	char where[32], what[64];
	int64_t count = 1;
	int word;

	snprintf(where, sizeof(where), "churn.%s", out->name);
	read_joins(d,
	    decode_field(
	        d, map, where, "joins", "joins: before, at T, every T or N/s", item->key_at),
	    where, out);
	read_leaves(d,
	    decode_field(d, map, where, "leaves", "leaves: never, at T or after T", item->key_at),
	    where, out);
	read_port_mac(d, map, where, words_port_mac, &out->port_mac);
	snprintf(what, sizeof(what), "%s.leaves-by", where);
	n = node_get(map, "leaves-by");
	if (n && value_word(d->errors, n, what, words_leaves_by, &word))
		out->by = (enum leaves_by)word;
	snprintf(what, sizeof(what), "%s.kind", where);
	n = node_get(map, "kind");
	if (n && value_word(d->errors, n, what, words_kind, &word))
		out->kind = (enum port_kind)word;
	snprintf(what, sizeof(what), "%s.count", where);
	n = node_get(map, "count");
	if (n)
		value_count(d->errors, n, what, 1, MAX_PORTS, &count);
	out->count = (unsigned)count;
	decode_mtu(d, map, where, "mtu", MTU_USUAL, &out->mtu);
}

void decode_churns(struct decoder *d, const struct node *tree, struct scenario_case *c)
{
	const struct node *map = node_get(tree, "churn");
	unsigned long ports = 0;

	if (!map || map->kind != NODE_MAP)
		return;
	if (map->n > MAX_PORTS) {
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
	if (ports > MAX_PORTS + 1 - c->n_clients - (c->querier != QUERIER_NEVER))
		errors_add(d->errors, place_of(tree, "churn", NULL, NULL),
		    "1023 in all, the clients' own among them: a bridge takes no more (EXFULL)",
		    "too many churn ports (%lu)", ports);
}
