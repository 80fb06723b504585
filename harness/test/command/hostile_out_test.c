/* hostile_out_test.c: what a hostile scenario, or whoever may write where the reports go, reaches:
 * nothing outside the lab and OUT. The model is docs/SECURITY.md. */
#include "test/kit/ctest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/units.h"
#include "base/utf8.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "lab/nl.h"
#include "scenario/sysctl.h"
#include "test/kit/builder.h"
#include "base/data.h"
#include "base/folder.h"
#include "host/inspect.h"
#include "run/output.h"
#include "test/kit/program.h"

#define TRACE "harness/test/data/golden/trace-client-down.jsonl"
#define SLUG "client-down_pinned+fault"
#define PINNED "_._pinned,timeout=1s-0220fa1645ea89ff" /* ../pinned,timeout=1s */

static void must(int r, const struct err *e)
{
	ck_assert_msg(!r, "%s", e->text);
}

/* A folder DIR with `victim`, whose file and folder nothing may touch, and `out`. */
static char *scene(const char *name)
{
	char *dir = program_scratch(name), *path;
	static const char *const folders[] = {"victim/" SLUG, "out/cases"};
	static const char *const files[] = {
	    "passwd", SLUG "/case.yaml", SLUG "/timeline.svg", SLUG "/trace.jsonl"};
	struct err e = {{0}};

	for (size_t i = 0; i < 2; i++) {
		path = mem_printf("%s/%s", dir, folders[i]);
		must(folder_make(path, &e), &e);
		free(path);
	}
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		path = mem_printf("%s/victim/%s", dir, files[i]);
		must(data_write(path, "mine\n", 5, &e), &e);
		free(path);
	}
	return dir;
}

static void plant(const char *dir, const char *link, const char *to)
{
	char *at = mem_printf("%s/%s", dir, link), *target = mem_printf("%s/%s", dir, to);

	rmdir(at);
	ck_assert_msg(!symlink(target, at), "%s", at);
	free(at);
	free(target);
}

/* Path and content of every file below, and where links lead. */
static void list_tree(const char *dir, const char *below, struct buf *out)
{
	char *path = mem_printf("%s/%s", dir, below), link[512];
	struct dirent **found = NULL;
	int n = scandir(path, &found, NULL, alphasort);

	ck_assert_msg(n >= 0, "%s", path);
	for (int i = 0; i < n; i++) {
		char *name = mem_printf("%s/%s", below, found[i]->d_name);
		char *whole = mem_printf("%s/%s", dir, name);
		struct buf text = {0};
		struct stat st;

		ck_assert_int_eq(lstat(whole, &st), 0);
		if (!strcmp(found[i]->d_name, ".") || !strcmp(found[i]->d_name, "..")) {
			;
		} else if (S_ISDIR(st.st_mode)) {
			buf_printf(out, "%s/\n", name);
			list_tree(dir, name, out);
		} else if (S_ISLNK(st.st_mode)) {
			ssize_t len = readlink(whole, link, sizeof(link) - 1);

			buf_printf(out, "%s -> %.*s\n", name, (int)(len > 0 ? len : 0), link);
		} else {
			data_read(whole, 1 << 24, &text, NULL);
			buf_printf(out, "%s: %s\n", name, text.s ? text.s : "");
		}
		buf_free(&text);
		free(whole);
		free(name);
		free(found[i]);
	}
	free(found);
	free(path);
}

static char *victim_of(const char *dir)
{
	struct buf b = {0};

	list_tree(dir, "victim", &b);
	ASSERT_HAS(b.s, "victim/passwd: mine\n");
	return b.s;
}

/* `steadybridge replay --out` of a stored trace, into the scene. */
static struct program_result replay_into(const char *dir)
{
	char *trace = data_path(TRACE), *out = mem_printf("%s/out", dir);
	struct program_result r = run("replay", "--out", out, trace);

	free(trace);
	free(out);
	return r;
}

START_TEST(reports_replace_a_link_of_their_name_and_never_follow_it)
{
	static const char *const names[] = {
	    "results.json", "junit.xml", "results.tap", "index.html", "results.json.new"};
	char *dir = scene("links");

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *link = mem_printf("out/%s", names[i]);

		plant(dir, link, "victim/passwd");
		free(link);
	}
	char *before = victim_of(dir);
	struct program_result r = replay_into(dir);
	ck_assert_msg(r.status == 0 || r.status == 1, "status %d: %s", r.status, r.text.s);
	char *after = victim_of(dir);
	ck_assert_str_eq(after, before);
	for (size_t i = 0; i < 4; i++) {
		char *path = mem_printf("%s/out/%s", dir, names[i]);
		struct stat st;

		ck_assert_int_eq(lstat(path, &st), 0);
		ck_assert_msg(S_ISREG(st.st_mode) && st.st_size > 5, "%s", path);
		free(path);
	}
	buf_free(&r.text);
	free(before);
	free(after);
	program_drop(dir);
}
END_TEST

