/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys_test.c: docs/scenario.schema.json is what the table of keys gives. SB_GOLDEN=write writes it
 * again. */
#include "test/kit/ctest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "scenario/keys.h"
#include "trace/names.h"

#define SCHEMA "docs/scenario.schema.json"
#define DURATION "[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h)"
#define MAC "[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}"

/* What keys of one map must be to each other; the table has each key by itself. */
static const struct {
	const struct key *keys;
	const char *rules; /* JSON */
} together[] = {
    {keys_lookups, "{'not': {'required': ['every', 'pause']}}"},
    {keys_event,
        "{'allOf': ["
        "{'oneOf': [{'required': ['bridge']}, {'required': ['port']}, {'required': ['client']}]},"
        "{'oneOf': [{'required': ['set-mac']}, {'required': ['set-mtu']}, {'required': ['set']},"
        " {'required': ['leaves']}, {'required': ['joins']}, {'required': ['sends-as']},"
        " {'required': ['recreate']}, {'required': ['set-vlan-filtering']},"
        " {'required': ['delete-address']}, {'required': ['add-address']},"
        " {'required': ['add-route']}]},"
        "{'if': {'required': ['end']}, 'then': {'required': ['client']}},"
        "{'if': {'anyOf': [{'required': ['recreate']}, {'required': ['delete-address']},"
        " {'required': ['set-vlan-filtering']},"
        " {'required': ['add-address']}]}, 'then': {'required': ['bridge']}},"
        "{'if': {'required': ['sends-as']},"
        " 'then': {'required': ['client'], 'not': {'required': ['end']}}},"
        "{'if': {'anyOf': [{'required': ['leaves']}, {'required': ['joins']}]},"
        " 'then': {'not': {'anyOf': [{'required': ['bridge']}, {'required': ['end']}]}}},"
        "{'if': {'required': ['client'], 'anyOf': [{'required': ['set-mac']},"
        " {'required': ['set-mtu']}, {'required': ['set']}]}, 'then': {'required': ['end']}},"
        "{'if': {'required': ['add-route']}, 'then': {'required': ['client', 'end'],"
        " 'properties': {'end': {'enum': ['own']}}}}]}"},
};
static const char of_an_arm[] =
    "{'allOf': [{'not': {'required': ['breaks', 'limits']}},"
    "{'if': {'required': ['advice'], 'properties': {'advice': {'enum': ['remedy']}}},"
    " 'then': {'not': {'required': ['breaks']}}},"
    "{'if': {'required': ['advice'], 'properties': {'advice': {'enum': ['in-vain']}}},"
    " 'then': {'required': ['breaks']}}]}";

/* Names of sysctls, as sysctl.c has them, and their values. */
static const char sysctls[] =
    "{'type': 'object', 'propertyNames': {'pattern': "
    "'^net\\\\.(?!ipv[46]\\\\.neigh\\\\.(default\\\\.|[^.]+\\\\.gc_(interval|thresh[123])$))"
    "(ipv4\\\\.|ipv6\\\\.|bridge\\\\.bridge-nf-|netfilter\\\\.nf_conntrack_)[a-z0-9._/-]+$', "
    "'maxLength': 128}, 'additionalProperties': "
    "{'type': ['string', 'number', 'boolean'], 'pattern': '^[^\\\\n]{1,128}$'}}";

/* JSON with ' for ". */
static json_t *json_of(const char *text)
{
	char *s = mem_strdup(text);
	json_error_t e;

	for (char *p = s; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	json_t *j = json_loads(s, 0, &e);
	ck_assert_msg(j != NULL, "%s: %s", e.text, s);
	free(s);
	return j;
}

static void put(json_t *into, json_t *more)
{
	json_object_update(into, more);
	json_decref(more);
}

/* YAML has true for a boolean, and "true" for a text. */
static json_t *of_words(const struct word *words)
{
	json_t *list = json_array();

	for (const struct word *w = words; w->name; w++) {
		if (!strcmp(w->name, "true") || !strcmp(w->name, "false"))
			json_array_append_new(list, json_boolean(!strcmp(w->name, "true")));
		json_array_append_new(list, json_string(w->name));
	}
	return json_pack("{so}", "enum", list);
}

static json_t *of_causes(void)
{
	json_t *list = json_array();

	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++)
		json_array_append_new(list, json_string(cause_name((enum cause)c)));
	return json_pack("{so}", "enum", list);
}

