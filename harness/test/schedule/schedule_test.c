/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schedule_test.c: tests of schedules: times, MACs, faults, as text and in a trace. */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "scenario/churn.h"
#include "schedule/schedule_meta.h"
#include "schedule/streams.h"
#include "test/kit/scenarios.h"

/* The control (index 0) or the pinned arm (1) of a scenario. */
static struct plan quick(const char *clients, const char *churn, size_t index, uint64_t seed)
{
	AUTO_FREE char *text = SCENARIO_TEXT(.clients = clients, .churn = churn);

	return plan_make("quick.yaml", text, index, seed);
}

static void check_event(const struct schedule *s, size_t i, int64_t t_ms, enum churn_op op,
    const char *port, unsigned cycle)
{
	ck_assert_uint_lt(i, s->n);
	ck_assert_int_eq(s->events[i].t_ns, t_ms * NS_PER_MS);
	ck_assert_int_eq(s->events[i].op, op);
	ck_assert_str_eq(s->events[i].port, port);
	ck_assert_uint_eq(s->events[i].cycle, cycle);
}

PURE_TEST("schedule", cycles_start_at_zero_and_end_within)
{
	AUTO_PLAN p = quick("{c1: {}}", "{g: {joins: every 7s, leaves: after 6s}}", 0, 1);
	const struct schedule *s = &p.schedule;

	/* 0, 7, ... 49; the one at 56 s could not leave by 60 s */
	ck_assert_uint_eq(s->n, 16);
	check_event(s, 0, 0, OP_JOIN, "g", 0);
	check_event(s, 1, 6000, OP_LEAVE, "g", 0);
	check_event(s, 2, 7000, OP_JOIN, "g", 1);
	check_event(s, 15, 55000, OP_LEAVE, "g", 7);
	AUTO_PLAN whole = quick("{c1: {}}", "{g: {joins: every 15s, leaves: after 15000us}}", 0, 1);
	ck_assert_uint_eq(whole.schedule.n, 8);
	AUTO_PLAN tight = quick("{c1: {}}", "{g: {joins: every 20s, leaves: after 19999ms}}", 0, 1);
	ck_assert_uint_eq(tight.schedule.n, 6);
	struct churn longer = {
	    .joins = JOIN_EVERY, .joins_ns = 9, .leaves = LEAVE_AFTER, .leaves_ns = 8};
	ck_assert_uint_eq(churn_cycles(&longer, 7), 0);
	ck_assert_uint_eq(churn_cycles(&longer, 8), 1);
	ck_assert_uint_eq(churn_cycles(&longer, 16), 1);
	ck_assert_uint_eq(churn_cycles(&longer, 17), 2);
}

PURE_TEST("schedule", leaves_come_before_joins_and_counts_spread)
{
	AUTO_PLAN p = quick("{c1: {}}",
	    "{b: {joins: at 5s, leaves: never}, a: {joins: before, leaves: at 5s, count: 2}}", 0,
	    1);
	const struct schedule *s = &p.schedule;

	ck_assert_uint_eq(s->n, 5);
	check_event(s, 0, -3000, OP_JOIN, "a-1", 0);
	check_event(s, 1, -3000, OP_JOIN, "a-2", 0);
	check_event(s, 2, 5000, OP_LEAVE, "a-1", 0);
	check_event(s, 3, 5000, OP_LEAVE, "a-2", 0);
	check_event(s, 4, 5000, OP_JOIN, "b", 0);
	ck_assert_uint_eq(s->events[4].churn, 0);
	ck_assert_uint_eq(s->events[0].churn, 1);
	ck_assert(mac_cmp(s->events[0].mac, s->events[1].mac) != 0);
	ck_assert(mac_cmp(s->events[0].mac, s->events[2].mac) == 0);
}

