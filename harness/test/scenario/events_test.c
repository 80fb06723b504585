/* events_test.c: tests of one-off changes: as scheduled, as implied, as judged. */
#include "test/kit/ctest.h"

#include <linux/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "judge/judge.h"
#include "scenario/scenario.h"
#include "schedule/schedule.h"
#include "test/kit/builder.h"

struct play {
	struct scenario *s;
	struct schedule schedule;
};

static struct play play_of(const char *file, const char *text, size_t len, size_t index)
{
	struct buf messages = {0};
	struct play p = {0};
	int r = scenario_parse(file, text, len, NULL, &p.s, &messages);

	ck_assert_msg(r == 0, "%s", messages.s);
	ck_assert_uint_lt(index, p.s->n_cases);
	schedule_make(&p.s->cases[index], 7, 20, &p.schedule);
	return p;
}

/* The control (index 0) of a scenario with these events and more. */
static struct play quick(const char *events, const char *cause, const char *more)
{
	char *text =
	    mem_printf("summary: x\nclients: {c1: {}, c2: {}}\n"
	               "churn: {low: {joins: at 2s, leaves: at 10s, port-mac: below-all}}\n"
	               "events:\n%slookups: {every: 250ms, from: [c1]}\nduration: 60s\n"
	               "%sarms: {bad: {breaks: %s}}\n",
	        events, more, cause);
	struct play p = play_of("quick.yaml", text, strlen(text), 0);

	free(text);
	return p;
}

static struct play shipped(const char *name, size_t index)
{
	char *path = mem_printf("%s.yaml", name);
	size_t len;
	char *text = ctest_scenario(name, &len);
	struct play p = play_of(path, text, len, index);

	free(text);
	free(path);
	return p;
}

static void play_free(struct play *p)
{
	schedule_free(&p->schedule);
	scenario_free(p->s);
}

PURE_TEST("events", a_schedule_tells_every_event)
{
	struct play p = quick("  - {at: 4s, port: low, set: down}\n"
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
	                      "  - {at: 11s, bridge: true, set: up}\n",
	    "unknown", "");
	struct buf b = {0};

	schedule_text(&p.s->cases[0], &p.schedule, &b);
	const char *events = strstr(b.s, "     3.000");
	ck_assert_ptr_nonnull(events);
	const char *leave = strstr(b.s, "    10.000  leave");
	ck_assert_ptr_nonnull(leave);
	char *until = mem_printf("%.*s", (int)(leave - events), events);
	ck_assert_str_eq(until,
	    "     3.000  event  br0              set-mtu 1400\n"
	    "     4.000  event  low              set down\n"
	    "     5.000  event  br0              set-mac to-current\n"
	    "     6.000  event  eth0             set-mac 02:00:00:00:00:09  of c1\n"
	    "     7.000  event  br0              recreate with-same-mac\n"
	    "     8.000  event  c2               leaves\n"
	    "     9.000  event  c2               joins\n"
	    "     9.000  event  br0              set-mac 02:00:5e:00:53:02\n"
	    "     9.000  event  low              set-mac 02:00:5e:00:53:01\n"
	    "     9.000  event  c1               set-mac 02:00:5e:00:53:02\n"
	    "     9.000  event  eth0             set-mac 02:00:5e:00:53:01  of c2\n");
	ck_assert_ptr_nonnull(strstr(leave, "    11.000  event  br0              set up\n"));
	free(until);
	buf_free(&b);
	play_free(&p);
}

PURE_TEST("events", at_one_time_churn_leaves_then_events_then_churn_joins)
{
	struct play p = quick("  - {at: 2s, client: c1, leaves: bridge}\n"
	                      "  - {at: 2s, client: c1, joins: bridge}\n"
	                      "  - {at: 10s, bridge: true, set: up}\n",
	    "unknown", "");
	const struct sched_event *e = p.schedule.events;

	ck_assert_uint_eq(p.schedule.n, 5);
	ck_assert(e[0].change && e[0].op == OP_LEAVE);
	ck_assert(e[1].change && e[1].op == OP_JOIN);
	ck_assert(!e[2].change && e[2].op == OP_JOIN);
	ck_assert(!e[3].change && e[3].op == OP_LEAVE);
	ck_assert(e[4].change && e[4].op == OP_UP);
	play_free(&p);
}

