/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.c: one line for a terminal while a run goes on. */
#include "base/words.h"
#include "report/report.h"

void report_progress(const struct progress *p, bool color, struct buf *out)
{
	char text[WORDS_TEXT];

	buf_printf(out, "%zu of %zu case%s done, %zu running", p->done, p->cases,
	    words_plural(p->cases), p->running);
	if (p->failed)
		buf_printf(out, ", %s%zu failed%s", color ? "\033[1;31m" : "", p->failed,
		    color ? "\033[0m" : "");
	if (p->unclear)
		buf_printf(out, ", %zu undecided", p->unclear);
	if (p->again)
		buf_printf(out, ", %zu to retry", p->again);
	if (p->left_real_ns >= 0)
		buf_printf(out, ", about %s left", words_span(p->left_real_ns, text));
}
