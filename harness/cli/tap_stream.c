/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tap_stream.c: `check --tap`: the run as TAP on standard output while it goes on. */
#include "cli/tap_stream.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/status.h"
#include "base/stdio.h"
#include "report/success.h"
#include "report/text.h"

/* Writes what was collected, at once. */
static void write_out(const struct tap_stream *s, struct buf *b)
{
	if (b->s)
		fputs(b->s, s->to);
	stdio_flush();
	buf_free(b);
}

void tap_stream_begin(struct tap_stream *s, FILE *to, const struct run *run, size_t n_plays)
{
	struct buf text = {0}, out = {0};

	*s = (struct tap_stream){
	    .to = to, .run = *run, .planned = n_plays + (run->must_run ? run->n_skipped : 0)};
	tap_version(&out);
	report_head(run, n_plays, &text);
	if (run->n_skipped && !run->must_run)
		tap_skips(run, &text);
	tap_diagnostic(text.s, &out);
	buf_free(&text);
	write_out(s, &out);
}

void tap_stream_say(const struct tap_stream *s, const char *text)
{
	struct buf out = {0};

	tap_diagnostic(text, &out);
	write_out(s, &out);
}

/* Before the first result. With must_run, those of the skipped cases are known as well. */
static void add_plan(struct tap_stream *s, struct buf *out)
{
	if (s->plan_written)
		return;
	s->plan_written = true;
	tap_plan(s->planned, NULL, out);
	for (size_t i = 0; s->run.must_run && i < s->run.n_skipped; i++)
		tap_skipped(&s->tap, &s->run, &s->run.skipped[i], out);
}

static bool same_case(const struct play_job *a, const struct scenario_case *c, int repeat)
{
	return a->c == c && a->trace.meta.play.repeat == repeat && !a->trace.meta.play.drops;
}

/* The last play of this case and repeat, of those that are over; NULL: none is. */
static struct play_job *last_play(
    const struct playlist *plays, const struct scenario_case *c, int repeat)
{
	struct play_job *last = NULL;

	for (size_t i = 0; i < plays->n; i++)
		if (plays->items[i]->judged.trace && same_case(plays->items[i], c, repeat))
			last = plays->items[i]; /* retries come after what they repeat */
	return last;
}

/* No retry of this play comes, and it says something. */
static bool is_settled(const struct play_job *last)
{
	return last && playlist_is_last(last) && !last->judged.judgement.unbuilt;
}

static bool are_controls_settled(const struct playlist *plays, const struct play_job *arm)
{
	for (size_t i = 0; i < plays->n; i++) {
		const struct play_job *pj = plays->items[i];

		if (proof_is_control(&pj->trace.meta, &arm->trace.meta) &&
		    !is_settled(last_play(plays, pj->c, pj->trace.meta.play.repeat)))
			return false;
	}
	return true;
}

/* The arm's verdict by its controls, as at the end of the run: judge_run() takes no pass back that
 * has its control. */
static void judge_with_controls(const struct playlist *plays, const struct play_job *arm)
{
	struct judged **group = mem_alloc((plays->n + 1) * sizeof(*group));
	size_t n = 0;

	for (size_t i = 0; i < plays->n; i++) {
		struct play_job *pj = plays->items[i];

		if (pj->judged.trace &&
		    (pj == arm || proof_is_control(&pj->trace.meta, &arm->trace.meta)))
			group[n++] = &pj->judged;
	}
	judge_run(group, n);
	free(group);
}

static bool is_final(const struct playlist *plays, const struct play_job *pj)
{
	return pj->judged.trace && !pj->told && !pj->trace.meta.play.drops && is_settled(pj) &&
	       (pj->trace.meta.breaks != CAUSE_NONE || are_controls_settled(plays, pj));
}

static void add_play(
    struct tap_stream *s, const struct run *run, struct play_job *pj, struct buf *out)
{
	size_t number = plays_number(run->counted, &pj->judged);

	pj->told = true;
	add_plan(s, out);
	tap_play(&s->tap, run, &run->counted->items[number - 1], out);
}

/* The run with all its plays, also those to come, so that each case has the number that it will
 * have at the end. Free what stands for those, run->plays and counted. */
