/* broken_host.c: a machine that lacks something, as a test makes it. */
#include "test/kit/broken_host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/units.h"
#include "test/kit/ctest.h"
#include "base/data.h"
#include "test/kit/host_snapshot.h"
#include "test/kit/shim/refuse.h"

#define OUT "/mnt/out"
#define SOURCE "/mnt/source"
#define PAGE "/mnt/page"
#define SETTLE_NS (60 * NS_PER_S) /* the kernel takes namespaces down in its own time */

void broken_host_begin(void)
{
	static const char *const own[] = {"/tmp", "/run", "/mnt"};
	int source = open(SB_SOURCE_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char link[64];

	ctest_own_proc();
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (mount("tmpfs", own[i], "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=64m"))
			ctest_skip("a tmpfs of one's own", "run as root");
	/* It may lie below one of these, which hide it. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", source);
	mkdir(SOURCE, 0755);
	ck_assert_msg(!mount(link, SOURCE, NULL, MS_BIND, NULL), "%s: %s", SOURCE, strerror(errno));
	close(source);
	setenv("STEADYBRIDGE_DATA", SOURCE, 1);
	char *program = data_path(SB_BUILD "/steadybridge");
	mkdir("/run/mount", 0755); /* mount(8)'s own */
	close(open("/run/mount/utab", O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
	setenv("SB", program, 1);
	setenv("QUICK",
	    "lowest-port-leaves --quick --filter *,leaves-by=release --seed 5 --out " OUT, 1);
	free(program);
}

int broken_host_whole_files(const char *dir)
{
	static const char *const kinds[] = {
	    ".json", ".jsonl", ".yaml", ".tap", ".xml", ".html", ".txt", ".svg", ".pcap"};
	DIR *d = opendir(dir);
	struct dirent *entry;
	int n = 0;

	while (d && (entry = readdir(d))) {
		const char *kind = strrchr(entry->d_name, '.');
		struct buf text = {0};
		bool known = false;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		char *path = mem_printf("%s/%s", dir, entry->d_name);
		if (entry->d_type == DT_DIR) {
			n += broken_host_whole_files(path);
			free(path);
			continue;
		}
		for (size_t i = 0; kind && i < ARRAY_SIZE(kinds); i++)
			known |= !strcmp(kind, kinds[i]);
		ck_assert_msg(known, "%s was left behind", path);
		ck_assert_int_eq(data_read(path, 64 << 20, &text, NULL), 0);
		ck_assert_msg(text.len && (!strcmp(kind, ".pcap") || text.s[text.len - 1] == '\n'),
		    "%s is cut off", path);
		if (!strcmp(kind, ".json")) {
			json_t *j = json_loadb(text.s, text.len, 0, NULL);

			ck_assert_msg(j != NULL, "%s is no JSON", path);
			json_decref(j);
		} else if (!strcmp(kind, ".xml")) {
			xmlDocPtr doc =
			    xmlReadMemory(text.s, (int)text.len, path, NULL, XML_PARSE_NONET);

			ck_assert_msg(doc != NULL, "%s is no XML", path);
			xmlFreeDoc(doc);
		}
		n++;
		buf_free(&text);
		free(path);
	}
	if (d)
		closedir(d);
	return n;
}

static void snapshot(struct buf *out)
{
	host_snapshot(out);
	host_snapshot_files("/tmp", out);
	host_snapshot_files("/run", out);
	host_snapshot_files("/dev/shm", out);
}

/* Asks again, whenever something may have ended, until the host looks as before. */
static void assert_as_before(const struct buf *before, const char *script)
{
	int64_t deadline = clock_now_ns() + SETTLE_NS;
	struct buf now = {0};
	size_t i = 0;

	do {
		buf_free(&now);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		snapshot(&now);
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
	ck_abort_msg("%s: the host is not as it was: now '%.*s'", script,
	    (int)strcspn(now.s + i, "\n"), now.s + i);
}

struct program_result broken_host_run(const char *script)
{
	struct buf before = {0};

	snapshot(&before);
	struct program_result r = program_run((const char *[]){"sh", "-c", script, NULL});
	assert_as_before(&before, script);
	broken_host_whole_files(OUT);
	buf_free(&before);
	return r;
}

struct program_result broken_host_refuse(const char *script, const char *names, unsigned long k,
    unsigned long n, int error, unsigned long *refused)
{
	char *library = data_path("build/refuse.so");
	int fd = open(PAGE, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, sizeof(struct refuse_page)), 0);
	const struct refuse_page *page = mmap(NULL, sizeof(*page), PROT_READ, MAP_SHARED, fd, 0);
	ck_assert(page != MAP_FAILED);
	close(fd);
	char *whole = mem_printf("export REFUSE=%s:%lu:%lu:%d REFUSE_PAGE=" PAGE
	                         " REFUSE_IN=steadybridge LD_PRELOAD=%s; %s",
	    names, k, n, error, library, script);
	struct program_result r = program_run((const char *[]){"sh", "-c", whole, NULL});
	*refused = page->refused;
	munmap((void *)page, sizeof(*page));
	free(whole);
	free(library);
	return r;
}
