/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_history.c: many runs, as their results.json tell of them. Of each play only a few figures are
 * kept: the text of a run is large, and there may be hundreds. */
#include "run_history/run_history.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "base/utf8.h"
#include "report/plays.h"

const char *run_history_by_name(enum run_history_by by)
{
	static const char *const names[BY_PARTS] = {"kernel", "steadybridge", "played"};

	return by < BY_PARTS ? names[by] : run_part_name((enum run_part)(by - BY_PARTS));
}

const char *run_history_verdict_name(unsigned verdict)
{
	return verdict == HISTORY_KNOWN ? "known" : verdict_name((enum verdict)verdict);
}

/* A copy of text of others, on one line and without harm: paths, names and versions. */
static char *clean_copy(const char *s)
{
	char *copy = mem_strdup(s);

	utf8_clean(copy, false);
	return copy;
}

void run_history_unread(struct run_history *h, const char *path, const char *message)
{
	*MEM_PUSH(h->unread, h->n_unread, h->unread_cap) =
	    (struct run_history_unread){clean_copy(path), clean_copy(message)};
}

static void setup_free(struct run_history_setup *s)
{
	for (int by = 0; by < BYS; by++)
		free(s->is[by]);
}

/* The place of the setup that has these values, which it takes. */
static size_t setup_of(struct run_history *h, struct run_history_setup is)
{
	for (size_t at = 0; at < h->n_setups; at++) {
		int by = 0;

		while (by < BYS && !strcmp(h->setups[at].is[by], is.is[by]))
			by++;
		if (by == BYS) {
			setup_free(&is);
			return at;
		}
	}
	*MEM_PUSH(h->setups, h->n_setups, h->setups_cap) = is;
	return h->n_setups - 1;
}

static size_t setup_of_run(struct run_history *h, const struct run *r, bool by_events)
{
	struct run_history_setup s = {{
	    [BY_KERNEL] = clean_copy(text_or(r->kernel, "?")),
	    [BY_STEADYBRIDGE] = clean_copy(text_or(r->version, "?")),
	    [BY_PLAYED] = mem_strdup(by_events ? "by events" : "by the clock"),
	}};

	for (int i = 0; i < RUN_PARTS; i++)
		s.is[BY_PARTS + i] = clean_copy(text_or(r->parts[i], "?"));
	return setup_of(h, s);
}

static struct run_history_case *case_of(struct run_history *h, const char *name)
{
	json_t *at = json_object_get(h->index, name);

	if (!at) {
		at = json_integer((json_int_t)h->n_cases);
		json_object_set_new(h->index, name, at);
		*MEM_PUSH(h->cases, h->n_cases, h->cases_cap) =
		    (struct run_history_case){.name = clean_copy(name)};
	}
	return &h->cases[json_integer_value(at)];
}

static void add_play(struct run_history *h, const char *name, const struct run_history_play *p)
{
	struct run_history_case *c;

	if (h->filter && fnmatch(h->filter, name, 0))
		return;
	c = case_of(h, name);
	*MEM_PUSH(c->plays, c->n, c->cap) = *p;
	h->runs[p->run].verdicts[p->verdict]++;
}

static const json_t *field(const json_t *play, const char *key)
{
	return json_object_get(play, key);
}

static const char *name_of(const json_t *play)
{
	return json_string_value(field(play, "name"));
}

/* As a play's verdict in results.json; HISTORY_VERDICTS: there is no such word. */
static unsigned verdict_of(const json_t *play)
{
	const char *word = json_string_value(field(play, "verdict"));
	unsigned v = 0;

	while (word && v < VERDICT_SKIP && strcmp(word, verdict_name((enum verdict)v)))
		v++;
	if (!word || v == VERDICT_SKIP)
		return HISTORY_VERDICTS;
	return v == VERDICT_FAIL && json_is_true(field(play, "known")) ? HISTORY_KNOWN : v;
}

/* What json.c writes of every play, and what is read here. */
static int check_plays(const char *path, const json_t *plays, struct err *e)
{
	static const char *const numbers[] = {
	    "repeat", "longest-outage-s", "warmup-s", "duration-s", "pace"};

	for (size_t i = 0; i < json_array_size(plays); i++) {
		const json_t *play = json_array_get(plays, i);

		if (!name_of(play))
			return err_set(
			    e, EINVAL, "%s: entry %zu of 'cases' has no name", path, i + 1);
		if (verdict_of(play) == HISTORY_VERDICTS)
			return err_set(e, EINVAL,
			    "%s: %s: found the verdict '%.32s', expected one of a play", path,
			    name_of(play), text_or(json_string_value(field(play, "verdict")), ""));
		for (size_t k = 0; k < ARRAY_SIZE(numbers); k++)
			if (!(json_number_value(field(play, numbers[k])) >= 0) ||
			    !json_is_number(field(play, numbers[k])))
				return err_set(e, EINVAL, "%s: %s: '%s' is no number from 0", path,
				    name_of(play), numbers[k]);
	}
	return 0;
}

#define MOST_NS 1e14 /* a day: beyond reason, and many of them still have a sum */

static int64_t took_ns(const json_t *play)
{
	int64_t scenario = run_file_ns(play, "warmup-s") + run_file_ns(play, "duration-s");
	double pace = json_number_value(field(play, "pace"));

	return pace > 0 ? llround(fmin((double)scenario / pace, MOST_NS)) : 0;
}

