/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode_events.c: the one-off changes of `events` read into plain values.
 *
 * An event says when, who and what: {at: 5s, port: low, set-mac: above-all}. It must have exactly
 * one of the keys for who, and one of those for what. */
#include "scenario/decode_events.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "scenario/change.h"
#include "scenario/churn.h"
#include "scenario/grammar.h"
#include "scenario/macs.h"

static const char *const whos[] = {"bridge", "port", "client", NULL};
static const char *const whats[] = {"set-mac", "set-mtu", "set", "leaves", "joins", "sends-as",
    "recreate", "set-vlan-filtering", "delete-address", "add-address", "add-route", NULL};

/* The one key of the list that the event has; NULL with an error. */
static const struct node_item *only(
    struct decoder *d, const struct node *map, const char *const *keys, const char *expected)
{
	const struct node_item *found = NULL;

	for (size_t i = 0; keys[i]; i++) {
		const struct node_item *item = node_item(map, keys[i]);

		if (item && found) {
			errors_add(d->errors, item->key_at, "an event for each",
			    "an event cannot have both '%s' and '%s'", found->key, item->key);
			return NULL;
		}
		found = found ? found : item;
	}
	if (!found)
		errors_add(d->errors, map->at, expected, "an event without %s", expected);
	return found;
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
		errors_add(d->errors, n->at, list.s, "%s names '%s', but there is no such client",
		    what, name);
	buf_free(&list);
}

static bool is_client(const struct scenario_case *c, const char *name, size_t *index)
{
	for (*index = 0; *index < c->n_clients; ++*index)
		if (!strcmp(c->clients[*index].name, name))
			return true;
	return false;
}

static bool find_client(struct decoder *d, const struct node *n, const struct scenario_case *c,
    const char *what, const char *name, size_t *index)
{
	if (is_client(c, name, index))
		return true;
	if (!d->partial)
		decode_no_client(d, n, what, name, c);
	return false;
}

/* Is it this churn's port, and which of several? Their names are NAME-1, NAME-2, ... */
static bool is_port(const struct churn *churn, const char *name, unsigned *sub)
{
	size_t len = strlen(churn->name);
	unsigned n = 0;

	*sub = 0;
	if (churn->count <= 1)
		return !strcmp(churn->name, name);
	if (strncmp(churn->name, name, len) != 0 || name[len] != '-' || name[len + 1] == '0')
		return false;
	for (const char *p = name + len + 1; *p; p++) {
		if (*p < '0' || *p > '9' || n > churn->count)
			return false;
		n = n * 10 + (unsigned)(*p - '0');
	}
	*sub = n - 1;
	return n && n <= churn->count;
}

static bool find_port(struct decoder *d, const struct node *n, const struct scenario_case *c,
    const char *name, struct change *out)
{
	for (out->index = 0; out->index < c->n_churns; out->index++)
		if (is_port(&c->churns[out->index], name, &out->sub))
			return true;
	out->sub = 0;
	if (!d->partial)
		errors_add(d->errors, n->at, "a port of `churn`; one of several is NAME-1",
		    "events.port names '%s', but there is no such churn port", name);
	return false;
}

static bool read_who(struct decoder *d, const struct section *s, const struct node_item *who,
    const struct scenario_case *c, struct change *out)
{
	const struct node_item *end = node_item(s->map, "end");
	const char *name;

	if (end && strcmp(who->key, "client") != 0) {
		errors_add(d->errors, end->key_at, "to leave it out",
		    "'end' is for events of a client, not of a %s", who->key);
		return false;
	}
	if (!strcmp(who->key, "bridge")) {
		out->whose = WHOSE_BRIDGE;
		return read_word(s, "bridge");
	}
	if (!strcmp(who->key, "port")) {
		out->whose = WHOSE_PORT;
		name = read_text(s, "port");
		return name && find_port(d, who->value, c, name, out);
	}
	out->whose =
	    end && read_word(s, "end") == WHOSE_CLIENT_END ? WHOSE_CLIENT_END : WHOSE_CLIENT_PORT;
	name = read_text(s, "client");
	return name && find_client(d, who->value, c, "events.client", name, &out->index);
}

