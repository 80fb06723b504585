/* schedule_test.c: tests of schedules: times, MACs, pace, and what a control must show. */
#include "test/kit/ctest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "scenario/churn.h"
#include "scenario/scenario.h"
#include "schedule/schedule.h"
#include "schedule/schedule_meta.h"
#include "schedule/streams.h"

/* A scenario with one case looked at: its control's, the arm's or the faulted one's. */
struct play {
	struct scenario *s;
	const struct scenario_case *c;
	struct schedule schedule;
};

static struct play play_of(
    const char *name, const char *text, size_t index, uint64_t seed, double pace)
{
	struct scenario_options o = {.allow_faults = true};
	struct buf messages = {0};
	struct play p = {0};
	int r = scenario_parse(name, text, strlen(text), &o, &p.s, &messages);

	ck_assert_msg(r == 0, "%s", messages.s);
	ck_assert_uint_lt(index, p.s->n_cases);
	p.c = &p.s->cases[index];
	schedule_make(p.c, seed, pace, &p.schedule);
	return p;
}

static void play_free(struct play *p)
{
	schedule_free(&p->schedule);
	scenario_free(p->s);
}

/* A scenario's text around its churn and its lookups; index 0 is the control, 1 the pinned arm. */
static char *text_of(const char *clients, const char *churn, const char *more)
{
	return mem_printf("summary: x\nclients: %s\nchurn: %s\n%s%sduration: 60s\n"
	                  "arms: {inherited: {breaks: stale-gateway}, pinned: {bridge: {pin: "
	                  "at-create}}}\n",
	    clients, churn, more, strstr(more, "lookups:") ? "" : "lookups: {every: 250ms}\n");
}

static struct play quick(
    const char *clients, const char *churn, const char *more, size_t index, uint64_t seed)
{
	char *text = text_of(clients, churn, more);
	struct play p = play_of("quick.yaml", text, index, seed, 20);

	free(text);
	return p;
}

static struct play shipped(const char *scenario, const char *name)
{
	char *path = mem_printf("%s.yaml", scenario), *text = ctest_scenario(scenario, NULL);
	struct play p = play_of(path, text, 0, 1, 20);

