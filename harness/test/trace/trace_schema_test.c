/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_schema_test.c: the code, docs/TRACE.md and the JSON Schema of traces have the same keys. A
 * key that was added to one of them fails here, with the places where it is missing. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "test/kit/ctest.h"
#include "test/kit/schema.h"
#include "trace/event_json.h"
#include "trace/names.h"
#include "trace/tape.h"
#include "trace/trace_json.h"

#define TRACE_SCHEMA "docs/trace.schema.json"
#define TRACE_DOC "docs/TRACE.md"

/* The type of a field, as it must stand in the schema. */
static bool type_fits(const json_t *schema, json_t *property, const struct field *f)
{
	static const struct {
		enum field_kind kind;
		const char *definition;
	} named[] = {
	    {FIELD_LIMIT, "limit"},
	    {FIELD_MAC, "mac"},
	    {FIELD_IP4, "ip4"},
	    {FIELD_IP6, "ip6"},
	    {FIELD_IP, "ip"},
	    {FIELD_CAUSE, "cause"},
	    {FIELD_NUD, "nud"},
	    {FIELD_WHERE, "where"},
	};
	const json_t *is = schema_resolved(schema, property), *values = json_object_get(is, "enum");
	const json_t *type = json_object_get(is, "type");
	const char *word = json_string_value(type);
	bool ok = true;

	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if (named[i].kind == f->kind)
			return is && is == schema_definition(schema, named[i].definition);
	switch (f->kind) {
	case FIELD_INT:
	case FIELD_PLAY:
		return word && !strcmp(word, "integer");
	case FIELD_UINT:
		return word && !strcmp(word, "integer") &&
		       json_integer_value(json_object_get(is, "minimum")) == 0 &&
		       json_integer_value(json_object_get(is, "maximum")) ==
		           (INT64_C(1) << (8 * f->size)) - 1;
	case FIELD_BOOL:
		return word && !strcmp(word, "boolean");
	case FIELD_REAL:
		return word && !strcmp(word, "number");
	case FIELD_HEX:
		return word && !strcmp(word, "string") && json_object_get(is, "pattern");
	case FIELD_CHARS:
		return word && !strcmp(word, "string") &&
		       json_integer_value(json_object_get(is, "maxLength")) ==
		           (json_int_t)f->size - 1;
	case FIELD_TEXT:
		return json_array_size(type) == 2 && schema_lists(type, "string") &&
		       schema_lists(type, "null");
	case FIELD_NAME:
		for (size_t i = 0; i < f->extra; i++)
			ok = ok && schema_lists(values, f->names[i]);
		return ok && json_array_size(values) == f->extra;
	default:
		return false;
	}
}

/* The keys of one kind of object in a trace. */
struct keys {
	const char *name;
	const struct field *fields;
	size_t n;
	const char *const *more; /* that no table of fields has */
	size_t n_more;
};

#define ALL_KEYS (HEADER_PARTS + EV_COUNT)

/* Those of the header's parts, then those of the events. */
static struct keys keys_at(int i)
{
	static const char *const parts[HEADER_PARTS] = {
	    "header", "limits", "client", "stream", "known"};
	static const char *const header_more[] = {
	    "steadybridge-trace", "limits", "clients", "streams", "known"};
	static const char *const event_more[] = {"t", "e", "at"};
	enum event_type type = (enum event_type)(i - HEADER_PARTS);
	struct keys k;

	if (i < HEADER_PARTS) {
		k = (struct keys){
		    parts[i], .more = header_more, .n_more = i ? 0 : ARRAY_SIZE(header_more)};
		k.fields = header_fields((enum header_part)i, &k.n);
	} else {
		k = (struct keys){
		    event_type_name(type), .more = event_more, .n_more = ARRAY_SIZE(event_more)};
		k.fields = event_fields(type, &k.n);
	}
	return k;
}

