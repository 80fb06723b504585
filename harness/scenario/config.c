/* config.c: the YAML text of a scenario that plays one case again, with its control.
 *
 * The matrix keeps its lines, with one value each, and the file keeps the scenario's name, so that
 * the case's name is the same whatever the new file is called. */
#include "scenario/config.h"

#include <string.h>

#include "scenario/yaml_write.h"

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

char *config_text(const struct parts *p, const char *arm, uint64_t combination, bool faulted)
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
	yaml_write(out, &b);
	return b.s;
}
