/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostile_out_test.c: what a hostile scenario, or a user who may write where the reports go, can
 * reach: nothing outside the lab and OUT. The model is docs/SECURITY.md. */
#include "test/kit/ctest.h"

#include <errno.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/data.h"
#include "base/folder.h"
#include "base/macros.h"
#include "base/units.h"
#include "base/utf8.h"
#include "net/link.h"
#include "net/netns.h"
#include "net/nl.h"
#include "run/output.h"
#include "test/kit/builder.h"
#include "test/kit/program.h"

#define TRACE "harness/test/data/golden/trace-client-down.jsonl"
#define SLUG "client-down_pinned+fault"
#define PINNED "_._pinned,timeout=1s-0220fa1645ea89ff" /* ../pinned,timeout=1s */

static void must(int r, const struct err *e)
{
	ck_assert_msg(!r, "%s", e->text);
}

/* A folder DIR with `victim`, whose files and folder nothing may touch, and `out`; caller drops. */
static char *scene(const char *name)
{
	char *dir = program_scratch(name);
	AUTO_FREE char *script = mem_printf(
	    "mkdir -p %s/out/cases %s/victim/" SLUG " && cd %s/victim && for f in passwd " SLUG
	    "/case.yaml " SLUG "/timeline.svg " SLUG "/trace.jsonl; do echo mine >$f; done",
	    dir, dir, dir);
	struct program_result r = run_script(script);

	ASSERT_PROGRAM(r, 0, "");
	return dir;
}

static void plant(const char *dir, const char *link, const char *to)
{
	AUTO_FREE char *at = mem_printf("%s/%s", dir, link), *target = mem_printf("%s/%s", dir, to);

	rmdir(at);
	ck_assert_msg(!symlink(target, at), "%s", at);
}

/* Asserts that the victim is as scene() made it: each path, where links lead, each content. */
static void assert_victim(const char *dir)
{
	AUTO_FREE char *script = mem_printf("cd %s && { find victim -printf '%%y %%p%%l\\n';"
	                                    " grep -r '' victim; } | LC_ALL=C sort",
	    dir);
	struct program_result r = run_script(script);

	ck_assert_str_eq(r.text.s, "d victim\n"
	                           "d victim/" SLUG "\n"
	                           "f victim/" SLUG "/case.yaml\n"
	                           "f victim/" SLUG "/timeline.svg\n"
	                           "f victim/" SLUG "/trace.jsonl\n"
	                           "f victim/passwd\n"
	                           "victim/" SLUG "/case.yaml:mine\n"
	                           "victim/" SLUG "/timeline.svg:mine\n"
	                           "victim/" SLUG "/trace.jsonl:mine\n"
	                           "victim/passwd:mine\n");
	buf_free(&r.text);
}

/* `steadybridge replay --out` of a stored trace, into the scene. */
static struct program_result replay_into(const char *dir)
{
	AUTO_FREE char *trace = data_path(TRACE), *out = mem_printf("%s/out", dir);

	return run("replay", "--out", out, trace);
}

CTEST("hostile", CTEST_HOST, NULL, reports_replace_a_link_of_their_name_and_never_follow_it)
{
	static const char *const names[] = {
	    "results.json", "junit.xml", "results.tap", "index.html", "results.json.new"};
	char *dir = scene("links");

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		AUTO_FREE char *link = mem_printf("out/%s", names[i]);

		plant(dir, link, "victim/passwd");
	}
	struct program_result r = replay_into(dir);
	ck_assert_msg(r.status == 0 || r.status == 1, "status %d: %s", r.status, r.text.s);
	assert_victim(dir);
	for (size_t i = 0; i < 4; i++) {
		AUTO_FREE char *path = mem_printf("%s/out/%s", dir, names[i]);
		struct stat st;

		ck_assert_int_eq(lstat(path, &st), 0);
		ck_assert_msg(S_ISREG(st.st_mode) && st.st_size > 5, "%s", path);
	}
	buf_free(&r.text);
	program_drop(dir);
}

