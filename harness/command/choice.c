/* SPDX-License-Identifier: GPL-2.0-or-later */
/* choice.c: which cases `check` plays, and which it skips and why. */
#include "command/choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "command/screen.h"
#include "command/selection.h"
#include "command/smoke.h"
#include "command/subjects.h"
#include "host/prereqs.h"
#include "schedule/rounds.h"

static void add_skipped(
    struct choice *ch, const struct scenario_case *c, const char *reason, const char *remedy)
{
	*MEM_PUSH(ch->skipped, ch->n_skipped, ch->cap_skipped) =
	    (struct skipped){.name = c->name, .reason = reason, .remedy = remedy};
}

/* The same case in rounds; NULL: it is skipped, since it needs a clock. */
static const struct scenario_case *quick_case(struct choice *ch, const struct scenario_case *c)
{
	struct scenario_case *out = mem_alloc(sizeof(*out));
	const char *why;

	if (rounds_case(c, out, &why)) {
		add_skipped(ch, c, why,
		    *c->subject ? "give a client that does no lookups the lowest port-mac"
		                : "steadybridge check without --quick");
		free(out);
		return NULL;
	}
	*MEM_PUSH(ch->quick, ch->n_quick, ch->cap_quick) = out;
	return out;
}

void choice_make(struct choice *ch, const struct options *o, const struct scenarios *s,
    const struct scenario_case *watched, struct playlist *plays)
{
	size_t n;
	bool clocked = o->asked.pace_given && !o->quick;
	const struct prereq *prereqs = prereqs_look(&n);
	struct smoke smoke = {0};

	if (o->smoke)
		smoke_choose(s, o, &smoke);
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->items[i]->n_cases; k++) {
			const struct scenario_case *c = &s->items[i]->cases[k];

			if (!selection_wants(o, c) || (o->smoke && !smoke_has(&smoke, c)) ||
			    (watched && !screen_wants(watched, c)) ||
			    ((o->quick || (*c->subject && !clocked)) && !(c = quick_case(ch, c))))
				continue;
			const struct prereq *missing = prereqs_missing_for(prereqs, n, c);
			const char *remedy = missing ? missing->remedy : NULL;
			const char *why = missing ? missing->name : subjects_missing(c, &remedy);
			if (why)
				add_skipped(ch, c, why, remedy);
			for (int rep = 0; !why && rep < o->repeat; rep++)
				playlist_add(plays, c, (struct play_id){.repeat = rep});
		}
	smoke_free(&smoke);
}

void choice_skip_left_out(struct choice *ch, const struct playlist *plays)
{
	for (size_t i = 0; i < plays->n_left_out; i++) {
		const struct scenario_case *c = plays->left_out[i]->c;

		add_skipped(ch, c, lab_failures_expected(&plays->failures, c)->first->why,
		    "fix what the invalid cases name, then run again");
	}
}

/* What is there and could not be used for want of files, processes or memory has another remedy. */
static void tell_missing(const char *name, const char *remedy)
{
	size_t n;
	const struct prereq *list = prereqs_found(&n);
	const char *found = "", *more = NULL;

	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].name, name) && !list[i].there) {
			found = list[i].found;
			more = err_remedy(list[i].error);
		}
	fprintf(stderr, "missing: %s%s%s\n  remedy: %s\n", name, *found ? ": " : "", found,
	    more ? more : remedy);
}

void choice_tell_missing(const struct choice *ch)
{
	for (size_t i = 0; i < ch->n_skipped; i++)
		if (!i || strcmp(ch->skipped[i].reason, ch->skipped[i - 1].reason))
			tell_missing(ch->skipped[i].reason, ch->skipped[i].remedy);
}

void choice_free(struct choice *ch)
{
	for (size_t i = 0; i < ch->n_quick; i++)
		free(ch->quick[i]);
	free(ch->quick);
	free(ch->skipped);
}