/* A text that matches one of: the key's words, its phrases, its own pattern, and `more`. */
static json_t *of_text(const struct key *k, json_t *type, const char *more)
{
	struct buf b = {0};
	const char *between = "";

	buf_puts(&b, "^(");
	for (const struct word *w = k->words; w && w->name; w++, between = "|")
		buf_printf(&b, "%s%s", between, w->name);
	for (const struct phrase *p = k->phrases; p && p->word; p++, between = "|")
		buf_printf(&b, "%s%s %s", between, p->word, DURATION);
	if (k->pattern) {
		buf_printf(&b, "%s%s", between, k->pattern);
		between = "|";
	}
	if (more)
		buf_printf(&b, "%s%s", between, more);
	buf_puts(&b, ")$");
	json_t *out = json_pack("{soss}", "type", type, "pattern", b.s);
	buf_free(&b);
	return out;
}

/* The same for what is a number where no quotes are around it. */
static json_t *of_number(const struct key *k, const char *type, const char *more)
{
	json_t *out = of_text(k, json_pack("[ss]", "string", type), more);

	json_object_set_new(out, "minimum", json_integer(k->least));
	json_object_set_new(out, "maximum", json_integer(k->most));
	return out;
}

static json_t *of_map(const struct key *keys, enum key_place place);

static json_t *of_names(size_t most, json_t *value)
{
	char pattern[40];

	snprintf(pattern, sizeof(pattern), "^[a-z][a-z0-9-]{0,%zu}$", most - 1);
	return json_pack("{sss{ss}so}", "type", "object", "propertyNames", "pattern", pattern,
	    "additionalProperties", value);
}

static json_t *of_list(const struct key *k)
{
	json_t *out = json_pack("{ssso}", "type", "array", "items", of_map(k->sub, KEY_IN_FILE));

	if (k->most)
		json_object_set_new(out, "maxItems", json_integer(k->most));
	return out;
}

/* YAML may take a short text for a number or a boolean; a sentence is neither. */
static json_t *of_line(const struct key *k)
{
	if (k->most)
		return json_pack("{sssssI}", "type", "string", "pattern", "^[^\\n]+$", "maxLength",
		    (json_int_t)k->most);
	return json_of("{'type': ['string', 'number', 'boolean'], 'pattern': '^[^\\\\n]+$'}");
}

static json_t *of_kind(const struct key *k)
{
	switch (k->kind) {
	case KEY_DURATION:
		return of_text(k, json_string("string"), DURATION);
	case KEY_COUNT:
		return of_number(k, "integer", "[0-9]+");
	case KEY_NUMBER:
		return of_number(k, "number", "[0-9]+(\\.[0-9]+)?");
	case KEY_SHARE:
		return of_number(k, "number", "[0-9]+(\\.[0-9]+)?%?");
	case KEY_HEX:
		return of_text(k, json_pack("[ss]", "string", "integer"), "(0x)?[0-9a-fA-F]+");
	case KEY_WORD:
		return of_words(k->words);
	case KEY_MAC:
		return of_text(k, json_string("string"), MAC);
	case KEY_PHRASE:
	case KEY_PATTERN:
		return of_text(k, json_string("string"), NULL);
	case KEY_CAUSE:
		return of_causes();
	case KEY_TEXT:
		return of_line(k);
	case KEY_NAME:
		return json_of("{'type': 'string'}");
	case KEY_TEXTS:
		return json_pack("{ssso}", "type", "array", "items", of_line(k));
	case KEY_NAMES:
		return json_of("{'type': 'array', 'minItems': 1, 'uniqueItems': true, "
		               "'items': {'type': 'string'}}");
	case KEY_LIST:
		return of_list(k);
	case KEY_MAP:
		return of_map(k->sub, KEY_IN_CASE);
	case KEY_NAMED:
		return of_names(NAME_MAX_LEN - 1, of_map(k->sub, KEY_IN_CASE));
	case KEY_SYSCTLS:
		return json_of(sysctls);
	case KEY_MATRIX:
		return json_of("{'type': 'object', 'additionalProperties': "
		               "{'type': 'array', 'minItems': 1}}");
	case KEY_ARMS: {
		json_t *out = of_names(64, of_map(keys_file, KEY_IN_ARM));

		json_object_set_new(out, "minProperties", json_integer(1));
		return out;
	}
	case KEY_TESTS:
	case KEY_LATER:
		break;
	}
	return NULL;
}

