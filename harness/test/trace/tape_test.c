/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tape_test.c: tests of the tape, on which the processes of a play write events. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/rand.h"
#include "test/kit/builder.h"
#include "trace/tape.h"
#include "trace/trace_json.h"

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

/* Reads a tape, which has n events. */
static void read_tape(const struct tape *tape, struct trace *t, size_t n)
{
	struct err e;

	ck_assert_msg(tape_read(tape, tape_size(tape->capacity), t, &e) == 0, "%s", e.text);
	ck_assert_uint_eq(t->n, n);
}

PURE_TEST("trace", tape_gives_scenario_time)
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

PURE_TEST("trace", tape_without_start_ends_at_zero)
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

PURE_TEST("trace", tape_that_is_full_says_so)
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

PURE_TEST("trace", tape_reports_impossible_slots)
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

PURE_TEST("trace", tape_refuses_other_memory)
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

PURE_TEST("trace", tape_survives_any_bytes)
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
		ctest_same("back", b.s, b.len, a.s, a.len);
		free(bytes);
	}
}

PURE_TEST("trace", tape_takes_every_kind_and_corrects_its_flags)
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
	put(tape, 113, EV_HOP, (struct event){.u.hop = {.hop = HOP_UPSTREAM}});
	put(tape, 114, EV_DROP, (struct event){.u.drop = {.protocol = DROP_ARP}});
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

PURE_TEST("trace", tape_drops_what_is_just_beyond_its_lists)
{
	AUTO_FREE struct tape *tape = new_tape(8, 1);
	AUTO_TRACE t = {0};

	put(tape, 1, EV_PHASE, (struct event){.u.phase = {.phase = PHASE_PAUSED + 1}});
	put(tape, 2, EV_CHURN, (struct event){.u.churn = {.op = OP_COUNT}});
	put(tape, 3, EV_ANSWER, (struct event){.u.answer = {.result = ANSWER_CUT + 1}});
	put(tape, 4, EV_FRAME, (struct event){.u.frame = {.kind = FRAME_KINDS}});
	put(tape, 5, EV_LATE, (struct event){.u.late = {.who = LATE_CHURNER + 1}});
	put(tape, 6, EV_ADDR, (struct event){.u.addr = {.family = 0}});
	put(tape, 7, EV_HOP, (struct event){.u.hop = {.hop = HOP_COUNT}});
	put(tape, 8, EV_DROP, (struct event){.u.drop = {.protocol = DROP_PROTOCOLS}});
	read_tape(tape, &t, 1);
	ck_assert_int_eq(t.events[0].type, EV_OVERRUN);
	ck_assert_uint_eq(t.events[0].u.overrun.lost, 8);
}
