/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tape.c: the raw log in shared memory: written without a call, read whatever is in it.
 *
 * A writer takes a slot by one atomic addition, fills it, and publishes it by `ready` with release
 * order; so a reader that sees `ready` sees the whole event. A writer that is killed between the
 * two leaves an unpublished slot: what it held is lost, and said to be lost. The reader trusts
 * nothing: a killed or mad process may have left any bytes, and may still be writing. So it reads
 * `used` and `capacity` once, copies an event before it looks at it, and drops those that cannot
 * be. */
#include "trace/tape.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <netinet/in.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

#define TAPE_MAGIC UINT64_C(0x31657061745f6273) /* "sb_tape1" */
#define TIME_MAX_NS (INT64_C(1) << 60)          /* 36 years: sums of a few never overflow */

size_t tape_size(size_t n_slots)
{
	return sizeof(struct tape) + n_slots * sizeof(struct tape_slot);
}

void tape_init(struct tape *tape, size_t n_slots, double pace)
{
	tape->capacity = n_slots;
	tape->pace = pace;
	atomic_init(&tape->used, 0);
	atomic_init(&tape->start_ns, 0);
	atomic_init(&tape->stands_ns, 0);
	tape->magic = TAPE_MAGIC;
}

void tape_put(struct tape *tape, const struct event *ev)
{
	uint64_t i = atomic_fetch_add_explicit(&tape->used, 1, memory_order_relaxed);

	if (i >= tape->capacity)
		return;
	struct tape_slot *slot = &tape->slots[i];
	slot->ev = *ev;
	slot->ev.order = (uint32_t)i;
	atomic_store_explicit(&slot->ready, 1, memory_order_release);
}

/* A duration times pace, within +-TIME_MAX_NS. */
static int64_t scaled(int64_t ns, double pace)
{
	double d = (double)ns * pace;

	if (d >= (double)TIME_MAX_NS)
		return TIME_MAX_NS;
	if (d <= -(double)TIME_MAX_NS)
		return -TIME_MAX_NS;
	return (int64_t)llrint(d);
}

/* A stamp in scenario time. A stamp of 0 was never set: `unset` takes its place. */
static int64_t stamp(int64_t ns, int64_t start, double pace, int64_t unset)
{
	int64_t since;

	if (ns == 0)
		return unset;
	if (__builtin_sub_overflow(ns, start, &since))
		return ns > 0 ? TIME_MAX_NS : -TIME_MAX_NS;
	return scaled(since, pace);
}

#define TERMINATE(field) ((field)[sizeof(field) - 1] = '\0')

/* Ends strings, makes flags 0 or 1; false for an event that no writer puts. */
static bool event_check(struct event *ev)
{
	switch (ev->type) {
	case EV_PHASE:
		TERMINATE(ev->u.phase.text);
		return ev->u.phase.phase <= PHASE_PAUSED;
	case EV_CHURN:
		TERMINATE(ev->u.churn.port);
		ev->u.churn.end = !!ev->u.churn.end;
		ev->u.churn.event = !!ev->u.churn.event;
		return ev->u.churn.op < OP_COUNT;
	case EV_LINK:
		TERMINATE(ev->u.link.name);
		ev->u.link.gone = !!ev->u.link.gone;
		ev->u.link.carrier = !!ev->u.link.carrier;
		ev->u.link.bridge_msg = !!ev->u.link.bridge_msg;
		ev->u.link.filters_vlans = !!ev->u.link.filters_vlans;
		TERMINATE(ev->u.link.vlans);
		return true;
	case EV_NEIGH:
		TERMINATE(ev->u.neigh.dev);
		ev->u.neigh.gone = !!ev->u.neigh.gone;
		return ev->u.neigh.family == AF_INET || ev->u.neigh.family == AF_INET6;
	case EV_FDB:
		TERMINATE(ev->u.fdb.port);
		ev->u.fdb.gone = !!ev->u.fdb.gone;
		return true;
	case EV_ADDR:
		TERMINATE(ev->u.addr.dev);
		ev->u.addr.gone = !!ev->u.addr.gone;
		return ev->u.addr.family == AF_INET || ev->u.addr.family == AF_INET6;
	case EV_ANSWER:
		return ev->u.answer.result <= ANSWER_CUT;
	case EV_FRAME:
		TERMINATE(ev->u.frame.port);
		ev->u.frame.out = !!ev->u.frame.out;
		ev->u.frame.df = !!ev->u.frame.df;
		ev->u.frame.handshake = !!ev->u.frame.handshake;
		if (ev->u.frame.family != AF_INET6) { /* four bytes are told */
			memset(ev->u.frame.sip + 4, 0, 12);
			memset(ev->u.frame.tip + 4, 0, 12);
		}
		return ev->u.frame.hop < HOP_COUNT && ev->u.frame.kind < FRAME_KINDS;
	case EV_STATE:
		ev->u.state.carrier = !!ev->u.state.carrier;
		ev->u.state.at_end = !!ev->u.state.at_end;
		return true;
	case EV_LATE:
		return ev->u.late.who <= LATE_CHURNER;
	case EV_OVERRUN:
		TERMINATE(ev->u.overrun.what);
		return true;
	case EV_TIMERS:
		TERMINATE(ev->u.timers.dev);
		ev->u.timers.ip6 = !!ev->u.timers.ip6;
		return true;
	case EV_HOP:
		TERMINATE(ev->u.hop.dev);
		return ev->u.hop.hop < HOP_COUNT;
	case EV_DROP:
		TERMINATE(ev->u.drop.function);
		TERMINATE(ev->u.drop.caller);
		TERMINATE(ev->u.drop.reason);
		return ev->u.drop.protocol < DROP_PROTOCOLS;
	default:
		return ev->type == EV_SENT;
	}
}

