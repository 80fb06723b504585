/* proof.c: a run's arms by their controls: what has an arm that held proven? */
#include "judge/proof.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

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

/* Of two twins of a fault the one without it is the control of the group. */
static bool is_control(const struct trace_meta *m)
{
	return m->breaks != CAUSE_NONE && !m->fault;
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
		const struct trace_meta *m = &group[i]->trace->meta;

		if (!is_control(m) || (i + 1 < n && !strcmp(text_or(m->name),
		                                        text_or(group[i + 1]->trace->meta.name))))
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
}