CTEST("hostile", CTEST_HOST, NULL, folders_that_are_links_are_refused_before_anything_is_written)
{
	static const char *const links[] = {"out/cases", ("out/cases/" SLUG), "out/cases/other"};
	static const char *const victims[] = {"victim", ("victim/" SLUG), "victim"};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		char *dir = scene("folders");
		AUTO_FREE char *out = mem_printf("%s/out", dir);

		plant(dir, links[i], victims[i]);
		struct program_result r = replay_into(dir);
		ASSERT_PROGRAM(r, 4, "found a symbolic link, expected");
		r = run("check", "--out", out, "lowest-port-leaves");
		ASSERT_PROGRAM(r, 4, "found a symbolic link, expected");
		assert_victim(dir);
		program_drop(dir);
	}
}

/* Of a folder that was checked, and has become a link since. */
CTEST("hostile", CTEST_HOST, NULL, a_folder_that_becomes_a_link_meanwhile_is_not_written_through)
{
	char *dir = scene("race");
	AUTO_FREE char *path = mem_printf("%s/out", dir);
	struct output out;
	struct err e = {{0}};

	must(output_open(&out, path, &e), &e);
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
	assert_victim(dir);
	output_close(&out);
	program_drop(dir);
}

/* As it is done where there is no O_TMPFILE. */
CTEST("hostile", CTEST_HOST, NULL, a_file_written_aside_follows_no_link_either)
{
	char *dir = scene("aside");
	AUTO_FREE char *out = mem_printf("%s/out", dir);
	struct err e = {{0}};
	struct stat st;
	int fd = folder_open(out, &e);

	ck_assert_msg(fd >= 0, "%s", e.text);
	plant(dir, "out/results.json.new", "victim/passwd");
	plant(dir, "out/results.json", "victim/passwd");
	ck_assert_int_eq(folder_write_aside(fd, "results.json", "{}\n", 3), 0);
	assert_victim(dir);
	ck_assert(!fstatat(fd, "results.json", &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode) &&
	          st.st_size == 3);
	ck_assert_int_ne(fstatat(fd, "results.json.new", &st, AT_SYMLINK_NOFOLLOW), 0);
	close(fd);
	program_drop(dir);
}

CTEST("hostile", CTEST_HOST, NULL, a_run_s_folder_of_others_is_refused_where_it_is_hostile)
{
	static const char head[] = "{\"format\":1,\"skipped\":[],\"cases\":[{\"slug\":\"";
	static const char *const slugs[] = {
	    "..", "../../victim", ".hidden", "-rf", "a/b", "$(id)", "\\u001b[2J"};
	/* In out/, where $0 is the scene: a link on the way, or a pipe in place of a file. */
	static const char *const trees[] = {
	    "mkdir -p cases/" SLUG "; ln -s $0/victim/" SLUG "/trace.jsonl cases/" SLUG,
	    "mkdir cases; ln -s $0/victim/" SLUG " cases/" SLUG,
	    "ln -s $0/victim cases",
	    "mkdir -p cases/" SLUG "; mkfifo cases/" SLUG "/trace.jsonl",
	};
	char *dir = scene("run");
	AUTO_FREE char *out = mem_printf("%s/out", dir), *path = mem_printf("%s/results.json", out);
	struct err e = {{0}};

	for (size_t i = 0; i < ARRAY_SIZE(slugs); i++) {
		AUTO_FREE char *text = mem_printf("%s%s\"}]}", head, slugs[i]);

		must(data_write(path, text, strlen(text), &e), &e);
		struct program_result r = run("replay", out);
		ck_assert_msg(utf8_good(r.text.s, true), "harmful: %s", r.text.s);
		ASSERT_PROGRAM(r, 2, "'cases' has an entry without a valid slug");
	}
	AUTO_FREE char *text = mem_printf("%s" SLUG "\"}]}", head);
	must(data_write(path, text, strlen(text), &e), &e);
	for (size_t i = 0; i < ARRAY_SIZE(trees); i++) {
		AUTO_FREE char *script =
		    mem_printf("cd $0/out && rm -rf cases && { %s; }", trees[i]);
		struct program_result r = run_program("sh", "-c", script, dir);

		ASSERT_PROGRAM(r, 0, "");
		r = run("replay", out);
		ASSERT_PROGRAM(r, 2, "expected a");
	}
	assert_victim(dir);
	program_drop(dir);
}

