/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schema.c: a JSON Schema of docs/ beside the code that writes what it describes. */
#include "test/kit/schema.h"

#include <stdlib.h>
#include <string.h>

#include "test/kit/ctest.h"

json_t *schema_read(const char *path)
{
	size_t len;
	AUTO_FREE char *text = ctest_file(path, &len);
	json_error_t e;
	json_t *j = json_loadb(text, len, JSON_REJECT_DUPLICATES, &e);

	ck_assert_msg(j != NULL, "%s:%d: %s", path, e.line, e.text);
	return j;
}

json_t *schema_definition(const json_t *schema, const char *name)
{
	return json_object_get(json_object_get(schema, "$defs"), name);
}

json_t *schema_resolved(const json_t *schema, json_t *property)
{
	const char *ref = json_string_value(json_object_get(property, "$ref"));

	return ref && !strncmp(ref, "#/$defs/", 8) ? schema_definition(schema, ref + 8) : property;
}

bool schema_lists(const json_t *array, const char *word)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *s = json_string_value(json_array_get(array, i));

		if (s && !strcmp(s, word))
			return true;
	}
	return false;
}

void schema_must_list(
    const json_t *schema, const char *file, const char *name, const char *word, struct buf *said)
{
	if (!schema_lists(json_object_get(schema_definition(schema, name), "enum"), word))
		buf_printf(said, "%s: $defs/%s has no '%s': add it\n", file, name, word);
}

void schema_nothing_said(struct buf *said)
{
	ck_assert_msg(!said->len, "%.900s", said->s);
}

void schema_see_drift(const struct schema_change *changes, size_t n,
    void (*compare)(const char *file, const char *text, struct buf *said))
{
	for (const struct schema_change *c = changes; c < changes + n; c++) {
		AUTO_FREE char *text = ctest_file(c->file, NULL);
		AUTO_FREE char *other = ctest_changed(text, c->from, c->to);
		AUTO_BUF said = {0};

		buf_puts(&said, "");
		compare(c->file, other, &said);
		ck_assert_msg(
		    strstr(said.s, c->said) != NULL, "no '%s' in '%.500s'", c->said, said.s);
	}
}