static void compare_keys(const json_t *schema, const struct keys *k, struct buf *said)
{
	const char *name = k->name;
	json_t *is = schema_definition(schema, name),
	       *properties = json_object_get(is, "properties");
	const json_t *required = json_object_get(is, "required"), *property;
	const char *key;

	if (!is) {
		buf_printf(said,
		    TRACE_SCHEMA ": no $defs/%s: add it, to oneOf as well if it is an event type\n",
		    name);
		return;
	}
	if (!json_is_false(json_object_get(is, "additionalProperties")))
		buf_printf(said, TRACE_SCHEMA ": $defs/%s takes any key\n", name);
	for (size_t i = 0; i < k->n; i++) {
		json_t *p = json_object_get(properties, k->fields[i].key);

		if (!p)
			buf_printf(said,
			    TRACE_SCHEMA
			    ": $defs/%s has no '%s', which is written: add it with its "
			    "unit, and to " TRACE_DOC "\n",
			    name, k->fields[i].key);
		else if (!type_fits(schema, p, &k->fields[i]))
			buf_printf(said,
			    TRACE_SCHEMA ": $defs/%s/%s is of another type than what is written\n",
			    name, k->fields[i].key);
		if (p &&
		    schema_lists(required, k->fields[i].key) != (k->fields[i].omit == OMIT_NEVER))
			buf_printf(said, TRACE_SCHEMA ": $defs/%s/%s is %s\n", name,
			    k->fields[i].key,
			    k->fields[i].omit == OMIT_NEVER
			        ? "always there: add it to required"
			        : "left out at times: it is not required");
	}
	for (size_t i = 0; i < k->n_more; i++)
		if (!json_object_get(properties, k->more[i]) || !schema_lists(required, k->more[i]))
			buf_printf(said, TRACE_SCHEMA ": $defs/%s has no '%s', or not required\n",
			    name, k->more[i]);
	json_object_foreach(properties, key, property)
	{
		bool found = false;

		for (size_t i = 0; i < k->n; i++)
			found = found || !strcmp(k->fields[i].key, key);
		for (size_t i = 0; i < k->n_more; i++)
			found = found || !strcmp(k->more[i], key);
		if (!found)
			buf_printf(
			    said, TRACE_SCHEMA ": $defs/%s/%s is never written\n", name, key);
		if (!json_string_length(json_object_get(property, "description")))
			buf_printf(
			    said, TRACE_SCHEMA ": $defs/%s/%s has no description\n", name, key);
	}
}

static void compare_trace(const json_t *schema, struct buf *said)
{
	const json_t *of = json_object_get(schema, "oneOf");
	const json_t *causes = json_object_get(schema_definition(schema, "cause"), "enum");

	for (int i = 0; i < ALL_KEYS; i++) {
		struct keys k = keys_at(i);

		compare_keys(schema, &k, said);
	}
	for (int i = 0; i < EV_COUNT; i++) {
		const char *name = event_type_name((enum event_type)i);
		const char *e = json_string_value(json_object_get(
		    json_object_get(
		        json_object_get(schema_definition(schema, name), "properties"), "e"),
		    "const"));
		AUTO_FREE char *ref = mem_printf("#/$defs/%s", name);
		bool found = false;

		for (size_t k = 0; k < json_array_size(of); k++) {
			const char *s =
			    json_string_value(json_object_get(json_array_get(of, k), "$ref"));

			found = found || (s && !strcmp(s, ref));
		}
		if (!found || !e || strcmp(e, name))
			buf_printf(said, TRACE_SCHEMA ": no %s in oneOf, or its 'e' is not '%s'\n",
			    ref, name);
	}
	if (json_array_size(of) != EV_COUNT + 1)
		buf_puts(said, TRACE_SCHEMA ": oneOf holds what is no event type\n");
	for (int i = 0; i < CAUSE_COUNT; i++)
		schema_must_list(schema, TRACE_SCHEMA, "cause", cause_name((enum cause)i), said);
	if (json_array_size(causes) != CAUSE_COUNT)
		buf_puts(said, TRACE_SCHEMA ": $defs/cause has causes that do not exist\n");
}

/* The section "### `name`" of the document; caller frees. NULL when there is no such section. */
static char *section(const char *document, const char *name)
{
	AUTO_FREE char *head = mem_printf("\n### `%s`\n", name);
	const char *at = strstr(document, head), *end;

	if (!at)
		return NULL;
	at += strlen(head);
	end = strstr(at, "\n#");
	return end ? strndup(at, (size_t)(end - at)) : strdup(at);
}

