/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selection.c: the scenarios and cases that a command line selects. */
#include "cli/selection.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>

#include "base/status.h"
#include "cli/subjects.h"

static struct scenario_options settings_of(const struct options *o)
{
	return (struct scenario_options){.settings = o->settings, .n_settings = o->n_settings};
}

static int status_of(int r, struct buf *messages)
{
	if (messages->len)
		fputs(messages->s, stderr);
	buf_free(messages);
	return r == -EAGAIN ? STATUS_CANNOT : r ? STATUS_USAGE : 0;
}

int selection_read(const struct options *o, struct scenarios *s)
{
	struct scenario_options so = settings_of(o);
	struct buf messages = {0};

	if (subjects_wanted(o)) {
		int status = subjects_read(o, &so, o->n_names ? NULL : s);

		if (status || !o->n_names)
			return status;
	}
	int r = o->n_names ? load_scenarios(o->names, o->n_names, &so, s, &messages)
	                   : load_shipped(false, o->filter, &so, s, &messages);

	if (!r && !o->n_names && o->all)
		r = load_shipped(true, o->filter, &so, s, &messages);
	return status_of(r, &messages);
}

int selection_read_scope(
    const struct options *o, struct scenarios *s, const struct scenario_case **only)
{
	struct scenario_options so = settings_of(o);
	struct buf messages = {0};

	return status_of(load_scope(o->names, o->n_names, &so, s, only, &messages), &messages);
}

int selection_read_case(
    const struct options *o, struct scenarios *s, const struct scenario_case **only)
{
	struct scenario_options so = settings_of(o);
	struct buf messages = {0};

	return status_of(load_case(o->names, o->n_names, &so, s, only, &messages), &messages);
}

bool selection_wants(const struct options *o, const struct scenario_case *c)
{
	return !o->filter || !fnmatch(o->filter, c->name, 0);
}

int selection_empty(const struct options *o)
{
	fprintf(stderr, "steadybridge: no case matches%s%s\n", o->filter ? " --filter " : "",
	    o->filter ? o->filter : "");
	return STATUS_CANNOT;
}
