/* keep.c: of which plays the packets stay, as pcap files beside the trace. */
#include "run/keep.h"

#include <string.h>

static void settle(struct output *o, struct casejob *cj, enum capture_when when)
{
	if (when == CAPTURE_ALWAYS || cj->judged.judgement.verdict != VERDICT_PASS)
		output_packets(o, cj);
	casejob_drop_packets(cj);
}

static bool has_been_played(const struct casejob *cj)
{
	return cj->judged.trace;
}

/* Did a control of this play's group break? */
static bool proven(const struct playlist *plays, const struct casejob *arm)
{
	for (size_t i = 0; i < plays->n; i++) {
		const struct casejob *cj = plays->items[i];

		if (has_been_played(cj) && cj->c->breaks != CAUSE_NONE &&
		    !strcmp(cj->c->group, arm->c->group) &&
		    cj->play / REPLAY_STRIDE == arm->play / REPLAY_STRIDE &&
		    cj->judged.judgement.verdict == VERDICT_PASS)
			return true;
	}
	return false;
}

void keep_after(
    struct playlist *plays, struct output *o, struct casejob *cj, enum capture_when when)
{
	if (!cj->reel)
		return;
	if (when == CAPTURE_ALWAYS || cj->judged.judgement.verdict != VERDICT_PASS ||
	    cj->c->breaks != CAUSE_NONE || cj->c->exposures_none)
		settle(o, cj, when);
	if (cj->reel && !proven(plays, cj))
		return; /* held */
	if (cj->reel)
		settle(o, cj, when);
	for (size_t i = 0; cj->c->breaks != CAUSE_NONE && i < plays->n; i++)
		if (plays->items[i]->reel && has_been_played(plays->items[i]) &&
		    proven(plays, plays->items[i]))
			settle(o, plays->items[i], when);
}

void keep_at_end(struct playlist *plays, struct output *o, enum capture_when when)
{
	for (size_t i = 0; i < plays->n; i++)
		if (plays->items[i]->reel)
			settle(o, plays->items[i], when);
}
