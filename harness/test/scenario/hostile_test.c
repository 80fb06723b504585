/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostile_test.c: tests of untrusted scenario files, settings and traces: what they may not contain
 * is refused where it stands, and what they may contain stays text. The model is docs/SECURITY.md.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/utf8.h"
#include "scenario/sysctl.h"
#include "test/kit/builder.h"
#include "test/kit/scenarios.h"
#include "trace/trace_json.h"

static void assert_refused(const char *text, const char *words)
{
	AUTO_FREE char *messages = scenario_errors("x.yaml", text, strlen(text), NULL);

	ASSERT_HAS(messages, words);
}

PURE_TEST("hostile", hostile_files_are_refused_where_they_are_hostile)
{
	unsigned files, errors;

	errors = scenario_folder_is_refused("harness/test/data/hostile", false, &files);
	ck_assert_uint_ge(files, 17);
	ck_assert_uint_ge(errors, 80);
}

/* `part` n times, its '@' a number, between two texts; caller frees. */
static char *many(const char *before, const char *part, unsigned n, const char *after)
{
	const char *at = strchr(part, '@');
	struct buf b = {0};

	buf_puts(&b, before);
	for (unsigned i = 0; i < n; i++)
		if (at)
			buf_printf(&b, "%.*s%u%s", (int)(at - part), part, i, at + 1);
		else
			buf_puts(&b, part);
	buf_puts(&b, after);
	return b.s;
}

