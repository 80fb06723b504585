/* SPDX-License-Identifier: GPL-2.0-or-later */
/* invariant.c: what the scenario never asked to change, and yet changed. */
#include "judge/invariant.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "base/words.h"
#include "observed/bridge_ask.h"
#include "observed/fdb.h"
#include "observed/intended.h"
#include "observed/neigh.h"

/* So long may the bridge's NEWLINK, or a new entry, come after an FDB deletion. */
#define SETTLE_NS (250 * NS_PER_MS)
#define BYSTANDER_RUN 8 /* so many lookups of a stream, one after the other, are a stream */
#define BREACHES_MAX 64 /* of one kind; more say nothing more */

void breaches_add(struct breaches *out, int64_t t_ns, enum invariant what, char *text)
{
	out->bits |= what;
	*MEM_PUSH(out->items, out->n, out->cap) =
	    (struct breach){.t_ns = t_ns, .what = what, .text = text};
}

int64_t invariant_settle_ns(const struct bridge_state *m)
{
	return 2 * m->slack_ns > SETTLE_NS ? 2 * m->slack_ns : SETTLE_NS;
}

/* Takes over text. */
static void breach(
    struct breaches *out, size_t *count, int64_t t_ns, enum invariant what, char *text)
{
	if (++*count > BREACHES_MAX)
		free(text);
	else
		breaches_add(out, t_ns, what, text);
}

static void gateway_mac(const struct trace *t, const struct bridge_state *m, struct breaches *out)
{
	bool pinned = m->baseline && m->baseline->u.state.assign_type == ADDR_ASSIGN_SET;
	int64_t limit = t->meta.limits.gateway_mac_changes;
	char from[MAC_TEXT], to[MAC_TEXT];
	size_t count = 0;

	if (t->meta.breaks != CAUSE_NONE || limit < 0 || unintended_gateway_changes(m) <= limit)
		return;
	for (size_t i = 1; i < m->gateway.n; i++) {
		const struct history_span *s = &m->gateway.items[i];

		if (s->hi_ns > 0 &&
		    !intended_for_bridge(m, s->hi_ns, OP_BIT(OP_SET_MAC) | OP_BIT(OP_RECREATE)))
			breach(out, &count, s->hi_ns, INVARIANT_GATEWAY_MAC,
			    mem_printf("br0 changed %s -> %s%s", mac_text(s[-1].mac, from),
			        mac_text(s->mac, to), pinned ? " although pinned" : ""));
	}
}

static void assign_type(const struct bridge_state *m, struct breaches *out)
{
	size_t count = 0;

	if (!m->baseline || !m->at_end ||
	    intended_before(m, INT64_MAX, OP_BIT(OP_SET_MAC) | OP_BIT(OP_RECREATE)))
		return;
	unsigned was = m->baseline->u.state.assign_type, is = m->at_end->u.state.assign_type;
	if (was != STATE_NOT_READ && is != STATE_NOT_READ && was != is)
		breach(out, &count, m->at_end->t_ns, INVARIANT_ASSIGN_TYPE,
		    mem_printf("br0's addr_assign_type changed %u -> %u", was, is));
}

struct shape {
	uint32_t mtu, first_mtu;
	bool carrier, first_carrier, known;
	size_t mtus, carriers;
};

static void shape_is(const struct trace *t, const struct bridge_state *m, struct shape *s,
    int64_t t_ns, uint32_t mtu, bool carrier, struct breaches *out)
{
	if (t_ns <= 0 || !s->known) {
		s->mtu = s->first_mtu = mtu;
		s->carrier = s->first_carrier = carrier;
		s->known = true;
		return;
	}
	if (mtu != s->mtu && mtu != s->first_mtu &&
	    !intended_for_bridge(m, t_ns, OP_BIT(OP_SET_MTU) | OP_BIT(OP_RECREATE)))
		breach(out, &s->mtus, t_ns, INVARIANT_MTU,
		    mem_printf("br0's MTU changed %u -> %u", s->mtu, mtu));
	if (carrier != s->carrier && carrier != s->first_carrier &&
	    !intended_no_carrier(t, m, t_ns))
		breach(out, &s->carriers, t_ns, INVARIANT_CARRIER,
		    mem_printf("br0 %s carrier", carrier ? "got" : "lost"));
	s->mtu = mtu;
	s->carrier = carrier;
}

static void mtu_and_carrier(
    const struct trace *t, const struct bridge_state *m, struct breaches *out)
{
	struct shape s = {0};

	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev == m->baseline || ev == m->at_end) {
			/* no event is at NULL: NOLINTNEXTLINE(*-core.NullDereference) */
			if (ev->u.state.mtu)
				shape_is(t, m, &s, ev == m->baseline ? 0 : ev->t_ns,
				    ev->u.state.mtu, ev->u.state.carrier, out);
		} else if (ev->type == EV_LINK && ev->where == WHERE_ROUTER &&
		           ev->t_ns <= m->end_ns && !ev->u.link.gone && !ev->u.link.bridge_msg &&
		           !strncmp(ev->u.link.name, BRIDGE_NAME, NAME_MAX_LEN)) {
			shape_is(t, m, &s, ev->t_ns, ev->u.link.mtu, ev->u.link.carrier, out);
		}
	}
}

