/* judge.c: from a trace to a verdict with its reasons. */
#include "judge/judge.h"

#include "judge/facts.h"
#include "judge/story.h"
#include "judge/verdict.h"

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
