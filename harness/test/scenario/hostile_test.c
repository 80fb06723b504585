/* hostile_test.c: scenario files, settings and traces of others: what they may not say is refused
 * with its place, what they may say stays text. The model is docs/SECURITY.md. */
#include "test/kit/ctest.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/utf8.h"
#include "scenario/scenario.h"
#include "scenario/sysctl.h"
#include "test/kit/builder.h"
#include "trace/trace_json.h"

#define PLAIN                                                                                      \
	"summary: A port leaves\n"                                                                 \
	"clients: {c1: {}}\n"                                                                      \
	"churn: {low: {joins: before, leaves: at 5s, port-mac: below-all}}\n"                      \
	"lookups: {every: 250ms, timeout: 1s}\n"                                                   \
	"duration: 60s\n"                                                                          \
	"arms:\n"                                                                                  \
	"  inherited: {breaks: stale-gateway}\n"                                                   \
	"  pinned: {bridge: {pin: at-create}}\n"

/* The errors of a text; fails the test when there are none. Caller frees. */
static char *refused(const char *file, const char *text, const struct scenario_options *o)
{
	struct scenario *s = NULL;
	struct buf messages = {0};

	ck_assert_msg(scenario_parse(file, text, strlen(text), o, &s, &messages) == -EINVAL,
	    "%s was read without an error", file);
	ck_assert_msg(utf8_good(messages.s, true), "%s: harmful: %s", file, messages.s);
	ck_assert_ptr_nonnull(strstr(messages.s, "\n  expected: "));
	return messages.s;
}

static void assert_refused(const char *text, const char *words)
{
	char *messages = refused("x.yaml", text, NULL);

	ASSERT_HAS(messages, words);
	free(messages);
}

/* Each `# expect: LINE:COL text` on top is an error, and there is no other. */
static unsigned check_file(const char *name)
{
	char *path = mem_printf("harness/test/data/hostile/%s", name),
	     *text = ctest_file(path, NULL);
	char *messages = refused(name, text, NULL), *save = NULL;
	unsigned n = 0, told = 0;

	for (char *line = strtok_r(text, "\n", &save); line && *line == '#';
	     line = strtok_r(NULL, "\n", &save)) {
		ck_assert_msg(!strncmp(line, "# expect: ", 10), "%s: %s", name, line);
		char *words = strchr(line + 10, ' ');
		char *want = mem_printf(
		    "%s:%.*s: error: %s\n", name, (int)(words - line - 10), line + 10, words + 1);
		ASSERT_HAS(messages, want);
		free(want);
		n++;
	}
	for (const char *p = messages; (p = strstr(p, ": error: ")); p++)
		told++;
	ck_assert_msg(told == n && n, "%s expects %u errors:\n%s", name, n, messages);
	free(messages);
	free(text);
	free(path);
	return n;
}

START_TEST(hostile_files_are_refused_where_they_are_hostile)
{
	DIR *dir = opendir(SB_SOURCE_DIR "/harness/test/data/hostile");
	struct dirent *entry;
	unsigned files = 0, errors = 0;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)))
		if (strstr(entry->d_name, ".yaml")) {
			errors += check_file(entry->d_name);
			files++;
		}
	closedir(dir);
	ck_assert_uint_ge(files, 17);
	ck_assert_uint_ge(errors, 80);
}
END_TEST

/* So many times `part`, its '@' a number, between two texts; caller frees. */
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