static struct judged *number_cases(
    const struct playlist *plays, struct run *run, struct plays *counted)
{
	struct judged *to_come = mem_alloc((plays->n + 1) * sizeof(*to_come));

	run->plays = playlist_judged(plays);
	run->n_plays = plays->n;
	for (size_t i = 0; i < plays->n; i++)
		if (!run->plays[i]->trace) {
			to_come[i].trace = &plays->items[i]->trace;
			run->plays[i] = &to_come[i];
		}
	plays_make(run, counted);
	return to_come;
}

void tap_stream_finished(struct tap_stream *s, const struct playlist *plays)
{
	struct judged *to_come = NULL;
	struct run run = s->run;
	struct plays counted;
	struct buf out = {0};

	for (size_t i = 0; i < plays->n; i++) {
		struct play_job *pj = plays->items[i];

		if (!is_final(plays, pj))
			continue;
		if (!to_come)
			to_come = number_cases(plays, &run, &counted);
		if (pj->trace.meta.breaks == CAUSE_NONE)
			judge_with_controls(plays, pj);
		add_play(s, &run, pj, &out);
	}
	if (!to_come)
		return;
	plays_free(&counted);
	free(run.plays);
	free(to_come);
	write_out(s, &out);
}

/* What the plan has of this case and was not played, since its lab would have failed as others did.
 */
static void add_left_out(struct tap_stream *s, const struct playlist *plays,
    const struct scenario_case *c, struct buf *out)
{
	const struct lab_failure *failure = lab_failures_expected(&plays->failures, c);

	for (int repeat = 0; repeat < s->run.repeat; repeat++)
		if (!last_play(plays, c, repeat))
			tap_error(&s->tap, c->name, repeat,
			    failure ? failure->first->why : "it was left out", out);
}

static void add_results_left(
    struct tap_stream *s, const struct run *run, const struct playlist *plays, struct buf *out)
{
	for (size_t i = 0; i < plays->n; i++) {
		struct play_job *pj = plays->items[i];

		if (!pj->told && pj == last_play(plays, pj->c, pj->trace.meta.play.repeat))
			add_play(s, run, pj, out);
	}
	for (size_t i = 0; i < plays->n; i++)
		if (!plays->items[i]->trace.meta.play.repeat &&
		    !plays->items[i]->trace.meta.play.retry)
			add_left_out(s, plays, plays->items[i]->c, out);
	for (size_t i = 0; i < plays->n_left_out; i++)
		add_left_out(s, plays, plays->left_out[i]->c, out);
}

void tap_stream_end(struct tap_stream *s, const struct run *run, const struct playlist *plays)
{
	struct buf out = {0}, text = {0};
	size_t n_skipped = s->run.n_skipped; /* without what was left out since */

	s->run = *run;
	s->run.n_skipped = n_skipped;
	if (report_exit_status(run) == STATUS_CANNOT)
		tap_plan(0, run->n_plays ? run->plays[0]->judgement.why : "", &out);
	else if (!s->planned)
		tap_plan(0, "this shard has no case", &out);
	else
		add_results_left(s, run, plays, &out);
	for (size_t i = 0; i < run->counted->n; i++)
		if (run->counted->items[i].drops)
			report_case_text(run, run->counted->items[i].play, &text);
	success_line(run->counted, &text);
	text_last(run, &text);
	if (run->out_dir)
		buf_printf(&text, "report  %s/index.html\n", run->out_dir);
	tap_diagnostic(text.s, &out);
	tap_totals(&s->tap, &out);
	buf_free(&text);
	write_out(s, &out);
}

int tap_stream_stop(struct tap_stream *s, int status, const char *why)
{
	struct buf out = {0};

	if (s->plan_written) {
		buf_printf(&out, "Bail out! %s\n", why);
		status = STATUS_UNCLEAR;
	} else if (status == STATUS_CANNOT) {
		tap_plan(0, why, &out);
	} else if (status == STATUS_UNCLEAR) {
		tap_plan(1, NULL, &out);
		tap_error(&s->tap, "instrument", 0, why, &out);
	} else {
		add_plan(s, &out);
	}
	if (s->tap.n)
		tap_totals(&s->tap, &out);
	write_out(s, &out);
	return status;
}
