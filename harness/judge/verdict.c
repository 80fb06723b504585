/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verdict.c: from the facts to a verdict with its reason.
 *
 * The order is the argument. First what makes a case worthless whatever it shows (lost
 * notifications, a lab that lost lookups before any churn). Then what it has shown on its own
 * evidence: a control that broke by its cause, an arm that lost more than its limit. Only then what
 * it has not shown: a case that held proves something only if the machine kept up and the bridge
 * was exposed. */
#include "judge/verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/words.h"
#include "judge/reason.h"
#include "trace/names.h"

static const char scenario_so[] = "this is a bug in the scenario, not in your kernel";

/* `so` may be NULL. */
__attribute__((format(printf, 4, 5))) static void say(
    struct judgement *j, enum verdict v, const char *so, const char *fmt, ...)
{
	struct buf why = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&why, fmt, ap);
	va_end(ap);
	j->verdict = v;
	j->why = why.s;
	j->so = so ? mem_strdup(so) : NULL;
}

/* It lost something, and this says why that shows nothing of the bridge. */
static void say_but(struct judgement *j, const char *lost, const char *but, const char *so)
{
	say(j, VERDICT_INVALID, so, "%s; but %s", lost, but);
}

/* What happened in the worst outage, and whose work it was. */
static char *arm_so(const struct facts *f, const struct judgement *j, const struct outage *worst)
{
	char *what = worst ? reason_text(f, worst)
	                   : mem_strdup("no lookup was lost, but the bridge was not as it must be");
	struct buf b = {0};

	if (f->fault)
		buf_printf(&b, "%s; the deliberate defect '%.15s' was active", what,
		    f->fault->u.churn.port);
	else if (f->pinned && j->gateway_mac_changes)
		buf_printf(&b,
		    "the kernel did not honour the pin; nothing in the lab set an address%s%s",
		    worst ? ": " : "", worst ? what : "");
	else
		buf_printf(&b, "%s", what);
	free(what);
	return b.s;
}

/* What is over the arm's limits, or changed unasked; NULL: nothing. */
static char *over_limits(const struct facts *f, const struct judgement *j)
{
	const struct limits *l = &f->t->meta.limits;
	double answered =
	    j->total.sent ? 100.0 * (double)j->total.answered / (double)j->total.sent : 0;
	struct buf b = {0};
	char *lost = judgement_lost_text(j), a[WORDS_TEXT];

	if (l->lost >= 0 && j->total.lost > (uint64_t)l->lost)
		buf_printf(&b, "; %s (limit %s lost)", lost, words_count((uint64_t)l->lost, a));
	else if (l->outages >= 0 && j->n_outages > (uint64_t)l->outages)
		buf_printf(&b, "; %s (limit %" PRId64 " outage%s)", lost, l->outages,
		    words_plural((uint64_t)l->outages));
	else if (l->outage_ns >= 0 && j->longest_ns > l->outage_ns)
		buf_printf(&b, "; %s (limit %s)", lost, words_span(l->outage_ns, a));
	else if (l->answered >= 0 && answered < l->answered)
		buf_printf(&b, "; %s (answered %.2f%%, limit %.2f%%)", lost, answered, l->answered);
	if (b.s && j->cause != CAUSE_NONE)
		buf_printf(&b, ", cause %s%s", cause_name(j->cause), stale_form_suffix(j->form));
	for (size_t i = 0; i < f->breaches.n; i++) {
		const struct breach *x = &f->breaches.items[i];

		if (i && x[-1].what == x->what)
			continue;
		buf_puts(&b, "; ");
		breach_add_text(x, &b);
	}
	free(lost);
	if (!b.s)
		return NULL;
	char *why = mem_strdup(b.s + 2);
	buf_free(&b);
	return why;
}

/* Says all that the machine did, where that is known. */
static void say_at_fault(const struct facts *f, struct judgement *j, const char *lost)
{
	const struct fitness *m = &f->fitness;
	const char *const did[] = {m->collision.lost ? m->collision.text : NULL, m->held_up,
	    m->starved, m->collision.lost ? NULL : m->collision.text};
	const char *between = ": ";
	struct buf blame = {0};

	for (size_t i = 0; i < ARRAY_SIZE(did); i++)
		if (did[i]) {
			buf_printf(&blame, "%s%s", between, did[i]);
			between = "; ";
		}
	say(j, VERDICT_INVALID, fitness_so_busy, "%s; but the machine was at fault at that time%s",
	    lost, blame.s ? blame.s : "");
	buf_free(&blame);
}

