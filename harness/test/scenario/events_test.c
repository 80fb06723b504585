/* SPDX-License-Identifier: GPL-2.0-or-later */
/* events_test.c: tests of one-off changes: as scheduled, as judged. */
#include <errno.h>
#include <linux/if.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "judge/judge.h"
#include "test/kit/builder.h"
#include "test/kit/scenarios.h"

/* A control with these events. */
static struct plan with_events(const char *events)
{
	AUTO_FREE char *more = mem_printf("events:\n%s", events);
	AUTO_FREE char *text = SCENARIO_TEXT(.clients = "{c1: {}, c2: {}}",
	    .churn = "{low: {joins: at 2s, leaves: at 10s, port-mac: below-all}}",
	    .lookups = "{every: 250ms, from: [c1]}", .arms = "{bad: {breaks: unknown}}",
	    .more = more);

	return plan_make("quick.yaml", text, 0, 7);
}

PURE_TEST("events", a_schedule_shows_every_event)
{
	AUTO_PLAN p =
	    with_events("  - {at: 4s, port: low, set: down}\n"
	                "  - {at: 3s, bridge: true, set-mtu: 1400}\n"
	                "  - {at: 5s, bridge: true, set-mac: to-current}\n"
	                "  - {at: 6s, client: c1, end: own, set-mac: \"02:00:00:00:00:09\"}\n"
	                "  - {at: 7s, bridge: true, recreate: with-same-mac}\n"
	                "  - {at: 8s, client: c2, leaves: bridge}\n"
	                "  - {at: 9s, client: c2, joins: bridge}\n"
	                "  - {at: 9s, bridge: true, set-mac: same-as c2}\n"
	                "  - {at: 9s, port: low, set-mac: same-as c1}\n"
	                "  - {at: 9s, client: c1, end: port, set-mac: same-as c2}\n"
	                "  - {at: 9s, client: c2, end: own, set-mac: same-as c1}\n"
	                "  - {at: 10500ms, client: c2, sends-as: c1}\n"
	                "  - {at: 11s, bridge: true, set: up}\n"
	                "  - {at: 12s, bridge: true, delete-address: ipv4}\n"
	                "  - {at: 13s, bridge: true, add-address: ipv4}\n"
	                "  - {at: 14s, client: c1, end: own, set: down}\n"
	                "  - {at: 15s, client: c1, end: own, set: up}\n"
	                "  - {at: 16s, client: c1, end: own, add-route: ipv4}\n"
	                "  - {at: 17s, bridge: true, set-vlan-filtering: true}\n");
	AUTO_BUF b = {0};

	schedule_text(p.c, &p.schedule, &b);
	ASSERT_HAS(b.s, "     3.000  event  br0              set-mtu 1400\n"
	                "     4.000  event  low              set down\n"
	                "     5.000  event  br0              set-mac to-current\n"
	                "     6.000  event  eth0             set-mac 02:00:00:00:00:09  of c1\n"
	                "     7.000  event  br0              recreate with-same-mac\n"
	                "     8.000  event  c2               leaves\n"
	                "     9.000  event  c2               joins\n"
	                "     9.000  event  br0              set-mac 02:00:5e:00:53:02\n"
	                "     9.000  event  low              set-mac 02:00:5e:00:53:01\n"
	                "     9.000  event  c1               set-mac 02:00:5e:00:53:02\n"
	                "     9.000  event  eth0             set-mac 02:00:5e:00:53:01  of c2\n"
	                "    10.000  leave");
	ASSERT_HAS(b.s, "    10.500  event  eth0             sends-as 02:00:5e:00:53:01  of c2\n");
	ASSERT_HAS(b.s, "    11.000  event  br0              set up\n"
	                "    12.000  event  br0              delete-address ipv4\n"
	                "    13.000  event  br0              add-address ipv4\n");
	ASSERT_HAS(b.s, "    16.000  event  eth0             add-route ipv4  of c1\n"
	                "    17.000  event  br0              set-vlan-filtering\n");
}

PURE_TEST("events", at_one_time_churn_leaves_then_events_then_churn_joins)
{
	AUTO_PLAN p = with_events("  - {at: 2s, client: c1, leaves: bridge}\n"
	                          "  - {at: 2s, client: c1, joins: bridge}\n"
	                          "  - {at: 10s, bridge: true, set: up}\n");
	const struct sched_event *e = p.schedule.events;

	ck_assert_uint_eq(p.schedule.n, 5);
	ck_assert(e[0].change && e[0].op == OP_LEAVE);
	ck_assert(e[1].change && e[1].op == OP_JOIN);
	ck_assert(!e[2].change && e[2].op == OP_JOIN);
	ck_assert(!e[3].change && e[3].op == OP_LEAVE);
	ck_assert(e[4].change && e[4].op == OP_UP);
}