PURE_TEST("events", macs_of_events_are_beyond_the_ports_and_each_other)
{
	struct play p = quick("  - {at: 4s, client: c1, end: port, set-mac: below-all}\n"
	                      "  - {at: 5s, client: c2, end: port, set-mac: below-all}\n"
	                      "  - {at: 6s, client: c1, end: port, set-mac: above-all}\n"
	                      "  - {at: 7s, client: c2, end: port, set-mac: above-all}\n"
	                      "  - {at: 8s, bridge: true, set-mac: random}\n",
	    "unknown", "");
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
	play_free(&p);
}

PURE_TEST("events", ports_have_the_same_macs_whatever_the_events)
{
	struct play a = shipped("pinned-to-zero", 0), b = shipped("pinned-to-zero", 4);

	ck_assert_str_eq(b.s->cases[4].arm, "inherited");
	ck_assert_int_eq(
	    mac_cmp(a.schedule.client_port_macs[0], b.schedule.client_port_macs[0]), 0);
	play_free(&a);
	play_free(&b);
}

#define REJOINS                                                                                    \
	"  - {at: 5s, client: c1, leaves: bridge}\n  - {at: 6s, client: c1, joins: bridge}\n"

PURE_TEST("events", controls_with_events_imply_outages)
{
	static const struct {
		const char *events, *cause, *more;
		int64_t implied_ms;
	} cases[] = {
	    /* 8 s of a stale entry, less two intervals */
	    {"  - {at: 5s, bridge: true, set-mac: random}\n", "stale-gateway",
	        "bridge: {pin: at-create}\n", 7500},
	    {"  - {at: 5s, bridge: true, recreate: with-other-mac}\n", "stale-gateway",
	        "bridge: {pin: to-other}\n", 7500},
	    {"  - {at: 5s, bridge: true, recreate: without-mac}\n", "stale-gateway",
	        "bridge: {pin: at-create}\n", 7500},
	    /* as it was: nothing is implied but two intervals, of which one is left */
	    {"  - {at: 5s, bridge: true, recreate: with-same-mac}\n", "stale-gateway",
	        "bridge: {pin: at-create}\n", 250},
	    {"  - {at: 5s, bridge: true, set-mac: to-current}\n", "stale-gateway",
	        "bridge: {pin: at-create}\n", 250},
	    /* until a real MAC is set */
	    {"  - {at: 5s, bridge: true, set-mac: same-as c1}\n"
	     "  - {at: 15s, bridge: true, set-mac: random}\n",
	        "dead-gateway", "", 9500},
	    {"  - {at: 20s, client: c1, leaves: bridge}\n  - {at: 20s, client: c2, leaves: bridge}\n"
	     "  - {at: 21s, bridge: true, set-mac: to-current}\n"
	     "  - {at: 22s, client: c1, joins: bridge}\n",
	        "dead-gateway", "", 38500},
	    /* what inherits a client's MAC of a port is dead as well, until another port is lower
	     */
	    {"  - {at: 12s, client: c2, end: port, set-mac: same-as c1}\n"
	     "  - {at: 22s, client: c1, end: port, set-mac: below-all}\n",
	        "dead-gateway", "", 9500},
	    {"  - {at: 5s, client: c1, end: own, set-mac: random}\n", "stale-client", "", 7500},
	    {"  - {at: 5s, client: c1, leaves: bridge}\n  - {at: 6s, client: c1, joins: bridge}\n",
	        "port-not-forwarding", "bridge: {stp: true, forward-delay: 10s}\n", 19500},
	    /* as long as a client that was asked for nothing keeps its own entry */
	    {REJOINS "  - {at: 7s, bridge: true, set-mac: to-current}\n", "unresolved-client",
	        "querier: {asks: before}\n", 7500},
	    {REJOINS "  - {at: 20s, bridge: true, set-mac: to-current}\n", "unresolved-client",
	        "querier: {asks: before}\n", 2500},
	    {REJOINS "  - {at: 7s, bridge: true, set-mac: to-current}\n", "unresolved-client",
	        "querier: {asks: every 5s}\n", 4500},
	    /* its link flapped, or nobody forgets it, or before */
	    {REJOINS "  - {at: 7s, client: c1, end: port, set: down}\n"
	             "  - {at: 7500ms, client: c1, end: port, set: up}\n"
	             "  - {at: 8s, bridge: true, set-mac: to-current}\n",
	        "unresolved-client", "querier: {asks: before}\n", 250},
	    {"  - {at: 4s, bridge: true, set-mac: to-current}\n" REJOINS, "unresolved-client",
	        "querier: {asks: before}\n", 250},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct play p = quick(cases[i].events, cases[i].cause, cases[i].more);

		ck_assert_msg(p.schedule.min_outage_ns == cases[i].implied_ms * NS_PER_MS,
		    "case %zu: %lld ms", i, (long long)(p.schedule.min_outage_ns / NS_PER_MS));
		play_free(&p);
	}
}

