/* trace_test.c: tests of the trace room: names, tape, JSON lines. */
#include "test/kit/ctest.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/macros.h"
#include "base/rand.h"
#include "base/units.h"
#include "test/kit/builder.h"
#include "trace/tape.h"
#include "trace/trace_json.h"

/* Names the first line that differs: libcheck takes no long messages. */
static void assert_same(const struct buf *a, const struct buf *b)
{
	size_t i = 0, line = 0;

	for (; i < a->len && i < b->len && a->s[i] == b->s[i]; i++)
		if (a->s[i] == '\n')
			line = i + 1;
	ck_assert_msg(
	    i == a->len && i == b->len, "'%.300s' is not '%.300s'", a->s + line, b->s + line);
}

START_TEST(causes_have_names)
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
END_TEST

START_TEST(trace_sorts_by_time_then_order)
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
END_TEST

/* One of every kind, with every member set. */
static void all_kinds(struct trace *t)
{
	struct event *ev;

	build_broken_control(t);
	t->meta.fault = strdup("undo-pin");
	t->meta.limits =
	    (struct limits){.lost = 3, .outages = LIMIT_ANY, .outage_ns = 5, .answered = 99.9};
	t->meta.exposures_none = true;
	t->meta.play = (struct play_id){2, 1};
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
	build_churn(t, 60109, OP_FAULT, "undo-pin", true);
	t->events[t->n - 1].u.churn.err = -1;
	t->events[t->n - 1].u.churn.cycle = 7;
	t->events[t->n - 1].u.churn.mac = MAC_OTHER;
	build_phase(t, 60110, PHASE_LAB_FAILED, "no \xc3\xa4\n such thing");
	trace_sort(t);
}

