/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet_retention.c: which plays keep their packets, as pcap files beside the trace. */
#include "run/packet_retention.h"

#include "judge/judge.h"

static void settle(struct output *o, struct play_job *pj, enum capture_when when)
{
	if (when == CAPTURE_ALWAYS || pj->judged.judgement.verdict != VERDICT_PASS)
		output_packets(o, pj);
	play_job_drop_packets(pj);
}

static bool has_been_played(const struct play_job *pj)
{
	return pj->judged.trace;
}

/* Did a control of this play's group break? */
static bool proven(const struct playlist *plays, const struct play_job *arm)
{
	for (size_t i = 0; i < plays->n; i++) {
		const struct play_job *pj = plays->items[i];

		if (has_been_played(pj) && proof_is_control(&pj->trace.meta, &arm->trace.meta) &&
		    pj->judged.judgement.verdict == VERDICT_PASS)
			return true;
	}
	return false;
}

void packet_retention_after(
    struct playlist *plays, struct output *o, struct play_job *pj, enum capture_when when)
{
	if (!pj->packets)
		return;
	if (when == CAPTURE_ALWAYS || pj->judged.judgement.verdict != VERDICT_PASS ||
	    pj->c->breaks != CAUSE_NONE || pj->c->exposures_none || proven(plays, pj))
		settle(o, pj, when); /* else they are held */
	for (size_t i = 0; pj->c->breaks != CAUSE_NONE && i < plays->n; i++)
		if (plays->items[i]->packets && has_been_played(plays->items[i]) &&
		    proven(plays, plays->items[i]))
			settle(o, plays->items[i], when);
}

void packet_retention_at_end(struct playlist *plays, struct output *o, enum capture_when when)
{
	for (size_t i = 0; i < plays->n; i++)
		if (plays->items[i]->packets)
			settle(o, plays->items[i], when);
}
