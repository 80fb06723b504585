/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge.c: from a trace to a verdict with its reasons. */
#include "judge/judge.h"

#include <stdlib.h>

#include "judge/reason.h"
#include "judge/verdict.h"

void judge_play(struct judged *p)
{
	struct judgement *j = &p->judgement;

	judgement_free(j);
	facts_free(&p->facts);
	facts_make(p->trace, &p->facts, j);
	story_tell(&p->facts, verdict_reach(&p->facts, j), j);
}

void judged_free(struct judged *p)
{
	judgement_free(&p->judgement);
	facts_free(&p->facts);
	for (size_t i = 0; i < p->n_captures; i++)
		free(p->captures[i]);
	free(p->captures);
	*p = (struct judged){0};
}

void judge_case(const struct trace *t, struct judgement *j)
{
	struct judged p = {.trace = t};

	judge_play(&p);
	facts_free(&p.facts);
	*j = p.judgement;
}
