/* SPDX-License-Identifier: GPL-2.0-or-later */
/* github.c: annotations of GitHub Actions: each case that is not as expected, at its arm's line. */
#include "report/plays.h"
#include "report/shard.h"

/* GitHub shows 10 of a kind for each step; the last one is for how many more there are. */
#define ANNOTATIONS 9

/* What ends a property, or a message, or begins an escape. */
static void put_escaped(struct buf *out, const char *text, bool property)
{
	struct buf clean = {0};

	text_clean(&clean, text);
	for (const char *s = clean.s; *s; s++)
		if (*s == '%' || *s == '\n' || (property && (*s == ':' || *s == ',')))
			buf_printf(out, "%%%02X", (unsigned char)*s);
		else
			buf_add(out, s, 1);
	buf_free(&clean);
}

static void put_annotation(const struct judged *p, struct buf *out)
{
	const struct trace_meta *m = &p->trace->meta;
	const struct judgement *j = &p->judgement;

	buf_puts(out, "::error ");
	/* a file of the repository, not one that was shipped */
	if (m->file && *m->file != '/') {
		buf_puts(out, "file=");
		put_escaped(out, m->file, true);
		if (m->line)
			buf_printf(out, ",line=%d", m->line);
		buf_puts(out, ",");
	}
	buf_puts(out, "title=");
	put_escaped(out, text_or(m->name, "?"), true);
	buf_puts(out, "::");
	put_escaped(out, verdict_name(j->verdict), false);
	if (j->why) {
		buf_puts(out, ": ");
		put_escaped(out, j->why, false);
	}
	if (j->so) {
		buf_puts(out, "; ");
		put_escaped(out, j->so, false);
	}
	buf_puts(out, "\n");
}

void report_github(const struct run *r, struct buf *out)
{
	size_t n = 0;

	/* arms that only lack a control's proof come after what explains them */
	for (int unproven = 0; unproven < 2; unproven++)
		for (size_t i = 0; i < r->counted->n; i++) {
			const struct judged *p = r->counted->items[i].play;

			if (play_unexpected(p) && p->judgement.unproven == (bool)unproven &&
			    n++ < ANNOTATIONS)
				put_annotation(p, out);
		}
	for (size_t i = 0; i < shard_problems(r); i++)
		if (n++ < ANNOTATIONS) {
			buf_puts(out, "::error title=shards::");
			put_escaped(out, r->merged->problems[i], false);
			buf_puts(out, "\n");
		}
	if (n > ANNOTATIONS)
		buf_printf(out, "::error title=steadybridge::and %zu more\n", n - ANNOTATIONS);
}
