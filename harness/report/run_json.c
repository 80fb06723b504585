/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_json.c: what a run was, read back from its results.json. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/report.h"
#include "report/shard.h"

#define SLUG "abcdefghijklmnopqrstuvwxyz0123456789.,=+_-"

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

int64_t run_file_ns(const json_t *o, const char *key)
{
	double s = json_number_value(json_object_get(o, key));

	return s > 0 && s < 1e9 ? llround(s * 1e9) : 0;
}

static int skipped(const json_t *list, struct run_file *f, struct err *e)
{
	f->skipped = mem_alloc(json_array_size(list) * sizeof(*f->skipped));
	f->run.skipped = f->skipped;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);

		f->skipped[i] =
		    (struct skipped){text(o, "name"), text(o, "reason"), text(o, "remedy")};
		if (!f->skipped[i].name)
			return err_set(e, EINVAL, "'skipped' has an entry without a name");
		f->run.n_skipped++;
	}
	return 0;
}

static int slugs(const json_t *list, struct run_file *f, struct err *e)
{
	f->slugs = mem_alloc(json_array_size(list) * sizeof(*f->slugs));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *slug = text(json_array_get(list, i), "slug");

		if (!slug || !*slug || strchr(".-", *slug) || slug[strspn(slug, SLUG)])
			return err_set(e, EINVAL, "'cases' has an entry without a valid slug");
		f->slugs[f->n_slugs++] = slug;
	}
	return 0;
}

static int format(const json_t *o, struct err *e)
{
	const json_t *is = json_object_get(o, "format");

	if (!json_is_integer(is))
		return err_set(e, EINVAL, "it has no 'format'");
	if (json_integer_value(is) == REPORT_FORMAT)
		return 0;
	return err_set(e, EINVAL,
	    "'format' is %" JSON_INTEGER_FORMAT ", expected %d: another version of steadybridge "
	    "wrote it",
	    json_integer_value(is), REPORT_FORMAT);
}

static int read_run(const json_t *o, struct run_file *f, struct err *e)
{
	const json_t *instrument = json_object_get(o, "instrument");
	const char *seed = text(o, "seed"), *began = text(o, "began");

	int r = format(o, e);

	if (r)
		return r;
	f->run = (struct run){
	    .version = text(o, "steadybridge"),
	    .kernel = text(o, "kernel"),
	    .root = json_is_true(json_object_get(o, "root")),
	    .pace = json_number_value(json_object_get(o, "pace")),
	    .pace_why = text(o, "pace-lowered-by"),
	    .began = began && utc_is(began, true) ? began : NULL,
	    .seed = seed ? strtoull(seed, NULL, 16) : 0,
	    .repeat = (int)json_integer_value(json_object_get(o, "repeat")),
	    .must_run = json_is_true(json_object_get(o, "must-run")),
	    .instrument_ok = json_is_true(json_object_get(instrument, "ok")),
	    .instrument_text = text(instrument, "text"),
	    .instrument_real_ns = run_file_ns(instrument, "took-real-s"),
	    .wall_real_ns = run_file_ns(json_object_get(o, "totals"), "wall-real-s"),
	};
	for (int i = 0; i < RUN_PARTS; i++)
		f->run.parts[i] =
		    text(json_object_get(o, "versions"), run_part_name((enum run_part)i));
	r = skipped(json_object_get(o, "skipped"), f, e);
	if (!r)
		r = slugs(json_object_get(o, "cases"), f, e);
	return r ? r : shard_from_json(o, f, e);
}

int run_file_read(const char *name, const char *s, size_t len, struct run_file *out, struct err *e)
{
	json_error_t je;
	struct err what = {{0}};
	int r;

	*out = (struct run_file){0};
	out->json = json_loadb(s, len, JSON_REJECT_DUPLICATES, &je);
	if (!out->json)
		return err_set(e, EINVAL, "%s:%d:%d: %s", name, je.line, je.column, je.text);
	r = read_run(out->json, out, &what);
	if (r) {
		run_file_free(out);
		return err_set(
		    e, -r, "%s: not a results.json of steadybridge: %.400s", name, what.text);
	}
	return 0;
}

void run_file_free(struct run_file *f)
{
	json_decref(f->json);
	free(f->skipped);
	free(f->slugs);
	free(f->merged.shards);
	free(f->merged.problems);
	*f = (struct run_file){0};
}
