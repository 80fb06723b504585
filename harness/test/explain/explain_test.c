/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_test.c: tests of what `explain` prints about scenarios and cases. */
#include "test/kit/ctest.h"

#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/macros.h"
#include "base/mem.h"
#include "explain/explain.h"
#include "explain/explain_cause.h"
#include "explain/sentences.h"
#include "test/kit/bench.h"
#include "trace/names.h"

static struct scenario *parsed(const char *path, const char *text, size_t len)
{
	struct buf messages = {0};
	struct scenario *s = NULL;

	ck_assert_msg(!scenario_parse(path, text, len, NULL, &s, &messages), "%s", messages.s);
	return s;
}

static const struct scenario_case *case_named(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->n_cases; i++)
		if (!strcmp(s->cases[i].name, name))
			return &s->cases[i];
	return NULL;
}

/* `name`: of the scenario, and of the golden file; `only`: a case, or NULL. */
static void assert_golden(const char *scenario, const char *only, const char *golden)
{
	char *path = mem_printf("%s.yaml", scenario), *name = mem_printf("%s.txt", golden);
	struct buf is = {0};
	size_t len;
	char *file = ctest_scenario(scenario, &len);
	struct scenario *s = parsed(path, file, len);
	const struct scenario_case *c = only ? case_named(s, only) : NULL;

	ck_assert(!only || c);
	explain_text(s, c, file, 7, 20, &is);
	bench_golden(name, &is);
	buf_free(&is);
	scenario_free(s);
	free(file);
	free(path);
	free(name);
}

PURE_TEST("explain", two_scenarios_and_a_case_are_explained_as_before)
{
	assert_golden("lowest-port-leaves", NULL, "explain-lowest-port-leaves");
	assert_golden("pinned-to-zero", NULL, "explain-pinned-to-zero");
	assert_golden("lower-port-joins", "lower-port-joins/arp-notify,kind=tap-down",
	    "explain-lower-port-joins-case");
}

/* Each sentence on a case is printed. */
static void assert_all_printed(const struct scenario_case *c, const char *text)
{
	struct sentences sentences = {0};

	ck_assert_msg(strstr(text, c->arm) != NULL, "%s: no arm in\n%s", c->name, text);
	ck_assert_ptr_nonnull(strstr(text, c->scenario->summary));
	ck_assert(!c->breaks || strstr(text, cause_name(c->breaks)));
	sentences_of(c, &sentences);
	for (size_t i = 0; i < sentences.n; i++)
		ck_assert_msg(strstr(text, sentences.items[i].text) != NULL,
		    "%s: '%s' is not in\n%s", c->name, sentences.items[i].text, text);
	sentences_free(&sentences);
}

PURE_TEST("explain", every_shipped_scenario_and_case_can_be_explained)
{
	char **found;
	struct err e = {{0}};
	int n = data_scenarios(false, &found, &e);
	size_t cases = 0;

	ck_assert_msg(n > 0, "%s", e.text);
	for (int i = 0; i < n; i++) {
		struct buf file = {0}, whole = {0};

		ck_assert_msg(!data_read(found[i], 1 << 20, &file, &e), "%s", e.text);
		struct scenario *s = parsed(found[i], file.s, file.len);
		explain_text(s, NULL, file.s, 7, 20, &whole);
		for (size_t k = 0; k < s->n_cases; k++, cases++) {
			struct buf one = {0};

			assert_all_printed(&s->cases[k], whole.s);
			explain_text(s, &s->cases[k], file.s, 7, 20, &one);
			assert_all_printed(&s->cases[k], one.s);
			ck_assert(!strncmp(one.s, s->cases[k].name, strlen(s->cases[k].name)));
			buf_free(&one);
		}
		scenario_free(s);
		buf_free(&whole);
		buf_free(&file);
		free(found[i]);
	}
	ck_assert_uint_gt(cases, 0);
	free(found);
}

/* Without Markdown, and with one space between words. */
static char *plain(const char *path)
{
	size_t len, n = 0;
	char *text = ctest_file(path, &len);

	for (size_t i = 0; i < len; i++) {
		char c = text[i] == '\n' ? ' ' : text[i];

		if (c != '`' && c != '*' && !(c == ' ' && n && text[n - 1] == ' '))
			text[n++] = c;
	}
	text[n] = '\0';
	return text;
}

/* Where the first sentence ends. */
static size_t sentence_length(const char *text)
{
	const char *end = strstr(text, ". ");

	return end ? (size_t)(end - text) + 1 : strlen(text);
}

PURE_TEST("explain", the_words_on_a_cause_are_those_of_the_documents)
{
	char *kernel = plain("docs/KERNEL.md"), *manual = plain("docs/SCENARIOS.md");

	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++) {
		struct buf b = {0};

		explain_cause((enum cause)c, ~0U, &b);
		ck_assert_msg(b.len, "%s", cause_name((enum cause)c));
		for (size_t len, at = 0; at < b.len; at += len + strspn(b.s + at + len, " ")) {
			const char *text = b.s + at;

			len = sentence_length(text);
			ck_assert_msg(memmem(kernel, strlen(kernel), text, len) ||
			                  memmem(manual, strlen(manual), text, len),
			    "in no document: %.*s", (int)len, text);
		}
		buf_free(&b);
	}
	free(kernel);
	free(manual);
}

