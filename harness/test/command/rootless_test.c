/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rootless_test.c: without root the verdicts are those of root, for all that a user namespace
 * allows; what it does not allow is skipped by name. */
#include "test/kit/ctest.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data.h"
#include "base/folder.h"
#include "base/macros.h"
#include "test/kit/program.h"

/* Delete and release, taps, both firewalls and br_netfilter, IPv6. */
#define SCENARIOS                                                                                  \
	"lowest-port-leaves", "lower-port-joins", "forward-drop-bridged", "lowest-port-leaves-ipv6"
#define CASES_LEAST 20
#define NOBODY 65534

/* steadybridge as user nobody, with no group and no capability. */
static struct program_result as_nobody(const char *const args[])
{
	return program_run(&(struct program_options){.args = args, .uid = NOBODY});
}

static json_t *results(const char *out)
{
	char *path = mem_printf("%s/results.json", out);
	struct buf text = {0};
	struct err e = {{0}};

	ck_assert_msg(!data_read(path, 64 << 20, &text, &e), "%s", e.text);
	json_t *j = json_loads(text.s, 0, NULL);
	ck_assert_ptr_nonnull(j);
	buf_free(&text);
	free(path);
	return j;
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "-";
}

/* The play of a case that counts, or its skip, by name; NULL: it is not there. */
static const json_t *find_case(const json_t *run, const char *list, const char *name)
{
	size_t i;
	json_t *o;

	json_array_foreach(json_object_get(run, list), i,
	    o) if (!strcmp(text_of(o, "name"), name) &&
	           (strcmp(list, "cases") != 0 ||
	               json_is_true(json_object_get(o, "counts-in")))) return o;
	return NULL;
}

static const json_t *prereq(const json_t *told, const char *name)
{
	size_t i;
	json_t *o;

	json_array_foreach(
	    json_object_get(told, "prereqs"), i, o) if (!strcmp(text_of(o, "name"), name)) return o;
	return NULL;
}

/* What prereqs tell nobody; skips the test where nobody may play at all. */
static json_t *prereqs_of_nobody(void)
{
	struct program_result r = as_nobody(ARGS("prereqs", "--json"));
	json_t *told = json_loads(r.text.s, 0, NULL);

	ck_assert_msg(told != NULL, "%s", r.text.s);
	const json_t *namespaces = prereq(told, "namespaces");
	ck_assert_ptr_nonnull(namespaces);
	if (!json_is_true(json_object_get(namespaces, "there")))
		ctest_skip("user namespaces without root", text_of(namespaces, "remedy"));
	ck_assert_int_eq(r.status, json_is_true(json_object_get(told, "ok")) ? 0 : 4);
	buf_free(&r.text);
	return told;
}

/* A case that root played: the same without root, or skipped for what nobody was told to lack. The
 * form of the cause is that of the longest outage: where a port comes and goes, outages of both
 * forms are equally long, and either may be it. */
static bool same(const json_t *root, const json_t *rootless, const json_t *told)
{
	static const char *const keys[] = {"verdict", "cause", "breaks"};
	const char *name = text_of(root, "name");
	const json_t *other = find_case(rootless, "cases", name), *skip;

	for (size_t i = 0; other && i < ARRAY_SIZE(keys); i++)
		ck_assert_msg(!strcmp(text_of(root, keys[i]), text_of(other, keys[i])),
		    "%s: %s is %s as root and %s without: %s", name, keys[i],
		    text_of(root, keys[i]), text_of(other, keys[i]), text_of(other, "why"));
	if (other)
		return true;
	skip = find_case(rootless, "skipped", name);
	ck_assert_msg(skip != NULL, "%s was neither played nor skipped without root", name);
	const json_t *p = prereq(told, text_of(skip, "reason"));
	ck_assert_msg(p && json_is_false(json_object_get(p, "there")),
	    "%s was skipped for '%s', which is there", name, text_of(skip, "reason"));
	ck_assert_str_eq(text_of(skip, "remedy"), text_of(p, "remedy"));
	return false;
}

/* A copy that everybody may read, wherever the source is: it is what is played from now on. */
static void copy_program(const char *dir)
{
	char *program = data_path(SB_BUILD "/steadybridge"), *copy = mem_printf("%s/data", dir);
	char *script = mem_printf("set -e; mkdir -p %s/suite %s/" SB_BUILD "; cp %s %s/" SB_BUILD
	                          "; cp -R %s/fixtures %s/;"
	                          "cp -R %s/suite/scenarios %s/suite/; chmod -R a+rX %s",
	    copy, copy, program, copy, SB_SOURCE_DIR, copy, SB_SOURCE_DIR, copy, dir);
	struct program_result r = run_script(script);

	ck_assert_msg(!r.status, "%s", r.text.s);
	buf_free(&r.text);
	setenv("STEADYBRIDGE_DATA", copy, 1);
	free(script);
	free(copy);
	free(program);
}

CTEST("rootless", CTEST_ALONE, NULL, without_root_the_verdicts_are_those_of_root)
{
	char *dir = program_scratch("rootless"), *as_root = mem_printf("%s/root", dir);
	char *as_other = mem_printf("%s/nobody", dir);
	size_t i, n_same = 0, n_skipped = 0;
	struct err e = {{0}};
	json_t *o;

	if (geteuid())
		ctest_skip("root", "run it as root, so that both can be compared");
	ck_assert_msg(!folder_make(as_other, &e), "%s", e.text);
	copy_program(dir);
	ck_assert_int_eq(chown(as_other, NOBODY, NOBODY), 0);
	json_t *told = prereqs_of_nobody();
	struct program_result r = run("check", SCENARIOS, "--seed", "5", "--out", as_root);
	ck_assert_msg(r.status == 0, "as root: %d: %s", r.status, r.text.s);
	buf_free(&r.text);
	r = as_nobody(ARGS("check", SCENARIOS, "--seed", "5", "--out", as_other));
	ck_assert_msg(r.status == 0, "without: %d: %s", r.status, r.text.s);
	ck_assert_msg(strstr(r.text.s, "  rootless  ") != NULL, "%s", r.text.s);
	buf_free(&r.text);
	json_t *root = results(as_root), *rootless = results(as_other);
	ck_assert(json_is_true(json_object_get(root, "root")));
	ck_assert(json_is_false(json_object_get(rootless, "root")));
	json_array_foreach(json_object_get(root, "cases"), i, o)
	{
		if (!json_is_true(json_object_get(o, "counts-in")))
			continue;
		if (same(o, rootless, told))
			n_same++;
		else
			n_skipped++;
	}
	printf("%zu cases alike, %zu skipped without root\n", n_same, n_skipped);
	ck_assert_uint_ge(n_same, CASES_LEAST);
	json_decref(root);
	json_decref(rootless);
	json_decref(told);
	free(as_root);
	free(as_other);
	program_drop(dir);
}
