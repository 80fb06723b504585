/* scenario_test.c: tests of scenario files: what is read, what is refused, what a case becomes. */
#include "test/kit/ctest.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "scenario/errors.h"
#include "scenario/known.h"
#include "scenario/scenario.h"
#include "scenario/yaml.h"
#include "scenario/node.h"

#define HEAD                                                                                       \
	"summary: A port leaves\n"                                                                 \
	"clients: {c1: {}}\n"
#define CHURN "churn: {low: {joins: before, leaves: at 5s, port-mac: below-all}}\n"
#define LOOKUPS "lookups: {every: 250ms, timeout: 1s}\n"
#define REST "duration: 60s\n"
#define ARMS                                                                                       \
	"arms:\n"                                                                                  \
	"  inherited: {breaks: stale-gateway}\n"                                                   \
	"  pinned: {bridge: {pin: at-create}}\n"
#define PLAIN HEAD CHURN LOOKUPS REST ARMS

/* The scenario that `text` is; fails the test with its errors. Caller frees. */
static struct scenario *good(
    const char *file, const char *text, const struct scenario_options *options)
{
	struct scenario *s = NULL;
	struct buf messages = {0};
	int r = scenario_parse(file, text, strlen(text), options, &s, &messages);

	ck_assert_msg(r == 0, "%s", messages.s);
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(messages.len, 0);
	return s;
}

/* The errors of `text`; fails the test when there are none. Caller frees. */
static char *bad(const char *file, const char *text, size_t len, const struct scenario_options *o)
{
	struct scenario *s = NULL;
	struct buf messages = {0};
	int r = scenario_parse(file, text, len, o, &s, &messages);

	ck_assert_msg(r == -EINVAL, "%s was read without an error", file);
	ck_assert_ptr_null(s);
	ck_assert_uint_gt(messages.len, 0);
	return messages.s;
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

static const struct scenario_case *find_case(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->n_cases; i++)
		if (!strcmp(s->cases[i].name, name))
			return &s->cases[i];
	ck_abort_msg("no case %s", name);
	return NULL;
}

/* Each `# expect: LINE:COL text` must be an error, and there must be no other; each `# expected:
 * text` a remedy. */
static void check_bad_file(const char *name)
{
	struct scenario_options options = {.allow_faults = true};
	char *path = mem_printf("harness/test/data/bad/%s", name);
	size_t len;
	char *text = ctest_file(path, &len), *messages, *copy = mem_strdup(text);
	unsigned expected = 0;

	if (!strncmp(name, "fault-not-allowed", 17))
		options.allow_faults = false;
	messages = bad(name, text, len, &options);
	for (char *line = strtok(copy, "\n"); line && *line == '#'; line = strtok(NULL, "\n")) {
		char place[32], *want = line, *wanted;

		if (!strncmp(line, "# expected: ", 12)) {
			wanted = mem_printf("\n  expected: %s\n", line + 12);
			ck_assert_msg(strstr(messages, wanted) != NULL, "%s: expected%sbut got\n%s",
			    path, wanted, messages);
			free(wanted);
		}
		if (strncmp(line, "# expect: ", 10) != 0)
			continue;
		want += 10;
		size_t n = strcspn(want, " ");
		snprintf(place, sizeof(place), "%.*s", (int)n, want);
		wanted = mem_printf("%s:%s: error: %s\n", name, place, want + n + 1);
		ck_assert_msg(strstr(messages, wanted) != NULL, "%s: expected\n%sbut got\n%s", path,
		    wanted, messages);
		free(wanted);
		expected++;
	}
	ck_assert_msg(expected > 0, "%s expects nothing", path);
	ck_assert_msg(
	    count(messages, ": error: ") == expected, "%s has other errors:\n%s", path, messages);
	ck_assert_msg(
	    count(messages, "\n  expected: ") == expected, "%s: no remedy:\n%s", path, messages);
	ck_assert_msg(count(messages, "^\n") >= expected, "%s: no caret:\n%s", path, messages);
	free(messages);
	free(copy);
	free(text);
	free(path);
}

START_TEST(bad_files_are_refused_where_they_are_wrong)
{
	DIR *dir = opendir(SB_SOURCE_DIR "/harness/test/data/bad");
	struct dirent *entry;
	unsigned n = 0;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		check_bad_file(entry->d_name);
		n++;
	}
	closedir(dir);
	ck_assert_uint_ge(n, 100);
}
END_TEST

START_TEST(errors_show_line_caret_and_remedy)
{
	static const char text[] = HEAD CHURN LOOKUPS "duraton: 60s\n" REST ARMS;
	char *messages = bad("dir/x.yaml", text, strlen(text), NULL);

	ck_assert_str_eq(messages,
	    "dir/x.yaml:5:1: error: unknown key 'duraton': did you mean 'duration'?\n"
	    "  duraton: 60s\n"
	    "  ^\n"
	    "  expected: summary, references, clients, bridge, querier, churn, events, lookups, sysctl, "
	    "firewall, firewall-backend, warmup, duration, limits, max-pace, exposures, matrix, arms, known\n");
	free(messages);
}
END_TEST

