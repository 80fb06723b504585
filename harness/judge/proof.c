/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proof.c: a run's arms by their controls: what has an arm that held proven? And what was failed,
 * by its drop play: which function of the kernel dropped its lookups? */
#include "judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/words.h"
#include "judge/drops.h"

static const char *text_or(const char *s)
{
	return s ? s : "";
}

static int by_group(const void *a, const void *b)
{
	const struct trace_meta *x = &(*(struct judged *const *)a)->trace->meta;
	const struct trace_meta *y = &(*(struct judged *const *)b)->trace->meta;
	int order = strcmp(text_or(x->group), text_or(y->group));

	if (order)
		return order;
	order = x->play.repeat - y->play.repeat;
	if (order)
		return order;
	order = strcmp(text_or(x->name), text_or(y->name));
	return order ? order : play_id_compare(x->play, y->play);
}

static bool same_group(const struct trace_meta *a, const struct trace_meta *b)
{
	return a->play.repeat == b->play.repeat && !strcmp(text_or(a->group), text_or(b->group));
}

/* Of two twins of a fault the one without it is the control of the group. A drop play counts
 * nowhere. */
static bool is_control(const struct trace_meta *m)
{
	return m->breaks != CAUSE_NONE && !m->fault && !m->play.drops;
}

bool proof_is_control(const struct trace_meta *control, const struct trace_meta *arm)
{
	return is_control(control) && same_group(control, arm);
}

/* Of each control only its last play counts: what was retried was not fit to be judged. */
static const struct judged *control_of(struct judged **group, size_t n)
{
	const struct judged *found = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct trace_meta *m = &group[i]->trace->meta,
		                        *next = i + 1 < n ? &group[i + 1]->trace->meta : NULL;

		if (!is_control(m) ||
		    (next && is_control(next) && !strcmp(text_or(m->name), text_or(next->name))))
			continue;
		if (!found || (found->judgement.verdict == VERDICT_PASS &&
		                  group[i]->judgement.verdict != VERDICT_PASS))
			found = group[i];
	}
	return found;
}

static void judge_arm(struct judged *arm)
{
	const struct judged *control = arm->control;
	struct judgement *j = &arm->judgement;

	if (j->verdict != VERDICT_PASS || arm->trace->meta.exposures_none ||
	    (control && control->judgement.verdict == VERDICT_PASS))
		return;
	free(j->why);
	free(j->so);
	j->verdict = VERDICT_INCONCLUSIVE;
	j->known_gone = false;
	j->unproven = true;
	if (!control)
		j->why = mem_strdup("it held, but its control was not played");
	else
		j->why = mem_printf("it held, but its control %s did not break (%s)",
		    text_or(control->trace->meta.name), verdict_name(control->judgement.verdict));
	j->so = mem_strdup(
	    "nothing shows that this bridge would have broken without what the arm does");
}

/* Of these causes the reason says what has to be repaired; of the others only where to look. */
static bool is_explained(enum cause cause)
{
	switch (cause) {
	case CAUSE_NONE:
	case CAUSE_STALE_GATEWAY:
	case CAUSE_DEAD_GATEWAY:
	case CAUSE_PORT_NOT_FORWARDING:
	case CAUSE_STALE_CLIENT:
	case CAUSE_WRONG_PORT:
	case CAUSE_LOCAL_ENTRY_MISSING:
	case CAUSE_WRONG_VLAN:
	case CAUSE_TOO_BIG:
	case CAUSE_CLIENT_DOWN:
		return true;
	default:
		return false;
	}
}

bool proof_wants_drops(const struct judged *p)
{
	const struct judgement *j = &p->judgement;
	const struct trace_meta *m = &p->trace->meta;

	if (m->play.drops || m->rounds || p->facts.fitness.paused_ns != INT64_MIN)
		return false;
	return !is_explained(j->cause) &&
	       ((j->verdict == VERDICT_FAIL && !j->known) ||
	           (j->verdict == VERDICT_INCONCLUSIVE && m->breaks != CAUSE_NONE));
}

