/* SPDX-License-Identifier: GPL-2.0-or-later */
/* instrument.c: once a run, a deliberate outage must be found at its place and length.
 *
 * The cut disables the client's port for 450 ms of scenario time. Attempts sent between the cut's
 * begin and its end are lost, or might be when they fall into the window of either stamp; every
 * other one is answered. */
#include "run/instrument.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "judge/judge.h"
#include "run/machine_pace.h"
#include "run/play_job.h"

/* Its own churn is a port that joins before and never leaves, so nothing but the cut happens. */
static const char scenario_text[] = "summary: A deliberate outage\n"
                                    "clients: {c1: {}}\n"
                                    "churn:\n"
                                    "  still: {joins: before, leaves: never, port-mac: above-all}\n"
                                    "lookups: {every: 100ms, timeout: 800ms}\n"
                                    "warmup: 500ms\n"
                                    "duration: 2s\n"
                                    "exposures: none\n"
                                    "arms:\n"
                                    "  whole: {bridge: {pin: at-create}}\n"
                                    "fault: {what: block-port, arm: whole, at: 700ms, for: 450ms}\n"
                                    "expect: {verdict: fail, cause: port-not-forwarding}\n";

#define SHARP_NS (100 * NS_PER_MS) /* each edge of the cut is made within one lookup interval */

/* Timeout for building one lab with one client and nothing beside it; each of the three tries has
 * it. */
#define LAB_NS (10 * NS_PER_S)

/* An attempt is stamped before it is sent: one stamped this much before the cut's end can still
 * pass. */
#define STAMP_NS (50 * NS_PER_MS)

struct cut {
	int64_t begin_from, begin_to, end_from, end_to; /* each stamp's window */
	unsigned stamps;
};

static void find_cut(const struct trace *t, struct cut *cut)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct event *ev = &t->events[i];

		if (ev->type != EV_CHURN || ev->u.churn.op != OP_FAULT)
			continue;
		int64_t *slots[] = {&cut->begin_from, &cut->begin_to, &cut->end_from, &cut->end_to};
		if (cut->stamps < 4)
			*slots[cut->stamps] = ev->t_ns;
		cut->stamps++;
	}
}

/* Attempts of the client's that were sent while the port was surely blocked. */
static unsigned sent_inside(const struct trace *t, const struct cut *cut)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->events[i].type == EV_SENT && t->events[i].u.sent.stream == 0 &&
		     t->events[i].t_ns > cut->begin_to && t->events[i].t_ns < cut->end_from;
	return n;
}

enum instrument_finding instrument_saw(const struct judged *play, char *text, size_t size)
{
	const struct judgement *j = &play->judgement;
	const struct trace *t = play->trace;
	struct cut cut = {0};
	enum instrument_finding found = INSTRUMENT_BLIND;

