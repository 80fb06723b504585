/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_test.c: tests of traces: names, order, JSON lines. */
#include "test/kit/ctest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/macros.h"
#include "base/units.h"
#include "test/kit/builder.h"
#include "trace/names.h"
#include "trace/trace_json.h"

PURE_TEST("trace", causes_have_names)
{
	enum cause c;

	for (int i = 0; i < CAUSE_COUNT; i++) {
		ck_assert_int_eq(cause_parse(cause_name((enum cause)i), &c), 0);
		ck_assert_int_eq(c, i);
	}
	ck_assert_str_eq(cause_name(CAUSE_NONE), "none");
	ck_assert_str_eq(cause_name(CAUSE_TOO_BIG), "too-big");
	ck_assert_int_eq(cause_parse("stale", &c), -EINVAL);
	ck_assert_str_eq(cause_name((enum cause)99), "unknown");
	ck_assert_str_eq(event_type_name(EV_TIMERS), "timers");
	ck_assert_str_eq(event_type_name((enum event_type)99), "unknown");
}

PURE_TEST("trace", plays_have_numbers_and_folders)
{
	static const struct {
		struct play_id id;
		int number;
		const char *suffix;
	} rows[] = {
	    {{0}, 0, ""},
	    {{.retry = 2}, 2, ".replay-2"},
	    {{.drops = true}, 99, ".drops"},
	    {{.repeat = 1}, 100, ".repeat-2"},
	    {{.repeat = 1, .retry = 1}, 101, ".repeat-2.replay-1"},
	    {{.repeat = 1, .drops = true}, 199, ".repeat-2.drops"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct play_id back = play_id_of_number(rows[i].number);
		AUTO_BUF suffix = {0};

		buf_puts(&suffix, "");
		play_id_suffix(rows[i].id, &suffix);
		ck_assert_str_eq(suffix.s, rows[i].suffix);
		ck_assert_int_eq(play_id_number(rows[i].id), rows[i].number);
		ck_assert_int_eq(play_id_compare(back, rows[i].id), 0);
		ck_assert(back.drops == rows[i].id.drops && back.retry == rows[i].id.retry);
		for (size_t k = 0; k < ARRAY_SIZE(rows); k++)
			ck_assert((play_id_compare(rows[i].id, rows[k].id) < 0) == (i < k));
	}
}

PURE_TEST("trace", trace_sorts_by_time_then_order)
{
	struct trace t = {0};

	build(&t, 5, EV_SENT, 0)->u.sent.seq = 1;
	build(&t, 3, EV_SENT, 0)->u.sent.seq = 2;
	build(&t, 5, EV_SENT, 0)->u.sent.seq = 3;
	trace_sort(&t);
	ck_assert_uint_eq(t.events[0].u.sent.seq, 2);
	ck_assert_uint_eq(t.events[1].u.sent.seq, 1);
	ck_assert_uint_eq(t.events[2].u.sent.seq, 3);
	ck_assert(!t.whole);
	build_phase(&t, 4, PHASE_END, "");
	trace_sort(&t);
	ck_assert(t.whole);
	trace_free(&t);
	ck_assert_ptr_null(t.events);
}

/* One of every kind, with every member set. */
static void all_kinds(struct trace *t)
{
	struct event *ev;

	build_broken_control(t);
	t->meta.fault = strdup("undo-pin");
	t->meta.limits =
	    (struct limits){.lost = 3, .outages = LIMIT_ANY, .outage_ns = 5, .answered = 99.9};
	t->meta.exposures_none = true;
	t->meta.play = (struct play_id){.repeat = 2, .retry = 1};
	t->meta.pace = 7.3;
	t->meta.seed = UINT64_MAX;
	t->meta.n_known = 1;
	t->meta.known = calloc(1, sizeof(*t->meta.known));
	t->meta.known[0] =
	    (struct known_meta){CAUSE_TOO_BIG, strdup("kernel < 6.2: \"fixed\" there")};
	ev = build(t, 60100, EV_NEIGH, WHERE_CLIENT + 1);
	memcpy(ev->u.neigh.ip, (uint8_t[16]){0x20, 1, 0xd, 0xb8, [15] = 1}, 16);
	ev->u.neigh.family = AF_INET6;
	ev->u.neigh.state = 0x1234;
	ev->u.neigh.gone = 1;
	ev = build(t, 60101, EV_ADDR, WHERE_ROUTER);
	memcpy(ev->u.addr.addr, (uint8_t[16]){0xfe, 0x80, [15] = 7}, 16);
	ev->u.addr.family = AF_INET6;
	ev->u.addr.prefix = 64;
	snprintf(ev->u.addr.dev, sizeof(ev->u.addr.dev), "br0");
	build_fdb(t, 60102, "c1", MAC_OTHER, true);
	t->events[t->n - 1].u.fdb.vlan = 4094;
	ev = build(t, 60103, EV_SENT, WHERE_CLIENT);
	ev->u.sent.err = -EHOSTUNREACH;
	ev->u.sent.due_ns = -17;
	ev = build(t, 60104, EV_ANSWER, WHERE_CLIENT);
	ev->u.answer.result = ANSWER_REFUSED;
	ev->u.answer.rcode = 3;
	ev->u.answer.err = INT32_MIN;
	ev->u.answer.read_ns = INT64_C(1) << 60;
	build_arp(t, 60105, HOP_CLIENT, 1, FRAME_ARP_REPLY, true, 12);
	ev = build(t, 60106, EV_LATE, WHERE_UPSTREAM);
	ev->u.late.who = LATE_CHURNER;
	ev->u.late.late_ns = 123456789;
	ev->u.late.skipped = 4;
	ev = build(t, 60107, EV_OVERRUN, WHERE_ROUTER);
	snprintf(ev->u.overrun.what, sizeof(ev->u.overrun.what), "capture \"c1\"");
	ev->u.overrun.lost = UINT32_MAX;
	ev = build(t, 60108, EV_TIMERS, WHERE_CLIENT);
	snprintf(ev->u.timers.dev, sizeof(ev->u.timers.dev), "eth0");
	ev->u.timers.reachable_real_ms = 1;
	ev->u.timers.delay_real_ms = 2;
	ev->u.timers.retrans_real_ms = 3;
	ev->u.timers.locktime_real_ms = 4;
	ev->u.timers.redrawn = 1;
	ev = build(t, 60108, EV_HOP, WHERE_CLIENT);
	ev->u.hop = (typeof(ev->u.hop)){"eth0", 7, 4026531840, HOP_CLIENT};
	ev = build(t, 60108, EV_DROP, WHERE_ROUTER);
	ev->u.drop =
	    (typeof(ev->u.drop)){"nf_hook_slow", "br_pass_frame_up", "NETFILTER_DROP", DROP_ARP};
	build_churn(t, 60109, OP_FAULT, "undo-pin", true);
	t->events[t->n - 1].u.churn.err = -1;
	t->events[t->n - 1].u.churn.cycle = 7;
	t->events[t->n - 1].u.churn.mac = MAC_OTHER;
	build_phase(t, 60110, PHASE_LAB_FAILED, "no \xc3\xa4\n such thing");
	trace_sort(t);
}

PURE_TEST("trace", json_comes_back_byte_for_byte)
{
	AUTO_TRACE t = {0}, back = {0};
	AUTO_BUF a = {0}, b = {0};
	struct err e = {0};

	all_kinds(&t);
	trace_to_json(&t, &a);
	ck_assert_msg(trace_from_json("a", a.s, a.len, &back, &e) == 0, "%s", e.text);
	trace_to_json(&back, &b);
	ctest_same("back", b.s, b.len, a.s, a.len);
	ck_assert_uint_eq(back.n, t.n);
	ck_assert(back.whole);
	for (size_t i = 0; i < t.n; i++) {
		t.events[i].order = back.events[i].order;
		/* what lies between the members too: NOLINTNEXTLINE(*-comparison,cert-*) */
		ck_assert_msg(!memcmp(&t.events[i], &back.events[i], sizeof(t.events[i])),
		    "event %zu of type %s", i, event_type_name(t.events[i].type));
	}
	ck_assert_uint_eq(back.meta.seed, UINT64_MAX);
	ck_assert_str_eq(back.meta.fault, "undo-pin");
	ck_assert_str_eq(back.meta.known[0].why, "kernel < 6.2: \"fixed\" there");
	ck_assert_int_eq(back.meta.limits.outages, LIMIT_ANY);
	ck_assert_int_eq(back.meta.streams[STREAM_REF].client, -1);
	ck_assert(back.meta.streams[STREAM_REF].reference);
	ck_assert(back.meta.exposures_none);
	ck_assert_int_eq(back.meta.breaks, CAUSE_STALE_GATEWAY);
	ck_assert(!mac_cmp(back.meta.clients[1].port_mac, MAC_PORT2));
}

PURE_TEST("trace", json_is_readable)
{
	AUTO_TRACE t = {0};
	AUTO_BUF b = {0};

	build_meta(&t, "inherited", CAUSE_STALE_GATEWAY);
	build_lookup(&t, 250, STREAM_C1, LAST_SEEN_CLIENT, MAC_LOWEST);
	build_neigh(&t, 300, 0, 2, MAC_LOWEST);
	trace_to_json(&t, &b);
	ASSERT_HAS(b.s, "\"breaks\":\"stale-gateway\"");
	ASSERT_HAS(b.s,
	    "\n{\"t\":250000000,\"e\":\"sent\",\"at\":\"router\",\"stream\":0,\"seq\":401,"
	    "\"due\":250000000}\n");
	ASSERT_HAS(b.s, "\"kind\":\"query\",\"hop\":\"client\",\"out\":true,");
	ASSERT_HAS(b.s, "\"dst\":\"02:00:00:00:00:01\"");
	ASSERT_HAS(b.s,
	    "{\"t\":300000000,\"e\":\"neigh\",\"at\":\"client0\",\"ip\":\"192.0.2.1\",\"gone\":false,"
	    "\"state\":\"reachable\",\"mac\":\"02:00:00:00:00:01\",\"dev\":\"eth0\"}\n");
}

PURE_TEST("trace", json_refuses_what_it_did_not_write)
{
	static const struct {
		const char *from, *to, *message;
	} lines[] = {
	    {"steadybridge-trace\":1", "steadybridge-trace\":2", "x:1: a trace of another format"},
	    {"steadybridge-trace", "other", "x:1: no trace"},
	    {"\"seed\":\"7f3a\"", "\"seed\":\"7F3A\"", "x:1: 'seed' has a wrong value"},
	    {"\"seed\":\"7f3a\"", "\"seed\":\"07f3a\"", "x:1: 'seed' has a wrong value"},
	    {"\"pace\":1.0", "\"pace\":0.0", "x:1: 'pace' must be above 0"},
	    {"\"pace\":1.0", "\"pace\":\"fast\"", "x:1: 'pace' has a wrong value"},
	    {"\"summary\":", "\"sumary\":", "x:1: no key 'summary'"},
	    {"\"fault\":null,", "\"fault\":null,\"more\":1,", "x:1: the case has a key too many"},
	    {"\"fault\":null,", "\"fault\":null,\"fault\":null,", "x:1: duplicate object key"},
	    {"\"group\":\"lowest-port-leaves/leaves-by=delete\"", "\"group\":null",
	        "x:1: name, scenario, arm and group"},
	    {"\"lost\":0", "\"lost\":-1", "x:1: 'lost' has a wrong value"},
	    {"\"lost\":0", "\"lost\":0,\"lust\":0", "x:1: the case has a key too many"},
	    {"\"client\":0,", "\"client\":2,", "x:1: a stream's client is not there"},
	    {"\"client\":0,", "\"client\":-1,", "x:1: the reference alone has no client"},
	    {"\"reference\":true", "\"reference\":false", "x:1: the reference alone"},
	    {"\"interval-ns\":250000000", "\"interval-ns\":0", "x:1: interval and timeout"},
	    {"\"timeout-ns\":1000000000", "\"timeout-ns\":-1", "x:1: interval and timeout"},
	    {"\"play\":0", "\"play\":-1", "x:1: play and durations"},
	    {"\"warmup-ns\":2000000000", "\"warmup-ns\":-1", "x:1: play and durations"},
	    {"\"duration-ns\":60000000000", "\"duration-ns\":-1", "x:1: play and durations"},
	    {"\"implied-outage-ns\":10", "\"implied-outage-ns\":-10", "x:1: play and durations"},
	    {"\"name\":\"lowest-port-leaves/pinned,leaves-by=delete\"", "\"name\":null",
	        "x:1: name, scenario, arm and group"},
	    {"\"clients\":[", "\"clients\":7,\"other\":[", "x:1: 'clients' is no list"},
	    {"\"name\":\"c1\"", "\"name\":\"a-name-of-17-byte\"", "x:1: 'name' has a wrong value"},
	    {"\"at\":\"router\"", "\"at\":\"klient0\"", "x:2: 'at' has a wrong value"},
	    {"\"at\":\"router\"", "\"at\":\"client\"", "x:2: 'at' has a wrong value"},
	    {"\"at\":\"router\"", "\"at\":\"client0x\"", "x:2: 'at' has a wrong value"},
	    {"\"breaks\":\"none\"", "\"breaks\":\"bad\"", "x:1: 'breaks' has a wrong value"},
	    {"\"ip4\":\"192.0.2.11\"", "\"ip4\":\"192.0.2\"", "x:1: 'ip4' has a wrong value"},
	    {"\"clients\":[", "\"clients\":[1,", "x:1: 'clients' is no list of objects"},
	    {"\"e\":\"sent\"", "\"e\":\"semt\"", "x:2: no event is called 'semt'"},
	    {"\"e\":\"sent\",", "", "x:2: no event"},
	    {"\"seq\":401,", "", "x:2: no key 'seq'"},
	    {"\"seq\":401,", "\"seq\":4294967296,", "x:2: 'seq' has a wrong value"},
	    {"\"seq\":401,", "\"seq\":-1,", "x:2: 'seq' has a wrong value"},
	    {"\"seq\":401,", "\"seq\":401.0,", "x:2: 'seq' has a wrong value"},
	    {"\"seq\":401,", "\"seq\":401,\"extra\":0,", "x:2: an event 'sent' has no such key"},
	    {"{\"t\":250000000", "{\"t\":1152921504606846977", "x:2: 't' has a wrong value"},
	    {"\"at\":\"router\"", "\"at\":\"client254\"", "x:2: 'at' has a wrong value"},
	    {"\"at\":\"router\"", "\"at\":\"client01\"", "x:2: 'at' has a wrong value"},
	    {"\"hop\":\"client\"", "\"hop\":\"hop\"", "x:3: 'hop' has a wrong value"},
	    {"\"dst\":\"02:00", "\"dst\":\"02-00", "x:3: 'dst' has a wrong value"},
	    {"\n{\"t\":250", "\n\n{\"t\":250", "x:2: "},
	    {"\n{\"t\":250", "\n[]\n{\"t\":250", "x:2: no JSON object"},
	};
	struct trace t, back;
	AUTO_BUF b = {0};
	struct err e;

	build_meta(&t, "pinned", CAUSE_NONE);
	build_lookup(&t, 250, STREAM_C1, LAST_SEEN_CLIENT, MAC_LOWEST);
	trace_to_json(&t, &b);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		AUTO_FREE AUTO_FREE char *bad = ctest_changed(b.s, lines[i].from, lines[i].to);

		ck_assert_int_eq(trace_from_json("x", bad, strlen(bad), &back, &e), -EINVAL);
		ck_assert_msg(!strncmp(e.text, lines[i].message, strlen(lines[i].message)),
		    "'%s' is not '%s'", e.text, lines[i].message);
		ck_assert_ptr_null(back.events);
		ck_assert_ptr_null(back.meta.name);
	}
	ck_assert_int_eq(trace_from_json("x", "", 0, &back, &e), -EINVAL);
	ck_assert_str_eq(e.text, "x:1: empty");
	ck_assert_int_eq(trace_from_json("x", b.s, SIZE_MAX, &back, &e), -E2BIG);
	trace_free(&t);
}

