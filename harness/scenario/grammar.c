/* grammar.c: which keys a scenario file knows, and paths through it. */
#include "scenario/grammar.h"

#include <string.h>

static const struct key client_keys[] = {
    {"port-mac", KEY_LEAF, false, NULL},
    {"mtu", KEY_LEAF, false, NULL},
    {"gateway-entry", KEY_LEAF, false, NULL},
    {"count", KEY_LEAF, false, NULL},
    {0},
};

static const struct key bridge_keys[] = {
    {"pin", KEY_LEAF, false, NULL},
    {"stp", KEY_LEAF, false, NULL},
    {"forward-delay", KEY_LEAF, false, NULL},
    {"mtu", KEY_LEAF, false, NULL},
    {"mtu-pin", KEY_LEAF, false, NULL},
    {"ipv6-gateway", KEY_LEAF, false, NULL},
    {"mcast-snooping", KEY_LEAF, false, NULL},
    {0},
};

static const struct key querier_keys[] = {
    {"asks", KEY_LEAF, false, NULL},
    {0},
};

static const struct key churn_keys[] = {
    {"joins", KEY_LEAF, false, NULL},
    {"leaves", KEY_LEAF, false, NULL},
    {"leaves-by", KEY_LEAF, false, NULL},
    {"port-mac", KEY_LEAF, false, NULL},
    {"kind", KEY_LEAF, false, NULL},
    {"count", KEY_LEAF, false, NULL},
    {"mtu", KEY_LEAF, false, NULL},
    {0},
};

static const struct key lookups_keys[] = {
    {"every", KEY_LEAF, false, NULL},
    {"pause", KEY_LEAF, false, NULL},
    {"timeout", KEY_LEAF, false, NULL},
    {"from", KEY_LEAF, false, NULL},
    {"attempts", KEY_LATER, false, NULL},
    {"family", KEY_LEAF, false, NULL},
    {"transport", KEY_LEAF, false, NULL},
    {"answer-size", KEY_LEAF, false, NULL},
    {0},
};

static const struct key sysctl_keys[] = {
    {"router", KEY_FREE, false, NULL},
    {"clients", KEY_FREE, false, NULL},
    {0},
};

static const struct key limits_keys[] = {
    {"lost", KEY_LEAF, false, NULL},
    {"outages", KEY_LEAF, false, NULL},
    {"outage", KEY_LEAF, false, NULL},
    {"answered", KEY_LEAF, false, NULL},
    {"gateway-mac-changes", KEY_LEAF, false, NULL},
    {0},
};

const struct key grammar_file[] = {
    {"name", KEY_LEAF, true, NULL},
    {"seed", KEY_LEAF, true, NULL},
    {"pace", KEY_LEAF, true, NULL},
    {"summary", KEY_LEAF, true, NULL},
    {"references", KEY_LEAF, true, NULL},
    {"clients", KEY_NAMED, false, client_keys},
    {"bridge", KEY_MAP, false, bridge_keys},
    {"querier", KEY_MAP, false, querier_keys},
    {"churn", KEY_NAMED, false, churn_keys},
    {"events", KEY_LEAF, false, NULL},
    {"lookups", KEY_MAP, false, lookups_keys},
    {"sysctl", KEY_MAP, false, sysctl_keys},
    {"firewall", KEY_LEAF, false, NULL},
    {"firewall-backend", KEY_LEAF, false, NULL},
    {"warmup", KEY_LEAF, false, NULL},
    {"duration", KEY_LEAF, false, NULL},
    {"limits", KEY_MAP, false, limits_keys},
    {"max-pace", KEY_LEAF, false, NULL},
    {"exposures", KEY_LEAF, false, NULL},
    {"matrix", KEY_LEAF, true, NULL},
    {"arms", KEY_LEAF, true, NULL},
    {"known", KEY_LEAF, true, NULL},
    {"fault", KEY_LEAF, true, NULL},
    {"expect", KEY_LEAF, true, NULL},
    {"subject", KEY_LATER, false, NULL},
    {"udevd", KEY_LATER, false, NULL},
    {0},
};

