/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schedule.c: `steadybridge schedule`: the churn and the changes of cases, event by event. */
#include "schedule/schedule.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/selection.h"
#include "command/command.h"

static void print(const struct scenario_case *c, const struct options *o)
{
	struct seed_pace with = seed_pace_in_force(&o->asked, c->scenario);
	struct schedule schedule;
	struct buf text = {0};

	schedule_make(c, with.seed, with.pace, &schedule);
	schedule_text(c, &schedule, &text);
	printf("%s  seed %" PRIx64 "  pace %g\n%s", c->name, schedule.seed, schedule.pace,
	    text.s ? text.s : "");
	buf_free(&text);
	schedule_free(&schedule);
}

static int run(struct options *o)
{
	const struct scenario_case *only;
	struct scenarios s = {0};
	size_t n = 0;
	int r = selection_read_scope(o, &s, &only);

	for (size_t k = 0; !r && k < s.items[0]->n_cases; k++) {
		const struct scenario_case *c = &s.items[0]->cases[k];

		if ((only && c != only) || !selection_wants(o, c))
			continue;
		if (n++)
			puts("");
		print(c, o);
	}
	if (!r && !n)
		r = selection_empty(o);
	load_free(&s);
	return r;
}

const struct command command_schedule = {"schedule", "NAME|FILE|CASE [FILE]", 1, 2,
    "show when ports join, leave and change, with which MACs",
    OPTION_FILTER | OPTION_SET | OPTION_SEED | OPTION_PACE,
    "out/cases/lowest-port-leaves_inherited,leaves-by=delete/case.yaml", run};
