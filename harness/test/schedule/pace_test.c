/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pace_test.c: tests of the pace that a case can bear, and of the outage that its control must
 * show. */
#include <math.h>

#include "base/macros.h"
#include "base/units.h"
#include "test/kit/scenarios.h"

/* Events below a port that joins at 2 s and leaves at 10 s, in a control that breaks by `cause`. */
#define EVENTS_OF(who, cause, lines)                                                               \
	.clients = who, .churn = "{low: {joins: at 2s, leaves: at 10s, port-mac: below-all}}",     \
	.lookups = "{every: 250ms, from: [c1]}", .arms = "{bad: {breaks: " cause "}}",             \
	.more = lines
#define EVENTS(cause, lines) EVENTS_OF("{c1: {}, c2: {}}", cause, lines)

#define SLOW .churn = "{g: {joins: every 3s, leaves: after 2s}}"
#define RECREATED                                                                                  \
	.churn = "{}",                                                                             \
	.more = "warmup: 10s\nevents: [{at: 11s, bridge: true, recreate: with-other-mac}]\n"

PURE_TEST("schedule", pace_is_what_the_case_can_bear)
{
	static const struct {
		struct scenario_values values;
		double asked, got;
	} rows[] = {
	    {{SLOW}, 20, 20},
	    {{SLOW}, 1000, 25}, /* timeout 1 s over 40 ms */
	    {{SLOW, .lookups = "{every: 250ms, timeout: 10s}"}, 1000, 50},
	    {{SLOW, .more = "max-pace: 3.5\n"}, 20, 3.5},
	    {{SLOW, .more = "querier: {asks: before}\n"}, 20, 20},
	    {{SLOW, .more = "upstream: {delay: 600ms}\n"}, 20, 10}, /* 40 ms are left to wait */
	    {{SLOW, .more = "querier: {asks: every 4s}\n"}, 20, 4}, /* a second of real time */
	    /* linkwatch's second: lookups are at half their interval, so at 6 s */
	    {{SLOW, .lookups = "{every: 12s, family: ipv6}",
	         .more = "events: [{at: 2400ms, bridge: true, set: up}]\nwarmup: 12s\n"},
	        20, 3},
	    {{SLOW, .lookups = "{every: 12s}",
	         .more = "events: [{at: 2400ms, bridge: true, set: up}]\nwarmup: 12s\n"},
	        20, 20},
	    {{SLOW, .lookups = "{every: 50ms}"}, 20, 10},
	    {{SLOW, .lookups = "{pause: 25ms}"}, 20, 5},
	    {{.churn = "{g: {joins: every 200ms, leaves: after 140ms}}"}, 20, 6},
	    {{.churn = "{g: {joins: every 200ms, leaves: after 180ms}}"}, 20, 2},
	    {{.churn = "{g: {joins: every 4ms, leaves: after 2ms}}"}, 20, 1},
	    {{.churn = "{g: {joins: every 200ms, leaves: after 140ms, count: 2}}"}, 20, 6},
	    /* a namespace is away for 400 ms and takes 150 ms to go down; a replaced link 25 ms */
	    {{.churn = "{g: {joins: 1/s, leaves: after 700ms, leaves-by: namespace-death}}"}, 20,
	        2},
	    {{.churn = "{g: {joins: 1/s, leaves: after 700ms, leaves-by: release}}"}, 20, 20},
	    {{.churn =
	             "{g: {joins: 1/s, leaves: after 700ms, leaves-by: release, port-mac: kernel}}"},
	        20, 12},
	    {{SLOW}, 0.1, 1},
	    {{SLOW}, (double)NAN, 1},
	    /* two ports' events close to each other */
	    {{.churn = "{a: {joins: at 1s, leaves: never}, b: {joins: at 1010ms, leaves: never}}"},
	        20, 1},
	    {{EVENTS("unknown", "bridge: {stp: true, forward-delay: 15s}\n"
	                        "events: [{at: 5s, bridge: true, set: up}]\n")},
	        20, 7.5},
	    /* a bridge is away for 800 ms: the next lookup, of any stream, comes after 125 ms; the
	     * first stream looks up 4 s after the event, the second one 0.94 s after it */
	    {{EVENTS("unknown", "events: [{at: 5s, bridge: true, recreate: with-same-mac}]\n")}, 20,
	        1},
	    {{RECREATED, .lookups = "{every: 10s, family: ipv4}"}, 20, 5},
	    {{RECREATED, .lookups = "{every: 10s, family: both}"}, 20, 1.18},
	    {{RECREATED, .lookups = "{every: 10s, transport: both}"}, 20, 1.18},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *text = scenario_text(&rows[i].values);
		AUTO_PLAN p = plan_at_pace("pace.yaml", text, 0, 1, rows[i].asked);

		ck_assert_msg(fabs(p.schedule.pace - rows[i].got) < 0.005,
		    "asked %g, got %g, not %g:\n%s", rows[i].asked, p.schedule.pace, rows[i].got,
		    text);
	}
}