START_TEST(json_comes_back_byte_for_byte)
{
	AUTO_TRACE t = {0}, back = {0};
	AUTO_BUF a = {0}, b = {0};
	struct err e = {0};

	all_kinds(&t);
	trace_to_json(&t, &a);
	ck_assert_msg(trace_from_json("a", a.s, a.len, &back, &e) == 0, "%s", e.text);
	trace_to_json(&back, &b);
	assert_same(&a, &b);
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
END_TEST

START_TEST(json_is_readable)
{
	AUTO_TRACE t = {0};
	AUTO_BUF b = {0};

	build_meta(&t, "inherited", CAUSE_STALE_GATEWAY);
	build_lookup(&t, 250, STREAM_C1, LAST_SEEN_CLIENT, MAC_LOWEST);
	build_neigh(&t, 300, 0, 2, MAC_LOWEST);
	trace_to_json(&t, &b);
	ck_assert_ptr_nonnull(strstr(b.s, "\"breaks\":\"stale-gateway\""));
	ck_assert_ptr_nonnull(strstr(b.s,
	    "\n{\"t\":250000000,\"e\":\"sent\",\"at\":\"router\",\"stream\":0,\"seq\":401,"
	    "\"due\":250000000}\n"));
	ck_assert_ptr_nonnull(strstr(b.s, "\"kind\":\"query\",\"hop\":\"client\",\"out\":true,"));
	ck_assert_ptr_nonnull(strstr(b.s, "\"dst\":\"02:00:00:00:00:01\""));
	ck_assert_ptr_nonnull(strstr(b.s,
	    "{\"t\":300000000,\"e\":\"neigh\",\"at\":\"client0\",\"ip\":\"192.0.2.1\",\"gone\":false,"
	    "\"state\":\"reachable\",\"mac\":\"02:00:00:00:00:01\",\"dev\":\"eth0\"}\n"));
}
END_TEST

START_TEST(json_refuses_what_it_did_not_write)
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
END_TEST

START_TEST(json_cut_anywhere_is_refused)
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
END_TEST

START_TEST(json_text_that_is_no_utf8_is_mended)
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
END_TEST

static struct tape *new_tape(size_t slots, double pace)
{
	struct tape *tape = calloc(1, tape_size(slots));

	ck_assert_ptr_nonnull(tape);
	tape_init(tape, slots, pace);
	return tape;
}

static void put(struct tape *tape, int64_t t_ns, enum event_type type, struct event ev)
{
	ev.t_ns = t_ns;
	ev.type = (uint8_t)type;
	tape_put(tape, &ev);
}

/* What is on a tape that can be read: so many events. */
static void read_tape(const struct tape *tape, struct trace *t, size_t n)
{
	struct err e;

	ck_assert_msg(tape_read(tape, tape_size(tape->capacity), t, &e) == 0, "%s", e.text);
	ck_assert_uint_eq(t->n, n);
}

START_TEST(tape_gives_scenario_time)
{
	AUTO_FREE struct tape *tape = new_tape(8, 20);
	AUTO_TRACE t = {0};

	put(tape, 1100, EV_SENT, (struct event){.u.sent = {.due_ns = 1090, .seq = 1}});
	put(tape, 1200, EV_ANSWER, (struct event){.u.answer = {.read_ns = 1210, .seq = 1}});
	put(tape, 900, EV_CHURN, (struct event){.u.churn = {.due_ns = 950, .port = "p"}});
	put(tape, 1300, EV_LATE, (struct event){.u.late = {.late_ns = 7}});
	put(tape, 1400, EV_SENT, (struct event){.u.sent = {.due_ns = 0, .seq = 2}});
	put(tape, 1500, EV_PHASE, (struct event){.u.phase = {.phase = PHASE_END}});
	tape->start_ns = 1000;
	read_tape(tape, &t, 6);
	ck_assert(t.whole);
	ck_assert_int_eq(t.events[0].type, EV_CHURN);
	ck_assert_int_eq(t.events[0].t_ns, -2000);
	ck_assert_int_eq(t.events[0].u.churn.due_ns, -1000);
	ck_assert_uint_eq(t.events[0].order, 2);
	ck_assert_int_eq(t.events[1].t_ns, 2000);
	ck_assert_int_eq(t.events[1].u.sent.due_ns, 1800);
	ck_assert_int_eq(t.events[2].u.answer.read_ns, 4200);
	ck_assert_int_eq(t.events[3].u.late.late_ns, 140); /* a duration: no start in it */
	ck_assert_int_eq(t.events[4].u.sent.due_ns, 8000); /* never set: the event's own */
}
END_TEST

START_TEST(tape_without_start_ends_at_zero)
{
	AUTO_FREE struct tape *tape = new_tape(4, 2);
	AUTO_TRACE t = {0};

	put(tape, 500, EV_PHASE, (struct event){.u.phase = {.phase = PHASE_LAB}});
	put(tape, 700, EV_PHASE, (struct event){.u.phase = {.phase = PHASE_LAB_FAILED}});
	read_tape(tape, &t, 2);
	ck_assert_int_eq(t.events[0].t_ns, -400);
	ck_assert_int_eq(t.events[1].t_ns, 0);
	ck_assert(!t.whole);
}
END_TEST

START_TEST(tape_that_is_full_says_so)
{
	AUTO_FREE struct tape *tape = new_tape(2, 1);
	AUTO_TRACE t = {0};

	for (int i = 0; i < 5; i++)
		put(tape, 100 + i, EV_SENT, (struct event){0});
	read_tape(tape, &t, 3);
	ck_assert_int_eq(t.events[2].type, EV_OVERRUN);
	ck_assert_str_eq(t.events[2].u.overrun.what, "tape full");
	ck_assert_uint_eq(t.events[2].u.overrun.lost, 3);
}
END_TEST

START_TEST(tape_tells_slots_that_cannot_be)
{
	AUTO_FREE struct tape *tape = new_tape(8, 1);
	AUTO_TRACE t = {0};

	put(tape, 100, EV_PHASE, (struct event){.u.phase = {.phase = PHASE_LAB}});
	memset(tape->slots[0].ev.u.phase.text, 'x', sizeof(tape->slots[0].ev.u.phase.text));
	put(tape, 101, EV_SENT, (struct event){0}); /* unpublished: its writer was killed */
	tape->slots[1].ready = 0;
	put(tape, 102, EV_COUNT, (struct event){0});
	put(tape, 103, EV_PHASE, (struct event){.u.phase = {.phase = 99}});
	put(tape, 104, EV_FRAME, (struct event){.u.frame = {.hop = HOP_COUNT}});
	put(tape, 105, EV_NEIGH, (struct event){.u.neigh = {.family = 77}});
	read_tape(tape, &t, 2);
	ck_assert_uint_eq(strlen(t.events[0].u.phase.text), sizeof(t.events[0].u.phase.text) - 1);
	ck_assert_int_eq(t.events[1].type, EV_OVERRUN);
	ck_assert_str_eq(t.events[1].u.overrun.what, "tape damaged");
	ck_assert_uint_eq(t.events[1].u.overrun.lost, 5);
}
END_TEST

START_TEST(tape_refuses_other_memory)
{
	AUTO_FREE struct tape *tape = new_tape(4, 1);
	AUTO_TRACE t = {0};
	struct err e;

	ck_assert_int_eq(tape_read(tape, sizeof(*tape) - 1, &t, &e), -EINVAL);
	ck_assert_str_ne(e.text, "");
	for (int i = 0; i < 4; i++) {
		static const double paces[] = {0, -1, NAN, INFINITY};

		tape->pace = paces[i];
		ck_assert_int_eq(tape_read(tape, tape_size(4), &t, &e), -EINVAL);
	}
	tape->pace = 1;
	ck_assert_int_eq(tape_read(tape, tape_size(4), &t, &e), 0);
	tape->magic++;
	ck_assert_int_eq(tape_read(tape, tape_size(4), &t, &e), -EINVAL);
}
END_TEST

START_TEST(tape_survives_any_bytes)
{
	size_t slots = 16, size = tape_size(slots);
	uint64_t seed = 7;
	struct err e;

	for (int round = 0; round < 2000; round++) {
		/* exactly that much: a byte too many is seen by valgrind and the sanitizer */
		size_t len = round % 3 ? size
		                       : sizeof(struct tape) +
		                             rand_next(&seed) % (size - sizeof(struct tape));
		unsigned char *bytes = malloc(len);
		AUTO_FREE struct tape *tape = new_tape(slots, 1);
		AUTO_TRACE t = {0}, back = {0};
		AUTO_BUF a = {0}, b = {0};

		for (int i = 0; i < 16; i++)
			put(tape, 1000 + i, (enum event_type)(i % EV_COUNT), (struct event){0});
		tape->start_ns = 1000;
		memcpy(bytes, tape, len);
		for (unsigned i = 0; i < 200; i++)
			bytes[8 + rand_next(&seed) % (len - 8)] = (unsigned char)rand_next(&seed);
		if (round % 2)
			memcpy(bytes + offsetof(struct tape, pace), &(double){1e300}, 8);
		else
			memcpy(bytes + offsetof(struct tape, pace), &tape->pace, 8);
		ck_assert_int_eq(tape_read((struct tape *)bytes, len, &t, &e), 0);
		build_meta(&back, "x", CAUSE_NONE);
		free(t.meta.name);
		free(t.meta.t0);
		t.meta = back.meta;
		trace_to_json(&t, &a);
		ck_assert_msg(trace_from_json("x", a.s, a.len, &back, &e) == 0, "%s", e.text);
		trace_to_json(&back, &b);
		assert_same(&a, &b);
		free(bytes);
	}
}
END_TEST

START_TEST(tape_takes_every_kind_and_mends_its_flags)
{
	AUTO_FREE struct tape *tape = new_tape(2 * EV_COUNT, 1);
	AUTO_TRACE t = {0};

	put(tape, 100, EV_PHASE, (struct event){.u.phase = {.phase = PHASE_LAB_FAILED}});
	put(tape, 101, EV_CHURN, (struct event){.u.churn = {.op = OP_FAULT, .end = 7}});
	put(tape, 102, EV_LINK,
	    (struct event){
	        .u.link = {.gone = 7, .carrier = 7, .bridge_msg = 7, .port_state = 255}});
	put(tape, 103, EV_NEIGH, (struct event){.u.neigh = {.family = AF_INET, .gone = 7}});
	put(tape, 104, EV_FDB, (struct event){.u.fdb = {.gone = 7}});
	put(tape, 105, EV_ADDR, (struct event){.u.addr = {.family = AF_INET6, .gone = 7}});
	put(tape, 106, EV_SENT, (struct event){0});
	put(tape, 107, EV_ANSWER, (struct event){.u.answer = {.result = ANSWER_REFUSED}});
	put(tape, 108, EV_FRAME,
	    (struct event){.u.frame = {.hop = HOP_UPSTREAM, .kind = FRAME_ARP_REPLY, .out = 7}});
	put(tape, 109, EV_STATE,
	    (struct event){.u.state = {.carrier = 7, .at_end = 7, .local_fdb = 255}});
	put(tape, 110, EV_LATE, (struct event){.u.late = {.who = LATE_CHURNER}});
	put(tape, 111, EV_OVERRUN, (struct event){.u.overrun = {.what = "links"}});
	put(tape, 112, EV_TIMERS, (struct event){0});
	tape->start_ns = 100;
	read_tape(tape, &t, EV_COUNT);
	for (int i = 0; i < EV_COUNT; i++) {
		ck_assert_int_eq(t.events[i].type, i);
		ck_assert_int_eq(t.events[i].t_ns, i);
	}
	ck_assert_uint_eq(t.events[EV_CHURN].u.churn.end, 1);
	ck_assert_uint_eq(t.events[EV_LINK].u.link.gone, 1);
	ck_assert_uint_eq(t.events[EV_LINK].u.link.carrier, 1);
	ck_assert_uint_eq(t.events[EV_LINK].u.link.bridge_msg, 1);
	ck_assert_uint_eq(t.events[EV_NEIGH].u.neigh.gone, 1);
	ck_assert_uint_eq(t.events[EV_FDB].u.fdb.gone, 1);
	ck_assert_uint_eq(t.events[EV_ADDR].u.addr.gone, 1);
	ck_assert_uint_eq(t.events[EV_FRAME].u.frame.out, 1);
	ck_assert_uint_eq(t.events[EV_STATE].u.state.carrier, 1);
	ck_assert_uint_eq(t.events[EV_STATE].u.state.at_end, 1);
	ck_assert_uint_eq(t.events[EV_STATE].u.state.local_fdb, 255);
}
END_TEST

START_TEST(tape_drops_what_is_just_beyond_its_lists)
{
	AUTO_FREE struct tape *tape = new_tape(8, 1);
	AUTO_TRACE t = {0};

	put(tape, 1, EV_PHASE, (struct event){.u.phase = {.phase = PHASE_PAUSED + 1}});
	put(tape, 2, EV_CHURN, (struct event){.u.churn = {.op = OP_COUNT}});
	put(tape, 3, EV_ANSWER, (struct event){.u.answer = {.result = ANSWER_CUT + 1}});
	put(tape, 4, EV_FRAME, (struct event){.u.frame = {.kind = FRAME_KINDS}});
	put(tape, 5, EV_LATE, (struct event){.u.late = {.who = LATE_CHURNER + 1}});
	put(tape, 6, EV_ADDR, (struct event){.u.addr = {.family = 0}});
	read_tape(tape, &t, 1);
	ck_assert_int_eq(t.events[0].type, EV_OVERRUN);
	ck_assert_uint_eq(t.events[0].u.overrun.lost, 6);
}
END_TEST

/* Files of earlier runs, and people's scripts, know both forms. */
START_TEST(a_play_has_a_number_and_a_folder)
{
	static const struct {
		struct play_id id;
		int number;
		const char *folder;
	} plays[] = {
	    {{0, 0}, 0, "case"},
	    {{0, 2}, 2, "case.replay-2"},
	    {{1, 0}, 100, "case.repeat-2"},
	    {{12, 1}, 1201, "case.repeat-13.replay-1"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(plays); i++) {
		AUTO_BUF b = {0};

		buf_puts(&b, "case");
		play_id_suffix(plays[i].id, &b);
		ck_assert_str_eq(b.s, plays[i].folder);
		ck_assert_int_eq(play_id_number(plays[i].id), plays[i].number);
		ck_assert(!play_id_compare(play_id_of_number(plays[i].number), plays[i].id));
		ck_assert(!i || play_id_compare(plays[i - 1].id, plays[i].id) < 0);
	}
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "trace", CTEST_PURE, a_play_has_a_number_and_a_folder);
	ctest_add(list, "trace", CTEST_PURE, causes_have_names);
	ctest_add(list, "trace", CTEST_PURE, trace_sorts_by_time_then_order);
	ctest_add(list, "trace", CTEST_PURE, json_comes_back_byte_for_byte);
	ctest_add(list, "trace", CTEST_PURE, json_is_readable);
	ctest_add(list, "trace", CTEST_PURE, json_refuses_what_it_did_not_write);
	ctest_add(list, "trace", CTEST_PURE, json_cut_anywhere_is_refused);
	ctest_add(list, "trace", CTEST_PURE, json_text_that_is_no_utf8_is_mended);
	ctest_add(list, "trace", CTEST_PURE, tape_gives_scenario_time);
	ctest_add(list, "trace", CTEST_PURE, tape_without_start_ends_at_zero);
	ctest_add(list, "trace", CTEST_PURE, tape_that_is_full_says_so);
	ctest_add(list, "trace", CTEST_PURE, tape_tells_slots_that_cannot_be);
	ctest_add(list, "trace", CTEST_PURE, tape_refuses_other_memory);
	ctest_add(list, "trace", CTEST_PURE, tape_survives_any_bytes);
	ctest_add(list, "trace", CTEST_PURE, tape_takes_every_kind_and_mends_its_flags);
	ctest_add(list, "trace", CTEST_PURE, tape_drops_what_is_just_beyond_its_lists);
}