PURE_TEST("events", what_the_kernel_cannot_hurry_bounds_the_pace)
{
	struct play p = quick("  - {at: 5s, bridge: true, set: up}\n", "unknown",
	                "bridge: {stp: true, forward-delay: 15s}\n"),
	            q = quick(
	                "  - {at: 5s, bridge: true, recreate: with-same-mac}\n", "unknown", ""),
	            r = shipped("bridge-recreated", 0);

	ck_assert_double_eq(p.schedule.pace, 7.5);
	ck_assert_double_eq(q.schedule.pace, 1); /* the next lookup comes after 125 ms, not 800 */
	ck_assert_double_eq(r.schedule.pace, 7.5 / 0.8);
	play_free(&p);
	play_free(&q);
	play_free(&r);
}

PURE_TEST("events", a_cases_own_text_has_its_events)
{
	struct play p = shipped("pinned-to-zero", 3);
	const char *config = p.s->cases[3].config;
	struct play again = play_of("case.yaml", config, strlen(config), 1);
	struct buf a = {0}, b = {0};

	ck_assert_str_eq(p.s->cases[3].name, again.s->cases[1].name);
	schedule_text(&p.s->cases[3], &p.schedule, &a);
	schedule_text(&again.s->cases[1], &again.schedule, &b);
	ck_assert_str_eq(a.s, b.s);
	ck_assert_ptr_nonnull(strstr(a.s, "6.200"));
	buf_free(&a);
	buf_free(&b);
	play_free(&again);
	play_free(&p);
}

/* ---- as judged ---- */

static void event(struct trace *t, int64_t ms, enum churn_op op, const char *port, struct mac mac)
{
	for (int end = 0; end < 2; end++) {
		build_churn(t, ms + 4 * end, op, port, end);
		t->events[t->n - 1].u.churn.event = 1;
		t->events[t->n - 1].u.churn.mac = mac;
	}
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
	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type == EV_STATE && t->events[i].u.state.at_end)
			t->events[i].u.state.assign_type = 3;
}

PURE_TEST("events", what_an_event_asked_for_is_an_exposure_and_no_breach)
{
	struct trace t;
	struct judgement j;

	pinned_anew(&t, true);
	judge_case(&t, &j);
	ck_assert_msg(j.verdict == VERDICT_PASS, "%s", j.why);
	ck_assert_uint_eq(j.exposures, 1);
	ck_assert_uint_eq(j.invariants, 0);
	ck_assert_uint_eq(j.gateway_mac_changes, 1);
	judgement_free(&j);
	trace_free(&t);

	pinned_anew(&t, false);
	judge_case(&t, &j);
	ck_assert_int_eq(j.verdict, VERDICT_FAIL);
	ck_assert_uint_eq(j.invariants, INVARIANT_GATEWAY_MAC | INVARIANT_ASSIGN_TYPE);
	judgement_free(&j);
	trace_free(&t);
}