#define LEAVES(at) .churn = "{l: {joins: before, leaves: at " at ", port-mac: below-all}}"
#define ANCHORS                                                                                    \
	.clients =                                                                                 \
	    "{c1: {port-mac: \"fe:00:00:00:00:01\"}, c2: {port-mac: \"fe:00:00:00:00:02\"}}",      \
	.churn = "{l: {joins: every 6s, leaves: after 4s, port-mac: below-all}}"
#define EVENT(what) "events: [{at: 5s, bridge: true, " what "}]\n"
#define PINNED "bridge: {pin: at-create}\n"
#define REJOINS                                                                                    \
	"  - {at: 5s, client: c1, leaves: bridge}\n  - {at: 6s, client: c1, joins: bridge}\n"

PURE_TEST("schedule", controls_imply_outages)
{
	static const struct {
		struct scenario_values values;
		int64_t implied_ms;
	} rows[] = {
	    /* a leave: 8 s less two lookups */
	    {{LEAVES("5s")}, 7500},
	    {{LEAVES("5s"), .lookups = "{pause: 1s}"}, 6000},
	    /* an entry as old as that may be about to be probed */
	    {{LEAVES("20s")}, 2500},
	    /* until the end of the case */
	    {{LEAVES("58s")}, 1500},
	    {{LEAVES("59700ms")}, 250},
	    /* another cause: two intervals */
	    {{LEAVES("5s"), .arms = "{bad: {breaks: upstream-silent}, good: {}}"}, 500},
	    /* the MAC comes back: the client behind the anchor port learns of each join, and breaks
	     * by each leave for 1 s */
	    {{.churn = "{l: {joins: every 3s, leaves: after 2s, port-mac: below-all}}"}, 500},
	    /* a client that is not behind the lowest port breaks by the join, until the leave */
	    {{ANCHORS, .lookups = "{every: 250ms, from: [c2]}"}, 3500},
	    /* but is corrected at once when the other client looks up as well */
	    {{ANCHORS}, 1500},
	    /* with MACs of the kernel none comes back: 8 s, less 2 s that the entry may have been
	     * in use, less two pauses */
	    {{.churn = "{g: {joins: every 3s, leaves: after 2s, port-mac: kernel}}",
	         .lookups = "{pause: 1s}"},
	        4000},
	    {{.churn = "{g: {joins: every 200ms, leaves: after 140ms, port-mac: kernel}}",
	         .lookups = "{pause: 1s}"},
	        5860},
	    {{.churn = "{g: {joins: every 200ms, leaves: after 140ms, port-mac: kernel, count: 3}}",
	         .lookups = "{pause: 1s}"},
	        5860},
	    /* their order is unknown, so any change may undo the last one */
	    {{.churn = "{g: {joins: every 9s, leaves: after 3s, port-mac: kernel}, "
	               "h: {joins: at 5s, leaves: never, port-mac: kernel}}"},
	        1500},
	    /* events: 8 s of a stale entry, less two intervals */
	    {{EVENTS("stale-gateway", PINNED EVENT("set-mac: random"))}, 7500},
	    {{EVENTS(
	         "stale-gateway", "bridge: {pin: to-other}\n" EVENT("recreate: with-other-mac"))},
	        7500},
	    {{EVENTS("stale-gateway", PINNED EVENT("recreate: without-mac"))}, 7500},
	    /* as it was: nothing is implied but two intervals, of which one is left */
	    {{EVENTS("stale-gateway", PINNED EVENT("recreate: with-same-mac"))}, 250},
	    {{EVENTS("stale-gateway", PINNED EVENT("set-mac: to-current"))}, 250},
	    /* until a real MAC is set */
	    {{EVENTS("dead-gateway", "events:\n"
	                             "  - {at: 5s, bridge: true, set-mac: same-as c1}\n"
	                             "  - {at: 15s, bridge: true, set-mac: random}\n")},
	        9500},
	    {{EVENTS("dead-gateway", "events:\n"
	                             "  - {at: 20s, client: c1, leaves: bridge}\n"
	                             "  - {at: 20s, client: c2, leaves: bridge}\n"
	                             "  - {at: 21s, bridge: true, set-mac: to-current}\n"
	                             "  - {at: 22s, client: c1, joins: bridge}\n")},
	        38500},
	    /* a MAC inherited from a port that has a client's MAC is dead as well, until another
	     * port is lower */
	    {{EVENTS("dead-gateway", "events:\n"
	                             "  - {at: 12s, client: c2, end: port, set-mac: same-as c1}\n"
	                             "  - {at: 22s, client: c1, end: port, set-mac: below-all}\n")},
	        9500},
	    {{EVENTS(
	         "stale-client", "events: [{at: 5s, client: c1, end: own, set-mac: random}]\n")},
	        7500},
	    {{EVENTS("port-not-forwarding",
	         "bridge: {stp: true, forward-delay: 10s}\nevents:\n" REJOINS)},
	        19500},
	    /* as long as a client that received no solicitation keeps its own entry */
	    {{EVENTS("unresolved-client", "querier: {asks: before}\nevents:\n" REJOINS
	                                  "  - {at: 7s, bridge: true, set-mac: to-current}\n")},
	        7500},
	    {{EVENTS("unresolved-client", "querier: {asks: before}\nevents:\n" REJOINS
	                                  "  - {at: 20s, bridge: true, set-mac: to-current}\n")},
	        2500},
	    {{EVENTS("unresolved-client", "querier: {asks: every 5s}\nevents:\n" REJOINS
	                                  "  - {at: 7s, bridge: true, set-mac: to-current}\n")},
	        4500},
	    /* one that never reports: a querier and a flap of its link do not help */
	    {{EVENTS_OF("{c1: {mld-reports: never}, c2: {}}", "unresolved-client",
	         "querier: {asks: every 5s}\nevents:\n"
	         "  - {at: 6s, client: c1, end: port, set: down}\n"
	         "  - {at: 6500ms, client: c1, end: port, set: up}\n"
	         "  - {at: 7s, bridge: true, set-mac: to-current}\n")},
	        7500},
	    /* not when its link flapped, and not when the gateway forgets it before it rejoins */
	    {{EVENTS("unresolved-client", "querier: {asks: before}\nevents:\n" REJOINS
	                                  "  - {at: 7s, client: c1, end: port, set: down}\n"
	                                  "  - {at: 7500ms, client: c1, end: port, set: up}\n"
	                                  "  - {at: 8s, bridge: true, set-mac: to-current}\n")},
	        250},
	    {{EVENTS("unresolved-client",
	         "querier: {asks: before}\nevents:\n"
	         "  - {at: 4s, bridge: true, set-mac: to-current}\n" REJOINS)},
	        250},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *text = scenario_text(&rows[i].values);

		for (uint64_t seed = 0; seed < 5; seed++) {
			AUTO_PLAN p = plan_make("outage.yaml", text, 0, seed);

			ck_assert_msg(p.schedule.min_outage_ns == rows[i].implied_ms * NS_PER_MS,
			    "%lld ms, not %lld:\n%s",
			    (long long)(p.schedule.min_outage_ns / NS_PER_MS),
			    (long long)rows[i].implied_ms, text);
		}
	}
}

PURE_TEST("schedule", an_arm_implies_no_outage)
{
	AUTO_PLAN p = plan_make("x.yaml", YAML_PLAIN, 1, 1);

	ck_assert_int_eq(p.schedule.min_outage_ns, 0);
}