PURE_TEST("schedule", macs_depend_on_seed_and_group_only)
{
	static const char churn[] = "{a: {joins: every 3s, leaves: after 2s, count: 2}, "
	                            "low: {joins: at 1s, leaves: never, port-mac: below-all}}";
	AUTO_PLAN control = quick("{c1: {}, c2: {}}", churn, 0, 7);
	AUTO_PLAN arm = quick("{c1: {}, c2: {}}", churn, 1, 7);
	AUTO_PLAN other = quick("{c1: {}, c2: {}}", churn, 0, 8);
	const struct schedule *a = &control.schedule, *b = &arm.schedule, *o = &other.schedule;
	AUTO_BUF text = {0}, arm_text = {0};

	ck_assert_uint_eq(a->seed, 7);
	schedule_text(control.c, a, &text);
	schedule_text(arm.c, b, &arm_text);
	ck_assert_str_eq(text.s, arm_text.s);
	ck_assert_mem_eq(a->client_port_macs, b->client_port_macs, 2 * sizeof(struct mac));
	ck_assert(!mac_cmp(a->bridge_create_mac, b->bridge_create_mac));
	ck_assert(!mac_cmp(a->bridge_other_mac, b->bridge_other_mac));
	ck_assert(!mac_cmp(a->fault_mac, b->fault_mac));
	ck_assert(mac_cmp(a->events[0].mac, o->events[0].mac) != 0);
	ck_assert(mac_cmp(a->client_port_macs[0], o->client_port_macs[0]) != 0);
}

PURE_TEST("schedule", a_pinned_mac_is_given_at_create)
{
	AUTO_FREE char *pinned = SCENARIO_TEXT(.more = "bridge: {pin: 0a:58:0a:00:00:01}\n");
	AUTO_PLAN a = plan_make("x.yaml", pinned, 0, 7), b = plan_make("x.yaml", YAML_PLAIN, 0, 7);

	ck_assert_uint_eq(mac_number(a.schedule.bridge_create_mac), UINT64_C(0x0a580a000001));
	/* and all else is as without it */
	ck_assert(!mac_cmp(a.schedule.bridge_other_mac, b.schedule.bridge_other_mac));
	ck_assert(!mac_cmp(a.schedule.events[0].mac, b.schedule.events[0].mac));
}

static void all_differ(const struct mac *macs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(mac_cmp(macs[i], macs[k]) != 0, "MACs %zu and %zu", i, k);
}

PURE_TEST("schedule", macs_are_unicast_local_and_distinct)
{
	for (uint64_t seed = 0; seed < 50; seed++) {
		AUTO_PLAN p = quick("{c1: {}, c2: {}, c3: {port-mac: above-all}}",
		    "{a: {joins: at 1s, leaves: never, count: 40}, "
		    "b: {joins: at 1s, leaves: never, count: 9, port-mac: below-all}, "
		    "c: {joins: at 1s, leaves: never, count: 9, port-mac: above-all}}",
		    0, seed);
		const struct schedule *s = &p.schedule;
		struct mac macs[80];
		size_t n = 0;

		for (size_t i = 0; i < s->n; i++)
			macs[n++] = s->events[i].mac;
		for (size_t i = 0; i < 3; i++) {
			macs[n++] = s->client_port_macs[i];
			macs[n++] = s->client_macs[i];
		}
		macs[n++] = s->bridge_create_mac;
		macs[n++] = s->bridge_other_mac;
		macs[n++] = s->fault_mac;
		all_differ(macs, n);
		for (size_t i = 0; i < n; i++)
			ck_assert_int_eq(macs[i].b[0] & 3, 2);
		for (size_t i = 0; i < s->n; i++)
			ck_assert(s->events[i].churn == 2 || s->events[i].mac.b[0] < 0xfe);
		/* anchors, and the bridge's own MAC above them */
		ck_assert_uint_eq(s->client_port_macs[0].b[0], 0xfe);
		ck_assert_int_gt(mac_cmp(s->bridge_create_mac, s->client_port_macs[0]), 0);
		ck_assert_int_gt(mac_cmp(s->bridge_create_mac, s->client_port_macs[2]), 0);
	}
}

PURE_TEST("schedule", below_all_is_below_all)
{
	for (uint64_t seed = 0; seed < 100; seed++) {
		AUTO_PLAN p = quick("{c1: {}, c2: {port-mac: random}}",
		    "{low: {joins: every 3s, leaves: after 1s, port-mac: below-all, count: 2}, "
		    "other: {joins: every 2s, leaves: after 1s, count: 20}}",
		    0, seed);
		const struct schedule *s = &p.schedule;
		struct mac first = {{0}}, second = {{0}};

		for (size_t i = 0; i < s->n; i++) {
			if (!strcmp(s->events[i].port, "low-1"))
				first = s->events[i].mac;
			if (!strcmp(s->events[i].port, "low-2"))
				second = s->events[i].mac;
		}
		ck_assert_int_lt(mac_cmp(second, first), 0);
		ck_assert_uint_eq(first.b[0], 2);
		for (size_t i = 0; i < s->n; i++) {
			const struct sched_event *ev = &s->events[i];

			if (!strncmp(ev->port, "other", 5))
				ck_assert_int_gt(mac_cmp(ev->mac, first), 0);
			/* the same at each rejoin */
			if (!strcmp(ev->port, "low-1"))
				ck_assert_int_eq(mac_cmp(ev->mac, first), 0);
		}
		ck_assert_int_gt(mac_cmp(s->client_port_macs[0], first), 0);
	}
}