	schedule_free(&p.schedule);
	p.c = NULL;
	for (size_t i = 0; i < p.s->n_cases; i++)
		if (!strcmp(p.s->cases[i].name, name))
			p.c = &p.s->cases[i];
	ck_assert_msg(p.c != NULL, "no case %s", name);
	schedule_make(p.c, 1, 20, &p.schedule);
	free(text);
	free(path);
	return p;
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

START_TEST(cycles_start_at_zero_and_end_within)
{
	struct play p = quick("{c1: {}}", "{g: {joins: every 7s, leaves: after 6s}}", "", 0, 1);
	const struct schedule *s = &p.schedule;

	/* 0, 7, ... 49; the one at 56 s could not leave by 60 s */
	ck_assert_uint_eq(s->n, 16);
	check_event(s, 0, 0, OP_JOIN, "g", 0);
	check_event(s, 1, 6000, OP_LEAVE, "g", 0);
	check_event(s, 2, 7000, OP_JOIN, "g", 1);
	check_event(s, 15, 55000, OP_LEAVE, "g", 7);
	play_free(&p);
	p = quick("{c1: {}}", "{g: {joins: every 15s, leaves: after 15000us}}", "", 0, 1);
	ck_assert_uint_eq(p.schedule.n, 8);
	play_free(&p);
	p = quick("{c1: {}}", "{g: {joins: every 20s, leaves: after 19999ms}}", "", 0, 1);
	ck_assert_uint_eq(p.schedule.n, 6);
	play_free(&p);
	struct churn longer = {
	    .joins = JOIN_EVERY, .joins_ns = 9, .leaves = LEAVE_AFTER, .leaves_ns = 8};
	ck_assert_uint_eq(churn_cycles(&longer, 7), 0);
	ck_assert_uint_eq(churn_cycles(&longer, 8), 1);
	ck_assert_uint_eq(churn_cycles(&longer, 16), 1);
	ck_assert_uint_eq(churn_cycles(&longer, 17), 2);
}
END_TEST

START_TEST(leaves_come_before_joins_and_counts_spread)
{
	struct play p = quick("{c1: {}}",
	    "{b: {joins: at 5s, leaves: never}, a: {joins: before, leaves: at 5s, count: 2}}", "",
	    0, 1);
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
	play_free(&p);
}
END_TEST

START_TEST(macs_depend_on_seed_and_group_only)
{
	static const char churn[] = "{a: {joins: every 3s, leaves: after 2s, count: 2}, "
	                            "low: {joins: at 1s, leaves: never, port-mac: below-all}}";
	struct play control = quick("{c1: {}, c2: {}}", churn, "", 0, 7);
	struct play arm = quick("{c1: {}, c2: {}}", churn, "", 1, 7);
	struct play other = quick("{c1: {}, c2: {}}", churn, "", 0, 8);
	const struct schedule *a = &control.schedule, *b = &arm.schedule, *o = &other.schedule;
	struct buf text = {0}, arm_text = {0};

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
	buf_free(&text);
	buf_free(&arm_text);
	play_free(&control);
	play_free(&arm);
	play_free(&other);
}
END_TEST

START_TEST(a_pinned_mac_is_given_at_create)
{
	char *pinned = text_of("{c1: {}, c2: {}}", "{low: {joins: at 1s, leaves: never}}",
	         "bridge: {pin: 0a:58:0a:00:00:01}\n"),
	     *plain = text_of("{c1: {}, c2: {}}", "{low: {joins: at 1s, leaves: never}}", "");
	struct play a = play_of("x.yaml", pinned, 0, 7, 20), b = play_of("x.yaml", plain, 0, 7, 20);

	ck_assert_uint_eq(mac_number(a.schedule.bridge_create_mac), UINT64_C(0x0a580a000001));
	/* and all else is as without it */
	ck_assert(!mac_cmp(a.schedule.bridge_other_mac, b.schedule.bridge_other_mac));
	ck_assert(!mac_cmp(a.schedule.events[0].mac, b.schedule.events[0].mac));
	play_free(&a);
	play_free(&b);
	free(pinned);
	free(plain);
}
END_TEST

static void all_differ(const struct mac *macs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(mac_cmp(macs[i], macs[k]) != 0, "MACs %zu and %zu", i, k);
}

START_TEST(macs_are_unicast_local_and_distinct)
{
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct play p = quick("{c1: {}, c2: {}, c3: {port-mac: above-all}}",
		    "{a: {joins: at 1s, leaves: never, count: 40}, "
		    "b: {joins: at 1s, leaves: never, count: 9, port-mac: below-all}, "
		    "c: {joins: at 1s, leaves: never, count: 9, port-mac: above-all}}",
		    "", 0, seed);
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
		play_free(&p);
	}
}
END_TEST

START_TEST(below_all_is_below_all)
{
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct play p = quick("{c1: {}, c2: {port-mac: random}}",
		    "{low: {joins: every 3s, leaves: after 1s, port-mac: below-all, count: 2}, "
		    "other: {joins: every 2s, leaves: after 1s, count: 20}}",
		    "", 0, seed);
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
		play_free(&p);
	}
}
END_TEST

static struct mac mac_of(const struct schedule *s, const char *port)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->events[i].port, port))
			return s->events[i].mac;
	ck_abort_msg("no port %s", port);
	return mac_from_number(0);
}

