/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manual_test.c: the tables of docs/SCENARIOS.md and the lists of docs/steadybridge-scenario.5 are
 * what the table of keys gives. SB_GOLDEN=write writes them again. */
#include "test/kit/ctest.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "scenario/keys.h"

#define MANUAL "docs/SCENARIOS.md"
#define LINE 80
#define MAN_PAGE "docs/steadybridge-scenario.5"

/* "1h" for an hour, "250ms". */
static void put_duration(int64_t ns, struct buf *out)
{
	char text[DURATION_TEXT];

	if (ns && ns % (3600 * NS_PER_S) == 0)
		buf_printf(out, "%lldh", (long long)(ns / (3600 * NS_PER_S)));
	else if (ns && ns % (60 * NS_PER_S) == 0)
		buf_printf(out, "%lldm", (long long)(ns / (60 * NS_PER_S)));
	else
		buf_puts(out, duration_text(ns, text));
}

/* What a key takes, but for its words, phrases and pattern. */
static void put_value(const struct key *k, struct buf *out)
{
	static const char *const kinds[] = {
	    [KEY_HEX] = "a hexadecimal number",
	    [KEY_MAC] = "a MAC",
	    [KEY_CAUSE] = "a [cause](#causes)",
	    [KEY_TEXT] = "a text of one line",
	    [KEY_NAME] = "a name",
	    [KEY_TEXTS] = "a list of texts",
	    [KEY_NAMES] = "a list of names",
	    [KEY_LIST] = "a list of maps",
	    [KEY_NAMED] = "a map",
	    [KEY_SYSCTLS] = "a text of one line, at most 128 bytes",
	    [KEY_MATRIX] = "a map of paths to lists",
	    [KEY_ARMS] = "a map",
	};

	if (k->kind == KEY_DURATION) {
		put_duration(k->least, out);
		buf_puts(out, " to ");
		put_duration(k->most, out);
	} else if (k->kind == KEY_COUNT || k->kind == KEY_NUMBER || k->kind == KEY_SHARE) {
		const char *unit = k->kind == KEY_SHARE ? "%" : "";

		buf_printf(
		    out, "%lld%s to %lld%s", (long long)k->least, unit, (long long)k->most, unit);
	} else if ((size_t)k->kind < ARRAY_SIZE(kinds) && kinds[k->kind]) {
		buf_puts(out, kinds[k->kind]);
		if (k->most)
			buf_printf(out, ", at most %lld%s", (long long)k->most,
			    k->kind == KEY_TEXT ? " bytes" : "");
	}
}

static const char *comma(const struct buf *out)
{
	return out->s[out->len - 1] == ' ' ? "" : ", ";
}

static void put_values(const struct key *k, struct buf *out)
{
	bool is_mac = k->kind == KEY_MAC;

	if (!is_mac)
		put_value(k, out);
	for (const struct word *w = k->words; w && w->name; w++)
		buf_printf(out, "%s`%s`", comma(out), w->name);
	for (const struct phrase *p = k->phrases; p && p->word; p++)
		buf_printf(out, "%s`%s T`", comma(out), p->word);
	if (k->pattern)
		buf_printf(
		    out, "%s`%s`", comma(out), k->pattern_text ? k->pattern_text : k->pattern);
	if (is_mac) {
		buf_puts(out, comma(out));
		put_value(k, out);
	}
}

/* Nothing where the table has no value for a key that is missing. */
static void put_default(const struct key *k, struct buf *out)
{
	bool in_range = k->least < k->most && k->normal >= k->least && k->normal <= k->most;

	for (const struct word *w = k->words; w && w->name && !k->needed; w++)
		if (w->value == k->normal) {
			buf_printf(out, " `%s`", w->name);
			return;
		}
	if (k->needed)
		buf_puts(out, " required");
	else if (k->kind == KEY_DURATION && in_range) {
		buf_puts(out, " ");
		put_duration(k->normal, out);
	} else if ((k->kind == KEY_COUNT || k->kind == KEY_NUMBER) && in_range)
		buf_printf(out, " %lld", (long long)k->normal);
}

typedef void put_row(const struct key *k, const char *path, struct buf *out);

static void put_table_row(const struct key *k, const char *path, struct buf *out)
{
	buf_printf(out, "| `%s` | ", path);
	put_values(k, out);
	buf_puts(out, " |");
	put_default(k, out);
	buf_printf(out, " | %s |\n", k->meaning);
}

/* What Markdown has in backquotes becomes bold, and of a link its text is left. */
static void put_roff(const char *text, struct buf *out)
{
	bool literal = false;

	for (const char *s = text; *s; s++) {
		if (*s == '`') {
			literal = !literal;
			buf_puts(out, literal ? "\\fB" : "\\fR");
		} else if (*s == '\\') {
			buf_puts(out, "\\e");
		} else if (*s == '-') {
			buf_puts(out, "\\-");
		} else if (*s == '[' && !literal) {
			continue;
		} else if (*s == ']' && s[1] == '(' && !literal) {
			s += strcspn(s, ")");
		} else {
			buf_add(out, s, 1);
		}
	}
}

