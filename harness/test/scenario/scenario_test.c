/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenario_test.c: tests of scenario files that are read: keys, defaults, YAML, conditions. */
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "scenario/known.h"
#include "scenario/symptom.h"
#include "test/kit/scenarios.h"
#include "yaml/errors.h"
#include "yaml/node.h"
#include "yaml/yaml.h"

PURE_TEST("scenario", defaults_are_those_of_the_reference)
{
	AUTO_SCENARIO *s = scenario_read("dir/plain.yaml", YAML_PLAIN, NULL);
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
	ck_assert(!c->floods_multicast && !c->filters_vlans);
	ck_assert_int_eq(c->default_pvid, 0);
	ck_assert_uint_eq(c->vlan, 0);
	ck_assert_uint_eq(c->clients[0].vlan, 0);
	ck_assert_int_eq(c->querier, QUERIER_NEVER);
	ck_assert_uint_eq(c->upstream_mtu, 1500);
	ck_assert_int_eq(c->upstream_delay_ns, 0);
	ck_assert_uint_eq(c->churns[0].count, 1);
	ck_assert_int_eq(c->fault.what, FAULT_NONE);
}

PURE_TEST("scenario", every_key_is_read)
{
	AUTO_SCENARIO *s = scenario_read("x.yaml",
	    "summary: All keys\n"
	    "references: [one, \"two#2\"]\n"
	    "clients: {c1: {port-mac: \"fe:00:00:00:00:01\", learning: false,\n"
	    "    isolated: true, vlan: 4094},\n"
	    "  c2: {port-mac: above-all, mld-reports: never, hairpin: true,\n"
	    "    neigh-suppress: true}}\n"
	    "bridge: {pin: \"0a:58:0a:00:00:01\", ageing-time: 2m, vlan: 20,\n"
	    "  vlan-filtering: true, default-pvid: none}\n"
	    "churn:\n"
	    "  a: {joins: 5/s, leaves: after 150ms, leaves-by: namespace-death, count: 3}\n"
	    "  b: {joins: at 1.5s, leaves: never, kind: tap-down, port-mac: kernel}\n"
	    "upstream: {mtu: 9000, delay: 30ms}\n"
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
	    "arms: {inherited: {bridge: {pin: never}, breaks: dead-gateway,\n"
	    "  advice: in-vain}, other: {advice: remedy}}\n"
	    "known: [{arm: other, if: kernel < 6.2, breaks: stale-gateway, why: noted}]\n",
	    NULL);
	const struct scenario_case *c = &s->cases[1];

	ck_assert_uint_eq(s->n_references, 2);
	ck_assert_str_eq(s->references[1], "two#2");
	ck_assert_int_eq(c->clients[0].port_mac.rule, PORT_MAC_FIXED);
	ck_assert_uint_eq(c->clients[0].port_mac.fixed.b[5], 1);
	ck_assert(!c->clients[0].looks_up && c->clients[1].looks_up);
	ck_assert_int_eq(c->clients[1].port_mac.rule, PORT_MAC_ABOVE_ALL);
	ck_assert(c->clients[0].unlearned && !c->clients[1].unlearned);
	ck_assert(!c->clients[0].silent && c->clients[1].silent);
	ck_assert_uint_eq(c->clients[0].vlan, 4094);
	ck_assert(c->filters_vlans && c->default_pvid == PVID_NONE);
	ck_assert_uint_eq(c->vlan, 20);
	ck_assert(c->clients[0].isolated && !c->clients[1].isolated);
	ck_assert(!c->clients[0].hairpin && c->clients[1].hairpin);
	ck_assert(!c->clients[0].suppressed && c->clients[1].suppressed);
	ck_assert_int_eq(c->pin, PIN_AT_CREATE);
	ck_assert_uint_eq(mac_number(c->pin_mac), UINT64_C(0x0a580a000001));
	ck_assert_int_eq(c->ageing_ns, 120 * NS_PER_S);
	ck_assert_uint_eq(c->upstream_mtu, 9000);
	ck_assert_int_eq(c->upstream_delay_ns, 30 * NS_PER_MS);
	ck_assert_int_eq(s->cases[0].pin, PIN_NEVER);
	ck_assert(mac_is_zero(s->cases[0].pin_mac));
	ck_assert_int_eq(s->cases[0].breaks, CAUSE_DEAD_GATEWAY);
	ck_assert_int_eq(s->cases[0].advice, ADVICE_IN_VAIN);
	ck_assert_int_eq(c->advice, ADVICE_REMEDY);
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
	ck_assert_str_eq(s->known[0].why, "noted");
	ck_assert_int_eq(s->known[0].breaks, CAUSE_STALE_GATEWAY);
}

