/* SPDX-License-Identifier: GPL-2.0-or-later */
/* matrix.c: the lines of a matrix, their combinations, and the file of one case of them. */
#include "scenario/matrix.h"

#include <string.h>

#include "base/mem.h"
#include "scenario/read.h"

#define FAR_TOO_MANY 1000000

/* What names may hold; the rest becomes '-'. */
static void add_clean(struct buf *out, const char *s)
{
	for (; *s; s++) {
		bool good = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		            (*s >= '0' && *s <= '9') || strchr("._:+%-", *s);

		buf_add(out, good ? s : "-", 1);
	}
}

static void add_value_name(struct buf *out, const struct node *n)
{
	if (n->kind == NODE_SCALAR) {
		buf_puts(out, out->len ? "+" : "");
		add_clean(out, n->text);
	}
	for (size_t i = 0; i < n->n; i++)
		add_value_name(out, n->items[i].value);
}

static const char *value_label(struct arena *a, const struct node *n)
{
	struct buf b = {0};

	add_value_name(&b, n);
	const char *s = b.len ? arena_text(a, b.s, b.len) : "empty";
	buf_free(&b);
	return s;
}

static bool has_name(const struct line *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->names[i], name))
			return true;
	return false;
}

static void read_values(struct arena *a, struct line *l, const struct node *list, struct errors *e)
{
	l->values = arena_alloc(a, list->n * sizeof(*l->values));
	l->names = arena_alloc(a, list->n * sizeof(*l->names));
	for (size_t i = 0; i < list->n; i++) {
		struct node *v = list->items[i].value;
		const char *name = value_label(a, v);

		if (has_name(l, name)) {
			errors_add(
			    e, v->at, "each value once", "the matrix holds '%s' twice", name);
			continue;
		}
		path_check_value(&l->path, l->text, v, e);
		l->values[l->n] = v;
		l->names[l->n++] = name;
	}
}

/* The values as the command line changes them. */
static void apply_settings(struct arena *a, struct line *l, struct node *settings)
{
	size_t n = l->n;

	if (!settings)
		return;
	l->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct node *tree = node_wrap(a, l->path.parts, l->path.n, l->values[i]);
		struct node *v = node_at(node_merge(a, tree, settings), l->path.parts, l->path.n);
		const char *name;

		if (!v)
			v = l->values[i];
		name = value_label(a, v);
		if (has_name(l, name))
			continue;
		l->values[l->n] = v;
		l->names[l->n++] = name;
	}
}

static const char *last_parts(const char *path, unsigned n)
{
	const char *s = path + strlen(path);

	while (s > path && (s[-1] != '.' || --n))
		s--;
	return s;
}

static void set_labels(struct matrix *m)
{
	for (size_t i = 0; i < m->n; i++) {
		unsigned parts = 0;
		bool clash;

		do {
			parts++;
			clash = false;
			m->lines[i].label = last_parts(m->lines[i].text, parts);
			for (size_t k = 0; k < m->n; k++)
				clash |= k != i && !strcmp(m->lines[i].label,
				                       last_parts(m->lines[k].text, parts));
		} while (clash && m->lines[i].label != m->lines[i].text);
	}
}

static bool within(const struct path *inner, const struct path *outer)
{
	for (size_t i = 0; i < outer->n; i++)
		if (i >= inner->n || strcmp(inner->parts[i], outer->parts[i]) != 0)
			return false;
	return true;
}

static bool overlaps(const struct matrix *m, const struct line *l, struct errors *e)
{
	for (size_t i = 0; i < m->n; i++)
		if (within(&l->path, &m->lines[i].path) || within(&m->lines[i].path, &l->path)) {
			errors_add(e, l->at, "lines that vary different things",
			    "the matrix lines '%s' and '%s' vary the same thing", l->text,
			    m->lines[i].text);
			return true;
		}
	return false;
}

void matrix_read(
    struct arena *a, struct node *file, struct node *settings, struct errors *e, struct matrix *out)
{
	const struct node *map = node_get(file, "matrix");

	*out = (struct matrix){.combinations = 1};
	if (!map || !value_is(e, map, NODE_MAP, "matrix", "a map of paths to lists"))
		return;
	out->lines = arena_alloc(a, map->n * sizeof(*out->lines));
	for (size_t i = 0; i < map->n; i++) {
		const struct node_item *item = &map->items[i];
		struct line l = {.text = item->key, .at = item->key_at};

		if (!path_read(a, item->key, file, item->key_at, e, &l.path) ||
		    overlaps(out, &l, e))
			continue;
		if (!value_is(e, item->value, NODE_LIST, arena_printf(a, "matrix.%s", item->key),
		        "a list of values"))
			continue;
		if (!item->value->n) {
			errors_add(e, item->value->at, "at least one value",
			    "matrix.%s is an empty list", item->key);
			continue;
		}
		read_values(a, &l, item->value, e);
		apply_settings(a, &l, settings);
		out->lines[out->n++] = l;
		out->combinations *= l.n;
		if (out->combinations > FAR_TOO_MANY)
			out->combinations = 0;
	}
	set_labels(out);
}

size_t matrix_choice(const struct matrix *m, size_t line, uint64_t combination)
{
	for (size_t i = m->n; i-- > line + 1;)
		combination /= m->lines[i].n;
	return (size_t)(combination % m->lines[line].n);
}

