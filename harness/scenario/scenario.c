/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenario.c: a scenario file read, checked and spread into cases. */
#include "scenario/scenario.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "scenario/decode.h"
#include "scenario/fault.h"
#include "scenario/known.h"
#include "scenario/lookups.h"
#include "scenario/matrix.h"
#include "scenario/read.h"
#include "scenario/rules.h"
#include "scenario/symptom.h"
#include "yaml/yaml.h"

#define MAX_CASES 4096
#define MAX_CASE_BYTES (UINT64_C(16) << 20) /* cases x bytes of the file */
#define SMALL_AND_DIGITS "abcdefghijklmnopqrstuvwxyz0123456789"
#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZ" SMALL_AND_DIGITS "._-"
#define NAME_MAX_BYTES 100
#define SLUG_MAX_BYTES 210 /* with a hash and .repeat-1000.replay-2 under 255 */

/* One file being read. */
struct work {
	struct arena arena;
	struct arena scratch; /* emptied after each combination */
	struct errors errors, warnings;
	struct source source;
	struct parts parts;
	struct node *own; /* the file's own values of a case */
	struct matrix matrix;
	struct fault_plan fault;
	struct scenario *s;
	size_t cap; /* of s->cases */
	struct budget budget;
};

bool scenario_name_is_good(const char *name)
{
	size_t len = strspn(name, NAME_BYTES);

	return len && !name[len] && len <= NAME_MAX_BYTES;
}

/* The keys of the whole file. */
static struct section file_section(struct work *w)
{
	const struct node *file = w->parts.file;

	return (struct section){&w->errors, file, keys_file, "", file->at, false};
}

/* The file's name without folder and .yaml, or the file's `name`. */
static char *scenario_name(struct work *w, const char *file)
{
	const struct section s = file_section(w);
	const char *base = strrchr(file, '/'), *text = read_text(&s, "name");
	struct buf b = {0};

	if (text) {
		if (!scenario_name_is_good(text))
			errors_add(&w->errors, node_get(s.map, "name")->at,
			    "at most 100 letters, digits and any of . _ -",
			    "name '%s' cannot be a scenario's name", text);
		return mem_strdup(text);
	}
	base = base ? base + 1 : file;
	size_t len = strlen(base);
	if (len > 5 && !strcmp(base + len - 5, ".yaml"))
		len -= 5;
	else if (len > 4 && !strcmp(base + len - 4, ".yml"))
		len -= 4;
	for (size_t i = 0; i < len && i < NAME_MAX_BYTES; i++)
		buf_add(&b, strchr(NAME_BYTES, base[i]) ? base + i : "-", 1);
	return b.len ? b.s : mem_strdup("scenario");
}

static void read_about(struct work *w)
{
	const struct section s = file_section(w);
	const char *text = read_text(&s, "summary");
	const struct node *n;

	w->s->summary = mem_strdup(text);
	n = read_node(&s, "references");
	if (!n || !value_is(&w->errors, n, NODE_LIST, "references", "a list of texts"))
		return;
	w->s->references = mem_alloc(n->n * sizeof(*w->s->references));
	for (size_t i = 0; i < n->n; i++)
		if (value_text(&w->errors, n->items[i].value, "references", &text))
			w->s->references[w->s->n_references++] = mem_strdup(text);
}

/* The command line's values as one tree. */
static void read_settings(struct work *w, const struct scenario_options *o)
{
	struct arena *a = &w->arena;

	for (size_t i = 0; o && i < o->n_settings; i++) {
		struct source *path_source = arena_alloc(a, sizeof(*path_source));
		struct source *source = arena_alloc(a, sizeof(*source));
		const char *text = o->settings[i].path, *value = o->settings[i].value;
		struct path path;

		*path_source = (struct source){"--set", text, strlen(text)};
		*source = (struct source){arena_printf(a, "--set %s", text), value, strlen(value)};
		struct node *n = yaml_parse(a, source, &w->errors);
		if (!path_read(a, text, w->parts.file, (struct place){path_source, 1, 1},
		        &w->errors, &path) ||
		    !n)
			continue;
		path_check_value(&path, text, n, &w->errors);
		w->parts.settings =
		    node_merge(a, w->parts.settings, node_wrap(a, path.parts, path.n, n));
	}
}

/* A remedy is an arm that holds; advice in vain is an arm that breaks. */
static void check_advice(struct errors *e, const struct node_item *arm)
{
	const struct node *advice = node_get(arm->value, "advice");
	bool breaks = node_get(arm->value, "breaks");

	if (!advice || advice->kind != NODE_SCALAR)
		return;
	if (!strcmp(advice->text, "remedy") && breaks)
		errors_add(e, advice->at, "in-vain, or no breaks",
		    "arm '%s' breaks, so it is no remedy", arm->key);
	if (!strcmp(advice->text, "in-vain") && !breaks)
		errors_add(e, advice->at, "remedy, or breaks: CAUSE",
		    "arm '%s' must hold, so it is not in vain", arm->key);
}

