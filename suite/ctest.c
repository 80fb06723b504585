/* ctest.c: the list of the harness's own tests, and files they read. */
#include "suite/ctest.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "suite/data.h"

void ctest_add(struct ctests *list, const char *suite, enum ctest_place place, const TTest *test)
{
	*MEM_PUSH(list->items, list->n, list->cap) =
	    (struct ctest){.suite = suite, .place = place, .test = test};
}

void ctest_add_reader(struct ctests *list, const char *suite, enum ctest_place place,
    const char *reader, const TTest *test)
{
	ctest_add(list, suite, place, test);
	list->items[list->n - 1].reader = reader;
}

char *ctest_file(const char *path, size_t *len)
{
	struct buf b = {0};
	struct err e = {{0}};
	char *whole = data_path(path);

	ck_assert_msg(data_read(whole, 16 << 20, &b, &e) == 0, "%s", e.text);
	free(whole);
	if (len)
		*len = b.len;
	return b.s;
}

char *ctest_changed(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	ck_assert_msg(at != NULL, "no '%s' there", from);
	return mem_printf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

void ctest_own_proc(void)
{
	ck_assert_int_eq(getpid(), 1);
	ck_assert_int_eq(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), 0);
}
