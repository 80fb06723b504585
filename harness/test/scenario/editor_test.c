/* SPDX-License-Identifier: GPL-2.0-or-later */
/* editor_test.c: tests of docs/scenario.schema.json against what reads scenario files. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/mem.h"
#include "test/kit/readers.h"
#include "test/kit/scenarios.h"

/* What no schema can express: relations between values, names elsewhere in the file and the matrix;
 * sizes of durations; and YAML that another reader accepts. */
static const char *const beyond[] = {"above-all-impossible", "after-not-shorter", "anchor",
    "before-with-after", "below-all-impossible", "below-all-twice", "carriage-return",
    "control-without-exposures", "cycle-too-long", "directive", "duplicate-arm", "duplicate-key",
    "escaped-nul", "event-joins-twice", "event-port-away", "event-too-late", "event-unknown-names",
    "every-without-after", "joins-missing", "joins-too-late", "kept-too-long", "known-unknown-arm",
    "leaves-before-joins", "leaves-too-late", "long-name-with-count", "matrix-and-arm",
    "matrix-bad-value", "matrix-of-arms", "matrix-overlap", "matrix-same-value",
    "matrix-unknown-path", "multicast-mac", "namespace-death-of-tap", "neither-every-nor-pause",
    "no-clients", "no-control", "nothing-after-exposure", "nothing-happens", "one-mac-for-many",
    "outage-limit-unseen", "own-end-mac", "same-mac", "same-name", "same-name-with-count",
    "short-warmup", "tag", "taken-name", "timeout-too-long", "tiny-interval", "too-few-lookups",
    "too-long-duration", "too-many-cases", "too-many-clients", "too-many-events",
    "too-many-ports-in-all", "unknown-client", "zero-interval", "full-bridge",
    "full-bridge-with-querier", "querier-too-often", "long-client-name-with-count",
    "one-mac-for-many-clients", "too-many-clients-in-all", "client-of-several",
    "udevd-without-subject", "event-address-order", "event-route-order", "upstream-bad-delay",
    "vlan-filtering-twice", NULL};

struct text {
	char *name, *s;
	size_t len;
	bool read; /* by steadybridge */
};

struct texts {
	struct text *items;
	size_t n, cap;
};

static void add(struct texts *all, const char *name, const char *s, size_t len)
{
	AUTO_SCENARIO *scenario = NULL;
	AUTO_BUF messages = {0};
	struct buf copy = {0};

	buf_puts(&copy, "");
	buf_add(&copy, s, len);
	bool read = !scenario_parse(name, s, len, NULL, &scenario, &messages);
	*MEM_PUSH(all->items, all->n, all->cap) =
	    (struct text){mem_strdup(name), copy.s, len, read};
}

static void add_folder(struct texts *all, const char *folder)
{
	AUTO_FREE char *path = data_path(folder);
	DIR *dir = opendir(path);
	struct dirent *entry;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		size_t n = strlen(entry->d_name), len;
		/* `fault` and `expect` are for tests, and no editor's business */
		if (n < 6 || strcmp(entry->d_name + n - 5, ".yaml") != 0 ||
		    !strncmp(entry->d_name, "fault-", 6) || !strncmp(entry->d_name, "expect-", 7))
			continue;
		AUTO_FREE char *below = mem_printf("%s/%s", folder, entry->d_name);
		AUTO_FREE char *text = ctest_file(below, &len);
		entry->d_name[n - 5] = '\0';
		add(all, entry->d_name, text, len);
	}
	closedir(dir);
}

static void add_shipped(struct texts *all, bool large)
{
	char **found;
	struct err e = {{0}};
	int n = data_scenarios(large, &found, &e);

	ck_assert_msg(n > 0, "%s", e.text);
	for (int i = 0; i < n; i++) {
		char *name = strrchr(found[i], '/') + 1;
		struct buf text = {0};

		ck_assert_msg(!data_read(found[i], 1 << 20, &text, &e), "%s", e.text);
		name[strlen(name) - 5] = '\0';
		add(all, name, text.s, text.len);
		buf_free(&text);
		free(found[i]);
	}
	free(found);
}

/* A line of the schema's judgement for each text; caller frees. */
static char *ask_schema(const struct texts *all)
{
	AUTO_FREE char *script = data_path("harness/test/kit/schema.py"),
	               *schema = data_path("docs/scenario.schema.json");
	const char *argv[] = {PYTHON, script, schema, NULL};
	AUTO_BUF in = {0};
	struct buf out = {0};

	for (size_t i = 0; i < all->n; i++) {
		buf_printf(&in, "%zu\n", all->items[i].len);
		buf_add(&in, all->items[i].s, all->items[i].len);
	}
	int status = reader_run(argv, &in, &out);
	ck_assert_msg(status == 0, "schema.py: %d: %s", status, out.s ? out.s : "");
	return out.s;
}