const struct key grammar_event[] = {
    {"at", KEY_LEAF, false, NULL},
    {"bridge", KEY_LEAF, false, NULL},
    {"port", KEY_LEAF, false, NULL},
    {"client", KEY_LEAF, false, NULL},
    {"end", KEY_LEAF, false, NULL},
    {"set-mac", KEY_LEAF, false, NULL},
    {"set-mtu", KEY_LEAF, false, NULL},
    {"set", KEY_LEAF, false, NULL},
    {"leaves", KEY_LEAF, false, NULL},
    {"joins", KEY_LEAF, false, NULL},
    {"recreate", KEY_LEAF, false, NULL},
    {0},
};

const struct key grammar_known[] = {
    {"arm", KEY_LEAF, false, NULL},
    {"if", KEY_LEAF, false, NULL},
    {"breaks", KEY_LEAF, false, NULL},
    {"why", KEY_LEAF, false, NULL},
    {0},
};

const struct key grammar_fault[] = {
    {"what", KEY_LEAF, false, NULL},
    {"arm", KEY_LEAF, false, NULL},
    {"at", KEY_LEAF, false, NULL},
    {"for", KEY_LEAF, false, NULL},
    {"every", KEY_LEAF, false, NULL},
    {"set", KEY_LEAF, false, NULL},
    {0},
};

const struct key grammar_expect[] = {
    {"verdict", KEY_LEAF, false, NULL},
    {"cause", KEY_LEAF, false, NULL},
    {"form", KEY_LEAF, false, NULL},
    {"invariant", KEY_LEAF, false, NULL},
    {0},
};

static const struct key *find(const struct key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (!strcmp(keys->name, name))
			return keys;
	return NULL;
}

/* Where a key stands, or might. */
enum spot { IN_FILE, IN_ARM, IN_PATH };

static bool offered(const struct key *k, enum spot spot)
{
	return k->kind != KEY_LATER && !(spot != IN_FILE && k->whole) && strcmp(k->name, "fault") &&
	       strcmp(k->name, "expect") && strcmp(k->name, "name") && strcmp(k->name, "seed") &&
	       strcmp(k->name, "pace");
}

static void unknown_key(const struct key *keys, const char *name, struct place at,
    const char *where, enum spot spot, struct errors *e)
{
	struct buf list = {0};
	const char *near = NULL;
	unsigned best = 3; /* farther words are not meant */

	for (const struct key *k = keys; k->name; k++) {
		unsigned d = words_apart(k->name, name);

		if (!offered(k, spot))
			continue;
		buf_printf(&list, "%s%s", list.len ? ", " : "", k->name);
		if (d < best && d < strlen(k->name)) {
			best = d;
			near = k->name;
		}
	}
	if (spot == IN_ARM)
		buf_puts(&list, ", breaks");
	if (near)
		errors_add(e, at, list.s, "unknown key '%s'%s%s: did you mean '%s'?", name,
		    *where ? " in " : "", where, near);
	else
		errors_add(
		    e, at, list.s, "unknown key '%s'%s%s", name, *where ? " in " : "", where);
	buf_free(&list);
}

static void wrong_kind(const struct node *n, const char *where, struct errors *e)
{
	if (n->kind == NODE_SCALAR && !*n->text)
		errors_add(e, n->at, "a map, {} for an empty one", "%s holds nothing", where);
	else
		errors_add(e, n->at, "a map", "%s must be a map, not %s", where, node_kind_name(n));
}

static void check_under(
    const struct node *n, const struct key *k, const char *where, bool arm, struct errors *e)
{
	if (k->kind != KEY_MAP && k->kind != KEY_NAMED && k->kind != KEY_FREE)
		return;
	if (n->kind != NODE_MAP) {
		wrong_kind(n, where, e);
		return;
	}
	if (k->kind == KEY_MAP) {
		grammar_check(n, k->sub, where, arm, e);
		return;
	}
	for (size_t i = 0; k->kind == KEY_NAMED && i < n->n; i++) {
		char *path = mem_printf("%s.%s", where, n->items[i].key);
		struct buf kept = {.s = path};

		if (n->items[i].value->kind != NODE_MAP)
			wrong_kind(n->items[i].value, path, e);
		else
			grammar_check(n->items[i].value, k->sub, path, false, e);
		buf_free(&kept);
	}
}

