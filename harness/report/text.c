/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.c: what a terminal shows of a run: a table by scenario, the unexpected, the end. */
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "report/case.h"
#include "report/shard.h"
#include "report/success.h"
#include "report/table.h"
#include "report/text.h"

enum {
	COL_SCENARIO,
	COL_BREAK,
	COL_BREAK_ANSWERED,
	COL_HOLD,
	COL_HOLD_ANSWERED,
	COL_LOST,
	COL_DETECTABLE,
	COL_EXPOSED,
	COLS
};

static const char *const titles[COLS] = {"scenario", "must break", "answered", "must hold",
    "answered", "lost", "detectable outage", "exposures"};

struct row {
	const char *scenario;
	unsigned controls, broke, arms, held;
	bool causes[CAUSE_COUNT];
	struct success success;
	int64_t resolution_ns;
	unsigned exposures; /* the fewest of an arm that must be exposed */
	bool exposed, known;
};

static void row_add(struct row *row, const struct judged *p)
{
	const struct trace_meta *m = &p->trace->meta;
	const struct judgement *j = &p->judgement;

	if (m->breaks != CAUSE_NONE) {
		row->controls++;
		row->broke += j->verdict == VERDICT_PASS;
		if ((unsigned)m->breaks < CAUSE_COUNT)
			row->causes[m->breaks] = true;
		return;
	}
	row->arms++;
	row->held += j->verdict == VERDICT_PASS;
	if (j->resolution_ns > row->resolution_ns)
		row->resolution_ns = j->resolution_ns;
	if (m->exposures_none)
		return;
	if (!row->exposed || j->exposures < row->exposures)
		row->exposures = j->exposures;
	row->exposed = true;
}

static struct row *make_rows(const struct plays *plays, size_t *n)
{
	struct row *rows = mem_alloc(plays->n * sizeof(*rows));

	*n = 0;
	for (size_t i = 0; i < plays->n; i++) {
		const char *scenario = text_or(plays->items[i].play->trace->meta.scenario, "?");
		size_t at = *n;

		/* cases of a scenario mostly stand together: look from the end */
		while (at > 0 && strcmp(rows[at - 1].scenario, scenario))
			at--;
		if (!at) {
			rows[*n].scenario = scenario;
			success_of(plays, scenario, &rows[*n].success);
			at = ++*n;
		}
		row_add(&rows[at - 1], plays->items[i].play);
	}
	return rows;
}

static void cell_break(const struct row *row, struct buf *out)
{
	const char *comma = " ";

	if (!row->controls) {
		buf_puts(out, "-");
		return;
	}
	buf_printf(out, "%u/%u", row->broke, row->controls);
	for (int c = 0; c < CAUSE_COUNT; c++) {
		if (!row->causes[c])
			continue;
		buf_printf(out, "%s%s", comma, cause_name((enum cause)c));
		comma = ", ";
	}
}

static void cell(const struct row *row, int col, int lost_width, int sent_width, struct buf *out)
{
	char a[WORDS_TEXT], b[WORDS_TEXT];

	if (col == COL_SCENARIO)
		buf_puts(out, row->scenario);
	else if (col == COL_BREAK)
		cell_break(row, out);
	else if (col == COL_BREAK_ANSWERED)
		buf_puts(out, success_percent(&row->success.controls, a));
	else if (!row->arms)
		buf_puts(out, "-");
	else if (col == COL_HOLD)
		buf_printf(out, "%u/%u", row->held, row->arms);
	else if (col == COL_HOLD_ANSWERED)
		buf_puts(out, success_percent(&row->success.arms, a));
	else if (col == COL_LOST)
		buf_printf(out, "%*s of %*s", lost_width, words_count(row->success.arms.lost, a),
		    sent_width, words_count(row->success.arms.sent, b));
	else if (col == COL_DETECTABLE)
		buf_puts(out, words_span(row->resolution_ns, a));
	else
		buf_puts(out, row->exposed ? words_count(row->exposures, a) : "not required");
}