static struct mac mac_of(const struct schedule *s, const char *port)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->events[i].port, port))
			return s->events[i].mac;
	ck_abort_msg("no port %s", port);
	return mac_from_number(0);
}

PURE_TEST("schedule", extremes_stay_beyond_fixed_macs)
{
	AUTO_PLAN p = quick("{c1: {port-mac: \"00:16:3e:00:00:05\"}, c2: {}}",
	    "{low: {joins: at 1s, leaves: never, port-mac: below-all},"
	    "low2: {joins: at 2s, leaves: never, port-mac: below-all},"
	    "top: {joins: at 1s, leaves: never, port-mac: above-all},"
	    "f: {joins: at 1s, leaves: never, port-mac: \"fe:ff:ff:ff:00:00\"}}",
	    0, 3);
	const struct schedule *s = &p.schedule;
	struct mac low = mac_of(s, "low"), low2 = mac_of(s, "low2"), top = mac_of(s, "top");

	ck_assert_int_lt(mac_cmp(low, s->client_port_macs[0]), 0);
	ck_assert_int_lt(mac_cmp(low2, low), 0);
	ck_assert_int_gt(mac_cmp(top, mac_of(s, "f")), 0);
	ck_assert(mac_is_unicast(low) && mac_is_unicast(low2) && mac_is_unicast(top));
	/* a fixed one in the middle of where below-all usually is */
	static const char middle[] = "{c1: {port-mac: \"02:00:00:00:00:03\"}}";
	AUTO_PLAN two = quick(
	    middle, "{low: {joins: at 1s, leaves: never, port-mac: below-all, count: 2}}", 0, 3);
	ck_assert_uint_eq(mac_number(mac_of(&two.schedule, "low-1")), UINT64_C(0x020000000002));
	ck_assert_uint_eq(mac_number(mac_of(&two.schedule, "low-2")), UINT64_C(0x020000000001));
	AUTO_PLAN three = quick(
	    middle, "{low: {joins: at 1s, leaves: never, port-mac: below-all, count: 3}}", 0, 3);
	ck_assert_uint_eq(mac_of(&three.schedule, "low-1").b[0], 0);
}

PURE_TEST("schedule", the_kernel_chooses_where_it_is_asked_to)
{
	AUTO_PLAN p = quick("{c1: {}, c2: {port-mac: kernel}}",
	    "{g: {joins: every 3s, leaves: after 2s, port-mac: kernel}}", 0, 1);

	for (size_t i = 0; i < p.schedule.n; i++)
		ck_assert(mac_is_zero(p.schedule.events[i].mac));
	ck_assert(mac_is_zero(p.schedule.client_port_macs[1]));
	ck_assert(!mac_is_zero(p.schedule.client_port_macs[0]));
}

PURE_TEST("schedule", the_first_scenarios_are_as_they_should_be)
{
	AUTO_PLAN report = plan_shipped("original-report/inherited,guest=every-200ms+after-140ms");
	AUTO_PLAN leaves =
	    plan_shipped("lowest-port-leaves/pinned-at-create,leaves-by=namespace-death");
	AUTO_PLAN joins = plan_shipped("lower-port-joins/inherited,kind=tap-down");
	const struct mac *ports = joins.schedule.client_port_macs;

	ck_assert(report.schedule.pace == 6);
	ck_assert_uint_eq(report.schedule.n_attempts, 60);
	ck_assert_uint_eq(report.schedule.n, 600);
	ck_assert_int_ge(report.schedule.min_outage_ns, 4 * NS_PER_S);
	ck_assert(leaves.schedule.pace == 20);
	ck_assert_uint_eq(leaves.schedule.n_attempts, 240);
	ck_assert_uint_eq(leaves.schedule.n, 2);
	check_event(&leaves.schedule, 1, 5000, OP_LEAVE, "lowest", 0);
	ck_assert_int_eq(joins.schedule.min_outage_ns, 7500 * NS_PER_MS);
	ck_assert_int_lt(mac_cmp(ports[0], ports[1]), 0);
	ck_assert_int_lt(mac_cmp(joins.schedule.events[0].mac, ports[0]), 0);
	ck_assert(!joins.c->clients[0].looks_up && joins.c->clients[1].looks_up);
}

