/* SPDX-License-Identifier: GPL-2.0-or-later */
/* choice.c: which cases `check` plays, and which it skips and why. */
#include "cli/choice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/mem.h"
#include "cli/screen.h"
#include "cli/selection.h"
#include "cli/smoke.h"
#include "cli/subjects.h"
#include "host/prereqs.h"
#include "schedule/rounds.h"

static void add_skipped(
    struct choice *ch, const struct scenario_case *c, const char *reason, const char *remedy)
{
	*MEM_PUSH(ch->skipped, ch->n_skipped, ch->cap_skipped) =
	    (struct skipped){.name = c->name, .reason = reason, .remedy = remedy};
}

/* A case that the options select. */
struct selected {
	const struct scenario_case *c; /* as it is to be played */
	const char *why, *remedy;      /* skipped with --quick, since it needs a clock; or NULL */
};

struct selection {
	struct selected *items;
	size_t n, cap;
};

/* The same case in rounds, where it can be played so. */
static void make_quick(struct choice *ch, struct selected *s)
{
	struct scenario_case *out = mem_alloc(sizeof(*out));

	if (rounds_case(s->c, out, &s->why)) {
		s->remedy = *s->c->subject
		                ? "give a client that does no lookups the lowest port-mac"
		                : "steadybridge check without --quick";
		free(out);
		return;
	}
	*MEM_PUSH(ch->quick, ch->n_quick, ch->cap_quick) = out;
	s->c = out;
}

static void select_cases(struct choice *ch, const struct options *o, const struct scenarios *s,
    const struct scenario_case *watched, struct selection *out)
{
	bool clocked = o->asked.pace_given && !o->quick;
	struct smoke smoke = {0};

	if (o->smoke)
		smoke_choose(s, o, &smoke);
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->items[i]->n_cases; k++) {
			const struct scenario_case *c = &s->items[i]->cases[k];

			if (!selection_wants(o, c) || (o->smoke && !smoke_has(&smoke, c)) ||
			    (watched && !screen_wants(watched, c)))
				continue;
			struct selected *one = MEM_PUSH(out->items, out->n, out->cap);
			*one = (struct selected){.c = c};
			if (o->quick || (*c->subject && !clocked))
				make_quick(ch, one);
		}
	smoke_free(&smoke);
}

/* The subjects of all cases, each once, in their order; NULL: none. Caller frees. */
static char *subjects_of(const struct selection *all)
{
	struct buf out = {0};

	for (size_t i = 0; i < all->n; i++) {
		const char *name = all->items[i].c->subject;
		size_t before = 0;

		while (before < i && strcmp(all->items[before].c->subject, name))
			before++;
		if (*name && before == i)
			buf_printf(&out, "%s%s", out.len ? ", " : "", name);
	}
	return out.s;
}

/* Leaves those of the shard. What machines lack is asked later, so that all divide alike. */
static void keep_shard(struct choice *ch, const struct shard *shard, struct selection *all)
{
	struct shard_case *cases = mem_alloc((all->n + 1) * sizeof(*cases));
	struct utsname uts;
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		cases[i] = (struct shard_case){.c = all->items[i].c, .left_out = all->items[i].why};
	shard_divide(cases, all->n, shard->of);
	uname(&uts);
	ch->whole = mem_printf("%016" PRIx64, shard_whole(cases, all->n));
	ch->subjects = subjects_of(all);
	ch->machine = mem_printf("%s %s", uts.nodename, uts.machine);
	ch->shard = (struct shard_note){.index = shard->index,
	    .of = shard->of,
	    .machine = ch->machine,
	    .whole_cases = all->n,
	    .whole = ch->whole,
	    .subjects = ch->subjects};
	for (size_t i = 0; i < all->n; i++)
		if (cases[i].shard == shard->index)
			all->items[n++] = all->items[i];
	ch->shard.cases = all->n = n;
	free(cases);
}

void choice_make(struct choice *ch, const struct options *o, const struct scenarios *s,
    const struct scenario_case *watched, struct playlist *plays)
{
	struct selection chosen = {0};
	struct prereq_set set = {0};
	size_t n;

	select_cases(ch, o, s, watched, &chosen);
	ch->again = subjects_again(o);
	if (o->shard.of)
		keep_shard(ch, &o->shard, &chosen);
	for (size_t i = 0; i < chosen.n; i++)
		prereqs_add(&set, chosen.items[i].c);
	const struct prereq *prereqs = chosen.n ? prereqs_look_for(&set, &n) : NULL;
	for (size_t i = 0; i < chosen.n; i++) {
		const struct scenario_case *c = chosen.items[i].c;
		const char *why = chosen.items[i].why, *remedy = chosen.items[i].remedy;
		const struct prereq *missing = why ? NULL : prereqs_missing_for(prereqs, n, c);

		if (missing)
			remedy = missing->remedy;
		if (!why)
			why = missing ? missing->name : subjects_missing(c, &remedy);
		if (why)
			add_skipped(ch, c, why, remedy);
		for (int rep = 0; !why && rep < o->repeat; rep++)
			playlist_add(plays, c, (struct play_id){.repeat = rep});
	}
	free(chosen.items);
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
	const struct prereq *list = prereqs_last(&n);
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
	free(ch->whole);
	free(ch->subjects);
	free(ch->again);
	free(ch->machine);
}