START_TEST(folders_that_are_links_are_refused_before_anything_is_written)
{
	static const char *const links[] = {"out/cases", "out/cases/" SLUG, "out/cases/other"};
	static const char *const victims[] = {"victim", "victim/" SLUG, "victim"};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		char *dir = scene("folders"), *out = mem_printf("%s/out", dir);

		plant(dir, links[i], victims[i]);
		char *before = victim_of(dir);
		struct program_result r = replay_into(dir);
		ASSERT_PROGRAM(r, 4, "found a symbolic link, expected");
		r = run("check", "--out", out, "lowest-port-leaves");
		ASSERT_PROGRAM(r, 4, "found a symbolic link, expected");
		char *after = victim_of(dir);
		ck_assert_str_eq(after, before);
		free(before);
		free(after);
		free(out);
		program_drop(dir);
	}
}
END_TEST

/* Of a folder that was checked, and has become a link since. */
START_TEST(a_folder_that_becomes_a_link_meanwhile_is_not_written_through)
{
	char *dir = scene("race"), *path = mem_printf("%s/out", dir);
	struct output out;
	struct err e = {{0}};

	must(output_open(&out, path, &e), &e);
	char *before = victim_of(dir);
	plant(dir, "out/cases/" SLUG, "victim/" SLUG);
	int fd = folder_below(out.cases, "cases", SLUG, &e);
	ck_assert_int_eq(fd, -ELOOP);
	ASSERT_HAS(e.text, "cases/" SLUG ": found a symbolic link");
	/* and of names that are paths */
	static const char *const names[] = {"", ".", "..", "../victim", "/tmp", "a/b"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ck_assert_msg(
		    folder_below(out.cases, "cases", names[i], &e) == -EINVAL, "'%s'", names[i]);
	/* a file is made anew even where it could be opened through a link */
	plant(dir, "out/index.html", "victim/passwd");
	must(folder_write(out.folder, path, "index.html", "new\n", 4, &e), &e);
	char *after = victim_of(dir);
	ck_assert_str_eq(after, before);
	output_close(&out);
	free(before);
	free(after);
	free(path);
	program_drop(dir);
}
END_TEST

/* As it is done where there is no O_TMPFILE. */
START_TEST(a_file_written_aside_follows_no_link_either)
{
	char *dir = scene("aside"), *out = mem_printf("%s/out", dir);
	struct err e = {{0}};
	struct stat st;
	int fd = folder_open(out, &e);

	ck_assert_msg(fd >= 0, "%s", e.text);
	plant(dir, "out/results.json.new", "victim/passwd");
	plant(dir, "out/results.json", "victim/passwd");
	char *before = victim_of(dir);
	ck_assert_int_eq(folder_write_aside(fd, "results.json", "{}\n", 3), 0);
	char *after = victim_of(dir);
	ck_assert_str_eq(after, before);
	ck_assert(!fstatat(fd, "results.json", &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode) &&
	          st.st_size == 3);
	ck_assert_int_ne(fstatat(fd, "results.json.new", &st, AT_SYMLINK_NOFOLLOW), 0);
	close(fd);
	free(before);
	free(after);
	free(out);
	program_drop(dir);
}
END_TEST

START_TEST(a_run_s_folder_of_others_is_refused_where_it_is_hostile)
{
	static const char head[] = "{\"format\":1,\"skipped\":[],\"cases\":[{\"slug\":\"";
	static const char *const slugs[] = {
	    "..", "../../victim", ".hidden", "-rf", "a/b", "$(id)", "\\u001b[2J"};
	char *dir = scene("run"), *path = mem_printf("%s/out/results.json", dir);
	char *out = mem_printf("%s/out", dir);
	struct err e = {{0}};

	for (size_t i = 0; i < ARRAY_SIZE(slugs); i++) {
		char *text = mem_printf("%s%s\"}]}", head, slugs[i]);

		must(data_write(path, text, strlen(text), &e), &e);
		struct program_result r = run("replay", out);
		ck_assert_msg(utf8_good(r.text.s, true), "harmful: %s", r.text.s);
		ASSERT_PROGRAM(r, 2, "'cases' has one without a good slug");
		free(text);
	}
	free(path);
	/* nor does it lead through links, or to what is no file */
	char *text = mem_printf("%s" SLUG "\"}]}", head), *trace;
	static const char *const at[] = {
	    "out/cases/" SLUG "/trace.jsonl", "out/cases/" SLUG, "out/cases"};
	static const char *const to[] = {"victim/" SLUG "/trace.jsonl", "victim/" SLUG, "victim"};
	for (size_t i = 0; i < 4; i++) {
		char *rm = mem_printf("%s/out", dir);

		program_drop(rm);
		trace = mem_printf("%s/out/cases/" SLUG, dir);
		must(folder_make(trace, &e), &e);
		free(trace);
		path = mem_printf("%s/out/results.json", dir);
		must(data_write(path, text, strlen(text), &e), &e);
		free(path);
		trace = mem_printf("%s/out/cases/" SLUG "/trace.jsonl", dir);
		if (i == 3)
			ck_assert_int_eq(mkfifo(trace, 0600), 0);
		free(trace);
		for (size_t k = 0; k < 2 && i && i < 3; k++) {
			trace = mem_printf("%s/%s", dir, i == 2 && !k ? "out/cases/" SLUG : at[i]);
			rmdir(trace);
			free(trace);
		}
		if (i < 3)
			plant(dir, at[i], to[i]);
		struct program_result r = run("replay", out);
		ASSERT_PROGRAM(r, 2, "expected a");
	}
	free(text);
	free(out);
	program_drop(dir);
}
END_TEST

/* A bridge of the host may have been named by somebody else. */
START_TEST(inspect_shows_names_of_others_without_harm)
{
	static const char name[] = "\x1b[2J;id", port[] = "\xe2\x80\xae$(id)";
	struct nl_sock *nl;
	struct err e = {{0}};
	struct buf text = {0};

	must(nl_open(&nl, &e), &e);
	must(link_add_bridge(
	         nl, &(struct bridge){.name = name, .ageing_real_ns = 300 * NS_PER_S}, &e),
	    &e);
	int home = netns_own(&e), other = netns_make(home, &e);
	struct veth v = {
	    .name = port, .peer = "x", .peer_ns = other, .master = link_index(nl, name, &e)};
	must(link_add_veth(nl, &v, &e), &e);
	ck_assert_int_eq(inspect_bridge(name, &text, &e), 1);
	ck_assert_msg(utf8_good(text.s, true), "%s", text.s);
	ASSERT_HAS(text.s, "?[2J;id is NOT pinned");
	ASSERT_HAS(text.s, "port ?$(id)");
	ASSERT_HAS(text.s, "ip link set dev '?[2J;id' address");
	buf_free(&text);
	nl_socket_free(nl);
}
END_TEST

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
START_TEST(no_sysctl_that_may_be_set_reaches_another_namespace)
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
END_TEST

/* Sysctls of the namespace that the run was started in, and those of the machine that a hostile
 * file is likely to be after. */
static void sysctl_view(const char *dir, struct buf *out)
{
	struct dirent **found = NULL;
	int n = scandir(dir, &found, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char *path = mem_printf("%s/%s", dir, found[i]->d_name), text[512];
		struct stat st;

		if (found[i]->d_name[0] == '.' || lstat(path, &st) ||
		    strstr(path, "nf_conntrack_count")) {
			;
		} else if (S_ISDIR(st.st_mode)) {
			sysctl_view(path, out);
		} else if (st.st_mode & 0444) {
			read_value(path, text, sizeof(text));
			buf_printf(out, "%s %s\n", path, text);
		}
		free(found[i]);
		free(path);
	}
	free(found);
}

static void view(struct buf *out)
{
	static const char *const names[] = {
	    "core_pattern", "modprobe", "hostname", "domainname", "panic", "sysrq"};
	char text[512];

	program_host(out);
	sysctl_view("/proc/sys/net", out);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = mem_printf("/proc/sys/kernel/%s", names[i]);

		read_value(path, text, sizeof(text));
		buf_printf(out, "%s %s\n", path, text);
		free(path);
	}
}