PURE_TEST("events", macs_of_events_are_beyond_the_ports_and_each_other)
{
	AUTO_PLAN p = with_events("  - {at: 4s, client: c1, end: port, set-mac: below-all}\n"
	                          "  - {at: 5s, client: c2, end: port, set-mac: below-all}\n"
	                          "  - {at: 6s, client: c1, end: port, set-mac: above-all}\n"
	                          "  - {at: 7s, client: c2, end: port, set-mac: above-all}\n"
	                          "  - {at: 8s, bridge: true, set-mac: random}\n");
	const struct sched_event *e = p.schedule.events;
	const struct mac *clients = p.schedule.client_port_macs;

	ck_assert_int_eq(e[0].op, OP_JOIN);
	ck_assert_int_lt(mac_cmp(e[1].mac, e[0].mac), 0);
	ck_assert_int_lt(mac_cmp(e[2].mac, e[1].mac), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_gt(mac_cmp(e[3].mac, clients[i]), 0);
	ck_assert_int_gt(mac_cmp(e[4].mac, e[3].mac), 0);
	for (int i = 1; i < 6; i++)
		ck_assert(mac_is_unicast(e[i].mac));
}

PURE_TEST("events", ports_have_the_same_macs_whatever_the_events)
{
	AUTO_PLAN a = plan_shipped("pinned-to-zero/pinned-to-itself"),
	          b = plan_shipped("pinned-to-zero/inherited");

	ck_assert_int_eq(
	    mac_cmp(a.schedule.client_port_macs[0], b.schedule.client_port_macs[0]), 0);
}

PURE_TEST("events", a_bridge_that_is_away_bounds_the_pace_of_a_shipped_case)
{
	AUTO_PLAN p = plan_shipped("bridge-recreated/with-other-mac");

	ck_assert_double_eq(p.schedule.pace, 7.5 / 0.8);
}

/* The trace has the scheduled MAC, and the judge takes it for the one that was set. */
PURE_TEST("events", a_bridge_made_again_has_a_mac_of_its_own_only_with_other_mac)
{
	static const char *const arms[] = {"with-other-mac", "with-same-mac", "inherited"};

	for (size_t i = 0; i < ARRAY_SIZE(arms); i++) {
		AUTO_FREE char *name = mem_printf("bridge-recreated/%s", arms[i]);
		AUTO_PLAN p = plan_shipped(name);

		ck_assert_int_eq(mac_is_zero(p.schedule.events[0].mac), i > 0);
	}
}

PURE_TEST("events", a_cases_own_text_has_its_events)
{
	AUTO_PLAN p = plan_shipped("pinned-to-zero/pinned-while-it-had-a-port"),
	          again = plan_make("case.yaml", p.c->config, 1, 1);
	AUTO_BUF a = {0}, b = {0};

	ck_assert_str_eq(p.c->name, again.c->name);
	schedule_text(p.c, &p.schedule, &a);
	schedule_text(again.c, &again.schedule, &b);
	ck_assert_str_eq(a.s, b.s);
	ASSERT_HAS(a.s, "6.200");
}

/* ---- as judged ---- */

/* The beginning and the end of an event; the end is returned. */
static struct event *event(
    struct trace *t, int64_t ms, enum churn_op op, const char *port, struct mac mac)
{
	for (int end = 0; end < 2; end++) {
		struct event *ev = build_churn(t, ms + 4 * end, op, port, end);

		ev->u.churn.event = 1;
		ev->u.churn.mac = mac;
	}
	return &t->events[t->n - 1];
}

/* All that follows the events of an arm whose lookups are answered; the verdict. */
static void judge_answered(struct trace *t, struct mac gateway, struct judgement *j)
{
	build_traffic(t, 0, 60250, LAST_SEEN_ANSWERED, gateway);
	build_end(t, 60000);
	judge_case(t, j);
}

static void begin_arm(struct trace *t, const char *arm)
{
	build_meta(t, arm, CAUSE_NONE);
	build_begin(t, MAC_PINNED, 3);
}

/* An arm pinned to PINNED, whose bridge becomes OTHER at 5 s, asked for or not. */
static void pinned_anew(struct trace *t, bool asked)
{
	build_meta(t, "late", CAUSE_NONE);
	build_begin(t, MAC_PINNED, 1);
	if (asked)
		event(t, 5000, OP_SET_MAC, "br0", MAC_OTHER);
	build_bridge(t, 5002, MAC_OTHER);
	build_traffic(t, 0, 5000, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_traffic(t, 5000, 60250, LAST_SEEN_ANSWERED, MAC_OTHER);
	build_end(t, 60000);
	EACH_EVENT (ev, t, EV_STATE)
		if (ev->u.state.at_end)
			ev->u.state.assign_type = 3;
}

PURE_TEST("events", what_an_event_asked_for_is_an_exposure_and_no_breach)
{
	AUTO_TRACE asked, unasked;
	AUTO_JUDGEMENT j, k;

	pinned_anew(&asked, true);
	judge_case(&asked, &j);
	ck_assert_msg(j.verdict == VERDICT_PASS, "%s", j.why);
	ck_assert_uint_eq(j.exposures, 1);
	ck_assert_uint_eq(j.invariants, 0);
	ck_assert_uint_eq(j.gateway_mac_changes, 1);
	pinned_anew(&unasked, false);
	judge_case(&unasked, &k);
	ck_assert_int_eq(k.verdict, VERDICT_FAIL);
	ck_assert_uint_eq(k.invariants, INVARIANT_GATEWAY_MAC | INVARIANT_ASSIGN_TYPE);
}

PURE_TEST("events", an_event_without_effect_is_no_exposure)
{
	for (int failed = 0; failed < 2; failed++) {
		AUTO_TRACE t;
		AUTO_JUDGEMENT j;

		begin_arm(&t, "late");
		event(&t, 5000, OP_UP, "lowest", mac_from_number(0))->u.churn.err =
		    failed ? -EBUSY : 0;
		build_port(&t, 5002, "lowest", PORT_LOWEST, MAC_LOWEST)->u.link.flags =
		    failed ? IFF_UP : 0;
		judge_answered(&t, MAC_PINNED, &j);
		ck_assert_int_eq(j.verdict, VERDICT_INCONCLUSIVE);
		ASSERT_HAS(j.why, "no event was seen to take effect");
	}
}

PURE_TEST("events", an_event_that_leaves_what_is_inherited_alone_suits_a_negative_control)
{
	for (int lower = 0; lower < 2; lower++) {
		struct mac mac = lower ? mac_from_number(0x020000000000) : MAC_OTHER;
		AUTO_TRACE t;
		AUTO_JUDGEMENT j;

		begin_arm(&t, "inherited");
		t.meta.exposures_none = true;
		event(&t, 5000, OP_SET_MAC, "c2", mac);
		build_port(&t, 5002, "c2", PORT_C2, mac);
		judge_answered(&t, MAC_PINNED, &j);
		ck_assert_msg(
		    j.verdict == (lower ? VERDICT_INCONCLUSIVE : VERDICT_PASS), "%s", j.why);
	}
}

PURE_TEST("events", a_bridge_set_down_by_an_event_may_lose_its_carrier)
{
	for (int asked = 0; asked < 2; asked++) {
		AUTO_TRACE t;
		AUTO_JUDGEMENT j;

		begin_arm(&t, "down");
		event(&t, 5000, asked ? OP_DOWN : OP_UP, asked ? "br0" : "c2", mac_from_number(0));
		build_bridge(&t, 5002, MAC_PINNED)->u.link.carrier = 0;
		judge_answered(&t, MAC_PINNED, &j);
		ck_assert_uint_eq(j.invariants, asked ? 0 : INVARIANT_CARRIER);
	}
}

/* A control, or an arm, loses lookups while its bridge is away, for 400 ms or for 11 s. */
PURE_TEST("events", a_bridge_that_was_away_for_long_proves_nothing)
{
	static const struct {
		enum cause breaks;
		int64_t ms;
		enum verdict verdict;
	} rows[] = {
	    {CAUSE_NONE, 400, VERDICT_FAIL},
	    {CAUSE_NONE, 11000, VERDICT_INVALID},
	    {CAUSE_STALE_GATEWAY, 400, VERDICT_INCONCLUSIVE},
	    {CAUSE_STALE_GATEWAY, 11000, VERDICT_INVALID},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_TRACE t;
		AUTO_JUDGEMENT j;

		build_meta(&t, "again", rows[i].breaks);
		build_begin(&t, MAC_PINNED, 3);
		build_traffic(&t, 0, 5000, LAST_SEEN_ANSWERED, MAC_PINNED);
		build_churn(&t, 5000, OP_RECREATE, "br0", false)->u.churn.event = 1;
		build_churn(&t, 5000 + rows[i].ms, OP_RECREATE, "br0", true)->u.churn.event = 1;
		build_bridge(&t, 5001, MAC_PINNED)->u.link.gone = 1;
		build_traffic(&t, 5000, 6000, LAST_SEEN_PORT, MAC_PINNED);
		build_traffic(&t, 6000, 60250, LAST_SEEN_ANSWERED, MAC_PINNED);
		build_end(&t, 60000);
		judge_case(&t, &j);
		ck_assert_msg(j.verdict == rows[i].verdict, "row %zu: %s", i, j.why);
	}
}
