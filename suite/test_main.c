/* test_main.c: steadybridge-test, the harness's own tests. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "suite/ctest.h"

void ctest_add(struct ctests *list, const char *suite, enum ctest_place place, const TTest *test)
{
	*MEM_PUSH(list->items, list->n, list->cap) =
	    (struct ctest){.suite = suite, .place = place, .test = test};
}

char *ctest_file(const char *path, size_t *len)
{
	struct buf b = {0};
	char chunk[4096];
	size_t n;
	FILE *f = fopen(path, "r");

	ck_assert_msg(f != NULL, "cannot open %s", path);
	while ((n = fread(chunk, 1, sizeof(chunk), f)))
		buf_add(&b, chunk, n);
	fclose(f);
	buf_puts(&b, "");
	if (len)
		*len = b.len;
	return b.s;
}

int main(void)
{
	struct ctests list = {0};

	check_base(&list);
	check_trace(&list);
	check_judge(&list);
	check_report(&list);
	SRunner *sr = srunner_create(NULL);
	for (size_t i = 0; i < list.n; i++) {
		Suite *s = suite_create(list.items[i].suite);
		TCase *tc = tcase_create(list.items[i].test->name);

		tcase_add_test(tc, list.items[i].test);
		suite_add_tcase(s, tc);
		srunner_add_suite(sr, s);
	}
	srunner_run_all(sr, CK_NORMAL);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	free(list.items);
	return failed != 0;
}
