/* host_snapshot.c: what of the host a run could leave something in, as text that can be compared.
 */
#include "test/kit/host_snapshot.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/units.h"
#include "base/data.h"

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct lines {
	char **items;
	size_t n, cap;
};

static void flush(struct lines *l, struct buf *out)
{
	if (l->n)
		qsort(l->items, l->n, sizeof(*l->items), by_text);
	for (size_t i = 0; i < l->n; i++) {
		if (!i || strcmp(l->items[i], l->items[i - 1]))
			buf_printf(out, "%s\n", l->items[i]);
	}
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i]);
	free(l->items);
	*l = (struct lines){0};
}

static void look_at_processes(struct buf *out)
{
	struct lines processes = {0}, spaces = {0};
	DIR *d = opendir("/proc");
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		char path[300], link[128], comm[64] = "";
		struct buf text = {0};

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		if (!data_read(path, sizeof(comm), &text, NULL))
			snprintf(comm, sizeof(comm), "%.*s", (int)strcspn(text.s, "\n"), text.s);
		buf_free(&text);
		if (atoi(entry->d_name) != getpid())
			*MEM_PUSH(processes.items, processes.n, processes.cap) =
			    mem_printf("process %s %s", comm, entry->d_name);
		snprintf(path, sizeof(path), "/proc/%s/ns/net", entry->d_name);
		ssize_t n = readlink(path, link, sizeof(link) - 1);
		if (n > 0) {
			link[n] = '\0';
			*MEM_PUSH(spaces.items, spaces.n, spaces.cap) =
			    mem_printf("namespace %s", link);
		}
	}
	if (d)
		closedir(d);
	flush(&processes, out);
	flush(&spaces, out);
}

/* What a program says, without the counters and dates that change by themselves. */
static void look_by(const char *const argv[], struct buf *out)
{
	char path[4096], text[65536];

	if (!proc_find(argv[0], path, sizeof(path)))
		return;
	int fd = memfd_create("view", MFD_CLOEXEC);
	pid_t pid =
	    proc_start(argv, &(struct proc_options){.netns = -1, .in_fd = -1, .out_fd = fd}, NULL);
	if (pid > 0)
		proc_wait(pid, clock_now_ns() + 30 * NS_PER_S);
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	buf_printf(out, "-- %s\n", argv[0]);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (line[0] != '#')
			buf_printf(out, "%.*s\n", (int)strcspn(line, "["), line);
}

/* Every value below a folder of /proc/sys, but those that count by themselves. */
static void look_at_sysctls(const char *dir, struct lines *found)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		char *path = mem_printf("%s/%s", dir, entry->d_name);
		struct buf text = {0};

		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			look_at_sysctls(path, found);
		else if (entry->d_type == DT_REG && strcmp(entry->d_name, "nf_conntrack_count") &&
		         !data_read(path, 4096, &text, NULL))
			*MEM_PUSH(found->items, found->n, found->cap) =
			    mem_printf("%s %.*s", path, (int)strcspn(text.s, "\n"), text.s);
		buf_free(&text);
		free(path);
	}
	if (d)
		closedir(d);
}

static void list_files(const char *dir, struct lines *found)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		char *path = mem_printf("%s/%s", dir, entry->d_name);

		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) {
			*MEM_PUSH(found->items, found->n, found->cap) = mem_strdup(path);
			if (entry->d_type == DT_DIR)
				list_files(path, found);
		}
		free(path);
	}
	if (d)
		closedir(d);
}

void host_snapshot_files(const char *dir, struct buf *out)
{
	struct lines found = {0};

	list_files(dir, &found);
	buf_printf(out, "-- files below %s\n", dir);
	flush(&found, out);
}

void host_snapshot(struct buf *out)
{
	struct lines sysctls = {0};
	struct buf mounts = {0};

	look_at_processes(out);
	look_at_sysctls("/proc/sys/net", &sysctls);
	flush(&sysctls, out);
	look_by((const char *[]){"ip", "-o", "link", NULL}, out);
	look_by((const char *[]){"ip", "-o", "address", NULL}, out);
	look_by((const char *[]){"ip", "netns", NULL}, out);
	look_by((const char *[]){"ip", "rule", NULL}, out);
	look_by((const char *[]){"ip", "-6", "rule", NULL}, out);
	look_by((const char *[]){"ip", "route", "show", "table", "all", NULL}, out);
	look_by((const char *[]){"ip", "-6", "route", "show", "table", "all", NULL}, out);
	look_by((const char *[]){"iptables-nft-save", NULL}, out);
	look_by((const char *[]){"iptables-legacy-save", NULL}, out);
	if (!data_read("/proc/self/mountinfo", 1 << 20, &mounts, NULL))
		buf_printf(out, "-- mounts\n%s", mounts.s);
	buf_free(&mounts);
}
