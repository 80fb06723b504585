/* SPDX-License-Identifier: GPL-2.0-or-later */
/* faults.c: each fault scenario beside its unfaulted twin: the proof that the suite can fail. */
#include "test/kit/faults.h"

#include <inttypes.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/folder.h"
#include "base/mem.h"
#include "judge/judge.h"
#include "trace/names.h"
#include "trace/trace_json.h"

int faults_load(struct scenarios *s, struct buf *messages)
{
	struct scenario_options o = {.allow_faults = true};
	char *folder = data_path("harness/test/data/faults"), **files;
	struct err e = {{0}};
	int r, n = data_list(folder, &files, &e);

	free(folder);
	if (n < 0) {
		buf_printf(messages, "%s\n", e.text);
		return n;
	}
	r = load_scenarios(files, n, &o, s, messages);
	for (int i = 0; i < n; i++)
		free(files[i]);
	free(files);
	return r;
}

const struct prereq *faults_lack(const struct scenario_case *c)
{
	static const struct prereq *list;
	static size_t n;

	if (!list)
		list = prereqs_look(&n);
	return prereqs_missing_for(list, n, c);
}

void faults_add(struct playlist *p, const struct scenarios *s, const char *glob, bool only_controls,
    void (*lacks)(void *arg, const struct scenario_case *c, const struct prereq *what), void *arg)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->items[i]->n_cases; k++) {
			const struct scenario_case *c = &s->items[i]->cases[k];

			if ((only_controls && c->breaks == CAUSE_NONE) ||
			    (glob && fnmatch(glob, s->items[i]->name, 0)))
				continue;
			const struct prereq *what = faults_lack(c);

			if (!what)
				playlist_add(p, c, (struct play_id){0});
			else if (lacks)
				lacks(arg, c, what);
		}
}

static bool expects_invalid(const struct scenario_case *c)
{
	return c->fault.what != FAULT_NONE && !strcmp(c->scenario->expect.verdict, "invalid");
}

bool faults_again(const struct play_job *pj)
{
	return !expects_invalid(pj->c);
}

static bool names_invariant(unsigned bits, const char *name)
{
	for (unsigned bit = 1; bit; bit <<= 1)
		if ((bits & bit) && !strcmp(invariant_name((enum invariant)bit), name))
			return true;
	return false;
}

bool faults_as_expected(const struct scenario_case *c, const struct judgement *j)
{
	const struct expect *want = &c->scenario->expect;

	/* A gateway that speaks unprompted heals its clients: such a control would break by luck or
	 * not at all. */
	if (c->fault.what == FAULT_NONE)
		return j->verdict == VERDICT_PASS && (c->breaks == CAUSE_NONE || !j->gateway_arps);
	return !strcmp(verdict_name(j->verdict), want->verdict) &&
	       (!want->cause || !strcmp(cause_name(j->cause), want->cause)) &&
	       (!want->form || !strcmp(stale_form_name(j->form), want->form)) &&
	       (!want->invariant || names_invariant(j->invariants, want->invariant));
}

int faults_write_trace(const char *folder, const struct play_job *pj, struct err *e)
{
	char *path =
	    mem_printf("%s/%s.%" PRIx64 ".jsonl", folder, pj->trace.meta.slug, pj->trace.meta.seed);
	struct buf b = {0};

	trace_to_json(&pj->trace, &b);
	int r = folder_make(folder, e);
	if (!r)
		r = data_write(path, b.s, b.len, e);
	buf_free(&b);
	free(path);
	return r;
}

static void compare(const struct play_job *play, struct fault_result *out)
{
	const struct scenario_case *c = play->c;
	const struct judgement *j = &play->judged.judgement;
	const struct expect *want = &c->scenario->expect;
	bool faulted = c->fault.what != FAULT_NONE;
	const char *verdict = faulted ? want->verdict : "pass";

	*out = (struct fault_result){.c = c, .play = play, .ok = faults_as_expected(c, j)};
	snprintf(out->text, sizeof(out->text),
	    "expected %s%s%s%s%s%s%s, got %s, cause %s, form %s, invariants %#x, gateway talk %u: %.400s",
	    verdict, faulted && want->cause ? " by " : "",
	    faulted && want->cause ? want->cause : "", faulted && want->form ? ", " : "",
	    faulted && want->form ? want->form : "", faulted && want->invariant ? " naming " : "",
	    faulted && want->invariant ? want->invariant : "", verdict_name(j->verdict),
	    cause_name(j->cause), stale_form_name(j->form), j->invariants, j->gateway_arps,
	    j->why ? j->why : "");
}

struct fault_result *faults_results(struct playlist *p, size_t *n)
{
	struct fault_result *out = mem_alloc((p->n + 1) * sizeof(*out));
	struct judged **judged = playlist_judged(p);

	*n = 0;
	judge_run(judged, p->n);
	free(judged);
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i] == playlist_last(p, p->items[i]->c, true))
			compare(p->items[i], &out[(*n)++]);
	return out;
}