/* The map of arms, which may be empty; each arm in it is a map. */
static struct node *read_arms(struct work *w)
{
	struct errors *e = &w->errors;
	const struct section s = file_section(w);
	const struct node *map = read_node(&s, "arms");
	struct node *out = node_new(&w->arena, NODE_MAP, map ? map->at : s.at);

	if (!map)
		return out;
	if (map->kind != NODE_MAP || !map->n) {
		errors_add(e, map->at, "a map of names to overrides",
		    "arms must be a map of arms, not %s", node_kind_name(map));
		return out;
	}
	for (size_t i = 0; i < map->n; i++) {
		const struct node_item *item = &map->items[i];
		const char *what = arena_printf(&w->arena, "arm '%s'", item->key);

		value_name(e, item->key, item->key_at, "arm", 64);
		if (!value_is(e, item->value, NODE_MAP, what, "a map, {} for an empty one"))
			continue;
		grammar_check(item->value, keys_file, what, true, e);
		if (node_get(item->value, "breaks") && node_item(item->value, "limits"))
			errors_add(e, node_item(item->value, "limits")->key_at,
			    "breaks for a control, limits for an arm that must hold",
			    "arm '%s' has both 'breaks' and 'limits'", item->key);
		check_advice(e, item);
		matrix_check_arm(&w->matrix, item->key, item->value, e);
		node_push(&w->arena, out, item->key, item->key_at, item->value);
	}
	return out;
}

/* A case's name as a file name; a hash where letters had to go. */
static char *make_slug(const char *name)
{
	struct buf b = {0};
	bool changed = strlen(name) > SLUG_MAX_BYTES;

	buf_puts(&b, "");
	for (const char *p = name; *p && b.len < SLUG_MAX_BYTES; p++) {
		bool good = strchr(SMALL_AND_DIGITS, *p) || (b.len && strchr(".,=+_-", *p));

		if (*p == '/') {
			buf_puts(&b, "_");
			continue;
		}
		changed = changed || !good;
		buf_add(&b, good ? p : "-", 1);
	}
	if (b.s[0] == '-')
		b.s[0] = '_';
	if (changed)
		buf_printf(&b, "-%016" PRIx64, rand_seed(0, name));
	return b.s;
}

static void name_case(struct work *w, struct scenario_case *c, const struct node_item *arm,
    bool faulted, uint64_t combination)
{
	const char *values = matrix_name(&w->scratch, &w->matrix, combination);

	c->line = arm->key_at.line;
	c->arm = mem_printf("%s%s", arm->key, faulted ? "+fault" : "");
	c->name = mem_printf("%s/%s%s%s", w->s->name, c->arm, *values ? "," : "", values);
	c->group = mem_printf("%s%s%s", w->s->name, *values ? "/" : "", values);
	c->slug = make_slug(c->name);
}

static void read_case(
    struct work *w, const struct node_item *arm, uint64_t combination, bool faulted)
{
	struct arena *a = &w->scratch;
	struct scenario_case *c = MEM_PUSH(w->s->cases, w->s->n_cases, w->cap);
	struct node *tree = node_merge(a, w->own, matrix_tree(a, &w->matrix, combination));

	*c = (struct scenario_case){.scenario = w->s};
	tree = node_merge(a, tree, arm->value);
	if (faulted) {
		c->fault = w->fault.fault;
		tree = node_merge(a, tree, w->fault.set);
	}
	tree = node_merge(a, tree, w->parts.settings);
	decode_case(&w->errors, tree, false, c);
	rules_check(&w->errors, tree, c);
	if (!w->errors.n)
		lookups_warn(&w->warnings, tree, c);
	if (faulted)
		fault_check(&w->errors, w->parts.file, &c->fault, c->duration_ns);
	name_case(w, c, arm, faulted, combination);
	if (!w->errors.n)
		budget_add(&w->budget, &w->errors, tree, c);
	if (!w->errors.n)
		c->config = matrix_config(&w->parts, arm->key, combination, faulted);
}