START_TEST(extremes_stay_beyond_fixed_macs)
{
	struct play p = quick("{c1: {port-mac: \"00:16:3e:00:00:05\"}, c2: {}}",
	    "{low: {joins: at 1s, leaves: never, port-mac: below-all},"
	    "low2: {joins: at 2s, leaves: never, port-mac: below-all},"
	    "top: {joins: at 1s, leaves: never, port-mac: above-all},"
	    "f: {joins: at 1s, leaves: never, port-mac: \"fe:ff:ff:ff:00:00\"}}",
	    "", 0, 3);
	const struct schedule *s = &p.schedule;
	struct mac low = mac_of(s, "low"), low2 = mac_of(s, "low2"), top = mac_of(s, "top");

	ck_assert_int_lt(mac_cmp(low, s->client_port_macs[0]), 0);
	ck_assert_int_lt(mac_cmp(low2, low), 0);
	ck_assert_int_gt(mac_cmp(top, mac_of(s, "f")), 0);
	ck_assert(mac_is_unicast(low) && mac_is_unicast(low2) && mac_is_unicast(top));
	play_free(&p);
	/* a fixed one in the middle of where below-all usually is */
	p = quick("{c1: {port-mac: \"02:00:00:00:00:03\"}}",
	    "{low: {joins: at 1s, leaves: never, port-mac: below-all, count: 2}}", "", 0, 3);
	ck_assert_uint_eq(mac_number(mac_of(&p.schedule, "low-1")), UINT64_C(0x020000000002));
	ck_assert_uint_eq(mac_number(mac_of(&p.schedule, "low-2")), UINT64_C(0x020000000001));
	play_free(&p);
	p = quick("{c1: {port-mac: \"02:00:00:00:00:03\"}}",
	    "{low: {joins: at 1s, leaves: never, port-mac: below-all, count: 3}}", "", 0, 3);
	ck_assert_uint_eq(mac_of(&p.schedule, "low-1").b[0], 0);
	play_free(&p);
}
END_TEST

START_TEST(the_kernel_chooses_where_it_is_asked_to)
{
	struct play p = quick("{c1: {}, c2: {port-mac: kernel}}",
	    "{g: {joins: every 3s, leaves: after 2s, port-mac: kernel}}", "", 0, 1);

	for (size_t i = 0; i < p.schedule.n; i++)
		ck_assert(mac_is_zero(p.schedule.events[i].mac));
	ck_assert(mac_is_zero(p.schedule.client_port_macs[1]));
	ck_assert(!mac_is_zero(p.schedule.client_port_macs[0]));
	play_free(&p);
}
END_TEST

static void check_pace(const char *churn, const char *more, double asked, double got)
{
	char *text = text_of("{c1: {}}", churn, more);
	struct play p = play_of("pace.yaml", text, 0, 1, asked);

	ck_assert_msg(
	    p.schedule.pace == got, "asked %g, got %g, not %g", asked, p.schedule.pace, got);
	play_free(&p);
	free(text);
}

START_TEST(pace_is_what_the_case_can_bear)
{
	static const char slow[] = "{g: {joins: every 3s, leaves: after 2s}}";

	check_pace(slow, "", 20, 20);
	check_pace(slow, "", 1000, 25); /* timeout 1 s over 40 ms */
	check_pace(slow, "lookups: {every: 250ms, timeout: 10s}\n", 1000, 50);
	check_pace(slow, "max-pace: 3.5\n", 20, 3.5);
	check_pace(slow, "querier: {asks: before}\n", 20, 20);
	check_pace(slow, "querier: {asks: every 4s}\n", 20, 4); /* a second of real time */
	/* linkwatch's second: lookups are at half their interval, so at 6 s */
	check_pace(slow,
	    "events: [{at: 2400ms, bridge: true, set: up}]\n"
	    "lookups: {every: 12s, family: ipv6}\nwarmup: 12s\n",
	    20, 3);
	check_pace(slow,
	    "events: [{at: 2400ms, bridge: true, set: up}]\n"
	    "lookups: {every: 12s}\nwarmup: 12s\n",
	    20, 20);
	check_pace(slow, "lookups: {every: 50ms}\n", 20, 10);
	check_pace(slow, "lookups: {pause: 25ms}\n", 20, 5);
	check_pace("{g: {joins: every 200ms, leaves: after 140ms}}", "", 20, 6);
	check_pace("{g: {joins: every 200ms, leaves: after 180ms}}", "", 20, 2);
	check_pace("{g: {joins: every 4ms, leaves: after 2ms}}", "", 20, 1);
	check_pace("{g: {joins: every 200ms, leaves: after 140ms, count: 2}}", "", 20, 6);
	/* a namespace is away for 400 ms and takes 150 ms to go down; a replaced link 25 ms */
	check_pace("{g: {joins: 1/s, leaves: after 700ms, leaves-by: namespace-death}}", "", 20, 2);
	check_pace("{g: {joins: 1/s, leaves: after 700ms, leaves-by: release}}", "", 20, 20);
	check_pace("{g: {joins: 1/s, leaves: after 700ms, leaves-by: release, port-mac: kernel}}",
	    "", 20, 12);
	check_pace(slow, "", 0.1, 1);
	check_pace(slow, "", (double)NAN, 1);
	/* two ports' events close to each other */
	check_pace(
	    "{a: {joins: at 1s, leaves: never}, b: {joins: at 1010ms, leaves: never}}", "", 20, 1);
}
END_TEST

