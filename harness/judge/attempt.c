/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attempt.c: every query that was sent, with what became of it on each hop; runs of lost ones.
 *
 * An outage lasts from the sending of its first lost attempt to the sending of the next answered
 * one. One that the case's end left open lasted at least until its last attempt's deadline. It has
 * a cause when at least three quarters of its attempts agree on one: attempts that fall into the
 * window of a change have none of their own. */
#include "judge/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"

static int by_stream_and_time(const void *a, const void *b)
{
	const struct attempt *x = a, *y = b;

	if (x->stream != y->stream)
		return x->stream < y->stream ? -1 : 1;
	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

static int seq_order(const struct attempt *x, unsigned stream, uint32_t seq)
{
	if (x->stream != stream)
		return x->stream < stream ? -1 : 1;
	return (x->seq > seq) - (x->seq < seq);
}

static int by_stream_and_seq(const void *a, const void *b, void *ctx)
{
	const struct attempts *all = ctx;
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	const struct attempt *y = &all->items[j];
	int order = seq_order(&all->items[i], y->stream, y->seq);

	return order ? order : (i > j) - (i < j);
}

static void collect(const struct trace *t, struct attempts *out)
{
	size_t cap = 1, stream = 0;

	out->items = mem_alloc(sizeof(*out->items));
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->type != EV_SENT || ev->u.sent.stream >= out->n_streams)
			continue;
		*MEM_PUSH(out->items, out->n, cap) = (struct attempt){
		    .t_ns = ev->t_ns,
		    .due_ns = ev->u.sent.due_ns,
		    .seq = ev->u.sent.seq,
		    .stream = ev->u.sent.stream,
		    .warmup = ev->t_ns < 0,
		    .fate = ev->u.sent.err ? FATE_SEND_ERROR : FATE_SILENT,
		    .err = ev->u.sent.err,
		};
	}
	if (out->n)
		qsort(out->items, out->n, sizeof(*out->items), by_stream_and_time);
	for (size_t i = 0; i <= out->n; i++)
		for (; stream <= (i < out->n ? out->items[i].stream : out->n_streams); stream++)
			out->first[stream] = i;
	out->by_seq = mem_alloc(out->n * sizeof(*out->by_seq));
	for (size_t i = 0; i < out->n; i++)
		out->by_seq[i] = i;
	if (out->n)
		qsort_r(out->by_seq, out->n, sizeof(*out->by_seq), by_stream_and_seq, out);
}

struct attempt *attempts_find(const struct attempts *a, unsigned stream, uint32_t seq)
{
	size_t k = LOWER_BOUND(i, 0, a->n, seq_order(&a->items[a->by_seq[i]], stream, seq) < 0);

	if (k == a->n || seq_order(&a->items[a->by_seq[k]], stream, seq))
		return NULL;
	return &a->items[a->by_seq[k]];
}

static void answer(const struct trace *t, struct attempts *all, const struct event *ev)
{
	struct attempt *a = attempts_find(all, ev->u.answer.stream, ev->u.answer.seq);

	if (!a || a->fate != FATE_SILENT)
		return;
	a->err = ev->u.answer.err;
	if (ev->u.answer.result == ANSWER_REFUSED)
		a->fate = FATE_REFUSED;
	else if (ev->u.answer.result != ANSWER_RIGHT)
		a->fate = FATE_WRONG;
	else if (ev->t_ns - a->t_ns <= t->meta.streams[a->stream].timeout_ns)
		a->fate = FATE_ANSWERED;
	else
		a->fate = FATE_LATE;
}

/* From hop to hop a packet waits for a softirq and nothing else, but where a neighbour is resolved:
 * before it leaves the client, or the router towards the bridge, which asks for it. What the bridge
 * has lost TCP sends again, so a wait of its packets counts only where no bridge is. */
static bool waits_for_processor(
    const struct attempt *a, bool reply, unsigned hop, bool udp, int64_t router_asked_ns)
{
	if (reply ? hop == HOP_BRIDGE && router_asked_ns >= a->seen_ns : hop == HOP_CLIENT)
		return false;
	return udp || (hop != HOP_BRIDGE && hop != HOP_PORT);
}

static void note_wait(struct attempt *a, const struct event *ev, bool udp, int64_t router_asked_ns)
{
	bool reply = ev->u.frame.kind == FRAME_REPLY;
	int64_t wait = ev->t_ns - a->seen_ns;

	if (a->seen_ns && a->seen_reply == reply && wait > a->hop_wait_ns &&
	    waits_for_processor(a, reply, ev->u.frame.hop, udp, router_asked_ns))
		a->hop_wait_ns = wait;
	a->seen_ns = ev->t_ns;
	a->seen_reply = reply;
}