/* Was the player late by as much as from one lookup to the next? */
static bool lookups_were_late(const struct facts *f)
{
	const struct trace_meta *m = &f->t->meta;

	for (const struct stream *st = m->streams; st < m->streams + m->n_streams; st++)
		if (!st->reference && f->fitness.loop_late_ns >= st->interval_ns)
			return true;
	return false;
}

static bool no_exposure(const struct facts *f, struct judgement *j)
{
	char text[WORDS_TEXT];

	if (f->seen_exposure_ns >= 0)
		return false;
	if (j->exposures && lookups_were_late(f))
		say(j, VERDICT_INVALID, fitness_so_busy,
		    "exposed %s, but the player was late, and no lookup was sent within two "
		    "intervals of an exposure",
		    words_times(j->exposures, text));
	else if (j->exposures)
		say(j, VERDICT_INCONCLUSIVE, scenario_so,
		    "exposed %s, but no lookup was sent within two intervals of an exposure",
		    words_times(j->exposures, text));
	else
		say(j, VERDICT_INCONCLUSIVE, scenario_so,
		    "no exposure: churn never changed the lowest MAC, the smallest MTU or the "
		    "carrier of the ports, and no event was seen to take effect");
	return true;
}

/* The scenario says that the bridge is never exposed, and it was, other than by events. */
static bool exposed_all_the_same(const struct facts *f, struct judgement *j)
{
	char text[WORDS_TEXT], times[WORDS_TEXT];
	int64_t first_ns = 0;
	size_t n = 0;

	for (size_t i = f->bridge_state.n_exposures; i > 0; i--)
		if (!f->bridge_state.exposures[i - 1].intended) {
			n++;
			first_ns = f->bridge_state.exposures[i - 1].t_ns;
		}
	if (!f->t->meta.exposures_none || !n)
		return false;
	say(j, VERDICT_INCONCLUSIVE, scenario_so,
	    "what the bridge inherits changed %s, first at %s s; the scenario says it never does",
	    words_times(n, times), words_moment(first_ns, text));
	return true;
}

/* Load changes no MAC, no MTU. What is true of the bridge shows again when it is played alone. */
static bool load_explains(const struct facts *f, struct judgement *j, const char *over)
{
	if (f->breaches.bits)
		return false;
	if (f->fitness.neigh_forced_gc)
		say_but(j, over, fitness_forced_gc, fitness_forced_gc_so);
	else if ((fitness_lacking_any(f->t, &f->fitness, &f->attempts) &&
	             !fitness_outlasted(
	                 f->t, &f->fitness, &f->attempts, j->outages, j->n_outages)) ||
	         fitness_lateness_explains(f->t, &f->fitness, j->longest_ns))
		say_at_fault(f, j, over);
	else
		return false;
	return true;
}

static const char too_slow_so[] =
    "the tool is too slow for this rate: a lower --pace, or changes farther apart";

static void judge_held(const struct facts *f, struct judgement *j)
{
	const struct trace_meta *m = &f->t->meta;
	char text[WORDS_TEXT], times[WORDS_TEXT];

	if (f->fitness.starved) {
		say(j, VERDICT_INVALID, fitness_so_busy, "%s", f->fitness.starved);
		return;
	}
	if (f->fitness.slow_verb) {
		say(j, VERDICT_INCONCLUSIVE, too_slow_so, "%s", f->fitness.slow_verb);
		return;
	}
	if (!m->exposures_none && no_exposure(f, j))
		return;
	say(j, VERDICT_PASS, m->n_known ? "it is listed as a known failure, but it passed" : NULL,
	    "held: %lu of %lu answered, exposed %s; shortest detectable outage %s",
	    j->total.answered, j->total.sent, words_times(j->exposures, times),
	    words_span(j->resolution_ns, text));
	j->known_gone = m->n_known > 0;
}

/* The listed failure that this one is, or NULL. A stall of the machine can make the longest outage
 * one of two causes, which is `unknown`; then any of the others tells. */
static const struct known_meta *known_of(const struct trace_meta *m, const struct judgement *j)
{
	for (size_t i = 0; i < m->n_known; i++) {
		enum cause breaks = m->known[i].breaks;

		if (breaks == CAUSE_NONE || breaks == j->cause)
			return &m->known[i];
		for (size_t k = 0; j->cause == CAUSE_UNKNOWN && k < j->n_outages; k++)
			if (j->outages[k].cause == breaks)
				return &m->known[i];
	}
	return NULL;
}

static void judge_arm(const struct facts *f, struct judgement *j, const struct outage *worst)
{
	const struct trace_meta *m = &f->t->meta;
	char *over = over_limits(f, j);

	if ((over && load_explains(f, j, over)) || exposed_all_the_same(f, j)) {
		;
	} else if (over) {
		say(j, VERDICT_FAIL, NULL, "%s", over);
		j->so = arm_so(f, j, worst);
		j->known = known_of(m, j);
	} else {
		judge_held(f, j);
	}
	free(over);
}

