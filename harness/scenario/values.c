/* values.c: single values of a scenario file: durations, numbers, words, MACs, texts. */
#include "scenario/values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "trace/names.h"

bool value_text(struct errors *e, const struct node *n, const char *what, const char **out)
{
	if (n->kind != NODE_SCALAR) {
		errors_add(
		    e, n->at, "a single value", "%s must not be %s", what, node_kind_name(n));
		return false;
	}
	if (!*n->text) {
		errors_add(e, n->at, "a value", "%s holds nothing", what);
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

bool value_duration(struct errors *e, const struct node *n, const char *text, const char *what,
    int64_t least, int64_t most, int64_t *ns)
{
	static const char good[] = "a number with its unit, such as 250ms, 1.5s or 2m";
	char low[DURATION_TEXT], high[DURATION_TEXT], expected[3 * DURATION_TEXT];
	int64_t v = 0;
	int r = duration_parse(text, &v);

	if (*text == '-') {
		errors_add(e, n->at, good, "%s '%s' is negative", what, text);
		return false;
	}
	if (r == -EINVAL) {
		if (all_of(text, "0123456789."))
			errors_add(e, n->at, good, "%s '%s' has no unit", what, text);
		else
			errors_add(e, n->at, good, "%s '%s' is not a duration", what, text);
		return false;
	}
	snprintf(expected, sizeof(expected), "%s to %s", duration_text(least, low),
	    duration_text(most, high));
	if (r || v > most) {
		errors_add(e, n->at, expected, "%s '%s' is too long", what, text);
		return false;
	}
	if (v < least) {
		errors_add(e, n->at, expected, "%s '%s' is too short", what, text);
		return false;
	}
	*ns = v;
	return true;
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

bool value_count(struct errors *e, const struct node *n, const char *what, int64_t least,
    int64_t most, int64_t *out)
{
	const char *text;
	char expected[80];
	int64_t v = 0;

	if (!value_text(e, n, what, &text))
		return false;
	snprintf(expected, sizeof(expected), "a whole number from %lld to %lld", (long long)least,
	    (long long)most);
	if (!all_of(text, "0123456789")) {
		errors_add(e, n->at, expected, "%s '%s' is not a whole number", what, text);
		return false;
	}
	for (const char *p = text; *p && v <= most; p++)
		v = v * 10 + (*p - '0');
	if (v < least || v > most) {
		errors_add(e, n->at, expected, "%s '%s' is out of range", what, text);
		return false;
	}
	*out = v;
	return true;
}

bool value_number(struct errors *e, const struct node *n, const char *what, double least,
    double most, double *out)
{
	const char *text;
	char expected[80];
	double v;

	if (!value_text(e, n, what, &text))
		return false;
	snprintf(expected, sizeof(expected), "a number from %g to %g", least, most);
	if (!number_parse(text, &v)) {
		errors_add(e, n->at, expected, "%s '%s' is not a number", what, text);
		return false;
	}
	if (v < least || v > most) {
		errors_add(e, n->at, expected, "%s '%s' is out of range", what, text);
		return false;
	}
	*out = v;
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

bool value_word(
    struct errors *e, const struct node *n, const char *what, const struct word *words, int *out)
{
	return one_of(e, n, what, words, "", out);
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

bool value_cause(struct errors *e, const struct node *n, const char *what, enum cause *out)
{
	struct word words[CAUSE_COUNT] = {{0}};
	int value;

	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++)
		words[c - 1] = (struct word){cause_name((enum cause)c), c};
	if (!value_word(e, n, what, words, &value))
		return false;
	*out = (enum cause)value;
	return true;
}

bool value_name(struct errors *e, const char *name, struct place at, const char *what, size_t most)
{
	char expected[80];
	bool ok = *name >= 'a' && *name <= 'z';

	for (const char *p = name; *p; p++)
		ok = ok && ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-');
	if (!ok) {
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