	find_cut(t, &cut);
	if (j->verdict == VERDICT_INVALID) {
		snprintf(text, size, "%.200s", j->why);
		found = j->unbuilt ? INSTRUMENT_UNBUILT : INSTRUMENT_STARVED;
	} else if (cut.stamps != 4 || sent_inside(t, &cut) < 2 ||
	           cut.begin_to - cut.begin_from > SHARP_NS ||
	           cut.end_to - cut.end_from > SHARP_NS) {
		snprintf(text, size, "the machine was too slow to block the port at an exact time");
		found = INSTRUMENT_STARVED;
	} else if (j->n_outages != 1) {
		snprintf(text, size,
		    "expected one outage from one blocked port, found %zu (%lu of %lu attempts "
		    "lost)",
		    j->n_outages, j->total.sent - j->total.answered, j->total.sent);
	} else if (j->outages[0].from_ns < cut.begin_from &&
	           j->outages[0].from_ns >= cut.begin_from - t->meta.streams[0].timeout_ns) {
		/* Nothing else was lost, but the edge of the outage is not where the port was
		 * blocked. */
		snprintf(text, size,
		    "a lookup sent %.0f ms before the port was blocked had not been answered by "
		    "then",
		    (double)(cut.begin_from - j->outages[0].from_ns) / NS_PER_MS);
		found = INSTRUMENT_STARVED;
	} else if (j->outages[0].from_ns < cut.begin_from ||
	           j->outages[0].from_ns > cut.begin_to + j->resolution_ns ||
	           j->outages[0].to_ns < cut.end_from - STAMP_NS ||
	           j->outages[0].to_ns > cut.end_to + j->resolution_ns) {
		snprintf(text, size,
		    "the port was blocked from %.3f to %.3f s, but the outage found is from %.3f "
		    "to %.3f s",
		    (double)cut.begin_from / NS_PER_S, (double)cut.end_to / NS_PER_S,
		    (double)j->outages[0].from_ns / NS_PER_S,
		    (double)j->outages[0].to_ns / NS_PER_S);
	} else if (j->outages[0].cause == CAUSE_UNKNOWN) {
		snprintf(
		    text, size, "the port's notification was read too late to determine the cause");
		found = INSTRUMENT_STARVED;
	} else if (j->outages[0].cause != CAUSE_PORT_NOT_FORWARDING) {
		snprintf(text, size, "expected the cause of a blocked port, found %s",
		    cause_name(j->outages[0].cause));
	} else {
		snprintf(text, size,
		    "a deliberate outage of %.0f ms was detected; nothing lost without it",
		    (double)(cut.end_from - cut.begin_to) / NS_PER_MS);
		found = INSTRUMENT_SEES;
	}
	return found;
}

int instrument_unasked(bool rounds, struct instrument *out)
{
	*out = (struct instrument){.ok = true, .text = "not needed, as nothing is played"};
	if (rounds)
		snprintf(out->text, sizeof(out->text),
		    "not needed without a clock; each arm is proven by its control");
	return 0;
}

static int play_once(const struct scenario_case *c, double pace, int retry, const char *kernel,
    struct instrument *out, int *signal_no, struct err *e)
{
	struct pool pool = {.at_once = 1};
	struct play_job *pj = play_job_new(c, 1, pace, (struct play_id){.retry = retry}, kernel);
	struct job *jobs[] = {&pj->job};

	pj->batch_link.patience_ns = LAB_NS;
	int r = pool_run(&pool, jobs, 1, signal_no, e);

	if (!r) {
		out->wall_ns += pj->job.wall_ns;
		out->cpu_ns = pj->cpu_ns;
		out->lookups = 0;
		for (size_t i = 0; i < pj->trace.n; i++)
			out->lookups += pj->trace.events[i].type == EV_SENT;
		enum instrument_finding found =
		    instrument_saw(&pj->judged, out->text, sizeof(out->text));
		out->ok = found == INSTRUMENT_SEES;
		out->starved = found == INSTRUMENT_STARVED;
		out->unbuilt = found == INSTRUMENT_UNBUILT;
	}
	play_job_free(pj);
	return r;
}

int instrument_check(
    double pace, const char *kernel, struct instrument *out, int *signal_no, struct err *e)
{
	struct scenario_options o = {.allow_faults = true};
	struct buf messages = {0};
	struct scenario *s = NULL;
	int r = scenario_parse(
	    "instrument.yaml", scenario_text, strlen(scenario_text), &o, &s, &messages);

	*out = (struct instrument){0};
	if (r)
		r = err_set(e, EINVAL, "%s", messages.s);
	for (int i = 0; !r && i <= RETRIES && (!i || out->starved || out->unbuilt); i++) {
		pace = i ? machine_pace_of_retry(pace, i) : pace;
		r = play_once(&s->cases[s->n_cases - 1], pace, i, kernel, out, signal_no, e);
	}
	if (s)
		scenario_free(s);
	buf_free(&messages);
	return r;
}