static bool read_change_mac(
    struct decoder *d, const struct node *n, const struct scenario_case *c, struct change *out)
{
	const struct word *words = words_change_mac + (out->whose == WHOSE_CLIENT_END ? 2 : 0);
	size_t client;
	int word;

	if (n->kind == NODE_SCALAR && !strncmp(n->text, "same-as ", 8)) {
		if (!find_client(d, n, c, "events.set-mac", n->text + 8, &client))
			return false;
		out->mac = CHANGE_MAC_FIXED;
		out->fixed = mac_from_number(MACS_OWN_ENDS + 1 + client);
		return true;
	}
	if (!value_word_or_mac(d->errors, n, "events.set-mac", words, ", same-as CLIENT, a MAC",
	        CHANGE_MAC_FIXED, &word, &out->fixed))
		return false;
	out->mac = (enum change_mac)word;
	return true;
}

static bool read_sends_as(struct decoder *d, const struct section *s, const struct node_item *what,
    const struct scenario_case *c, struct change *out)
{
	const char *name = read_text(s, "sends-as");
	size_t client;

	out->what = CHANGE_SENDS_AS;
	if (!name || !find_client(d, what->value, c, "events.sends-as", name, &client))
		return false;
	if (out->whose == WHOSE_CLIENT_PORT && client == out->index) {
		errors_add(d->errors, what->value->at, "another client",
		    "'%s' sends as itself at any time", name);
		return false;
	}
	out->whose = WHOSE_CLIENT_END;
	out->mac = CHANGE_MAC_FIXED;
	out->fixed = mac_from_number(MACS_OWN_ENDS + 1 + client);
	return true;
}

static bool read_what(struct decoder *d, const struct section *s, const struct node_item *what,
    const struct scenario_case *c, struct change *out)
{
	int word;

	if (!strcmp(what->key, "set-mac")) {
		out->what = CHANGE_SET_MAC;
		return read_change_mac(d, what->value, c, out);
	}
	if (!strcmp(what->key, "set-mtu")) {
		out->what = CHANGE_SET_MTU;
		out->mtu = (uint32_t)read_count(s, "set-mtu");
		return out->mtu;
	}
	if (!strcmp(what->key, "sends-as"))
		return read_sends_as(d, s, what, c, out);
	word = read_word(s, what->key);
	if (!strcmp(what->key, "set")) {
		out->what = word < 0 ? CHANGE_SET_MAC : (enum change_what)word;
		return word >= 0;
	}
	if (!strcmp(what->key, "recreate")) {
		out->what = CHANGE_RECREATE;
		out->by = word < 0 ? RECREATE_WITHOUT_MAC : (enum recreate_with)word;
		return word >= 0;
	}
	if (!strcmp(what->key, "set-vlan-filtering")) {
		out->what = CHANGE_FILTER_VLANS;
		return word;
	}
	if (strchr(what->key, '-')) {
		out->what = !strcmp(what->key, "add-route")     ? CHANGE_ADD_ROUTE
		            : !strcmp(what->key, "add-address") ? CHANGE_ADD_ADDRESS
		                                                : CHANGE_DELETE_ADDRESS;
		out->address = (enum bridge_address)word;
		return word;
	}
	out->what = !strcmp(what->key, "joins") ? CHANGE_JOINS : CHANGE_LEAVES;
	return word;
}

static bool is_of_bridge_alone(const struct change *ch)
{
	return ch->what == CHANGE_RECREATE || ch->what == CHANGE_DELETE_ADDRESS ||
	       ch->what == CHANGE_ADD_ADDRESS || ch->what == CHANGE_FILTER_VLANS;
}