/* By the first line that differs: the whole is too long for a message. */
static void assert_same(const char *now, const char *before)
{
	size_t at = 0;

	while (now[at] && now[at] == before[at])
		at++;
	while (at && now[at - 1] != '\n')
		at--;
	ck_assert_msg(!strcmp(now, before), "now '%.*s', before '%.*s'",
	    (int)strcspn(now + at, "\n"), now + at, (int)strcspn(before + at, "\n"), before + at);
}

static char *file_of(const char *dir, const char *name)
{
	char *path = mem_printf("%s/%s", dir, name);
	struct buf text = {0};
	struct err e = {{0}};

	must(data_read(path, 64 << 20, &text, &e), &e);
	ck_assert_msg(utf8_good(text.s, true), "%s holds what is harmful", path);
	free(path);
	return text.s;
}

static void look_at_reports(const char *out)
{
	static const char *const never[] = {"<script>alert", "<img",
	    "href=\"javascript:", "href=\"file:", "</style><script", "--> ]]>"};
	char *html = file_of(out, "index.html"), *xml = file_of(out, "junit.xml");
	char *tap = file_of(out, "results.tap"), *json = file_of(out, "results.json");

	for (size_t i = 0; i < ARRAY_SIZE(never); i++) {
		ck_assert_msg(!strstr(html, never[i]), "index.html holds %s", never[i]);
		ck_assert_msg(!strstr(xml, never[i]), "junit.xml holds %s", never[i]);
	}
	xmlDoc *doc = xmlReadMemory(xml, (int)strlen(xml), "junit.xml", NULL, XML_PARSE_NONET);
	ck_assert_ptr_nonnull(doc);
	xmlFreeDoc(doc);
	doc = xmlReadMemory(html, (int)strlen(html), "index.html", NULL, XML_PARSE_NONET);
	ck_assert_ptr_nonnull(doc);
	xmlFreeDoc(doc);
	json_t *j = json_loads(json, 0, NULL);
	ck_assert_ptr_nonnull(j);
	json_decref(j);
	ck_assert_ptr_null(strstr(tap, "# SKIP"));
	ck_assert_ptr_null(strstr(tap, "# TODO"));
	ASSERT_HAS(tap, "\n1..2\n");
	free(html);
	free(xml);
	free(tap);
	free(json);
}