/* In lines of at most 80 bytes, as mandoc -T lint wants them. */
static void put_lines(const char *text, struct buf *out)
{
	while (*text) {
		size_t len = strlen(text), at;

		for (at = len > LINE ? LINE : len; len > LINE && at > 1 && text[at] != ' ';)
			at--;
		buf_add(out, text, at);
		buf_puts(out, "\n");
		text += at + (text[at] == ' ');
	}
}

static void put_list_item(const struct key *k, const char *path, struct buf *out)
{
	AUTO_BUF values = {0}, normal = {0}, term = {0}, meaning = {0};

	buf_puts(out, ".TP\n");
	buf_puts(&term, "\\fB");
	put_roff(path, &term);
	buf_puts(&term, "\\fR: ");
	buf_puts(&values, " "); /* as after the bar of a table */
	put_values(k, &values);
	put_roff(values.s + 1, &term);
	put_default(k, &normal);
	if (normal.len) {
		buf_puts(&term, k->needed ? "," : "; default");
		put_roff(normal.s, &term);
	}
	buf_printf(out, "%s\n", term.s); /* of .TP, one line */
	put_roff(k->meaning, &meaning);
	put_lines(meaning.s, out);
}

/* The row of a key, and those of the keys below it. */
static void put_rows(const struct key *k, const char *before, put_row *row, struct buf *out)
{
	bool named = k->kind == KEY_NAMED || k->kind == KEY_ARMS;
	char *path = mem_printf("%s%s%s", before, k->name,
	    named                    ? ".NAME"
	    : k->kind == KEY_SYSCTLS ? ".KEY"
	                             : "");
	char *below = mem_printf("%s.", path);

	if (k->kind != KEY_MAP && k->kind != KEY_LATER)
		row(k, path, out);
	for (const struct key *s = k->sub; s && s->name; s++)
		put_rows(s, below, row, out);
	for (const struct key *s = k->kind == KEY_ARMS ? keys_file : NULL; s && s->name; s++)
		if (s->place == KEY_IN_ARM)
			put_rows(s, below, row, out);
	free(below);
	free(path);
}

/* What stands between the marks that name keys, in a file of this kind. */
struct manual {
	const char *file, *open, *middle, *shut, *head;
	put_row *row;
};

/* The rows of the keys that are named up to `end`, separated by spaces. */
static void put_keys(const struct manual *m, const char *names, const char *end, struct buf *out)
{
	buf_puts(out, m->head);
	while (names < end) {
		size_t len = strcspn(names, " ");
		char *name = strndup(names, len);
		const struct key *k = key_find(keys_file, name);

		ck_assert_msg(k != NULL, "%s: it names the key '%s'", m->file, name);
		put_rows(k, "", m->row, out);
		free(name);
		names += len + 1;
	}
}

/* Is the key named in some mark of the file, or is it one of an arm? */
static bool is_named(const struct manual *m, const char *text, const struct key *k)
{
	size_t len = strlen(k->name);

	for (const char *at = text; (at = strstr(at, m->open)); at++) {
		const char *end = strstr(at, m->middle);

		for (const char *s = at + strlen(m->open); s < end; s += strcspn(s, " ") + 1)
			if (!strncmp(s, k->name, len) && s[len] == ' ')
				return true;
	}
	return k->place == KEY_IN_ARM;
}

static void assert_manual(const struct manual *m)
{
	char *text = ctest_file(m->file, NULL);
	const char *rest = text, *at, *end;
	struct buf made = {0};

	while ((at = strstr(rest, m->open))) {
		end = strstr(at, m->middle);
		ck_assert_ptr_nonnull(end);
		buf_add(&made, rest, (size_t)(end - rest) + strlen(m->middle));
		put_keys(m, at + strlen(m->open), end, &made);
		rest = strstr(end, m->shut);
		ck_assert_ptr_nonnull(rest);
	}
	buf_puts(&made, rest);
	for (const struct key *k = keys_file; k->name; k++)
		ck_assert_msg(k->kind == KEY_TESTS || k->kind == KEY_LATER || is_named(m, text, k),
		    "%s: nothing has '%s'", m->file, k->name);
	ctest_stored(m->file, &made);
	buf_free(&made);
	free(text);
}

PURE_TEST("keys", the_tables_of_the_manual_are_what_the_table_of_keys_gives)
{
	assert_manual(&(struct manual){MANUAL, "<!-- keys: ", " (from keys.c) -->\n",
	    "<!-- end of keys -->\n", "| key | value | default | meaning |\n|---|---|---|---|\n",
	    put_table_row});
}

PURE_TEST("keys", the_man_page_has_every_key)
{
	assert_manual(&(struct manual){MAN_PAGE, ".\\\" keys: ", " (from keys.c)\n",
	    ".\\\" end of keys\n", "", put_list_item});
}
