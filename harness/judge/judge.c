/* judge.c: from a trace to a verdict with its reasons; and a run's arms by their controls. */
#include "judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "judge/facts.h"
#include "judge/story.h"
#include "judge/verdict.h"

const char *verdict_name(enum verdict v)
{
	static const char *const names[VERDICT_COUNT] = {
	    [VERDICT_PASS] = "pass",
	    [VERDICT_FAIL] = "fail",
	    [VERDICT_INCONCLUSIVE] = "inconclusive",
	    [VERDICT_NOT_REPRODUCED] = "not-reproduced",
	    [VERDICT_INVALID] = "invalid",
	    [VERDICT_SKIP] = "skip",
	};

	return (unsigned)v < VERDICT_COUNT ? names[v] : "unknown";
}

const char *stale_form_name(enum stale_form form)
{
	return form == STALE_FLOODED ? "flooded" : form == STALE_NOT_TAKEN ? "not-taken" : "none";
}

void judge_case(const struct trace *t, struct judgement *j)
{
	struct event none = {0};
	struct trace any = *t; /* its events are an array, even where there are none */
	struct facts f;

	if (!any.events)
		any.events = &none;
	*j = (struct judgement){0};
	facts_make(&any, &f, j);
	story_tell(&f, verdict_reach(&f, j), j);
	facts_free(&f);
}

void judgement_free(struct judgement *j)
{
	free(j->streams);
	free(j->outages);
	free(j->why);
	free(j->so);
	for (size_t i = 0; i < j->n_findings; i++)
		free(j->findings[i].text);
	free(j->findings);
	*j = (struct judgement){0};
}

/* Skips a number, so that "at 502 bytes" and "at 38 bytes" read the same. */
static const char *past_digits(const char *s)
{
	return s + strspn(s, "0123456789");
}

bool judgement_invalid_alike(const struct judgement *a, const struct judgement *b)
{
	const char *x = a->why, *y = b->why;

	if (a->verdict != VERDICT_INVALID || b->verdict != VERDICT_INVALID || !x || !y)
		return false;
	for (; *(x = past_digits(x)) && *x == *(y = past_digits(y)); x++, y++)
		;
	return !*x && !*past_digits(y);
}

const struct outage *judgement_worst(const struct judgement *j)
{
	const struct outage *worst = NULL;

	for (size_t i = 0; i < j->n_outages; i++)
		if (!worst ||
		    j->outages[i].to_ns - j->outages[i].from_ns > worst->to_ns - worst->from_ns)
			worst = &j->outages[i];
	return worst;
}

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
	order = x->play / REPLAY_STRIDE - y->play / REPLAY_STRIDE;
	if (order)
		return order;
	order = (y->breaks != CAUSE_NONE) - (x->breaks != CAUSE_NONE); /* controls first */
	if (order)
		return order;
	order = strcmp(text_or(x->name), text_or(y->name));
	return order ? order : (x->play > y->play) - (x->play < y->play);
}

static bool same(const struct judged *a, const struct judged *b, bool name)
{
	const struct trace_meta *x = &a->trace->meta, *y = &b->trace->meta;

	return !strcmp(text_or(x->group), text_or(y->group)) &&
	       x->play / REPLAY_STRIDE == y->play / REPLAY_STRIDE &&
	       (!name || !strcmp(text_or(x->name), text_or(y->name)));
}

static void unproven(struct judgement *j, const struct judged *control, bool played)
{
	free(j->why);
	free(j->so);
	j->verdict = VERDICT_INCONCLUSIVE;
	j->known_gone = false;
	j->unproven = true;
	if (!played)
		j->why = mem_strdup("it held, but its control was not played");
	else
		j->why = mem_printf("it held, but its control %s did not break (%s)",
		    text_or(control->trace->meta.name), verdict_name(control->judgement.verdict));
	j->so = mem_strdup(
	    "nothing shows that this bridge would have broken without what the arm does");
}

/* Of each control only its last play counts: what was played again was not fit to be judged. */
void judge_run(struct judged **plays, size_t n)
{
	struct judged **sorted = mem_alloc(n * sizeof(*sorted));
	size_t end;

	if (n) {
		memcpy(sorted, plays, n * sizeof(*sorted));
		qsort(sorted, n, sizeof(*sorted), by_group);
	}
	for (size_t i = 0; i < n; i = end) {
		const struct judged *broken = NULL;
		bool played = false;

		for (end = i; end < n && same(sorted[i], sorted[end], false); end++) {
			struct judged *p = sorted[end];

			if (p->trace->meta.breaks != CAUSE_NONE && p->trace->meta.fault)
				continue; /* its unfaulted twin is the control of the group */
			if (p->trace->meta.breaks != CAUSE_NONE) {
				bool last = end + 1 == n || !same(p, sorted[end + 1], true);

				played = true;
				if (last && p->judgement.verdict != VERDICT_PASS && !broken)
					broken = p;
			} else if (p->judgement.verdict == VERDICT_PASS &&
			           !p->trace->meta.exposures_none && (!played || broken)) {
				unproven(&p->judgement, broken, played);
			}
		}
	}
	free(sorted);
}