static void frame(
    const struct trace *t, struct attempts *all, const struct event *ev, int64_t router_asked_ns)
{
	bool query = ev->u.frame.kind == FRAME_QUERY;
	unsigned hop = ev->u.frame.hop;
	struct attempt *a;

	if (hop >= HOP_COUNT ||
	    (ev->u.frame.kind > FRAME_REPLY && ev->u.frame.kind != FRAME_TOO_BIG))
		return;
	a = attempts_find(all, ev->u.frame.stream, ev->u.frame.seq);
	if (!a)
		return;
	if (ev->u.frame.kind == FRAME_TOO_BIG) {
		a->too_big = true;
		return;
	}
	/* A connection goes the whole way twice: once its query is under way, that way counts. */
	unsigned transport = t->meta.streams[a->stream].transport;
	if (transport == TRANSPORT_TCP) {
		if (a->message && ev->u.frame.handshake)
			return;
		if (!a->message && !ev->u.frame.handshake &&
		    ev->t_ns <= a->t_ns + t->meta.streams[a->stream].timeout_ns) {
			a->message = true;
			a->asked = a->replied = a->bystanders = a->leaked = 0;
			a->flooded = false;
		}
	}
	if ((hop == HOP_CLIENT || hop == HOP_PORT) &&
	    ev->u.frame.client != t->meta.streams[a->stream].client) {
		a->flooded |= query;
		a->bystanders += query && hop == HOP_PORT && a->bystanders < UINT8_MAX;
		a->leaked += !query && hop == HOP_PORT && ev->u.frame.out && a->leaked < UINT8_MAX;
		return;
	}
	if (!((query ? a->asked : a->replied) & HOP_BIT(hop)))
		note_wait(a, ev, transport == TRANSPORT_UDP, router_asked_ns);
	/* What was held back until the way was free again says nothing of where it was lost. */
	if (ev->t_ns > a->t_ns + t->meta.streams[a->stream].timeout_ns) {
		/* TCP sends again what was lost: that is no sign that the first was held back. */
		a->held |= transport == TRANSPORT_UDP;
		a->answered_late |= !query && hop == HOP_UPSTREAM;
		/* dnsmasq had the query in time. A connection's only one, that is: on a kept one it
		 * may have waited for what was lost before it. */
		a->upstream_late |=
		    !query && hop == HOP_UPSTREAM && (a->asked & HOP_BIT(HOP_UPSTREAM)) &&
		    !(a->replied & HOP_BIT(HOP_UPSTREAM)) &&
		    (transport == TRANSPORT_UDP || (transport == TRANSPORT_TCP && a->message));
		return;
	}
	uint8_t *seen = query ? &a->asked : &a->replied;
	bool at_client = *seen & (HOP_BIT(HOP_CLIENT) | HOP_BIT(HOP_PORT));
	bool known = *seen & HOP_BIT(hop);

	*seen |= HOP_BIT(hop);
	if (known)
		return;
	if (query && !a->len) {
		a->len = ev->u.frame.len;
		a->df = ev->u.frame.df;
	} else if (!query && !a->reply_len) {
		a->reply_len = ev->u.frame.len;
		a->reply_df = ev->u.frame.df;
	}
	if (query && (hop == HOP_CLIENT || (hop == HOP_PORT && !at_client))) {
		a->client_ns = ev->t_ns;
		a->client_dst = ev->u.frame.dst;
	}
	if (query && hop == HOP_PORT) {
		a->port_ns = ev->t_ns;
		a->port_dst = ev->u.frame.dst;
	} else if (query && hop == HOP_BRIDGE) {
		a->bridge_ns = ev->t_ns;
		a->bridge_dst = ev->u.frame.dst;
	} else if (!query && hop >= HOP_BRIDGE) {
		if (!(*seen & (HOP_BIT(hop) - 1)))
			a->reply_ns = ev->t_ns; /* of the hop that is farthest on its way */
		if (hop == HOP_BRIDGE)
			a->reply_dst = ev->u.frame.dst;
	}
}

void attempts_make(const struct trace *t, struct attempts *out)
{
	int64_t last = t->n ? t->events[t->n - 1].t_ns : 0, router_asked_ns = INT64_MIN;

	*out = (struct attempts){.n_streams = t->meta.n_streams};
	out->first = mem_alloc((out->n_streams + 1) * sizeof(*out->first));
	collect(t, out);
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->type == EV_ANSWER)
			answer(t, out, ev);
		else if (ev->type == EV_FRAME)
			frame(t, out, ev, router_asked_ns);
		if (ev->type == EV_FRAME && ev->u.frame.hop == HOP_BRIDGE && ev->u.frame.out &&
		    (ev->u.frame.kind == FRAME_ARP_REQUEST || ev->u.frame.kind == FRAME_NS))
			router_asked_ns = ev->t_ns;
	}
	for (struct attempt *a = out->items; !t->whole && a < out->items + out->n; a++)
		if (a->fate == FATE_SILENT &&
		    last - a->t_ns < t->meta.streams[a->stream].timeout_ns)
			a->fate = FATE_UNJUDGED;
}

