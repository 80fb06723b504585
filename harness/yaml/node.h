/* SPDX-License-Identifier: GPL-2.0-or-later */
/* node.h: a tree of maps, lists and scalars that knows where in which text it was written. */
#ifndef SB_NODE_H
#define SB_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

/* Memory that is freed all at once. Start with {0}. */
struct arena {
	struct arena_block *blocks;
};

void *arena_alloc(struct arena *a, size_t size); /* zeroed */
char *arena_text(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_free(struct arena *a);

/* A text that nodes come from: a file, or a value of the command line. */
struct source {
	const char *name;
	const char *text;
	size_t len;
};

struct place {
	const struct source *source;
	int line, column; /* from 1; columns count characters */
};

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node_item {
	const char *key; /* of a map; NULL in a list */
	struct place key_at;
	struct node *value;
};

/* Never changed once it is part of a tree, so trees may share branches. */
struct node {
	enum node_kind kind;
	bool plain;       /* scalar: written without quotes */
	struct place at;  /* of the value */
	const char *text; /* scalar; never NULL there */
	struct node_item *items;
	size_t n, cap;
};

struct node *node_new(struct arena *a, enum node_kind kind, struct place at);
struct node *node_scalar(struct arena *a, struct place at, const char *text);
/* Appends to a map or a list under construction (key NULL). */
void node_push(
    struct arena *a, struct node *into, const char *key, struct place key_at, struct node *value);
/* The item of a map, or NULL: also when `map` is NULL or no map. */
const struct node_item *node_item(const struct node *map, const char *key);
struct node *node_get(const struct node *map, const char *key);
/* Follows n keys down from `from`; NULL when one is missing. */
struct node *node_at(struct node *from, char *const *keys, size_t n);
/* The place of the deepest node that is there on the way along up to three keys (NULL ends). */
struct place place_of(const struct node *tree, const char *k1, const char *k2, const char *k3);
/* A map of maps that holds `value` at the end of the n keys. */
struct node *node_wrap(struct arena *a, char *const *keys, size_t n, struct node *value);
/* `over` laid on `base`: maps merge, all else replaces. Either may be NULL. */
struct node *node_merge(struct arena *a, struct node *base, struct node *over);
/* The same, but only where `base` has something already. */
struct node *node_merge_existing(struct arena *a, struct node *base, struct node *over);
/* "a map", "an empty list", "nothing", ... for messages. */
const char *node_kind_name(const struct node *n);
/* YAML text that yaml_parse() reads as the same tree. `map` is a map. */
void node_write(const struct node *map, struct buf *out);

#endif