/* A bridge none of whose ports forwards has no carrier (br_port_state_selection()), but linkwatch
 * tells of a bridge's carrier once a second (of real time) at most: a shorter loss is told by the
 * ports alone. */
static void untold_carrier(
    const struct trace *t, const struct bridge_state *m, struct breaches *out)
{
	const struct history *h = &m->open_ports;
	size_t count = 0;

	if (out->bits & INVARIANT_CARRIER)
		return;
	for (size_t i = 1; i < h->n; i++)
		if (!h->items[i].state && h->items[i].hi_ns > 0 && h->items[i].hi_ns <= m->end_ns &&
		    !intended_no_carrier(t, m, h->items[i].hi_ns))
			breach(out, &count, h->items[i].hi_ns, INVARIANT_CARRIER,
			    mem_printf("br0 lost carrier with its last port that forwarded"));
}

/* The ports that this lookup's query, which was for the gateway, came out of. */
static unsigned query_overheard(const struct bridge_state *m, const struct attempt *a)
{
	bool on_bridge = a->asked & HOP_BIT(HOP_BRIDGE);

	if (!a->flooded || bridge_gateway_is(m, on_bridge ? a->bridge_ns : a->client_ns,
	                       on_bridge ? a->bridge_dst : a->client_dst) != YES)
		return 0;
	return a->bystanders ? a->bystanders : 1;
}

/* The ports that its reply came out of, though it was for the client, and the query had just shown
 * the bridge where that is. */
static unsigned reply_overheard(const struct trace *t, const struct attempt *a)
{
	int client = t->meta.streams[a->stream].client;

	if (client < 0 || t->meta.bridge_learns_nothing || t->meta.clients[client].unlearned ||
	    !(a->replied & HOP_BIT(HOP_BRIDGE)) ||
	    mac_cmp(a->reply_dst, t->meta.clients[client].mac))
		return 0;
	return a->leaked;
}

/* Lookups of a stream, one after the other, whose queries or replies others could hear. */
static void overheard(const struct trace *t, const struct bridge_state *m,
    const struct attempts *all, size_t s, bool reply, struct breaches *out)
{
	size_t run = 0, from = attempts_from(all, s, 0), to = all->first[s + 1], count = 0;
	unsigned most = 0;

	for (size_t i = from; i <= to; i++) {
		const struct attempt *a = &all->items[i];
		unsigned ports = i == to ? 0
		                 : reply ? reply_overheard(t, a)
		                         : query_overheard(m, a);

		if (ports) {
			most = ports > most ? ports : most;
			run++;
			continue;
		}
		if (run >= BYSTANDER_RUN)
			breach(out, &count, a[-(ptrdiff_t)run].t_ns, INVARIANT_BYSTANDER,
			    mem_printf("%zu %s of %.48s in a row, addressed to %s, also left "
			               "through %u other port%s",
			        run, reply ? "replies" : "lookups", t->meta.streams[s].name,
			        reply ? "the client" : "br0", most, most == 1 ? "" : "s"));
		run = most = 0;
	}
}

static void bystanders(const struct trace *t, const struct bridge_state *m,
    const struct attempts *all, struct breaches *out)
{
	for (size_t s = 0; t->meta.breaks == CAUSE_NONE && s < all->n_streams; s++) {
		overheard(t, m, all, s, false, out);
		overheard(t, m, all, s, true, out);
	}
}

static bool same_address(const struct event *a, const struct event *b)
{
	size_t len = a->u.addr.family == AF_INET ? 4 : 16;

	return a->u.addr.family == b->u.addr.family && a->u.addr.prefix == b->u.addr.prefix &&
	       !memcmp(a->u.addr.addr, b->u.addr.addr, len);
}

static void addresses(const struct trace *t, const struct bridge_state *m, struct breaches *out)
{
	const struct event **there = NULL;
	size_t n = 0, cap = 0, count = 0, i;
	char text[INET6_ADDRSTRLEN];

	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (!bridge_is_address(ev) || ev->t_ns > m->end_ns)
			continue;
		for (i = 0; i < n && !same_address(there[i], ev); i++)
			;
		bool was = i < n;
		if (!ev->u.addr.gone && !was)
			*MEM_PUSH(there, n, cap) = ev;
		else if (ev->u.addr.gone && was)
			there[i] = there[--n];
		/* one that was there may be told again: DAD is over, lifetimes change */
		if (ev->t_ns <= 0 || (!ev->u.addr.gone && was))
			continue;
		if (intended_address(m, ev))
			continue;
		inet_ntop(ev->u.addr.family == AF_INET6 ? AF_INET6 : AF_INET, ev->u.addr.addr, text,
		    sizeof(text));
		breach(out, &count, ev->t_ns, INVARIANT_ADDRESS,
		    mem_printf("br0 %s the address %s/%u", ev->u.addr.gone ? "lost" : "got", text,
		        ev->u.addr.prefix));
	}
	free(there);
}

