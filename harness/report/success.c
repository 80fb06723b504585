/* SPDX-License-Identifier: GPL-2.0-or-later */
/* success.c: the DNS success ratio of controls beside that of arms, for every report. */
#include "base/words.h"
#include "report/success.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void success_of(const struct plays *plays, const char *scenario, struct success *out)
{
	*out = (struct success){0};
	for (size_t i = 0; i < plays->n; i++) {
		const struct judged *p = plays->items[i].play;
		const struct trace_meta *m = &p->trace->meta;
		const struct counts *c = &p->judgement.total;
		struct lookups *l = m->breaks != CAUSE_NONE ? &out->controls : &out->arms;

		if (p->judgement.verdict == VERDICT_SKIP ||
		    p->judgement.verdict == VERDICT_INVALID ||
		    (scenario && strcmp(text_or(m->scenario, "?"), scenario)))
			continue;
		l->sent += c->sent;
		l->answered += c->answered;
		l->lost += c->lost;
	}
}

char *success_percent(const struct lookups *l, char *out)
{
	double percent = l->sent ? 100.0 * (double)l->answered / (double)l->sent : 0, shown = 0;

	if (!l->sent)
		return strcpy(out, "-");
	if (!l->answered || l->answered == l->sent)
		return strcpy(out, l->answered ? "100 %" : "0 %");
	for (int decimals = 1; decimals < 15 && (shown <= 0 || shown >= 100); decimals++) {
		snprintf(out, WORDS_TEXT, "%.*f %%", decimals, percent);
		shown = strtod(out, NULL);
	}
	return out;
}

void success_text(const struct lookups *l, struct buf *out)
{
	char percent[WORDS_TEXT], answered[WORDS_TEXT], sent[WORDS_TEXT];

	buf_puts(out, success_percent(l, percent));
	if (l->sent)
		buf_printf(out, " (%s of %s lookup%s)", words_count(l->answered, answered),
		    words_count(l->sent, sent), words_plural(l->sent));
}

void success_line(const struct plays *plays, struct buf *out)
{
	struct success s;

	success_of(plays, NULL, &s);
	if (!s.controls.sent && !s.arms.sent)
		return;
	buf_puts(out, "answered  controls ");
	success_text(&s.controls, out);
	buf_puts(out, ", arms ");
	success_text(&s.arms, out);
	buf_puts(out, "\n");
}
