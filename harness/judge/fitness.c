/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fitness.c: was the machine, or the lab, fit to say anything?
 *
 * Load alone makes neither a fail nor a pass. Three witnesses: the reference stream, which avoids
 * the bridge; the lateness of loop and churner; and what the trace itself says it has lost. */
#include "judge/fitness.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/units.h"
#include "base/words.h"
#include "judge/unknown_loss.h"

#define LATE_LEAST_NS (500 * NS_PER_MS)
#define CHURN_LATE_NS NS_PER_S
/* Making a bridge again takes 75 ms of real time, and 200 where five cases do it at once; the
 * schedule leaves 800 to the next lookup. */
#define RECREATE_REAL_NS (500 * NS_PER_MS)
#define SKIPPED_SHARE 20 /* one in that many */
/* So many lookups of an outage, away from whatever the machine did, are lost for another reason. */
#define OUTLASTING 8

const char fitness_so_lab[] = "the lab is at fault, not your kernel";
const char fitness_forced_gc[] =
    "the kernel removed entries from its neighbour table, which was nearly full";
const char fitness_forced_gc_so[] =
    "all namespaces share that table; the kernel removes entries when there are more than "
    "net.ipv4.neigh.default.gc_thresh2 (ipv6 likewise)";
static const char not_up_so[] = "the lab did not come up, which says nothing about your kernel";
static const char tool_so[] =
    "the subject did not do its part, or the lab did not; this says nothing about your kernel";
static const char neigh_table_full_so[] =
    "all namespaces share that table: fewer neighbours on this machine, or a larger "
    "net.ipv4.neigh.default.gc_thresh3 (ipv6 likewise)";
const char fitness_so_busy[] = "the machine was too busy for a verdict";

/* The kernel's neighbour tables, one a family for all namespaces. */
static bool is_of_table(const struct event *ev, const char *what)
{
	const char *space = strchr(ev->u.overrun.what, ' ');

	return space && !strcmp(space + 1, what) &&
	       (!strncmp(ev->u.overrun.what, "arp_cache ", 10) ||
	           !strncmp(ev->u.overrun.what, "ndisc_cache ", 12));
}

static void broken(struct fitness *out, const char *so, int64_t t_ns, char *why)
{
	if (out->broken) {
		free(why);
		return;
	}
	out->broken = why;
	out->broken_so = mem_strdup(so);
	out->t_ns = t_ns;
}

static void look_events(const struct trace *t, struct fitness *out)
{
	const struct event *failed = NULL, *overrun = NULL, *full = NULL;
	bool stood = false;
	struct buf why = {0};

	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->type == EV_PHASE && ev->u.phase.phase == PHASE_LAB_FAILED) {
			failed = failed ? failed : ev;
			buf_puts(&why, ev->u.phase.text); /* a long one is told in pieces */
		} else if (ev->type == EV_OVERRUN && is_of_table(ev, "full")) {
			full = ev;
		} else if (ev->type == EV_OVERRUN && is_of_table(ev, "thrown out")) {
			out->neigh_forced_gc = true;
		} else if (ev->type == EV_OVERRUN && !overrun &&
		           strcmp(ev->u.overrun.what, OVERRUN_DROPS)) {
			overrun = ev;
		}
		if (ev->type == EV_PHASE && ev->u.phase.phase == PHASE_WARMUP && !failed)
			stood = true;
		if (ev->type == EV_PHASE && ev->u.phase.phase == PHASE_PAUSED)
			out->paused_ns = ev->t_ns;
	}
	if (full)
		broken(out, neigh_table_full_so, full->t_ns,
		    mem_printf("the kernel's neighbour table was full (%.24s, %u refused)",
		        full->u.overrun.what, full->u.overrun.lost));
	out->unbuilt = out->not_up = failed && !stood;
	if (failed)
		broken(out,
		    t->meta.tool ? tool_so
		    : stood      ? fitness_so_lab
		                 : not_up_so,
		    failed->t_ns,
		    mem_printf("%s: %.500s",
		        stood ? "the play broke off" : "the lab could not be built",
		        why.len ? why.s : "no reason was given"));
	buf_free(&why);
	if (!t->whole && out->paused_ns == INT64_MIN)
		broken(out, "a case that ended early has no verdict",
		    t->n ? t->events[t->n - 1].t_ns : 0,
		    mem_strdup("the case ended before its last deadline"));
	if (overrun)
		broken(out, fitness_so_busy, overrun->t_ns,
		    mem_printf(
		        "notifications or packets were lost (%.24s)", overrun->u.overrun.what));
}

