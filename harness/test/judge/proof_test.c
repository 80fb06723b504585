/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proof_test.c: controls that prove nothing, gateway ARP that heals, and arms by their controls. */
#include "test/judge/judge_kit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "judge/judge.h"

static void unexposed_control(struct trace *t)
{
	build_meta(t, "inherited", CAUSE_STALE_GATEWAY);
	build_begin(t, MAC_LOWEST, 1);
	build_traffic(t, 0, 60250, LAST_SEEN_ANSWERED, MAC_LOWEST);
	build_end(t, 60000);
}

static void broken_for_at_least(struct trace *t, int64_t min_ms)
{
	build_broken_control(t);
	t->meta.min_outage_ns = min_ms * MS;
}

PURE_TEST("judge", controls_that_did_not_break_as_they_must)
{
	JUDGE_ROW("it held", build_quiet_control(&t), "not-reproduced", "",
	    !strcmp(j->so, "this kernel may no longer have the fault"), !j->healed);
	JUDGE_ROW("it was not exposed", unexposed_control(&t), "inconclusive", "no exposure");
	JUDGE_ROW("it broke by another cause",
	    build_control(&t, TRAFFIC({36000, LAST_SEEN_BRIDGE, MAC_PORT1},
	                          {60250, LAST_SEEN_ANSWERED, MAC_PORT1})),
	    "inconclusive", "must break by stale-gateway for at least 10 s; it lost 123 of 241",
	    has(j->why, "cause not-forwarded"));
	JUDGE_ROW("it broke for less time than the scenario implies",
	    broken_for_at_least(&t, 31000), "inconclusive", "for at least 31 s");
	JUDGE_ROW("it broke for just that time", broken_for_at_least(&t, 30750), "pass", "");
	JUDGE_ROW("it broke by its cause, and for longer by another",
	    build_control(&t,
	        TRAFFIC({17000, LAST_SEEN_PORT, MAC_LOWEST}, {20000, LAST_SEEN_ANSWERED, MAC_PORT1},
	            {50000, LAST_SEEN_BRIDGE, MAC_PORT1}, {60250, LAST_SEEN_ANSWERED, MAC_PORT1})),
	    "pass", "", cause_is(j, "stale-gateway flooded"), j->longest_ns == 30 * S);
}

/* ---- what the gateway sends to all ---- */

/* A control that held, in which the gateway asked for 192.0.2.target. */
static void asked_for(struct trace *t, int64_t ms, uint8_t target)
{
	build_quiet_control(t);
	build_broadcast(t, ms, target);
}

static void not_from_the_gateway_to_all(struct trace *t)
{
	build_quiet_control(t);
	build_arp(t, 7000, HOP_UPLINK, 0, FRAME_ARP_REQUEST, true, 99); /* not to the clients */
	build_arp(t, 7000, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99)->u.frame.dst = MAC_CLIENT1;
	build_arp(t, 7000, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, false, 99)->u.frame.out = 1;
	build_arp(t, 7000, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, 99)->u.frame.out = 0;
}

PURE_TEST("judge", gateway_arp_is_what_nothing_prompted)
{
#define ARP_ROW(name, ms, target, n)                                                               \
	JUDGE_ROW(name, asked_for(&t, ms, target), "", "", j->gateway_arps == (n))
	ARP_ROW("before t=0", -500, 99, 0);
	ARP_ROW("for nobody of the case", 7000, 99, 1);
	ARP_ROW("for c1, whose lookups are under way", 7000, 11, 0);
	ARP_ROW("for c2, which never looks up", 7000, 12, 1);
	ARP_ROW("gratuitous, out of the blue", 7000, 1, 1);
	ARP_ROW("gratuitous, right after the change of MAC", 5050, 1, 0);
	ARP_ROW("at the very end", 61000, 99, 1);
	ARP_ROW("after the end", 61500, 99, 0);
	JUDGE_ROW("not on br0, to one client, from a client, or received",
	    not_from_the_gateway_to_all(&t), "not-reproduced", "", !j->gateway_arps);
}

/* c2, which asks nothing, is corrected. */
static void heal_bystander(struct trace *t)
{
	build_broadcast(t, 7000, 99);
	build_neigh(t, 6000, 1, 2, MAC_LOWEST);
	build_neigh(t, 7001, 1, 2, MAC_PORT1);
}

PURE_TEST("judge", gateway_arp_may_heal)
{
	JUDGE_ROW("unprompted", (asked_for(&t, 5200, 99), build_neigh(&t, 5210, 0, 2, MAC_PORT1)),
	    "inconclusive", "",
	    !strcmp(j->why, "5.200 s the gateway broadcast ARP for 192.0.2.99 and so healed 'c1'"),
	    !strcmp(j->so,
	        "the gateway's own ARP may have refreshed a client's entry; this is a bug in the suite, not in your kernel"),
	    j->gateway_arps == 1, j->healed,
	    found(j, 5200, "broadcast ARP for 192.0.2.99, which nothing prompted"));
	/* the gateway looked for c1, whose reply it held: a retry may show more */
	JUDGE_ROW("prompted, by chance",
	    (asked_for(&t, 5251, 11), build_neigh(&t, 5252, 0, 2, MAC_PORT1)), "invalid",
	    "ARP for 192.0.2.11, whose lookup was under way, and so healed 'c1'", !j->gateway_arps);
	JUDGE_ROW("announced", (asked_for(&t, 5004, 1), build_neigh(&t, 5006, 0, 2, MAC_PORT1)),
	    "inconclusive", "announced its new MAC by gratuitous ARP");
	JUDGE_ROW(
	    "prompted, and nothing was corrected", asked_for(&t, 7000, 11), "not-reproduced", "");
	JUDGE_ROW("prompted, and an entry was confirmed",
	    (asked_for(&t, 7000, 11), build_neigh(&t, 5300, 0, 2, MAC_PORT1),
	        build_neigh(&t, 7001, 0, 2, MAC_PORT1)),
	    "not-reproduced", "");
	JUDGE_ROW("before the exposure", asked_for(&t, 4000, 99), "not-reproduced", "",
	    j->gateway_arps == 1, !j->healed, not_found(j, "broadcast ARP"));
	JUDGE_ROW("a client that does not look up", (build_broken_control(&t), heal_bystander(&t)),
	    "pass", "", j->gateway_arps == 1, !j->healed);
	/* c1's entry is corrected at 35.99 s */
	JUDGE_ROW("long before the entry is corrected",
	    (build_broken_control(&t), build_broadcast(&t, 35800, 99)), "pass", "", !j->healed);
	JUDGE_ROW("after it had been broken for long enough",
	    (build_broken_control(&t), build_broadcast(&t, 35900, 99)), "pass", "", j->healed);
}

