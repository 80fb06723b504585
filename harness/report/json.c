/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.c: results.json: a run and every play of it. Keys as the scenario grammar writes them; times
 * are scenario seconds ("-s"), but for those that say "real". */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "base/utf8.h"
#include "judge/tool_outcome.h"
#include "report/case.h"
#include "report/shard.h"
#include "report/success.h"

static void put(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static json_t *seconds(int64_t ns)
{
	return json_real((double)ns / 1e9);
}

static json_t *seed(uint64_t n)
{
	char s[20];

	snprintf(s, sizeof(s), "%" PRIx64, n);
	return json_string(s);
}

static json_t *limit(int64_t n, bool is_time)
{
	return n < 0 ? json_string("any") : is_time ? seconds(n) : json_integer(n);
}

static json_t *counts(const struct counts *c)
{
	json_t *o = json_object();

	put(o, "sent", json_integer((json_int_t)c->sent));
	put(o, "answered", json_integer((json_int_t)c->answered));
	put(o, "lost", json_integer((json_int_t)c->lost));
	put(o, "late", json_integer((json_int_t)c->late));
	put(o, "wrong", json_integer((json_int_t)c->wrong));
	put(o, "refused", json_integer((json_int_t)c->refused));
	put(o, "skipped", json_integer((json_int_t)c->skipped));
	return o;
}

static json_t *streams(const struct judged *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->judgement.n_streams && i < p->trace->meta.n_streams; i++) {
		json_t *o = json_object(), *figures = counts(&p->judgement.streams[i]);

		put(o, "name", utf8_json(p->trace->meta.streams[i].name));
		put(o, "reference", json_boolean(p->trace->meta.streams[i].reference));
		json_object_update(o, figures);
		json_decref(figures);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *form(enum stale_form f)
{
	return f == STALE_NEITHER ? json_null() : json_string(stale_form_name(f));
}

static json_t *outages(const struct judged *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->judgement.n_outages; i++) {
		const struct outage *x = &p->judgement.outages[i];
		json_t *o = json_object();

		put(o, "stream", utf8_json(p->trace->meta.streams[x->stream].name));
		put(o, "from-s", seconds(x->from_ns));
		put(o, "to-s", seconds(x->to_ns));
		put(o, "open", json_boolean(x->open));
		put(o, "lost", json_integer(x->lost));
		put(o, "cause", json_string(cause_name(x->cause)));
		put(o, "form", form(x->form));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *answered_percent(uint64_t answered, uint64_t sent)
{
	return sent ? json_real(100.0 * (double)answered / (double)sent) : json_null();
}

/* Each limit beside its figure; a control has none. */
static json_t *limits(const struct judged *p)
{
	const struct limits *l = &p->trace->meta.limits;
	const struct judgement *j = &p->judgement;
	json_t *o = json_object();
	const struct {
		const char *key;
		json_t *limit, *is;
	} lines[] = {
	    {"lost", limit(l->lost, false), json_integer((json_int_t)j->total.lost)},
	    {"outages", limit(l->outages, false), json_integer((json_int_t)j->n_outages)},
	    {"outage-s", limit(l->outage_ns, true), seconds(j->longest_ns)},
	    {"answered-percent", l->answered < 0 ? json_string("any") : json_real(l->answered),
	        answered_percent(j->total.answered, j->total.sent)},
	    {"gateway-mac-changes", limit(l->gateway_mac_changes, false),
	        json_integer(j->gateway_mac_changes)},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		json_t *line = json_object();

		put(line, "limit", lines[i].limit);
		put(line, "is", lines[i].is);
		put(o, lines[i].key, line);
	}
	return o;
}

static json_t *invariants(unsigned bits)
{
	json_t *list = json_array();

	for (unsigned bit = 1; bit <= INVARIANT_LAST; bit <<= 1)
		if (bits & bit)
			json_array_append_new(
			    list, json_string(invariant_name((enum invariant)bit)));
	return list;
}

static json_t *findings(const struct judgement *j)
{
	json_t *list = json_array();

	for (size_t i = 0; i < j->n_findings; i++) {
		json_t *o = json_object();

		put(o, "at-s", seconds(j->findings[i].t_ns));
		put(o, "text", utf8_json(j->findings[i].text));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *first_outage(const struct judgement *j)
{
	const struct outage *first = j->outages;

	for (size_t i = 1; i < j->n_outages; i++)
		if (j->outages[i].from_ns < first->from_ns)
			first = &j->outages[i];
	return j->n_outages ? seconds(first->from_ns) : json_null();
}

static json_t *verb_seconds(const struct judged *p, bool attach)
{
	int64_t ns = p->trace->meta.tool ? tool_verb_ns(p, attach) : 0;

	return ns ? seconds(ns) : json_null();
}

static json_t *play(const struct judged *p, bool counts_in)
{
	const struct trace_meta *m = &p->trace->meta;
	const struct judgement *j = &p->judgement;
	json_t *o = json_object();

	put(o, "name", utf8_json(m->name));
	put(o, "scenario", utf8_json(m->scenario));
	put(o, "arm", utf8_json(m->arm));
	put(o, "group", utf8_json(m->group));
	put(o, "slug", utf8_json(m->slug));
	put(o, "control", json_boolean(m->breaks != CAUSE_NONE));
	put(o, "breaks", json_string(cause_name(m->breaks)));
	put(o, "play", json_integer(play_id_number(m->play)));
	put(o, "repeat", json_integer(m->play.repeat));
	put(o, "replay", json_integer(m->play.retry));
	put(o, "drop-play", json_boolean(m->play.drops));
	put(o, "counts-in", json_boolean(counts_in));
	put(o, "pace", json_real(m->pace));
	put(o, "rounds", json_integer(m->rounds));
	put(o, "seed", seed(m->seed));
	put(o, "tool", utf8_json(m->tool));
	put(o, "tool-outcome",
	    m->tool ? json_string(tool_outcome_name(tool_outcome(p))) : json_null());
	put(o, "file", utf8_json(m->file));
	put(o, "line", m->line ? json_integer(m->line) : json_null());
	put(o, "attach-real-s", verb_seconds(p, true));
	put(o, "detach-real-s", verb_seconds(p, false));
	put(o, "fault", utf8_json(m->fault));
	put(o, "verdict", json_string(verdict_name(j->verdict)));
	put(o, "known", json_boolean(j->known != NULL));
	put(o, "known-gone", json_boolean(j->known_gone));
	put(o, "why", utf8_json(j->why));
	put(o, "so", utf8_json(j->so));
	put(o, "cause", json_string(cause_name(j->cause)));
	put(o, "form", form(j->form));
	put(o, "counts", counts(&j->total));
	put(o, "streams", streams(p));
	put(o, "first-outage-s", first_outage(j));
	put(o, "longest-outage-s", seconds(j->longest_ns));
	put(o, "resolution-s", seconds(j->resolution_ns));
	put(o, "outages", outages(p));
	put(o, "exposures", json_integer(j->exposures));
	put(o, "gateway-mac-changes", json_integer(j->gateway_mac_changes));
	put(o, "gateway-talk", json_integer(j->gateway_arps));
	put(o, "healed", json_boolean(j->healed));
	put(o, "unasked-changes", invariants(j->invariants));
	put(o, "limits", m->breaks == CAUSE_NONE ? limits(p) : json_null());
	put(o, "implied-outage-s", seconds(m->min_outage_ns));
	put(o, "warmup-s", seconds(m->warmup_ns));
	put(o, "duration-s", seconds(m->duration_ns));
	put(o, "player-late-s", seconds(j->loop_late_ns));
	put(o, "churner-late-s", seconds(j->churn_late_ns));
	put(o, "findings", findings(j));
	return o;
}

static json_t *lookups(const struct lookups *l)
{
	json_t *o = json_object();

	put(o, "sent", json_integer((json_int_t)l->sent));
	put(o, "answered", json_integer((json_int_t)l->answered));
	put(o, "lost", json_integer((json_int_t)l->lost));
	put(o, "answered-percent", answered_percent(l->answered, l->sent));
	return o;
}

static json_t *success(const struct plays *plays, const char *scenario)
{
	json_t *o = json_object();
	struct success s;

	success_of(plays, scenario, &s);
	put(o, "controls", lookups(&s.controls));
	put(o, "arms", lookups(&s.arms));
	return o;
}

static json_t *scenarios(const struct plays *plays)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plays->n; i++) {
		const char *name = text_or(plays->items[i].play->trace->meta.scenario, "?");
		size_t before = i;
		json_t *o;

		while (
		    before &&
		    strcmp(name, text_or(plays->items[before - 1].play->trace->meta.scenario, "?")))
			before--;
		if (before)
			continue;
		o = json_object();
		put(o, "name", utf8_json(name));
		put(o, "lookups", success(plays, name));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *totals(const struct run *r, const struct plays *plays)
{
	struct totals t;
	json_t *o = json_object();

	report_totals(r, &t);
	put(o, "played", json_integer(t.played));
	put(o, "passed", json_integer(t.passed));
	put(o, "failed", json_integer(t.failed));
	put(o, "inconclusive", json_integer(t.inconclusive));
	put(o, "not-reproduced", json_integer(t.not_reproduced));
	put(o, "invalid", json_integer(t.invalid));
	put(o, "skipped", json_integer(t.skipped));
	put(o, "known", json_integer(t.known));
	put(o, "controls", json_integer(t.controls));
	put(o, "controls-broke", json_integer(t.controls_broke));
	put(o, "arms", json_integer(t.arms));
	put(o, "arms-held", json_integer(t.arms_held));
	put(o, "lookups", success(plays, NULL));
	put(o, "traffic-s", seconds(t.traffic_ns));
	put(o, "wall-real-s", seconds(r->wall_real_ns));
	return o;
}

static json_t *instrument(const struct run *r)
{
	json_t *o = json_object();

	put(o, "ok", json_boolean(r->instrument_ok));
	put(o, "text", utf8_json(r->instrument_text));
	put(o, "took-real-s", seconds(r->instrument_real_ns));
	return o;
}

static json_t *versions(const struct run *r)
{
	json_t *o = json_object();

	for (int i = 0; i < RUN_PARTS; i++)
		put(o, run_part_name((enum run_part)i), utf8_json(r->parts[i]));
	return o;
}

static json_t *skipped(const struct run *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_skipped; i++) {
		json_t *o = json_object();

		put(o, "name", utf8_json(r->skipped[i].name));
		put(o, "reason", utf8_json(r->skipped[i].reason));
		put(o, "remedy", utf8_json(r->skipped[i].remedy));
		json_array_append_new(list, o);
	}
	return list;
}

static int add_text(const char *s, size_t len, void *out)
{
	buf_add(out, s, len);
	return 0;
}

void report_json(const struct run *r, struct buf *out)
{
	json_t *o = json_object(), *list = json_array();
	const struct plays *plays = r->counted;

	put(o, "steadybridge", utf8_json(r->version));
	put(o, "format", json_integer(REPORT_FORMAT));
	put(o, "began", utf8_json(r->began));
	put(o, "kernel", utf8_json(r->kernel));
	put(o, "versions", versions(r));
	put(o, "root", json_boolean(r->root));
	put(o, "pace", json_real(r->pace));
	put(o, "pace-lowered-by", utf8_json(r->pace_why));
	put(o, "seed", seed(r->seed));
	put(o, "repeat", json_integer(r->repeat));
	put(o, "must-run", json_boolean(r->must_run));
	put(o, "shard", shard_to_json(r));
	put(o, "merged", merged_to_json(r));
	put(o, "exit-status", json_integer(report_exit_status(r)));
	put(o, "instrument", instrument(r));
	put(o, "totals", totals(r, plays));
	put(o, "scenarios", scenarios(plays));
	for (size_t i = 0; i < plays->n; i++) {
		const struct counted *c = &plays->items[i];

		for (size_t k = 0; k < c->n; k++)
			json_array_append_new(list, play(c->all[k], k + 1 == c->n));
		if (c->drops)
			json_array_append_new(list, play(c->drops, false));
	}
	put(o, "cases", list);
	put(o, "skipped", skipped(r));
	json_dump_callback(o, add_text, out, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	buf_puts(out, "\n");
	json_decref(o);
}
