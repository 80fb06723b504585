/* SPDX-License-Identifier: GPL-2.0-or-later */
/* node.c: a tree of maps, lists and scalars that knows where in which text it was written. */
#include "yaml/node.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FLOW_WIDTH 72 /* columns of a map or list on one line */

#define BLOCK_SIZE 16384

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

void *arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *b = a->blocks;

	size = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
	if (!b || b->size - b->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		b = mem_alloc(sizeof(*b) + room);
		b->size = room;
		b->next = a->blocks;
		a->blocks = b;
	}
	void *p = b->bytes + b->used;
	b->used += size;
	return p;
}

char *arena_text(struct arena *a, const char *s, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	if (len)
		memcpy(p, s, len);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	struct buf b = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	char *s = arena_text(a, b.s, b.len);
	buf_free(&b);
	return s;
}

void arena_free(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *b = a->blocks;

		a->blocks = b->next;
		free(b);
	}
}

struct node *node_new(struct arena *a, enum node_kind kind, struct place at)
{
	struct node *n = arena_alloc(a, sizeof(*n));

	n->kind = kind;
	n->at = at;
	n->text = kind == NODE_SCALAR ? "" : NULL;
	return n;
}

struct node *node_scalar(struct arena *a, struct place at, const char *text)
{
	struct node *n = node_new(a, NODE_SCALAR, at);

	n->text = text;
	n->plain = true;
	return n;
}

void node_push(
    struct arena *a, struct node *into, const char *key, struct place key_at, struct node *value)
{
	if (into->n == into->cap) {
		size_t cap = into->cap ? into->cap * 2 : 4;
		struct node_item *items = arena_alloc(a, cap * sizeof(*items));

		if (into->n)
			memcpy(items, into->items, into->n * sizeof(*items));
		into->items = items;
		into->cap = cap;
	}
	into->items[into->n++] = (struct node_item){key, key_at, value};
}

const struct node_item *node_item(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++)
		if (!strcmp(map->items[i].key, key))
			return &map->items[i];
	return NULL;
}

struct node *node_get(const struct node *map, const char *key)
{
	const struct node_item *item = node_item(map, key);

	return item ? item->value : NULL;
}

struct node *node_at(struct node *from, char *const *keys, size_t n)
{
	for (size_t i = 0; i < n && from; i++)
		from = node_get(from, keys[i]);
	return from;
}

struct place place_of(const struct node *tree, const char *k1, const char *k2, const char *k3)
{
	const char *keys[] = {k1, k2, k3};
	struct place at = tree->at;

	for (size_t i = 0; i < 3 && keys[i]; i++) {
		const struct node_item *item = node_item(tree, keys[i]);

		if (!item)
			break;
		at = item->value->kind == NODE_SCALAR ? item->value->at : item->key_at;
		tree = item->value;
	}
	return at;
}

struct node *node_wrap(struct arena *a, char *const *keys, size_t n, struct node *value)
{
	while (n--) {
		struct node *map = node_new(a, NODE_MAP, value->at);

		node_push(a, map, keys[n], value->at, value);
		value = map;
	}
	return value;
}

static struct node *merge(struct arena *a, struct node *base, struct node *over, bool existing)
{
	if (!base)
		return existing ? NULL : over;
	if (!over)
		return base;
	if (base->kind != NODE_MAP || over->kind != NODE_MAP)
		return over;
	struct node *out = node_new(a, NODE_MAP, base->at);
	for (size_t i = 0; i < base->n; i++) {
		const struct node_item *b = &base->items[i], *o = node_item(over, b->key);

		node_push(a, out, b->key, o ? o->key_at : b->key_at,
		    o ? merge(a, b->value, o->value, existing) : b->value);
	}
	for (size_t i = 0; i < over->n && !existing; i++) {
		const struct node_item *o = &over->items[i];

		if (!node_item(base, o->key))
			node_push(a, out, o->key, o->key_at, o->value);
	}
	return out;
}

struct node *node_merge(struct arena *a, struct node *base, struct node *over)
{
	return merge(a, base, over, false);
}

struct node *node_merge_existing(struct arena *a, struct node *base, struct node *over)
{
	return merge(a, base, over, true);
}

const char *node_kind_name(const struct node *n)
{
	switch (n->kind) {
	case NODE_MAP:
		return n->n ? "a map" : "an empty map";
	case NODE_LIST:
		return n->n ? "a list" : "an empty list";
	default:
		return n->plain && !*n->text ? "nothing" : "a single value";
	}
}

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* May it stand without quotes wherever a key or value may? */
static bool plain_is_safe(const char *s)
{
	if (!alnum(*s))
		return false;
	for (; *s; s++) {
		if (alnum(*s) || strchr("_./+-%", *s))
			continue;
		if ((*s == ':' || *s == ' ') && alnum(s[1]))
			continue;
		return false;
	}
	return true;
}

static void write_text(const char *s, bool plain, struct buf *out)
{
	if (plain && plain_is_safe(s)) {
		buf_puts(out, s);
		return;
	}
	buf_puts(out, "\"");
	for (; *s; s++) {
		if (*s == '\n')
			buf_puts(out, "\\n");
		else if (*s == '\t')
			buf_puts(out, "\\t");
		else if (*s == '"' || *s == '\\')
			buf_printf(out, "\\%c", *s);
		else
			buf_add(out, s, 1);
	}
	buf_puts(out, "\"");
}

static void write_flow(const struct node *n, struct buf *out)
{
	if (n->kind == NODE_SCALAR) {
		write_text(n->text, n->plain, out);
		return;
	}
	buf_puts(out, n->kind == NODE_MAP ? "{" : "[");
	for (size_t i = 0; i < n->n; i++) {
		if (i)
			buf_puts(out, ", ");
		if (n->kind == NODE_MAP) {
			write_text(n->items[i].key, true, out);
			buf_puts(out, ": ");
		}
		write_flow(n->items[i].value, out);
	}
	buf_puts(out, n->kind == NODE_MAP ? "}" : "]");
}

static void write_block(const struct node *n, int indent, struct buf *out)
{
	for (size_t i = 0; i < n->n; i++) {
		const struct node *v = n->items[i].value;
		struct buf flow = {0};

		buf_printf(out, "%*s", indent, "");
		if (n->kind == NODE_MAP) {
			write_text(n->items[i].key, true, out);
			buf_puts(out, ":");
		} else {
			buf_puts(out, "-");
		}
		write_flow(v, &flow);
		if (v->kind == NODE_SCALAR || n->kind == NODE_LIST || !v->n ||
		    (indent && flow.len < FLOW_WIDTH)) {
			buf_printf(out, " %s\n", flow.s);
		} else {
			buf_puts(out, "\n");
			write_block(v, indent + 2, out);
		}
		buf_free(&flow);
	}
}

void node_write(const struct node *map, struct buf *out)
{
	write_block(map, 0, out);
}