static void compare_section(const char *document, const struct keys *k, struct buf *said)
{
	AUTO_FREE char *text = section(document, k->name);
	size_t rows = 0;

	if (!text) {
		buf_printf(said, TRACE_DOC ": no section '### `%s`': add it\n", k->name);
		return;
	}
	for (size_t i = 0; i < k->n + k->n_more; i++) {
		const char *key = i < k->n ? k->fields[i].key : k->more[i - k->n];
		AUTO_FREE char *row = mem_printf("\n| `%s` |", key);

		if (!strstr(text, row))
			buf_printf(said, TRACE_DOC ": section `%s` has no row for `%s`: add it\n",
			    k->name, key);
	}
	for (const char *s = strstr(text, "\n| `"); s; s = strstr(s + 1, "\n| `"))
		rows++;
	if (rows > k->n + k->n_more)
		buf_printf(
		    said, TRACE_DOC ": section `%s` has a key that is never written\n", k->name);
}

static void compare_document(const char *document, struct buf *said)
{
	for (int i = 0; i < ALL_KEYS; i++) {
		struct keys k = keys_at(i);

		if (i >= HEADER_PARTS)
			k.n_more = 0; /* those of all events have a section of their own */
		compare_section(document, &k, said);
	}
	AUTO_FREE char *slot = mem_printf(" %zu bytes a slot", sizeof(struct tape_slot));
	if (!strstr(document, slot))
		buf_printf(said, TRACE_DOC ": the slot size that it names is not '%s'\n", slot + 1);
	for (int i = 0; i < CAUSE_COUNT; i++) {
		AUTO_FREE char *word = mem_printf("`%s`", cause_name((enum cause)i));

		if (!strstr(document, word))
			buf_printf(said, TRACE_DOC ": does not name the cause %s: add it\n", word);
	}
}

static void compare_text(const char *file, const char *text, struct buf *said)
{
	if (!strcmp(file, TRACE_DOC)) {
		compare_document(text, said);
		return;
	}
	json_t *schema = json_loads(text, 0, NULL);
	compare_trace(schema, said);
	json_decref(schema);
}

PURE_TEST("schema", trace_schema_tells_what_is_written)
{
	json_t *schema = schema_read(TRACE_SCHEMA);
	AUTO_BUF said = {0};

	compare_trace(schema, &said);
	schema_nothing_said(&said);
	json_decref(schema);
}

PURE_TEST("schema", trace_document_tells_what_is_written)
{
	AUTO_FREE char *document = ctest_file(TRACE_DOC, NULL);
	AUTO_BUF said = {0};

	compare_document(document, &said);
	schema_nothing_said(&said);
}

PURE_TEST("schema", drift_of_traces_is_seen_and_named)
{
	static const struct schema_change changes[] = {
	    {TRACE_SCHEMA, "\"redrawn\"", "\"drawn\"", "$defs/timers has no 'redrawn'"},
	    {TRACE_SCHEMA, "\"redrawn\"", "\"drawn\"", "$defs/timers/drawn is never written"},
	    {TRACE_SCHEMA, "\"port-state\": {\"type\": \"integer\"",
	        "\"port-state\": {\"type\": \"number\"",
	        "$defs/link/port-state is of another type"},
	    {TRACE_SCHEMA, "\"maxLength\": 70", "\"maxLength\": 71",
	        "$defs/phase/text is of another"},
	    {TRACE_SCHEMA, "\"paused\"]", "\"pause\"]", "$defs/phase/phase is of another"},
	    {TRACE_SCHEMA, "\"e\": {\"const\": \"timers\"", "\"e\": {\"const\": \"timer\"",
	        "its 'e' is not 'timers'"},
	    {TRACE_SCHEMA, ",\n  {\"$ref\": \"#/$defs/timers\"}", "", "no #/$defs/timers in oneOf"},
	    {TRACE_SCHEMA, "\"too-big\"", "\"too-large\"", "$defs/cause has no 'too-big'"},
	    {TRACE_SCHEMA, "\"additionalProperties\": false", "\"additionalProperties\": true",
	        "takes any key"},
	    {TRACE_DOC, "\n| `redrawn` |", "\n| redrawn |",
	        "section `timers` has no row for `redrawn`"},
	    {TRACE_DOC, "\n| `redrawn` |", "\n| `x` |\n| `redrawn` |", "`timers` has a key"},
	    {TRACE_DOC, "\n### `frame`\n", "\n### frame\n", "no section '### `frame`'"},
	    {TRACE_DOC, "`too-big`", "too-big", "the cause `too-big`"},
	};

	schema_see_drift(changes, ARRAY_SIZE(changes), compare_text);
}