static int by_entry(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a,
	                   *y = *(const struct event *const *)b;
	int order = mac_cmp(x->u.fdb.mac, y->u.fdb.mac);

	if (order)
		return order;
	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return (x > y) - (x < y);
}

/* When the entry that went with `gone` came back; INT64_MAX when it did not. */
static int64_t back_at(const struct event **adds, size_t n, const struct event *gone)
{
	size_t first = LOWER_BOUND(i, 0, n, by_entry(&adds[i], &gone) < 0);

	if (first == n || mac_cmp(adds[first]->u.fdb.mac, gone->u.fdb.mac))
		return INT64_MAX;
	return adds[first]->t_ns;
}

/* The bridge's own MAC must stay in its FDB, or its frames are flooded. A port that leaves takes
 * its entry along, and the bridge's change of MAC may be told after that; only when the bridge
 * keeps the MAC is the entry missed. */
static bool missed(const struct bridge_state *m, const struct event *gone, int64_t back_ns)
{
	int64_t settle = invariant_settle_ns(m);
	struct mac mac = bridge_gateway_at(m, gone->t_ns);
	unsigned at_end = m->at_end ? m->at_end->u.state.local_fdb : STATE_NOT_READ;
	size_t first, n = history_at(&m->gateway, gone->t_ns - settle, gone->t_ns + settle, &first);

	if (n != 1 || mac_cmp(mac, gone->u.fdb.mac))
		return false;
	if (at_end == 0 && !mac_cmp(m->at_end->u.state.mac, mac))
		return true;
	if (back_ns != INT64_MAX)
		return back_ns - gone->t_ns > settle;
	return at_end == STATE_NOT_READ && gone->t_ns + settle <= m->end_ns;
}

static void local_fdb(const struct trace *t, const struct bridge_state *m, struct breaches *out)
{
	const struct event **adds = NULL;
	size_t n = 0, cap = 0, count = 0;
	char text[MAC_TEXT];

	for (const struct event *ev = t->events; ev < t->events + t->n; ev++)
		if (fdb_counts(ev) && !ev->u.fdb.gone && (ev->u.fdb.state & NUD_IS_PERMANENT))
			*MEM_PUSH(adds, n, cap) = ev;
	if (n)
		qsort(adds, n, sizeof(*adds), by_entry);
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (!fdb_counts(ev) || !ev->u.fdb.gone || ev->t_ns <= 0 || ev->t_ns > m->end_ns ||
		    !(ev->u.fdb.state & NUD_IS_PERMANENT) ||
		    intended_for_bridge(m, ev->t_ns, OP_BIT(OP_RECREATE)) ||
		    !missed(m, ev, back_at(adds, n, ev)))
			continue;
		breach(out, &count, ev->t_ns, INVARIANT_LOCAL_FDB,
		    mem_printf("the local FDB entry of br0's MAC %s was deleted",
		        mac_text(ev->u.fdb.mac, text)));
	}
	/* one that leads elsewhere takes its place without a word of its end (fdb_add_entry()) */
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++)
		if (fdb_counts(ev) && !ev->u.fdb.gone && ev->t_ns > 0 && ev->t_ns <= m->end_ns &&
		    !(ev->u.fdb.state & NUD_IS_PERMANENT) &&
		    bridge_gateway_is(m, ev->t_ns - SETTLE_NS, ev->u.fdb.mac) == YES &&
		    bridge_gateway_is(m, ev->t_ns + SETTLE_NS, ev->u.fdb.mac) == YES)
			breach(out, &count, ev->t_ns, INVARIANT_LOCAL_FDB,
			    mem_printf("br0's MAC %s was learned on port %.15s",
			        mac_text(ev->u.fdb.mac, text), ev->u.fdb.port));
	free(adds);
}

static int by_kind(const void *a, const void *b)
{
	const struct breach *x = a, *y = b;

	if (x->what != y->what)
		return x->what < y->what ? -1 : 1;
	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return strcmp(x->text, y->text);
}

void breaches_find(const struct trace *t, const struct bridge_state *m, const struct attempts *all,
    struct breaches *out)
{
	*out = (struct breaches){0};
	gateway_mac(t, m, out);
	assign_type(m, out);
	mtu_and_carrier(t, m, out);
	untold_carrier(t, m, out);
	bystanders(t, m, all, out);
	addresses(t, m, out);
	local_fdb(t, m, out);
	breaches_sort(out);
}

const struct breach *breaches_of_rule(const struct breaches *b, bool before_churn)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->items[i].of_rule && (!before_churn || b->items[i].t_ns <= 0))
			return &b->items[i];
	return NULL;
}

void breach_add_text(const struct breach *x, struct buf *out)
{
	char moment[WORDS_TEXT];

	buf_puts(out, x->text);
	if (x->t_ns > 0)
		buf_printf(out, " at %s s", words_moment(x->t_ns, moment));
}

void breaches_sort(struct breaches *b)
{
	if (b->n)
		qsort(b->items, b->n, sizeof(*b->items), by_kind);
}

void breaches_free(struct breaches *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->items[i].text);
	free(b->items);
	*b = (struct breaches){0};
}