PURE_TEST("scenario", maps_merge_and_lists_replace)
{
	AUTO_SCENARIO *s = scenario_read("m.yaml",
	    "summary: Merging\n"
	    "clients: {c1: {}, c2: {}}\n"
	    "churn: {p: {joins: every 3s, leaves: after 1s, kind: tap}}\n"
	    "lookups: {every: 250ms, timeout: 1s, from: [c1, c2]}\n"
	    "limits: {lost: 7, outages: 2}\n" YAML_DURATION "arms:\n"
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
}

PURE_TEST("scenario", negative_controls_need_no_control)
{
	AUTO_SCENARIO *s = scenario_read("n.yaml",
	    YAML_HEAD YAML_CHURN YAML_LOOKUPS YAML_DURATION
	    "exposures: none\narms: {inherited: {}, pinned: {}}\n",
	    NULL);

	ck_assert(s->cases[0].exposures_none && s->cases[1].exposures_none);
}

PURE_TEST("scenario", block_texts_lose_their_last_newline)
{
	AUTO_SCENARIO *s = scenario_read("x.yaml",
	    "summary: |\n  one line\n\n"
	    "references: [a, b]\n"
	    "clients: {c1: {}}\n" YAML_CHURN YAML_REST,
	    NULL);

	ck_assert_str_eq(s->summary, "one line");
}

static void yaml_again(const char *text)
{
	struct arena arena = {0};
	struct source first = {"a", text, strlen(text)}, second;
	struct errors errors = {0};
	AUTO_BUF out = {0}, again = {0};
	struct node *n = yaml_parse(&arena, &first, &errors);

	ck_assert_msg(n && !errors.n, "%s", errors.n ? errors.items[0].text : text);
	node_write(n, &out);
	second = (struct source){"b", out.s, out.len};
	n = yaml_parse(&arena, &second, &errors);
	ck_assert_msg(n && !errors.n, "%s", out.s);
	node_write(n, &again);
	ck_assert_str_eq(out.s, again.s);
	errors_free(&errors);
	arena_free(&arena);
}

PURE_TEST("scenario", written_yaml_reads_as_the_same)
{
	AUTO_SCENARIO *s =
	    scenario_read("x.yaml", "references: [\"true\", true]\n" YAML_PLAIN, NULL);

	ASSERT_HAS(s->cases[0].config, "references:\n  - \"true\"\n  - true\n");
	yaml_again("a: 1\nb: {c: [], d: {}}\ne: [x, [y, {z: \"\"}]]\n");
	yaml_again("a:\n  - b: 1\n    c: >\n      long\n      text\n  - |\n    x\n\n    y\n");
	yaml_again("a: 02:00:00:00:00:01\nb: 'it''s'\nc: \"- x\"\n\"d: e\": \"#\"\nf: a b  c \n");
	yaml_again("a: \"\\\\ \\\" \\t\"\nb: ~\nc: \nd: -1\ne: 5/s\n");
}

PURE_TEST("scenario", known_conditions)
{
	static const struct {
		const char *condition, *kernel;
		bool applies;
	} rows[] = {
	    {NULL, "6.18.44-fc", true},
	    {"kernel < 6.19", "6.18.44-fc", true},
	    {"kernel < 6.18", "6.18.44-fc", false},
	    {"kernel <= 6.18", "6.18.44-fc", true},
	    {"kernel <= 6.18.44", "6.18.44-fc", true},
	    {"kernel <= 6.18.43", "6.18.44-fc", false},
	    {"kernel > 6.2", "6.18.44", true},
	    {"kernel > 6.18", "6.18.44", false},
	    {"kernel >= 6.18", "6.18.0", true},
	    {"kernel == 6.1", "6.1.0-28-amd64", true},
	    {"kernel == 6.1", "6.10.2", false},
	    {"kernel<7", "6.18.44", true},
	    {"kernel < 6.2.1", "6.2", true},
	    {"kernel", "6.2", false},
	    {"kernel < x", "6.2", false},
	    {"kernel < 6.2 ", "6.1", false},
	    {"kernel < 6.2", "unknown", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ck_assert_msg(known_applies(rows[i].condition, rows[i].kernel, "netavark 99") ==
		                  rows[i].applies,
		    "'%s' on %s", rows[i].condition ? rows[i].condition : "", rows[i].kernel);
}

PURE_TEST("scenario", known_conditions_of_a_tool)
{
	static const struct {
		const char *condition, *tool;
		bool applies;
	} rows[] = {
	    {NULL, "netavark 1.4.0", true},
	    {"tool < 1.9", "netavark 1.4.0", true},
	    {"tool < 1.9", "netavark 1.12.2", false},
	    {"tool >= 1.9", "1.9.0-2", true},
	    {"tool < 1.9", NULL, false},
	    {"tool < 1.9", "netavark unknown", false},
	    {"tools < 1.9", "netavark 1.4.0", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ck_assert_msg(
		    known_applies(rows[i].condition, "1.0", rows[i].tool) == rows[i].applies,
		    "'%s' of %s", rows[i].condition ? rows[i].condition : "",
		    rows[i].tool ? rows[i].tool : "none");
}

PURE_TEST("scenario", words_apart_counts_changes)
{
	ck_assert_uint_eq(words_apart("leaves-by", "leaves-by"), 0);
	ck_assert_uint_eq(words_apart("leave-by", "leaves-by"), 1);
	ck_assert_uint_eq(words_apart("laeves-by", "leaves-by"), 1);
	ck_assert_uint_eq(words_apart("", "abc"), 3);
	ck_assert_uint_ge(words_apart("duration", "matrix"), 4);
}

/* A symptom is the first paragraph of the comment: not what follows, nor a drawing. */
PURE_TEST("scenario", the_symptom_is_the_first_paragraph_of_the_comment)
{
	static const struct {
		const char *text, *symptom;
	} rows[] = {
	    {"# Names fail\n# for a minute.\n#\n# The kernel did it.\n",
	        "Names fail for a minute."},
	    {"#Names fail\n#   c1 --- br0\n", "Names fail"},
	    {"# Names fail\n\n# later\n", "Names fail"},
	    {"# Names fail", "Names fail"},
	    {"#\n# no first line\n", ""},
	    {"summary: x # no comment on top\n", ""},
	    {"", ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *text = symptom_read(rows[i].text, strlen(rows[i].text));

		ck_assert_str_eq(text, rows[i].symptom);
	}
}
