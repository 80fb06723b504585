/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain.c: a scenario in words: topology, events, what must break and what must hold.
 *
 * The text describes the control, or the first arm where there is no control. For each other arm it
 * says how that arm differs. Each matrix value is described once. */
#include "explain/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "explain/change_sentence.h"
#include "explain/explain_cause.h"
#include "explain/sentences.h"
#include "scenario/churn.h"
#include "schedule/schedule.h"
#include "trace/names.h"

#define DRAWN_MAX 8 /* clients and ports of a drawing */

/* A case and its sentences. */
struct described {
	const struct scenario_case *c;
	const struct described *base; /* of its group */
	struct sentences sentences;
	struct schedule schedule;
};

struct explanation {
	const struct scenario *s;
	struct described *items;
	size_t n;
	size_t n_groups;
	struct buf *out;
};

static bool same_group(const struct described *a, const struct described *b)
{
	return !strcmp(a->c->group, b->c->group);
}

/* The values of the matrix: "leaves-by=delete", or "". */
static const char *values(const struct scenario_case *c)
{
	size_t len = strlen(c->scenario->name);

	return c->group[len] == '/' ? c->group + len + 1 : "";
}

static void gather(
    struct explanation *x, const struct scenario_case *only, uint64_t seed, double pace)
{
	x->items = mem_alloc(x->s->n_cases * sizeof(*x->items));
	for (size_t i = 0; i < x->s->n_cases; i++) {
		const struct scenario_case *c = &x->s->cases[i];

		if (only && c != only &&
		    (strcmp(c->group, only->group) != 0 || c->breaks == CAUSE_NONE))
			continue;
		struct described *t = &x->items[x->n++];
		t->c = c;
		sentences_of(c, &t->sentences);
		schedule_make(c, seed, pace, &t->schedule);
	}
	for (size_t i = 0; i < x->n; i++) {
		struct described *t = &x->items[i];

		for (size_t k = 0; k < x->n; k++)
			if (same_group(t, &x->items[k]) &&
			    (!t->base || (t->base->c->breaks == CAUSE_NONE &&
			                     x->items[k].c->breaks != CAUSE_NONE)))
				t->base = &x->items[k];
		x->n_groups += t->base == t;
	}
}

/* Appends the values of those groups in which the case of `arm` (NULL: the base) has the sentence;
 * nothing when all have it. */
static void put_where(
    const struct explanation *x, const char *arm, const struct sentence *one, bool also_in_base)
{
	size_t n = 0;
	struct buf b = {0};

	for (size_t i = 0; i < x->n; i++) {
		const struct described *t = &x->items[i];

		if (arm ? strcmp(t->c->arm, arm) != 0 : t->base != t)
			continue;
		if (sentences_have(&t->sentences, one) &&
		    (also_in_base || !sentences_have(&t->base->sentences, one)))
			buf_printf(&b, "%s%s", n++ ? "; " : "", values(t->c));
	}
	if (n && n < x->n_groups)
		buf_printf(x->out, "   [%s]", b.s);
	buf_puts(x->out, "\n");
	buf_free(&b);
}

/* Is this the first case, among the bases or those of the arm, that has it? */
static bool is_first(const struct explanation *x, const struct described *t, const char *arm,
    const struct sentence *one)
{
	for (const struct described *o = x->items; o < t; o++)
		if ((arm ? !strcmp(o->c->arm, arm) : o->base == o) &&
		    sentences_have(&o->sentences, one))
			return false;
	return true;
}

static void put_story(const struct explanation *x, enum sentence_about about, const char *title)
{
	bool any = false;

	for (size_t i = 0; i < x->n; i++) {
		const struct described *t = &x->items[i];

		for (size_t k = 0; t->base == t && k < t->sentences.n; k++) {
			const struct sentence *one = &t->sentences.items[k];

			if (one->about != about || !is_first(x, t, NULL, one))
				continue;
			buf_printf(x->out, "%-9s %s", any ? "" : title, one->text);
			put_where(x, NULL, one, true);
			any = true;
		}
	}
}

/* The comment on top of the file; true when there is a drawing in it. */
static bool put_comment(const char *file, struct buf *out)
{
	bool drawn = false, any = false;

	for (const char *line = file; *line == '#';) {
		size_t len = strcspn(line, "\n");
		const char *text = line + 1 + (line[1] == ' ');
		size_t n = len - (size_t)(text - line);

		drawn = drawn || memmem(text, n, "|", 1) || memmem(text, n, "---", 3);
		buf_printf(out, "%s%.*s\n", n ? "  " : "", (int)n, text);
		any = true;
		line += len + (line[len] == '\n');
	}
	if (any)
		buf_puts(out, "\n");
	return drawn;
}

