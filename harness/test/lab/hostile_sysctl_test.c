/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostile_sysctl_test.c: no sysctl that a scenario may set reaches out of its lab. */
#include "test/kit/ctest.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "net/netns.h"
#include "scenario/sysctl.h"

static void must(int r, const struct err *e)
{
	ck_assert_msg(!r, "%s", e->text);
}

static void read_value(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);

	out[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

static bool write_value(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, value, strlen(value)) > 0;

	if (fd >= 0)
		close(fd);
	return written;
}

struct trial {
	int home, lab;
	unsigned changed;
	struct buf leaks;
};

/* Another value for it in the lab; whether home's has become another too. */
static void try_sysctl(struct trial *s, const char *path)
{
	static const char *const others[] = {
	    "0", "1", "2", "3", "100", "5000", "2048 65000", "4096 16384 131072"};
	char home[512], lab[512], now[512];

	must(netns_enter(s->home, NULL), &(struct err){"netns"});
	read_value(path, home, sizeof(home));
	must(netns_enter(s->lab, NULL), &(struct err){"netns"});
	read_value(path, lab, sizeof(lab));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (!write_value(path, others[i]))
			continue;
		read_value(path, now, sizeof(now));
		if (strcmp(now, lab) != 0)
			break;
	}
	bool changed = strcmp(now, lab) != 0;
	s->changed += changed;
	must(netns_enter(s->home, NULL), &(struct err){"netns"});
	read_value(path, now, sizeof(now));
	if (strcmp(now, home) != 0) {
		buf_printf(&s->leaks, " %s", path);
		write_value(path, home);
	}
}

static void each_sysctl(struct trial *s, const char *dir)
{
	struct dirent **found = NULL;
	int n = scandir(dir, &found, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char *path = mem_printf("%s/%s", dir, found[i]->d_name);
		char *name = mem_strdup(path + strlen("/proc/sys/"));
		struct stat st;

		for (char *c = name; *c; c++)
			*c = *c == '/' ? '.' : *c == '.' ? '/' : *c;
		if (found[i]->d_name[0] != '.' && !lstat(path, &st)) {
			if (S_ISDIR(st.st_mode))
				each_sysctl(s, path);
			else if ((st.st_mode & 0200) && !sysctl_refused(name))
				try_sysctl(s, path);
		}
		free(found[i]);
		free(name);
		free(path);
	}
	free(found);
}

/* Every sysctl of this kernel that a scenario may set, given another value in a lab's namespace. */
CTEST("hostile", CTEST_SANDBOX, NULL, no_sysctl_that_may_be_set_reaches_another_namespace)
{
	struct trial s = {0};
	struct err e = {{0}};

	s.home = netns_own(&e);
	ck_assert_msg(s.home >= 0, "%s", e.text);
	s.lab = netns_make(s.home, &e);
	ck_assert_msg(s.lab >= 0, "%s", e.text);
	must(netns_enter(s.lab, &e), &e);
	each_sysctl(&s, "/proc/sys/net");
	ck_assert_msg(!s.leaks.len, "reach out of their namespace:%s", s.leaks.s);
	ck_assert_uint_ge(s.changed, 150);
}
