/* SPDX-License-Identifier: GPL-2.0-or-later */
/* head.c: the first lines of a run: what is played, where and how. */
#include <inttypes.h>

#include "base/words.h"
#include "report/plays.h"
#include "report/shard.h"

static void machine(const struct run *r, struct buf *out)
{
	buf_printf(out, "  Linux %s  %s  ", text_or(r->kernel, "?"), r->root ? "root" : "rootless");
	plays_pace(r, out);
	buf_printf(out, "  seed %" PRIx64, r->seed);
}

void report_head(const struct run *r, size_t n_cases, struct buf *out)
{
	struct buf b = {0};
	char text[WORDS_TEXT];

	buf_printf(&b, "steadybridge %s", text_or(r->version, "?"));
	if (!r->merged)
		machine(r, &b);
	buf_printf(&b, "   %s case%s", words_count(n_cases, text), words_plural(n_cases));
	if (r->shard.of) {
		buf_puts(&b, ", ");
		shard_name(&r->shard, &b);
		buf_printf(&b, " (%s in all)", words_of(r->shard.whole_cases, "case", text));
	}
	if (r->merged)
		buf_printf(&b, ", merged from %s", words_of(r->merged->n, "shard", text));
	buf_puts(&b, "\n");
	shard_lines(r, &b);
	size_t head = b.len;
	plays_parts(r, &b);
	if (b.len > head)
		buf_puts(&b, "\n");
	text_clean(out, b.s);
	buf_free(&b);
}

void report_instrument(const struct run *r, struct buf *out)
{
	struct buf b = {0};
	char took[WORDS_TEXT];

	buf_printf(&b, "instrument: %s     %s, %s\n", text_or(r->instrument_text, "?"),
	    r->instrument_ok ? "ok" : "NOT OK", words_span(r->instrument_real_ns, took));
	text_clean(out, b.s);
	buf_free(&b);
}