/* Plays of one case and repeat stand together, and the last of them counts. */
static void add_plays(struct run_history *h, const struct run_file *f, size_t run)
{
	const json_t *plays = json_object_get(f->json, "cases");
	struct run_history_play p = {.run = run};

	for (size_t i = 0; i < json_array_size(plays); i++) {
		const json_t *play = json_array_get(plays, i);

		if (json_is_true(field(play, "drop-play")))
			continue;
		p.took_real_ns += took_ns(play);
		if (!json_is_true(field(play, "counts-in"))) {
			p.retries++;
			continue;
		}
		p.setup = setup_of_run(h, &f->run, json_integer_value(field(play, "rounds")) > 0);
		p.verdict = verdict_of(play);
		p.longest_ns =
		    p.verdict == VERDICT_INVALID ? -1 : run_file_ns(play, "longest-outage-s");
		add_play(h, name_of(play), &p);
		p = (struct run_history_play){.run = run};
	}
}

static void add_skipped(struct run_history *h, const struct run_file *f, size_t run)
{
	const struct run_history_play p = {
	    .run = run, .setup = h->runs[run].setup, .verdict = VERDICT_SKIP, .longest_ns = -1};

	for (size_t i = 0; i < f->run.n_skipped; i++)
		add_play(h, f->skipped[i].name, &p);
}

static void add_run(
    struct run_history *h, const struct run_file *f, const char *path, const char *written)
{
	const char *began = text_or(f->run.began, written);
	size_t run = h->n_runs;

	if (h->since && strcmp(began, h->since) < 0) {
		h->n_older++;
		return;
	}
	if (!h->index)
		h->index = json_object();
	*MEM_PUSH(h->runs, h->n_runs, h->runs_cap) =
	    (struct run_history_run){.path = clean_copy(path),
	        .began = mem_strdup(began),
	        .dated = f->run.began,
	        .setup = setup_of_run(h, &f->run, false)};
	add_plays(h, f, run);
	add_skipped(h, f, run);
}

int run_history_add(
    struct run_history *h, const char *path, const char *text, size_t len, const char *written)
{
	struct run_file f = {0};
	struct err e = {{0}};
	int r = run_file_read(path, text, len, &f, &e);

	if (!r)
		r = check_plays(path, json_object_get(f.json, "cases"), &e);
	if (r)
		run_history_unread(h, path, e.text);
	else
		add_run(h, &f, path, written);
	run_file_free(&f);
	return r;
}

static int by_time(const void *a, const void *b)
{
	const struct run_history_run *x = *(struct run_history_run *const *)a,
	                             *y = *(struct run_history_run *const *)b;
	int order = strcmp(x->began, y->began);

	return order ? order : strcmp(x->path, y->path);
}

/* Where each run stands in the order of time. */
static size_t *places(const struct run_history *h)
{
	struct run_history_run **sorted = mem_alloc(h->n_runs * sizeof(*sorted));
	size_t *place = mem_alloc(h->n_runs * sizeof(*place));

	for (size_t i = 0; i < h->n_runs; i++)
		sorted[i] = &h->runs[i];
	qsort(sorted, h->n_runs, sizeof(*sorted), by_time);
	for (size_t i = 0; i < h->n_runs; i++)
		place[sorted[i] - h->runs] = i;
	free(sorted);
	return place;
}

/* Keeps the order of a run's repeats, which were added one after the other. */
static void order_plays(struct run_history_case *c, const size_t *place, size_t n_runs)
{
	struct run_history_play *to = mem_alloc(c->n * sizeof(*to));
	size_t *at = mem_alloc((n_runs + 1) * sizeof(*at));

	for (size_t i = 0; i < c->n; i++)
		at[place[c->plays[i].run] + 1]++;
	for (size_t i = 0; i < n_runs; i++)
		at[i + 1] += at[i];
	for (size_t i = 0; i < c->n; i++) {
		struct run_history_play p = c->plays[i];

		p.run = place[p.run];
		to[at[p.run]++] = p;
	}
	free(at);
	free(c->plays);
	c->plays = to;
	c->cap = c->n;
}

void run_history_order(struct run_history *h)
{
	size_t *place = places(h);
	struct run_history_run *runs = mem_alloc(h->n_runs * sizeof(*runs));

	for (size_t i = 0; i < h->n_runs; i++)
		runs[place[i]] = h->runs[i];
	for (size_t i = 0; i < h->n_cases; i++)
		order_plays(&h->cases[i], place, h->n_runs);
	free(h->runs);
	h->runs = runs;
	h->runs_cap = h->n_runs;
	free(place);
}

void run_history_free(struct run_history *h)
{
	for (size_t i = 0; i < h->n_runs; i++) {
		free(h->runs[i].path);
		free(h->runs[i].began);
	}
	for (size_t i = 0; i < h->n_cases; i++) {
		free(h->cases[i].name);
		free(h->cases[i].plays);
	}
	for (size_t i = 0; i < h->n_setups; i++)
		setup_free(&h->setups[i]);
	for (size_t i = 0; i < h->n_unread; i++) {
		free(h->unread[i].path);
		free(h->unread[i].message);
	}
	free(h->runs);
	free(h->cases);
	free(h->setups);
	free(h->unread);
	json_decref(h->index);
	*h = (struct run_history){0};
}
