/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_shards.c: the shards that a run was merged from, and what is missing of them. */
#include "html/html.h"

#include <inttypes.h>

#include "base/macros.h"
#include "base/words.h"
#include "report/shard.h"

static void cell(const struct page *p, struct buf *text)
{
	html_cell(p->out, NULL, text->s);
	buf_free(text);
}

static void row(const struct page *p, const struct run *s)
{
	char text[WORDS_TEXT];
	struct buf b = {0};

	buf_puts(p->out, "<tr>");
	buf_printf(&b, "%u of %u", s->shard.index, s->shard.of);
	cell(p, &b);
	html_cell(p->out, NULL, text_or(s->shard.machine, "?"));
	buf_printf(&b, "Linux %s, %s", text_or(s->kernel, "?"), s->root ? "as root" : "rootless");
	cell(p, &b);
	plays_pace(s, &b);
	buf_printf(&b, ", seed %" PRIx64, s->seed);
	cell(p, &b);
	html_cell(p->out, NULL, words_count(s->shard.cases, text));
	html_cell(p->out, NULL, words_span(s->wall_real_ns, text));
	html_cell(p->out, NULL, text_or(s->out_dir, "?"));
	buf_puts(p->out, "</tr>\n");
}

void html_shards(const struct page *p)
{
	static const char *const titles[] = {
	    "shard", "machine", "kernel", "pace and seed", "cases", "played in", "folder"};
	const struct merged *m = p->run->merged;

	if (!m)
		return;
	buf_puts(p->out, "<h2 id=\"shards\">Shards</h2>\n");
	for (size_t i = 0; i < m->n_problems; i++) {
		buf_puts(p->out, "<p><span class=\"tag warn\">problem</span> ");
		html_text(p->out, m->problems[i]);
		buf_puts(p->out, "</p>\n");
	}
	buf_puts(p->out, "<div class=\"wide\"><table>\n<thead><tr>");
	for (size_t i = 0; i < ARRAY_SIZE(titles); i++)
		buf_printf(p->out, "<th scope=\"col\">%s</th>", titles[i]);
	buf_puts(p->out, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < m->n; i++)
		row(p, &m->shards[i]);
	buf_puts(p->out, "</tbody></table></div>\n");
}
