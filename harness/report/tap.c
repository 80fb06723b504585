/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tap.c: a run in the one dialect that KTAP, TAP 13 and TAP 14 readers take.
 *
 * The version line is TAP 13's: KTAP parsers take it, TAP 14 readers as well. The plan comes before
 * all results (KTAP wants it there). A diagnostic of the whole run stands before the plan, where
 * KTAP parsers attach it to no result; every other one stands before the result that it belongs to,
 * so that they attach it. Nothing is nested, and there are no YAML blocks. `# SKIP reason` is
 * common to all; `# XFAIL` is KTAP's, and on an `ok` line harmless to the others. Of directives
 * KTAP's own parser (the kernel's kunit_parser.py) knows SKIP alone: it takes any other result as
 * ok or not ok says.
 */
#include <stdlib.h>
#include <string.h>

#include "report/case.h"
#include "report/shard.h"
#include "report/success.h"

/* A name or a reason: one line, and no '#', which would begin a directive. */
static void add_plain(struct buf *out, const char *s)
{
	size_t from = out->len;

	text_clean(out, s);
	for (size_t i = from; i < out->len; i++)
		if (out->s[i] == '\n' || out->s[i] == '#')
			out->s[i] = out->s[i] == '#' ? '_' : ' ';
}

/* Every line of text as a diagnostic. */
static void add_diagnostic(struct buf *out, const char *text)
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

static void add_result(struct buf *out, bool ok, size_t number, const char *name, int repeat)
{
	buf_printf(out, "%s %zu - ", ok ? "ok" : "not ok", number);
	add_plain(out, name);
	if (repeat)
		buf_printf(out, " repeat=%d", repeat + 1);
}

static void add_play(const struct run *r, const struct judged *p, size_t number, struct buf *out)
{
	const struct judgement *j = &p->judgement;
	bool ok = !play_unexpected(p) && !(j->verdict == VERDICT_SKIP && r->must_run);
	struct run plain = *r;
	struct buf b = {0};

	plain.color = false;
	if (!ok) {
		report_case_text(&plain, p, &b);
		add_diagnostic(out, b.s);
		buf_free(&b);
	}
	add_result(out, ok, number, text_or(p->trace->meta.name, "?"), p->trace->meta.play.repeat);
	if (ok && j->known)
		buf_puts(out, " # XFAIL ");
	else if (ok && j->verdict == VERDICT_SKIP)
		buf_puts(out, " # SKIP ");
	if (ok && j->verdict != VERDICT_PASS)
		add_plain(out, text_or(j->known ? play_known_why(p) : j->why, ""));
	buf_puts(out, "\n");
}

static void add_skipped(
    const struct run *r, const struct skipped *s, size_t number, struct buf *out)
{
	struct buf b = {0};

	buf_puts(&b, text_or(s->reason, ""));
	if (s->remedy)
		buf_printf(&b, "; remedy: %s", s->remedy);
	if (r->must_run) {
		struct buf line = {0};

		buf_puts(&line, "skipped: ");
		add_plain(&line, b.s);
		add_diagnostic(out, line.s);
		buf_free(&line);
	}
	add_result(out, !r->must_run, number, text_or(s->name, "?"), 0);
	if (!r->must_run) {
		buf_puts(out, " # SKIP ");
		add_plain(out, b.s);
	}
	buf_puts(out, "\n");
	buf_free(&b);
}

void report_tap(const struct run *r, struct buf *out)
{
	const struct plays *plays = r->counted;
	struct buf b = {0};

	bool unwhole = shard_problems(r);
	size_t n = plays->n + r->n_skipped + unwhole + !r->instrument_ok;
	buf_puts(out, "TAP version 13\n");
	success_line(plays, &b);
	add_diagnostic(out, text_or(b.s, ""));
	buf_free(&b);
	buf_printf(out, "1..%zu%s\n", n, n ? "" : " # SKIP nothing was played");
	for (size_t i = 0; i < plays->n; i++)
		add_play(r, plays->items[i].play, i + 1, out);
	for (size_t i = 0; i < r->n_skipped; i++)
		add_skipped(r, &r->skipped[i], plays->n + i + 1, out);
	if (unwhole) {
		shard_problem_lines(r, "", &b);
		add_diagnostic(out, b.s);
		buf_free(&b);
		add_result(out, false, plays->n + r->n_skipped + 1, "shards", 0);
		buf_puts(out, "\n");
	}
	if (!r->instrument_ok) { /* a test of its own: no reader counts a mere diagnostic */
		add_diagnostic(out, "the instrument check failed: no result above proves anything");
		add_result(out, false, n, "instrument", 0);
		buf_puts(out, "\n");
	}
}
