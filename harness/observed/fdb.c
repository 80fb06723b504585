/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fdb.c: what is known of the bridge's FDB entry for a MAC.
 *
 * Notifications alone are not believed: a kernel that forgets to send one is what is looked for. So
 * an entry was there if one notification said so, none came afterwards, and it was there when
 * the play was over. If it was not there then, it may have gone at any time after br0 last got a
 * frame for that MAC. */
#include "observed/fdb.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "observed/neigh.h"

/* The notifications of one MAC around a span of time. */
struct reported {
	const struct event *last; /* at or before its begin, or NULL */
	const struct event *next; /* after that, or NULL */
	bool meanwhile;           /* next may have happened before its end */
};

static int by_mac_and_time(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a,
	                   *y = *(const struct event *const *)b;
	int order = mac_cmp(x->u.fdb.mac, y->u.fdb.mac);

	return order ? order : (x > y) - (x < y);
}

bool fdb_counts(const struct event *ev)
{
	return ev->type == EV_FDB && !ev->u.fdb.vlan;
}

void fdb_make(const struct trace *t, const struct bridge_state *m, struct fdb *out)
{
	*out = (struct fdb){.m = m, .taken_ns = INT64_MIN};
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		out->filtered |= ev->type == EV_LINK && ev->u.link.filters_vlans;
		if (fdb_counts(ev))
			*MEM_PUSH(out->items, out->n, out->cap) = ev;
		else if (ev->type == EV_FRAME && ev->u.frame.kind == FRAME_QUERY &&
		         ev->u.frame.hop == HOP_BRIDGE && m->at_end &&
		         !mac_cmp(ev->u.frame.dst, m->at_end->u.state.mac))
			out->taken_ns = ev->t_ns;
	}
	if (out->n)
		qsort(out->items, out->n, sizeof(*out->items), by_mac_and_time);
}

void fdb_free(struct fdb *f)
{
	free(f->items);
	*f = (struct fdb){0};
}

static bool is_by(const struct event *ev, struct mac mac, int64_t t_ns)
{
	int order = mac_cmp(ev->u.fdb.mac, mac);

	return order < 0 || (!order && ev->t_ns <= t_ns);
}

static struct reported reported_of(
    const struct fdb *f, struct mac mac, int64_t from_ns, int64_t to_ns)
{
	size_t n = LOWER_BOUND(i, 0, f->n, is_by(f->items[i], mac, from_ns));
	struct reported reported = {0};

	if (n && !mac_cmp(f->items[n - 1]->u.fdb.mac, mac))
		reported.last = f->items[n - 1];
	if (n < f->n && !mac_cmp(f->items[n]->u.fdb.mac, mac)) {
		reported.next = f->items[n];
		reported.meanwhile =
		    change_window_earliest(&f->m->change_windows, reported.next->t_ns) <= to_ns;
	}
	return reported;
}

/* Is it of a local entry? */
static bool is_of_local(const struct event *ev)
{
	return ev->u.fdb.state & NUD_IS_PERMANENT;
}

/* As read before or after the play, of this MAC. */
static unsigned local_when_read(const struct event *state, struct mac mac)
{
	return state && !mac_cmp(state->u.state.mac, mac) ? state->u.state.local_fdb
	                                                  : STATE_NOT_READ;
}

enum maybe fdb_is_local(const struct fdb *f, struct mac mac, int64_t from_ns, int64_t to_ns)
{
	struct reported reported = reported_of(f, mac, from_ns, to_ns);
	bool was = reported.last ? is_of_local(reported.last) && !reported.last->u.fdb.gone
	                         : local_when_read(f->m->baseline, mac) == 1;
	unsigned at_end = local_when_read(f->m->at_end, mac);

	if (reported.meanwhile || f->filtered)
		return MAYBE;
	if (reported.last && !was)
		return reported.next || at_end != 1 ? NO : MAYBE;
	/* what is deleted later had been there; what is made later had gone, nobody knows when */
	if (reported.next)
		return was && reported.next->u.fdb.gone && is_of_local(reported.next) ? YES : MAYBE;
	if (at_end == 0)
		return f->taken_ns < from_ns ? NO : MAYBE;
	return was && at_end == 1 ? YES : MAYBE;
}

bool fdb_leads_to(
    const struct fdb *f, struct mac mac, const char *port, int64_t from_ns, int64_t to_ns)
{
	struct reported reported = reported_of(f, mac, from_ns, to_ns);

	return !f->filtered && !reported.meanwhile &&
	       (!reported.last || reported.last->u.fdb.gone ||
	           !strncmp(reported.last->u.fdb.port, port, NAME_MAX_LEN));
}

static bool is_elsewhere(const struct event *ev, const char *port)
{
	return !ev->u.fdb.gone && !is_of_local(ev) &&
	       strncmp(ev->u.fdb.port, port, NAME_MAX_LEN) != 0;
}

enum maybe fdb_leads_elsewhere(
    const struct fdb *f, struct mac mac, const char *port, int64_t from_ns, int64_t to_ns)
{
	struct reported reported = reported_of(f, mac, from_ns, to_ns);
	size_t i = LOWER_BOUND(k, 0, f->n, is_by(f->items[k], mac, from_ns));
	bool ever = reported.last && is_elsewhere(reported.last, port);

	if (f->filtered)
		return MAYBE;
	if (!reported.meanwhile)
		return ever ? YES : NO;
	for (; i < f->n && !mac_cmp(f->items[i]->u.fdb.mac, mac) &&
	       change_window_earliest(&f->m->change_windows, f->items[i]->t_ns) <= to_ns;
	     i++)
		ever |= is_elsewhere(f->items[i], port);
	return ever ? MAYBE : NO;
}

const struct event *fdb_entry(
    const struct trace *t, struct mac mac, const char *port, bool own, int64_t t_ns)
{
	const struct event *last = NULL;

	for (const struct event *ev = t->events; ev < t->events + t->n; ev++)
		if (fdb_counts(ev) && ev->t_ns <= t_ns && !ev->u.fdb.gone &&
		    !mac_cmp(ev->u.fdb.mac, mac) &&
		    own == !strncmp(ev->u.fdb.port, port, NAME_MAX_LEN))
			last = ev;
	return last;
}