static void put_end(struct buf *out, const char *end, const char *port, const char *rest)
{
	static const char dashes[] = "--------------------------";

	buf_printf(out, "  %s %.*s %s %.*s%s\n", end, (int)(26 - strlen(end)), dashes, port,
	    (int)(24 - strlen(port)), dashes, rest);
}

/* The lab as it always is. */
static void put_drawing(const struct scenario_case *c, struct buf *out)
{
	char text[2 * NAME_MAX_LEN], name[NAME_MAX_LEN];
	const char *rest = "[ br0 192.0.2.1, the gateway ] --- NAT --- dnsmasq";

	for (size_t i = 0; i < c->n_clients && i < DRAWN_MAX; i++, rest = "[") {
		snprintf(text, sizeof(text), "%s's eth0", c->clients[i].name);
		put_end(out, text, c->clients[i].name, rest);
	}
	for (size_t i = 0; i < c->n_churns && i < DRAWN_MAX; i++, rest = "[") {
		const struct churn *ch = &c->churns[i];
		bool tap = churn_is_tap(ch);

		churn_port_name(ch, 0, name);
		snprintf(text, sizeof(text), "%s%s", name, ch->count > 1 ? "..." : "");
		put_end(out, tap ? "a program" : "a guest", text, rest);
	}
	if (c->n_clients > DRAWN_MAX || c->n_churns > DRAWN_MAX)
		buf_puts(out, "  ...\n");
	buf_puts(out, "\n");
}

static void put_implied(const struct explanation *x, const char *arm)
{
	int64_t least = INT64_MAX, most = 0;
	char a[DURATION_TEXT], b[DURATION_TEXT];

	for (size_t i = 0; i < x->n; i++) {
		int64_t ns = x->items[i].schedule.min_outage_ns;

		if (strcmp(x->items[i].c->arm, arm) != 0)
			continue;
		least = ns < least ? ns : least;
		most = ns > most ? ns : most;
	}
	bool by_events = *x->items[0].c->subject; /* an outage then ends with its round */
	if (!by_events)
		buf_printf(x->out, ", in an outage of at least %s", sentence_span(least, a));
	if (!by_events && most > least)
		buf_printf(x->out, " to %s", sentence_span(most, b));
	buf_puts(x->out, "\n");
}

static bool arm_is_first(const struct explanation *x, const struct described *t)
{
	for (const struct described *o = x->items; o < t; o++)
		if (!strcmp(o->c->arm, t->c->arm))
			return false;
	return true;
}

/* Where a known failure is listed for the arm. */
static void put_known(const struct explanation *x, const char *arm)
{
	for (size_t i = 0; i < x->s->n_known; i++) {
		const struct known *k = &x->s->known[i];

		if (!strcmp(k->arm, arm))
			buf_printf(x->out, "            known failure on %s: %s\n",
			    k->if_text ? k->if_text : "every kernel", k->why);
	}
}

/* How an arm differs from its base; its bridge is described in full. */
static void put_differences(const struct explanation *x, const struct described *of)
{
	const char *arm = of->c->arm;

	for (const struct described *t = x->items; t < x->items + x->n; t++) {
		if (strcmp(t->c->arm, arm) != 0)
			continue;
		for (size_t k = 0; k < t->sentences.n; k++) {
			const struct sentence *one = &t->sentences.items[k];
			bool bridge = one->about == ABOUT_BRIDGE;

			if ((!bridge && sentences_have(&t->base->sentences, one)) ||
			    !is_first(x, t, arm, one))
				continue;
			buf_printf(
			    x->out, "            %s%s", bridge ? "" : "in this arm: ", one->text);
			put_where(x, arm, one, bridge);
		}
		/* what the arm lacks; printed once */
		for (size_t k = 0; t == of && k < t->base->sentences.n; k++) {
			const struct sentence *one = &t->base->sentences.items[k];

			if (one->about != ABOUT_BRIDGE && !sentences_have(&t->sentences, one))
				buf_printf(x->out, "            instead of: %s\n", one->text);
		}
	}
}

static const char *advice_words(enum advice advice)
{
	return advice == ADVICE_REMEDY    ? "            the remedy that the report ended with\n"
	       : advice == ADVICE_IN_VAIN ? "            recommended in the report, in vain\n"
	                                  : "";
}