/* The messages of a file that is read all the same; caller frees. */
static char *warnings(const char *text)
{
	struct scenario *s = NULL;
	struct buf messages = {0};

	buf_puts(&messages, "");
	ck_assert_msg(
	    !scenario_parse("x.yaml", text, strlen(text), NULL, &s, &messages), "%s", messages.s);
	scenario_free(s);
	return messages.s;
}

#define AT(joins, leaves) "churn: {low: {joins: " joins ", leaves: " leaves "}}\n"

START_TEST(warnings_do_not_fail_a_file)
{
	static const struct {
		const char *text, *warning;
	} texts[] = {
	    {HEAD AT("before", "at 5125ms") LOOKUPS REST ARMS,
	        "x.yaml:3:38: warning: port 'low' leaves at the time of a lookup of c1, whose "
	        "answer may heal the client\n"
	        "  churn: {low: {joins: before, leaves: at 5125ms}}\n"
	        "                                       ^\n"
	        "  expected: another time: these lookups come at 125ms and every 250ms from then on\n"},
	    {HEAD AT("at 5125ms", "after 2s") LOOKUPS REST ARMS
	        "matrix: {churn.low.leaves-by: [delete, release]}\n",
	        "x.yaml:3:22: warning: port 'low' joins at the time of a lookup of c1, whose "
	        "answer may heal the client\n"
	        "  churn: {low: {joins: at 5125ms, leaves: after 2s}}\n"
	        "                       ^\n"
	        "  expected: another time: these lookups come at 125ms and every 250ms from then on\n"
	        "x.yaml:3:41: warning: port 'low' leaves at the time of a lookup of c1, whose "
	        "answer may heal the client\n"
	        "  churn: {low: {joins: at 5125ms, leaves: after 2s}}\n"
	        "                                          ^\n"
	        "  expected: another time: these lookups come at 125ms and every 250ms from then on\n"},
	    {HEAD AT("before", "at 5s") LOOKUPS REST ARMS, ""},
	    {HEAD AT("before", "at 5127ms") LOOKUPS REST ARMS, ""},
	    {HEAD AT("before", "at 5125ms") "lookups: {pause: 250ms}\n" REST ARMS, ""},
	    {HEAD AT("every 5125ms", "after 2s") LOOKUPS REST ARMS, ""},
	};
	char *messages;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		messages = warnings(texts[i].text);
		ck_assert_str_eq(messages, texts[i].warning);
		free(messages);
	}
	/* a file that is wrong is told only that */
	messages = bad("x.yaml", HEAD AT("before", "at 5125ms") LOOKUPS "duration: 60\n" ARMS,
	    strlen(HEAD AT("before", "at 5125ms") LOOKUPS "duration: 60\n" ARMS), NULL);
	ck_assert_ptr_null(strstr(messages, "warning"));
	free(messages);
}
END_TEST

START_TEST(long_lines_and_names_are_cut)
{
	struct buf text = {0};
	char *messages;

	for (int i = 0; i < 20000; i++)
		buf_puts(&text, "k\xc3\xa4");
	buf_puts(&text, ": 1");
	messages = bad("x.yaml", text.s, text.len, NULL);
	ck_assert_uint_lt(strlen(messages), 2000);
	ck_assert_ptr_nonnull(strstr(messages, "x.yaml:1:"));
	free(messages);
	buf_free(&text);
}
END_TEST

START_TEST(carets_stand_under_characters_not_bytes)
{
	static const char text[] = "summary: {\xc3\xa4\xc3\xb6: 1, x: }\n";
	char *messages = bad("x.yaml", text, strlen(text), NULL);

	ck_assert_ptr_nonnull(strstr(messages, "x.yaml:1:10: error: summary must not be a map\n"
	                                       "  summary: {\xc3\xa4\xc3\xb6: 1, x: }\n"
	                                       "           ^\n"));
	free(messages);
}
END_TEST

START_TEST(an_error_found_in_many_cases_is_shown_once)
{
	static const char text[] = HEAD CHURN "lookups: {every: 250}\n" REST ARMS
	                                      "matrix: {churn.low.leaves-by: [delete, release]}\n";
	char *messages = bad("x.yaml", text, strlen(text), NULL);

	ck_assert_uint_eq(count(messages, "error:"), 1);
	ck_assert_ptr_nonnull(strstr(messages, "'250' has no unit"));
	free(messages);
}
END_TEST

START_TEST(a_value_that_the_matrix_always_replaces_is_checked)
{
	static const char text[] =
	    HEAD "churn: {low: {joins: before, leaves: at 5s, leaves-by: hook}}\n" LOOKUPS REST ARMS
	         "matrix: {churn.low.leaves-by: [delete]}\n";
	char *messages = bad("x.yaml", text, strlen(text), NULL);

	ck_assert_ptr_nonnull(strstr(messages, "leaves-by cannot be 'hook'"));
	free(messages);
}
END_TEST

