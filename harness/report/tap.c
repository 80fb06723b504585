/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tap.c: results in the one dialect that KTAP, TAP 13 and TAP 14 readers take.
 *
 * The version line is TAP 13's: KTAP parsers take it, TAP 14 readers as well, and netdev's CI looks
 * for results of ours behind no other one (linux-netdev/nipa, contest/remote/lib/results.py). The
 * plan comes before all results (KTAP wants it there). A diagnostic of the whole run stands before
 * the plan or at the end, where KTAP parsers attach it to no result; every other one stands before
 * the result that it belongs to, so that they attach it. Nothing is nested, and there are no YAML
 * blocks. `# SKIP reason` is common to all; `# XFAIL`, `# XPASS` and `# ERROR` are KTAP's
 * (Documentation/dev-tools/ktap.rst) and harmless to the others. Of directives KTAP's own parser
 * (the kernel's kunit_parser.py) knows SKIP alone: it takes any other result as ok or not ok says.
 *
 * A verdict that proves nothing is `not ok` and an ERROR, not a skip: the case was played. netdev's
 * CI repeats what failed, which is what a disturbed play needs, and never what was skipped.
 */
#include "report/tap.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/words.h"
#include "report/case.h"
#include "report/shard.h"
#include "report/success.h"

static const char *const count_names[TAP_OUTCOMES] = {
    "pass", "fail", "xfail", "xpass", "skip", "error"};
static const char *const directives[TAP_OUTCOMES] = {
    [TAP_XFAIL] = "XFAIL ", [TAP_XPASS] = "XPASS ", [TAP_SKIP] = "SKIP ", [TAP_ERROR] = "ERROR "};

/* A name or a reason: one line, and no '#', which would begin a directive. */
static void add_plain(struct buf *out, const char *s)
{
	size_t from = out->len;

	text_clean(out, s);
	for (size_t i = from; i < out->len; i++)
		if (out->s[i] == '\n' || out->s[i] == '#')
			out->s[i] = out->s[i] == '#' ? '_' : ' ';
}

void tap_version(struct buf *out)
{
	buf_puts(out, "TAP version 13\n");
}

void tap_plan(size_t n, const char *why_none, struct buf *out)
{
	buf_printf(out, "1..%zu", n);
	if (!n) {
		buf_puts(out, " # SKIP ");
		add_plain(out, why_none);
	}
	buf_puts(out, "\n");
}

void tap_diagnostic(const char *text, struct buf *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		/* "# Subtest: name" would begin a nested test */
		buf_puts(out, strncmp(text, "Subtest:", 8) ? "# " : "#  ");
		buf_add(out, text, len);
		buf_puts(out, "\n");
		text += len + (text[len] == '\n');
	}
}

/* The line of one result. reason: for the directive of its outcome; NULL: there is none. real_ns:
 * how long it took; negative: not played. */
static void add_result(struct tap *t, enum tap_outcome outcome, const char *name, int repeat,
    const char *reason, int64_t real_ns, struct buf *out)
{
	const char *directive = directives[outcome];
	bool bad = outcome == TAP_FAIL || outcome == TAP_ERROR;

	t->counts[outcome]++;
	buf_printf(out, "%s %zu - ", bad ? "not ok" : "ok", ++t->n);
	add_plain(out, name);
	if (repeat)
		buf_printf(out, " repeat=%d", repeat + 1);
	if (directive || real_ns >= 0)
		buf_puts(out, " # ");
	if (directive) {
		buf_puts(out, directive);
		add_plain(out, text_or(reason, ""));
	}
	if (real_ns >= 0)
		buf_printf(
		    out, "%stime=%lldms", directive ? "; " : "", (long long)(real_ns / NS_PER_MS));
	buf_puts(out, "\n");
}

static enum tap_outcome outcome_of(const struct run *r, const struct judgement *j)
{
	switch (j->verdict) {
	case VERDICT_PASS:
		return j->known_gone ? TAP_XPASS : TAP_PASS;
	case VERDICT_FAIL:
		return j->known ? TAP_XFAIL : TAP_FAIL;
	case VERDICT_SKIP:
		return r->must_run ? TAP_FAIL : TAP_SKIP;
	default:
		return TAP_ERROR;
	}
}