static void put_arms(const struct explanation *x)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct described *t = &x->items[i];
		const struct scenario_case *c = t->c;

		if (!arm_is_first(x, t))
			continue;
		if (c->breaks) {
			buf_printf(
			    x->out, "control   %s must break by %s", c->arm, cause_name(c->breaks));
			put_implied(x, c->arm);
		} else {
			buf_printf(x->out, "arm       %s must hold", c->arm);
			sentences_limits(&c->limits, x->out);
			buf_puts(x->out, "\n");
		}
		buf_puts(x->out, advice_words(c->advice));
		put_differences(x, t);
		if (c->exposures_none)
			buf_puts(x->out, "            exposures: none; nothing that a bridge "
			                 "inherits from its ports may change\n");
		put_known(x, c->arm);
	}
}

static void put_wrapped(const char *text, struct buf *out)
{
	size_t column = 0;

	for (const char *p = text; *p;) {
		size_t len = strcspn(p, " ");

		if (column && column + 1 + len > 96) {
			buf_puts(out, "\n");
			column = 0;
		}
		buf_printf(out, "%s%.*s", column ? " " : "  ", (int)len, p);
		column += len + (column ? 1 : 2);
		p += len + strspn(p + len, " ");
	}
	buf_puts(out, "\n");
}

static void put_causes(const struct explanation *x)
{
	unsigned facts[CAUSE_COUNT] = {0};

	for (size_t i = 0; i < x->n; i++)
		facts[x->items[i].c->breaks] |= explain_facts(x->items[i].c);
	for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
		struct buf why = {0};

		if (!facts[cause])
			continue;
		explain_cause((enum cause)cause, facts[cause], &why);
		buf_printf(x->out, "\nwhy a case breaks by %s\n", cause_name((enum cause)cause));
		put_wrapped(why.s, x->out);
		buf_free(&why);
	}
}

static void put_exposures(const struct explanation *x)
{
	unsigned long least = 0, most = 0;

	for (size_t i = 0; i < x->n; i++) {
		const struct schedule *s = &x->items[i].schedule;
		unsigned long n = 0;

		for (size_t k = 0; k < s->n; k++)
			n += s->events[k].t_ns >= 0 && s->events[k].op != OP_FAULT;
		least = !i || n < least ? n : least;
		most = n > most ? n : most;
	}
	buf_puts(x->out, "\nexposures at most ");
	if (most > least)
		buf_printf(x->out, "%lu to ", least);
	buf_printf(x->out,
	    "%lu: each join, leave or event from t=0 on that is seen to change the lowest\n"
	    "          MAC, the smallest MTU or the carrier of the ports; an event also counts if\n"
	    "          it is seen to take effect\n",
	    most);
}

static void put_pace(const struct explanation *x, double asked)
{
	double least = 0, most = 0, longest = 0;

	for (size_t i = 0; i < x->n; i++) {
		const struct described *t = &x->items[i];
		double pace = t->schedule.pace,
		       real = (double)(t->c->warmup_ns + t->c->duration_ns) / pace / NS_PER_S;

		least = !i || pace < least ? pace : least;
		most = pace > most ? pace : most;
		longest = real > longest ? real : longest;
	}
	buf_printf(x->out, "pace      requested %.3g, played at %.3g", asked, least);
	if (most > least)
		buf_printf(x->out, " to %.3g", most);
	buf_printf(x->out, "; the longest of %zu case%s takes %.1f s\n", x->n, x->n == 1 ? "" : "s",
	    longest);
}

static void put_references(const struct explanation *x)
{
	for (size_t i = 0; i < x->s->n_references; i++)
		buf_printf(x->out, "%-9s %s\n", i ? "" : "reported", x->s->references[i]);
}

void explain_text(const struct scenario *s, const struct scenario_case *only, const char *file,
    uint64_t seed, double pace, struct buf *out)
{
	struct explanation x = {.s = s, .out = out};

	gather(&x, only, seed, pace);
	buf_printf(out, "%s: %s\n\n", only ? only->name : s->name, s->summary);
	if (!put_comment(file, out))
		put_drawing((only ? only : x.items[0].c), out);
	put_story(&x, ABOUT_CLIENTS, "clients");
	put_story(&x, ABOUT_CHURN, "churn");
	put_story(&x, ABOUT_EVENTS, "events");
	put_story(&x, ABOUT_LOOKUPS, "lookups");
	buf_puts(out, "\n");
	put_arms(&x);
	put_causes(&x);
	put_exposures(&x);
	put_pace(&x, pace);
	put_references(&x);
	for (size_t i = 0; i < x.n; i++) {
		sentences_free(&x.items[i].sentences);
		schedule_free(&x.items[i].schedule);
	}
	free(x.items);
}
