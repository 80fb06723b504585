/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timeline_test.c: the lanes of a trace, and the lab's state at a moment. */
#include "test/kit/ctest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "report/state.h"
#include "report/timeline.h"
#include "test/kit/builder.h"

#define MS NS_PER_MS

static const struct lane *lane(const struct timeline *tl, enum lane_kind kind, const char *name)
{
	for (size_t i = 0; i < tl->n_lanes; i++)
		if (tl->lanes[i].kind == kind && !strcmp(tl->lanes[i].name, name))
			return &tl->lanes[i];
	ck_abort_msg("no lane %d '%s'", kind, name);
	return NULL;
}

static void assert_span(
    const struct lane *l, size_t i, int64_t from_ms, int64_t to_ms, struct mac mac)
{
	ck_assert_uint_lt(i, l->n_spans);
	ck_assert_int_eq(l->spans[i].from_ns, from_ms * MS);
	ck_assert_int_eq(l->spans[i].to_ns, to_ms * MS);
	ck_assert_int_eq(mac_cmp(l->spans[i].mac, mac), 0);
}

static size_t dots(const struct lane *l, enum dot_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_dots; i++)
		n += l->dots[i].t_ns >= 0 && l->dots[i].kind == kind;
	return n;
}

static void assert_control(const struct trace *t, const struct timeline *tl)
{
	static const enum lane_kind order[] = {
	    LANE_PORT, LANE_PORT, LANE_PORT, LANE_GATEWAY, LANE_NEIGH, LANE_STREAM};
	const struct lane *l;

	ck_assert_uint_eq(tl->n_lanes, 6);
	for (size_t i = 0; i < 6; i++)
		ck_assert_int_eq(tl->lanes[i].kind, order[i]);
	ck_assert_str_eq(tl->lanes[0].name, "lowest"); /* before the clients' ports */
	l = lane(tl, LANE_PORT, "lowest");
	ck_assert_uint_eq(l->n_spans, 1);
	assert_span(l, 0, -2870, 5003, MAC_LOWEST);
	ck_assert(!l->spans[0].open);
	l = lane(tl, LANE_PORT, "c2");
	ck_assert_int_eq(l->client, 1);
	assert_span(l, 0, -2880, 61000, MAC_PORT2);
	ck_assert(l->spans[0].open);
	l = lane(tl, LANE_GATEWAY, "br0");
	ck_assert_uint_eq(l->n_spans, 2);
	assert_span(l, 0, -2900, 5002, MAC_LOWEST);
	assert_span(l, 1, 5002, 61000, MAC_PORT1);
	l = lane(tl, LANE_NEIGH, "c1"); /* c2 looks nothing up */
	assert_span(l, 1, -1999, 35990, MAC_LOWEST);
	assert_span(l, 2, 35990, 61000, MAC_PORT1);
	ck_assert_uint_eq(l->n_stale, 1);
	ck_assert_int_eq(l->stale[0].from_ns, 5002 * MS);
	ck_assert_int_eq(l->stale[0].to_ns, 35990 * MS);
	l = lane(tl, LANE_STREAM, "c1/ipv4/udp");
	ck_assert_uint_eq(dots(l, DOT_LOST), 123);
	ck_assert_uint_eq(dots(l, DOT_ANSWERED), 118);
	ck_assert_uint_eq(timeline_judged(tl), 241);
	ck_assert_uint_eq(tl->n_outages, 1);
	ck_assert(tl->started && tl->ended);
	ck_assert_int_eq(tl->to_ns, 61000 * MS);
	ck_assert_uint_gt(t->n, 0);
}

static void make(struct judged *p, struct timeline *tl)
{
	judge_play(p);
	timeline_make(p, tl);
}

PURE_TEST("timeline", lanes_of_a_control)
{
	AUTO_TRACE t = {0};
	AUTO_JUDGED p = {.trace = &t};
	struct timeline tl;

	build_broken_control(&t);
	make(&p, &tl);
	assert_control(&t, &tl);
	ck_assert_int_eq(tl.outages[0].cause, CAUSE_STALE_GATEWAY);
	timeline_free(&tl);
}

PURE_TEST("timeline", lanes_of_a_play_that_goes_on)
{
	AUTO_TRACE t = {0};
	AUTO_JUDGED p = {.trace = &t};
	struct timeline tl;
	const struct lane *l;

	build_broken_control(&t);
	build_cut(&t, 20001);
	make(&p, &tl);
	ck_assert(tl.started && !tl.ended);
	ck_assert_int_eq(tl.to_ns, 60000 * MS);
	ck_assert_int_eq(tl.known_ns, t.events[t.n - 1].t_ns);
	l = lane(&tl, LANE_STREAM, "c1/ipv4/udp");
	ck_assert_uint_eq(dots(l, DOT_OPEN), 4); /* their second is not over */
	ck_assert_uint_eq(dots(l, DOT_LOST), 56);
	ck_assert(tl.outages[0].open);
	l = lane(&tl, LANE_GATEWAY, "br0");
	ck_assert(l->spans[1].open);
	ck_assert_int_eq(l->spans[1].to_ns, tl.known_ns);
	timeline_free(&tl);

	build_cut(&t, -1000);
	make(&p, &tl);
	ck_assert(!tl.started);
	ck_assert_uint_eq(timeline_judged(&tl), 0);
	assert_span(lane(&tl, LANE_GATEWAY, "br0"), 0, -2900, tl.known_ns / MS, MAC_LOWEST);
	timeline_free(&tl);

	t.n = 0;
	make(&p, &tl);
	ck_assert_uint_eq(lane(&tl, LANE_GATEWAY, "br0")->n_spans, 0);
	timeline_free(&tl);
}