static void add_table(const struct plays *plays, struct buf *out)
{
	size_t n;
	struct row *rows = make_rows(plays, &n);
	struct buf *cells = mem_alloc(n * COLS * sizeof(*cells));
	char text[WORDS_TEXT];
	int lost = 1, sent = 1;

	for (size_t i = 0; i < n; i++) {
		int l = (int)strlen(words_count(rows[i].success.arms.lost, text));
		int s = (int)strlen(words_count(rows[i].success.arms.sent, text));

		lost = rows[i].arms && l > lost ? l : lost;
		sent = rows[i].arms && s > sent ? s : sent;
	}
	for (size_t i = 0; i < n * COLS; i++)
		cell(&rows[i / COLS], (int)(i % COLS), lost, sent, &cells[i]);
	if (n) {
		table_text(titles, COLS, cells, n, out);
		buf_puts(out, "\n");
	}
	for (size_t i = 0; i < n * COLS; i++)
		buf_free(&cells[i]);
	free(cells);
	free(rows);
}

/* Was an earlier one invalid for the same reason? */
static bool is_repetition(const struct plays *plays, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (judgement_invalid_alike(
		        &plays->items[i].play->judgement, &plays->items[at].play->judgement))
			return true;
	return false;
}

/* How many later ones were. */
static void add_repetitions(const struct plays *plays, size_t at, struct buf *out)
{
	size_t n = 0;

	for (size_t i = at + 1; i < plays->n; i++)
		n += judgement_invalid_alike(
		    &plays->items[i].play->judgement, &plays->items[at].play->judgement);
	if (n)
		buf_printf(out, "         %zu more case%s invalid for the same reason\n", n,
		    n == 1 ? " is" : "s are");
}

/* Arms that held under a control that did not break say nothing: one line for all of them. */
static void add_unproven(const struct plays *plays, struct buf *out)
{
	size_t no_control = 0, n = 0;

	for (size_t i = 0; i < plays->n; i++) {
		const struct judged *p = plays->items[i].play;

		n += p->judgement.unproven;
		no_control += p->judgement.unproven && !p->control;
	}
	if (n > no_control)
		buf_printf(out,
		    "%zu arm%s held, but their controls did not break: they prove nothing\n",
		    n - no_control, words_plural(n - no_control));
	if (no_control)
		buf_printf(out,
		    "%zu arm%s held, but their controls were not played: they prove nothing\n",
		    no_control, words_plural(no_control));
	if (n)
		buf_puts(out, "\n");
}

static void add_replays(const struct plays *plays, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < plays->n; i++) {
		const struct counted *c = &plays->items[i];

		for (size_t k = 0; k + 1 < c->n; k++) {
			buf_printf(out, "retried %s: %s at pace %g (%s); at pace %g: %s\n",
			    text_or(c->play->trace->meta.name, "?"),
			    verdict_name(c->all[k]->judgement.verdict), c->all[k]->trace->meta.pace,
			    text_or(c->all[k]->judgement.why, "?"), c->all[k + 1]->trace->meta.pace,
			    verdict_name(c->all[k + 1]->judgement.verdict));
			any = true;
		}
	}
	if (any)
		buf_puts(out, "\n");
}

/* Those that want the same are one line, at the first of them. */
static void add_skipped(const struct run *r, size_t at, struct buf *out)
{
	const struct skipped *s = &r->skipped[at];
	size_t alike = skipped_alike(r, at);

	if (!alike)
		return;
	buf_printf(out, "skipped %s", text_or(s->name, "?"));
	if (alike > 1)
		buf_printf(out, " and %zu more", alike - 1);
	buf_printf(
	    out, ": %s; remedy: %s\n", text_or(s->reason, "?"), text_or(s->remedy, "unknown"));
}

static void add_notes(const struct run *r, const struct plays *plays, struct buf *out)
{
	for (size_t i = 0; i < plays->n; i++) {
		const struct judged *p = plays->items[i].play;

		if (p->judgement.known)
			buf_printf(out, "known   %s: %s (%s)\n", text_or(p->trace->meta.name, "?"),
			    text_or(p->judgement.why, "?"), text_or(play_known_why(p), "?"));
		if (p->judgement.known_gone)
			buf_printf(out, "fixed   %s: listed as a known failure, but it passed\n",
			    text_or(p->trace->meta.name, "?"));
	}
	for (size_t i = 0; i < r->n_skipped; i++)
		add_skipped(r, i, out);
	shard_problem_lines(r, "shards  ", out);
	if (r->out_dir)
		buf_printf(out, "report  %s/index.html\n", r->out_dir);
	if (r->out_dir)
		buf_printf(out, "data    %s/results.json %s/junit.xml %s/results.tap\n", r->out_dir,
		    r->out_dir, r->out_dir);
	if (shard_is_empty(r))
		buf_printf(out, "empty   there are more shards than groups of cases\n");
	else if (r->shard.of)
		buf_puts(out, "next    join the shards: steadybridge merge DIR...\n");
	else if (!report_exit_status(r))
		buf_puts(out, "next    check a bridge of this host: steadybridge inspect BRIDGE\n");
}