/* ---- arms by their controls ---- */

static void other_group_control(struct trace *t)
{
	build_broken_control(t);
	t->meta.group[0] = 'L';
}

static void negative_control(struct trace *t)
{
	begin_arm(t, 0);
	end_arm(t, 0, MAC_PINNED);
	t->meta.exposures_none = true;
}

static void known_arm(struct trace *t)
{
	build_held_arm(t);
	make_known(t, CAUSE_NONE);
}

static void rename_case(struct trace *t)
{
	free(t->meta.name);
	t->meta.name = mem_strdup("lowest-port-leaves/late,leaves-by=delete");
}

static void second_broken_control(struct trace *t)
{
	build_broken_control(t);
	rename_case(t);
}

static void second_quiet_control(struct trace *t)
{
	build_quiet_control(t);
	rename_case(t);
}

struct run_row {
	const char *name;
	struct {
		void (*build)(struct trace *t);
		struct play_id play;
		const char *verdict, *part_of_why; /* NULL: any */
	} plays[4];
};

/* In this order or in the other. */
static void judge_row_run(const struct run_row *row, bool backwards)
{
	struct trace t[ARRAY_SIZE(row->plays)];
	struct judged p[ARRAY_SIZE(row->plays)] = {0}, *plays[ARRAY_SIZE(row->plays)];
	size_t n = 0;

	for (; n < ARRAY_SIZE(row->plays) && row->plays[n].build; n++) {
		row->plays[n].build(&t[n]);
		t[n].meta.play = row->plays[n].play;
		p[n].trace = &t[n];
		judge_play(&p[n]);
	}
	for (size_t i = 0; i < n; i++)
		plays[backwards ? n - 1 - i : i] = &p[i];
	judge_run(plays, n);
	for (size_t i = 0; i < n; i++) {
		struct judgement *j = &p[i].judgement;
		const char *why = row->plays[i].part_of_why;

		assert_verdict(row->name, j, row->plays[i].verdict, why ? why : "");
		ck_assert(j->unproven == (j->verdict == VERDICT_INCONCLUSIVE));
		ck_assert(j->known_gone == (j->verdict == VERDICT_PASS && t[i].meta.n_known));
		trace_free(&t[i]);
		judged_free(&p[i]);
	}
}

PURE_TEST("judge", an_arm_stands_with_its_control)
{
	static const struct run_row rows[] = {
	    {"it broke",
	        {{build_broken_control, {0}, "pass", NULL}, {build_held_arm, {0}, "pass", NULL},
	            {build_failed_arm, {0}, "fail", NULL}}},
	    {"it held", {{build_quiet_control, {0}, "not-reproduced", NULL},
	                    {build_held_arm, {0}, "inconclusive",
	                        "inherited,leaves-by=delete did not break (not-reproduced)"},
	                    {build_failed_arm, {0}, "fail", NULL}}},
	    {"it is of another group",
	        {{other_group_control, {0}, "pass", NULL},
	            {build_held_arm, {0}, "inconclusive", "its control was not played"}}},
	    {"it is of another repeat",
	        {{build_broken_control, {.repeat = 1}, "pass", NULL},
	            {build_held_arm, {0}, "inconclusive", "its control was not played"}}},
	    {"a negative control needs none", {{build_quiet_control, {0}, "not-reproduced", NULL},
	                                          {negative_control, {0}, "pass", NULL}}},
	    {"the last play of a retried control counts: it held",
	        {{build_broken_control, {0}, "pass", NULL},
	            {build_quiet_control, {.retry = 1}, "not-reproduced", NULL},
	            {build_held_arm, {.retry = 2}, "inconclusive", NULL}}},
	    {"the last play of a retried control counts: it broke",
	        {{build_quiet_control, {0}, "not-reproduced", NULL},
	            {build_broken_control, {.retry = 1}, "pass", NULL},
	            {build_held_arm, {.retry = 2}, "pass", NULL}}},
	    {"every control of a group must break: one held",
	        {{build_quiet_control, {0}, "not-reproduced", NULL},
	            {build_broken_control, {.retry = 1}, "pass", NULL},
	            {second_quiet_control, {0}, "not-reproduced", NULL},
	            {known_arm, {0}, "inconclusive", NULL}}},
	    {"every control of a group must break: both broke",
	        {{build_quiet_control, {0}, "not-reproduced", NULL},
	            {build_broken_control, {.retry = 1}, "pass", NULL},
	            {second_broken_control, {0}, "pass", NULL}, {known_arm, {0}, "pass", NULL}}},
	    {"no play at all", {{NULL}}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		judge_row_run(&rows[i], false);
		judge_row_run(&rows[i], true);
	}
}