static bool is_beyond(const char *name)
{
	for (size_t i = 0; beyond[i]; i++)
		if (!strcmp(beyond[i], name))
			return true;
	return false;
}

static void text_free(struct text *t)
{
	free(t->name);
	free(t->s);
}

static void texts_free(struct texts *all)
{
	for (size_t i = 0; i < all->n; i++)
		text_free(&all->items[i]);
	free(all->items);
}

/* Compares line by line: each refuses what the other refuses, except what is beyond. */
static void compare(struct texts *all)
{
	AUTO_FREE char *judged = ask_schema(all);
	char *save = NULL, *line = strtok_r(judged, "\n", &save);

	for (size_t i = 0; i < all->n; i++, line = strtok_r(NULL, "\n", &save)) {
		const struct text *t = &all->items[i];

		ck_assert_msg(line != NULL, "no judgement of %s", t->name);
		bool good = !strcmp(line, "ok");
		if (t->read)
			ck_assert_msg(
			    good, "%s is read, but the schema says: %s\n%s", t->name, line, t->s);
		else
			ck_assert_msg(good == is_beyond(t->name), "%s: %s", t->name,
			    good ? "the schema takes it" : "it is not beyond the schema");
	}
	texts_free(all);
}

CTEST("editor", CTEST_SANDBOX, READER_YAML, schema_and_reader_agree)
{
	struct texts all = {0};

	add_shipped(&all, false);
	add_shipped(&all, true);
	for (size_t i = 0; i < all.n; i++)
		ck_assert_msg(all.items[i].read, "%s", all.items[i].name);
	size_t shipped = all.n;
	add_folder(&all, "harness/test/data/bad");
	ck_assert_uint_gt(shipped, 5);
	ck_assert_uint_gt(all.n, shipped + 50);
	compare(&all);
}

/* Without each line; with each line's first key, and its first digit, damaged. */
static void add_mutants(struct texts *out, const struct text *t)
{
	for (const char *line = t->s, *end; (end = strchr(line, '\n')); line = end + 1) {
		size_t before = (size_t)(line - t->s), len = (size_t)(end - line);
		const char *colon = memchr(line, ':', len);
		size_t digit = strcspn(line, "0123456789");
		struct buf b = {0};

		if (!len || *line == '#')
			continue;
		buf_add(&b, t->s, before);
		buf_puts(&b, end + 1);
		add(out, t->name, b.s ? b.s : "", b.len);
		buf_free(&b);
		if (colon) {
			buf_add(&b, t->s, (size_t)(colon - t->s));
			buf_puts(&b, "x");
			buf_puts(&b, colon);
			add(out, t->name, b.s, b.len);
			buf_free(&b);
		}
		if (digit < len) {
			buf_add(&b, t->s, before + digit);
			buf_puts(&b, "q");
			buf_puts(&b, line + digit + 1);
			add(out, t->name, b.s, b.len);
			buf_free(&b);
		}
	}
}

CTEST("editor", CTEST_SANDBOX, READER_YAML, what_is_read_of_mutants_the_schema_takes)
{
	struct texts shipped = {0}, all = {0};

	add_shipped(&shipped, false);
	for (size_t i = 0; i < shipped.n; i++)
		add_mutants(&all, &shipped.items[i]);
	size_t mutants = all.n, read = 0;
	for (size_t i = 0; i < all.n; i++)
		if (all.items[i].read) {
			struct text other = all.items[read];

			all.items[read++] = all.items[i];
			all.items[i] = other;
		}
	ck_assert_uint_gt(read, 50);
	ck_assert_uint_gt(mutants - read, 100);
	texts_free(&shipped);
	/* What is not read may be beyond the schema. */
	while (all.n > read)
		text_free(&all.items[--all.n]);
	compare(&all);
}

/* The YAML examples of docs/SCENARIOS.md. */
PURE_TEST("editor", examples_of_the_reference_are_read)
{
	static const char open[] = "```yaml\n", shut[] = "```\n";
	AUTO_FREE char *text = ctest_file("docs/SCENARIOS.md", NULL);
	unsigned n = 0;

	for (const char *p = text; (p = strstr(p, open)); n++) {
		p += sizeof(open) - 1;
		const char *end = strstr(p, shut);
		ck_assert_ptr_nonnull(end);
		AUTO_FREE char *example = mem_printf("%.*s", (int)(end - p), p);
		scenario_free(scenario_read("example.yaml", example, NULL));
		p = end;
	}
	ck_assert_uint_ge(n, 3);
}
