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
	order = (y->breaks != CAUSE_NONE) - (x->breaks != CAUSE_NONE); /* controls first */
	if (order)
		return order;
	order = strcmp(text_or(x->name), text_or(y->name));
	return order ? order : play_id_compare(x->play, y->play);
}

static bool same(const struct judged *a, const struct judged *b, bool name)
{
	const struct trace_meta *x = &a->trace->meta, *y = &b->trace->meta;

	return !strcmp(text_or(x->group), text_or(y->group)) && x->play.repeat == y->play.repeat &&
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

/* Of each control only its last play counts: what was retried was not fit to be judged. */
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
