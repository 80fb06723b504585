/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shard.c: what reports say of a shard of a run, and of a run that was merged from its shards. */
#include "report/shard.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/words.h"
#include "report/plays.h"

#define INDEX_MAX 100000

void shard_name(const struct shard_note *s, struct buf *out)
{
	buf_printf(out, "shard %u of %u", s->index, s->of);
}

bool shard_is_empty(const struct run *r)
{
	return r->shard.of && !r->shard.cases && !r->n_plays && !r->n_skipped;
}

size_t shard_problems(const struct run *r)
{
	return r->merged ? r->merged->n_problems : 0;
}

void shard_problem_lines(const struct run *r, const char *before, struct buf *out)
{
	for (size_t i = 0; i < shard_problems(r); i++)
		buf_printf(out, "%s%s\n", before, r->merged->problems[i]);
}

void shard_lines(const struct run *r, struct buf *out)
{
	char cases[WORDS_TEXT], took[WORDS_TEXT];

	for (size_t i = 0; r->merged && i < r->merged->n; i++) {
		const struct run *s = &r->merged->shards[i];

		shard_name(&s->shard, out);
		buf_printf(out, "  %s  Linux %s  %s  ", text_or(s->shard.machine, "?"),
		    text_or(s->kernel, "?"), s->root ? "root" : "rootless");
		plays_pace(s, out);
		buf_printf(out, "  seed %" PRIx64 "  %s in %s  %s\n", s->seed,
		    words_of(s->shard.cases, "case", cases), words_span(s->wall_real_ns, took),
		    text_or(s->out_dir, "?"));
	}
}

static json_t *note_to_json(const struct shard_note *s)
{
	return json_pack("{s:i,s:i,s:I,s:o,s:{s:I,s:o,s:o}}", "index", (int)s->index, "of",
	    (int)s->of, "cases", (json_int_t)s->cases, "machine", utf8_json(s->machine), "whole",
	    "cases", (json_int_t)s->whole_cases, "hash", utf8_json(s->whole), "subjects",
	    utf8_json(s->subjects));
}

json_t *shard_to_json(const struct run *r)
{
	return r->shard.of ? note_to_json(&r->shard) : json_null();
}

json_t *merged_to_json(const struct run *r)
{
	json_t *shards, *problems;

	if (!r->merged)
		return json_null();
	shards = json_array();
	problems = json_array();
	for (size_t i = 0; i < r->merged->n; i++) {
		const struct run *s = &r->merged->shards[i];
		char *seed = mem_printf("%" PRIx64, s->seed);

		json_array_append_new(shards,
		    json_pack("{s:o,s:o,s:b,s:f,s:o,s:s,s:f,s:o}", "folder", utf8_json(s->out_dir),
		        "kernel", utf8_json(s->kernel), "root", (int)s->root, "pace", s->pace,
		        "pace-lowered-by", utf8_json(s->pace_why), "seed", seed, "wall-real-s",
		        (double)s->wall_real_ns / 1e9, "shard", note_to_json(&s->shard)));
		free(seed);
	}
	for (size_t i = 0; i < r->merged->n_problems; i++)
		json_array_append_new(problems, utf8_json(r->merged->problems[i]));
	return json_pack("{s:o,s:o}", "shards", shards, "problems", problems);
}

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static bool count(
    const json_t *o, const char *key, json_int_t least, json_int_t most, json_int_t *out)
{
	*out = json_integer_value(json_object_get(o, key));
	return json_is_integer(json_object_get(o, key)) && *out >= least && *out <= most;
}

static bool is_hash(const char *s)
{
	return s && strlen(s) == 16 && strspn(s, "0123456789abcdef") == 16;
}

static int note_from_json(const json_t *o, struct shard_note *s, struct err *e)
{
	const json_t *whole = json_object_get(o, "whole");
	json_int_t index, of, cases, whole_cases;

	if (!count(o, "of", 1, INDEX_MAX, &of) || !count(o, "index", 1, of, &index) ||
	    !count(whole, "cases", 0, INT32_MAX, &whole_cases) ||
	    !count(o, "cases", 0, whole_cases, &cases) || !is_hash(text(whole, "hash")))
		return err_set(
		    e, EINVAL, "'shard' lacks what a shard tells, or has it out of range");
	*s = (struct shard_note){(unsigned)index, (unsigned)of, (size_t)cases, text(o, "machine"),
	    (size_t)whole_cases, text(whole, "hash"), text(whole, "subjects")};
	return 0;
}

static int merged_from_json(const json_t *o, struct run_file *f, struct err *e)
{
	const json_t *shards = json_object_get(o, "shards"),
	             *problems = json_object_get(o, "problems");
	struct merged *m = &f->merged;

	m->shards = mem_alloc((json_array_size(shards) + 1) * sizeof(*m->shards));
	m->problems = mem_alloc((json_array_size(problems) + 1) * sizeof(*m->problems));
	f->run.merged = m;
	for (size_t i = 0; i < json_array_size(shards); i++) {
		const json_t *s = json_array_get(shards, i);
		double wall_s = json_number_value(json_object_get(s, "wall-real-s"));
		const char *seed = text(s, "seed");
		struct run *run = &m->shards[m->n++];

		*run = (struct run){.out_dir = text(s, "folder"),
		    .kernel = text(s, "kernel"),
		    .root = json_is_true(json_object_get(s, "root")),
		    .pace = json_number_value(json_object_get(s, "pace")),
		    .pace_why = text(s, "pace-lowered-by"),
		    .seed = seed ? strtoull(seed, NULL, 16) : 0,
		    .wall_real_ns = wall_s > 0 && wall_s < 1e9 ? llround(wall_s * 1e9) : 0};
		if (note_from_json(json_object_get(s, "shard"), &run->shard, e))
			return -EINVAL;
	}
	for (size_t i = 0; i < json_array_size(problems); i++) {
		m->problems[i] = json_string_value(json_array_get(problems, i));
		if (!m->problems[i])
			return err_set(e, EINVAL, "'problems' has an entry that is no text");
		m->n_problems++;
	}
	return 0;
}

int shard_from_json(const json_t *results, struct run_file *f, struct err *e)
{
	const json_t *shard = json_object_get(results, "shard"),
	             *merged = json_object_get(results, "merged");
	int r = 0;

	if (json_is_object(shard))
		r = note_from_json(shard, &f->run.shard, e);
	if (!r && json_is_object(merged))
		r = merged_from_json(merged, f, e);
	return r;
}