void attempts_free(struct attempts *a)
{
	free(a->items);
	free(a->first);
	free(a->by_seq);
	*a = (struct attempts){0};
}

size_t attempts_from(const struct attempts *a, size_t stream, int64_t t_ns)
{
	return LOWER_BOUND(i, a->first[stream], a->first[stream + 1], a->items[i].t_ns < t_ns);
}

bool attempt_lost(const struct attempt *a)
{
	return !a->warmup && a->fate != FATE_ANSWERED && a->fate != FATE_UNJUDGED;
}

void attempts_count(
    const struct attempts *a, const struct trace *t, size_t stream, struct counts *out)
{
	const struct stream *s = &t->meta.streams[stream];
	const struct attempt *last = NULL;

	for (size_t i = a->first[stream]; i < a->first[stream + 1]; i++) {
		const struct attempt *at = &a->items[i];

		if (at->warmup)
			continue;
		if (last && !s->closed_loop && s->interval_ns > 0) {
			int64_t gap = at->due_ns - last->due_ns + s->interval_ns / 2;

			if (gap >= 2 * s->interval_ns)
				out->skipped += (unsigned long)(gap / s->interval_ns - 1);
		}
		last = at;
		if (at->fate == FATE_UNJUDGED)
			continue;
		out->sent++;
		out->answered += at->fate == FATE_ANSWERED;
		out->late += at->fate == FATE_LATE;
		out->wrong += at->fate == FATE_WRONG;
		out->refused += at->fate == FATE_REFUSED;
		out->lost += attempt_lost(at);
	}
}

int64_t attempts_resolution(const struct attempts *a, const struct trace *t)
{
	int64_t worst = 0;

	for (size_t s = 0; s < a->n_streams; s++) {
		int64_t gap = 0;
		size_t i = attempts_from(a, s, 0), n = a->first[s + 1];

		if (t->meta.streams[s].reference)
			continue;
		if (n - i < 2)
			gap = t->meta.duration_ns;
		for (; i + 1 < n; i++) {
			int64_t d = a->items[i + 1].t_ns - a->items[i].t_ns;

			gap = d > gap ? d : gap;
		}
		worst = gap > worst ? gap : worst;
	}
	return worst;
}

struct votes {
	unsigned causes[CAUSE_COUNT], forms[STALE_NOT_TAKEN + 1];
};

static void settle(struct outage *o, const struct votes *v)
{
	o->cause = CAUSE_UNKNOWN;
	for (int c = 0; c < CAUSE_COUNT; c++)
		if (4 * (uint64_t)v->causes[c] >= 3 * (uint64_t)o->lost)
			o->cause = (enum cause)c;
	o->form = STALE_NEITHER;
	for (int f = STALE_FLOODED; o->cause == CAUSE_STALE_GATEWAY && f <= STALE_NOT_TAKEN; f++)
		if (4 * (uint64_t)v->forms[f] >= 3 * (uint64_t)v->causes[CAUSE_STALE_GATEWAY])
			o->form = (enum stale_form)f;
}

struct outage *outages_make(const struct attempts *all, const struct trace *t, size_t *n)
{
	struct outage *items = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t s = 0; s < all->n_streams; s++) {
		struct outage *o = NULL;
		struct votes votes = {0};

		if (t->meta.streams[s].reference)
			continue;
		for (size_t i = attempts_from(all, s, 0); i < all->first[s + 1]; i++) {
			const struct attempt *a = &all->items[i];

			if (a->fate == FATE_UNJUDGED)
				continue;
			if (!attempt_lost(a)) {
				if (o) {
					o->to_ns = a->t_ns;
					o->open = false;
					settle(o, &votes);
				}
				o = NULL;
				continue;
			}
			if (!o) {
				o = MEM_PUSH(items, *n, cap);
				*o = (struct outage){
				    .stream = (int)s, .from_ns = a->t_ns, .open = true};
				memset(&votes, 0, sizeof(votes));
			}
			o->lost++;
			o->to_ns = a->t_ns + t->meta.streams[s].timeout_ns;
			votes.causes[a->cause]++;
			votes.forms[a->form]++;
		}
		if (o)
			settle(o, &votes);
	}
	return items;
}