PURE_TEST("hostile", sizes_counts_and_nesting_have_limits)
{
	static const struct {
		const char *before, *part;
		unsigned n;
		const char *after, *words;
	} texts[] = {
	    {YAML_PLAIN "#", "x", 65536, "\n", "the file is too large"},
	    {YAML_PLAIN "references: ", "[", 20000, "\n", "nested too deep"},
	    {YAML_PLAIN "references: ", "{a: ", 10000, "\n", "nested too deep"},
	    {YAML_PLAIN "references: [", "@, ", 5000, "x]\n", "too many entries"},
	    {YAML_PLAIN "sysctl: {router: {", "net.ipv4.a@: 1, ", 3000, "net.ipv4.b: 1}}\nx: 1\n",
	        "unknown key 'x'"},
	    {YAML_PLAIN "", "k", 60000, ": 1\n", "unknown key 'kkk"},
	    {YAML_PLAIN "matrix: {lookups.timeout: [", "@ms, ", 4095, "1s]}\n", "too many cases"},
	    {YAML_PLAIN "events: [", "{at: 5s, bridge: true, set: up}, ", 1001, "]\n",
	        "too many events"},
	    {YAML_PLAIN "\nname: ", "n", 101, "\n", "cannot be a scenario's name"},
	    {YAML_PLAIN "\nsysctl: {router: {net.ipv4.", "n", 120, ": 1}}\n",
	        "is not a name that can be set"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		AUTO_FREE char *text =
		    many(texts[i].before, texts[i].part, texts[i].n, texts[i].after);

		assert_refused(text, texts[i].words);
	}
}

PURE_TEST("hostile", settings_are_refused_as_files_are)
{
	static const struct {
		const char *path, *value, *words;
	} settings[] = {
	    {"sysctl.router.kernel.core_pattern", "x", "is not a name that can be set"},
	    {"sysctl.router.net.ipv4/../../kernel/x", "1", "is not a name that can be set"},
	    {"sysctl.clients.net.ipv4.ip_forward", "\"1\\n2\"", "more than one line"},
	    {"name", "../../x", "belongs to the whole file"},
	    {"fault.what", "undo-pin", "'fault' belongs to the whole file"},
	    {"bridge.pin", "&a never", "anchors are not read"},
	    {"bridge.pin", "!!int 1", "tags are not read"},
	    {"bridge.pin", "\"\\e[2J\"", "control character"},
	    {"bridge.pin\x1b[2J", "never", "unknown key 'pin?[2J'"},
	    {"bridge.pin\nx.yaml:1:1: error: y", "never", "unknown key 'pin?x'"},
	    {"../../x", "1", "invalid path"},
	    {"clients.c1.count", "99999999999999999999", "is out of range"},
	    {"churn.low.joins", "1001/s", "is not a rate"},
	    {"duration", "61m", "is too long"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		struct setting s = {.path = settings[i].path, .value = settings[i].value};
		struct scenario_options o = {.settings = &s, .n_settings = 1};
		AUTO_FREE char *messages =
		    scenario_errors("x.yaml", YAML_PLAIN, strlen(YAML_PLAIN), &o);

		ASSERT_HAS(messages, settings[i].words);
		ASSERT_LACKS(messages, "\nx.yaml:1:1: error: y");
	}
}

/* A file may have any name, and its line any bytes: neither reaches the terminal. */
PURE_TEST("hostile", names_of_files_and_bad_lines_are_shown_without_harm)
{
	static const char line[] = "a: \xc2\x9b"
	                           "2J \xe2\x80\xae \xff \x1b[2J\n";
	AUTO_FREE char *name =
	    scenario_errors("\x1b]0;x\x07\nother.yaml:1:1: error: y", "x: 1\n", 5, NULL);
	AUTO_FREE char *bytes = scenario_errors("x", line, strlen(line), NULL);

	ck_assert(!strncmp(name, "?]0;x??other.yaml:1:1: error: y:1:1: error: ", 44));
	ASSERT_HAS(bytes, "\n  a: ?2J ? ? ?[2J\n");
}

/* One name below cases/ for each case, with room for .repeat-1000 and .replay-2. The longest. */
static size_t assert_slugs(const struct scenario *s)
{
	size_t longest = 0;

	for (size_t i = 0; i < s->n_cases; i++) {
		const char *slug = s->cases[i].slug;
		size_t len = strlen(slug);

		ck_assert_msg(len && !strchr(".-", *slug) &&
		                  !slug[strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789.,=+_-")],
		    "slug '%s'", slug);
		ck_assert_uint_le(len, 255 - strlen(".repeat-1000.replay-2"));
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(slug, s->cases[k].slug);
		longest = len > longest ? len : longest;
	}
	return longest;
}

PURE_TEST("hostile", a_case_s_folder_is_one_plain_name)
{
	static const char *const names[] = {"..", ".", "...", "-rf", "a.yaml", "~", "$(id)", "CON",
	    "a b", "\x1b[2J", "/etc/passwd", "x/../../y",
	    "/some/A File With a Long Name and \xc3\xa4 that goes on and on and on and on.yaml"};
	/* words that differ only where a long slug is cut, or where a character is replaced */
	AUTO_FREE char *word = many("", "A", 120, "");
	AUTO_FREE char *alike = mem_printf(
	    "%s\nmatrix: {lookups.timeout: [1s], sysctl.router.net.ipv4.b: [%s0, %s1, %s2, \"a:b\", "
	    "\"a%%b\"]}\n",
	    YAML_PLAIN, word, word, word);
	AUTO_FREE char *paths = many(YAML_PLAIN "matrix: {",
	    "sysctl.router.net.ipv4.a@: [\"../../../../x\"], ", 12, "lookups.timeout: [1s]}\n");
	size_t longest = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		AUTO_SCENARIO *s = scenario_read(names[i], i % 2 ? paths : alike, NULL);
		size_t len = assert_slugs(s);

		longest = len > longest ? len : longest;
	}
	ck_assert_uint_gt(longest, 200); /* some had to be cut */
}

#define SLUG "\"slug\":\"client-down_pinned+fault\""
#define ARM "\"arm\":\"pinned+fault\""

/* A trace as it is written, with one text in it replaced. */
PURE_TEST("hostile", a_trace_of_others_is_refused_where_it_is_hostile)
{
	static const struct {
		const char *from, *to, *error; /* "": it is read */
	} rows[] = {
	    {SLUG, SLUG, ""},
	    {SLUG, "\"slug\":\"../../../etc/cron.d\"", "t.jsonl:1: 'slug' names no folder"},
	    {SLUG, "\"slug\":\"..\"", "'slug' names no folder"},
	    {SLUG, "\"slug\":\"/etc\"", "'slug' names no folder"},
	    {SLUG, "\"slug\":\"\"", "'slug' names no folder"},
	    {SLUG, "\"slug\":\"-rf\"", "'slug' names no folder"},
	    {SLUG, "\"slug\":\"x;reboot\"", "'slug' names no folder"},
	    {SLUG, "\"slug\":\"$(reboot)\"", "'slug' names no folder"},
	    {ARM, "\"arm\":\"\\u001b[2J\"", "t.jsonl:1: 'arm' has a wrong value"},
	    {ARM, "\"arm\":\"\\u202epinned\"", "'arm' has a wrong value"},
	    {ARM, "\"arm\":\"\\u009b2J\"", "'arm' has a wrong value"},
	    {ARM, "\"arm\":\"a\\u0000b\"", "t.jsonl:1: "},
	    {"\"name\":\"c1\"", "\"name\":\"\\u001b[2J\"", "'name' has a wrong value"},
	    {ARM, "\"\\u001b[2J\":\"x\"", "no key 'arm'"},
	    {"\"e\":\"phase\"", "\"e\":\"\\u001b[2J\"", "no event is called '?[2J'"},
	    {"\"t\":", "\"t\":9223372036854775807,\"u\":", "'t' has a wrong value"},
	    {"\"pace\":20.0", "\"pace\":1e999", "t.jsonl:1: "},
	};
	AUTO_FREE char *text = ctest_file("harness/test/data/golden/trace-client-down.jsonl", NULL);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *other = ctest_changed(text, rows[i].from, rows[i].to);
		AUTO_TRACE t = {0};
		struct err e = {{0}};
		int r = trace_from_json("t.jsonl", other, strlen(other), &t, &e);

		ck_assert_msg(*rows[i].error ? r == -EINVAL : !r, "%s: %s", rows[i].to, e.text);
		ASSERT_HAS(e.text, rows[i].error);
		ck_assert(utf8_good(e.text, false));
	}
}

PURE_TEST("hostile", what_is_harmful_is_known_by_its_number)
{
	static const struct {
		const char *in, *out;
		bool good;
	} texts[] = {
	    {"plain \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", NULL, true},
	    {"a\tb\nc", "a?b?c", false},
	    {"\x1b[2J\x7f\b\r", "?[2J???", false},
	    {"\xc2\x80\xc2\x9f\xc2\xa0", "??\xc2\xa0", false},
	    {"\xe2\x80\x8b\xe2\x80\x8f\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xaf", "??????",
	        false},
	    {"\xd8\x9c\xef\xbb\xbf\xef\xbf\xbf\xf3\xa0\x81\x81\xc2\xad", "?????", false},
	    {"\xff\xc0\xaf\xed\xa0\x80\xe2\x82", "????????", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char *s = mem_strdup(texts[i].in);

		ck_assert_int_eq(utf8_good(s, false), texts[i].good);
		utf8_clean(s, false);
		ck_assert_str_eq(s, texts[i].out ? texts[i].out : texts[i].in);
		ck_assert(utf8_good(s, false));
		free(s);
	}
	ck_assert(utf8_good("a\tb\nc", true));
}

PURE_TEST("hostile", a_sysctl_is_one_of_a_namespace)
{
	static const char *const good[] = {"net.ipv4.ip_forward", "net.ipv6.conf.br0.accept_ra",
	    "net.ipv4.conf.a/1.arp_notify", "net.bridge.bridge-nf-call-iptables",
	    "net.netfilter.nf_conntrack_udp_timeout", "net.ipv4.neigh.eth0.gc_stale_time",
	    "net.ipv4.route.min_pmtu", "net.ipv4.tcp_rmem"};
	static const char *const bad[] = {"", "net", "net.", "net.ipv4", "net.ipv4.", "net.ipv4..x",
	    "net.ipv4.//x", "net.ipv4./.x", "net.ipv4.x/", "net.ipv4.x.", "net/ipv4/ip_forward",
	    "kernel.panic", "net.core.bpf_jit_enable", "net.ipv4.tcp_congestion_control",
	    "net.netfilter.nf_hooks_lwtunnel", "net.ipv4.ip forward", "net.ipv4.\xc3\xa9",
	    "net.ipv4.x\n", "net.ipv4.neigh.default.gc_thresh3",
	    "net.ipv6.neigh.default.base_reachable_time_ms", "net.ipv4.neigh.eth0.gc_thresh1",
	    "net.ipv4.route.gc_thresh", "net.ipv4.udp_mem"};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		ck_assert_msg(!sysctl_refused(good[i]), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(sysctl_refused(bad[i]) != NULL, "%s", bad[i]);
}

/* The first name of `words` that a source calls, or NULL. */
static const char *calls(const char *source, const char *const *words)
{
	for (; *words; words++)
		for (const char *p = source; (p = strstr(p, *words)); p++)
			if (p > source && strchr(" \t(!=", p[-1]))
				return *words;
	return NULL;
}

PURE_TEST("hostile", nothing_is_run_by_a_shell)
{
	static const char *const folders[] = {"harness/base", "harness/scenario", "harness/trace",
	    "harness/judge", "harness/report", "harness/lab", "harness/play", "suite", NULL};
	static const char *const words[] = {"system(", "popen(", "wordexp(", "execl(", "execlp(",
	    "execle(", "posix_spawn(", "\"sh\", \"-c\"", NULL};
	unsigned n = 0;

	ck_assert_ptr_nonnull(calls("\tr = system(\"id\");", words));
	for (size_t i = 0; folders[i]; i++) {
		char *path = mem_printf("%s/%s", SB_SOURCE_DIR, folders[i]);
		DIR *dir = opendir(path);
		struct dirent *entry;

		ck_assert_ptr_nonnull(dir);
		while ((entry = readdir(dir))) {
			const char *end = strrchr(entry->d_name, '.');

			if (!end || strcmp(end, ".c") != 0 || !strncmp(entry->d_name, "check_", 6))
				continue;
			char *file = mem_printf("%s/%s", folders[i], entry->d_name);
			char *text = ctest_file(file, NULL);
			const char *found = calls(text, words);

			ck_assert_msg(!found, "%s calls %s", file, found);
			free(text);
			free(file);
			n++;
		}
		closedir(dir);
		free(path);
	}
	ck_assert_uint_ge(n, 100);
}