static void look_warmup(const struct trace *t, const struct bridge_state *m,
    const struct attempts *all, struct fitness *out)
{
	unsigned long lost = 0, sent = 0;
	int64_t first = 0;

	for (const struct attempt *a = all->items; a < all->items + all->n; a++) {
		sent += a->warmup;
		if (!a->warmup || a->fate == FATE_ANSWERED || a->fate == FATE_UNJUDGED)
			continue;
		first = lost++ ? (a->t_ns < first ? a->t_ns : first) : a->t_ns;
	}
	out->not_up |= lost != 0;
	if (lost)
		broken(out, t->meta.tool ? tool_so : not_up_so, first,
		    mem_printf(
		        "%lu of %lu warm-up lookups were lost, before any churn", lost, sent));
	if (!m->baseline)
		broken(out, fitness_so_lab, 0,
		    mem_strdup("the bridge's state before t=0 is not in the trace"));
	for (size_t s = 0; s < all->n_streams; s++)
		if (attempts_from(all, s, 0) == all->first[s + 1])
			broken(out, fitness_so_lab, 0,
			    mem_printf("the stream %.48s sent nothing", t->meta.streams[s].name));
}

static void later(int64_t *worst, int64_t ns)
{
	*worst = ns > *worst ? ns : *worst;
}

/* Does the end of it tell when it had taken effect? A leave by deletion ends when the link is gone,
 * long after the port has left; a defect is another program, and so is a subject. */
static bool sharp(const struct trace *t, const struct event *ev)
{
	return !t->meta.tool && ev->u.churn.op != OP_LEAVE && ev->u.churn.op != OP_FAULT &&
	       ev->u.churn.op != OP_RECREATE;
}

/* When the churner could begin: a subject's verb may have gone on beyond the next one's time. */
static int64_t due_after_verb(const struct trace *t, const struct event *ev, struct fitness *out)
{
	int64_t due = ev->u.churn.due_ns;
	const struct event *end = ev;
	char over[WORDS_TEXT];

	while (t->meta.tool && end > t->events && !(end->type == EV_CHURN && end->u.churn.end))
		end--;
	if (end == ev || end->type != EV_CHURN || end->t_ns <= due)
		return due;
	if (end->t_ns - due > out->verb_over_ns) {
		out->verb_over_ns = end->t_ns - due;
		free(out->slow_verb);
		out->slow_verb = mem_printf("%s: a verb ended %s after the next change was due",
		    t->meta.tool, words_span(end->t_ns - due, over));
	}
	return end->t_ns;
}

