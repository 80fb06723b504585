/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read.c: the values of a map, read as the table of keys has them: range, words and default. */
#include "scenario/read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "base/units.h"

#define WHAT_BYTES 64

bool value_is(struct errors *e, const struct node *n, enum node_kind kind, const char *what,
    const char *expected)
{
	if (n->kind != kind)
		errors_add(e, n->at, expected, "%s must be a %s, not %s", what,
		    kind == NODE_MAP ? "map" : "list", node_kind_name(n));
	return n->kind == kind;
}

bool value_text(struct errors *e, const struct node *n, const char *what, const char **out)
{
	if (n->kind != NODE_SCALAR) {
		errors_add(
		    e, n->at, "a single value", "%s must not be %s", what, node_kind_name(n));
		return false;
	}
	if (!*n->text) {
		errors_add(e, n->at, "a value", "%s is empty", what);
		return false;
	}
	if (strchr(n->text, '\n')) {
		errors_add(e, n->at, "one line", "%s has more than one line", what);
		return false;
	}
	*out = n->text;
	return true;
}

static bool all_of(const char *s, const char *set)
{
	return *s && strspn(s, set) == strlen(s);
}

bool number_parse(const char *s, double *out)
{
	size_t whole = strspn(s, "0123456789"), len = whole;

	if (s[len] == '.') {
		size_t part = strspn(s + len + 1, "0123456789");

		if (!part)
			return false;
		len += 1 + part;
	}
	if (!whole || s[len] || len > 18)
		return false;
	*out = strtod(s, NULL);
	return true;
}

/* `more`: what else may stand there, for the list of what was expected. */
static bool one_of(struct errors *e, const struct node *n, const char *what,
    const struct word *words, const char *more, int *out)
{
	const char *text, *near = NULL;
	struct buf list = {0};
	unsigned best = 3;

	if (!value_text(e, n, what, &text))
		return false;
	for (const struct word *w = words; w->name; w++) {
		unsigned d = words_apart(w->name, text);

		if (!d) {
			*out = w->value;
			buf_free(&list);
			return true;
		}
		buf_printf(&list, "%s%s", list.len ? ", " : "", w->name);
		if (d < best && d < strlen(w->name)) {
			best = d;
			near = w->name;
		}
	}
	buf_puts(&list, more);
	if (near)
		errors_add(
		    e, n->at, list.s, "%s cannot be '%s': did you mean '%s'?", what, text, near);
	else
		errors_add(e, n->at, list.s, "%s cannot be '%s'", what, text);
	buf_free(&list);
	return false;
}

bool value_word_or_mac(struct errors *e, const struct node *n, const char *what,
    const struct word *words, const char *more, int fixed, int *word, struct mac *mac)
{
	if (n->kind != NODE_SCALAR || !strchr(n->text, ':'))
		return one_of(e, n, what, words, more, word);
	if (mac_parse(n->text, mac)) {
		errors_add(e, n->at, "six bytes such as 02:00:00:00:00:01", "%s '%s' is not a MAC",
		    what, n->text);
		return false;
	}
	if (!mac_is_unicast(*mac)) {
		errors_add(e, n->at, "an even first byte, not all zero",
		    "%s '%s' is not a unicast MAC", what, n->text);
		return false;
	}
	*word = fixed;
	return true;
}

bool value_name(struct errors *e, const char *name, struct place at, const char *what, size_t most)
{
	char expected[80];

	if (!name_is_good(name)) {
		errors_add(e, at, "a small letter, then small letters, digits and '-'",
		    "%s name '%s' has characters it must not have", what, name);
		return false;
	}
	if (strlen(name) > most) {
		snprintf(expected, sizeof(expected), "at most %zu characters", most);
		errors_add(e, at, expected, "%s name '%s' is too long", what, name);
		return false;
	}
	return true;
}

static const struct key *key_of(const struct section *s, const char *name)
{
	const struct key *k = key_find(s->keys, name);

	if (!k)
		abort(); /* the table lacks what is read */
	return k;
}