static enum verdict overall(const struct run *r, const struct totals *t)
{
	switch (report_exit_status(r)) {
	case 0:
		return VERDICT_PASS;
	case 1:
		return VERDICT_FAIL;
	case 4:
		return VERDICT_SKIP;
	}
	if (shard_problems(r))
		return VERDICT_INCONCLUSIVE;
	if (r->instrument_ok && !t->inconclusive && !t->invalid)
		return VERDICT_NOT_REPRODUCED;
	if (r->instrument_ok && !t->inconclusive && !t->not_reproduced)
		return VERDICT_INVALID;
	return VERDICT_INCONCLUSIVE;
}

static void add_count(struct buf *out, unsigned n, const char *what)
{
	if (n)
		buf_printf(out, "%u %s, ", n, what);
}

enum verdict text_verdict(const struct run *r, struct buf *word, struct buf *sentence)
{
	struct totals t;

	report_totals(r, &t);
	if (shard_is_empty(r))
		buf_puts(word, "NOTHING TO PLAY");
	else if (report_exit_status(r) != 4)
		case_word(overall(r, &t), false, word);
	else
		buf_puts(word, "NOTHING PLAYED");
	add_count(sentence, (unsigned)shard_problems(r),
	    shard_problems(r) == 1 ? "problem with the shards" : "problems with the shards");
	if (!r->instrument_ok)
		buf_puts(sentence, "the instrument check failed, ");
	add_count(sentence, t.failed, "failed");
	add_count(sentence, t.inconclusive, "inconclusive");
	add_count(sentence, t.not_reproduced, "not reproduced");
	add_count(sentence, t.invalid, "invalid");
	buf_printf(sentence, "%u of %u control%s broke, %u of %u arm%s held, ", t.controls_broke,
	    t.controls, words_plural(t.controls), t.arms_held, t.arms, words_plural(t.arms));
	add_count(sentence, t.known, "known to fail");
	buf_printf(sentence, "%u skipped%s", t.skipped,
	    r->must_run && t.skipped ? " although all must run" : "");
	if (r->shard.of)
		buf_puts(sentence, ", ");
	if (r->shard.of)
		shard_name(&r->shard, sentence);
	return overall(r, &t);
}

void text_last(const struct run *r, struct buf *out)
{
	struct buf word = {0}, sentence = {0};
	enum verdict v = text_verdict(r, &word, &sentence);
	char traffic[WORDS_TEXT], wall[WORDS_TEXT];
	struct totals t;

	report_totals(r, &t);
	if (strncmp(word.s, "NOTHING", 7))
		case_word(v, r->color, out);
	else
		buf_puts(out, word.s);
	buf_printf(out, "  %s   (%s of traffic in %s)\n", sentence.s,
	    words_span(t.traffic_ns, traffic), words_span(r->wall_real_ns, wall));
	buf_free(&word);
	buf_free(&sentence);
}

void report_text(const struct run *r, struct buf *out)
{
	const struct plays *plays = r->counted;
	struct buf b = {0};

	add_table(plays, &b);
	text_clean(out, text_or(b.s, ""));
	buf_free(&b);
	for (size_t i = 0; i < plays->n; i++) {
		const struct judged *p = plays->items[i].play;

		if (!play_unexpected(p) || p->judgement.unproven || is_repetition(plays, i))
			continue;
		report_case_text(r, p, out);
		add_repetitions(plays, i, out);
		buf_puts(out, "\n");
	}
	add_unproven(plays, &b);
	add_replays(plays, &b);
	add_notes(r, plays, &b);
	success_line(plays, &b);
	text_clean(out, text_or(b.s, ""));
	buf_free(&b);
	text_last(r, out);
}