static void look_lateness(const struct trace *t, const struct bridge_state *m,
    const struct attempts *all, struct fitness *out)
{
	int64_t interval = INT64_MAX;

	for (size_t s = 0; s < t->meta.n_streams; s++)
		if (t->meta.streams[s].interval_ns < interval)
			interval = t->meta.streams[s].interval_ns;
	out->late_limit_ns = LATE_LEAST_NS;
	out->churn_limit_ns = CHURN_LATE_NS;
	if (interval < INT64_MAX / 4)
		later(&out->late_limit_ns, 2 * interval);
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->t_ns < 0 || ev->t_ns > m->end_ns)
			continue;
		if (ev->type == EV_LATE && ev->u.late.who == LATE_LOOP) {
			later(&out->loop_late_ns, ev->u.late.late_ns);
			out->skipped += ev->u.late.skipped;
			if (ev->u.late.late_ns > out->late_limit_ns)
				bad_times_add(&out->bad, ev->t_ns - ev->u.late.late_ns, ev->t_ns);
		} else if (ev->type == EV_LATE) {
			later(&out->churn_late_ns, ev->u.late.late_ns);
		} else if (ev->type == EV_CHURN && ev->u.churn.due_ns >= 0 &&
		           (!ev->u.churn.end || sharp(t, ev))) {
			later(&out->churn_late_ns, ev->t_ns - due_after_verb(t, ev, out));
		}
	}
	/* Nobody can hurry the kernel; where it was held up, the bridge was away for too long. */
	for (const struct change_window *b = m->change_windows.items;
	     b < m->change_windows.items + m->change_windows.n; b++)
		if (b->begin->u.churn.op == OP_RECREATE && b->end_ns != INT64_MAX &&
		    b->end_ns - b->begin_ns > trace_scenario_ns(t, RECREATE_REAL_NS))
			bad_times_add(&out->bad, b->begin_ns, b->end_ns);
	for (const struct attempt *a = all->items; a < all->items + all->n; a++) {
		bool lost = t->meta.streams[a->stream].reference && attempt_lost(a);

		if (a->warmup)
			continue;
		/* It reached dnsmasq, so no bridge held it up. */
		if (a->upstream_late)
			bad_times_add(
			    &out->bad, a->t_ns, a->t_ns + t->meta.streams[a->stream].timeout_ns);
		out->upstream_late += a->upstream_late;
		later(&out->loop_late_ns, a->t_ns - a->due_ns);
		out->reference_lost += lost;
		if (lost || a->t_ns - a->due_ns > out->late_limit_ns)
			bad_times_add(&out->bad, a->t_ns, a->t_ns);
	}
}

/* The machine had no room for a lookup: it was never sent, and the bridge is no cause of that. */
static bool no_room(const struct attempt *a)
{
	return a->fate == FATE_SEND_ERROR && err_is_no_room(a->err) &&
	       (a->cause == CAUSE_NONE || a->cause == CAUSE_UNKNOWN);
}

static void look_room(const struct attempts *all, struct fitness *out)
{
	unsigned long n = 0;
	const struct attempt *first = NULL;

	for (const struct attempt *a = all->items; a < all->items + all->n; a++)
		if (no_room(a)) {
			n++;
			first = first && first->t_ns <= a->t_ns ? first : a;
		}
	if (first)
		broken(out, fitness_so_busy, first->t_ns,
		    mem_printf("%lu of %zu lookups could not be sent: %s", n, all->n,
		        strerror(-first->err)));
}

/* The machine's shortcomings, each in its own words: none hides another. */
static void starve(struct fitness *out, char *text)
{
	char *before = out->starved;

	out->starved = before ? mem_printf("%s; %s", before, text) : text;
	if (before) {
		free(before);
		free(text);
	}
}

static void look_skipped(const struct trace *t, const struct attempts *all, struct fitness *out)
{
	unsigned long sent = 0;

	for (size_t s = 0; s < all->n_streams; s++) {
		struct counts c = {0};

		attempts_count(all, t, s, &c);
		sent += c.sent;
		if (!out->starved && c.skipped > (c.sent + c.skipped) / SKIPPED_SHARE)
			starve(out, mem_printf("%lu of %lu lookups of %.48s were skipped, because "
			                       "they were due too long ago",
			                c.skipped, c.sent + c.skipped, t->meta.streams[s].name));
	}
	if (!out->starved && out->skipped > (sent + out->skipped) / SKIPPED_SHARE)
		starve(out, mem_printf("%lu of %lu lookups were skipped, because they were due too "
		                       "long ago",
		                out->skipped, sent + out->skipped));
}

