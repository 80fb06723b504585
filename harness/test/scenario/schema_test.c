/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schema_test.c: the code, docs/TRACE.md and the two JSON Schemas have the same keys. A key that
 * was added to one of them fails here, with the places where it is missing. No validator is needed.
 */
#include "test/report/formats_test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"
#include "trace/event_json.h"
#include "trace/tape.h"
#include "trace/trace_json.h"

#define TRACE_SCHEMA "docs/trace.schema.json"
#define RESULTS_SCHEMA "docs/results.schema.json"
#define TRACE_DOC "docs/TRACE.md"

static json_t *read_schema(const char *path)
{
	size_t len;
	char *text = ctest_file(path, &len);
	json_error_t e;
	json_t *j = json_loadb(text, len, JSON_REJECT_DUPLICATES, &e);

	ck_assert_msg(j != NULL, "%s:%d: %s", path, e.line, e.text);
	free(text);
	return j;
}

static json_t *definition(const json_t *schema, const char *name)
{
	return json_object_get(json_object_get(schema, "$defs"), name);
}

/* The definition that a property refers to, or the property. */
static json_t *resolved(const json_t *schema, json_t *property)
{
	const char *ref = json_string_value(json_object_get(property, "$ref"));

	return ref && !strncmp(ref, "#/$defs/", 8) ? definition(schema, ref + 8) : property;
}

static bool lists(const json_t *array, const char *word)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *s = json_string_value(json_array_get(array, i));

		if (s && !strcmp(s, word))
			return true;
	}
	return false;
}

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
	const json_t *is = resolved(schema, property), *values = json_object_get(is, "enum");
	const json_t *type = json_object_get(is, "type");
	const char *word = json_string_value(type);
	bool ok = true;

	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if (named[i].kind == f->kind)
			return is && is == definition(schema, named[i].definition);
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
		return json_array_size(type) == 2 && lists(type, "string") && lists(type, "null");
	case FIELD_NAME:
		for (size_t i = 0; i < f->extra; i++)
			ok = ok && lists(values, f->names[i]);
		return ok && json_array_size(values) == f->extra;
	default:
		return false;
	}
}

/* Appends the errors of the object `name` of the schema; `more` are keys that no table has. */
static void compare_fields(const json_t *schema, const char *name, const struct field *fields,
    size_t n, const char *const *more, size_t n_more, struct buf *said)
{
	json_t *is = definition(schema, name), *properties = json_object_get(is, "properties");
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
	for (size_t i = 0; i < n; i++) {
		json_t *p = json_object_get(properties, fields[i].key);

		if (!p)
			buf_printf(said,
			    TRACE_SCHEMA
			    ": $defs/%s has no '%s', which is written: add it with its "
			    "unit, and to " TRACE_DOC "\n",
			    name, fields[i].key);
		else if (!type_fits(schema, p, &fields[i]))
			buf_printf(said,
			    TRACE_SCHEMA ": $defs/%s/%s is of another type than what is written\n",
			    name, fields[i].key);
		if (p && lists(required, fields[i].key) != (fields[i].omit == OMIT_NEVER))
			buf_printf(said, TRACE_SCHEMA ": $defs/%s/%s is %s\n", name, fields[i].key,
			    fields[i].omit == OMIT_NEVER ? "always there: add it to required"
			                                 : "left out at times: it is not required");
	}
	for (size_t i = 0; i < n_more; i++)
		if (!json_object_get(properties, more[i]) || !lists(required, more[i]))
			buf_printf(said, TRACE_SCHEMA ": $defs/%s has no '%s', or not required\n",
			    name, more[i]);
	json_object_foreach(properties, key, property)
	{
		bool found = false;

		for (size_t i = 0; i < n; i++)
			found = found || !strcmp(fields[i].key, key);
		for (size_t i = 0; i < n_more; i++)
			found = found || !strcmp(more[i], key);
		if (!found)
			buf_printf(
			    said, TRACE_SCHEMA ": $defs/%s/%s is never written\n", name, key);
		if (!json_string_length(json_object_get(property, "description")))
			buf_printf(
			    said, TRACE_SCHEMA ": $defs/%s/%s has no description\n", name, key);
	}
}

static const char *const event_head[] = {"t", "e", "at"};
static const char *const case_more[] = {
    "steadybridge-trace", "limits", "clients", "streams", "known"};
static const char *const parts[HEADER_PARTS] = {"header", "limits", "client", "stream", "known"};

