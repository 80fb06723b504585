/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grammar.c: which keys a scenario file knows, and paths through it. */
#include "scenario/grammar.h"

#include <string.h>

#include "scenario/read.h"

/* Where a key stands, or might. */
enum spot { IN_FILE, IN_ARM, IN_PATH };

/* As key_find(), where a key of an arm is no other's. */
static const struct key *find(const struct key *keys, const char *name, enum spot spot)
{
	const struct key *k = key_find(keys, name);

	return k && k->place == KEY_IN_ARM && spot != IN_ARM ? NULL : k;
}

static bool offered(const struct key *k, enum spot spot)
{
	return k->kind != KEY_LATER && !k->unlisted &&
	       !(spot != IN_FILE && k->place == KEY_IN_FILE) &&
	       !(spot != IN_ARM && k->place == KEY_IN_ARM);
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
		errors_add(e, n->at, "a map, {} for an empty one", "%s is empty", where);
	else
		value_is(e, n, NODE_MAP, where, "a map");
}

static void check_under(
    const struct node *n, const struct key *k, const char *where, bool arm, struct errors *e)
{
	if (k->kind != KEY_MAP && k->kind != KEY_NAMED && k->kind != KEY_SYSCTLS)
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
	bool top_of_arm = arm && keys == keys_file;

	for (size_t i = 0; i < map->n; i++) {
		const struct node_item *item = &map->items[i];
		const struct key *k = find(keys, item->key, top_of_arm ? IN_ARM : IN_FILE);
		struct buf path = {0};

		if (!k) {
			unknown_key(
			    keys, item->key, item->key_at, where, top_of_arm ? IN_ARM : IN_FILE, e);
			continue;
		}
		if (top_of_arm && k->place == KEY_IN_FILE) {
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

struct node *grammar_case(struct arena *a, const struct node *file)
{
	struct node *out = node_new(a, NODE_MAP, file->at);

	for (size_t i = 0; i < file->n; i++) {
		const struct node_item *item = &file->items[i];
		const struct key *k = key_find(keys_file, item->key);

		if (!k || k->place != KEY_IN_FILE)
			node_push(a, out, item->key, item->key_at, item->value);
	}
	return out;
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
	const struct key *keys = keys_file;
	struct node *here = file;
	const char *s = text;

	*out = (struct path){0};
	while (s) {
		const char *dot = strchr(s, '.');
		bool free_name = out->key && out->key->kind == KEY_SYSCTLS;
		size_t len = dot && !free_name ? (size_t)(dot - s) : strlen(s);
		char *part = arena_text(a, s, len);
		char *before = arena_text(a, text, s > text ? (size_t)(s - text) - 1 : 0);

		if (!len) {
			errors_add(e, at, "keys joined by dots", "invalid path '%s'", text);
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
			const struct key *k = keys ? find(keys, part, IN_PATH) : NULL;

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
			if (k->place == KEY_IN_FILE) {
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
		struct key entry = {.kind = KEY_MAP, .sub = path->parent->sub};

		check_under(value, &entry, text, false, e);
	}
}
