/* SPDX-License-Identifier: GPL-2.0-or-later */
/* docs_test.c: tests of the documents: what they say is tested is tested by what they name. */
#include "test/kit/ctest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is_test(const char *name, size_t len)
{
	const struct ctests *all = ctest_all();

	for (size_t i = 0; i < all->n; i++) {
		const struct ctest *t = &all->items[i];
		size_t suite = strlen(t->suite);

		if (len == suite + 1 + strlen(t->test->name) && !memcmp(name, t->suite, suite) &&
		    name[suite] == '/' &&
		    !strncmp(name + suite + 1, t->test->name, len - suite - 1))
			return true;
	}
	return false;
}

static bool is_suite(const char *name, size_t len)
{
	const struct ctests *all = ctest_all();

	for (size_t i = 0; i < all->n; i++)
		if (strlen(all->items[i].suite) == len && !memcmp(all->items[i].suite, name, len))
			return true;
	return false;
}

/* The first `suite/test` of a text that names a suite but no test of it; caller frees. NULL: none.
 * *named counts those that are right. */
static char *unknown_test(const char *text, unsigned *named)
{
	for (const char *p = strchr(text, '`'); p; p = strchr(p, '`')) {
		size_t len = strcspn(++p, "`");
		const char *slash = memchr(p, '/', len);

		if (slash && is_suite(p, (size_t)(slash - p))) {
			if (!is_test(p, len))
				return mem_printf("%.*s", (int)len, p);
			++*named;
		}
		p += len;
		p += *p == '`';
	}
	return NULL;
}

static void all_exist(const char *path)
{
	AUTO_FREE char *text = ctest_file(path, NULL);
	unsigned named = 0;
	char *unknown = unknown_test(text, &named);

	ck_assert_msg(!unknown, "%s names %s", path, unknown);
	ck_assert_uint_gt(named, 0);
}

/* Every test of the suite is named. */
static void all_told(const char *path, const char *suite)
{
	const struct ctests *all = ctest_all();
	AUTO_FREE char *text = ctest_file(path, NULL);
	unsigned n = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->items[i].suite, suite) != 0)
			continue;
		char *name = mem_printf("`%s/%s`", suite, all->items[i].test->name);
		ck_assert_msg(strstr(text, name), "%s does not name %s", path, name);
		free(name);
		n++;
	}
	ck_assert_uint_gt(n, 0);
}

PURE_TEST("docs", each_test_that_kernel_md_names_exists)
{
	all_exist("docs/KERNEL.md");
}

PURE_TEST("docs", each_fact_that_is_tested_is_told_in_kernel_md)
{
	all_told("docs/KERNEL.md", "facts");
}

PURE_TEST("docs", each_test_that_security_md_names_exists)
{
	all_exist("docs/SECURITY.md");
	all_told("docs/SECURITY.md", "hostile");
}

/* The first item of a list ("1. ...") that names no test, one line of it; caller frees. NULL: none.
 * One that begins with "Still:" says what is not held. */
static char *untested_item(const char *text, unsigned *items)
{
	for (const char *p = text; p && *p; p = strchr(p, '\n')) {
		p += *p == '\n';
		size_t digits = strspn(p, "0123456789");
		if (!digits || strncmp(p + digits, ". ", 2) != 0)
			continue;
		const char *end = p;
		do { /* lines that belong to it are indented */
			end = strchr(end, '\n');
			end = end ? end + 1 : p + strlen(p);
		} while (strspn(end, " ") >= 3);
		char *item = mem_printf("%.*s", (int)(end - p), p);
		unsigned named = 0;
		char *unknown = unknown_test(item, &named);
		bool still = !strncmp(p + digits, ". Still:", 8);

		free(unknown);
		++*items;
		if (!named && !still)
			return item;
		free(item);
	}
	return NULL;
}

PURE_TEST("docs", each_sentence_of_security_md_names_its_test)
{
	char *text = ctest_file("docs/SECURITY.md", NULL), *item;
	unsigned items = 0;

	item = untested_item(text, &items);
	ck_assert_msg(!item, "no test is named: %s", item);
	ck_assert_uint_ge(items, 20);
	free(text);
	item = untested_item("1. x *`docs/each_sentence_of_security_md_names_its_test`*\n"
	                     "2. a\n   b\n3. c `docs/no`\n",
	    &items);
	ck_assert_str_eq(item, "2. a\n   b\n");
	free(item);
}

PURE_TEST("docs", a_test_that_is_not_there_is_found_out)
{
	unsigned named = 0;

	ck_assert_ptr_null(unknown_test("`net/bridge/br.c`, `ip link` and `br0`", &named));
	ck_assert_uint_eq(named, 0);
	ck_assert_ptr_null(
	    unknown_test("x *`docs/a_test_that_is_not_there_is_found_out`*", &named));
	ck_assert_uint_eq(named, 1);
	char *unknown =
	    unknown_test("`docs/a_test_that_is_not_there_is_found_out`, `docs/a`", &named);
	ck_assert_str_eq(unknown, "docs/a");
	free(unknown);
	unknown = unknown_test("`docs/a_test_that_is_not_there_is_found_out2`", &named);
	ck_assert_ptr_nonnull(unknown);
	free(unknown);
}
