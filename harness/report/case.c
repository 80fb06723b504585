/* SPDX-License-Identifier: GPL-2.0-or-later */
/* case.c: one case in full: what was lost, why, what follows, how to see it again. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "report/case.h"

void case_word(enum verdict v, bool color, struct buf *out)
{
	int code = v == VERDICT_PASS ? 32 : v == VERDICT_FAIL ? 31 : 33;

	if (color)
		buf_printf(out, "\033[1;%dm", code);
	for (const char *s = verdict_name(v); *s; s++)
		buf_printf(out, "%c", *s == '-' ? ' ' : toupper(*s));
	if (color)
		buf_puts(out, "\033[0m");
}

#define COLUMNS 110

/* A label and its text, whose further lines stand below its first word. */
static void add_folded(struct buf *out, const char *label, const char *text)
{
	size_t indent = strlen(label), column = indent;

	buf_puts(out, label);
	while (*text) {
		size_t word = strcspn(text, " \n");

		if (column > indent && column + 1 + word > COLUMNS) {
			buf_printf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			buf_puts(out, " ");
			column++;
		}
		buf_add(out, text, word);
		column += word;
		text += word;
		text += strspn(text, " \n");
	}
	buf_puts(out, "\n");
}

static void add_limits(struct buf *out, const struct judged *p)
{
	const struct limits *l = &p->trace->meta.limits;
	char text[WORDS_TEXT];

	if (p->trace->meta.breaks != CAUSE_NONE)
		return;
	if (l->lost >= 0)
		buf_printf(out, " (limit %s)", words_count((uint64_t)l->lost, text));
	else if (l->outage_ns >= 0)
		buf_printf(out, " (limit: an outage of %s)", words_span(l->outage_ns, text));
	else if (l->outages >= 0)
		buf_printf(out, " (limit: %" PRId64 " outage%s)", l->outages,
		    words_plural((uint64_t)l->outages));
}

static void add_lost(struct buf *out, const struct judged *p)
{
	const struct judgement *j = &p->judgement;
	const struct outage *worst = judgement_worst(j);
	char lost[WORDS_TEXT], sent[WORDS_TEXT];

	buf_printf(out, "  lost    %s of %s", words_count(j->total.lost, lost),
	    words_count(j->total.sent, sent));
	if (worst) {
		if (j->n_outages == 1)
			buf_puts(out, " in one outage, ");
		else
			buf_printf(
			    out, " in %s outages, the longest ", words_count(j->n_outages, lost));
		buf_printf(out, "%s to %s%s s", words_moment(worst->from_ns, lost),
		    worst->open ? "at least " : "", words_moment(worst->to_ns, sent));
	} else if (j->total.sent) {
		buf_printf(
		    out, "; shortest detectable outage %s", words_span(j->resolution_ns, lost));
	}
	add_limits(out, p);
	buf_puts(out, "\n");
}

static void add_invariants(struct buf *out, const struct judgement *j)
{
	const char *comma = "";

	if (!j->invariants)
		return;
	buf_puts(out, "  broken  invariant: ");
	for (unsigned bit = 1; bit <= INVARIANT_LAST; bit <<= 1) {
		if (!(j->invariants & bit))
			continue;
		buf_printf(out, "%s%s", comma, invariant_name((enum invariant)bit));
		comma = ", ";
	}
	buf_puts(out, "\n");
}

/* A fail with lost lookups: the figures above and the findings below say it all. */
static void add_cause(struct buf *out, const struct judgement *j)
{
	bool fail = j->verdict == VERDICT_FAIL && j->n_outages;

	if (j->n_outages) {
		buf_printf(out, "  cause   %s%s", cause_name(j->cause), stale_form_suffix(j->form));
		buf_puts(out, fail ? ", because\n" : "\n");
	}
	if (!fail)
		add_folded(out, "  because ", text_or(j->why, "?"));
}

static void add_findings(struct buf *out, const struct judgement *j)
{
	char text[WORDS_TEXT];

	for (size_t i = 0; i < j->n_findings; i++)
		buf_printf(out, "          %7s  %s\n", words_moment(j->findings[i].t_ns, text),
		    j->findings[i].text);
}