/* A value of a case stands in a file and in its arms, so it is a definition. */
static bool is_shared(const struct key *keys, const struct key *k)
{
	return keys == keys_file && k->place == KEY_IN_CASE;
}

static json_t *of_key(const struct key *k)
{
	json_t *out = of_kind(k);

	if (out)
		json_object_set_new(out, "description", json_string(k->meaning));
	return out;
}

/* A map with these keys. Those of a case may be in an arm as well, so none of them is needed. */
static json_t *of_map(const struct key *keys, enum key_place place)
{
	json_t *properties = json_object(), *required = json_array();
	json_t *out = json_pack("{ssso}", "type", "object", "properties", properties);

	for (const struct key *k = keys; k->name; k++) {
		bool here = k->place == KEY_IN_CASE || k->place == place;
		char *ref = mem_printf("#/definitions/%s", k->name);
		json_t *value = !here                ? NULL
		                : is_shared(keys, k) ? json_pack("{ss}", "$ref", ref)
		                                     : of_key(k);

		if (value && k->kind != KEY_LATER)
			json_object_set(properties, k->name, value);
		if (value && k->needed && place == KEY_IN_FILE &&
		    (keys != keys_file || k->place == KEY_IN_FILE))
			json_array_append_new(required, json_string(k->name));
		json_decref(value);
		free(ref);
	}
	json_object_set_new(out, "additionalProperties", json_false());
	if (json_array_size(required))
		json_object_set(out, "required", required);
	json_decref(required);
	for (size_t i = 0; i < ARRAY_SIZE(together); i++)
		if (together[i].keys == keys)
			put(out, json_of(together[i].rules));
	if (place == KEY_IN_ARM)
		put(out, json_of(of_an_arm));
	return out;
}

static void put_schema(struct buf *text)
{
	json_t *out = json_of(
	    "{'$schema': 'http://json-schema.org/draft-07/schema#', 'title': "
	    "'steadybridge scenario', 'description': 'For editors. docs/SCENARIOS.md is the "
	    "reference; `steadybridge lint` also checks what a schema cannot express.'}");
	json_t *definitions = json_object();

	put(out, of_map(keys_file, KEY_IN_FILE));
	for (const struct key *k = keys_file; k->name; k++)
		if (is_shared(keys_file, k) && k->kind != KEY_LATER)
			json_object_set_new(definitions, k->name, of_key(k));
	json_object_set_new(out, "definitions", definitions);
	char *json = json_dumps(out, JSON_INDENT(1));
	buf_printf(text, "%s\n", json);
	free(json);
	json_decref(out);
}

PURE_TEST("keys", the_schema_is_what_the_table_of_keys_gives)
{
	AUTO_BUF made = {0};

	put_schema(&made);
	ctest_stored(SCHEMA, &made);
}

/* Every default is a value that may be written, or stands for none. */
PURE_TEST("keys", defaults_are_within_the_range_of_their_keys)
{
	static const struct key *const all[] = {keys_file, keys_client, keys_bridge, keys_querier,
	    keys_upstream, keys_churn, keys_event, keys_lookups, keys_limits, keys_known,
	    keys_fault, keys_expect};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		for (const struct key *k = all[i]; k->name; k++) {
			bool ranged = k->kind == KEY_COUNT || k->kind == KEY_NUMBER ||
			              k->kind == KEY_DURATION;

			ck_assert_msg(k->meaning && *k->meaning, "%s has no meaning", k->name);
			ck_assert_msg(!ranged || (k->least < k->most), "%s has no range", k->name);
			ck_assert_msg(!ranged || !k->normal ||
			                  (k->normal >= k->least && k->normal <= k->most),
			    "%s: default out of range", k->name);
			ck_assert_msg(!k->needed || k->forms, "%s: no forms", k->name);
			ck_assert_msg((k->kind != KEY_WORD && k->kind != KEY_MAC) || k->words,
			    "%s: no words", k->name);
		}
}