const struct node *read_node(const struct section *s, const char *key)
{
	const struct node *n = node_get(s->map, key);
	const struct key *k = key_of(s, key);
	char expected[WHAT_BYTES];

	if (!n && k->needed && !s->partial) {
		snprintf(expected, sizeof(expected), "%s: %s", key, k->forms);
		errors_add(s->errors, s->at, expected, "%s%s'%s' is missing", s->where,
		    *s->where ? ": " : "", key);
	}
	return n;
}

/* A key with its value, and what messages call it. */
struct value {
	struct errors *errors;
	const struct key *key;
	const struct node *node; /* NULL: missing */
	char what[WHAT_BYTES];
};

static struct value value_of(const struct section *s, const char *key)
{
	struct value v = {.errors = s->errors, .key = key_of(s, key), .node = read_node(s, key)};

	snprintf(v.what, sizeof(v.what), "%s%s%s", s->where, *s->where ? "." : "", key);
	return v;
}

/* Is there a text of one line? */
static bool has_text(const struct value *v, const char **text)
{
	return v->node && value_text(v->errors, v->node, v->what, text);
}

const char *read_text(const struct section *s, const char *key)
{
	struct value v = value_of(s, key);
	char expected[WHAT_BYTES];
	const char *text;

	if (!has_text(&v, &text))
		return NULL;
	if (v.key->most && strlen(text) > (size_t)v.key->most) {
		snprintf(expected, sizeof(expected), "at most %lld bytes", (long long)v.key->most);
		errors_add(v.errors, v.node->at, expected, "%s is too long", v.what);
	}
	return text;
}

int read_word(const struct section *s, const char *key)
{
	struct value v = value_of(s, key);
	int value = (int)v.key->normal;

	if (v.node)
		one_of(v.errors, v.node, v.what, v.key->words, "", &value);
	return value;
}

int read_mac(const struct section *s, const char *key, int fixed, struct mac *mac)
{
	struct value v = value_of(s, key);
	int value = (int)v.key->normal;

	if (v.node)
		value_word_or_mac(
		    v.errors, v.node, v.what, v.key->words, ", a MAC", fixed, &value, mac);
	return value;
}

/* Is it one of the words that may stand in place of a number or a duration? */
static bool is_word(const struct value *v, int64_t *out)
{
	const struct word *w = v->key->words;

	if (!w || v->node->kind != NODE_SCALAR)
		return false;
	while (w->name && strcmp(w->name, v->node->text) != 0)
		w++;
	if (w->name)
		*out = w->value;
	return w->name;
}

/* `text` is the duration within the value: "2s" of "after 2s". UNREAD with an error. */
static int64_t duration_of(const struct value *v, const char *text, int64_t least, int64_t most)
{
	static const char good[] = "a number with its unit, such as 250ms, 1.5s or 2m";
	char low[DURATION_TEXT], high[DURATION_TEXT], expected[3 * DURATION_TEXT];
	int64_t ns = 0;
	int r = duration_parse(text, &ns);

	snprintf(expected, sizeof(expected), "%s to %s", duration_text(least, low),
	    duration_text(most, high));
	if (*text == '-')
		errors_add(v->errors, v->node->at, good, "%s '%s' is negative", v->what, text);
	else if (r == -EINVAL)
		errors_add(v->errors, v->node->at, good, "%s '%s' %s", v->what, text,
		    all_of(text, "0123456789.") ? "has no unit" : "is not a duration");
	else if (r || ns > most)
		errors_add(v->errors, v->node->at, expected, "%s '%s' is too long", v->what, text);
	else if (ns < least)
		errors_add(v->errors, v->node->at, expected, "%s '%s' is too short", v->what, text);
	else
		return ns;
	return UNREAD;
}

