/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge_kit.c: rows for the tests of judge: a synthetic trace, and what is said of it. */
#include "test/judge/judge_kit.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"

const struct judgement *judged(struct trace *t)
{
	static struct trace trace;
	static struct judgement judgement;

	trace_free(&trace);
	judgement_free(&judgement);
	trace = *t;
	trace_sort(&trace);
	judge_case(&trace, &judgement);
	*t = trace;
	return &judgement;
}

void assert_verdict(
    const char *name, const struct judgement *j, const char *verdict, const char *part_of_why)
{
	ck_assert_msg(
	    (!*verdict || !strcmp(verdict_name(j->verdict), verdict)) && has(j->why, part_of_why),
	    "%s: %s: %s; expected %s: %s", name, verdict_name(j->verdict), j->why, verdict,
	    part_of_why);
}

void assert_holds(const char *name, const struct judgement *j, const bool *holds, size_t n,
    const char *conditions)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(holds[i], "%s: %s: %s; %s; condition %zu does not hold: %s", name,
		    verdict_name(j->verdict), j->why, j->so ? j->so : "-", i, conditions);
}

/* As conditions and rows write it. */
static bool is_cause(const char *want, enum cause cause, enum stale_form form)
{
	char text[64];

	snprintf(text, sizeof(text), "%s%s%s", cause_name(cause), form ? " " : "",
	    form ? stale_form_name(form) : "");
	return !strcmp(want, text);
}

void assert_cause(const char *name, const struct judgement *j, const char *cause, const char *part)
{
	ck_assert_msg(j->n_outages == 1 && cause_is(j, cause), "%s: %s %s in %zu outages, not %s",
	    name, cause_name(j->cause), stale_form_name(j->form), j->n_outages, cause);
	ck_assert_msg(!*part || found(j, 10000, part) || has(j->so, part), "%s: no '%s' in '%s'",
	    name, part, j->so);
}

bool has(const char *text, const char *part)
{
	return text && strstr(text, part);
}

bool cause_is(const struct judgement *j, const char *cause)
{
	return is_cause(cause, j->cause, j->form);
}

bool outage_is(
    const struct judgement *j, size_t i, const char *cause, int64_t from_ms, int64_t to_ms)
{
	const struct outage *o = &j->outages[i];

	return i < j->n_outages && is_cause(cause, o->cause, o->form) &&
	       o->from_ns == from_ms * MS && o->to_ns == to_ms * MS;
}

static const struct finding *finding_with(const struct judgement *j, const char *part)
{
	for (size_t i = 0; i < j->n_findings; i++)
		if (has(j->findings[i].text, part))
			return &j->findings[i];
	return NULL;
}

bool found(const struct judgement *j, int64_t ms, const char *part)
{
	const struct finding *f = finding_with(j, part);

	return f && f->t_ns == ms * MS;
}

bool not_found(const struct judgement *j, const char *part)
{
	return !finding_with(j, part);
}

void build_address(struct trace *t, int64_t ms, uint8_t last, bool gone)
{
	struct event *ev = build(t, ms, EV_ADDR, WHERE_ROUTER);

	strcpy(ev->u.addr.dev, "br0");
	memcpy(ev->u.addr.addr, (uint8_t[]){192, 0, 2, last}, 4);
	ev->u.addr.family = AF_INET;
	ev->u.addr.prefix = 24;
	ev->u.addr.gone = gone;
}

void begin_arm(struct trace *t, int64_t to_ms)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	build_begin(t, MAC_PINNED, 3);
	build_traffic(t, 0, to_ms, LAST_SEEN_ANSWERED, MAC_PINNED);
}

void end_arm(struct trace *t, int64_t from_ms, struct mac mac)
{
	build_traffic(t, from_ms, 60250, LAST_SEEN_ANSWERED, mac);
	build_end(t, 60000);
}

void build_arps(struct trace *t, int64_t from_ms, enum hop hop, enum frame_kind kind,
    bool from_gateway, uint8_t target)
{
	for (int64_t ms = from_ms; ms < 12000; ms += 1000)
		build_arp(t, ms, hop, 0, kind, from_gateway, target);
}

void build_requests(struct trace *t, int64_t from_ms)
{
	build_arps(t, from_ms, HOP_CLIENT, FRAME_ARP_REQUEST, false, 1);
	build_arps(t, from_ms, HOP_BRIDGE, FRAME_ARP_REQUEST, false, 1);
}

struct event *build_query(struct trace *t, int64_t ms, enum hop hop, uint8_t client)
{
	struct event *ev = build(t, ms, EV_FRAME, WHERE_ROUTER);

	ev->u.frame.kind = FRAME_QUERY;
	ev->u.frame.hop = (uint8_t)hop;
	ev->u.frame.client = client;
	ev->u.frame.stream = STREAM_C1;
	ev->u.frame.seq = build_seq(ms);
	ev->u.frame.dst = MAC_PINNED;
	return ev;
}

void change_mac(struct trace *t)
{
	build_bridge(t, 10000, MAC_OTHER);
	build_bridge(t, 10100, MAC_PINNED);
}

void make_known(struct trace *t, enum cause cause)
{
	t->meta.known = mem_alloc(sizeof(*t->meta.known));
	t->meta.known[0] = (struct known_meta){cause, mem_strdup("old kernels")};
	t->meta.n_known = 1;
}

void build_late(struct trace *t, int64_t ms, enum late_who who, int64_t late_ms, uint32_t skipped)
{
	struct event *ev = build(t, ms, EV_LATE, WHERE_ROUTER);

	ev->u.late.who = (uint8_t)who;
	ev->u.late.late_ns = late_ms * MS;
	ev->u.late.skipped = skipped;
}

void lose_reference(struct trace *t, int64_t ms)
{
	struct event *ev = t->events;

	while (ev->type != EV_ANSWER || ev->u.answer.stream != STREAM_REF ||
	       ev->u.answer.seq != build_seq(ms))
		ck_assert(++ev < t->events + t->n);
	ev->u.answer.stream = UINT16_MAX; /* nobody's */
}

void build_broadcast(struct trace *t, int64_t ms, uint8_t target)
{
	build_arp(t, ms, HOP_BRIDGE, 0, FRAME_ARP_REQUEST, true, target);
}
