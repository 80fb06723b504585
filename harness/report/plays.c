/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plays.c: which plays of a run count, and how text gets on its way safely. */
#include "report/plays.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

struct item {
	const struct judged *play;
	const char *name;
	size_t index;
};

static int by_name(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (!order)
		order = play_id_compare(x->play->trace->meta.play, y->play->trace->meta.play);
	if (order)
		return order;
	return (x->index > y->index) - (x->index < y->index);
}

static int by_order(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return play_id_compare(x->play->trace->meta.play, y->play->trace->meta.play);
}

void plays_make(struct run *r, struct plays *out)
{
	struct item *items = mem_alloc(r->n_plays * sizeof(*items));
	size_t first = 0, order = 0;

	*out = (struct plays){0};
	r->counted = out;
	out->items = mem_alloc(r->n_plays * sizeof(*out->items));
	out->sorted = mem_alloc(r->n_plays * sizeof(*out->sorted));
	for (size_t i = 0; i < r->n_plays; i++)
		items[i] =
		    (struct item){r->plays[i], text_or(r->plays[i]->trace->meta.name, ""), i};
	if (r->n_plays)
		qsort(items, r->n_plays, sizeof(*items), by_name);
	for (size_t i = 0; i < r->n_plays; i++) {
		const struct item *x = &items[i], *next = i + 1 < r->n_plays ? x + 1 : NULL;
		bool new_name = !i || strcmp(x[-1].name, x->name);

		out->sorted[i] = x->play;
		order = new_name || x->index < order ? x->index : order;
		if (next && !strcmp(next->name, x->name) &&
		    next->play->trace->meta.play.repeat == x->play->trace->meta.play.repeat)
			continue;
		size_t n = i + 1 - first;
		bool drops = n > 1 && x->play->trace->meta.play.drops;

		out->items[out->n++] = (struct counted){drops ? x[-1].play : x->play,
		    &out->sorted[first], n - drops, drops ? x->play : NULL, order};
		first = i + 1;
	}
	if (out->n)
		qsort(out->items, out->n, sizeof(*out->items), by_order);
	free(items);
}

void plays_free(struct plays *p)
{
	free(p->items);
	free(p->sorted);
	*p = (struct plays){0};
}

bool play_unexpected(const struct judged *p)
{
	const struct judgement *j = &p->judgement;

	return j->verdict != VERDICT_PASS && j->verdict != VERDICT_SKIP &&
	       !(j->verdict == VERDICT_FAIL && j->known);
}

const char *play_known_why(const struct judged *p)
{
	const struct known_meta *known = p->judgement.known;

	return known ? text_or(known->why, "no reason was given") : NULL;
}

size_t plays_number(const struct plays *p, const struct judged *play)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->items[i].drops == play)
			return i + 1;
		for (size_t k = 0; k < p->items[i].n; k++)
			if (p->items[i].all[k] == play)
				return i + 1;
	}
	return 0;
}

int64_t plays_real_ns(const struct counted *c)
{
	double ns = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct trace_meta *m = &c->all[i]->trace->meta;

		if (c->all[i]->judgement.verdict != VERDICT_SKIP && m->pace > 0)
			ns += ((double)m->warmup_ns + (double)m->duration_ns) / m->pace;
	}
	return ns < (double)INT64_MAX ? (int64_t)ns : INT64_MAX;
}

static bool same_skip(const struct skipped *a, const struct skipped *b)
{
	return !strcmp(text_or(a->reason, ""), text_or(b->reason, "")) &&
	       !strcmp(text_or(a->remedy, ""), text_or(b->remedy, ""));
}

size_t skipped_alike(const struct run *r, size_t at)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_skipped; i++) {
		bool same = same_skip(&r->skipped[i], &r->skipped[at]);

		if (same && i < at)
			return 0;
		n += same;
	}
	return n;
}

const char *run_part_name(enum run_part part)
{
	static const char *const names[RUN_PARTS] = {
	    [RUN_DNSMASQ] = "dnsmasq",
	    [RUN_IPTABLES] = "iptables",
	    [RUN_IPROUTE2] = "iproute2",
	    [RUN_LIBNL] = "libnl",
	    [RUN_LIBFYAML] = "libfyaml",
	};

	return names[part];
}

void plays_pace(const struct run *r, struct buf *out)
{
	buf_printf(out, "pace %g", r->pace);
	if (r->pace_why)
		buf_printf(out, " (%s)", r->pace_why);
}

void plays_parts(const struct run *r, struct buf *out)
{
	const char *comma = "";

	for (int i = 0; i < RUN_PARTS; i++) {
		if (!r->parts[i])
			continue;
		buf_printf(out, "%s%s %s", comma, run_part_name((enum run_part)i), r->parts[i]);
		comma = ", ";
	}
}

const char *text_or(const char *s, const char *otherwise)
{
	return s ? s : otherwise;
}

void text_clean(struct buf *out, const char *s)
{
	size_t from = out->len;

	utf8_add(out, s, true);
	for (char *c = out->s + from; *c; c++)
		if (*c == '\t')
			*c = '?';
}
