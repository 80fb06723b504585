/* SPDX-License-Identifier: GPL-2.0-or-later */
/* results_schema_test.c: results.json and its JSON Schema have the same keys. A key that was added
 * to one of them fails here, with the places where it is missing. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "test/kit/bench.h"
#include "test/kit/schema.h"

#define RESULTS_SCHEMA "docs/results.schema.json"

/* Walks a document along its schema; `seen` collects the definitions that were met. */
static void walk(const json_t *schema, json_t *node, const json_t *is, const char *at, json_t *seen,
    struct buf *said)
{
	const char *ref = json_string_value(json_object_get(node, "$ref")), *key;
	json_t *properties, *value;

	if (ref)
		json_object_set_new(seen, ref + strlen("#/$defs/"), json_true());
	node = schema_resolved(schema, node);
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
		AUTO_FREE char *below = mem_printf("%s/%s", at, key);

		if (!p)
			buf_printf(said,
			    RESULTS_SCHEMA ": no '%s', which is written: add it with its unit\n",
			    below);
		else
			walk(schema, p, value, below, seen, said);
		if (p && !json_string_length(json_object_get(p, "description")))
			buf_printf(said, RESULTS_SCHEMA ": '%s' has no description\n", below);
		if (!schema_lists(json_object_get(node, "required"), key))
			buf_printf(said, RESULTS_SCHEMA ": '%s' is not required\n", below);
	}
	json_object_foreach(properties, key, value) if (!json_object_get(is, key))
	    buf_printf(said, RESULTS_SCHEMA ": '%s/%s' is never written\n", at, key);
}

static void compare_results(json_t *schema, struct buf *said)
{
	AUTO_BENCH *b = bench_new(), *other = bench_new();
	AUTO_BUF text = {0};
	json_t *seen = json_object(), *is, *d;
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
		schema_must_list(schema, RESULTS_SCHEMA, "cause", cause_name((enum cause)i), said);
	for (unsigned bit = 1; bit <= INVARIANT_LAST; bit <<= 1)
		schema_must_list(
		    schema, RESULTS_SCHEMA, "invariant", invariant_name((enum invariant)bit), said);
	for (int i = 0; i < VERDICT_COUNT; i++)
		schema_must_list(
		    schema, RESULTS_SCHEMA, "verdict", verdict_name((enum verdict)i), said);
	json_decref(is);
	json_decref(seen);
}

static void compare_text(const char *file, const char *text, struct buf *said)
{
	json_t *schema = json_loads(text, 0, NULL);

	(void)file;
	compare_results(schema, said);
	json_decref(schema);
}

PURE_TEST("schema", results_schema_tells_what_is_written)
{
	json_t *schema = schema_read(RESULTS_SCHEMA);
	AUTO_BUF said = {0};

	compare_results(schema, &said);
	schema_nothing_said(&said);
	json_decref(schema);
}

PURE_TEST("schema", drift_of_results_is_seen_and_named)
{
	static const struct schema_change changes[] = {
	    {RESULTS_SCHEMA, "\"healed\": {", "\"cured\": {", "no '/cases/healed'"},
	    {RESULTS_SCHEMA, "\"healed\": {", "\"cured\": {", "'/cases/cured' is never written"},
	    {RESULTS_SCHEMA, "\"healed\",", "", "'/cases/healed' is not required"},
	    {RESULTS_SCHEMA, "\"additionalProperties\": false", "\"additionalProperties\": true",
	        "takes any key"},
	    {RESULTS_SCHEMA, "\"bystander-frames\"", "\"frames\"",
	        "$defs/invariant has no 'bystander-frames'"},
	    {RESULTS_SCHEMA, "\"too-big\"", "\"too-large\"", "$defs/cause has no 'too-big'"},
	};

	schema_see_drift(changes, ARRAY_SIZE(changes), compare_text);
}