/* The text on a cause in a case with these lines; caller frees. */
static char *cause_text(const char *cause, const char *lines)
{
	char *text =
	    mem_printf("summary: x\nduration: 60s\n%sarms: {bad: {breaks: %s}}\n", lines, cause);
	struct scenario *s = parsed("x.yaml", text, strlen(text));
	struct buf b = {0};

	explain_cause(s->cases[0].breaks, explain_facts(&s->cases[0]), &b);
	scenario_free(s);
	free(text);
	return b.s;
}

#define LOW "churn: {low: {joins: before, leaves: at 5s, port-mac: below-all}}\n"
#define CLIENT "clients: {c1: {}}\n"
#define EVERY "lookups: {every: 1s}\n"

PURE_TEST("explain", a_cause_is_explained_for_its_case)
{
	static const struct {
		const char *cause, *lines, *has, *has_not;
	} cases[] = {
	    {"stale-gateway", LOW CLIENT EVERY, "Over UDP", "TCP"},
	    {"stale-gateway", LOW CLIENT EVERY, "leaves", "When a lower port joins"},
	    {"stale-gateway", LOW CLIENT EVERY, "has aged out", "permanent"},
	    {"stale-gateway", LOW CLIENT "lookups: {every: 1s, transport: tcp}\n", "Over TCP",
	        "UDP"},
	    {"stale-gateway", LOW CLIENT "lookups: {every: 1s, transport: tcp-kept}\n",
	        "connection stalls", "Over UDP"},
	    {"stale-gateway", LOW "clients: {c1: {gateway-entry: permanent}}\n" EVERY,
	        "A permanent entry", "has aged out"},
	    /* an entry of a client without lookups does not count, nor an IPv4 entry over IPv6 */
	    {"stale-gateway",
	        LOW "clients: {c1: {}, c2: {gateway-entry: permanent}}\n"
	            "lookups: {every: 1s, from: [c1]}\n",
	        "has aged out", "permanent"},
	    {"stale-gateway",
	        LOW "clients: {c1: {gateway-entry: permanent}}\n"
	            "lookups: {every: 1s, family: ipv6}\n",
	        "has aged out", "permanent"},
	    {"stale-gateway",
	        "churn: {low: {joins: at 5s, leaves: never, port-mac: below-all}}\n" CLIENT EVERY,
	        "When a lower port joins", "leaves, its"},
	    {"unresolved-client", LOW CLIENT EVERY, "ARP", "ff02"},
	    {"unresolved-client", LOW CLIENT "lookups: {every: 1s, family: ipv6}\n", "ff02",
	        "Over IPv4"},
	    {"unresolved-gateway", LOW CLIENT EVERY, "by ARP", "IPv6"},
	    {"stale-client", LOW CLIENT "lookups: {every: 1s, family: ipv6}\n", "Over IPv6", "ARP"},
	    {"dead-gateway", LOW CLIENT EVERY, "the zero MAC", "that client's frames"},
	    {"dead-gateway", CLIENT EVERY "events: [{at: 5s, bridge: true, set-mac: same-as c1}]\n",
	        "that client's frames", "the zero MAC"},
	    {"port-not-forwarding", LOW CLIENT EVERY "bridge: {stp: true}\n", "With STP",
	        "Without"},
	    {"port-not-forwarding", LOW CLIENT EVERY, "Without STP", "With STP"},
	    {"too-big", LOW CLIENT EVERY "firewall: drop-icmp-too-big\n", "With ICMP dropped",
	        "tells the sender"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text = cause_text(cases[i].cause, cases[i].lines);

		ck_assert_msg(strstr(text, cases[i].has) != NULL, "case %zu: no '%s' in: %s", i,
		    cases[i].has, text);
		ck_assert_msg(strstr(text, cases[i].has_not) == NULL, "case %zu: '%s' in: %s", i,
		    cases[i].has_not, text);
		free(text);
	}
}

PURE_TEST("explain", every_rule_for_a_mac_has_its_words)
{
	static const char *const rules[][2] = {
	    {"random", "a random MAC)"},
	    {"below-all", "a MAC below all others)"},
	    {"above-all", "a MAC above all others)"},
	    {"kernel", "a MAC that the kernel chooses)"},
	    {"random-each-time", "another random MAC at each join)"},
	    {"\"02:00:00:00:00:01\"", "MAC 02:00:00:00:00:01)"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		char *text = mem_printf("summary: x\nduration: 60s\n" CLIENT EVERY
		                        "churn: {p: {joins: at 5s, leaves: never, port-mac: %s}}\n"
		                        "arms: {bad: {breaks: stale-gateway}}\n",
		    rules[i][0]);
		struct scenario *s = parsed("x.yaml", text, strlen(text));
		struct buf b = {0};

		explain_text(s, NULL, text, 7, 20, &b);
		ck_assert_msg(strstr(b.s, rules[i][1]) != NULL, "no '%s' in\n%s", rules[i][1], b.s);
		buf_free(&b);
		scenario_free(s);
		free(text);
	}
}