static void look_starved(const struct trace *t, const struct attempts *all, struct fitness *out)
{
	char late[WORDS_TEXT], limit[WORDS_TEXT];

	look_skipped(t, all, out);
	if (!out->starved && out->loop_late_ns > out->late_limit_ns)
		starve(out, mem_printf("the player was late by %s (limit %s)",
		                words_span(out->loop_late_ns, late),
		                words_span(out->late_limit_ns, limit)));
	if (out->churn_late_ns > CHURN_LATE_NS)
		starve(out,
		    mem_printf("the churner was late by %s (limit %s)",
		        words_span(out->churn_late_ns, late), words_span(CHURN_LATE_NS, limit)));
	if (out->upstream_late)
		starve(out, mem_printf("dnsmasq answered %zu lookup%s later than the timeout",
		                out->upstream_late, words_plural(out->upstream_late)));
	if (out->reference_lost)
		starve(
		    out, mem_printf("%zu reference lookup%s (not over the bridge) %s lost or late",
		             out->reference_lost, words_plural(out->reference_lost),
		             out->reference_lost == 1 ? "was" : "were"));
}

void fitness_assess(const struct trace *t, const struct bridge_state *m, const struct attempts *a,
    struct fitness *out)
{
	*out = (struct fitness){.paused_ns = INT64_MIN};
	look_events(t, out);
	look_room(a, out);
	look_warmup(t, m, a, out);
	look_lateness(t, m, a, out);
	collision_find(t, &m->change_windows, a, &out->bad, &out->collision);
	out->held_up = unknown_loss_explain(t, m, a, &out->bad);
	bad_times_sort(&out->bad);
	look_starved(t, a, out);
}

/* A player or a churner that was late by so much may have made every loss that was seen, wherever
 * it was late: a machine that stood still for a while did so for dnsmasq and the kernel too. */
bool fitness_lateness_explains(const struct trace *t, const struct fitness *m, int64_t longest_ns)
{
	int64_t late = 0, lookup = 0;

	if (m->loop_late_ns > m->late_limit_ns)
		late = m->loop_late_ns;
	if (m->churn_late_ns > m->churn_limit_ns && m->churn_late_ns > late)
		late = m->churn_late_ns;
	for (size_t s = 0; s < t->meta.n_streams; s++) {
		const struct stream *st = &t->meta.streams[s];

		if (!st->reference && st->timeout_ns + 2 * st->interval_ns > lookup)
			lookup = st->timeout_ns + 2 * st->interval_ns;
	}
	return late && longest_ns <= late + lookup;
}

void fitness_free(struct fitness *m)
{
	free(m->broken);
	free(m->broken_so);
	free(m->starved);
	free(m->held_up);
	free(m->slow_verb);
	free(m->collision.text);
	bad_times_free(&m->bad);
	*m = (struct fitness){0};
}

static bool lacking(const struct trace *t, const struct fitness *m, const struct attempt *a)
{
	const struct stream *s = &t->meta.streams[a->stream];

	return bad_times_touch(&m->bad, a->t_ns - s->interval_ns, a->t_ns + s->timeout_ns);
}

bool fitness_lacking_any(const struct trace *t, const struct fitness *m, const struct attempts *all)
{
	for (const struct attempt *a = all->items; a < all->items + all->n; a++)
		if (attempt_lost(a) && !t->meta.streams[a->stream].reference && lacking(t, m, a))
			return true;
	return false;
}

bool fitness_outlasted(const struct trace *t, const struct fitness *m, const struct attempts *all,
    const struct outage *outages, size_t n)
{
	for (const struct outage *o = outages; o < outages + n; o++) {
		size_t lost = 0;

		if (o->cause == CAUSE_STALE_GATEWAY || o->cause == CAUSE_STALE_CLIENT)
			continue;
		for (size_t i = attempts_from(all, o->stream, o->from_ns);
		     i < all->first[o->stream + 1] && all->items[i].t_ns < o->to_ns; i++)
			lost += attempt_lost(&all->items[i]) && !lacking(t, m, &all->items[i]);
		if (lost >= OUTLASTING)
			return true;
	}
	return false;
}