void tap_play(struct tap *t, const struct run *r, const struct counted *c, struct buf *out)
{
	const struct judged *p = c->play;
	const struct judgement *j = &p->judgement;
	enum tap_outcome outcome = outcome_of(r, j);
	struct run plain = *r;
	struct buf text = {0}, reason = {0};

	plain.color = false;
	if (outcome == TAP_FAIL || outcome == TAP_ERROR) {
		report_case_text(&plain, p, &text);
		tap_diagnostic(text.s, out);
		buf_free(&text);
	}
	if (outcome == TAP_ERROR)
		buf_printf(&reason, "%s: ", verdict_name(j->verdict));
	buf_puts(&reason, outcome == TAP_XPASS
	                      ? "listed as a known failure, but it passed"
	                      : text_or(j->known ? play_known_why(p) : j->why, ""));
	add_result(t, outcome, text_or(p->trace->meta.name, "?"), p->trace->meta.play.repeat,
	    reason.s, j->verdict == VERDICT_SKIP ? -1 : plays_real_ns(c), out);
	buf_free(&reason);
}

void tap_skipped(struct tap *t, const struct run *r, const struct skipped *s, struct buf *out)
{
	struct buf reason = {0}, line = {0};

	buf_puts(&reason, text_or(s->reason, ""));
	if (s->remedy)
		buf_printf(&reason, "; remedy: %s", s->remedy);
	if (r->must_run) {
		buf_puts(&line, "skipped: ");
		add_plain(&line, reason.s);
		tap_diagnostic(line.s, out);
		buf_free(&line);
	}
	add_result(
	    t, r->must_run ? TAP_FAIL : TAP_SKIP, text_or(s->name, "?"), 0, reason.s, -1, out);
	buf_free(&reason);
}

void tap_error(struct tap *t, const char *name, int repeat, const char *why, struct buf *out)
{
	struct buf line = {0};

	add_plain(&line, why);
	tap_diagnostic(line.s, out);
	buf_free(&line);
	add_result(t, TAP_ERROR, name, repeat, why, -1, out);
}

void tap_skips(const struct run *r, struct buf *out)
{
	struct buf text = {0};

	buf_printf(&text, "skipped: %zu case%s", r->n_skipped, words_plural(r->n_skipped));
	for (size_t i = 0, told = 0; i < r->n_skipped; i++) {
		size_t n = skipped_alike(r, i);

		if (n)
			buf_printf(&text, "%s%s (%zu; remedy: %s)", told++ ? ", " : ": ",
			    text_or(r->skipped[i].reason, "?"), n,
			    text_or(r->skipped[i].remedy, "unknown"));
	}
	add_plain(out, text.s);
	buf_free(&text);
}

void tap_totals(const struct tap *t, struct buf *out)
{
	buf_puts(out, "# Totals:");
	for (int i = 0; i < TAP_OUTCOMES; i++)
		buf_printf(out, " %s:%zu", count_names[i], t->counts[i]);
	buf_puts(out, "\n");
}

void report_tap(const struct run *r, struct buf *out)
{
	const struct plays *plays = r->counted;
	bool unwhole = shard_problems(r);
	size_t n = plays->n + r->n_skipped + unwhole + !r->instrument_ok;
	struct tap t = {0};
	struct buf b = {0};

	tap_version(out);
	success_line(plays, &b);
	tap_diagnostic(text_or(b.s, ""), out);
	buf_free(&b);
	tap_plan(n, "nothing was played", out);
	for (size_t i = 0; i < plays->n; i++)
		tap_play(&t, r, &plays->items[i], out);
	for (size_t i = 0; i < r->n_skipped; i++)
		tap_skipped(&t, r, &r->skipped[i], out);
	if (unwhole) {
		shard_problem_lines(r, "", &b);
		tap_diagnostic(b.s, out);
		tap_error(&t, "shards", 0, "the run's shards are not all here, and whole", out);
		buf_free(&b);
	}
	if (!r->instrument_ok)
		tap_error(&t, "instrument", 0, TAP_BLIND, out);
	tap_totals(&t, out);
}
