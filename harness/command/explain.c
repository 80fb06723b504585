/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain.c: `steadybridge explain`: a scenario, or one of its cases, in words. */
#include "explain/explain.h"

#include <stdio.h>

#include "base/data.h"
#include "base/status.h"
#include "cli/selection.h"
#include "command/command.h"

#define FILE_MAX (64 * 1024)

/* The file is read once more for its comment, which is no part of a scenario. */
static int explain(
    const struct scenario *s, const struct scenario_case *only, const struct options *o)
{
	struct seed_pace with = seed_pace_in_force(&o->asked, s);
	struct buf file = {0}, text = {0};
	struct err e = {{0}};

	if (data_read(s->file, FILE_MAX, &file, &e)) {
		fprintf(stderr, "steadybridge: %s\n", e.text);
		return STATUS_USAGE;
	}
	explain_text(s, only, file.s ? file.s : "", with.seed, with.pace, &text);
	fputs(text.s, stdout);
	buf_free(&text);
	buf_free(&file);
	return 0;
}

static int run(struct options *o)
{
	const struct scenario_case *only;
	struct scenarios s = {0};
	int r = selection_read_scope(o, &s, &only);

	if (!r)
		r = explain(s.items[0], only, o);
	load_free(&s);
	return r;
}

const struct command command_explain = {"explain", "NAME|FILE|CASE [FILE]", 1, 2,
    "describe in words what happens, what breaks, and why", OPTION_SET | OPTION_SEED | OPTION_PACE,
    "lowest-port-leaves", run};