static void read_combination(struct work *w, uint64_t combination)
{
	const struct node *arms = w->parts.arms;
	size_t first = w->s->n_cases;
	bool control = false;

	for (size_t i = 0; i < arms->n; i++) {
		const struct node_item *arm = &arms->items[i];

		read_case(w, arm, combination, false);
		control = control || node_get(arm->value, "breaks");
		if (w->fault.arm && !strcmp(w->fault.arm, arm->key))
			read_case(w, arm, combination, true);
	}
	for (size_t i = first; i < w->s->n_cases && !control; i++) {
		const struct scenario_case *c = &w->s->cases[i];

		if (!c->exposures_none && c->fault.what == FAULT_NONE)
			errors_add(&w->errors, node_item(arms, c->arm)->key_at,
			    "an arm with breaks: CAUSE, or exposures: none in every arm",
			    "arm '%s' has no control beside it", c->arm);
	}
}

static void read_cases(struct work *w)
{
	struct scenario_case own = {0};
	uint64_t n = w->matrix.combinations, each = w->parts.arms->n + (w->fault.arm != NULL);
	struct place at = place_of(w->parts.file, w->matrix.n ? "matrix" : "arms", NULL, NULL);

	/* what a matrix or the arms may hide */
	decode_case(&w->errors, node_merge(&w->arena, w->own, w->parts.settings), true, &own);
	decode_free(&own);
	if (!n || n * each > MAX_CASES) {
		errors_add(&w->errors, at, "at most 4096 cases", "too many cases");
		n = 1;
	} else if (n * each * w->source.len > MAX_CASE_BYTES) {
		errors_add(&w->errors, at, "fewer cases, or a smaller file",
		    "too many cases for a file of %zu bytes", w->source.len);
		n = 1;
	}
	w->parts.arena = &w->scratch;
	for (uint64_t i = 0; i < n; i++) {
		read_combination(w, i);
		arena_free(&w->scratch);
	}
}

/* What a case.yaml was played with; without these the command line says it. */
static void read_played_with(struct work *w)
{
	const struct section s = file_section(w);
	const char *text = read_text(&s, "seed");
	char *end;

	w->s->pace = read_number(&s, "pace");
	if (!text)
		return;
	w->s->seed = strtoull(text, &end, 16);
	w->s->has_seed = true;
	if (!*text || *end || strlen(text) > (strchr(text, 'x') ? 18 : 16) || strchr(" -+", *text))
		errors_add(&w->errors, node_get(s.map, "seed")->at,
		    "a hexadecimal number, such as 7f3a", "invalid seed '%s'", text);
}

static void read_file(struct work *w, const char *file, const struct scenario_options *o)
{
	struct errors *e = &w->errors;
	struct node *root = yaml_parse(&w->arena, &w->source, e);

	if (!root || !value_is(e, root, NODE_MAP, "a scenario", "a map of keys"))
		return;
	w->parts.file = root;
	w->parts.matrix = &w->matrix;
	w->s->name = scenario_name(w, file);
	w->s->symptom = symptom_read(w->source.text, w->source.len);
	w->parts.name = w->s->name;
	w->own = grammar_case(&w->arena, root);
	grammar_check(root, keys_file, "", false, e);
	read_about(w);
	read_played_with(w);
	read_settings(w, o);
	matrix_read(&w->arena, root, w->parts.settings, e, &w->matrix);
	w->parts.arms = read_arms(w);
	known_read(e, root, w->parts.arms, w->s);
	fault_read(e, root, w->parts.arms, o && o->allow_faults, &w->fault, w->s);
	read_cases(w);
}

int scenario_parse(const char *file, const char *text, size_t len, const struct scenario_options *o,
    struct scenario **out, struct buf *messages)
{
	struct work w = {.source = {file, text, len}};
	int r = 0;

	w.s = mem_alloc(sizeof(*w.s));
	w.s->file = mem_strdup(file);
	read_file(&w, file, o);
	if (w.errors.n) {
		errors_print(&w.errors, "error", messages);
		scenario_free(w.s);
		w.s = NULL;
		r = -EINVAL;
	} else {
		errors_print(&w.warnings, "warning", messages);
	}
	*out = w.s;
	errors_free(&w.errors);
	errors_free(&w.warnings);
	arena_free(&w.arena);
	return r;
}

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_cases; i++) {
		struct scenario_case *c = &s->cases[i];

		decode_free(c);
		free(c->arm);
		free(c->name);
		free(c->group);
		free(c->slug);
		free(c->config);
	}
	for (size_t i = 0; i < s->n_known; i++) {
		free(s->known[i].arm);
		free(s->known[i].if_text);
		free(s->known[i].why);
	}
	for (size_t i = 0; i < s->n_references; i++)
		free(s->references[i]);
	free(s->references);
	free(s->known);
	free(s->cases);
	free(s->expect.verdict);
	free(s->expect.cause);
	free(s->expect.form);
	free(s->expect.invariant);
	free(s->expect.arm);
	free(s->name);
	free(s->file);
	free(s->summary);
	free(s->symptom);
	free(s);
}
