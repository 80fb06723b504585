/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_tools.c: what became of the bridges that real tools made. */
#include <inttypes.h>

#include "base/words.h"
#include "html/html.h"
#include "judge/tool_outcome.h"
#include "report/text.h"

static void verb_cell(const struct page *p, const struct judged *play, bool attach)
{
	char span[WORDS_TEXT];
	int64_t ns = tool_verb_ns(play, attach);

	html_cell(p->out, "n", ns ? words_span(ns, span) : "-");
}

static void row(const struct page *p, size_t i)
{
	const struct judged *play = p->plays->items[i].play;
	const struct judgement *j = &play->judgement;

	buf_printf(p->out, "<tr><th scope=\"row\"><a href=\"#c%zu\">", i + 1);
	html_text(p->out, text_or(play->trace->meta.name, "?"));
	buf_puts(p->out, "</a></th>");
	html_cell(p->out, NULL, play->trace->meta.tool);
	enum tool_outcome outcome = tool_outcome(play);
	/* that a control's bridge flaps is expected, but not good */
	const char *class = outcome == TOOL_HOLDS        ? "pass"
	                    : j->verdict == VERDICT_FAIL ? "fail"
	                                                 : "warn";
	buf_printf(
	    p->out, "<td><span class=\"tag %s\">%s</span></td>", class, tool_outcome_name(outcome));
	buf_printf(p->out, "<td class=\"n\">%lu of %lu</td>", j->total.lost, j->total.sent);
	verb_cell(p, play, true);
	verb_cell(p, play, false);
	buf_printf(p->out, "<td class=\"n\">%u</td></tr>\n", j->exposures);
}

void html_tools(const struct page *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->plays->n; i++)
		n += p->plays->items[i].play->trace->meta.tool != NULL;
	if (!n)
		return;
	buf_puts(p->out,
	    "<h2 id=\"tools\">Bridges that tools made</h2>\n<div class=\"wide\"><table>\n"
	    "<thead><tr><th scope=\"col\">case</th><th scope=\"col\">tool</th><th "
	    "scope=\"col\">its bridge</th><th class=\"n\" scope=\"col\">lookups lost</th><th "
	    "class=\"n\" scope=\"col\">attach</th><th class=\"n\" scope=\"col\">detach</th><th "
	    "class=\"n\" scope=\"col\">exposures</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < p->plays->n; i++)
		if (p->plays->items[i].play->trace->meta.tool)
			row(p, i);
	buf_puts(p->out, "</tbody></table></div>\n");
}