static void to_scenario_time(struct event *ev, int64_t start, double pace)
{
	ev->t_ns = stamp(ev->t_ns, start, pace, -TIME_MAX_NS);
	switch (ev->type) {
	case EV_CHURN:
		ev->u.churn.due_ns = stamp(ev->u.churn.due_ns, start, pace, ev->t_ns);
		break;
	case EV_SENT:
		ev->u.sent.due_ns = stamp(ev->u.sent.due_ns, start, pace, ev->t_ns);
		break;
	case EV_ANSWER:
		ev->u.answer.read_ns = stamp(ev->u.answer.read_ns, start, pace, ev->t_ns);
		break;
	case EV_LATE:
		ev->u.late.late_ns = scaled(ev->u.late.late_ns, pace);
		break;
	default:
		break;
	}
}

static void add_overrun(struct trace *t, int64_t t_ns, const char *what, uint64_t lost)
{
	struct event ev = {.t_ns = t_ns, .type = EV_OVERRUN, .order = UINT32_MAX};

	strncpy(ev.u.overrun.what, what, sizeof(ev.u.overrun.what) - 1);
	ev.u.overrun.lost = lost < UINT32_MAX ? (uint32_t)lost : UINT32_MAX;
	trace_add(t, &ev);
}

int tape_read(const struct tape *tape, size_t size, struct trace *t, struct err *e)
{
	if (size < sizeof(*tape))
		return err_set(e, EINVAL, "not a tape: %zu bytes are too few", size);
	if (tape->magic != TAPE_MAGIC)
		return err_set(e, EINVAL, "not a tape: its first bytes are wrong");
	double pace = tape->pace;
	if (!isfinite(pace) || pace <= 0)
		return err_set(e, EINVAL, "not a tape: its pace is no positive number");

	uint64_t fit = (size - sizeof(*tape)) / sizeof(struct tape_slot);
	uint64_t capacity = tape->capacity < fit ? tape->capacity : fit;
	uint64_t used = atomic_load_explicit(&tape->used, memory_order_acquire);
	uint64_t n = used < capacity ? used : capacity, damaged = 0;
	size_t first = t->n;
	int64_t last = INT64_MIN;

	for (uint64_t i = 0; i < n; i++) {
		const struct tape_slot *slot = &tape->slots[i];

		if (atomic_load_explicit(&slot->ready, memory_order_acquire) != 1) {
			damaged++;
			continue;
		}
		struct event ev = slot->ev;
		ev.order = (uint32_t)i;
		ev.pad = 0;
		if (!event_check(&ev)) {
			damaged++;
			continue;
		}
		last = ev.t_ns > last ? ev.t_ns : last;
		trace_add(t, &ev);
	}
	int64_t start = atomic_load_explicit(&tape->start_ns, memory_order_relaxed);
	if (start == 0 && last != INT64_MIN)
		start = last;
	for (size_t i = first; i < t->n; i++)
		to_scenario_time(&t->events[i], start, pace);
	int64_t real = atomic_load_explicit(&tape->start_real_ns, memory_order_relaxed);
	if (real > 0 && !t->meta.t0)
		t->meta.t0 = mem_printf("%" PRId64 ".%09" PRId64, real / NS_PER_S, real % NS_PER_S);
	int64_t end = last == INT64_MIN ? 0 : stamp(last, start, pace, 0);
	if (used > capacity)
		add_overrun(t, end, "tape full", used - capacity);
	if (damaged)
		add_overrun(t, end, "tape damaged", damaged);
	trace_sort(t);
	return 0;
}
