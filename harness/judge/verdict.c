/* verdict.c: from the facts to a verdict with its reason.
 *
 * The order is the argument. First what makes a case worthless whatever it shows (lost
 * notifications, a lab that lost lookups before any churn). Then what it has shown on its own
 * evidence: a control that broke by its cause, an arm that lost more than its limit. Only then what
 * it has not shown: a case that held proves something only if the machine kept up and the bridge
 * was exposed. */
#include "judge/verdict.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "judge/reason.h"
#include "judge/words.h"

static const char neigh_forced_gc[] =
    "the kernel's neighbour table was crowded, and entries were thrown out";
static const char neigh_forced_gc_so[] =
    "all namespaces share that table, and it throws out from net.ipv4.neigh.default.gc_thresh2 "
    "entries on (ipv6 likewise)";

/* Takes over why and so. */
static void say(struct judgement *j, enum verdict v, char *why, char *so)
{
	j->verdict = v;
	j->why = why;
	j->so = so;
}

static char *lost_text(const struct judgement *j)
{
	char lost[WORDS_TEXT], sent[WORDS_TEXT], span[WORDS_TEXT];
	const struct outage *worst = judgement_worst(j);

	if (!worst)
		return mem_printf("nothing lost of %s", words_count(j->total.sent, sent));
	return mem_printf("lost %s of %s in %zu outage%s, the longest %s%s",
	    words_count(j->total.lost, lost), words_count(j->total.sent, sent), j->n_outages,
	    words_plural(j->n_outages), worst->open ? "at least " : "",
	    words_span(worst->to_ns - worst->from_ns, span));
}

static const char *form_text(enum stale_form form)
{
	return form == STALE_FLOODED ? " (flooded)" : form == STALE_NOT_TAKEN ? " (not taken)" : "";
}