static void compare_trace(const json_t *schema, struct buf *said)
{
	const json_t *of = json_object_get(schema, "oneOf");
	const json_t *causes = json_object_get(definition(schema, "cause"), "enum");
	const struct field *fields;
	size_t n;

	for (int i = 0; i < HEADER_PARTS; i++) {
		fields = header_fields((enum header_part)i, &n);
		compare_fields(
		    schema, parts[i], fields, n, case_more, i ? 0 : ARRAY_SIZE(case_more), said);
	}
	for (int i = 0; i < EV_COUNT; i++) {
		const char *name = event_type_name((enum event_type)i);
		const char *e = json_string_value(json_object_get(
		    json_object_get(json_object_get(definition(schema, name), "properties"), "e"),
		    "const"));
		char *ref = mem_printf("#/$defs/%s", name);
		bool found = false;

		fields = event_fields((enum event_type)i, &n);
		compare_fields(schema, name, fields, n, event_head, ARRAY_SIZE(event_head), said);
		for (size_t k = 0; k < json_array_size(of); k++) {
			const char *s =
			    json_string_value(json_object_get(json_array_get(of, k), "$ref"));

			found = found || (s && !strcmp(s, ref));
		}
		if (!found || !e || strcmp(e, name))
			buf_printf(said, TRACE_SCHEMA ": no %s in oneOf, or its 'e' is not '%s'\n",
			    ref, name);
		free(ref);
	}
	if (json_array_size(of) != EV_COUNT + 1)
		buf_puts(said, TRACE_SCHEMA ": oneOf holds what is no event type\n");
	for (int i = 0; i < CAUSE_COUNT; i++)
		if (!lists(causes, cause_name((enum cause)i)))
			buf_printf(said, TRACE_SCHEMA ": $defs/cause has no '%s': add it\n",
			    cause_name((enum cause)i));
	if (json_array_size(causes) != CAUSE_COUNT)
		buf_puts(said, TRACE_SCHEMA ": $defs/cause has causes that do not exist\n");
}

/* The section "### `name`" of the document; caller frees. NULL when there is no such section. */
static char *section(const char *document, const char *name)
{
	char *head = mem_printf("\n### `%s`\n", name), *out = NULL;
	const char *at = strstr(document, head), *end;

	if (at) {
		at += strlen(head);
		end = strstr(at, "\n#");
		out = end ? strndup(at, (size_t)(end - at)) : strdup(at);
	}
	free(head);
	return out;
}

static void compare_section(const char *document, const char *name, const struct field *fields,
    size_t n, const char *const *more, size_t n_more, struct buf *said)
{
	char *text = section(document, name);
	size_t rows = 0;

	if (!text) {
		buf_printf(said, TRACE_DOC ": no section '### `%s`': add it\n", name);
		return;
	}
	for (size_t i = 0; i < n + n_more; i++) {
		const char *key = i < n ? fields[i].key : more[i - n];
		char *row = mem_printf("\n| `%s` |", key);

		if (!strstr(text, row))
			buf_printf(said, TRACE_DOC ": section `%s` has no row for `%s`: add it\n",
			    name, key);
		free(row);
	}
	for (const char *s = strstr(text, "\n| `"); s; s = strstr(s + 1, "\n| `"))
		rows++;
	if (rows > n + n_more)
		buf_printf(
		    said, TRACE_DOC ": section `%s` has a key that is never written\n", name);
	free(text);
}

static void compare_document(const char *document, struct buf *said)
{
	const struct field *fields;
	size_t n;

	for (int i = 0; i < HEADER_PARTS; i++) {
		fields = header_fields((enum header_part)i, &n);
		compare_section(
		    document, parts[i], fields, n, case_more, i ? 0 : ARRAY_SIZE(case_more), said);
	}
	for (int i = 0; i < EV_COUNT; i++) {
		fields = event_fields((enum event_type)i, &n);
		compare_section(
		    document, event_type_name((enum event_type)i), fields, n, NULL, 0, said);
	}
	char *slot = mem_printf(" %zu bytes a slot", sizeof(struct tape_slot));
	if (!strstr(document, slot))
		buf_printf(said, TRACE_DOC ": the slot size that it names is not '%s'\n", slot + 1);
	free(slot);
	for (int i = 0; i < CAUSE_COUNT; i++) {
		char *word = mem_printf("`%s`", cause_name((enum cause)i));

		if (!strstr(document, word))
			buf_printf(said, TRACE_DOC ": does not name the cause %s: add it\n", word);
		free(word);
	}
}

/* Walks a document along its schema; `seen` collects the definitions that were met. */
static void walk(const json_t *schema, json_t *node, const json_t *is, const char *at, json_t *seen,
    struct buf *said)
{
	const char *ref = json_string_value(json_object_get(node, "$ref")), *key;
	json_t *properties, *value;

	if (ref)
		json_object_set_new(seen, ref + strlen("#/$defs/"), json_true());
	node = resolved(schema, node);
	if (json_object_get(node, "anyOf") && json_is_object(is)) {
		walk(schema, json_array_get(json_object_get(node, "anyOf"), 0), is, at, seen, said);
		return;
	}
	for (size_t i = 0; i < json_array_size(is); i++)
		walk(schema, json_object_get(node, "items"), json_array_get(is, i), at, seen, said);
	if (!json_is_object(is))
		return;
	properties = json_object_get(node, "properties");
	if (!json_is_false(json_object_get(node, "additionalProperties")))
		buf_printf(said, RESULTS_SCHEMA ": %s takes any key\n", at);
	json_object_foreach((json_t *)is, key, value)
	{
		json_t *p = json_object_get(properties, key);
		char *below = mem_printf("%s/%s", at, key);

		if (!p)
			buf_printf(said,
			    RESULTS_SCHEMA ": no '%s', which is written: add it with its unit\n",
			    below);
		else
			walk(schema, p, value, below, seen, said);
		if (p && !json_string_length(json_object_get(p, "description")))
			buf_printf(said, RESULTS_SCHEMA ": '%s' has no description\n", below);
		if (!lists(json_object_get(node, "required"), key))
			buf_printf(said, RESULTS_SCHEMA ": '%s' is not required\n", below);
		free(below);
	}
	json_object_foreach(properties, key, value) if (!json_object_get(is, key))
	    buf_printf(said, RESULTS_SCHEMA ": '%s/%s' is never written\n", at, key);
}

