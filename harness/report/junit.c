/* SPDX-License-Identifier: GPL-2.0-or-later */
/* junit.c: a run as the JUnit XML that CI systems read: a suite for each scenario, a test case for
 * each case and repeat, in the grammar of harness/test/data/schema/junit.xsd.
 *
 * fail is a failure; inconclusive, not reproduced and invalid are errors; a known failure and a
 * skip are skipped, with their reason. With must_run a skip is a failure, as for the exit status.
 */
#include <inttypes.h>
#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/case.h"
#include "report/shard.h"
#include "report/success.h"

enum outcome { GOOD, FAILURE, ERROR, SKIPPED, OUTCOMES };

static const char *const elements[OUTCOMES] = {
    [FAILURE] = "failure", [ERROR] = "error", [SKIPPED] = "skipped"};

/* A test case: a case that was played, or one that was not. */
struct entry {
	char *scenario;
	const struct counted *played; /* NULL: not played */
	const struct skipped *skipped;
	enum outcome outcome;
};

struct xml {
	xmlTextWriterPtr w;
	const struct run *r;
	int worst; /* of all that the writer returned; it fails for want of memory only */
};

static void note(struct xml *x, int r)
{
	x->worst = r < x->worst ? r : x->worst;
}

/* Text that XML 1.0 takes and no terminal obeys, in a new string. */
static char *xml_text(const char *s, char newline)
{
	struct buf b = {0};

	text_clean(&b, s);
	for (char *c = b.s; *c; c++)
		if (*c == '\n')
			*c = newline;
	return b.s;
}

static void begin(struct xml *x, const char *element)
{
	note(x, xmlTextWriterStartElement(x->w, BAD_CAST element));
}

static void end(struct xml *x)
{
	note(x, xmlTextWriterEndElement(x->w));
}

static void attribute(struct xml *x, const char *name, const char *value)
{
	char *s = xml_text(value, ' ');

	note(x, xmlTextWriterWriteAttribute(x->w, BAD_CAST name, BAD_CAST s));
	free(s);
}

/* Frees the value. */
static void attribute_take(struct xml *x, const char *name, char *value)
{
	attribute(x, name, value);
	free(value);
}

static void count(struct xml *x, const char *name, size_t n)
{
	attribute_take(x, name, mem_printf("%zu", n));
}

static void seconds(struct xml *x, double s)
{
	attribute_take(x, "time", mem_printf("%.3f", s));
}

static void content(struct xml *x, const char *text)
{
	char *s = xml_text(text, '\n');

	note(x, xmlTextWriterWriteString(x->w, BAD_CAST s));
	free(s);
}

static void property(struct xml *x, const char *name, const char *value)
{
	begin(x, "property");
	attribute(x, "name", name);
	attribute(x, "value", value);
	end(x);
}

static void answered_property(struct xml *x, const char *name, const struct lookups *l)
{
	struct buf b = {0};

	success_text(l, &b);
	property(x, name, b.s);
	buf_free(&b);
}

/* scenario: that of the suite, or NULL. */
static void properties(struct xml *x, const char *scenario)
{
	const struct run *r = x->r;
	struct success s;
	char text[40];

	begin(x, "properties");
	property(x, "steadybridge", text_or(r->version, "?"));
	property(x, "kernel", text_or(r->kernel, "?"));
	for (int i = 0; i < RUN_PARTS; i++)
		property(x, run_part_name((enum run_part)i), text_or(r->parts[i], "?"));
	property(x, "root", r->root ? "true" : "false");
	snprintf(text, sizeof(text), "%" PRIx64, r->seed);
	property(x, "seed", text);
	snprintf(text, sizeof(text), "%g", r->pace);
	property(x, "pace", text);
	property(x, "instrument", text_or(r->instrument_text, "?"));
	property(x, "time",
	    "case: scenario time divided by pace, all plays, without building labs; run: measured");
	if (scenario) {
		success_of(x->r->counted, scenario, &s);
		answered_property(x, "answered-controls", &s.controls);
		answered_property(x, "answered-arms", &s.arms);
	}
	success_of(x->r->counted, NULL, &s);
	answered_property(x, "run-answered-controls", &s.controls);
	answered_property(x, "run-answered-arms", &s.arms);
	end(x);
}

/* Real seconds; 0 for a case that was not played. */
static double played_s(const struct counted *c)
{
	return c ? (double)plays_real_ns(c) / NS_PER_S : 0;
}