START_TEST(hostile_text_is_refused)
{
	char *big = mem_alloc(70001), *messages;

	memset(big, '#', 70000);
	messages = bad("big.yaml", big, 70000, NULL);
	ck_assert_ptr_nonnull(strstr(messages, "the file is too large (70000 bytes)"));
	free(messages);
	free(big);
	messages = bad("x.yaml", "summary: \xff\n", 11, NULL);
	ck_assert_ptr_nonnull(strstr(messages, "x.yaml:1:10: error: byte 0xff is not UTF-8"));
	free(messages);
	messages = bad("x.yaml", "a: \xed\xa0\x80\n", 7, NULL);
	ck_assert_ptr_nonnull(strstr(messages, "byte 0xed is not UTF-8"));
	free(messages);
	messages = bad("x.yaml", "a: \xc0\xaf\n", 6, NULL);
	ck_assert_ptr_nonnull(strstr(messages, "byte 0xc0 is not UTF-8"));
	free(messages);
	messages = bad("x.yaml", "a: b\0c\n", 7, NULL);
	ck_assert_ptr_nonnull(strstr(messages, "x.yaml:1:5: error: control character U+0000"));
	free(messages);
	messages = bad("x.yaml", "a: 1\n%\xff\n", 8, NULL);
	ck_assert_ptr_nonnull(strstr(messages, "x.yaml:2:1: error: a line starts with '%'"));
	free(messages);
	messages = bad("x.yaml", "a: \x1b[31m\n", 10, NULL);
	ck_assert_ptr_nonnull(strstr(messages, "U+001B\n  a: ?[31m\n     ^\n"));
	free(messages);
}
END_TEST

START_TEST(defaults_are_those_of_the_reference)
{
	struct scenario *s = good("dir/plain.yaml", PLAIN, NULL);
	const struct scenario_case *c = &s->cases[1];

	ck_assert_str_eq(s->name, "plain");
	ck_assert_str_eq(s->file, "dir/plain.yaml");
	ck_assert_str_eq(s->summary, "A port leaves");
	ck_assert_uint_eq(s->n_cases, 2);
	ck_assert(!s->has_fault);
	ck_assert_int_eq(s->cases[0].breaks, CAUSE_STALE_GATEWAY);
	ck_assert_int_eq(s->cases[0].pin, PIN_NEVER);
	ck_assert_int_eq(c->breaks, CAUSE_NONE);
	ck_assert_int_eq(c->pin, PIN_AT_CREATE);
	ck_assert_int_eq(c->warmup_ns, 2 * NS_PER_S);
	ck_assert_int_eq(c->duration_ns, 60 * NS_PER_S);
	ck_assert_int_eq(c->every_ns, 250 * NS_PER_MS);
	ck_assert_int_eq(c->pause_ns, 0);
	ck_assert_int_eq(c->timeout_ns, NS_PER_S);
	ck_assert(c->max_pace == 50);
	ck_assert(!c->exposures_none);
	ck_assert_int_eq(c->limits.lost, 0);
	ck_assert_int_eq(c->limits.outages, 0);
	ck_assert_int_eq(c->limits.outage_ns, 0);
	ck_assert_int_eq(c->limits.gateway_mac_changes, 0);
	ck_assert(c->limits.answered < 0);
	ck_assert_uint_eq(c->n_clients, 1);
	ck_assert_str_eq(c->clients[0].name, "c1");
	ck_assert(c->clients[0].looks_up);
	ck_assert_int_eq(c->clients[0].port_mac.rule, PORT_MAC_RANDOM);
	ck_assert_uint_eq(c->n_churns, 1);
	ck_assert_int_eq(c->churns[0].joins, JOIN_BEFORE);
	ck_assert_int_eq(c->churns[0].leaves, LEAVE_AT);
	ck_assert_int_eq(c->churns[0].leaves_ns, 5 * NS_PER_S);
	ck_assert_int_eq(c->churns[0].by, BY_DELETE);
	ck_assert_int_eq(c->churns[0].kind, KIND_VETH);
	ck_assert_int_eq(c->ageing_ns, 300 * NS_PER_S);
	ck_assert(!c->floods_multicast);
	ck_assert_int_eq(c->querier, QUERIER_NEVER);
	ck_assert_uint_eq(c->churns[0].count, 1);
	ck_assert_int_eq(c->fault.what, FAULT_NONE);
	scenario_free(s);
}
END_TEST