static void check_implied(
    const char *clients, const char *churn, const char *more, int64_t expected_ms)
{
	for (uint64_t seed = 0; seed < 5; seed++) {
		struct play p = quick(clients, churn, more, 0, seed);

		ck_assert_msg(p.schedule.min_outage_ns == expected_ms * NS_PER_MS,
		    "%s: %lld ms, not %lld", churn,
		    (long long)(p.schedule.min_outage_ns / NS_PER_MS), (long long)expected_ms);
		play_free(&p);
	}
}

#define LOWEST_LEAVES "joins: before, leaves: at 5s, port-mac: below-all"

/* The second stream looks up 0.94 s after the event; the first one, 4 s after it. */
START_TEST(a_bridge_that_is_made_again_is_there_by_the_next_lookup_of_any_stream)
{
	static const char more[] = "warmup: 10s\nlookups: {every: 10s, %s}\n"
	                           "events: [{at: 11s, bridge: true, recreate: with-other-mac}]\n";
	static const struct {
		const char *streams;
		double pace;
	} rows[] = {
	    {"family: ipv4", 5},
	    {"family: both", 1.18},
	    {"transport: both", 1.18},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *lines = mem_printf(more, rows[i].streams);
		struct play p = quick("{c1: {}}", "{}", lines, 0, 1);

		ck_assert_msg(fabs(p.schedule.pace - rows[i].pace) < 0.01, "%s: pace %g",
		    rows[i].streams, p.schedule.pace);
		play_free(&p);
		free(lines);
	}
}
END_TEST

START_TEST(implied_outage_of_a_leave)
{
	/* 8 s less two lookups */
	check_implied("{c1: {}}", "{l: {" LOWEST_LEAVES "}}", "", 7500);
	check_implied("{c1: {}}", "{l: {" LOWEST_LEAVES "}}", "lookups: {pause: 1s}\n", 6000);
	/* an entry as old as that may be about to be probed */
	check_implied(
	    "{c1: {}}", "{l: {joins: before, leaves: at 20s, port-mac: below-all}}", "", 2500);
	/* until the end of the case */
	check_implied(
	    "{c1: {}}", "{l: {joins: before, leaves: at 58s, port-mac: below-all}}", "", 1500);
	check_implied(
	    "{c1: {}}", "{l: {joins: before, leaves: at 59700ms, port-mac: below-all}}", "", 250);
}
END_TEST

START_TEST(implied_outage_until_the_mac_is_back)
{
	/* the client behind the anchor is told of each join, and hurt by each leave for 1 s */
	check_implied(
	    "{c1: {}}", "{l: {joins: every 3s, leaves: after 2s, port-mac: below-all}}", "", 500);
	/* who is not behind the lowest port is hurt by the join, until the leave */
	check_implied(
	    "{c1: {port-mac: \"fe:00:00:00:00:01\"}, c2: {port-mac: \"fe:00:00:00:00:02\"}}",
	    "{l: {joins: every 6s, leaves: after 4s, port-mac: below-all}}",
	    "lookups: {every: 250ms, from: [c2]}\n", 3500);
	/* but healed at once when the other one looks up as well */
	check_implied(
	    "{c1: {port-mac: \"fe:00:00:00:00:01\"}, c2: {port-mac: \"fe:00:00:00:00:02\"}}",
	    "{l: {joins: every 6s, leaves: after 4s, port-mac: below-all}}", "", 1500);
}
END_TEST