int read_phrase(const struct section *s, const char *key, int64_t *ns)
{
	struct value v = value_of(s, key);
	const char *text;
	int64_t value = v.key->normal;

	*ns = v.node || v.key->needed ? UNREAD : 0;
	if (!has_text(&v, &text))
		return (int)value;
	for (const struct phrase *p = v.key->phrases; p->word; p++) {
		size_t len = strlen(p->word);

		if (strncmp(text, p->word, len) != 0 || text[len] != ' ')
			continue;
		*ns = duration_of(&v, text + len + 1, p->least, p->most);
		return p->value;
	}
	if (is_word(&v, &value))
		*ns = 0;
	else if (v.key->forms)
		errors_add(v.errors, v.node->at, v.key->forms, "%s cannot be '%s'", v.what, text);
	else
		return read_word(s, key);
	return (int)value;
}

int64_t read_count(const struct section *s, const char *key)
{
	struct value v = value_of(s, key);
	int64_t value = v.key->normal, n = 0;
	char expected[80];
	const char *text;

	if (!v.node || is_word(&v, &value) || !has_text(&v, &text))
		return value;
	snprintf(expected, sizeof(expected), "a whole number from %lld to %lld",
	    (long long)v.key->least, (long long)v.key->most);
	if (!all_of(text, "0123456789")) {
		errors_add(
		    v.errors, v.node->at, expected, "%s '%s' is not a whole number", v.what, text);
		return value;
	}
	for (const char *p = text; *p && n <= v.key->most; p++)
		n = n * 10 + (*p - '0');
	if (n >= v.key->least && n <= v.key->most)
		return n;
	errors_add(v.errors, v.node->at, expected, "%s '%s' is out of range", v.what, text);
	return value;
}

int64_t read_duration(const struct section *s, const char *key)
{
	struct value v = value_of(s, key);
	int64_t value = UNREAD;
	const char *text;

	if (!v.node)
		return v.key->needed ? UNREAD : v.key->normal;
	if (is_word(&v, &value) || !has_text(&v, &text))
		return value;
	return duration_of(&v, text, v.key->least, v.key->most);
}

double read_number(const struct section *s, const char *key)
{
	struct value v = value_of(s, key);
	double n;
	char expected[80];
	const char *text;

	if (!has_text(&v, &text))
		return (double)v.key->normal;
	snprintf(expected, sizeof(expected), "a number from %lld to %lld", (long long)v.key->least,
	    (long long)v.key->most);
	if (!number_parse(text, &n))
		errors_add(v.errors, v.node->at, expected, "%s '%s' is not a number", v.what, text);
	else if (n < (double)v.key->least || n > (double)v.key->most)
		errors_add(v.errors, v.node->at, expected, "%s '%s' is out of range", v.what, text);
	else
		return n;
	return (double)v.key->normal;
}

double read_share(const struct section *s, const char *key)
{
	struct value v = value_of(s, key);
	char number[WHAT_BYTES];
	int64_t word;
	const char *text;
	double share = -1;

	if (!v.node || is_word(&v, &word) || !has_text(&v, &text))
		return (double)v.key->normal;
	size_t len = strlen(text);
	if (text[len - 1] == '%' && len < sizeof(number)) {
		memcpy(number, text, len - 1);
		number[len - 1] = '\0';
		if (number_parse(number, &share) && share >= (double)v.key->least &&
		    share <= (double)v.key->most)
			return share;
	}
	errors_add(v.errors, v.node->at, "a share from 0% to 100%, such as 99.5%, or any",
	    "%s '%s' is not a share", v.what, text);
	return (double)v.key->normal;
}

enum cause read_cause(const struct section *s, const char *key)
{
	struct value v = value_of(s, key);
	struct word words[CAUSE_COUNT] = {{0}};
	int value = CAUSE_NONE;

	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++)
		words[c - 1] = (struct word){cause_name((enum cause)c), c};
	if (v.node)
		one_of(v.errors, v.node, v.what, words, "", &value);
	return (enum cause)value;
}
