/* program_on_host.c: steadybridge itself, started by a test, and what it leaves behind. */
#include "test/kit/program_on_host.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <check.h>
#include <jansson.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/data.h"
#include "test/kit/host_snapshot.h"

pid_t program_on_host_start(const char *out_dir, const char *const extra[])
{
	const char *argv[32] = {NULL};
	char *program = data_path(SB_BUILD "/steadybridge");
	size_t n = 0;

	argv[n++] = program;
	argv[n++] = "check";
	argv[n++] = "--out";
	argv[n++] = out_dir;
	for (size_t i = 0; extra[i]; i++)
		argv[n++] = extra[i];
	struct err e = {{0}};
	pid_t pid =
	    proc_start(argv, &(struct proc_options){.netns = -1, .in_fd = -1, .out_fd = -1}, &e);
	ck_assert_msg(pid > 0, "%s", e.text);
	free(program);
	return pid;
}

void program_on_host_assert_as_before(const struct buf *before, const char *what)
{
	int64_t deadline = clock_now_ns() + PROGRAM_SETTLE_NS;
	struct buf now = {0};

	do {
		buf_free(&now);
		/* Orphans of a killed runner become ours; they are reaped, then gone. */
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		host_snapshot(&now);
		if (!strcmp(now.s, before->s)) {
			buf_free(&now);
			return;
		}
		poll(NULL, 0, 20);
	} while (clock_now_ns() < deadline);
	char *a = before->s, *b = now.s;
	while (*a && *a == *b) {
		a++;
		b++;
	}
	while (b > now.s && b[-1] != '\n')
		b--;
	ck_abort_msg("%s: the host is not as it was: now '%.*s'", what, (int)strcspn(b, "\n"), b);
}

void program_on_host_assert_files_whole(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		struct buf text = {0};
		struct stat st;

		if (entry->d_name[0] == '.' && (!entry->d_name[1] || entry->d_name[1] == '.'))
			continue;
		char *path = mem_printf("%s/%s", dir, entry->d_name);
		ck_assert_int_eq(lstat(path, &st), 0);
		if (S_ISDIR(st.st_mode)) {
			program_on_host_assert_files_whole(path);
		} else {
			size_t len = strlen(path);
			bool is_json = len > 5 && !strcmp(path + len - 5, ".json");
			const char *kind = strrchr(path, '.');
			bool packets = kind && !strcmp(kind, ".pcap");
			static const char *const kinds[] = {
			    ".json", ".jsonl", ".yaml", ".tap", ".xml", ".html", ".txt", ".svg"};
			bool known = packets;
			for (size_t i = 0; kind && i < ARRAY_SIZE(kinds); i++)
				known |= !strcmp(kind, kinds[i]);
			json_t *j;

			ck_assert_msg(known, "%s was left behind", path);
			ck_assert_int_eq(data_read(path, 64 << 20, &text, NULL), 0);
			ck_assert_msg(text.len && (packets || text.s[text.len - 1] == '\n'),
			    "%s is cut off", path);
			j = is_json ? json_loadb(text.s, text.len, 0, NULL) : NULL;
			ck_assert_msg(!is_json || j, "%s is no JSON", path);
			json_decref(j);
			buf_free(&text);
		}
		free(path);
	}
	if (d)
		closedir(d);
}

void program_on_host_remove(const char *dir)
{
	struct err e = {{0}};

	ck_assert_msg(!strncmp(dir, "/tmp/sb-", 8), "%s", dir);
	ck_assert_int_eq(proc_run((const char *[]){"rm", "-rf", "--one-file-system", dir, NULL},
	                     clock_now_ns() + 60 * NS_PER_S, &e),
	    0);
}
