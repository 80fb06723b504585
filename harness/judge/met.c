/* met.c: did a late change meet a lookup that the schedule keeps away from it?
 *
 * A schedule puts one-off changes and lookups apart, so that each lookup finds the bridge, the port
 * or its client as it was before, or as it is after. Where the machine held one of them up they
 * meet, and what becomes of that lookup says nothing of the bridge: its reply went to a MAC that
 * its client had just given up, or came in time to heal what was to stay stale. Neither need be
 * late by much: half an interval does it. Closed loops have no schedule to go by. */
#include "judge/met.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "judge/words.h"

static const char *const names[OP_COUNT] = {
    [OP_JOIN] = "join",
    [OP_LEAVE] = "leave",
    [OP_FAULT] = "fault",
    [OP_SET_MAC] = "set-mac",
    [OP_SET_MTU] = "set-mtu",
    [OP_UP] = "up",
    [OP_DOWN] = "down",
    [OP_RECREATE] = "recreate",
};

/* Apart, in real time: a lookup takes a tenth of that on a machine with nothing else to do. */
#define APART_REAL_NS (2 * NS_PER_MS)

/* When a change was over at the latest. The end of a deletion is stamped when the link is gone,
 * long after the port has left the bridge. */
static int64_t over_ns(const struct mirror *m, const struct bracket *b)
{
	int64_t over = b->end_ns;

	if (b->begin->u.churn.op != OP_LEAVE)
		return over;
	for (size_t i = 0; i < m->n_tenures; i++) {
		const struct tenure *x = &m->tenures[i];

		if (x->to_hi_ns >= b->begin_ns && x->to_hi_ns < over &&
		    !strncmp(x->port, b->begin->u.churn.port, NAME_MAX_LEN))
			over = x->to_hi_ns;
	}
	return over;
}

static int64_t last_seen_ns(const struct attempt *a)
{
	int64_t t = a->t_ns;

	t = a->client_ns > t ? a->client_ns : t;
	t = a->bridge_ns > t ? a->bridge_ns : t;
	return a->reply_ns > t ? a->reply_ns : t;
}

static void tell(const struct trace *t, const struct bracket *b, int64_t over,
    const struct attempt *a, struct machine *m)
{
	char due[WORDS_TEXT], ended[WORDS_TEXT], asked[WORDS_TEXT];

	*MEM_PUSH(m->bad, m->n_bad, m->cap_bad) =
	    (struct bad_time){.from_ns = a->t_ns, .to_ns = a->t_ns};
	if (m->met && (m->met_lost || !attempt_lost(a)))
		return;
	free(m->met);
	m->met_lost = attempt_lost(a);
	m->met =
	    mem_printf("'%s' of %.15s was due at %s s and over at %s s, and so met a lookup of "
	               "%.48s that was due at %s s",
	        names[b->begin->u.churn.op], b->begin->u.churn.port,
	        words_moment(b->begin->u.churn.due_ns, due), words_moment(over, ended),
	        t->meta.streams[a->stream].name, words_moment(a->due_ns, asked));
}

/* The lookups of one stream around one change. */
static void look(const struct trace *t, const struct mirror *mirror, const struct bracket *b,
    const struct attempts *all, size_t s, struct machine *m)
{
	int64_t over = INT64_MAX; /* looked for when there is a lookup that asks for it */
	int64_t apart = (int64_t)(APART_REAL_NS * t->meta.pace), due = b->begin->u.churn.due_ns;
	size_t from = attempts_from(all, s, b->begin_ns - t->meta.streams[s].timeout_ns);

	for (size_t i = from; i < all->first[s + 1]; i++) {
		const struct attempt *a = &all->items[i];

		if (a->t_ns >= b->end_ns || a->t_ns >= over)
			break;
		if (a->warmup || llabs(a->due_ns - due) < apart || last_seen_ns(a) < b->begin_ns)
			continue;
		over = over == INT64_MAX ? over_ns(mirror, b) : over;
		if (a->t_ns < over)
			tell(t, b, over, a, m);
	}
}

void met_look(const struct trace *t, const struct mirror *mirror, const struct attempts *all,
    struct machine *m)
{
	if (t->meta.rounds || !(t->meta.pace > 0 && t->meta.pace < 1e6))
		return;
	for (const struct bracket *b = mirror->brackets; b < mirror->brackets + mirror->n_brackets;
	     b++) {
		const struct event *ev = b->begin;

		if (ev->u.churn.due_ns < 0 || b->begin_ns < 0 || b->end_ns == INT64_MAX ||
		    ev->u.churn.op == OP_FAULT || ev->u.churn.op == OP_RECREATE)
			continue;
		for (size_t s = 0; s < all->n_streams; s++)
			if (!t->meta.streams[s].reference && !t->meta.streams[s].closed_loop)
				look(t, mirror, b, all, s, m);
	}
}