/* The faulted arm; two ports join every 20 s and leave after 10 s. */
static struct plan faulted(const char *fault)
{
	AUTO_FREE char *more =
	    mem_printf("fault: {arm: pinned, %s}\nexpect: {verdict: fail}\n", fault);
	AUTO_FREE char *text =
	    SCENARIO_TEXT(.churn = "{g: {joins: every 20s, leaves: after 10s, count: 2}}",
	        .more = more);

	return plan_make("f.yaml", text, 2, 1);
}

PURE_TEST("schedule", faults_are_scheduled)
{
	AUTO_PLAN pin = faulted("what: undo-pin");
	AUTO_PLAN drop = faulted("what: forward-drop, at: 5s, for: 2s");
	AUTO_PLAN address = faulted("what: re-address, at: 5s");
	AUTO_PLAN talks = faulted("what: gateway-talks, every: 1s");
	AUTO_PLAN other = faulted("what: override, set: {churn: {g: {leaves: after 3s}}}");
	const struct sched_event *e = pin.schedule.events;

	ck_assert_uint_eq(pin.schedule.n, 18); /* 3 cycles x 2 ports x (join, fault, leave) */
	check_event(&pin.schedule, 0, 0, OP_JOIN, "g-1", 0);
	check_event(&pin.schedule, 1, 0, OP_FAULT, "undo-pin", 0);
	check_event(&pin.schedule, 2, 0, OP_JOIN, "g-2", 0);
	check_event(&pin.schedule, 3, 0, OP_FAULT, "undo-pin", 0);
	ck_assert(!mac_cmp(e[0].mac, e[1].mac));
	ck_assert(!mac_cmp(e[2].mac, e[3].mac));
	check_event(&pin.schedule, 4, 10000, OP_LEAVE, "g-1", 0);
	check_event(&drop.schedule, 2, 5000, OP_FAULT, "forward-drop", 0);
	ck_assert(!drop.schedule.events[2].fault_end);
	check_event(&drop.schedule, 3, 7000, OP_FAULT, "forward-drop", 0);
	ck_assert(drop.schedule.events[3].fault_end);
	check_event(&address.schedule, 2, 5000, OP_FAULT, "re-address", 0);
	ck_assert(!mac_cmp(address.schedule.events[2].mac, address.schedule.fault_mac));
	ck_assert_uint_eq(talks.schedule.n, 72);
	check_event(&talks.schedule, 2, 0, OP_FAULT, "gateway-talks", 0);
	check_event(&talks.schedule, 71, 59000, OP_FAULT, "gateway-talks", 59);
	ck_assert_uint_eq(other.schedule.n, 12);
	check_event(&other.schedule, 2, 3000, OP_LEAVE, "g-1", 0);
}

static char *one_event(int64_t at_ns)
{
	AUTO_FREE char *more =
	    mem_printf("events: [{at: %lldns, bridge: true, set-mac: random}]\n", (long long)at_ns);

	return SCENARIO_TEXT(.clients = "{c1: {}, c2: {}}", .churn = "{}",
	    .lookups = "{every: 1s, family: both, transport: both}", .more = more);
}

/* The times of lookups that the reader of files warns of are those that are played. */
PURE_TEST("schedule", an_event_on_a_lookup_is_warned_of_whichever_stream_it_is)
{
	AUTO_FREE char *text = one_event(9 * NS_PER_S);
	AUTO_PLAN p = plan_make("x.yaml", text, 0, 1);
	struct trace_meta meta = {0};

	streams_make(p.c, &meta);
	ck_assert_uint_eq(meta.n_streams, 9);
	for (size_t i = 0; i + 1 < meta.n_streams; i++) {
		AUTO_FREE char *hit = one_event(9 * NS_PER_S + schedule_phase_ns(NS_PER_S, i));
		AUTO_FREE char *want =
		    mem_printf("warning: an event comes at the time of a lookup of %s,",
		        p.c->clients[meta.streams[i].client].name);
		AUTO_BUF messages = {0};
		AUTO_SCENARIO *s = NULL;

		ck_assert(!scenario_parse("x.yaml", hit, strlen(hit), NULL, &s, &messages));
		ck_assert_msg(messages.len && strstr(messages.s, want), "stream %zu: %s", i,
		    messages.s ? messages.s : "nothing");
	}
	free(meta.streams);
}