/* Of the cause that a control must break by, and as long as the schedule implies. */
static bool is_implied(const struct facts *f, const struct outage *o)
{
	const struct trace_meta *m = &f->t->meta;

	return o->cause == m->breaks && o->to_ns - o->from_ns >= m->min_outage_ns;
}

static const struct outage *broke_by(const struct facts *f, const struct judgement *j)
{
	const struct outage *best = NULL;

	for (size_t i = 0; i < j->n_outages; i++) {
		const struct outage *o = &j->outages[i];

		if (is_implied(f, o) &&
		    (!best || o->to_ns - o->from_ns > best->to_ns - best->from_ns))
			best = o;
	}
	return best;
}

/* A stream over a family and transport by which no stream broke as it must: the arms' streams over
 * these would prove nothing. NULL: each way broke; one client each will do, for some may be immune.
 */
static const struct stream *spared(const struct facts *f, const struct judgement *j)
{
	const struct trace_meta *m = &f->t->meta;
	bool broke[IP_FAMILIES][TRANSPORTS] = {{false}};

	for (size_t i = 0; i < j->n_outages; i++) {
		const struct stream *st = &m->streams[j->outages[i].stream];

		broke[st->family][st->transport] |= is_implied(f, &j->outages[i]);
	}
	for (const struct stream *st = m->streams; st < m->streams + m->n_streams; st++)
		if (!st->reference && !broke[st->family][st->transport])
			return st;
	return NULL;
}

/* Nothing is learnt of the kernel from what the gateway's own ARP healed. */
static void say_healed(const struct facts *f, struct judgement *j, const struct gateway_arp *arp)
{
	char *why = gateway_arp_healing_text(&f->t->meta, arp);

	/* Lookups are half an interval away from churn: only a machine that was late with one of
	 * them lets them meet. */
	if (arp->why == GATEWAY_ARP_PROMPTED)
		say(j, VERDICT_INVALID,
		    "a late change and a lookup coincided, and the gateway's ARP for the answer "
		    "refreshed the client's entry",
		    "%s", why);
	else
		say(j, VERDICT_INCONCLUSIVE,
		    "the gateway's own ARP may have refreshed a client's entry; this is a bug in the suite, not in your kernel",
		    "%s", why);
	free(why);
}

static void judge_control(const struct facts *f, struct judgement *j)
{
	const struct trace_meta *m = &f->t->meta;
	const struct outage *some = broke_by(f, j);
	const struct gateway_arp *arp;
	char *lost = judgement_lost_text(j), text[WORDS_TEXT];

	if (f->fitness.starved) {
		say(j, VERDICT_INVALID, fitness_so_busy, "%s", f->fitness.starved);
	} else if (f->fitness.slow_verb) {
		say(j, VERDICT_INCONCLUSIVE, too_slow_so, "%s", f->fitness.slow_verb);
	} else if (fitness_lacking_any(f->t, &f->fitness, &f->attempts)) {
		say_at_fault(f, j, lost);
	} else if (no_exposure(f, j)) {
		;
	} else if (f->fitness.collision.text) {
		/* That lookup may have healed its client, or its own gateway's entry. */
		say_but(j, lost, f->fitness.collision.text, fitness_so_busy);
	} else if (f->fitness.neigh_forced_gc) {
		say_but(j, lost, fitness_forced_gc, fitness_forced_gc_so);
	} else if ((arp = gateway_arps_healing(&f->gateway_arps, f->seen_exposure_ns))) {
		say_healed(f, j, arp);
	} else if (some) {
		say(j, VERDICT_INCONCLUSIVE,
		    "the arms' lookups of that family and transport prove nothing",
		    "it broke by %s over %s, but not over %s", cause_name(m->breaks),
		    m->streams[some->stream].name, spared(f, j)->name);
	} else if (j->total.lost) {
		say(j, VERDICT_INCONCLUSIVE,
		    "the control broke in another way, so its arms prove nothing",
		    "it must break by %s for at least %s; it %s, cause %s%s", cause_name(m->breaks),
		    words_span(m->min_outage_ns, text), lost, cause_name(j->cause),
		    stale_form_suffix(j->form));
	} else {
		say(j, VERDICT_NOT_REPRODUCED, "this kernel may no longer have the fault",
		    "%s, though the bridge was exposed %s and nothing healed it", lost,
		    words_times(j->exposures, text));
	}
	free(lost);
}

