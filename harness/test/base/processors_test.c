/* SPDX-License-Identifier: GPL-2.0-or-later */
/* processors_test.c: how many processors a control group leaves, from files as kernels write them.
 */
#include "test/kit/ctest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/folder.h"
#include "base/macros.h"
#include "base/mem.h"
#include "base/processors.h"
#include "base/units.h"

/* A file "path=text" below root, for as long as the test runs. */
static void put(const char *root, const char *file)
{
	const char *equals = strchr(file, '=');
	char *path = mem_printf("%s/%.*s", root, (int)(equals - file), file),
	     *folder = mem_strdup(path);

	*strrchr(folder, '/') = '\0';
	ck_assert_int_eq(folder_make(folder, NULL), 0);
	ck_assert_int_eq(data_write(path, equals + 1, strlen(equals + 1), NULL), 0);
	free(folder);
	free(path);
}

static const struct {
	const char *name, *files[5];
	double quota;
	int pause_ms;
} quotas[] = {
    {"half a processor, cgroup2",
        {"proc/self/cgroup=0::/ci/job\n", "sys/fs/cgroup/ci/job/cpu.max=50000 100000\n"}, 0.5, 50},
    {"none", {"proc/self/cgroup=0::/ci\n", "sys/fs/cgroup/ci/cpu.max=max 100000\n"}, 0, 0},
    {"the group above has the smaller one",
        {"proc/self/cgroup=0::/ci/job\n", "sys/fs/cgroup/ci/job/cpu.max=400000 100000\n",
            "sys/fs/cgroup/ci/cpu.max=150000 100000\n"},
        1.5, 0},
    {"a container sees its own group as the root",
        {"proc/self/cgroup=0::/\n", "sys/fs/cgroup/cpu.max=200000 100000\n"}, 2, 0},
    {"the group above pauses for longer, with a larger quota",
        {"proc/self/cgroup=0::/ci/job\n", "sys/fs/cgroup/ci/job/cpu.max=2000 10000\n",
            "sys/fs/cgroup/ci/cpu.max=750000 1000000\n"},
        0.2, 250},
    {"before cgroup2",
        {"proc/self/cgroup=3:cpuset:/\n2:cpu,cpuacct:/job\n",
            "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us=25000\n",
            "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us=100000\n"},
        0.25, 75},
    {"before cgroup2, none",
        {"proc/self/cgroup=2:cpu:/job\n", "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us=-1\n",
            "sys/fs/cgroup/cpu/job/cpu.cfs_period_us=100000\n"},
        0, 0},
    {"no file at all", {NULL}, 0, 0},
};

PURE_TEST("base", quotas_are_read)
{
	for (size_t i = 0; i < ARRAY_SIZE(quotas); i++) {
		char root[] = "/tmp/processors-XXXXXX", *remove;

		ck_assert_ptr_nonnull(mkdtemp(root));
		for (size_t f = 0; f < ARRAY_SIZE(quotas[i].files) && quotas[i].files[f]; f++)
			put(root, quotas[i].files[f]);
		struct processors_quota found;

		processors_quota(root, &found);
		remove = mem_printf("rm -rf %s", root);
		ck_assert_int_eq(system(remove), 0); /* NOLINT(cert-env33-c): a fixed command */
		free(remove);
		ck_assert_msg(found.processors == quotas[i].quota &&
		                  found.pause_ns == quotas[i].pause_ms * NS_PER_MS,
		    "%s: %g, pause %g ms", quotas[i].name, found.processors,
		    (double)found.pause_ns / NS_PER_MS);
	}
}

PURE_TEST("base", this_machine_has_some)
{
	double n = processors_usable();

	ck_assert_double_gt(n, 0);
	ck_assert_double_le(n, (double)sysconf(_SC_NPROCESSORS_CONF));
}

PURE_TEST("base", the_clock_has_a_grain)
{
	ck_assert_int_gt(clock_grain_ns(), 0);
}
