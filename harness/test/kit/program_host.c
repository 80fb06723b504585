/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program_host.c: what a run could leave behind on the host, as text that a test compares. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/proc.h"
#include "test/kit/program.h"

#define SOURCE "/mnt/source"

static bool owned; /* /tmp and /run are the test's own */

void program_own_host(void)
{
	static const char *const folders[] = {"/tmp", "/run", "/mnt"};
	int source = open(SB_SOURCE_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char link[64];

	ctest_own_proc();
	owned = true;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (mount("tmpfs", folders[i], "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=64m"))
			ctest_skip("a tmpfs of the test's own", "run as root");
	/* The source may lie below one of these, which hide it. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", source);
	mkdir(SOURCE, 0755);
	ck_assert_msg(!mount(link, SOURCE, NULL, MS_BIND, NULL), "%s: %s", SOURCE, strerror(errno));
	close(source);
	setenv("STEADYBRIDGE_DATA", SOURCE, 1);
	setenv("QUICK",
	    "lowest-port-leaves --quick --filter *,leaves-by=release --seed 5 --out /mnt/out", 1);
	mkdir("/run/mount", 0755); /* mount(8)'s own */
	close(open("/run/mount/utab", O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
}

static int is_process(const struct dirent *entry)
{
	return isdigit((unsigned char)entry->d_name[0]);
}

static void put_processes(struct buf *out)
{
	struct dirent **found = NULL;
	int n = scandir("/proc", &found, is_process, alphasort);
	AUTO_BUF spaces = {0};

	buf_puts(&spaces, "");
	for (int i = 0; i < n; i++) {
		AUTO_FREE char *comm = mem_printf("/proc/%s/comm", found[i]->d_name);
		AUTO_FREE char *ns = mem_printf("/proc/%s/ns/net", found[i]->d_name);
		AUTO_BUF text = {0};
		char link[64] = "";

		if (atoi(found[i]->d_name) != getpid() && !data_read(comm, 64, &text, NULL))
			buf_printf(out, "process %s %s", found[i]->d_name, text.s);
		if (readlink(ns, link, sizeof(link) - 1) > 0 && !strstr(spaces.s, link))
			buf_printf(&spaces, "namespace %s\n", link);
		free(found[i]);
	}
	free(found);
	buf_puts(out, spaces.s);
}

/* What a program prints, without the counters and dates that change by themselves. */
static void put_output(const char *const argv[], const char *input, struct buf *out)
{
	char path[4096];

	if (!proc_find(argv[0], path, sizeof(path)))
		return;
	struct program_result r =
	    program_run(&(struct program_options){.argv = argv, .input = input});
	buf_printf(out, "-- %s\n", argv[0]);
	for (char *line = strtok(r.text.s, "\n"); line; line = strtok(NULL, "\n"))
		if (line[0] != '#')
			buf_printf(out, "%.*s\n", (int)strcspn(line, "["), line);
	buf_free(&r.text);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Calls `each` for everything below a folder, which need not be there. */
static void walk(const char *dir, void (*each)(const FTSENT *, void *), void *arg)
{
	char *const roots[] = {(char *)dir, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;

	while (tree && (entry = fts_read(tree)))
		if (entry->fts_level > 0 && entry->fts_info != FTS_DP)
			each(entry, arg);
	if (tree)
		fts_close(tree);
}

/* A sysctl, unless it counts by itself. */
static void put_sysctl(const FTSENT *entry, void *out)
{
	AUTO_BUF text = {0};

	if (entry->fts_info == FTS_F && strcmp(entry->fts_name, "nf_conntrack_count") &&
	    !data_read(entry->fts_path, 4096, &text, NULL))
		buf_printf(out, "%s %s", entry->fts_path, text.s);
}

static void put_path(const FTSENT *entry, void *out)
{
	buf_printf(out, "%s\n", entry->fts_path);
}

void program_host(struct buf *out)
{
	/* of the machine, that a hostile file is likely to be after */
	static const char *const sysctls[] = {"/proc/sys/kernel/core_pattern",
	    "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname",
	    "/proc/sys/kernel/panic", "/proc/sys/kernel/sysrq"};
	AUTO_BUF mounts = {0};

	put_processes(out);
	walk("/proc/sys/net", put_sysctl, out);
	for (size_t i = 0; i < ARRAY_SIZE(sysctls); i++) {
		AUTO_BUF text = {0};

		if (!data_read(sysctls[i], 4096, &text, NULL))
			buf_printf(out, "%s %s", sysctls[i], text.s);
	}
	put_output(ARGS("ip", "-o", "-batch", "-"),
	    "link\naddress\nnetns\nrule\nroute show table all\n", out);
	put_output(ARGS("ip", "-6", "rule"), NULL, out);
	put_output(ARGS("iptables-nft-save"), NULL, out);
	put_output(ARGS("iptables-legacy-save"), NULL, out);
	if (!data_read("/proc/self/mountinfo", 1 << 20, &mounts, NULL))
		buf_printf(out, "-- mounts\n%s", mounts.s);
	if (owned) {
		walk("/tmp", put_path, out);
		walk("/run", put_path, out);
		walk("/dev/shm", put_path, out);
	}
}

void program_assert_host(const struct buf *before, const char *what)
{
	int64_t deadline = clock_now_ns() + PROGRAM_SETTLE_NS;
	struct buf now = {0};
	size_t i = 0;

	do {
		buf_free(&now);
		/* Orphans of a killed program become this test's, which is pid 1. */
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		program_host(&now);
		if (!strcmp(now.s, before->s)) {
			buf_free(&now);
			return;
		}
		poll(NULL, 0, 20);
	} while (clock_now_ns() < deadline);
	while (now.s[i] && now.s[i] == before->s[i])
		i++;
	while (i && now.s[i - 1] != '\n')
		i--;
	ck_abort_msg("%s: the host is not as it was: now '%.*s', before '%.*s'", what,
	    (int)strcspn(now.s + i, "\n"), now.s + i, (int)strcspn(before->s + i, "\n"),
	    before->s + i);
}

static void assert_whole(const FTSENT *entry, void *n)
{
	static const char *const kinds[] = {
	    ".json", ".jsonl", ".yaml", ".tap", ".xml", ".html", ".txt", ".svg", ".pcap"};
	const char *path = entry->fts_path, *kind = strrchr(entry->fts_name, '.');
	AUTO_BUF text = {0};
	bool known = false;

	if (entry->fts_info == FTS_D)
		return;
	for (size_t i = 0; kind && i < ARRAY_SIZE(kinds); i++)
		known |= !strcmp(kind, kinds[i]);
	ck_assert_msg(known, "%s was left behind", path);
	ck_assert_int_eq(data_read(path, 64 << 20, &text, NULL), 0);
	ck_assert_msg(text.len && (!strcmp(kind, ".pcap") || text.s[text.len - 1] == '\n'),
	    "%s is cut off", path);
	if (!strcmp(kind, ".json")) {
		json_t *j = json_loadb(text.s, text.len, 0, NULL);

		ck_assert_msg(j != NULL, "%s is not JSON", path);
		json_decref(j);
	} else if (!strcmp(kind, ".xml")) {
		xmlDocPtr doc = xmlReadMemory(text.s, (int)text.len, path, NULL, XML_PARSE_NONET);

		ck_assert_msg(doc != NULL, "%s is not XML", path);
		xmlFreeDoc(doc);
	}
	++*(int *)n;
}

int program_whole_files(const char *dir)
{
	int n = 0;

	walk(dir, assert_whole, &n);
	return n;
}