/* Takes over text. By time, and after all of the same time. */
static void add_finding(struct judgement *j, int64_t t_ns, char *text)
{
	size_t at = j->n_findings;

	j->findings = mem_grow(j->findings, j->n_findings + 1, sizeof(*j->findings));
	for (; at && j->findings[at - 1].t_ns > t_ns; at--)
		j->findings[at] = j->findings[at - 1];
	j->findings[at] = (struct finding){t_ns, text};
	j->n_findings++;
}

/* What the drop play showed of this play, which had lost lookups. */
static void tell_drop_play(struct judged *p, const struct judged *again)
{
	const struct judgement *j = &again->judgement;
	const struct outage *lost = judgement_worst(&p->judgement), *o = judgement_worst(j);
	struct finding found[DROPS_TOLD];
	size_t n = o ? drops_find(&again->facts, o, found) : 0;
	struct buf text = {0};
	char packets[WORDS_TEXT];
	uint64_t missed = drops_missed(again->trace);

	if (j->unbuilt) { /* "the lab could not be built: no drop tracepoint: ..." */
		add_finding(&p->judgement, lost->from_ns,
		    mem_printf("not played once more%s", strchrnul(j->why, ':')));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		add_finding(&p->judgement, found[i].t_ns,
		    mem_printf("played once more: %s", found[i].text));
		free(found[i].text);
	}
	if (!n && j->verdict == VERDICT_INVALID)
		buf_printf(&text, "; it showed nothing: %s", j->why);
	else if (!o)
		buf_puts(&text, "; it did not fail again");
	else if (!n)
		buf_printf(&text,
		    "; it lost lookups again, cause %s, and none was seen to be dropped where it "
		    "was last seen",
		    cause_name(j->cause));
	else if (j->cause != p->judgement.cause)
		buf_printf(&text, "; there the cause was %s", cause_name(j->cause));
	if (missed)
		buf_printf(&text, "; %s that the kernel dropped %s not recorded",
		    words_of(missed, "packet", packets), missed == 1 ? "was" : "were");
	if (text.s)
		add_finding(&p->judgement, lost->from_ns,
		    mem_printf("played once more with the drop tracepoint%s", text.s));
	buf_free(&text);
}

static bool is_drop_play_of(const struct judged *again, const struct judged *p)
{
	const struct trace_meta *a = &again->trace->meta, *b = &p->trace->meta;

	return a->play.drops && a->play.repeat == b->play.repeat &&
	       !strcmp(text_or(a->name), text_or(b->name));
}

/* A run has few drop plays. Without one, nobody asked for them. */
static void tell_drop_plays(struct judged **plays, size_t n)
{
	size_t wanted = 0, played = 0;

	for (size_t i = 0; i < n; i++) {
		played += plays[i]->trace->meta.play.drops;
		wanted += proof_wants_drops(plays[i]);
	}
	for (size_t i = 0; played && i < n; i++) {
		const struct judged *again = NULL;

		if (!proof_wants_drops(plays[i]))
			continue;
		for (size_t k = 0; k < n && !again; k++)
			again = is_drop_play_of(plays[k], plays[i]) ? plays[k] : NULL;
		if (again)
			tell_drop_play(plays[i], again);
		else
			add_finding(&plays[i]->judgement,
			    judgement_worst(&plays[i]->judgement)->from_ns,
			    mem_printf(
			        "not played once more with the drop tracepoint: %zu of %zu such "
			        "cases were",
			        played, wanted));
	}
}

void judge_run(struct judged **plays, size_t n)
{
	struct judged **sorted = mem_alloc(n * sizeof(*sorted));
	size_t end;

	if (n) {
		memcpy(sorted, plays, n * sizeof(*sorted));
		qsort(sorted, n, sizeof(*sorted), by_group);
	}
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1;
		     end < n && same_group(&sorted[i]->trace->meta, &sorted[end]->trace->meta);)
			end++;
		const struct judged *control = control_of(sorted + i, end - i);
		for (size_t k = i; k < end; k++)
			if (sorted[k]->trace->meta.breaks == CAUSE_NONE) {
				sorted[k]->control = control;
				judge_arm(sorted[k]);
			}
	}
	free(sorted);
	tell_drop_plays(plays, n);
}