void grammar_check(
    const struct node *map, const struct key *keys, const char *where, bool arm, struct errors *e)
{
	bool top_of_arm = arm && keys == grammar_file;

	for (size_t i = 0; i < map->n; i++) {
		const struct node_item *item = &map->items[i];
		const struct key *k = find(keys, item->key);
		struct buf path = {0};

		if (top_of_arm && !strcmp(item->key, "breaks"))
			continue;
		if (!k) {
			unknown_key(
			    keys, item->key, item->key_at, where, top_of_arm ? IN_ARM : IN_FILE, e);
			continue;
		}
		if (top_of_arm && k->whole) {
			errors_add(e, item->key_at, "an override of the case's own values",
			    "'%s' belongs to the whole file, not to an arm", item->key);
			continue;
		}
		if (k->kind == KEY_LATER) {
			errors_add(e, item->key_at, "to leave it out", "'%s' is not supported yet",
			    item->key);
			continue;
		}
		buf_printf(&path, "%s%s%s", top_of_arm ? "" : where,
		    *where && !top_of_arm ? "." : "", item->key);
		check_under(item->value, k, path.s, arm, e);
		buf_free(&path);
	}
}

/* A name in a map that the user named; it must be there. */
static bool known_name(
    const struct node *map, const char *name, const char *before, struct place at, struct errors *e)
{
	struct buf list = {0};

	if (node_item(map, name))
		return true;
	for (size_t i = 0; map && map->kind == NODE_MAP && i < map->n; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", map->items[i].key);
	errors_add(e, at, list.len ? list.s : "an entry that the file has", "%s has no '%s'",
	    before, name);
	buf_free(&list);
	return false;
}

bool path_read(struct arena *a, const char *text, struct node *file, struct place at,
    struct errors *e, struct path *out)
{
	const struct key *keys = grammar_file;
	struct node *here = file;
	const char *s = text;

	*out = (struct path){0};
	while (s) {
		const char *dot = strchr(s, '.');
		bool free_name = out->key && out->key->kind == KEY_FREE;
		size_t len = dot && !free_name ? (size_t)(dot - s) : strlen(s);
		char *part = arena_text(a, s, len);
		char *before = arena_text(a, text, s > text ? (size_t)(s - text) - 1 : 0);

		if (!len) {
			errors_add(e, at, "keys joined by dots", "'%s' is no path", text);
			return false;
		}
		out->parts[out->n++] = part;
		if (free_name) {
			out->parent = out->key;
			out->key = NULL;
			return true;
		}
		if (out->key && out->key->kind == KEY_NAMED) {
			if (!known_name(here, part, before, at, e))
				return false;
			out->parent = out->key;
			keys = out->key->sub;
			out->key = NULL;
		} else {
			const struct key *k = keys ? find(keys, part) : NULL;

			if (!keys) {
				errors_add(e, at, before, "nothing lies below '%s'", before);
				return false;
			}
			if (!k) {
				unknown_key(keys, part, at, before, IN_PATH, e);
				return false;
			}
			if (k->kind == KEY_LATER) {
				errors_add(
				    e, at, "a supported key", "'%s' is not supported yet", part);
				return false;
			}
			if (k->whole) {
				errors_add(e, at, "a value of the case",
				    "'%s' belongs to the whole file and cannot be varied", part);
				return false;
			}
			out->key = k;
			keys = k->kind == KEY_MAP ? k->sub : NULL;
		}
		here = node_get(here, part);
		s = dot && !free_name ? dot + 1 : NULL;
	}
	return true;
}

void path_check_value(
    const struct path *path, const char *text, const struct node *value, struct errors *e)
{
	if (path->key) {
		check_under(value, path->key, text, false, e);
	} else if (path->parent->kind == KEY_NAMED) {
		struct key entry = {text, KEY_MAP, false, path->parent->sub};

		check_under(value, &entry, text, false, e);
	}
}