/* Beside it others load the machine: it may be invalid, and is looked at all the same. */
START_TEST(a_hostile_play_leaves_the_host_and_its_folders_as_they_were)
{
	char *dir = scene("play"), *out = mem_printf("%s/out", dir);
	char *file = data_path("harness/test/data/hostile/plays/markup.yaml");
	struct buf before = {0}, after = {0}, tree = {0};
	int64_t deadline = clock_now_ns() + 60 * NS_PER_S;

	ctest_own_proc();
	char *victim = victim_of(dir);
	struct program_result r = run("prereqs"); /* whose modules bring sysctls of their own */
	ASSERT_PROGRAM(r, 0, "namespaces");
	view(&before);
	r = run("check", file, "--out", out, "--capture", "always");
	ck_assert_msg(r.status == 0 || r.status == 3, "status %d: %s", r.status, r.text.s);
	ck_assert_msg(utf8_good(r.text.s, true), "harmful: %s", r.text.s);
	do { /* the kernel takes namespaces down in its own time */
		buf_free(&after);
		view(&after);
	} while (strcmp(after.s, before.s) != 0 && clock_now_ns() < deadline && !poll(NULL, 0, 20));
	assert_same(after.s, before.s);
	char *still = victim_of(dir);
	ck_assert_str_eq(still, victim);
	look_at_reports(out);
	/* one folder a play below cases/, and a case.yaml that reads */
	list_tree(dir, "out", &tree);
	ck_assert_ptr_nonnull(
	    strstr(tree.s, "out/cases/_._inherited,timeout=1s-ee1897a070597717/\n"));
	ck_assert_ptr_nonnull(strstr(tree.s, "out/cases/" PINNED "/\n"));
	char *again = mem_printf("%s/cases/" PINNED "/case.yaml", out);
	struct program_result lint = run("lint", again);
	ASSERT_PROGRAM(lint, 0, "ok, 2 cases");
	buf_free(&r.text);
	buf_free(&before);
	buf_free(&after);
	buf_free(&tree);
	free(again);
	free(victim);
	free(still);
	free(file);
	free(out);
	program_drop(dir);
}
END_TEST

CTESTS(list)
{
	ctest_add(
	    list, "hostile", CTEST_HOST, reports_replace_a_link_of_their_name_and_never_follow_it);
	ctest_add(list, "hostile", CTEST_HOST,
	    folders_that_are_links_are_refused_before_anything_is_written);
	ctest_add(list, "hostile", CTEST_HOST,
	    a_folder_that_becomes_a_link_meanwhile_is_not_written_through);
	ctest_add(list, "hostile", CTEST_HOST, a_file_written_aside_follows_no_link_either);
	ctest_add(
	    list, "hostile", CTEST_HOST, a_run_s_folder_of_others_is_refused_where_it_is_hostile);
	ctest_add(list, "hostile", CTEST_SANDBOX, inspect_shows_names_of_others_without_harm);
	ctest_add(
	    list, "hostile", CTEST_SANDBOX, no_sysctl_that_may_be_set_reaches_another_namespace);
	ctest_add(list, "hostile", CTEST_SANDBOX,
	    a_hostile_play_leaves_the_host_and_its_folders_as_they_were);
}