PURE_TEST("timeline", a_port_that_comes_again_and_one_that_is_blocked)
{
	AUTO_TRACE t = {0};
	AUTO_JUDGED p = {.trace = &t};
	struct timeline tl;
	const struct lane *l;

	build_meta(&t, "pinned-at-create", CAUSE_NONE);
	build_begin(&t, MAC_PINNED, 3);
	build_lowest_leaves(&t, true);
	build_port(&t, 8000, "lowest", 20, MAC_OTHER);
	build_port_gone(&t, 9000, "lowest", 20);
	build_port_state(&t, 10000, "c1", PORT_C1, 4);
	build_port_state(&t, 12000, "c1", PORT_C1, 3);
	build_end(&t, 60000);
	make(&p, &tl);
	l = lane(&tl, LANE_PORT, "lowest");
	ck_assert_uint_eq(l->n_spans, 2);
	assert_span(l, 1, 8000, 9000, MAC_OTHER);
	l = lane(&tl, LANE_PORT, "c1");
	ck_assert_uint_eq(l->n_spans, 4);
	ck_assert_uint_eq(l->spans[1].state, 3);
	assert_span(l, 2, 10000, 12000, MAC_PORT1);
	ck_assert_uint_eq(l->spans[2].state, 4);
	ck_assert_uint_eq(l->spans[3].state, 3);
	timeline_free(&tl);
}

PURE_TEST("timeline", state_before_during_and_after)
{
	AUTO_TRACE t = {0};
	AUTO_JUDGED p = {.trace = &t};
	AUTO_BUF out = {0};
	char *during, *after;

	build_broken_control(&t);
	build_router_neigh(&t, -1500, 0, 2, MAC_CLIENT1);
	build_fdb(&t, -2840, "lowest", MAC_LOWEST, false);
	build_fdb(&t, -2860, "c1", MAC_PORT1, false);
	trace_sort(&t);
	judge_play(&p);
	state_file(&p, &out);
	ASSERT_HAS(out.s, "# before: 0.000 s, t=0\n"
	                  "bridge  br0             02:00:00:00:00:01  mtu 1500  carrier up  "
	                  "addr_assign_type random\n"
	                  "addr    br0             192.0.2.1/24\n"
	                  "port    c1              fe:00:00:00:00:11  mtu 1500  carrier up  "
	                  "forwarding\n");
	during =
	    strstr(out.s, "\n# during: 5.250 s, the first lost lookup of the longest outage\n");
	after = strstr(out.s, "\n# after: 61.000 s, the end\n");
	ck_assert(during && after);
	*after++ = *during++ = '\0';
	ASSERT_HAS(out.s, "port    lowest          02:00:00:00:00:01  mtu 1500");
	ASSERT_HAS(out.s, "fdb     c1              fe:00:00:00:00:11  local\n");
	ASSERT_HAS(out.s, "fdb     lowest          02:00:00:00:00:01  local\n");
	ASSERT_HAS(out.s, "neigh   c1              02:00:00:00:00:01  REACHABLE for 192.0.2.1, "
	                  "the gateway\n");
	ASSERT_HAS(
	    out.s, "neigh   router          02:00:00:00:0c:11  REACHABLE for 192.0.2.11, c1\n");
	ASSERT_HAS(during, "bridge  br0             fe:00:00:00:00:11");
	ASSERT_HAS(during, "neigh   c1              02:00:00:00:00:01  REACHABLE");
	ASSERT_LACKS(during, "lowest"); /* neither port nor entry */
	ASSERT_HAS(after, "neigh   c1              fe:00:00:00:00:11  REACHABLE");
}

PURE_TEST("timeline", state_of_a_short_trace)
{
	AUTO_TRACE t = {0};
	AUTO_JUDGED p = {.trace = &t};
	AUTO_BUF out = {0};

	build_held_arm(&t);
	judge_play(&p);
	state_file(&p, &out);
	ASSERT_HAS(out.s, "# during: 5.003 s, the first exposure; nothing was lost\n");
	buf_free(&out);
	t.n = 12; /* within warm-up */
	trace_sort(&t);
	judge_play(&p);
	state_file(&p, &out);
	ASSERT_HAS(out.s, "# before: t=0: not reached\n");
	ASSERT_HAS(out.s, "# during: no exposure and no loss: not reached\n");
	ASSERT_HAS(out.s, "s, where the trace ends\nbridge  br0 ");
	buf_free(&out);
	t.n = 0;
	judge_play(&p);
	state_file(&p, &out);
	ASSERT_HAS(out.s, "# after: where the trace ends: not reached\n");
	state_text(&t, 0, &out);
	ASSERT_HAS(out.s, "bridge  unknown\n");
}