PURE_TEST("schedule", the_schedule_as_text)
{
	AUTO_PLAN p = quick("{c1: {}}",
	    "{g: {joins: at 1500ms, leaves: after 2s, port-mac: kernel, leaves-by: release},"
	    "f: {joins: before, leaves: never, kind: tap, port-mac: \"02:00:00:00:00:07\"}}",
	    0, 1);
	AUTO_BUF out = {0};

	schedule_text(p.c, &p.schedule, &out);
	ck_assert_str_eq(out.s, "lookups  c1/ipv4/udp  at 0.125 and every 0.250\n"
	                        "lookups  reference  at 0.049 and every 0.250\n"
	                        "    -3.000  join   f                02:00:00:00:00:07  tap\n"
	                        "     1.500  join   g                (kernel's choice)  veth\n"
	                        "     3.500  leave  g                (kernel's choice)  release\n");
}

PURE_TEST("schedule", the_trace_knows_its_case)
{
	static const char text[] =
	    "summary: What happens\nclients: {c1: {}, c2: {}, c3: {}}\n" YAML_CHURN
	    "lookups: {pause: 1s, timeout: 2s, from: [c3, c1]}\nwarmup: 3s\nduration: 60s\n"
	    "arms: {inherited: {breaks: stale-gateway}, other: {limits: {lost: 3}}}\n"
	    "known:\n"
	    "  - {arm: other, if: kernel < 6.2, breaks: dead-gateway, why: old}\n"
	    "  - {arm: other, if: kernel >= 6.2, why: new}\n"
	    "  - {arm: inherited, why: not this one}\n";
	AUTO_PLAN p = plan_make("dir/meta.yaml", text, 1, 0x7f3a);
	struct trace_meta meta;

	schedule_meta(p.c, &p.schedule, "6.18.44", NULL, &meta);
	ck_assert_str_eq(meta.scenario, "meta");
	ck_assert_str_eq(meta.arm, "other");
	ck_assert_str_eq(meta.name, "meta/other");
	ck_assert_str_eq(meta.slug, "meta_other");
	ck_assert_str_eq(meta.group, "meta");
	ck_assert_str_eq(meta.summary, "What happens");
	ck_assert_str_eq(meta.kernel, "6.18.44");
	ck_assert_ptr_null(meta.fault);
	ck_assert(strstr(meta.config, "seed: 0x7f3a\npace: 20\nname: meta\n") != NULL);
	ck_assert_uint_eq(meta.seed, 0x7f3a);
	ck_assert(meta.pace == 20);
	ck_assert_int_eq(play_id_number(meta.play), 0);
	ck_assert_int_eq(meta.limits.lost, 3);
	ck_assert_int_eq(meta.warmup_ns, 3 * NS_PER_S);
	ck_assert_int_eq(meta.duration_ns, 60 * NS_PER_S);
	ck_assert_uint_eq(meta.n_clients, 3);
	ck_assert_str_eq(meta.clients[2].name, "c3");
	ck_assert_mem_eq(meta.clients[2].ip4, ((uint8_t[]){192, 0, 2, 13}), 4);
	ck_assert_mem_eq(meta.gateway_ip4, ((uint8_t[]){192, 0, 2, 1}), 4);
	ck_assert(!mac_cmp(meta.clients[2].mac, p.schedule.client_macs[2]));
	ck_assert(!mac_cmp(meta.clients[2].port_mac, p.schedule.client_port_macs[2]));
	ck_assert_uint_eq(meta.n_streams, 3);
	ck_assert_str_eq(meta.streams[0].name, "c1/ipv4/udp");
	ck_assert_str_eq(meta.streams[1].name, "c3/ipv4/udp");
	ck_assert_int_eq(meta.streams[1].client, 2);
	ck_assert(meta.streams[1].closed_loop && !meta.streams[1].reference);
	ck_assert_int_eq(meta.streams[1].interval_ns, NS_PER_S);
	ck_assert_str_eq(meta.streams[2].name, "reference");
	ck_assert(meta.streams[2].reference && !meta.streams[2].closed_loop);
	ck_assert_int_eq(meta.streams[2].client, -1);
	ck_assert_int_eq(meta.streams[2].interval_ns, 250 * NS_PER_MS);
	ck_assert_int_eq(meta.streams[2].timeout_ns, 2 * NS_PER_S);
	ck_assert_uint_eq(meta.n_known, 1);
	ck_assert_str_eq(meta.known[0].why, "new");
	ck_assert_int_eq(meta.known[0].breaks, CAUSE_NONE);
	struct trace trace = {.meta = meta};
	trace_free(&trace);
}