START_TEST(implied_outage_of_kernel_macs)
{
	/* no MAC comes back: 8 s, less 2 s that the entry may have been in use, less two pauses */
	check_implied("{c1: {}}", "{g: {joins: every 3s, leaves: after 2s, port-mac: kernel}}",
	    "lookups: {pause: 1s}\n", 4000);
	check_implied("{c1: {}}",
	    "{g: {joins: every 200ms, leaves: after 140ms, port-mac: kernel}}",
	    "lookups: {pause: 1s}\n", 5860);
	check_implied("{c1: {}}",
	    "{g: {joins: every 200ms, leaves: after 140ms, port-mac: kernel, count: 3}}",
	    "lookups: {pause: 1s}\n", 5860);
	/* with unknown order any next change may undo the last */
	check_implied("{c1: {}}",
	    "{g: {joins: every 9s, leaves: after 3s, port-mac: kernel}, "
	    "h: {joins: at 5s, leaves: never, port-mac: kernel}}",
	    "", 1500);
}
END_TEST

START_TEST(implied_outage_of_other_causes_and_arms)
{
	char *text = mem_printf("summary: x\nclients: {c1: {}}\nchurn: {l: {%s}}\n"
	                        "lookups: {every: 250ms}\nduration: 60s\n"
	                        "arms: {bad: {breaks: upstream-silent}, good: {}}\n",
	    LOWEST_LEAVES);
	struct play p = play_of("x.yaml", text, 0, 1, 20);

	ck_assert_int_eq(p.schedule.min_outage_ns, 500 * NS_PER_MS);
	play_free(&p);
	p = play_of("x.yaml", text, 1, 1, 20);
	ck_assert_int_eq(p.schedule.min_outage_ns, 0);
	play_free(&p);
	free(text);
}
END_TEST

START_TEST(the_first_scenarios_are_as_they_should_be)
{
	struct play p =
	    shipped("original-report", "original-report/inherited,guest=every-200ms+after-140ms");

	ck_assert(p.schedule.pace == 6);
	ck_assert_uint_eq(p.schedule.n_attempts, 60);
	ck_assert_uint_eq(p.schedule.n, 600);
	ck_assert_int_ge(p.schedule.min_outage_ns, 4 * NS_PER_S);
	play_free(&p);
	p = shipped(
	    "lowest-port-leaves", "lowest-port-leaves/pinned-at-create,leaves-by=namespace-death");
	ck_assert(p.schedule.pace == 20);
	ck_assert_uint_eq(p.schedule.n_attempts, 240);
	ck_assert_uint_eq(p.schedule.n, 2);
	check_event(&p.schedule, 1, 5000, OP_LEAVE, "lowest", 0);
	play_free(&p);
	p = shipped("lower-port-joins", "lower-port-joins/inherited,kind=tap-down");
	ck_assert_int_eq(p.schedule.min_outage_ns, 7500 * NS_PER_MS);
	ck_assert_int_lt(
	    mac_cmp(p.schedule.client_port_macs[0], p.schedule.client_port_macs[1]), 0);
	ck_assert_int_lt(mac_cmp(p.schedule.events[0].mac, p.schedule.client_port_macs[0]), 0);
	ck_assert(!p.c->clients[0].looks_up && p.c->clients[1].looks_up);
	play_free(&p);
}
END_TEST