PURE_TEST("trace", json_cut_anywhere_is_refused)
{
	struct trace t, back;
	AUTO_BUF b = {0};
	struct err e;
	size_t good = 0;

	build_meta(&t, "pinned", CAUSE_NONE);
	build_lookup(&t, 250, STREAM_C1, LAST_SEEN_BRIDGE, MAC_LOWEST);
	trace_to_json(&t, &b);
	for (size_t len = 0; len <= b.len; len++) {
		int rc = trace_from_json("x", b.s, len, &back, &e);

		ck_assert_int_eq(rc, len && b.s[len - 1] == '\n' ? 0 : -EINVAL);
		good += rc == 0;
		trace_free(&back);
	}
	ck_assert_uint_eq(good, t.n + 1);
	trace_free(&t);
}

PURE_TEST("trace", json_replaces_what_is_not_utf8)
{
	AUTO_TRACE t = {0}, back = {0};
	AUTO_BUF b = {0};
	struct err e;

	build_meta(&t, "pinned", CAUSE_NONE);
	build_phase(&t, 1, PHASE_LAB_FAILED, "bad \xff byte");
	trace_to_json(&t, &b);
	ck_assert_int_eq(trace_from_json("x", b.s, b.len, &back, &e), 0);
	ck_assert_str_eq(back.events[0].u.phase.text, "bad ? byte");
}