START_TEST(sizes_counts_and_nesting_have_limits)
{
	static const struct {
		const char *before, *part;
		unsigned n;
		const char *after, *words;
	} texts[] = {
	    {PLAIN "#", "x", 65536, "\n", "the file is too large"},
	    {PLAIN "references: ", "[", 20000, "\n", "nested too deep"},
	    {PLAIN "references: ", "{a: ", 10000, "\n", "nested too deep"},
	    {PLAIN "references: [", "@, ", 5000, "x]\n", "too many entries"},
	    {PLAIN "sysctl: {router: {", "net.ipv4.a@: 1, ", 3000, "net.ipv4.b: 1}}\nx: 1\n",
	        "unknown key 'x'"},
	    {PLAIN "", "k", 60000, ": 1\n", "unknown key 'kkk"},
	    {PLAIN "matrix: {lookups.timeout: [", "@ms, ", 4095, "1s]}\n", "too many cases"},
	    {PLAIN "events: [", "{at: 5s, bridge: true, set: up}, ", 1001, "]\n",
	        "too many events"},
	    {PLAIN "\nname: ", "n", 101, "\n", "cannot be a scenario's name"},
	    {PLAIN "\nsysctl: {router: {net.ipv4.", "n", 120, ": 1}}\n",
	        "is not a name that can be set"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char *text = many(texts[i].before, texts[i].part, texts[i].n, texts[i].after);

		assert_refused(text, texts[i].words);
		free(text);
	}
}
END_TEST

START_TEST(settings_are_refused_as_files_are)
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
		char *messages = refused("x.yaml", PLAIN, &o);

		ASSERT_HAS(messages, settings[i].words);
		ck_assert_ptr_null(strstr(messages, "\nx.yaml:1:1: error: y"));
		free(messages);
	}
}
END_TEST

/* A file may have any name, and its line any bytes: neither reaches the terminal. */
START_TEST(names_of_files_and_bad_lines_are_shown_without_harm)
{
	char *messages = refused("\x1b]0;x\x07\nother.yaml:1:1: error: y", "x: 1\n", NULL);

	ck_assert(!strncmp(messages, "?]0;x??other.yaml:1:1: error: y:1:1: error: ", 44));
	free(messages);
	messages = refused("x",
	    "a: \xc2\x9b"
	    "2J \xe2\x80\xae \xff \x1b[2J\n",
	    NULL);
	ASSERT_HAS(messages, "\n  a: ?2J ? ? ?[2J\n");
	free(messages);
}
END_TEST

/* Whatever a case is called, its folder is one name below cases/, with room for .repeat-1000 and
 * .replay-2. */
START_TEST(a_case_s_folder_is_one_plain_name)
{
	static const char *const names[] = {"..", ".", "...", "-rf", "a.yaml", "~", "$(id)", "CON",
	    "a b", "\x1b[2J", "/etc/passwd", "x/../../y"};
	size_t longest = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct scenario *s = NULL;
		struct buf messages = {0};
		char *text =
		    many(PLAIN "matrix: {", "sysctl.router.net.ipv4.a@: [\"../../../../x\"], ",
		        i % 2 * 12, "lookups.timeout: [1s]}\n");

		ck_assert_msg(!scenario_parse(names[i], text, strlen(text), NULL, &s, &messages),
		    "%s: %s", names[i], messages.s);
		for (size_t k = 0; k < s->n_cases; k++) {
			const char *slug = s->cases[k].slug;
			size_t len = strlen(slug);

			ck_assert_msg(len && !strchr(".-", *slug) &&
			                  !slug[strspn(slug, "abcdefghijklmnopqrstuvwxyz"
			                                     "0123456789.,=+_-")],
			    "slug '%s'", slug);
			ck_assert_uint_le(len, 255 - strlen(".repeat-1000.replay-2"));
			longest = len > longest ? len : longest;
		}
		free(text);
		scenario_free(s);
	}
	ck_assert_uint_gt(longest, 200); /* some had to be cut */
}
END_TEST

