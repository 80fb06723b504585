/* SPDX-License-Identifier: GPL-2.0-or-later */
/* totals.c: a run in numbers, and its exit status. */
#include "report/plays.h"

#include "base/status.h"
#include "report/shard.h"

static void add(const struct judged *p, struct totals *out)
{
	const struct judgement *j = &p->judgement;
	bool control = p->trace->meta.breaks != CAUSE_NONE;

	if (j->verdict == VERDICT_SKIP) {
		out->skipped++;
		return;
	}
	out->played++;
	out->controls += control;
	out->arms += !control;
	switch (j->verdict) {
	case VERDICT_PASS:
		out->passed++;
		out->controls_broke += control;
		out->arms_held += !control;
		break;
	case VERDICT_FAIL:
		out->failed += !j->known;
		out->known += j->known != NULL;
		break;
	case VERDICT_NOT_REPRODUCED:
		out->not_reproduced++;
		break;
	case VERDICT_INVALID:
		out->invalid++;
		out->unbuilt += j->unbuilt;
		break;
	default:
		out->inconclusive++;
		break;
	}
}

void report_totals(const struct run *r, struct totals *out)
{
	*out = (struct totals){.skipped = (unsigned)r->n_skipped};
	for (size_t i = 0; i < r->counted->n; i++)
		add(r->counted->items[i].play, out);
	for (size_t i = 0; i < r->n_plays; i++) {
		const struct trace_meta *m = &r->plays[i]->trace->meta;

		if (r->plays[i]->judgement.verdict == VERDICT_SKIP ||
		    __builtin_add_overflow(out->traffic_ns, m->warmup_ns, &out->traffic_ns) ||
		    __builtin_add_overflow(out->traffic_ns, m->duration_ns, &out->traffic_ns))
			continue;
	}
}

int report_exit_status(const struct run *r)
{
	struct totals t;

	report_totals(r, &t);
	if (t.failed || (r->must_run && t.skipped))
		return STATUS_FAILED;
	if (shard_is_empty(r))
		return STATUS_PASSED;
	if (t.played == t.unbuilt)
		return STATUS_CANNOT;
	if (t.inconclusive || t.not_reproduced || t.invalid || !r->instrument_ok ||
	    shard_problems(r))
		return STATUS_UNCLEAR;
	return STATUS_PASSED;
}