static void compare_results(json_t *schema, struct buf *said)
{
	struct bench *b = bench_new(), *other = bench_new();
	struct buf text = {0};
	json_t *seen = json_object(), *is, *d;
	const json_t *causes = json_object_get(definition(schema, "cause"), "enum");
	const char *name;

	bench_bad_run(b);
	bench_merged_run(other);
	b->run.merged = other->run.merged;
	bench_be_shard(&b->run, 1, 2);
	report_json(&b->run, &text);
	is = json_loads(text.s, 0, NULL);
	walk(schema, schema, is, "", seen, said);
	json_object_foreach(
	    json_object_get(schema, "$defs"), name, d) if (!json_object_get(seen, name))
	    buf_printf(said, RESULTS_SCHEMA ": $defs/%s is used by nothing\n", name);
	for (int i = 0; i < CAUSE_COUNT; i++)
		if (!lists(causes, cause_name((enum cause)i)))
			buf_printf(said, RESULTS_SCHEMA ": $defs/cause has no '%s': add it\n",
			    cause_name((enum cause)i));
	for (unsigned bit = 1; bit <= INVARIANT_LAST; bit <<= 1)
		if (!lists(json_object_get(definition(schema, "invariant"), "enum"),
		        invariant_name((enum invariant)bit)))
			buf_printf(said, RESULTS_SCHEMA ": $defs/invariant has no '%s': add it\n",
			    invariant_name((enum invariant)bit));
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (!lists(json_object_get(definition(schema, "verdict"), "enum"),
		        verdict_name((enum verdict)i)))
			buf_printf(said, RESULTS_SCHEMA ": $defs/verdict has no '%s': add it\n",
			    verdict_name((enum verdict)i));
	json_decref(is);
	json_decref(seen);
	buf_free(&text);
	bench_free(other);
	bench_free(b);
}

static void nothing_was_said(struct buf *said)
{
	ck_assert_msg(!said->len, "%.900s", said->s);
}

PURE_TEST("schema", trace_schema_tells_what_is_written)
{
	json_t *schema = read_schema(TRACE_SCHEMA);
	struct buf said = {0};

	compare_trace(schema, &said);
	nothing_was_said(&said);
	json_decref(schema);
}

PURE_TEST("schema", trace_document_tells_what_is_written)
{
	char *document = ctest_file(TRACE_DOC, NULL);
	struct buf said = {0};

	compare_document(document, &said);
	nothing_was_said(&said);
	free(document);
}

PURE_TEST("schema", results_schema_tells_what_is_written)
{
	json_t *schema = read_schema(RESULTS_SCHEMA);
	struct buf said = {0};

	compare_results(schema, &said);
	nothing_was_said(&said);
	json_decref(schema);
}

/* A change and the error that a comparison must report for it; `said` names the place. */
PURE_TEST("schema", drift_is_seen_and_named)
{
	static const struct {
		const char *file, *from, *to, *said;
	} changes[] = {
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
	    {RESULTS_SCHEMA, "\"healed\": {", "\"cured\": {", "no '/cases/healed'"},
	    {RESULTS_SCHEMA, "\"healed\": {", "\"cured\": {", "'/cases/cured' is never written"},
	    {RESULTS_SCHEMA, "\"healed\",", "", "'/cases/healed' is not required"},
	    {RESULTS_SCHEMA, "\"additionalProperties\": false", "\"additionalProperties\": true",
	        "takes any key"},
	    {RESULTS_SCHEMA, "\"bystander-frames\"", "\"frames\"",
	        "$defs/invariant has no 'bystander-frames'"},
	    {RESULTS_SCHEMA, "\"too-big\"", "\"too-large\"", "$defs/cause has no 'too-big'"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		char *text = ctest_file(changes[i].file, NULL);
		char *other = ctest_changed(text, changes[i].from, changes[i].to);
		json_t *schema =
		    strcmp(changes[i].file, TRACE_DOC) ? json_loads(other, 0, NULL) : NULL;
		struct buf said = {0};

		buf_puts(&said, "");
		if (!schema)
			compare_document(other, &said);
		else if (!strcmp(changes[i].file, TRACE_SCHEMA))
			compare_trace(schema, &said);
		else
			compare_results(schema, &said);
		ck_assert_msg(strstr(said.s, changes[i].said) != NULL, "no '%s' in '%.500s'",
		    changes[i].said, said.s);
		json_decref(schema);
		buf_free(&said);
		free(other);
		free(text);
	}
}