static struct play fault_play(const char *fault)
{
	char *text = mem_printf("summary: x\nclients: {c1: {}}\n"
	                        "churn: {g: {joins: every 20s, leaves: after 10s, count: 2}}\n"
	                        "lookups: {every: 250ms}\nduration: 60s\n"
	                        "arms: {inherited: {breaks: stale-gateway}, pinned: {}}\n"
	                        "fault: {arm: pinned, %s}\nexpect: {verdict: fail}\n",
	    fault);
	struct play p = play_of("f.yaml", text, 2, 1, 20);

	free(text);
	return p;
}

START_TEST(faults_are_scheduled)
{
	struct play p = fault_play("what: undo-pin");
	const struct schedule *s = &p.schedule;

	ck_assert_uint_eq(s->n, 18); /* 3 cycles x 2 ports x (join, fault, leave) */
	check_event(s, 0, 0, OP_JOIN, "g-1", 0);
	check_event(s, 1, 0, OP_FAULT, "undo-pin", 0);
	check_event(s, 2, 0, OP_JOIN, "g-2", 0);
	check_event(s, 3, 0, OP_FAULT, "undo-pin", 0);
	ck_assert(!mac_cmp(s->events[0].mac, s->events[1].mac));
	ck_assert(!mac_cmp(s->events[2].mac, s->events[3].mac));
	check_event(s, 4, 10000, OP_LEAVE, "g-1", 0);
	play_free(&p);
	p = fault_play("what: forward-drop, at: 5s, for: 2s");
	check_event(&p.schedule, 2, 5000, OP_FAULT, "forward-drop", 0);
	ck_assert(!p.schedule.events[2].fault_end);
	check_event(&p.schedule, 3, 7000, OP_FAULT, "forward-drop", 0);
	ck_assert(p.schedule.events[3].fault_end);
	play_free(&p);
	p = fault_play("what: re-address, at: 5s");
	check_event(&p.schedule, 2, 5000, OP_FAULT, "re-address", 0);
	ck_assert(!mac_cmp(p.schedule.events[2].mac, p.schedule.fault_mac));
	play_free(&p);
	p = fault_play("what: gateway-talks, every: 1s");
	ck_assert_uint_eq(p.schedule.n, 72);
	check_event(&p.schedule, 2, 0, OP_FAULT, "gateway-talks", 0);
	check_event(&p.schedule, 71, 59000, OP_FAULT, "gateway-talks", 59);
	play_free(&p);
	p = fault_play("what: override, set: {churn: {g: {leaves: after 3s}}}");
	ck_assert_uint_eq(p.schedule.n, 12);
	check_event(&p.schedule, 2, 3000, OP_LEAVE, "g-1", 0);
	play_free(&p);
}
END_TEST

/* What the reader of files knows of lookups is what is played. */
START_TEST(an_event_on_a_lookup_is_warned_of_whichever_stream_it_is)
{
	static const char more[] = "lookups: {every: 1s, family: both, transport: both}\n"
	                           "events: [{at: %lldns, bridge: true, set-mac: random}]\n";
	struct play p = quick("{c1: {}, c2: {}}", "{}",
	    "exposures: some\nevents: [{at: 9s, bridge: true, "
	    "set-mac: random}]\nlookups: {every: 1s, family: both, transport: both}\n",
	    0, 1);
	struct trace_meta meta = {0};

	streams_make(p.c, &meta);
	ck_assert_uint_eq(meta.n_streams, 9);
	for (size_t i = 0; i + 1 < meta.n_streams; i++) {
		int64_t at = 9 * NS_PER_S + schedule_phase_ns(NS_PER_S, i);
		char *lines = mem_printf(more, (long long)at);
		char *text = text_of("{c1: {}, c2: {}}", "{}", lines);
		char *want = mem_printf("warning: an event comes at the time of a lookup of %s,",
		    p.c->clients[meta.streams[i].client].name);
		struct buf messages = {0};
		struct scenario *s = NULL;

		ck_assert(!scenario_parse("x.yaml", text, strlen(text), NULL, &s, &messages));
		ck_assert_msg(messages.len && strstr(messages.s, want), "stream %zu: %s", i,
		    messages.s ? messages.s : "nothing");
		scenario_free(s);
		buf_free(&messages);
		free(want);
		free(text);
		free(lines);
	}
	free(meta.streams);
	play_free(&p);
}
END_TEST

