/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg_history.c: a case over many runs: the longest outage of each play above its verdict. */
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "run_history/svg_history.h"

#define WIDTH 360
#define EDGE 4
#define OUTAGES 24 /* their height, and that of the verdicts and of the space above them */
#define VERDICTS 7
#define SPACE 7

static double x_of(const struct run_history *h, size_t run)
{
	double runs = (double)h->n_runs - 1;

	return runs > 0 ? EDGE + (WIDTH - 2 * EDGE) * (double)run / runs : WIDTH / 2.0;
}

static double y_of(int64_t ns, int64_t most_ns)
{
	return EDGE + OUTAGES * (most_ns > 0 ? 1 - (double)ns / (double)most_ns : 1);
}

static void move(double x, double y, const char *to, struct buf *path)
{
	buf_puts(path, "M");
	svg_num(path, x);
	buf_puts(path, " ");
	svg_num(path, y);
	buf_puts(path, to);
}

/* One path of all that looks alike: hundreds of runs make few elements. */
static void put_path(const char *class, struct buf *path, struct buf *out)
{
	if (path->len)
		buf_printf(out, "<g class=\"%s\"><path d=\"%s\"/></g>\n", class, path->s);
	buf_free(path);
}

/* "a" is good, "x" is bad, "l" is neither or needed a retry, "o" was not played. */
static char class_of(const struct run_history_play *p)
{
	return p->verdict == VERDICT_SKIP                  ? 'o'
	       : p->verdict == VERDICT_FAIL                ? 'x'
	       : p->verdict == VERDICT_PASS && !p->retries ? 'a'
	                                                   : 'l';
}

static void add_verdicts(
    const struct run_history *h, const struct run_history_case *c, struct buf *out)
{
	for (const char *class = "oalx"; *class; class ++) {
		const char name[] = {*class, '\0'};
		struct buf path = {0};

		for (size_t i = 0; i < c->n; i++)
			if (class_of(&c->plays[i]) == *class)
				move(x_of(h, c->plays[i].run), EDGE + OUTAGES + SPACE, "v7", &path);
		put_path(name, &path, out);
	}
}

static void add_outages(
    const struct run_history *h, const struct run_history_case *c, int64_t most_ns, struct buf *out)
{
	struct buf dots = {0}, line = {0};

	for (size_t i = 0; i < c->n; i++) {
		const struct run_history_play *p = &c->plays[i];

		if (p->longest_ns < 0)
			continue;
		double x = x_of(h, p->run), y = y_of(p->longest_ns, most_ns);
		move(x, y, "h0", &dots);
		buf_puts(&line, line.len ? "L" : "M");
		svg_num(&line, x);
		buf_puts(&line, " ");
		svg_num(&line, y);
	}
	if (line.len)
		buf_printf(out, "<path class=\"base\" d=\"%s\"/>\n", line.s);
	buf_free(&line);
	put_path("o", &dots, out);
}

/* Where kernel, tools or steadybridge are others than in the run before. */
static void add_changes(const struct run_history *h, struct buf *out)
{
	struct buf path = {0};

	for (size_t i = 1; i < h->n_runs; i++)
		if (h->runs[i].setup != h->runs[i - 1].setup)
			move((x_of(h, i - 1) + x_of(h, i)) / 2, 0, "v42", &path);
	if (path.len)
		buf_printf(out, "<path class=\"grid\" d=\"%s\"/>\n", path.s);
	buf_free(&path);
}

void svg_history(const struct run_history *h, const struct run_history_case *c, unsigned id,
    int64_t most_ns, struct buf *out)
{
	char runs[WORDS_TEXT];
	char *desc = mem_printf("%s by time. Above: the longest outage of each play. Below: its "
	                        "verdict.",
	    words_of(h->n_runs, "run", runs));

	svg_open(out, id, WIDTH, 2 * EDGE + OUTAGES + SPACE + VERDICTS, c->name, desc, NULL);
	add_changes(h, out);
	add_outages(h, c, most_ns, out);
	add_verdicts(h, c, out);
	buf_puts(out, "</svg>\n");
	free(desc);
}
