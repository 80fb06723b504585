/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reports.c: the scenarios that tell a public report: what its reader saw, where, and what helped.
 */
#include "command/reports.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/selection.h"

#define COLUMN 12
#define WIDTH 96

/* The arms of this advice, each once; caller releases. */
static json_t *arms(const struct scenario *s, enum advice advice)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->n_cases; i++) {
		bool again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = !strcmp(s->cases[k].arm, s->cases[i].arm);
		if (s->cases[i].advice == advice && !again)
			json_array_append_new(list, json_string(s->cases[i].arm));
	}
	return list;
}

/* Is it in a folder `reports`? What nobody has found a remedy for is a report too. */
static bool is_filed(const struct scenario *s)
{
	const char *end = strrchr(s->file, '/');
	size_t len = strlen("reports");

	return end && end >= s->file + len && !strncmp(end - len, "reports", len) &&
	       (end == s->file + len || end[-(ptrdiff_t)len - 1] == '/');
}

/* NULL: it tells no report, or none of its cases is selected. */
static json_t *report(const struct scenario *s, const struct options *o)
{
	json_t *references = json_array(), *remedy = arms(s, ADVICE_REMEDY);
	bool wanted = false;

	for (size_t i = 0; i < s->n_cases && !wanted; i++)
		wanted = selection_wants(o, &s->cases[i]);
	for (size_t i = 0; i < s->n_references; i++)
		json_array_append_new(references, json_string(s->references[i]));
	json_t *out = json_pack("{sssssososo}", "scenario", s->name, "symptom", s->symptom,
	    "references", references, "remedy", remedy, "in-vain", arms(s, ADVICE_IN_VAIN));
	if (wanted && (json_array_size(remedy) || is_filed(s)))
		return out;
	json_decref(out);
	return NULL;
}

/* A text after its title, wrapped. */
static void put(const char *title, const char *text)
{
	size_t column = WIDTH;

	printf("  %-*s", COLUMN - 2, title);
	for (const char *p = text; *p;) {
		size_t len = strcspn(p, " ");

		if (column + 1 + len > WIDTH) {
			if (p != text)
				printf("\n%*s", COLUMN, "");
			column = COLUMN;
		} else {
			column += (size_t)printf(" ");
		}
		column += (size_t)printf("%.*s", (int)len, p);
		p += len + strspn(p + len, " ");
	}
	puts("");
}

static void put_list(const char *title, const json_t *list)
{
	struct buf b = {0};

	for (size_t i = 0; i < json_array_size(list); i++)
		buf_printf(&b, "%s%s", i ? ", " : "", json_string_value(json_array_get(list, i)));
	if (b.len)
		put(title, b.s);
	buf_free(&b);
}

static void put_report(const json_t *r)
{
	printf("%s\n", json_string_value(json_object_get(r, "scenario")));
	put("symptom", json_string_value(json_object_get(r, "symptom")));
	put_list("reported", json_object_get(r, "references"));
	put_list("remedy", json_object_get(r, "remedy"));
	put_list("in vain", json_object_get(r, "in-vain"));
}

size_t reports_list(const struct scenarios *s, const struct options *o)
{
	json_t *all = json_array();

	for (size_t i = 0; i < s->n; i++) {
		json_t *r = report(s->items[i], o);

		if (r)
			json_array_append_new(all, r);
	}
	size_t n = json_array_size(all);
	char *text = n && o->json ? json_dumps(all, JSON_INDENT(1)) : NULL;

	if (text)
		puts(text);
	for (size_t i = 0; !o->json && i < n; i++)
		put_report(json_array_get(all, i));
	free(text);
	json_decref(all);
	return n;
}