/* Is the change possible for it, and is the end of a client's link given where it is needed? */
static bool goes_together(struct decoder *d, const struct node *map, const struct node_item *who,
    const struct node_item *what, const struct change *ch)
{
	bool moves = ch->what == CHANGE_JOINS || ch->what == CHANGE_LEAVES,
	     sends = ch->what == CHANGE_SENDS_AS, is_client = !strcmp(who->key, "client");
	const struct node_item *end = node_item(map, "end");
	const char *expected = NULL;

	if (is_of_bridge_alone(ch) && ch->whose != WHOSE_BRIDGE)
		expected = "bridge: true";
	else if (sends && !is_client)
		expected = "client: NAME";
	else if (moves && ch->whose == WHOSE_BRIDGE)
		expected = "port: NAME, or client: NAME";
	if (expected) {
		errors_add(d->errors, what->key_at, expected, "'%s' is not possible for a %s",
		    what->key, who->key);
		return false;
	}
	if (ch->what == CHANGE_ADD_ROUTE && ch->whose != WHOSE_CLIENT_END) {
		errors_add(d->errors, what->key_at, "client: NAME and end: own",
		    "'add-route' is for a client's own end");
		return false;
	}
	if ((moves || sends) && end) {
		errors_add(d->errors, end->key_at, "to leave it out",
		    "'%s' always acts on the client's %s", what->key, sends ? "eth0" : "port");
		return false;
	}
	if (!moves && !sends && is_client && !end) {
		errors_add(d->errors, what->key_at,
		    "end: port for the bridge's side, end: own for the client's eth0",
		    "'%s' needs 'end': a client's link has two", what->key);
		return false;
	}
	return true;
}

static bool has_unknown_key(const struct node *map)
{
	for (size_t i = 0; i < map->n; i++)
		if (!key_find(keys_event, map->items[i].key))
			return true;
	return false;
}

static bool read_event(
    struct decoder *d, const struct node *map, const struct scenario_case *c, struct change *out)
{
	const struct section s = {d->errors, map, keys_event, "events", map->at, true};
	const struct node_item *who, *what;
	bool good;

	grammar_check(map, keys_event, "events", false, d->errors);
	out->at_ns = read_duration(&s, "at");
	/* the unknown key may be meant for the one that is missing */
	if (has_unknown_key(map))
		return false;
	if (!node_get(map, "at"))
		errors_add(d->errors, map->at, "at: T", "an event without 'at'");
	who = only(d, map, whos, "bridge: true, port: NAME or client: NAME");
	what = only(d, map, whats,
	    "one of set-mac, set-mtu, set, leaves, joins, sends-as, recreate, set-vlan-filtering, delete-address, add-address, add-route");
	/* both are read, so that the errors of both are shown */
	good = who && read_who(d, &s, who, c, out);
	good = what && read_what(d, &s, what, c, out) && good;
	return who && what && goes_together(d, map, who, what, out) && good && out->at_ns >= 0;
}

void decode_events(struct decoder *d, const struct node *tree, struct scenario_case *c)
{
	const struct node *list = node_get(tree, "events");
	const struct key *k = key_find(keys_file, "events");
	char expected[40];

	if (!list || !value_is(d->errors, list, NODE_LIST, "events",
	                 "a list of changes, such as [{at: 5s, ...}]"))
		return;
	if (list->n > (size_t)k->most) {
		snprintf(expected, sizeof(expected), "at most %lld", (long long)k->most);
		errors_add(d->errors, list->at, expected, "too many events (%zu)", list->n);
		return;
	}
	c->changes = mem_alloc(list->n * sizeof(*c->changes));
	for (size_t i = 0; i < list->n; i++) {
		struct change *out = &c->changes[c->n_changes];
		const struct node *map = list->items[i].value;

		*out = (struct change){.item = i};
		if (value_is(d->errors, map, NODE_MAP, "an event",
		        "a map, such as {at: 5s, bridge: true, set: down}") &&
		    read_event(d, map, c, out))
			c->n_changes++;
	}
}
