/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change_window.c: begin and end of each change that was asked for; between them lies what it
 * changed.
 *
 * A notification is read late, so every window of the last 10 ms of real time may be what it tells
 * of. At a hundred cycles a second that is the last cycle or two, and nothing would be known of any
 * moment. But the bridge takes a MAC when a port that has it joins, and loses it when that port
 * leaves, one change after another. */
#include "observed/change_window.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"

void change_windows_make(const struct trace *t, struct change_windows *out)
{
	*out = (struct change_windows){
	    .slack_ns = trace_scenario_ns(t, TRACE_READ_LATE_REAL_NS), .by_program = t->meta.tool};
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->type == EV_LATE && ev->u.late.who == LATE_LOOP)
			*MEM_PUSH(out->late, out->n_late, out->cap_late) = ev;
		if (ev->type != EV_CHURN)
			continue;
		if (!ev->u.churn.end) {
			*MEM_PUSH(out->items, out->n, out->cap) =
			    (struct change_window){ev->t_ns, INT64_MAX, ev, false};
			continue;
		}
		/* the churner does one thing after the other: the newest open one ends */
		for (size_t i = out->n, back = 0; i > 0 && back < 8; i--, back++) {
			struct change_window *b = &out->items[i - 1];

			if (b->end_ns == INT64_MAX && b->begin->u.churn.op == ev->u.churn.op &&
			    !strcmp(b->begin->u.churn.port, ev->u.churn.port)) {
				b->end_ns = ev->t_ns;
				b->failed = ev->u.churn.err != 0;
				break;
			}
		}
	}
}

void change_windows_free(struct change_windows *all)
{
	free(all->items);
	free(all->late);
	*all = (struct change_windows){0};
}

/* How many began at t_ns or before. */
static size_t begun_by(const struct change_windows *all, int64_t t_ns)
{
	return LOWER_BOUND(i, 0, all->n, all->items[i].begin_ns <= t_ns);
}

int64_t change_window_read_since(const struct change_windows *all, int64_t t_ns)
{
	int64_t from = t_ns - all->slack_ns, earliest = from;
	size_t i = LOWER_BOUND(k, 0, all->n_late, all->late[k]->t_ns < from);

	for (; i < all->n_late && all->late[i]->t_ns <= t_ns + all->slack_ns; i++) {
		int64_t due = all->late[i]->t_ns - all->late[i]->u.late.late_ns;

		if (due <= t_ns && due - all->slack_ns < earliest)
			earliest = due - all->slack_ns;
	}
	return earliest;
}

int64_t change_window_earliest(const struct change_windows *all, int64_t t_ns)
{
	int64_t since = change_window_read_since(all, t_ns), earliest = since;
	size_t n = begun_by(all, t_ns);
	bool found = false;

	for (size_t i = n; i > 0 && n - i < 64; i--) {
		const struct change_window *b = &all->items[i - 1];

		if (b->end_ns < since)
			break;
		if (b->end_ns == INT64_MAX && i < n)
			break; /* cut off long ago: it encloses nothing */
		earliest = found && earliest < b->begin_ns ? earliest : b->begin_ns;
		found = true;
	}
	return all->by_program && earliest < since ? since : earliest;
}

static bool can(const struct change_window *b, struct mac old, struct mac new)
{
	const struct event *ev = b->begin;

	if (ev->u.churn.event || mac_is_zero(ev->u.churn.mac))
		return true;
	if (ev->u.churn.op == OP_JOIN)
		return !mac_cmp(ev->u.churn.mac, new);
	return ev->u.churn.op != OP_LEAVE || !mac_cmp(ev->u.churn.mac, old);
}

int64_t change_window_of_mac(const struct change_windows *all, int64_t t_ns, struct mac old,
    struct mac new, int64_t since_ns)
{
	int64_t widest = change_window_earliest(all, t_ns), earliest = INT64_MAX;
	size_t n = begun_by(all, t_ns);

	for (size_t i = n; i > 0 && n - i < 64; i--) {
		const struct change_window *b = &all->items[i - 1];

		if (b->begin_ns < widest || b->begin_ns < since_ns)
			break;
		if (can(b, old, new))
			earliest = b->begin_ns;
	}
	return earliest == INT64_MAX ? widest : earliest;
}

bool change_window_ends_fault(const struct change_windows *all, size_t i)
{
	const struct event *ev = all->items[i].begin;

	if (ev->u.churn.op != OP_FAULT || !mac_is_zero(ev->u.churn.mac))
		return false;
	for (const struct change_window *b = all->items; b < &all->items[i]; b++)
		if (b->begin->u.churn.op == OP_FAULT &&
		    b->begin->u.churn.cycle == ev->u.churn.cycle &&
		    !strcmp(b->begin->u.churn.port, ev->u.churn.port))
			return true;
	return false;
}
