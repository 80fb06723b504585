/* read.c: the values of a map, read as the table of keys has them: range, words and default. */
#include "scenario/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHAT_BYTES 64

static const struct key *key_of(const struct section *s, const char *name)
{
	const struct key *k = key_find(s->keys, name);

	if (!k)
		abort(); /* the table lacks what is read */
	return k;
}

/* What messages call the value, into out (WHAT_BYTES); returns it. */
static const char *what_of(const struct section *s, const char *key, char *out)
{
	snprintf(out, WHAT_BYTES, "%s%s%s", s->where, *s->where ? "." : "", key);
	return out;
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

const char *read_text(const struct section *s, const char *key)
{
	const struct node *n = read_node(s, key);
	const struct key *k = key_of(s, key);
	char what[WHAT_BYTES], expected[WHAT_BYTES];
	const char *text;

	if (!n || !value_text(s->errors, n, what_of(s, key, what), &text))
		return NULL;
	if (k->most && strlen(text) > (size_t)k->most) {
		snprintf(expected, sizeof(expected), "at most %lld bytes", (long long)k->most);
		errors_add(s->errors, n->at, expected, "%s is too long", what);
	}
	return text;
}

int read_word(const struct section *s, const char *key)
{
	const struct key *k = key_of(s, key);
	const struct node *n = read_node(s, key);
	char what[WHAT_BYTES];
	int value;

	if (n && value_word(s->errors, n, what_of(s, key, what), k->words, &value))
		return value;
	return (int)k->normal;
}

int read_mac(const struct section *s, const char *key, int fixed, struct mac *mac)
{
	const struct key *k = key_of(s, key);
	const struct node *n = read_node(s, key);
	char what[WHAT_BYTES];
	int value;

	if (n && value_word_or_mac(
	             s->errors, n, what_of(s, key, what), k->words, ", a MAC", fixed, &value, mac))
		return value;
	return (int)k->normal;
}

/* Is it one of the words that may stand in place of a number or a duration? */
static bool is_word(const struct key *k, const struct node *n, int64_t *out)
{
	const struct word *w = k->words;

	if (!w || n->kind != NODE_SCALAR)
		return false;
	while (w->name && strcmp(w->name, n->text) != 0)
		w++;
	if (w->name)
		*out = w->value;
	return w->name;
}

int read_phrase(const struct section *s, const char *key, int64_t *ns)
{
	const struct key *k = key_of(s, key);
	const struct node *n = read_node(s, key);
	char what[WHAT_BYTES];
	const char *text;
	int64_t value = k->normal;

	*ns = n || k->needed ? UNREAD : 0;
	if (!n || !value_text(s->errors, n, what_of(s, key, what), &text))
		return (int)k->normal;
	for (const struct phrase *p = k->phrases; p->word; p++) {
		size_t len = strlen(p->word);

		if (strncmp(text, p->word, len) != 0 || text[len] != ' ')
			continue;
		value_duration(s->errors, n, text + len + 1, what, p->least, p->most, ns);
		return p->value;
	}
	if (is_word(k, n, &value))
		*ns = 0;
	else if (k->forms)
		errors_add(s->errors, n->at, k->forms, "%s cannot be '%s'", what, text);
	else
		return read_word(s, key);
	return (int)value;
}

int64_t read_count(const struct section *s, const char *key)
{
	const struct key *k = key_of(s, key);
	const struct node *n = read_node(s, key);
	char what[WHAT_BYTES];
	int64_t value = k->normal;

	if (n && !is_word(k, n, &value))
		value_count(s->errors, n, what_of(s, key, what), k->least, k->most, &value);
	return value;
}

int64_t read_duration(const struct section *s, const char *key)
{
	const struct key *k = key_of(s, key);
	const struct node *n = read_node(s, key);
	char what[WHAT_BYTES];
	const char *text;
	int64_t value = UNREAD;

	if (!n)
		return k->needed ? UNREAD : k->normal;
	if (!is_word(k, n, &value) && value_text(s->errors, n, what_of(s, key, what), &text))
		value_duration(s->errors, n, text, what, k->least, k->most, &value);
	return value;
}

double read_number(const struct section *s, const char *key)
{
	const struct key *k = key_of(s, key);
	const struct node *n = read_node(s, key);
	char what[WHAT_BYTES];
	double value = (double)k->normal;

	if (n)
		value_number(
		    s->errors, n, what_of(s, key, what), (double)k->least, (double)k->most, &value);
	return value;
}

double read_share(const struct section *s, const char *key)
{
	const struct key *k = key_of(s, key);
	const struct node *n = read_node(s, key);
	char what[WHAT_BYTES], number[WHAT_BYTES];
	int64_t word;
	const char *text;
	double v = -1;

	if (!n || is_word(k, n, &word) || !value_text(s->errors, n, what_of(s, key, what), &text))
		return (double)k->normal;
	size_t len = strlen(text);
	if (text[len - 1] == '%' && len < sizeof(number)) {
		memcpy(number, text, len - 1);
		number[len - 1] = '\0';
		if (number_parse(number, &v) && v >= (double)k->least && v <= (double)k->most)
			return v;
	}
	errors_add(s->errors, n->at, "a share from 0% to 100%, such as 99.5%, or any",
	    "%s '%s' is not a share", what, text);
	return (double)k->normal;
}

enum cause read_cause(const struct section *s, const char *key)
{
	const struct node *n = read_node(s, key);
	enum cause cause = CAUSE_NONE;
	char what[WHAT_BYTES];

	if (n)
		value_cause(s->errors, n, what_of(s, key, what), &cause);
	return cause;
}
