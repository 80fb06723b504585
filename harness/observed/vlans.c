/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vlans.c: which VLANs the bridge and its ports were in, as the notifications told it.
 *
 * A bridge that filters takes an untagged frame into the PVID of where it enters, and drops it
 * where there is none (br_allowed_ingress()). It lets it out where that VLAN is
 * (br_allowed_egress()). */
#include "observed/vlans.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is_of(const struct event *ev, const char *name)
{
	return !strncmp(ev->u.link.name, name, NAME_MAX_LEN);
}

/* br0's own messages tell whether it filters; those of AF_BRIDGE which VLANs. */
static bool tells_filtering(const struct event *ev)
{
	return !ev->u.link.bridge_msg && is_of(ev, BRIDGE_NAME);
}

void vlans_make(const struct trace *t, const struct bridge_state *m, struct vlans *out)
{
	*out = (struct vlans){.m = m};
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->type != EV_LINK || ev->where != WHERE_ROUTER || ev->u.link.gone ||
		    !(tells_filtering(ev) || ev->u.link.vlans[0]))
			continue;
		*MEM_PUSH(out->items, out->n, out->cap) = ev;
		out->filtered |= ev->u.link.filters_vlans;
	}
}

void vlans_free(struct vlans *v)
{
	free(v->items);
	*v = (struct vlans){0};
}

static bool tells_same(const struct event *a, const struct event *b)
{
	return a->u.link.filters_vlans == b->u.link.filters_vlans &&
	       a->u.link.pvid == b->u.link.pvid && !strcmp(a->u.link.vlans, b->u.link.vlans);
}

/* The last of those of this kind and name that was read by from_ns. NULL: there was none, or
 * another one that says something else may have been true by to_ns. */
static const struct event *told(
    const struct vlans *v, const char *name, bool filtering, int64_t from_ns, int64_t to_ns)
{
	const struct event *last = NULL;

	for (size_t i = 0; i < v->n; i++) {
		const struct event *ev = v->items[i];

		if (tells_filtering(ev) != filtering || !is_of(ev, name))
			continue;
		if (ev->t_ns <= from_ns)
			last = ev;
		else if (last && change_window_earliest(&v->m->change_windows, ev->t_ns) <= to_ns &&
		         !tells_same(ev, last))
			return NULL;
	}
	return last;
}

/* Is the VLAN in the list, such as "1,5-9"? */
static enum maybe has(const char *list, unsigned vlan)
{
	while (*list >= '0' && *list <= '9') {
		char *end;
		unsigned long first = strtoul(list, &end, 10),
		              last = *end == '-' ? strtoul(end + 1, &end, 10) : first;

		if (vlan >= first && vlan <= last)
			return YES;
		list = end + (*end == ',');
	}
	return *list == '+' ? MAYBE : NO;
}

enum maybe vlans_pass(
    const struct vlans *v, const char *in, const char *out, int64_t from_ns, int64_t to_ns)
{
	const struct event *filtering = told(v, BRIDGE_NAME, true, from_ns, to_ns), *a, *b;

	if (!v->filtered)
		return YES;
	if (!filtering)
		return MAYBE;
	if (!filtering->u.link.filters_vlans)
		return YES;
	a = told(v, in, false, from_ns, to_ns);
	b = told(v, out, false, from_ns, to_ns);
	if (!a || !b)
		return MAYBE;
	return a->u.link.pvid ? has(b->u.link.vlans, a->u.link.pvid) : NO;
}

unsigned vlans_pvid(const struct vlans *v, const char *name, int64_t t_ns)
{
	const struct event *ev = told(v, name, false, t_ns, t_ns);

	return ev ? ev->u.link.pvid : 0;
}
