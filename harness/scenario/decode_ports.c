/* decode_ports.c: clients and churn ports read into plain values. */
#include "scenario/decode_ports.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "scenario/read.h"

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
			    "%s name '%s' is taken by the lab itself", what, item->key);
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
		struct section s = {
		    .errors = d->errors, .map = value, .keys = keys_client, .where = where};

		if (!port_name(d, &map->items[i], "client", client.group))
			continue;
		snprintf(where, sizeof(where), "clients.%s", client.group);
		client.port_mac = read_port_mac(&s);
		client.mtu = (uint32_t)read_count(&s, "mtu");
		client.knows_gateway = read_word(&s, "gateway-entry");
		int64_t count = read_count(&s, "count");
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

void decode_churns(struct decoder *d, const struct node *tree, struct scenario_case *c)
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