struct node *matrix_tree(struct arena *a, const struct matrix *m, uint64_t combination)
{
	struct node *tree = NULL;

	for (size_t i = 0; i < m->n; i++) {
		const struct line *l = &m->lines[i];
		struct node *v = l->values[matrix_choice(m, i, combination)];

		tree = node_merge(a, tree, node_wrap(a, l->path.parts, l->path.n, v));
	}
	return tree;
}

char *matrix_name(struct arena *a, const struct matrix *m, uint64_t combination)
{
	struct buf b = {0};

	for (size_t i = 0; i < m->n; i++) {
		const struct line *l = &m->lines[i];

		buf_puts(&b, i ? "," : "");
		add_clean(&b, l->label);
		buf_printf(&b, "=%s", l->names[matrix_choice(m, i, combination)]);
	}
	char *s = arena_text(a, b.s, b.len);
	buf_free(&b);
	return s;
}

static void clash(const struct line *l, const char *arm, const struct node *set,
    const struct node *varied, struct place at, struct errors *e)
{
	if (set->kind == NODE_MAP && varied->kind == NODE_MAP) {
		for (size_t i = 0; i < set->n; i++) {
			const struct node *v = node_get(varied, set->items[i].key);

			if (v)
				clash(l, arm, set->items[i].value, v, set->items[i].key_at, e);
		}
		return;
	}
	errors_add(e, at, "to set it in the matrix or in the arm, not in both",
	    "arm '%s' overrides what the matrix varies by '%s'", arm, l->text);
}

void matrix_check_arm(
    const struct matrix *m, const char *arm, struct node *overrides, struct errors *e)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct line *l = &m->lines[i];
		const struct node *map = node_at(overrides, l->path.parts, l->path.n - 1);
		const struct node_item *item = node_item(map, l->path.parts[l->path.n - 1]);

		for (size_t k = 0; item && k < l->n; k++)
			clash(l, arm, item->value, l->values[k], item->key_at, e);
	}
}

static void push(struct arena *a, struct node *map, const char *key, struct node *value)
{
	if (value)
		node_push(a, map, key, value->at, value);
}

static bool is_control(const struct node *arm)
{
	return node_get(arm, "breaks") != NULL;
}

/* The arm, and unless it is a control itself the controls beside it. */
static struct node *kept_arms(const struct parts *p, const char *arm)
{
	struct node *out = node_new(p->arena, NODE_MAP, p->arms->at);
	bool alone = is_control(node_get(p->arms, arm));

	for (size_t i = 0; i < p->arms->n; i++) {
		const struct node_item *item = &p->arms->items[i];

		if (!strcmp(item->key, arm) || (!alone && is_control(item->value)))
			push(p->arena, out, item->key,
			    node_merge_existing(p->arena, item->value, p->settings));
	}
	return out;
}

static struct node *kept_known(const struct parts *p, const struct node *arms)
{
	const struct node *list = node_get(p->file, "known");
	struct node *out = NULL;

	for (size_t i = 0; list && i < list->n; i++) {
		struct node *entry = list->items[i].value;
		const struct node *arm = node_get(entry, "arm");

		if (!arm || arm->kind != NODE_SCALAR || !node_item(arms, arm->text))
			continue;
		if (!out)
			out = node_new(p->arena, NODE_LIST, list->at);
		push(p->arena, out, NULL, entry);
	}
	return out;
}

static struct node *kept_matrix(const struct parts *p, uint64_t combination)
{
	struct node *out = NULL;

	for (size_t i = 0; i < p->matrix->n; i++) {
		const struct line *l = &p->matrix->lines[i];
		struct node *v = l->values[matrix_choice(p->matrix, i, combination)];
		struct node *list = node_new(p->arena, NODE_LIST, v->at);

		push(p->arena, list, NULL, v);
		if (!out)
			out = node_new(p->arena, NODE_MAP, v->at);
		push(p->arena, out, l->text, list);
	}
	return out;
}

static struct node *kept_fault(const struct parts *p)
{
	static char set[] = "set";
	char *keys[] = {set};
	struct node *over = p->settings ? node_wrap(p->arena, keys, 1, p->settings) : NULL;

	return node_merge_existing(p->arena, node_get(p->file, "fault"), over);
}

char *matrix_config(const struct parts *p, const char *arm, uint64_t combination, bool faulted)
{
	struct arena *a = p->arena;
	struct place at = p->file->at;
	struct node *out = node_new(a, NODE_MAP, at), *own, *arms = kept_arms(p, arm);
	struct buf b = {0};

	push(a, out, "name", node_scalar(a, at, p->name));
	push(a, out, "summary", node_get(p->file, "summary"));
	push(a, out, "references", node_get(p->file, "references"));
	own = node_merge(a, grammar_case(a, p->file), p->settings);
	for (size_t i = 0; i < own->n; i++)
		push(a, out, own->items[i].key, own->items[i].value);
	push(a, out, "matrix", kept_matrix(p, combination));
	push(a, out, "arms", arms);
	push(a, out, "known", kept_known(p, arms));
	if (faulted) {
		push(a, out, "fault", kept_fault(p));
		push(a, out, "expect", node_get(p->file, "expect"));
	}
	node_write(out, &b);
	return b.s;
}