static void add_quality(struct buf *out, const struct run *r, const struct judged *p)
{
	const struct plays *plays = r->counted;
	const struct judgement *j = &p->judgement;
	const struct judged *control = p->control;
	char late[WORDS_TEXT];
	size_t n = 1;

	for (size_t i = 0; i < plays->n; i++)
		if (plays->items[i].play == p)
			n = plays->items[i].n;
	buf_puts(out, "  quality ");
	if (p->trace->meta.breaks == CAUSE_NONE && !p->trace->meta.exposures_none)
		buf_puts(out, !control ? "its control was not played; "
		              : control->judgement.verdict == VERDICT_PASS
		                  ? "its control broke; "
		                  : "its control did not break; ");
	buf_printf(out, "player late by at most %s; ", words_span(j->loop_late_ns, late));
	if (n > 1)
		buf_printf(out, "played %zu times, the last at pace %g", n, p->trace->meta.pace);
	else
		buf_printf(out, "played once at pace %g", p->trace->meta.pace);
	buf_puts(out, r->repeat > 1 ? "\n" : " (--repeat N for more)\n");
}

void case_again(const struct run *r, const struct judged *p, struct buf *out)
{
	const struct trace_meta *m = &p->trace->meta;

	buf_printf(out, "steadybridge check %s", text_or(r->again, ""));
	if (m->rounds)
		buf_puts(out, "--quick ");
	else if (m->tool) /* which is otherwise played by events */
		buf_printf(out, "--pace %g ", m->pace);
	buf_printf(out, "%s/cases/%s/case.yaml", text_or(r->out_dir, "out"), text_or(m->slug, "?"));
}

/* The packets as the client of the worst outage saw them, where they were kept. */
static void add_capture(struct buf *out, const struct judged *p)
{
	const struct trace_meta *m = &p->trace->meta;
	const struct outage *worst = judgement_worst(&p->judgement);

	int client = worst          ? m->streams[worst->stream].client
	             : m->n_streams ? m->streams[0].client
	                            : -1;
	if (client < 0)
		return;
	char *name = mem_printf("capture-%.15s.pcap", m->clients[client].name);
	for (size_t i = 0; i < p->n_captures; i++)
		if (!strcmp(text_or(p->captures[i], ""), name))
			buf_printf(out, "   %s", name);
	free(name);
}

void report_case_text(const struct run *r, const struct judged *p, struct buf *out)
{
	const struct judgement *j = &p->judgement;
	const struct trace_meta *m = &p->trace->meta;
	struct buf b = {0};
	char text[WORDS_TEXT];

	case_word(j->verdict, r->color, out);
	buf_printf(&b, "%s  %s", j->known ? " (known)" : "", text_or(m->name, "?"));
	if (m->play.repeat)
		buf_printf(&b, "  repeat %d", m->play.repeat + 1);
	buf_puts(&b, "\n");
	if (m->tool)
		buf_printf(&b, "  tool    %s %s the bridge\n", m->tool,
		    j->verdict == VERDICT_INVALID ? "was to make" : "made");
	add_lost(&b, p);
	buf_printf(&b, "  exposed %s; ", words_times(j->exposures, text));
	buf_printf(&b, "gateway MAC changed %s\n", words_times(j->gateway_mac_changes, text));
	add_invariants(&b, j);
	add_cause(&b, j);
	add_findings(&b, j);
	if (j->so)
		add_folded(&b, "  so      ", j->so);
	if (j->known)
		add_folded(&b, "  known   ", text_or(play_known_why(p), "?"));
	add_quality(&b, r, p);
	if (r->out_dir) {
		buf_puts(&b, "  rerun   ");
		case_again(r, p, &b);
		buf_puts(&b, "\n");
	}
	if (r->out_dir && play_unexpected(p)) {
		buf_printf(
		    &b, "  page    %s/index.html#c%zu", r->out_dir, plays_number(r->counted, p));
		add_capture(&b, p);
		buf_puts(&b, "\n");
	}
	text_clean(out, b.s);
	buf_free(&b);
}