PURE_TEST("events", an_event_without_effect_is_no_exposure)
{
	for (int failed = 0; failed < 2; failed++) {
		struct trace t;
		struct judgement j;

		build_meta(&t, "late", CAUSE_NONE);
		build_begin(&t, MAC_PINNED, 3);
		event(&t, 5000, OP_UP, "lowest", mac_from_number(0));
		t.events[t.n - 1].u.churn.err = failed ? -16 : 0;
		build_port(&t, 5002, "lowest", PORT_LOWEST, MAC_LOWEST);
		t.events[t.n - 1].u.link.flags = failed ? IFF_UP : 0;
		build_traffic(&t, 0, 60250, LAST_SEEN_ANSWERED, MAC_PINNED);
		build_end(&t, 60000);
		judge_case(&t, &j);
		ck_assert_int_eq(j.verdict, VERDICT_INCONCLUSIVE);
		ASSERT_HAS(j.why, "no event was seen to take effect");
		judgement_free(&j);
		trace_free(&t);
	}
}

PURE_TEST("events", an_event_that_leaves_what_is_inherited_alone_suits_a_negative_control)
{
	for (int lower = 0; lower < 2; lower++) {
		struct trace t;
		struct judgement j;

		build_meta(&t, "inherited", CAUSE_NONE);
		t.meta.exposures_none = true;
		build_begin(&t, MAC_PINNED, 3);
		event(&t, 5000, OP_SET_MAC, "c2",
		    lower ? mac_from_number(0x020000000000) : MAC_OTHER);
		build_port(
		    &t, 5002, "c2", PORT_C2, lower ? mac_from_number(0x020000000000) : MAC_OTHER);
		build_traffic(&t, 0, 60250, LAST_SEEN_ANSWERED, MAC_PINNED);
		build_end(&t, 60000);
		judge_case(&t, &j);
		ck_assert_msg(
		    j.verdict == (lower ? VERDICT_INCONCLUSIVE : VERDICT_PASS), "%s", j.why);
		judgement_free(&j);
		trace_free(&t);
	}
}

PURE_TEST("events", a_bridge_set_down_by_an_event_may_lose_its_carrier)
{
	for (int asked = 0; asked < 2; asked++) {
		struct trace t;
		struct judgement j;

		build_meta(&t, "down", CAUSE_NONE);
		build_begin(&t, MAC_PINNED, 3);
		event(&t, 5000, asked ? OP_DOWN : OP_UP, asked ? "br0" : "c2", mac_from_number(0));
		build_bridge(&t, 5002, MAC_PINNED);
		t.events[t.n - 1].u.link.carrier = 0;
		build_traffic(&t, 0, 60250, LAST_SEEN_ANSWERED, MAC_PINNED);
		build_end(&t, 60000);
		judge_case(&t, &j);
		ck_assert_uint_eq(j.invariants, asked ? 0 : INVARIANT_CARRIER);
		judgement_free(&j);
		trace_free(&t);
	}
}

/* Made again in `ms`; a control, or an arm, loses lookups meanwhile. */
static enum verdict made_again(enum cause breaks, int64_t ms)
{
	struct trace t;
	struct judgement j;
	enum verdict v;

	build_meta(&t, "again", breaks);
	build_begin(&t, MAC_PINNED, 3);
	build_traffic(&t, 0, 5000, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_churn(&t, 5000, OP_RECREATE, "br0", false);
	t.events[t.n - 1].u.churn.event = 1;
	build_churn(&t, 5000 + ms, OP_RECREATE, "br0", true);
	t.events[t.n - 1].u.churn.event = 1;
	build_bridge(&t, 5001, MAC_PINNED);
	t.events[t.n - 1].u.link.gone = 1;
	build_traffic(&t, 5000, 6000, LAST_SEEN_PORT, MAC_PINNED);
	build_traffic(&t, 6000, 60250, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_end(&t, 60000);
	judge_case(&t, &j);
	v = j.verdict;
	judgement_free(&j);
	trace_free(&t);
	return v;
}

PURE_TEST("events", a_bridge_that_was_away_for_long_proves_nothing)
{
	ck_assert_int_eq(made_again(CAUSE_NONE, 400), VERDICT_FAIL);
	ck_assert_int_eq(made_again(CAUSE_NONE, 11000), VERDICT_INVALID);
	ck_assert_int_eq(made_again(CAUSE_STALE_GATEWAY, 400), VERDICT_INCONCLUSIVE);
	ck_assert_int_eq(made_again(CAUSE_STALE_GATEWAY, 11000), VERDICT_INVALID);
}
