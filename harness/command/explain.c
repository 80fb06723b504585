/* explain.c: `steadybridge explain NAME`: a scenario, or one of its cases, in words. */
#include "command/explain.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "explain/explain.h"
#include "base/data.h"
#include "command/load.h"
#include "base/status.h"

#define FILE_MAX (64 * 1024)

/* The file is read once more for its comment, which is no part of a scenario. */
static int tell(const struct scenario *s, const struct scenario_case *only, const struct options *o)
{
	struct buf file = {0}, text = {0};
	struct err e = {{0}};
	int r = data_read(s->file, FILE_MAX, &file, &e);

	if (r) {
		fprintf(stderr, "steadybridge: %s\n", e.text);
		return STATUS_USAGE;
	}
	struct seed_pace with = seed_pace_in_force(&o->asked, s);
	explain_text(s, only, file.s ? file.s : "", with.seed, with.pace, &text);
	fputs(text.s, stdout);
	buf_free(&text);
	buf_free(&file);
	return 0;
}

int explain_command(struct options *o)
{
	struct scenario_options so = {.settings = o->settings, .n_settings = o->n_settings};
	const struct scenario_case *only = NULL;
	struct scenarios s = {0};
	struct buf messages = {0};
	int r;

	if (o->n_names < 1 || o->n_names > 2) {
		fprintf(stderr, "steadybridge explain: expected NAME, FILE or CASE [FILE]\n");
		return STATUS_USAGE;
	}
	bool whole = o->n_names == 1 && (!strchr(o->names[0], '/') || !access(o->names[0], R_OK) ||
	                                    strstr(o->names[0], ".yaml"));
	if (whole) {
		r = load_scenarios(o->names, 1, &so, &s, &messages);
	} else {
		only = load_case(o->names, o->n_names, &so, &s, &messages);
		r = only ? 0 : -1;
	}
	if (messages.len)
		fputs(messages.s, stderr);
	r = r ? STATUS_USAGE : tell(s.items[0], only, o);
	buf_free(&messages);
	load_free(&s);
	return r;
}
