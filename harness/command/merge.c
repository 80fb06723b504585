/* SPDX-License-Identifier: GPL-2.0-or-later */
/* merge.c: `steadybridge merge`: the shards of a run joined into one set of reports.
 *
 * The traces are judged again, as `replay` does it; verdicts are not taken as they were written. A
 * group is whole in its shard, so the verdicts come out the same, and all reports are made by the
 * code that makes those of any run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/status.h"
#include "base/stdio.h"
#include "cli/shard_folders.h"
#include "command/command.h"
#include "command/help.h"
#include "report/plays.h"
#include "run/output.h"

/* In the order of their names, as each shard has only some of a scenario's. */
static int by_case(const void *a, const void *b)
{
	const struct trace_meta *x = &(*(struct judged *const *)a)->trace->meta,
	                        *y = &(*(struct judged *const *)b)->trace->meta;
	int order = strcmp(text_or(x->name, "?"), text_or(y->name, "?"));

	return order ? order : play_id_compare(x->play, y->play);
}

/* Its kernel, or the version of a part; NULL: not known. */
static const char *version_of(const struct run *r, int part)
{
	return part == RUN_PARTS ? r->kernel : r->parts[part];
}

/* Of all shards; those that differ stand one after the other. Caller frees. */
static char *versions_of(const struct merged *m, int part)
{
	struct buf out = {0};

	for (size_t i = 0; i < m->n; i++) {
		const char *text = version_of(&m->shards[i], part);
		size_t k = 0;

		while (text && k < i && strcmp(text_or(version_of(&m->shards[k], part), ""), text))
			k++;
		if (text && k == i)
			buf_printf(&out, "%s%s", out.len ? ", " : "", text);
	}
	return out.s;
}

/* A run of all shards, and the memory that it needs. */
struct joined {
	struct run run;
	struct merged merged;
	struct judged **plays;
	struct skipped *skipped;
	char *versions[RUN_PARTS + 1];
};

static void add_shard(struct joined *j, const struct stored_run *s)
{
	struct run *run = &j->run, *shard = &j->merged.shards[j->merged.n++];

	*shard = s->file.run;
	shard->out_dir = s->dir;
	for (size_t i = 0; i < s->n; i++)
		j->plays[run->n_plays++] = &s->items[i]->judged;
	for (size_t i = 0; i < shard->n_skipped; i++)
		j->skipped[run->n_skipped++] = shard->skipped[i];
	run->root &= shard->root;
	run->must_run |= shard->must_run;
	if (shard->pace < run->pace) {
		run->pace = shard->pace;
		run->pace_why = shard->pace_why;
	}
	if (shard->seed != run->seed)
		run->seed = 0;
	if (run->instrument_ok && !shard->instrument_ok) {
		run->instrument_ok = false;
		run->instrument_text = shard->instrument_text;
	}
	run->instrument_real_ns += shard->instrument_real_ns;
	run->wall_real_ns += shard->wall_real_ns;
}

static void join(struct joined *j, struct shard_folders *f, const char *out)
{
	const struct run *first = &f->shards[0].file.run;
	size_t plays = 0, skipped = 0;

	for (size_t i = 0; i < f->n; i++) {
		plays += f->shards[i].n;
		skipped += f->shards[i].file.run.n_skipped;
	}
	*j = (struct joined){.run = {.version = first->version,
	                         .root = true,
	                         .pace = first->pace,
	                         .pace_why = first->pace_why,
	                         .seed = first->seed,
	                         .repeat = first->repeat,
	                         .instrument_ok = true,
	                         .instrument_text = first->instrument_text,
	                         .out_dir = out},
	    .merged.shards = mem_alloc(f->n * sizeof(*j->merged.shards)),
	    .plays = mem_alloc((plays + 1) * sizeof(*j->plays)),
	    .skipped = mem_alloc((skipped + 1) * sizeof(*j->skipped))};
	for (size_t i = 0; i < f->n; i++)
		add_shard(j, &f->shards[i]);
	for (int i = 0; i <= RUN_PARTS; i++)
		j->versions[i] = versions_of(&j->merged, i);
	memcpy(j->run.parts, j->versions, sizeof(j->run.parts));
	j->run.kernel = j->versions[RUN_PARTS];
	j->run.plays = j->plays;
	j->run.skipped = j->skipped;
	j->run.merged = &j->merged;
	if (plays)
		qsort(j->plays, plays, sizeof(*j->plays), by_case);
	judge_run(j->plays, plays);
	shard_folders_missing(f, &j->run);
	j->merged.problems = (const char **)f->problems;
	j->merged.n_problems = f->n_problems;
}

