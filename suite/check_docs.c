/* check_docs.c: tests of the documents: what they say is tested is tested by what they name. */
#include "suite/ctest.h"

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

START_TEST(each_test_that_kernel_md_names_exists)
{
	char *text = ctest_file("docs/KERNEL.md", NULL);
	unsigned named = 0;
	char *unknown = unknown_test(text, &named);

	ck_assert_msg(!unknown, "docs/KERNEL.md names %s", unknown);
	ck_assert_uint_gt(named, 0);
	free(text);
}
END_TEST

START_TEST(each_fact_that_is_tested_is_told_in_kernel_md)
{
	const struct ctests *all = ctest_all();
	char *text = ctest_file("docs/KERNEL.md", NULL);

	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->items[i].suite, "facts") != 0)
			continue;
		char *name = mem_printf("`facts/%s`", all->items[i].test->name);
		ck_assert_msg(strstr(text, name), "docs/KERNEL.md does not name %s", name);
		free(name);
	}
	free(text);
}
END_TEST

START_TEST(a_test_that_is_not_there_is_found_out)
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
END_TEST

void check_docs(struct ctests *list)
{
	ctest_add(list, "docs", CTEST_PURE, each_test_that_kernel_md_names_exists);
	ctest_add(list, "docs", CTEST_PURE, each_fact_that_is_tested_is_told_in_kernel_md);
	ctest_add(list, "docs", CTEST_PURE, a_test_that_is_not_there_is_found_out);
}