START_TEST(every_key_is_read)
{
	struct scenario *s = good("x.yaml",
	    "summary: All keys\n"
	    "references: [one, \"two#2\"]\n"
	    "clients: {c1: {port-mac: \"fe:00:00:00:00:01\"}, c2: {port-mac: above-all}}\n"
	    "bridge: {pin: \"0a:58:0a:00:00:01\", ageing-time: 2m}\n"
	    "churn:\n"
	    "  a: {joins: 5/s, leaves: after 150ms, leaves-by: namespace-death, count: 3}\n"
	    "  b: {joins: at 1.5s, leaves: never, kind: tap-down, port-mac: kernel}\n"
	    "lookups: {pause: 100ms, timeout: 2s, from: [c2]}\n"
	    "sysctl:\n"
	    "  router: {net.ipv4.conf.br0.arp_notify: 1}\n"
	    "  clients: {net.ipv4.tcp_rmem: 4096 87380 6291456}\n"
	    "warmup: 3s\n"
	    "duration: 1m\n"
	    "limits: {lost: 2, outages: any, outage: 1.5s, answered: 99.5%,\n"
	    "  gateway-mac-changes: any}\n"
	    "max-pace: 7.5\n"
	    "exposures: some\n"
	    "arms: {inherited: {bridge: {pin: never}, breaks: dead-gateway}, other: {}}\n"
	    "known: [{arm: other, if: kernel < 6.2, breaks: stale-gateway, why: told}]\n",
	    NULL);
	const struct scenario_case *c = &s->cases[1];

	ck_assert_uint_eq(s->n_references, 2);
	ck_assert_str_eq(s->references[1], "two#2");
	ck_assert_int_eq(c->clients[0].port_mac.rule, PORT_MAC_FIXED);
	ck_assert_uint_eq(c->clients[0].port_mac.fixed.b[5], 1);
	ck_assert(!c->clients[0].looks_up && c->clients[1].looks_up);
	ck_assert_int_eq(c->clients[1].port_mac.rule, PORT_MAC_ABOVE_ALL);
	ck_assert_int_eq(c->pin, PIN_AT_CREATE);
	ck_assert_uint_eq(mac_number(c->pin_mac), UINT64_C(0x0a580a000001));
	ck_assert_int_eq(c->ageing_ns, 120 * NS_PER_S);
	ck_assert_int_eq(s->cases[0].pin, PIN_NEVER);
	ck_assert(mac_is_zero(s->cases[0].pin_mac));
	ck_assert_int_eq(s->cases[0].breaks, CAUSE_DEAD_GATEWAY);
	ck_assert_int_eq(c->churns[0].joins_ns, 200 * NS_PER_MS);
	ck_assert_int_eq(c->churns[0].by, BY_NAMESPACE_DEATH);
	ck_assert_uint_eq(c->churns[0].count, 3);
	ck_assert_int_eq(c->churns[1].joins, JOIN_AT);
	ck_assert_int_eq(c->churns[1].joins_ns, 1500 * NS_PER_MS);
	ck_assert_int_eq(c->churns[1].kind, KIND_TAP_DOWN);
	ck_assert_int_eq(c->churns[1].port_mac.rule, PORT_MAC_KERNEL);
	ck_assert_int_eq(c->pause_ns, 100 * NS_PER_MS);
	ck_assert_str_eq(c->router_sysctls.items[0].name, "net.ipv4.conf.br0.arp_notify");
	ck_assert_str_eq(c->router_sysctls.items[0].value, "1");
	ck_assert_str_eq(c->client_sysctls.items[0].value, "4096 87380 6291456");
	ck_assert_int_eq(c->warmup_ns, 3 * NS_PER_S);
	ck_assert_int_eq(c->duration_ns, 60 * NS_PER_S);
	ck_assert_int_eq(c->limits.lost, 2);
	ck_assert_int_eq(c->limits.outages, LIMIT_ANY);
	ck_assert_int_eq(c->limits.outage_ns, 1500 * NS_PER_MS);
	ck_assert(c->limits.answered == 99.5);
	ck_assert_int_eq(c->limits.gateway_mac_changes, LIMIT_ANY);
	ck_assert(c->max_pace == 7.5);
	ck_assert_uint_eq(s->n_known, 1);
	ck_assert_str_eq(s->known[0].why, "told");
	ck_assert_int_eq(s->known[0].breaks, CAUSE_STALE_GATEWAY);
	scenario_free(s);
}
END_TEST

START_TEST(cases_have_names_groups_and_slugs)
{
	struct scenario *s = good("m.yaml",
	    "summary: Two ports\n"
	    "clients: {c1: {}}\n"
	    "churn:\n"
	    "  a: {joins: before, leaves: at 5s}\n"
	    "  b: {joins: every 3s, leaves: after 2s}\n" LOOKUPS REST ARMS "matrix:\n"
	    "  churn.a.leaves-by: [delete, release]\n"
	    "  churn.b.leaves-by: [delete]\n"
	    "  churn.b.joins: [every 3s, every 4s]\n",
	    NULL);
	static const char *const names[] = {
	    "m/inherited,a.leaves-by=delete,b.leaves-by=delete,joins=every-3s",
	    "m/pinned,a.leaves-by=delete,b.leaves-by=delete,joins=every-3s",
	    "m/inherited,a.leaves-by=delete,b.leaves-by=delete,joins=every-4s",
	    "m/pinned,a.leaves-by=delete,b.leaves-by=delete,joins=every-4s",
	    "m/inherited,a.leaves-by=release,b.leaves-by=delete,joins=every-3s",
	};

	ck_assert_uint_eq(s->n_cases, 8);
	for (size_t i = 0; i < 5; i++)
		ck_assert_str_eq(s->cases[i].name, names[i]);
	ck_assert_str_eq(
	    s->cases[1].group, "m/a.leaves-by=delete,b.leaves-by=delete,joins=every-3s");
	ck_assert_str_eq(
	    s->cases[1].slug, "m_pinned,a.leaves-by=delete,b.leaves-by=delete,joins=every-3s");
	ck_assert_int_eq(s->cases[2].churns[1].joins_ns, 4 * NS_PER_S);
	ck_assert_int_eq(s->cases[4].churns[0].by, BY_RELEASE);
	scenario_free(s);
	s = good("m.yaml", PLAIN, NULL);
	ck_assert_str_eq(s->cases[0].name, "m/inherited");
	ck_assert_str_eq(s->cases[0].group, "m");
	scenario_free(s);
}
END_TEST

