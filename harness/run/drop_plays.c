/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drop_plays.c: failed cases that are played once more, with the kernel's drop tracepoint. */
#include "run/drop_plays.h"

static bool is_among(const struct play_job *pj, const struct play_job *const *some, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (some[i] == pj)
			return true;
	return false;
}

static size_t choose(const struct playlist *p, const struct play_job *out[DROP_PLAYS_MAX])
{
	bool seen[CAUSE_COUNT] = {false};
	size_t n = 0;

	for (int any = 0; any < 2; any++)
		for (size_t i = 0; i < p->n && n < DROP_PLAYS_MAX; i++) {
			const struct play_job *pj = p->items[i];
			enum cause cause = pj->judged.judgement.cause;

			if (!proof_wants_drops(&pj->judged) || is_among(pj, out, n) ||
			    (seen[cause] && !any))
				continue;
			seen[cause] = true;
			out[n++] = pj;
		}
	return n;
}

int drop_plays_run(struct playlist *p, struct err *e)
{
	const struct play_job *failed[DROP_PLAYS_MAX];
	size_t n = choose(p, failed);
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		const struct trace_meta *m = &failed[i]->trace.meta;

		r = playlist_play_alone(p, failed[i]->c,
		    (struct play_id){.repeat = m->play.repeat, .drops = true}, m->pace, e);
	}
	return r;
}