static bool was_played(const struct entry *en)
{
	return en->played && en->played->play->judgement.verdict != VERDICT_SKIP;
}

static const char *reason(const struct entry *en, struct buf *b)
{
	const struct judged *p = en->played ? en->played->play : NULL;

	if (p && p->judgement.known)
		buf_printf(b, "known to fail: %s", text_or(play_known_why(p), "?"));
	else
		buf_puts(b, text_or(p ? p->judgement.why : en->skipped->reason, "?"));
	return b->s;
}

static const char *type_of(const struct entry *en)
{
	const struct judgement *j = en->played ? &en->played->play->judgement : NULL;

	if (!j)
		return verdict_name(VERDICT_SKIP);
	if (j->known)
		return "known";
	return j->verdict == VERDICT_FAIL && j->cause != CAUSE_NONE ? cause_name(j->cause)
	                                                            : verdict_name(j->verdict);
}

static void add_result(struct xml *x, const struct entry *en)
{
	struct run plain = *x->r;
	struct buf message = {0}, body = {0};

	plain.color = false;
	begin(x, elements[en->outcome]);
	attribute(x, "type", type_of(en));
	attribute(x, "message", reason(en, &message));
	if (was_played(en))
		report_case_text(&plain, en->played->play, &body);
	else if (en->skipped && en->skipped->remedy)
		buf_printf(&body, "remedy: %s", en->skipped->remedy);
	if (body.s)
		content(x, body.s);
	end(x);
	buf_free(&message);
	buf_free(&body);
}

/* How to play it again, and what came before the play that counts. */
static void add_output(struct xml *x, const struct entry *en)
{
	const struct counted *c = en->played;
	struct buf b = {0};

	if (x->r->out_dir) {
		case_again(x->r, c->play, &b);
		/* GitLab and Jenkins show what stands so */
		buf_printf(&b, "\n[[ATTACHMENT|%s/cases/%s/timeline.svg]]\n", x->r->out_dir,
		    text_or(c->play->trace->meta.slug, "?"));
	}
	for (size_t i = 0; i + 1 < c->n; i++)
		buf_printf(&b, "before: %s at pace %g (%s)\n",
		    verdict_name(c->all[i]->judgement.verdict), c->all[i]->trace->meta.pace,
		    text_or(c->all[i]->judgement.why, "?"));
	if (c->play->judgement.known_gone)
		buf_puts(&b, "fixed: listed as a known failure, but it passed\n");
	if (b.s) {
		begin(x, "system-out");
		content(x, b.s);
		end(x);
	}
	buf_free(&b);
}

static void add_case(struct xml *x, const struct entry *en)
{
	const struct trace_meta *m = en->played ? &en->played->play->trace->meta : NULL;
	const char *name = text_or(m ? m->name : en->skipped->name, "?");
	char *class = mem_printf("steadybridge.%s", en->scenario);

	begin(x, "testcase");
	attribute_take(x, "name",
	    m && m->play.repeat ? mem_printf("%s repeat=%d", name, m->play.repeat + 1)
	                        : mem_strdup(name));
	for (char *s = class + strlen("steadybridge."); *s; s++)
		*s = *s == '.' ? '_' : *s; /* a dot would make another group of it */
	attribute_take(x, "classname", class);
	if (m && m->file)
		attribute(x, "file", m->file);
	if (was_played(en))
		seconds(x, played_s(en->played));
	if (en->outcome != GOOD)
		add_result(x, en);
	if (was_played(en))
		add_output(x, en);
	end(x);
}

static void add_counts(struct xml *x, const size_t *n)
{
	count(x, "tests", n[GOOD] + n[FAILURE] + n[ERROR] + n[SKIPPED]);
	count(x, "failures", n[FAILURE]);
	count(x, "errors", n[ERROR]);
}

/* Ends with end(). scenario: as in properties(). */
static void begin_suite(
    struct xml *x, const char *name, const char *scenario, const size_t *counts, double s)
{
	begin(x, "testsuite");
	attribute(x, "name", name);
	add_counts(x, counts);
	count(x, "skipped", counts[SKIPPED]);
	seconds(x, s);
	properties(x, scenario);
}