/* A trace as it is written, with one text in it replaced: what reading it says, or "". */
static void read_changed(const char *from, const char *to, const char *words)
{
	char *text = ctest_file("harness/test/data/golden/trace-client-down.jsonl", NULL);
	char *other = ctest_changed(text, from, to);
	struct trace t;
	struct err e = {{0}};
	int r = trace_from_json("t.jsonl", other, strlen(other), &t, &e);

	ck_assert_msg(*words ? r == -EINVAL : !r, "%s: %s", to, e.text);
	if (*words) {
		ASSERT_HAS(e.text, words);
		ck_assert(utf8_good(e.text, false));
	} else {
		trace_free(&t);
	}
	free(other);
	free(text);
}

START_TEST(a_trace_of_others_is_refused_where_it_is_hostile)
{
	static const char slug[] = "\"slug\":\"client-down_pinned+fault\"",
	                  arm[] = "\"arm\":\"pinned+fault\"";

	read_changed(slug, slug, "");
	read_changed(slug, "\"slug\":\"../../../etc/cron.d\"", "t.jsonl:1: 'slug' names no folder");
	read_changed(slug, "\"slug\":\"..\"", "'slug' names no folder");
	read_changed(slug, "\"slug\":\"/etc\"", "'slug' names no folder");
	read_changed(slug, "\"slug\":\"\"", "'slug' names no folder");
	read_changed(slug, "\"slug\":\"-rf\"", "'slug' names no folder");
	read_changed(slug, "\"slug\":\"x;reboot\"", "'slug' names no folder");
	read_changed(slug, "\"slug\":\"$(reboot)\"", "'slug' names no folder");
	read_changed(arm, "\"arm\":\"\\u001b[2J\"", "t.jsonl:1: 'arm' has a wrong value");
	read_changed(arm, "\"arm\":\"\\u202epinned\"", "'arm' has a wrong value");
	read_changed(arm, "\"arm\":\"\\u009b2J\"", "'arm' has a wrong value");
	read_changed(arm, "\"arm\":\"a\\u0000b\"", "t.jsonl:1: ");
	read_changed("\"name\":\"c1\"", "\"name\":\"\\u001b[2J\"", "'name' has a wrong value");
	read_changed(arm, "\"\\u001b[2J\":\"x\"", "no key 'arm'");
	read_changed("\"e\":\"phase\"", "\"e\":\"\\u001b[2J\"", "no event is called '?[2J'");
	read_changed("\"t\":", "\"t\":9223372036854775807,\"u\":", "'t' has a wrong value");
	read_changed("\"pace\":20.0", "\"pace\":1e999", "t.jsonl:1: ");
}
END_TEST

START_TEST(what_is_harmful_is_known_by_its_number)
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
END_TEST

START_TEST(a_sysctl_is_one_of_a_namespace)
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
END_TEST

/* The first name of `words` that a source calls, or NULL. */
static const char *calls(const char *source, const char *const *words)
{
	for (; *words; words++)
		for (const char *p = source; (p = strstr(p, *words)); p++)
			if (p > source && strchr(" \t(!=", p[-1]))
				return *words;
	return NULL;
}

START_TEST(nothing_is_run_by_a_shell)
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
END_TEST

CTESTS(list)
{
	ctest_add(list, "hostile", CTEST_PURE, nothing_is_run_by_a_shell);
	ctest_add(list, "hostile", CTEST_PURE, hostile_files_are_refused_where_they_are_hostile);
	ctest_add(list, "hostile", CTEST_PURE, sizes_counts_and_nesting_have_limits);
	ctest_add(list, "hostile", CTEST_PURE, settings_are_refused_as_files_are);
	ctest_add(list, "hostile", CTEST_PURE, names_of_files_and_bad_lines_are_shown_without_harm);
	ctest_add(list, "hostile", CTEST_PURE, a_case_s_folder_is_one_plain_name);
	ctest_add(list, "hostile", CTEST_PURE, a_trace_of_others_is_refused_where_it_is_hostile);
	ctest_add(list, "hostile", CTEST_PURE, what_is_harmful_is_known_by_its_number);
	ctest_add(list, "hostile", CTEST_PURE, a_sysctl_is_one_of_a_namespace);
}
