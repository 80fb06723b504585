/* judgement.c: what is said of one play, and the names of its words. */
#include "judge/judgement.h"

#include <stdlib.h>
#include <string.h>

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

const char *invariant_name(enum invariant i)
{
	switch (i) {
	case INVARIANT_GATEWAY_MAC:
		return "gateway-mac";
	case INVARIANT_ASSIGN_TYPE:
		return "assign-type";
	case INVARIANT_MTU:
		return "mtu";
	case INVARIANT_ADDRESS:
		return "address";
	case INVARIANT_CARRIER:
		return "carrier";
	case INVARIANT_LOCAL_FDB:
		return "local-fdb";
	case INVARIANT_BYSTANDER:
		return "bystander-frames";
	}
	return "unknown";
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
