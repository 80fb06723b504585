/* tap.c: a run in the one dialect that KTAP, TAP 13 and TAP 14 readers take.
 *
 * The version line is TAP 13's: KTAP parsers take it, TAP 14 readers as well. The plan comes first
 * (KTAP wants it there), diagnostics stand before the result that they belong to (so KTAP parsers
 * attach them), nothing is nested, and there are no YAML blocks. `# SKIP reason` is common to all;
 * `# XFAIL` is KTAP's, and on an `ok` line harmless to the others. */
#include <stdlib.h>
#include <string.h>

#include "report/case.h"

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

		buf_puts(out, "# ");
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

static void add_play(const struct run *r, const struct plays *plays, const struct judged *p,
    size_t number, struct buf *out)
{
	const struct judgement *j = &p->judgement;
	bool ok = !play_unexpected(p) && !(j->verdict == VERDICT_SKIP && r->must_run);
	struct run plain = *r;
	struct buf b = {0};

	plain.color = false;
	if (!ok) {
		case_text(&plain, plays, p, &b);
		add_diagnostic(out, b.s);
		buf_free(&b);
	}
	add_result(out, ok, number, text_or(p->trace->meta.name, "?"),
	    p->trace->meta.play / REPLAY_STRIDE);
	if (ok && j->known)
		buf_puts(out, " # XFAIL ");
	else if (ok && j->verdict == VERDICT_SKIP)
		buf_puts(out, " # SKIP ");
	if (ok && j->verdict != VERDICT_PASS)
		add_plain(out, text_or(j->known ? play_known_why(p) : j->why, ""));
	buf_puts(out, "\n");
}

void report_tap(const struct run *r, struct buf *out)
{
	struct plays plays;

	plays_make(r, &plays);
	buf_printf(out, "TAP version 13\n1..%zu\n", plays.n + r->n_skipped);
	for (size_t i = 0; i < plays.n; i++)
		add_play(r, &plays, plays.items[i].play, i + 1, out);
	for (size_t i = 0; i < r->n_skipped; i++) {
		const struct skipped *s = &r->skipped[i];

		add_result(out, !r->must_run, plays.n + i + 1, text_or(s->name, "?"), 0);
		if (!r->must_run) {
			buf_puts(out, " # SKIP ");
			add_plain(out, text_or(s->reason, ""));
		}
		buf_puts(out, "\n");
	}
	if (!r->instrument_ok)
		buf_puts(out, "# the instrument check failed: no result above proves anything\n");
	plays_free(&plays);
}
