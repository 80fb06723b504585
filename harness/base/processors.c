/* SPDX-License-Identifier: GPL-2.0-or-later */
/* processors.c: how many processors this process may use. */
#include "base/processors.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/macros.h"
#include "base/units.h"

#define FILE_MAX 65536

/* A file's first two numbers; how many there are. "max" is none. */
static int numbers_in(const char *path, double *a, double *b)
{
	struct buf text = {0};
	int n = data_read(path, FILE_MAX, &text, NULL) ? 0 : sscanf(text.s, "%lf %lf", a, b);

	buf_free(&text);
	return n < 0 ? 0 : n;
}

/* Takes the quota of one group, when it has one. */
static void add_group(const char *folder, struct processors_quota *out)
{
	char *v2 = mem_printf("%s/cpu.max", folder),
	     *quota = mem_printf("%s/cpu.cfs_quota_us", folder),
	     *period = mem_printf("%s/cpu.cfs_period_us", folder);
	double q = 0, p = 0, unused;

	if (numbers_in(v2, &q, &p) != 2 &&
	    (numbers_in(quota, &q, &unused) != 1 || numbers_in(period, &p, &unused) != 1))
		q = 0;
	free(v2);
	free(quota);
	free(period);
	if (q <= 0 || p <= 0)
		return;
	if (!out->processors || q / p < out->processors)
		out->processors = q / p;
	if ((p - q) * NS_PER_US > (double)out->pause_ns)
		out->pause_ns = (int64_t)((p - q) * NS_PER_US);
}

/* The group and all above it; shortens its path. */
static void add_groups(const char *mount, char *group, struct processors_quota *out)
{
	for (;;) {
		char *folder = mem_printf("%s%s", mount, group), *slash = strrchr(group, '/');

		add_group(folder, out);
		free(folder);
		if (!slash)
			return;
		*slash = '\0';
	}
}

void processors_quota(const char *root, struct processors_quota *out)
{
	static const char *const mounts[] = {"", "/cpu", "/cpu,cpuacct"};
	char *path = mem_printf("%s/proc/self/cgroup", root), *save = NULL;
	struct buf text = {0};

	*out = (struct processors_quota){0};
	data_read(path, FILE_MAX, &text, NULL);
	free(path);
	/* "0::/group" for cgroup2, "1:cpu,cpuacct:/group" before it */
	for (char *line = text.s ? strtok_r(text.s, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *group = strchr(line, '/');

		for (size_t i = 0; group && i < ARRAY_SIZE(mounts); i++) {
			char *mount = mem_printf("%s/sys/fs/cgroup%s", root, mounts[i]),
			     *below = mem_strdup(group);

			add_groups(mount, below, out);
			free(mount);
			free(below);
		}
	}
	buf_free(&text);
}

double processors_usable(void)
{
	cpu_set_t set;
	double n = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
	struct processors_quota quota;

	processors_quota("", &quota);
	return quota.processors > 0 && quota.processors < n ? quota.processors : n;
}