static void joined_free(struct joined *j)
{
	for (int i = 0; i <= RUN_PARTS; i++)
		free(j->versions[i]);
	free(j->merged.shards);
	free(j->plays);
	free(j->skipped);
}

static int write_all(const struct shard_folders *f, const struct run *run, struct err *e)
{
	struct output out;
	int r = output_open(&out, run->out_dir, e);

	if (r)
		return r;
	for (size_t i = 0; !r && i < f->n; i++)
		for (size_t k = 0; !r && k < f->shards[i].n; k++) {
			const struct stored *s = f->shards[i].items[k];
			char *from = stored_up(s->path, 1);

			r = output_copy(&out, &s->trace, from, e);
			free(from);
		}
	if (!r)
		r = output_reports(&out, run, e);
	output_close(&out);
	return r;
}

static int report(struct shard_folders *f, const struct options *o)
{
	struct joined j;
	struct plays counted;
	struct totals totals;
	struct buf text = {0};
	struct err e = {{0}};

	join(&j, f, o->out);
	plays_make(&j.run, &counted);
	report_totals(&j.run, &totals);
	report_head(&j.run, totals.played, &text);
	report_instrument(&j.run, &text);
	report_text(&j.run, &text);
	if (getenv("GITHUB_ACTIONS"))
		report_github(&j.run, &text);
	fputs(text.s, stdout);
	buf_free(&text);
	int status = report_exit_status(&j.run);
	if (write_all(f, &j.run, &e)) {
		fprintf(stderr, "steadybridge: could not write all reports: %s\n", e.text);
		status = status ? status : STATUS_CANNOT;
	}
	plays_free(&counted);
	joined_free(&j);
	return status;
}

/* Would `out` take away what is in this shard's folder? */
static bool is_input(const char *out, const char *dir)
{
	char *cases = mem_printf("%s/cases", out);
	char *at_out = realpath(out, NULL), *at_cases = realpath(cases, NULL);
	char *at = realpath(dir, NULL);
	size_t len = at_cases ? strlen(at_cases) : 0;
	bool is = at && ((at_out && !strcmp(at, at_out)) ||
	                    (at_cases && !strncmp(at, at_cases, len) && strchr("/", at[len])));

	free(cases);
	free(at_out);
	free(at_cases);
	free(at);
	return is;
}

static int run(struct options *o)
{
	struct shard_folders f = {0};
	struct err e = {{0}};
	int r = 0;

	for (int i = 0; i < o->n_names; i++)
		if (is_input(o->out, o->names[i]))
			return help_usage_error(&command_merge,
			    "--out: found %s, which holds the shard %s; expected another folder",
			    o->out, o->names[i]);
	for (int i = 0; !r && i < o->n_names; i++)
		r = shard_folders_add(&f, o->names[i], &e);
	if (!r && f.n)
		r = report(&f, o);
	else if (r)
		fprintf(stderr, "steadybridge: %s\n", e.text);
	else
		for (size_t i = 0; i < f.n_problems; i++)
			fprintf(stderr, "steadybridge: %s\n", f.problems[i]);
	if (r < 0 || !f.n)
		r = STATUS_CANNOT;
	shard_folders_free(&f);
	return stdio_end(r, false);
}

const struct command command_merge = {"merge", "DIR...", 1, NAMES_ANY,
    "join the shards of a run into one set of reports", OPTION_OUT | OPTION_EXIT,
    "shards/* --out out", run};