START_TEST(the_schedule_as_text)
{
	struct play p = quick("{c1: {}}",
	    "{g: {joins: at 1500ms, leaves: after 2s, port-mac: kernel, leaves-by: release},"
	    "f: {joins: before, leaves: never, kind: tap, port-mac: \"02:00:00:00:00:07\"}}",
	    "", 0, 1);
	struct buf out = {0};

	schedule_text(p.c, &p.schedule, &out);
	ck_assert_str_eq(out.s, "lookups  c1/ipv4/udp  at 0.125 and every 0.250\n"
	                        "lookups  reference  at 0.049 and every 0.250\n"
	                        "    -3.000  join   f                02:00:00:00:00:07  tap\n"
	                        "     1.500  join   g                (kernel's choice)  veth\n"
	                        "     3.500  leave  g                (kernel's choice)  release\n");
	buf_free(&out);
	play_free(&p);
}
END_TEST

START_TEST(the_trace_knows_its_case)
{
	static const char text[] =
	    "summary: What happens\nclients: {c1: {}, c2: {}, c3: {}}\n"
	    "churn: {l: {" LOWEST_LEAVES "}}\n"
	    "lookups: {pause: 1s, timeout: 2s, from: [c3, c1]}\nwarmup: 3s\nduration: 60s\n"
	    "arms: {inherited: {breaks: stale-gateway}, other: {limits: {lost: 3}}}\n"
	    "known:\n"
	    "  - {arm: other, if: kernel < 6.2, breaks: dead-gateway, why: old}\n"
	    "  - {arm: other, if: kernel >= 6.2, why: new}\n"
	    "  - {arm: inherited, why: not this one}\n";
	struct play p = play_of("dir/meta.yaml", text, 1, 0x7f3a, 20);
	struct trace_meta meta;

	schedule_meta(p.c, &p.schedule, "6.18.44", &meta);
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
	play_free(&p);
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "schedule", CTEST_PURE, cycles_start_at_zero_and_end_within);
	ctest_add(list, "schedule", CTEST_PURE, leaves_come_before_joins_and_counts_spread);
	ctest_add(list, "schedule", CTEST_PURE, macs_depend_on_seed_and_group_only);
	ctest_add(list, "schedule", CTEST_PURE, a_pinned_mac_is_given_at_create);
	ctest_add(list, "schedule", CTEST_PURE, macs_are_unicast_local_and_distinct);
	ctest_add(list, "schedule", CTEST_PURE, below_all_is_below_all);
	ctest_add(list, "schedule", CTEST_PURE, extremes_stay_beyond_fixed_macs);
	ctest_add(list, "schedule", CTEST_PURE, the_kernel_chooses_where_it_is_asked_to);
	ctest_add(list, "schedule", CTEST_PURE, pace_is_what_the_case_can_bear);
	ctest_add(list, "schedule", CTEST_PURE,
	    a_bridge_that_is_made_again_is_there_by_the_next_lookup_of_any_stream);
	ctest_add(list, "schedule", CTEST_PURE, implied_outage_of_a_leave);
	ctest_add(list, "schedule", CTEST_PURE, implied_outage_until_the_mac_is_back);
	ctest_add(list, "schedule", CTEST_PURE, implied_outage_of_kernel_macs);
	ctest_add(list, "schedule", CTEST_PURE, implied_outage_of_other_causes_and_arms);
	ctest_add(list, "schedule", CTEST_PURE, the_first_scenarios_are_as_they_should_be);
	ctest_add(list, "schedule", CTEST_PURE, faults_are_scheduled);
	ctest_add(list, "schedule", CTEST_PURE, the_schedule_as_text);
	ctest_add(
	    list, "schedule", CTEST_PURE, an_event_on_a_lookup_is_warned_of_whichever_stream_it_is);
	ctest_add(list, "schedule", CTEST_PURE, the_trace_knows_its_case);
}
