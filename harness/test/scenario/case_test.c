/* SPDX-License-Identifier: GPL-2.0-or-later */
/* case_test.c: tests of cases: their names, the settings of the command line, their own text. */
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "test/kit/builder.h"
#include "test/kit/scenarios.h"

PURE_TEST("scenario", cases_have_names_groups_and_slugs)
{
	AUTO_SCENARIO *s = scenario_read("m.yaml",
	    "summary: Two ports\n"
	    "clients: {c1: {}}\n"
	    "churn:\n"
	    "  a: {joins: before, leaves: at 5s}\n"
	    "  b: {joins: every 3s, leaves: after 2s}\n" YAML_REST "matrix:\n"
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
	AUTO_SCENARIO *plain = scenario_read("m.yaml", YAML_PLAIN, NULL);
	ck_assert_str_eq(plain->cases[0].name, "m/inherited");
	ck_assert_str_eq(plain->cases[0].group, "m");
}

PURE_TEST("scenario", names_stay_when_another_line_is_added_elsewhere)
{
	AUTO_SCENARIO *a =
	    scenario_read("a.yaml", YAML_PLAIN "matrix: {churn.low.leaves-by: [delete]}\n", NULL);
	AUTO_SCENARIO *b = scenario_read("a.yaml",
	    YAML_PLAIN "  more: {}\nmatrix: {churn.low.leaves-by: [release, delete]}\n", NULL);

	ck_assert_str_eq(a->cases[1].name, "a/pinned,leaves-by=delete");
	scenario_find_case(b, a->cases[1].name);
}

PURE_TEST("scenario", the_command_line_has_the_last_word)
{
	static const char text[] = YAML_HEAD
	    "churn: {p: {joins: every 3s, leaves: after 700ms}}\n" YAML_LOOKUPS YAML_DURATION
	    "matrix: {churn.p: [{joins: every 3s}, {joins: every 4s}]}\n" YAML_ARMS;
	static const struct {
		struct setting setting;
		const char *name;
		int64_t joins_s;
		enum bridge_pin pin;
	} rows[] = {
	    {{"bridge.pin", "never"}, "m/pinned,p=every-3s", 3, PIN_NEVER},
	    {{"churn.p.joins", "every 1s"}, "m/pinned,p=every-1s", 1, PIN_AT_CREATE},
	    {{"churn.p", "{joins: every 9s}"}, "m/pinned,p=every-9s", 9, PIN_AT_CREATE},
	    {{"sysctl.router.net.ipv4.ip_forward", "1"}, "m/inherited,p=every-4s", 4, PIN_NEVER},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct scenario_options o = {&rows[i].setting, 1, false};
		AUTO_SCENARIO *s = scenario_read("m.yaml", text, &o);
		const struct scenario_case *c = scenario_find_case(s, rows[i].name);

		ck_assert_msg(
		    c->churns[0].joins_ns == rows[i].joins_s * NS_PER_S && c->pin == rows[i].pin,
		    "%s", rows[i].setting.path);
	}
}

PURE_TEST("scenario", settings_that_become_one_value_stand_once)
{
	struct setting setting = {"churn.low.leaves-by", "release"};
	struct scenario_options o = {&setting, 1, false};
	AUTO_SCENARIO *s = scenario_read(
	    "m.yaml", YAML_PLAIN "matrix: {churn.low.leaves-by: [delete, release]}\n", &o);

	ck_assert_uint_eq(s->n_cases, 2);
	ck_assert_str_eq(s->cases[0].name, "m/inherited,leaves-by=release");
	ck_assert_int_eq(s->cases[0].churns[0].by, BY_RELEASE);
}

PURE_TEST("scenario", all_bad_settings_are_shown_at_once)
{
	static const struct setting settings[] = {
	    {"brige.pin", "never"},
	    {"lookups.every", "3"},
	    {"churn.lov.joins", "every 3s"},
	    {"arms.pinned", "{}"},
	    {"max-pace", "[1"},
	    {"bridge", "{pun: never}"},
	};
	static const char *const errors[] = {
	    "--set:1:1: error: unknown key 'brige': did you mean 'bridge'?",
	    "--set lookups.every:1:1: error: lookups.every '3' has no unit\n  3\n",
	    "--set:1:1: error: churn has no 'lov'",
	    "'arms' belongs to the whole file",
	    "--set max-pace:1:",
	    "--set bridge:1:2: error: unknown key 'pun' in bridge: did you mean 'pin'?",
	};
	struct scenario_options o = {settings, ARRAY_SIZE(settings), false};
	AUTO_FREE char *messages = scenario_errors("m.yaml", YAML_PLAIN, strlen(YAML_PLAIN), &o);

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		ASSERT_HAS(messages, errors[i]);
	ck_assert_uint_eq(ctest_count(messages, "error:"), ARRAY_SIZE(errors));
}

/* Reads the case's config as a file of another name; the case must be there again, and the same. */
static void check_again(const struct scenario_case *c, bool faults)
{
	struct scenario_options o = {.allow_faults = faults};
	AUTO_SCENARIO *s = scenario_read("case.yaml", c->config, &o);
	const struct scenario_case *again = scenario_find_case(s, c->name);

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
}

static void check_file_again(const char *path, const struct scenario_options *o)
{
	AUTO_FREE char *text = ctest_file(path, NULL);
	AUTO_SCENARIO *s = scenario_read(path, text, o);

	ck_assert_uint_gt(s->n_cases, 0);
	for (size_t i = 0; i < s->n_cases; i++)
		check_again(&s->cases[i], false);
}

PURE_TEST("scenario", a_config_is_its_case_again)
{
	struct setting settings[] = {
	    {"churn.guest.leaves", "after 100ms"}, {"bridge.pin", "never"}};
	struct scenario_options o = {settings, 2, false};

	check_file_again("suite/scenarios/reports/original-report.yaml", NULL);
	check_file_again("suite/scenarios/reports/original-report.yaml", &o);
	check_file_again("suite/scenarios/mac/lowest-port-leaves.yaml", NULL);
	check_file_again("suite/scenarios/mac/lower-port-joins.yaml", NULL);
	AUTO_SCENARIO *s = scenario_read("odd.yaml",
	    "summary: \"odd: \\\"text\\\" # with {all} of it\"\n"
	    "references: [\"- a\", ' b ', \"%c\", \"x: y\", \"true\"]\n"
	    "clients: {c1: {}}\n" YAML_CHURN YAML_REST
	    "  a-mac: {bridge: {pin: 0a:58:0a:00:00:01}}\n"
	    "sysctl: {router: {net.ipv4.a: \"\\t1  2\", net.ipv4.b: '''', net.ipv4.c: \"\\xe4\"}}\n"
	    "known:\n"
	    "  - {arm: pinned, why: \"so, it is\"}\n"
	    "  - {arm: inherited, why: other}\n",
	    NULL);
	ck_assert_str_eq(s->cases[0].router_sysctls.items[2].value, "\xc3\xa4");
	for (size_t i = 0; i < 3; i++)
		check_again(&s->cases[i], false);
	ck_assert_uint_eq(mac_number(s->cases[2].pin_mac), UINT64_C(0x0a580a000001));
	ASSERT_LACKS(s->cases[0].config, "so, it is");
	ASSERT_HAS(s->cases[1].config, "so, it is");
}

PURE_TEST("scenario", a_config_keeps_its_control_only)
{
	AUTO_SCENARIO *s = scenario_read("m.yaml",
	    YAML_PLAIN "  third: {}\nmatrix: {churn.low.leaves-by: [delete, release]}\n", NULL);
	const struct scenario_case *c = scenario_find_case(s, "m/pinned,leaves-by=release");

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
}

PURE_TEST("scenario", faults_stand_behind_their_twins)
{
	struct scenario_options o = {.allow_faults = true};
	AUTO_SCENARIO *s = scenario_read("f.yaml",
	    YAML_PLAIN "matrix: {churn.low.leaves-by: [delete, release]}\n"
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
	ASSERT_LACKS(s->cases[1].config, "fault");
}

PURE_TEST("scenario", an_override_fault_changes_its_case_only)
{
	struct scenario_options o = {.allow_faults = true};
	AUTO_SCENARIO *s = scenario_read("f.yaml",
	    YAML_PLAIN "fault: {what: override, arm: pinned, set: {bridge: {pin: never}}}\n"
	               "expect: {verdict: fail, cause: stale-gateway}\n",
	    &o);

	ck_assert_uint_eq(s->n_cases, 3);
	ck_assert_int_eq(s->cases[1].pin, PIN_AT_CREATE);
	ck_assert_int_eq(s->cases[2].pin, PIN_NEVER);
	ck_assert_int_eq(s->cases[2].breaks, CAUSE_NONE);
	ck_assert_int_eq(s->cases[2].fault.what, FAULT_OVERRIDE);
	check_again(&s->cases[2], true);
}