/* The suite of the scenario of entries[first], unless an earlier entry was of it. */
static void add_suite(struct xml *x, const struct entry *entries, size_t n, size_t first)
{
	const char *scenario = entries[first].scenario;
	size_t counts[OUTCOMES] = {0};
	double s = 0;

	for (size_t i = 0; i < first; i++)
		if (!strcmp(entries[i].scenario, scenario))
			return;
	for (size_t i = first; i < n; i++) {
		if (strcmp(entries[i].scenario, scenario))
			continue;
		counts[entries[i].outcome]++;
		s += played_s(entries[i].played);
	}
	begin_suite(x, scenario, scenario, counts, s);
	for (size_t i = first; i < n; i++)
		if (!strcmp(entries[i].scenario, scenario))
			add_case(x, &entries[i]);
	end(x);
}

/* An error of the whole run, beside which what passed proves nothing: a test of its own. */
static void add_run_error(
    struct xml *x, const char *name, int64_t real_ns, const char *message, const char *text)
{
	const size_t counts[OUTCOMES] = {[ERROR] = 1};

	begin_suite(x, name, NULL, counts, (double)real_ns / NS_PER_S);
	begin(x, "testcase");
	attribute(x, "name", name);
	attribute_take(x, "classname", mem_printf("steadybridge.%s", name));
	seconds(x, (double)real_ns / NS_PER_S);
	begin(x, elements[ERROR]);
	attribute(x, "type", verdict_name(VERDICT_INVALID));
	attribute(x, "message", message);
	content(x, text_or(text, ""));
	end(x);
	end(x);
	end(x);
}

static void add_run_errors(struct xml *x)
{
	const struct run *r = x->r;
	struct buf lines = {0};

	if (!r->instrument_ok)
		add_run_error(x, "instrument", r->instrument_real_ns,
		    "the instrument check failed: no result of this run proves anything",
		    r->instrument_text);
	shard_problem_lines(r, "", &lines);
	if (lines.len)
		add_run_error(x, "shards", 0, "the run is not whole", lines.s);
	buf_free(&lines);
}

static enum outcome outcome_of(const struct run *r, const struct judgement *j)
{
	switch (j->verdict) {
	case VERDICT_PASS:
		return GOOD;
	case VERDICT_FAIL:
		return j->known ? SKIPPED : FAILURE;
	case VERDICT_SKIP:
		return r->must_run ? FAILURE : SKIPPED;
	default:
		return ERROR;
	}
}

static struct entry *make_entries(const struct run *r, size_t *n)
{
	const struct plays *plays = r->counted;
	struct entry *list = mem_alloc((plays->n + r->n_skipped) * sizeof(*list));

	*n = 0;
	for (size_t i = 0; i < plays->n; i++) {
		const struct judged *p = plays->items[i].play;

		list[(*n)++] =
		    (struct entry){.scenario = mem_strdup(text_or(p->trace->meta.scenario, "?")),
		        .played = &plays->items[i],
		        .outcome = outcome_of(r, &p->judgement)};
	}
	for (size_t i = 0; i < r->n_skipped; i++) {
		const char *name = text_or(r->skipped[i].name, "?");

		list[(*n)++] =
		    (struct entry){.scenario = mem_printf("%.*s", (int)strcspn(name, "/"), name),
		        .skipped = &r->skipped[i],
		        .outcome = r->must_run ? FAILURE : SKIPPED};
	}
	return list;
}

void report_junit(const struct run *r, struct buf *out)
{
	xmlBufferPtr text = xmlBufferCreate();
	struct xml x = {.w = text ? xmlNewTextWriterMemory(text, 0) : NULL, .r = r};
	size_t n, counts[OUTCOMES] = {[ERROR] = !r->instrument_ok + !!shard_problems(r)};

	struct entry *entries = make_entries(r, &n);
	for (size_t i = 0; i < n; i++)
		counts[entries[i].outcome]++;
	note(&x, x.w ? xmlTextWriterSetIndent(x.w, 1) : -1);
	note(&x, x.w ? xmlTextWriterStartDocument(x.w, NULL, "UTF-8", NULL) : -1);
	begin(&x, "testsuites");
	attribute(&x, "name", "steadybridge");
	add_counts(&x, counts);
	seconds(&x, (double)r->wall_real_ns / NS_PER_S);
	add_run_errors(&x);
	for (size_t i = 0; i < n; i++)
		add_suite(&x, entries, n, i);
	note(&x, xmlTextWriterEndDocument(x.w));
	xmlFreeTextWriter(x.w);
	if (x.worst < 0)
		mem_grow(NULL, (size_t)-1, 2); /* no memory */
	buf_add(out, (const char *)xmlBufferContent(text), (size_t)xmlBufferLength(text));
	xmlBufferFree(text);
	for (size_t i = 0; i < n; i++)
		free(entries[i].scenario);
	free(entries);
}