/* What happened in the worst outage, and whose work it was. */
static char *arm_so(const struct facts *f, const struct judgement *j, const struct outage *worst)
{
	char *what =
	    worst ? reason_text(f, worst) : mem_strdup("a bridge is broken before DNS notices");
	struct buf b = {0};

	if (f->fault)
		buf_printf(&b, "%s; the deliberate defect '%.15s' was at work", what,
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
	char *lost = lost_text(j), a[WORDS_TEXT];

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
		buf_printf(&b, ", cause %s%s", cause_name(j->cause), form_text(j->form));
	for (size_t i = 0; i < f->breaches.n; i++) {
		const struct breach *x = &f->breaches.items[i];

		if (!i || x[-1].what != x->what)
			buf_printf(&b, "; %s at %s s", x->text, words_moment(x->t_ns, a));
	}
	free(lost);
	if (!b.s)
		return NULL;
	char *why = mem_strdup(b.s + 2);
	buf_free(&b);
	return why;
}

static bool touched(const struct facts *f)
{
	for (const struct attempt *a = f->attempts.items; a < f->attempts.items + f->attempts.n;
	     a++)
		if (attempt_lost(a) && !f->t->meta.streams[a->stream].reference &&
		    fitness_lacking(f->t, &f->fitness, a))
			return true;
	return false;
}

/* What the machine did, where that is known; or NULL. */
static const char *blame(const struct facts *f)
{
	const struct fitness *m = &f->fitness;

	if (m->collision.lost || (!m->starved && m->collision.text))
		return m->collision.text;
	return m->starved ? m->starved : m->held_up;
}

static bool no_exposure(const struct facts *f, struct judgement *j)
{
	char text[WORDS_TEXT];

	if (f->seen_exposure_ns >= 0)
		return false;
	if (j->exposures)
		say(j, VERDICT_INCONCLUSIVE,
		    mem_printf("exposed %s, but nothing was asked within two intervals of that",
		        words_times(j->exposures, text)),
		    mem_strdup("a fault of the scenario, not of your kernel"));
	else
		say(j, VERDICT_INCONCLUSIVE,
		    mem_strdup(
		        "no exposure: churn never changed the lowest MAC, the smallest MTU or "
		        "the carrier of the ports, and no event was seen to take effect"),
		    mem_strdup("a fault of the scenario, not of your kernel"));
	return true;
}

/* Exposures that no event stands for, and the first one's time. */
static size_t count_inherited(const struct facts *f, int64_t *first_ns)
{
	size_t n = 0;

	for (size_t i = f->bridge_state.n_exposures; i > 0; i--) {
		const struct exposure *x = &f->bridge_state.exposures[i - 1];

		if (!x->intended) {
			n++;
			*first_ns = x->t_ns;
		}
	}
	return n;
}

static void judge_arm(const struct facts *f, struct judgement *j, const struct outage *worst)
{
	int64_t first_ns = 0;
	size_t inherited;
	const struct trace_meta *m = &f->t->meta;
	char *over = over_limits(f, j), text[WORDS_TEXT], times[WORDS_TEXT];

	/* Load changes no MAC, no MTU. What is true of the bridge shows again when it is played
	 * alone. */
	if (over && !f->breaches.bits && f->fitness.neigh_forced_gc) {
		say(j, VERDICT_INVALID, mem_printf("%s; but %s", over, neigh_forced_gc),
		    mem_strdup(neigh_forced_gc_so));
		free(over);
		return;
	}
	if (over && !f->breaches.bits &&
	    (touched(f) || fitness_lateness_explains(f->t, &f->fitness, j->longest_ns))) {
		say(j, VERDICT_INVALID,
		    mem_printf("%s; but the machine was at fault at that time%s%s", over,
		        blame(f) ? ": " : "", blame(f) ? blame(f) : ""),
		    mem_strdup("the machine was too busy to say anything of the bridge"));
		free(over);
		return;
	}
	inherited = count_inherited(f, &first_ns);
	if (m->exposures_none && inherited) {
		say(j, VERDICT_INCONCLUSIVE,
		    mem_printf(
		        "what the bridge inherits changed %s, first at %s s; the scenario says "
		        "it never does",
		        words_times(inherited, times), words_moment(first_ns, text)),
		    mem_strdup("a fault of the scenario, not of your kernel"));
		free(over);
		return;
	}
	if (over) {
		say(j, VERDICT_FAIL, over, arm_so(f, j, worst));
		for (size_t i = 0; i < m->n_known; i++)
			if (m->known[i].breaks == CAUSE_NONE || m->known[i].breaks == j->cause)
				j->known = true;
		return;
	}
	if (f->fitness.starved) {
		say(j, VERDICT_INVALID, mem_strdup(f->fitness.starved),
		    mem_strdup("the machine was too busy to say anything of the bridge"));
		return;
	}
	if (!m->exposures_none && no_exposure(f, j))
		return;
	say(j, VERDICT_PASS,
	    mem_printf("held: %lu of %lu answered, exposed %s; sees outages of %s",
	        j->total.answered, j->total.sent, words_times(j->exposures, times),
	        words_span(j->resolution_ns, text)),
	    m->n_known ? mem_strdup("it is listed as known to fail, yet it passed") : NULL);
	j->known_gone = m->n_known > 0;
}

/* Talk that came after an exposure and may have healed: unprompted first. */
static const struct gateway_arp *healing(const struct facts *f)
{
	const struct gateway_arp *found = NULL;

	for (size_t i = 0; i < f->gateway_arps.n; i++) {
		const struct gateway_arp *gateway_arp = &f->gateway_arps.items[i];

		if (gateway_arp->t_ns < f->seen_exposure_ns)
			continue;
		if (gateway_arp->why == GATEWAY_ARP_UNPROMPTED)
			return gateway_arp;
		found = found || gateway_arp->healed < 0 ? found : gateway_arp;
	}
	return found;
}

static char *healing_text(const struct facts *f, const struct gateway_arp *gateway_arp)
{
	const char *who =
	    gateway_arp->healed >= 0 ? f->t->meta.clients[gateway_arp->healed].name : NULL;
	char text[WORDS_TEXT], said[GATEWAY_ARP_TEXT];

	if (gateway_arp->why == GATEWAY_ARP_ANNOUNCED)
		return mem_printf("%s s the gateway announced its new MAC by %s",
		    words_moment(gateway_arp->t_ns, text),
		    gateway_arp->family == IP_V6 ? "an unsolicited advertisement"
		                                 : "gratuitous ARP");
	return mem_printf("%s s the gateway %s%s%s%.15s%s", words_moment(gateway_arp->t_ns, text),
	    gateway_arp_text(gateway_arp, said),
	    gateway_arp->why == GATEWAY_ARP_PROMPTED ? ", whose lookup was under way," : "",
	    who ? " and so healed '" : "", who ? who : "", who ? "'" : "");
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

static void judge_control(const struct facts *f, struct judgement *j)
{
	const struct trace_meta *m = &f->t->meta;
	const struct outage *some = broke_by(f, j);
	const struct gateway_arp *gateway_arp;
	char *lost = lost_text(j), implied[WORDS_TEXT];

	if (f->fitness.starved) {
		say(j, VERDICT_INVALID, mem_strdup(f->fitness.starved),
		    mem_strdup("the machine was too busy to say anything of the bridge"));
	} else if (touched(f)) {
		say(j, VERDICT_INVALID,
		    mem_printf("%s; but the machine was at fault at that time%s%s", lost,
		        blame(f) ? ": " : "", blame(f) ? blame(f) : ""),
		    mem_strdup("the machine was too busy to say anything of the bridge"));
	} else if (no_exposure(f, j)) {
		;
	} else if (f->fitness.collision.text) {
		/* That lookup may have healed its client, or its own gateway's entry. */
		say(j, VERDICT_INVALID, mem_printf("%s; but %s", lost, f->fitness.collision.text),
		    mem_strdup("the machine was too busy to say anything of the bridge"));
	} else if (f->fitness.neigh_forced_gc) {
		say(j, VERDICT_INVALID, mem_printf("%s; but %s", lost, neigh_forced_gc),
		    mem_strdup(neigh_forced_gc_so));
	} else if ((gateway_arp = healing(f)) && gateway_arp->why == GATEWAY_ARP_PROMPTED) {
		/* Lookups are half an interval away from churn: only a machine that was late with
		 * one of them lets them meet. Nothing is learnt of the kernel. */
		say(j, VERDICT_INVALID, healing_text(f, gateway_arp),
		    mem_strdup(
		        "a late port and a lookup met by chance, and the answer's way back healed the "
		        "client"));
	} else if (gateway_arp) {
		say(j, VERDICT_INCONCLUSIVE, healing_text(f, gateway_arp),
		    mem_strdup("the lab talked: a fault of the suite, not of your kernel"));
	} else if (some) {
		say(j, VERDICT_INCONCLUSIVE,
		    mem_printf("it broke by %s over %s, but not over %s", cause_name(m->breaks),
		        m->streams[some->stream].name, spared(f, j)->name),
		    mem_strdup("what did not break here proves nothing where it holds"));
	} else if (j->total.lost) {
		say(j, VERDICT_INCONCLUSIVE,
		    mem_printf("it must break by %s for at least %s; it %s, cause %s%s",
		        cause_name(m->breaks), words_span(m->min_outage_ns, implied), lost,
		        cause_name(j->cause), form_text(j->form)),
		    mem_strdup("the control broke in another way, so its arms prove nothing"));
	} else {
		say(j, VERDICT_NOT_REPRODUCED,
		    mem_printf("%s, though the bridge was exposed %s and nothing healed it", lost,
		        words_times(j->exposures, implied)),
		    mem_strdup("this kernel may no longer have the fault"));
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
		say(j, VERDICT_INVALID, mem_printf("paused at %s s, before it had failed", text),
		    mem_strdup("nothing can be said of a case that was cut short"));
	}
}

/* Played by events: in how many rounds it broke, as it must (a control) or must not (an arm). */
static unsigned rounds_broken(const struct facts *f, const struct judgement *j)
{
	const struct trace_meta *m = &f->t->meta;
	unsigned n = 0;

	for (size_t i = 0; i < j->n_outages; i++)
		n += m->breaks == CAUSE_NONE || is_implied(f, &j->outages[i]);
	return n;
}

/* Each round must have been dangerous, and all must agree. */
static bool judge_rounds(const struct facts *f, struct judgement *j)
{
	unsigned rounds = (unsigned)f->t->meta.rounds, n = rounds_broken(f, j);
	char text[WORDS_TEXT];

	if (!rounds || touched(f))
		return false;
	if (j->exposures < rounds)
		say(j, VERDICT_INCONCLUSIVE,
		    mem_printf("exposed %s in %u rounds", words_times(j->exposures, text), rounds),
		    mem_strdup("a round without an exposure proves nothing"));
	else if (n && n < rounds)
		say(j, VERDICT_INCONCLUSIVE, mem_printf("it broke in %u of %u rounds", n, rounds),
		    mem_strdup("all must agree; played by the clock it shows more"));
	else
		return false;
	return true;
}

const struct outage *verdict_reach(const struct facts *f, struct judgement *j)
{
	const struct trace_meta *m = &f->t->meta;
	const struct outage *o = judgement_worst(j), *broke = broke_by(f, j);

	j->cause = o ? o->cause : CAUSE_NONE;
	j->form = o ? o->form : STALE_NEITHER;
	j->unbuilt = f->fitness.unbuilt;
	if (f->fitness.broken) {
		say(j, VERDICT_INVALID, mem_strdup(f->fitness.broken),
		    mem_strdup(f->fitness.broken_so));
	} else if (j->cause == CAUSE_UPSTREAM_SILENT && f->fitness.reference_lost) {
		say(j, VERDICT_INVALID,
		    mem_strdup("dnsmasq did not answer; the reference lookups were lost as well"),
		    mem_strdup("a fault of the lab, not of your kernel"));
	} else if (j->cause == CAUSE_TOO_BIG && f->fitness.reference_lost) {
		say(j, VERDICT_INVALID,
		    mem_strdup(
		        "packets were too big for the uplink; the reference lookups were lost as "
		        "well"),
		    mem_strdup("a fault of the lab, not of your kernel"));
	} else if (judge_rounds(f, j)) {
		;
	} else if (m->breaks == CAUSE_NONE) {
		judge_arm(f, j, o);
	} else if (broke && !spared(f, j)) {
		o = broke;
		j->cause = o->cause;
		j->form = o->form;
		char *lost = lost_text(j);
		say(j, VERDICT_PASS,
		    mem_printf("it broke as it must: %s, cause %s%s", lost, cause_name(j->cause),
		        form_text(j->form)),
		    NULL);
		free(lost);
	} else {
		judge_control(f, j);
	}
	if (f->fitness.paused_ns != INT64_MIN)
		end_paused(f->fitness.paused_ns, j);
	return o;
}
