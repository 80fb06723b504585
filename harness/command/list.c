/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list.c: `steadybridge list`: scenarios and their cases. */
#include <stdio.h>

#include "base/status.h"
#include "cli/selection.h"
#include "cli/smoke.h"
#include "cli/subjects.h"
#include "command/command.h"
#include "command/reports.h"
#include "trace/names.h"

/* The number of cases that were printed. */
static size_t print(const struct scenario *s, const struct options *o, const struct smoke *smoke)
{
	size_t n = 0;

	for (size_t k = 0; k < s->n_cases; k++) {
		const struct scenario_case *c = &s->cases[k];

		if (!selection_wants(o, c) || (o->smoke && !smoke_has(smoke, c)))
			continue;
		if (!n++)
			printf("%s: %s\n", s->name, s->summary);
		printf("  %s%s%s\n", c->name, c->breaks ? "   breaks: " : "",
		    c->breaks ? cause_name(c->breaks) : "");
	}
	return n;
}

static int run(struct options *o)
{
	struct scenarios s = {0};
	struct smoke smoke = {0};
	size_t n = 0;

	if (o->all_subjects)
		return subjects_list();
	if (o->json && !o->reports) {
		fputs("steadybridge: --json goes with --reports\n", stderr);
		return STATUS_USAGE;
	}
	int r = selection_read(o, &s);

	if (!r && o->smoke)
		smoke_choose(&s, o, &smoke);
	for (size_t i = 0; !r && !o->reports && i < s.n; i++)
		n += print(s.items[i], o, &smoke);
	if (!r && o->reports)
		n = reports_list(&s, o);
	if (!r && !n)
		r = selection_empty(o);
	smoke_free(&smoke);
	load_free(&s);
	return r;
}

const struct command command_list = {"list", "[FILE|NAME...]", 0, NAMES_ANY,
    "list scenarios and their cases",
    OPTION_ALL | OPTION_FILTER | OPTION_SMOKE | OPTION_SET | OPTION_SUBJECT | OPTION_SUBJECTS |
        OPTION_TOOL | OPTION_REPORTS | OPTION_JSON,
    "--filter '*/inherited,*' lowest-port-leaves", run};