/* A bridge of the host may have been named by somebody else. */
CTEST("hostile", CTEST_SANDBOX, NULL, inspect_shows_names_of_others_without_harm)
{
	static const char name[] = "\x1b[2J;id", port[] = "\xe2\x80\xae$(id)";
	struct nl_sock *nl;
	struct err e = {{0}};

	must(nl_open(&nl, &e), &e);
	must(link_add_bridge(
	         nl, &(struct bridge){.name = name, .ageing_real_ns = 300 * NS_PER_S}, &e),
	    &e);
	int home = netns_own(&e), other = netns_make(home, &e);
	struct veth v = {
	    .name = port, .peer = "x", .peer_ns = other, .master = link_index(nl, name, &e)};
	must(link_add_veth(nl, &v, &e), &e);
	struct program_result r = run("inspect", name);
	ck_assert_int_eq(r.status, 1);
	ck_assert_msg(utf8_good(r.text.s, true), "%s", r.text.s);
	ASSERT_HAS(r.text.s, "?[2J;id is NOT pinned");
	ASSERT_HAS(r.text.s, "port ?$(id)");
	ASSERT_HAS(r.text.s, "ip link set dev '?[2J;id' address");
	buf_free(&r.text);
	nl_socket_free(nl);
}

static char *read_harmless(const char *dir, const char *name)
{
	AUTO_FREE char *path = mem_printf("%s/%s", dir, name);
	struct buf text = {0};
	struct err e = {{0}};

	must(data_read(path, 64 << 20, &text, &e), &e);
	ck_assert_msg(utf8_good(text.s, true), "%s holds what is harmful", path);
	return text.s;
}

static void assert_reports_harmless(const char *out)
{
	static const char *const never[] = {"<script>alert", "<img",
	    "href=\"javascript:", "href=\"file:", "</style><script", "--> ]]>"};
	AUTO_FREE char *html = read_harmless(out, "index.html"),
	               *xml = read_harmless(out, "junit.xml");
	AUTO_FREE char *tap = read_harmless(out, "results.tap"),
	               *json = read_harmless(out, "results.json");

	for (size_t i = 0; i < ARRAY_SIZE(never); i++) {
		ck_assert_msg(!strstr(html, never[i]), "index.html holds %s", never[i]);
		ck_assert_msg(!strstr(xml, never[i]), "junit.xml holds %s", never[i]);
	}
	ck_assert_int_gt(program_whole_files(out), 4);
	xmlDoc *doc = xmlReadMemory(html, (int)strlen(html), "index.html", NULL, XML_PARSE_NONET);
	ck_assert_ptr_nonnull(doc);
	xmlFreeDoc(doc);
	ck_assert_ptr_null(strstr(tap, "# SKIP"));
	ck_assert_ptr_null(strstr(tap, "# TODO"));
	ASSERT_HAS(tap, "\n1..2\n");
}

/* Other tests load the machine: the play may be invalid, and is looked at all the same. */
CTEST("hostile", CTEST_SANDBOX, NULL, a_hostile_play_leaves_the_host_and_its_folders_as_they_were)
{
	static const char *const plays[][2] = {
	    {"_._inherited,timeout=1s-ee1897a070597717", ": ok, 1 case\n"},
	    {PINNED, ": ok, 2 cases\n"}};
	char *dir = scene("play");
	AUTO_FREE char *out = mem_printf("%s/out", dir);
	AUTO_FREE char *file = data_path("harness/test/data/hostile/plays/markup.yaml");
	AUTO_BUF before = {0};

	ctest_own_proc();
	struct program_result r = run("prereqs"); /* whose modules bring sysctls of their own */
	ASSERT_PROGRAM(r, 0, "namespaces");
	program_host(&before);
	r = run("check", file, "--out", out, "--capture", "always");
	ck_assert_msg(r.status == 0 || r.status == 3, "status %d: %s", r.status, r.text.s);
	ck_assert_msg(utf8_good(r.text.s, true), "harmful: %s", r.text.s);
	buf_free(&r.text);
	program_assert_host(&before, "a hostile play");
	assert_victim(dir);
	assert_reports_harmless(out);
	/* Each play has one folder below cases/, and a case.yaml that can be read. */
	for (size_t i = 0; i < ARRAY_SIZE(plays); i++) {
		AUTO_FREE char *again = mem_printf("%s/cases/%s/case.yaml", out, plays[i][0]);

		r = run("lint", again);
		ASSERT_PROGRAM(r, 0, plays[i][1]);
	}
	program_drop(dir);
}