START_TEST(slugs_are_safe_short_and_unique)
{
	struct buf text = {0};
	struct scenario *s;

	buf_puts(&text, PLAIN "matrix:\n  sysctl.router.net.ipv4.conf.br0.arp_notify: [");
	for (int i = 0; i < 3; i++) {
		buf_puts(&text, i ? ", x" : "x");
		for (int k = 0; k < 12; k++)
			buf_puts(&text, "AAAAAAAAAA");
		buf_printf(&text, "%d", i);
	}
	buf_puts(&text, ", \"a:b\", \"a%b\"]\n");
	s = good("/some/where/A File With a Long Name and \xc3\xa4 that goes on and on and on and "
	         "on and on.yaml",
	    text.s, NULL);
	for (size_t i = 0; i < s->n_cases; i++) {
		const char *slug = s->cases[i].slug;

		ck_assert_uint_lt(strlen(slug), 255);
		ck_assert_uint_eq(
		    strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789.,=+_-"), strlen(slug));
		ck_assert(*slug != '.' && *slug != '-');
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(slug, s->cases[k].slug);
	}
	scenario_free(s);
	buf_free(&text);
}
END_TEST

START_TEST(maps_merge_and_lists_replace)
{
	struct scenario *s = good("m.yaml",
	    "summary: Merging\n"
	    "clients: {c1: {}, c2: {}}\n"
	    "churn: {p: {joins: every 3s, leaves: after 1s, kind: tap}}\n"
	    "lookups: {every: 250ms, timeout: 1s, from: [c1, c2]}\n"
	    "limits: {lost: 7, outages: 2}\n" REST "arms:\n"
	    "  inherited: {breaks: stale-gateway}\n"
	    "  other: {lookups: {from: [c2]}, limits: {lost: 1}, churn: {p: {count: 2}}}\n"
	    "matrix: {churn.p: [{joins: every 5s, leaves: after 2s}]}\n",
	    NULL);
	const struct scenario_case *c = &s->cases[1];

	ck_assert_str_eq(c->name, "m/other,p=every-5s+after-2s");
	ck_assert_int_eq(c->churns[0].kind, KIND_TAP);
	ck_assert_int_eq(c->churns[0].joins_ns, 5 * NS_PER_S);
	ck_assert_uint_eq(c->churns[0].count, 2);
	ck_assert(!c->clients[0].looks_up && c->clients[1].looks_up);
	ck_assert_int_eq(c->limits.lost, 1);
	ck_assert_int_eq(c->limits.outages, 2);
	ck_assert_uint_eq(s->cases[0].churns[0].count, 1);
	scenario_free(s);
}
END_TEST

START_TEST(negative_controls_need_no_control)
{
	struct scenario *s = good("n.yaml",
	    HEAD CHURN LOOKUPS REST "exposures: none\narms: {inherited: {}, pinned: {}}\n", NULL);

	ck_assert(s->cases[0].exposures_none && s->cases[1].exposures_none);
	scenario_free(s);
}
END_TEST

static void check_setting(
    const char *path, const char *value, const char *name, int64_t joins_ns, enum bridge_pin pin)
{
	struct setting setting = {path, value};
	struct scenario_options o = {&setting, 1, false};
	struct scenario *s = good("m.yaml",
	    HEAD "churn: {p: {joins: every 3s, leaves: after 700ms}}\n" LOOKUPS REST
	         "matrix: {churn.p: [{joins: every 3s}, {joins: every 4s}]}\n" ARMS,
	    &o);
	const struct scenario_case *c = find_case(s, name);

	ck_assert_int_eq(c->churns[0].joins_ns, joins_ns);
	ck_assert_int_eq(c->pin, pin);
	scenario_free(s);
}

START_TEST(the_command_line_has_the_last_word)
{
	check_setting("bridge.pin", "never", "m/pinned,p=every-3s", 3 * NS_PER_S, PIN_NEVER);
	check_setting("churn.p.joins", "every 1s", "m/pinned,p=every-1s", NS_PER_S, PIN_AT_CREATE);
	check_setting(
	    "churn.p", "{joins: every 9s}", "m/pinned,p=every-9s", 9 * NS_PER_S, PIN_AT_CREATE);
	check_setting("sysctl.router.net.ipv4.ip_forward", "1", "m/inherited,p=every-4s",
	    4 * NS_PER_S, PIN_NEVER);
}
END_TEST

START_TEST(settings_that_become_one_value_stand_once)
{
	struct setting setting = {"churn.low.leaves-by", "release"};
	struct scenario_options o = {&setting, 1, false};
	struct scenario *s =
	    good("m.yaml", PLAIN "matrix: {churn.low.leaves-by: [delete, release]}\n", &o);

	ck_assert_uint_eq(s->n_cases, 2);
	ck_assert_str_eq(s->cases[0].name, "m/inherited,leaves-by=release");
	ck_assert_int_eq(s->cases[0].churns[0].by, BY_RELEASE);
	scenario_free(s);
}
END_TEST

START_TEST(bad_settings_are_shown)
{
	struct setting settings[] = {
	    {"brige.pin", "never"},
	    {"lookups.every", "3"},
	    {"churn.lov.joins", "every 3s"},
	    {"arms.pinned", "{}"},
	    {"max-pace", "[1"},
	    {"bridge", "{pun: never}"},
	};
	struct scenario_options o = {settings, 6, false};
	char *messages = bad("m.yaml", PLAIN, strlen(PLAIN), &o);

	ck_assert_ptr_nonnull(
	    strstr(messages, "--set:1:1: error: unknown key 'brige': did you mean 'bridge'?"));
	ck_assert_ptr_nonnull(strstr(
	    messages, "--set lookups.every:1:1: error: lookups.every '3' has no unit\n  3\n"));
	ck_assert_ptr_nonnull(strstr(messages, "--set:1:1: error: churn has no 'lov'"));
	ck_assert_ptr_nonnull(strstr(messages, "'arms' belongs to the whole file"));
	ck_assert_ptr_nonnull(strstr(messages, "--set max-pace:1:"));
	ck_assert_ptr_nonnull(strstr(
	    messages, "--set bridge:1:2: error: unknown key 'pun' in bridge: did you mean 'pin'?"));
	ck_assert_uint_eq(count(messages, "error:"), 6);
	free(messages);
}
END_TEST

/* Reads the case's config as a file of another name; the case must be there again, and the same. */
static void check_again(const struct scenario_case *c, bool faults)
{
	struct scenario_options o = {.allow_faults = faults};
	struct scenario *s = good("case.yaml", c->config, &o);
	const struct scenario_case *again = find_case(s, c->name);

	ck_assert_str_eq(again->group, c->group);
	ck_assert_str_eq(again->slug, c->slug);
	ck_assert_str_eq(again->config, c->config);
	ck_assert_int_eq(again->breaks, c->breaks);
	ck_assert_int_eq(again->pin, c->pin);
	ck_assert_int_eq(mac_cmp(again->pin_mac, c->pin_mac), 0);
	ck_assert_int_eq(again->fault.what, c->fault.what);
	ck_assert_int_eq(again->every_ns, c->every_ns);
	ck_assert_int_eq(again->pause_ns, c->pause_ns);
	ck_assert_int_eq(again->limits.gateway_mac_changes, c->limits.gateway_mac_changes);
	ck_assert_uint_eq(again->n_churns, c->n_churns);
	for (size_t i = 0; i < c->n_churns; i++)
		ck_assert_mem_eq(&again->churns[i], &c->churns[i], sizeof(c->churns[i]));
	ck_assert_uint_eq(again->n_clients, c->n_clients);
	for (size_t i = 0; i < c->n_clients; i++)
		ck_assert_mem_eq(&again->clients[i], &c->clients[i], sizeof(c->clients[i]));
	ck_assert_uint_eq(again->router_sysctls.n, c->router_sysctls.n);
	ck_assert_uint_le(s->n_cases, c->fault.what ? 3 : 2);
	scenario_free(s);
}

static void check_file_again(const char *path, const struct scenario_options *o)
{
	char *text = ctest_file(path, NULL);
	struct scenario *s = good(path, text, o);

	ck_assert_uint_gt(s->n_cases, 0);
	for (size_t i = 0; i < s->n_cases; i++)
		check_again(&s->cases[i], false);
	scenario_free(s);
	free(text);
}

START_TEST(a_config_is_its_case_again)
{
	struct setting settings[] = {
	    {"churn.guest.leaves", "after 100ms"}, {"bridge.pin", "never"}};
	struct scenario_options o = {settings, 2, false};
	struct scenario *s;

	check_file_again("suite/scenarios/reports/original-report.yaml", NULL);
	check_file_again("suite/scenarios/reports/original-report.yaml", &o);
	check_file_again("suite/scenarios/mac/lowest-port-leaves.yaml", NULL);
	check_file_again("suite/scenarios/mac/lower-port-joins.yaml", NULL);
	s = good("odd.yaml",
	    "summary: \"odd: \\\"text\\\" # with {all} of it\"\n"
	    "references: [\"- a\", ' b ', \"%c\", \"x: y\", \"true\"]\n"
	    "clients: {c1: {}}\n" CHURN LOOKUPS REST ARMS
	    "  a-mac: {bridge: {pin: 0a:58:0a:00:00:01}}\n"
	    "sysctl: {router: {net.ipv4.a: \"\\t1  2\", net.ipv4.b: '''', net.ipv4.c: \"\\xe4\"}}\n"
	    "known:\n"
	    "  - {arm: pinned, why: \"so, it is\"}\n"
	    "  - {arm: inherited, why: other}\n",
	    NULL);
	ck_assert_str_eq(s->cases[0].router_sysctls.items[2].value, "\xc3\xa4");
	check_again(&s->cases[0], false);
	check_again(&s->cases[1], false);
	check_again(&s->cases[2], false);
	ck_assert_uint_eq(mac_number(s->cases[2].pin_mac), UINT64_C(0x0a580a000001));
	ck_assert_ptr_null(strstr(s->cases[0].config, "so, it is"));
	ck_assert_ptr_nonnull(strstr(s->cases[1].config, "so, it is"));
	scenario_free(s);
}
END_TEST

START_TEST(a_config_keeps_its_control_only)
{
	struct scenario *s = good("m.yaml",
	    PLAIN "  third: {}\nmatrix: {churn.low.leaves-by: [delete, release]}\n", NULL);
	const struct scenario_case *c = find_case(s, "m/pinned,leaves-by=release");

	ck_assert_str_eq(c->config, "name: m\n"
	                            "summary: A port leaves\n"
	                            "clients:\n"
	                            "  c1: {}\n"
	                            "churn:\n"
	                            "  low: {joins: before, leaves: at 5s, port-mac: below-all}\n"
	                            "lookups:\n"
	                            "  every: 250ms\n"
	                            "  timeout: 1s\n"
	                            "duration: 60s\n"
	                            "matrix:\n"
	                            "  churn.low.leaves-by: [release]\n"
	                            "arms:\n"
	                            "  inherited: {breaks: stale-gateway}\n"
	                            "  pinned: {bridge: {pin: at-create}}\n");
	scenario_free(s);
}
END_TEST

START_TEST(names_stay_when_another_line_is_added_elsewhere)
{
	struct scenario *a =
	    good("a.yaml", PLAIN "matrix: {churn.low.leaves-by: [delete]}\n", NULL);
	struct scenario *b = good(
	    "a.yaml", PLAIN "  more: {}\nmatrix: {churn.low.leaves-by: [release, delete]}\n", NULL);

	ck_assert_str_eq(a->cases[1].name, "a/pinned,leaves-by=delete");
	find_case(b, a->cases[1].name);
	scenario_free(a);
	scenario_free(b);
}
END_TEST

START_TEST(faults_stand_behind_their_twins)
{
	struct scenario_options o = {.allow_faults = true};
	struct scenario *s = good("f.yaml",
	    PLAIN "matrix: {churn.low.leaves-by: [delete, release]}\n"
	          "fault: {what: block-port, arm: pinned, at: 10s, for: 5s}\n"
	          "expect: {verdict: fail, cause: port-not-forwarding, invariant: carrier}\n",
	    &o);
	const struct scenario_case *c = &s->cases[2];

	ck_assert(s->has_fault);
	ck_assert_str_eq(s->expect.verdict, "fail");
	ck_assert_str_eq(s->expect.cause, "port-not-forwarding");
	ck_assert_str_eq(s->expect.invariant, "carrier");
	ck_assert_str_eq(s->expect.arm, "pinned");
	ck_assert_uint_eq(s->n_cases, 6);
	ck_assert_str_eq(s->cases[1].name, "f/pinned,leaves-by=delete");
	ck_assert_int_eq(s->cases[1].fault.what, FAULT_NONE);
	ck_assert_str_eq(c->name, "f/pinned+fault,leaves-by=delete");
	ck_assert_str_eq(c->arm, "pinned+fault");
	ck_assert_str_eq(c->group, s->cases[1].group);
	ck_assert_int_eq(c->fault.what, FAULT_BLOCK_PORT);
	ck_assert_int_eq(c->fault.at_ns, 10 * NS_PER_S);
	ck_assert_int_eq(c->fault.for_ns, 5 * NS_PER_S);
	for (size_t i = 0; i < s->n_cases; i++)
		check_again(&s->cases[i], true);
	ck_assert_ptr_null(strstr(s->cases[1].config, "fault"));
	scenario_free(s);
}
END_TEST

START_TEST(an_override_fault_changes_its_case_only)
{
	struct scenario_options o = {.allow_faults = true};
	struct scenario *s = good("f.yaml",
	    PLAIN "fault: {what: override, arm: pinned, set: {bridge: {pin: never}}}\n"
	          "expect: {verdict: fail, cause: stale-gateway}\n",
	    &o);

	ck_assert_uint_eq(s->n_cases, 3);
	ck_assert_int_eq(s->cases[1].pin, PIN_AT_CREATE);
	ck_assert_int_eq(s->cases[2].pin, PIN_NEVER);
	ck_assert_int_eq(s->cases[2].breaks, CAUSE_NONE);
	ck_assert_int_eq(s->cases[2].fault.what, FAULT_OVERRIDE);
	check_again(&s->cases[2], true);
	scenario_free(s);
}
END_TEST

START_TEST(known_conditions)
{
	ck_assert(known_applies(NULL, "6.18.44-fc"));
	ck_assert(known_applies("kernel < 6.19", "6.18.44-fc"));
	ck_assert(!known_applies("kernel < 6.18", "6.18.44-fc"));
	ck_assert(known_applies("kernel <= 6.18", "6.18.44-fc"));
	ck_assert(known_applies("kernel <= 6.18.44", "6.18.44-fc"));
	ck_assert(!known_applies("kernel <= 6.18.43", "6.18.44-fc"));
	ck_assert(known_applies("kernel > 6.2", "6.18.44"));
	ck_assert(!known_applies("kernel > 6.18", "6.18.44"));
	ck_assert(known_applies("kernel >= 6.18", "6.18.0"));
	ck_assert(known_applies("kernel == 6.1", "6.1.0-28-amd64"));
	ck_assert(!known_applies("kernel == 6.1", "6.10.2"));
	ck_assert(known_applies("kernel<7", "6.18.44"));
	ck_assert(known_applies("kernel < 6.2.1", "6.2"));
	ck_assert(!known_applies("kernel", "6.2"));
	ck_assert(!known_applies("kernel < x", "6.2"));
	ck_assert(!known_applies("kernel < 6.2 ", "6.1"));
	ck_assert(!known_applies("kernel < 6.2", "unknown"));
}
END_TEST

START_TEST(words_apart_counts_changes)
{
	ck_assert_uint_eq(words_apart("leaves-by", "leaves-by"), 0);
	ck_assert_uint_eq(words_apart("leave-by", "leaves-by"), 1);
	ck_assert_uint_eq(words_apart("laeves-by", "leaves-by"), 1);
	ck_assert_uint_eq(words_apart("", "abc"), 3);
	ck_assert_uint_ge(words_apart("duration", "matrix"), 4);
}
END_TEST

static void yaml_again(const char *text)
{
	struct arena arena = {0};
	struct source first = {"a", text, strlen(text)}, second;
	struct errors errors = {0};
	struct buf out = {0}, again = {0};
	struct node *n = yaml_parse(&arena, &first, &errors);

	ck_assert_msg(n && !errors.n, "%s", errors.n ? errors.items[0].text : text);
	node_write(n, &out);
	second = (struct source){"b", out.s, out.len};
	n = yaml_parse(&arena, &second, &errors);
	ck_assert_msg(n && !errors.n, "%s", out.s);
	node_write(n, &again);
	ck_assert_str_eq(out.s, again.s);
	buf_free(&out);
	buf_free(&again);
	errors_free(&errors);
	arena_free(&arena);
}

START_TEST(block_texts_lose_their_last_newline)
{
	struct scenario *s = good("x.yaml",
	    "summary: |\n  one line\n\n"
	    "references: [a, b]\n"
	    "clients: {c1: {}}\n" CHURN LOOKUPS REST ARMS,
	    NULL);

	ck_assert_str_eq(s->summary, "one line");
	scenario_free(s);
}
END_TEST

START_TEST(written_yaml_reads_as_the_same)
{
	struct scenario *s = good("x.yaml", "references: [\"true\", true]\n" PLAIN, NULL);

	ck_assert_ptr_nonnull(strstr(s->cases[0].config, "references:\n  - \"true\"\n  - true\n"));
	scenario_free(s);
	yaml_again("a: 1\nb: {c: [], d: {}}\ne: [x, [y, {z: \"\"}]]\n");
	yaml_again("a:\n  - b: 1\n    c: >\n      long\n      text\n  - |\n    x\n\n    y\n");
	yaml_again("a: 02:00:00:00:00:01\nb: 'it''s'\nc: \"- x\"\n\"d: e\": \"#\"\nf: a b  c \n");
	yaml_again("a: \"\\\\ \\\" \\t\"\nb: ~\nc: \nd: -1\ne: 5/s\n");
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "scenario", CTEST_PURE, bad_files_are_refused_where_they_are_wrong);
	ctest_add(list, "scenario", CTEST_PURE, errors_show_line_caret_and_remedy);
	ctest_add(list, "scenario", CTEST_PURE, warnings_do_not_fail_a_file);
	ctest_add(list, "scenario", CTEST_PURE, long_lines_and_names_are_cut);
	ctest_add(list, "scenario", CTEST_PURE, carets_stand_under_characters_not_bytes);
	ctest_add(list, "scenario", CTEST_PURE, an_error_found_in_many_cases_is_shown_once);
	ctest_add(list, "scenario", CTEST_PURE, a_value_that_the_matrix_always_replaces_is_checked);
	ctest_add(list, "scenario", CTEST_PURE, hostile_text_is_refused);
	ctest_add(list, "scenario", CTEST_PURE, defaults_are_those_of_the_reference);
	ctest_add(list, "scenario", CTEST_PURE, every_key_is_read);
	ctest_add(list, "scenario", CTEST_PURE, cases_have_names_groups_and_slugs);
	ctest_add(list, "scenario", CTEST_PURE, slugs_are_safe_short_and_unique);
	ctest_add(list, "scenario", CTEST_PURE, maps_merge_and_lists_replace);
	ctest_add(list, "scenario", CTEST_PURE, negative_controls_need_no_control);
	ctest_add(list, "scenario", CTEST_PURE, the_command_line_has_the_last_word);
	ctest_add(list, "scenario", CTEST_PURE, settings_that_become_one_value_stand_once);
	ctest_add(list, "scenario", CTEST_PURE, bad_settings_are_shown);
	ctest_add(list, "scenario", CTEST_PURE, a_config_is_its_case_again);
	ctest_add(list, "scenario", CTEST_PURE, a_config_keeps_its_control_only);
	ctest_add(list, "scenario", CTEST_PURE, names_stay_when_another_line_is_added_elsewhere);
	ctest_add(list, "scenario", CTEST_PURE, faults_stand_behind_their_twins);
	ctest_add(list, "scenario", CTEST_PURE, an_override_fault_changes_its_case_only);
	ctest_add(list, "scenario", CTEST_PURE, known_conditions);
	ctest_add(list, "scenario", CTEST_PURE, words_apart_counts_changes);
	ctest_add(list, "scenario", CTEST_PURE, block_texts_lose_their_last_newline);
	ctest_add(list, "scenario", CTEST_PURE, written_yaml_reads_as_the_same);
}