/* A case that ended early because somebody looked can have failed by then, and shown nothing else.
 */
static void end_paused(int64_t paused_ns, struct judgement *j)
{
	char text[WORDS_TEXT], *why = j->why;

	words_moment(paused_ns, text);
	if (j->verdict == VERDICT_FAIL) {
		char *so = j->so;

		j->why = mem_printf("%s; paused at %s s", why, text);
		j->so = mem_printf("%s; the case was paused at %s s and ended there", so, text);
		free(why);
		free(so);
	} else if (j->verdict != VERDICT_INVALID) {
		free(why);
		free(j->so);
		j->known_gone = false;
		say(j, VERDICT_INVALID, "a case that ended early has no verdict",
		    "paused at %s s, before it had failed", text);
	}
}

/* Played by events: each round must have been dangerous, and all must agree whether it broke: as it
 * must (a control) or, where the cause is not known, must not (an arm). */
static bool judge_rounds(const struct facts *f, struct judgement *j)
{
	const struct trace_meta *m = &f->t->meta;
	unsigned rounds = (unsigned)m->rounds, n = 0;
	char text[WORDS_TEXT];
	/* a control's tool may mend some breaks before the next lookup */
	bool mended = m->tool && m->breaks != CAUSE_NONE;

	if (!rounds || fitness_lacking_any(f->t, &f->fitness, &f->attempts))
		return false;
	for (size_t i = 0; i < j->n_outages; i++) {
		if (m->breaks == CAUSE_NONE && j->outages[i].cause != CAUSE_UNKNOWN)
			return false; /* one outage with a cause is enough */
		n += m->breaks == CAUSE_NONE || is_implied(f, &j->outages[i]);
	}
	if (j->exposures < rounds)
		say(j, VERDICT_INCONCLUSIVE, "a round without an exposure proves nothing",
		    "exposed %s in %u rounds", words_times(j->exposures, text), rounds);
	else if (n && n < rounds && !mended)
		say(j, VERDICT_INCONCLUSIVE,
		    "the rounds must agree; the case shows more when it is played by the clock",
		    "it broke in %u of %u rounds", n, rounds);
	else
		return false;
	return true;
}

/* A control says nothing of its remedy on a bridge that breaks other rules too. */
static bool judge_rules(const struct facts *f, struct judgement *j)
{
	const struct breach *x = f->fault ? NULL : breaches_of_rule(&f->breaches, false);
	struct buf why = {0};

	if (!x)
		return false;
	breach_add_text(x, &why);
	say(j, VERDICT_FAIL, "br0 is not what the kernel's rules make of it", "%s", why.s);
	buf_free(&why);
	return true;
}

const struct outage *verdict_reach(const struct facts *f, struct judgement *j)
{
	const struct trace_meta *m = &f->t->meta;
	const struct outage *o = judgement_worst(j), *broke = broke_by(f, j);

	j->cause = o ? o->cause : CAUSE_NONE;
	j->form = o ? o->form : STALE_NEITHER;
	j->unbuilt = f->fitness.unbuilt;
	const char *lab_fault = j->cause == CAUSE_UPSTREAM_SILENT ? "dnsmasq did not answer"
	                        : j->cause == CAUSE_TOO_BIG ? "packets were too big for the uplink"
	                                                    : NULL;
	if (f->fitness.not_up && breaches_of_rule(&f->breaches, true)) {
		say(j, VERDICT_FAIL,
		    "before any churn br0 is not what the kernel's rules make of it", "%s; %s",
		    breaches_of_rule(&f->breaches, true)->text, f->fitness.broken);
		j->unbuilt = false;
	} else if (f->fitness.broken) {
		say(j, VERDICT_INVALID, f->fitness.broken_so, "%s", f->fitness.broken);
	} else if (lab_fault && f->fitness.reference_lost) {
		say(j, VERDICT_INVALID, fitness_so_lab,
		    "%s; the reference lookups were lost as well", lab_fault);
	} else if (judge_rounds(f, j)) {
		;
	} else if (m->breaks == CAUSE_NONE) {
		judge_arm(f, j, o);
	} else if (judge_rules(f, j)) {
		;
	} else if (broke && !spared(f, j)) {
		o = broke;
		j->cause = o->cause;
		j->form = o->form;
		char *lost = judgement_lost_text(j);
		say(j, VERDICT_PASS, NULL, "it broke as it must: %s, cause %s%s", lost,
		    cause_name(j->cause), stale_form_suffix(j->form));
		free(lost);
	} else {
		judge_control(f, j);
	}
	if (f->fitness.paused_ns != INT64_MIN)
		end_paused(f->fitness.paused_ns, j);
	return o;
}
