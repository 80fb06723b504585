/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confusion.c: how often each fault's outages get the right cause, no cause, or a wrong one.
 *
 * Only what began with the fault counts. A play that is invalid says nothing of the bridge, so that
 * its causes do not count either, unless the fault is expected to end so. */
#include "test/kit/confusion.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/mem.h"
#include "run/machine_pace.h"
#include "test/kit/faults.h"

#define UNKNOWN_SHARE 20 /* one in that many at most */

struct votes {
	unsigned long right, unknown, wrong;
};

/* One fault file. */
struct line {
	const struct scenario *s;
	struct votes outages, attempts;
	unsigned plays, invalid, twins, twins_lost, told; /* told: verdict and form as expected */
	char other[64];                                   /* the first wrong cause */
};

/* Is it a wrong one? */
static bool vote(struct line *l, struct votes *v, enum cause is)
{
	const char *want = l->s->expect.cause;

	if (!want) /* it is about something else than lookups */
		return false;
	if (!strcmp(cause_name(is), want)) {
		v->right++;
	} else if (is == CAUSE_UNKNOWN) {
		v->unknown++;
	} else {
		v->wrong++;
		if (!l->other[0])
			snprintf(l->other, sizeof(l->other), "%s", cause_name(is));
		return true;
	}
	return false;
}

static void look_at_fault(struct line *l, const struct play_job *pj)
{
	const struct judgement *j = &pj->judged.judgement;
	bool invalid = !strcmp(l->s->expect.verdict, "invalid");
	const struct facts *f = &pj->judged.facts;

	l->plays++;
	if (j->verdict == VERDICT_INVALID && !invalid) {
		l->invalid++;
		return;
	}
	int64_t from = f->fault ? f->fault->t_ns : 0;
	for (size_t i = 0; i < j->n_outages; i++)
		if (j->outages[i].to_ns > from)
			vote(l, &l->outages, j->outages[i].cause);
	for (size_t i = 0; i < f->attempts.n; i++) {
		const struct attempt *a = &f->attempts.items[i];

		if (a->t_ns >= from && a->cause != CAUSE_NONE && vote(l, &l->attempts, a->cause))
			fprintf(stderr, "%s, seed %" PRIx64 ": lookup at %.3f s: %s\n", l->s->name,
			    pj->trace.meta.seed, (double)a->t_ns / 1e9, cause_name(a->cause));
	}
	l->told += faults_as_expected(pj->c, j);
}

static bool is_twin(const struct scenario_case *c)
{
	const char *arm = c->scenario->expect.arm;

	return c->fault.what == FAULT_NONE && !strcmp(c->arm, arm);
}

static bool never(const struct play_job *pj)
{
	(void)pj;
	return false;
}

static int play_seed(struct line *lines, size_t n, const struct confusion_options *o, uint64_t seed,
    const char *kernel, struct err *e)
{
	struct playlist p = {
	    .asked = {.seed = seed, .pace = 20}, .kernel = kernel, .pool = {.at_once = o->jobs}};
	struct machine_pace machine;
	int r;

	machine_pace_look(&machine);
	machine_pace_limit(&machine, &p.asked);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < lines[i].s->n_cases; k++) {
			const struct scenario_case *c = &lines[i].s->cases[k];

			if ((c->fault.what != FAULT_NONE || is_twin(c)) && !faults_lack(c))
				playlist_add(&p, c, (struct play_id){0});
		}
	r = playlist_run(&p, never, e);
	for (size_t i = 0; !r && i < p.n; i++) {
		const struct play_job *pj = p.items[i];
		struct line *l = lines;

		while (l->s != pj->c->scenario)
			l++;
		if (pj->c->fault.what != FAULT_NONE) {
			look_at_fault(l, pj);
			if (o->traces)
				r = faults_write_trace(o->traces, pj, e);
		} else if (pj->judged.judgement.verdict != VERDICT_INVALID) {
			l->twins++;
			l->twins_lost += pj->c->breaks == CAUSE_NONE &&
			                 pj->judged.judgement.verdict == VERDICT_FAIL;
		}
	}
	playlist_free(&p);
	return r;
}

static int print_table(const struct line *lines, size_t n)
{
	struct votes sum = {0}, tries = {0};
	unsigned twins = 0;

	printf("%-22s %-20s %5s %7s %5s | %5s %7s %5s | %6s %7s %5s\n", "fault", "cause", "plays",
	    "invalid", "told", "right", "unknown", "wrong", "right", "unknown", "wrong");
	for (size_t i = 0; i < n; i++) {
		const struct line *l = &lines[i];
		const char *want = l->s->expect.cause ? l->s->expect.cause : "-";

		printf("%-22.22s %-20s %5u %7u %5u | %5lu %7lu %5lu | %6lu %7lu %5lu%s%s\n",
		    l->s->name, want, l->plays, l->invalid, l->told, l->outages.right,
		    l->outages.unknown, l->outages.wrong, l->attempts.right, l->attempts.unknown,
		    l->attempts.wrong, l->other[0] ? "  " : "", l->other);
		if (l->twins_lost)
			printf("%-22s %u of %u twins failed\n", "", l->twins_lost, l->twins);
		sum.right += l->outages.right;
		sum.unknown += l->outages.unknown;
		sum.wrong += l->outages.wrong;
		tries.right += l->attempts.right;
		tries.unknown += l->attempts.unknown;
		tries.wrong += l->attempts.wrong;
		twins += l->twins_lost;
	}
	printf("%-22s %-20s %5s %7s %5s | %5lu %7lu %5lu | %6lu %7lu %5lu\n", "all", "", "", "", "",
	    sum.right, sum.unknown, sum.wrong, tries.right, tries.unknown, tries.wrong);
	return sum.wrong || tries.wrong || twins || !sum.right ||
	       sum.unknown * UNKNOWN_SHARE > sum.right + sum.unknown;
}

int confusion_run(const struct confusion_options *o)
{
	struct scenarios faults = {0};
	struct buf messages = {0};
	struct err e = {{0}};
	struct utsname uts;
	int r = faults_load(&faults, &messages);

	uname(&uts);
	struct line *lines = mem_alloc((faults.n + 1) * sizeof(*lines));
	size_t n = 0;
	for (size_t i = 0; i < faults.n; i++)
		if (!o->filter || !fnmatch(o->filter, faults.items[i]->name, 0))
			lines[n++] = (struct line){.s = faults.items[i]};
	for (uint64_t seed = 1; !r && seed <= o->seeds; seed++) {
		fprintf(stderr, "seed %u of %u\n", (unsigned)seed, o->seeds);
		r = play_seed(lines, n, o, seed, uts.release, &e);
	}
	if (r)
		fprintf(stderr, "steadybridge-test: %s%s\n", messages.s ? messages.s : "", e.text);
	else
		r = print_table(lines, n);
	free(lines);
	load_free(&faults);
	buf_free(&messages);
	return r;
}
