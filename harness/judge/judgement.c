/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judgement.c: what is said of one play. */
#include "judge/judgement.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/words.h"

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

char *judgement_lost_text(const struct judgement *j)
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
