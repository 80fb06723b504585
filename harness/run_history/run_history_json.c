/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_history_json.c: many runs as JSON: docs/history.schema.json. Keys as in results.json. */
#include <jansson.h>
#include <stdlib.h>

#include "base/units.h"
#include "base/utf8.h"
#include "run_history/run_history_sum.h"

#define HISTORY_FORMAT 1

static void put(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static json_t *number(size_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *seconds(int64_t ns)
{
	return ns < 0 ? json_null() : json_real((double)ns / NS_PER_S);
}

static json_t *proportion(const struct proportion *p)
{
	json_t *o = json_object();

	put(o, "count", number(p->k));
	put(o, "of", number(p->n));
	put(o, "rate", p->n ? json_real((double)p->k / (double)p->n) : json_null());
	put(o, "at-least", json_real(p->lower));
	put(o, "at-most", json_real(p->upper));
	return o;
}

static json_t *verdicts(const size_t counts[HISTORY_VERDICTS])
{
	json_t *o = json_object();

	for (unsigned v = 0; v < HISTORY_VERDICTS; v++)
		put(o, run_history_verdict_name(v), number(counts[v]));
	return o;
}

static void put_sum(json_t *o, const struct run_history_sum *s)
{
	json_t *outage = json_object();

	put(o, "runs", number(s->runs));
	put(o, "verdicts", verdicts(s->verdicts));
	put(o, "retries", number(s->retries));
	put(o, "flakes", proportion(&s->flakes));
	put(o, "other-verdict", proportion(&s->other_verdict));
	put(o, "retried", proportion(&s->retried));
	put(outage, "min-s", seconds(s->least_ns));
	put(outage, "median-s", seconds(s->median_ns));
	put(outage, "max-s", seconds(s->most_ns));
	put(o, "longest-outage", outage);
	put(o, "took-real-s", s->flakes.n ? seconds(s->took_real_ns) : json_null());
}

static json_t *setup(const struct run_history_setup *s)
{
	json_t *o = json_object();

	for (int by = 0; by < BYS; by++)
		if (by != BY_PLAYED)
			put(o, run_history_by_name((enum run_history_by)by), utf8_json(s->is[by]));
	return o;
}

static json_t *runs(const struct run_history *h)
{
	json_t *list = json_array();

	for (size_t i = 0; i < h->n_runs; i++) {
		const struct run_history_run *r = &h->runs[i];
		json_t *o = json_object();

		put(o, "path", utf8_json(r->path));
		put(o, "began", utf8_json(r->began));
		put(o, "dated", json_boolean(r->dated));
		put(o, "versions", setup(&h->setups[r->setup]));
		put(o, "verdicts", verdicts(r->verdicts));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *unread(const struct run_history *h)
{
	json_t *list = json_array();

	for (size_t i = 0; i < h->n_unread; i++) {
		json_t *o = json_object();

		put(o, "path", utf8_json(h->unread[i].path));
		put(o, "message", utf8_json(h->unread[i].message));
		json_array_append_new(list, o);
	}
	return list;
}

static void add_values(const struct run_history *h, const struct run_history_case *c,
    enum run_history_by by, json_t *list)
{
	size_t n;
	const char **values = run_history_values(h, c, by, &n);

	for (size_t i = 0; n > 1 && i < n; i++) {
		struct run_history_sum s;
		json_t *o = json_object();

		run_history_sum(h, c, by, values[i], &s);
		put(o, "by", json_string(run_history_by_name(by)));
		put(o, "is", utf8_json(values[i]));
		put_sum(o, &s);
		json_array_append_new(list, o);
	}
	free(values);
}

static json_t *plays(const struct run_history *h, const struct run_history_case *c)
{
	json_t *list = json_array();
	bool *others = run_history_others(h, c);

	for (size_t i = 0; i < c->n; i++) {
		const struct run_history_play *p = &c->plays[i];
		json_t *o = json_object();

		put(o, "run", number(p->run));
		put(o, "played",
		    p->verdict == VERDICT_SKIP ? json_null()
		                               : json_string(h->setups[p->setup].is[BY_PLAYED]));
		put(o, "verdict", json_string(run_history_verdict_name(p->verdict)));
		put(o, "other-verdict", json_boolean(others[i]));
		put(o, "retries", number(p->retries));
		put(o, "longest-outage-s", seconds(p->longest_ns));
		put(o, "took-real-s",
		    p->verdict == VERDICT_SKIP ? json_null() : seconds(p->took_real_ns));
		json_array_append_new(list, o);
	}
	free(others);
	return list;
}

static json_t *one_case(const struct run_history *h, const struct run_history_case *c)
{
	struct run_history_sum s;
	json_t *o = json_object(), *list = json_array();

	run_history_sum(h, c, BY_KERNEL, NULL, &s);
	put(o, "name", utf8_json(c->name));
	put(o, "flaky", json_boolean(run_history_flaky(&s)));
	put(o, "not-played", number(h->n_runs - s.runs));
	put_sum(o, &s);
	for (int by = 0; by < BYS; by++)
		add_values(h, c, (enum run_history_by)by, list);
	put(o, "differing", list);
	put(o, "plays", plays(h, c));
	return o;
}

static int add_text(const char *s, size_t len, void *out)
{
	buf_add(out, s, len);
	return 0;
}

void run_history_json(const struct run_history *h, struct buf *out)
{
	json_t *o = json_object(), *list = json_array();

	put(o, "steadybridge", utf8_json(h->version));
	put(o, "format", json_integer(HISTORY_FORMAT));
	put(o, "confidence", json_real(PROPORTION_CONFIDENCE));
	put(o, "flaky-above", json_real(HISTORY_FLAKY));
	put(o, "older", number(h->n_older));
	put(o, "runs", runs(h));
	put(o, "unread", unread(h));
	for (size_t i = 0; i < h->n_cases; i++)
		json_array_append_new(list, one_case(h, &h->cases[i]));
	put(o, "cases", list);
	json_dump_callback(o, add_text, out, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	buf_puts(out, "\n");
	json_decref(o);
}
