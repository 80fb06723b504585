/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_plots.c: three plots of a run, each with its table. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/words.h"
#include "html/html.h"
#include "html/svg.h"

#define MAX_ROWS 80 /* of a picture */
#define TABLE_ROWS 500

static const struct judged *play_at(const struct page *p, size_t i)
{
	return p->plays->items[i].play;
}

static bool is_control(const struct judged *p)
{
	return p->trace->meta.breaks != CAUSE_NONE;
}

/* The bridge's MAC was set by somebody before t=0. */
static bool is_pinned(const struct judged *p)
{
	for (size_t i = 0; i < p->trace->n; i++) {
		const struct event *ev = &p->trace->events[i];

		if (ev->type == EV_STATE && !ev->u.state.at_end)
			return ev->u.state.assign_type == ADDR_ASSIGN_SET;
	}
	return false;
}

static enum svg_shape shape(const struct judged *p)
{
	return is_control(p) ? SVG_CROSS : is_pinned(p) ? SVG_SQUARE : SVG_RING;
}

static double lost_share(const struct judgement *j)
{
	return j->total.sent ? 100.0 * (double)j->total.lost / (double)j->total.sent : 0;
}

static double exposures_a_minute(const struct judged *p)
{
	double minutes = (double)p->trace->meta.duration_ns / (60.0 * NS_PER_S);

	return minutes > 0 ? (double)p->judgement.exposures / minutes : 0;
}

static const char *outage_words(int64_t longest_ns, char *out)
{
	return longest_ns ? words_span(longest_ns, out) : "none";
}

static void heading(const struct page *p, const struct svg_plot *plot, const char *what)
{
	buf_printf(p->out,
	    "<h3 class=\"group\">%s</h3>\n<p class=\"small dim\">%s</p>\n"
	    "<figure><div class=\"wide\">",
	    plot->title, what);
}

static void table_begin(const struct page *p, const char *const columns[])
{
	buf_puts(p->out, "</div>\n<details class=\"more\"><summary>The same as a table</summary>\n"
	                 "<div class=\"wide\"><table>\n<thead><tr>");
	for (size_t i = 0; columns[i]; i++)
		buf_printf(p->out, "<th scope=\"col\">%s</th>", columns[i]);
	buf_puts(p->out, "</tr></thead>\n<tbody>\n");
}

static void table_end(const struct page *p, size_t rows)
{
	buf_puts(p->out, "</tbody></table></div>\n");
	if (rows > TABLE_ROWS)
		buf_printf(p->out,
		    "<p class=\"small\">%zu further rows are left out; results.json has all.</p>\n",
		    rows - TABLE_ROWS);
	buf_puts(p->out, "</details></figure>\n");
}

/* Begins a row: its first cell. */
static void case_link(const struct page *p, size_t i)
{
	buf_printf(p->out, "<tr><td><a href=\"#c%zu\">", i + 1);
	html_text(p->out, text_or(play_at(p, i)->trace->meta.name, "?"));
	buf_puts(p->out, "</a></td>");
}

/* The cases of one arm of one scenario. */
struct group {
	const char *scenario, *arm;
	enum svg_shape shape;
	bool control;
	double *shares;
	size_t n, cap;
	double least, most;
	char *lost; /* these in words */
	int64_t longest_ns;
};

static bool same_group(const struct group *g, const struct judged *p)
{
	const struct trace_meta *m = &p->trace->meta;

	return !strcmp(g->scenario, text_or(m->scenario, "?")) &&
	       !strcmp(g->arm, text_or(m->arm, "?")) && g->control == is_control(p);
}

static struct group *make_groups(const struct page *p, size_t *n)
{
	struct group *groups = mem_alloc(p->plays->n * sizeof(*groups));

	*n = 0;
	for (size_t i = 0; i < p->plays->n; i++) {
		const struct judged *play = play_at(p, i);
		double share = lost_share(&play->judgement);
		size_t at = *n;

		while (at > 0 && !same_group(&groups[at - 1], play))
			at--;
		if (!at) {
			at = ++*n;
			groups[at - 1] = (struct group){
			    .scenario = text_or(play->trace->meta.scenario, "?"),
			    .arm = text_or(play->trace->meta.arm, "?"),
			    .control = is_control(play),
			    .shape = shape(play),
			    .least = share,
			};
		}
		struct group *g = &groups[at - 1];
		*MEM_PUSH(g->shares, g->n, g->cap) = share;
		g->least = fmin(g->least, share);
		g->most = fmax(g->most, share);
		if (play->judgement.longest_ns > g->longest_ns)
			g->longest_ns = play->judgement.longest_ns;
	}
	for (struct group *g = groups; g < groups + *n; g++)
		g->lost = g->most - g->least < 0.05
		              ? mem_printf("%.1f %%", g->most)
		              : mem_printf("%.1f to %.1f %%", g->least, g->most);
	return groups;
}

/* Groups of a scenario need not stand together: the scenario of each is looked up. */
static size_t group_rows(
    const struct group *groups, size_t n, struct svg_row *rows, size_t *left_out)
{
	size_t used = 0, shown = 0;

	for (size_t s = 0; s < n; s++) {
		bool first = true;

		for (size_t i = 0; i < s; i++)
			first &= strcmp(groups[i].scenario, groups[s].scenario) != 0;
		if (!first || used + 2 > MAX_ROWS)
			continue;
		rows[used++] = (struct svg_row){.name = groups[s].scenario, .heading = true};
		for (int control = 1; control >= 0; control--)
			for (size_t i = s; i < n && used < MAX_ROWS; i++) {
				const struct group *g = &groups[i];
				char longest[WORDS_TEXT];

				if (strcmp(g->scenario, groups[s].scenario) ||
				    g->control != (bool)control)
					continue;
				rows[used++] = (struct svg_row){
				    .name = g->arm,
				    .value = mem_printf("%s%s%s", g->lost,
				        g->longest_ns ? ", " : "",
				        g->longest_ns ? words_span(g->longest_ns, longest) : ""),
				    .shape = g->shape,
				    .x = g->shares,
				    .n = g->n,
				};
				shown++;
			}
	}
	*left_out = n - shown;
	return used;
}

static void note_left_out(const struct page *p, size_t n, const char *what)
{
	if (n)
		buf_printf(p->out, "<figcaption>%zu %s.</figcaption>\n", n, what);
}

static void plot_arms(struct page *p)
{
	static const char *const columns[] = {
	    "scenario", "arm", "must", "cases", "lookups lost", "longest outage", NULL};
	struct svg_row rows[MAX_ROWS];
	size_t n, left_out;
	struct group *groups = make_groups(p, &n);
	size_t used = group_rows(groups, n, rows, &left_out);
	const struct svg_plot plot = {
	    .id = ++p->svgs,
	    .title = "Lookups lost by controls and arms",
	    .desc =
	        "One row for each control and arm; a mark is the share of lookups that one case "
	        "lost.",
	    .x_title = "lookups lost, percent",
	    .hi = 100,
	};

	heading(p, &plot,
	    "Each mark is a case. Cross: a control, which must break. Square: a pinned arm, which "
	    "must hold. Ring: an arm that inherits its MAC and must hold. Right: share lost, "
	    "longest outage.");
	svg_rows(&plot, rows, used, p->out);
	note_left_out(p, left_out, "further arms are only in the table");
	table_begin(p, columns);
	for (size_t i = 0; i < n && i < TABLE_ROWS; i++) {
		const struct group *g = &groups[i];
		char text[WORDS_TEXT];

		buf_puts(p->out, "<tr>");
		html_cell(p->out, NULL, g->scenario);
		html_cell(p->out, NULL, g->arm);
		html_cell(p->out, NULL, g->control ? "break" : "hold");
		html_cell(p->out, "n", words_count(g->n, text));
		html_cell(p->out, "n", g->lost);
		html_cell(p->out, "n", outage_words(g->longest_ns, text));
		buf_puts(p->out, "</tr>\n");
	}
	table_end(p, n);
	for (size_t i = 0; i < used; i++)
		free((char *)rows[i].value);
	for (size_t i = 0; i < n; i++) {
		free(groups[i].shares);
		free(groups[i].lost);
	}
	free(groups);
}

/* Which cases get a row: the unexpected first, then as they come. */
static bool *choose_rows(const struct page *p, size_t *left_out)
{
	bool *chosen = mem_alloc(p->plays->n * sizeof(*chosen));
	size_t n = 0;

	for (int unexpected = 1; unexpected >= 0; unexpected--)
		for (size_t i = 0; i < p->plays->n && n < MAX_ROWS / 2; i++)
			if (play_unexpected(play_at(p, i)) == (bool)unexpected) {
				chosen[i] = true;
				n++;
			}
	*left_out = p->plays->n - n;
	return chosen;
}

static size_t outage_rows(const struct page *p, struct svg_row *rows, double *seconds,
    size_t *left_out, double *lo, double *hi)
{
	bool *chosen = choose_rows(p, left_out);
	const char *scenario = "";
	size_t used = 0;

	for (size_t i = 0; i < p->plays->n; i++) {
		const struct judged *play = play_at(p, i);
		const struct trace_meta *m = &play->trace->meta;
		const char *name = text_or(m->name, "?"), *slash = strchr(name, '/');
		double unseen = (double)play->judgement.resolution_ns / NS_PER_S;
		char text[WORDS_TEXT];

		if (!chosen[i])
			continue;
		if (strcmp(scenario, text_or(m->scenario, "?"))) {
			scenario = text_or(m->scenario, "?");
			if (used + 2 > 2 * MAX_ROWS)
				break;
			rows[used++] = (struct svg_row){.name = scenario, .heading = true};
		}
		seconds[i] = (double)play->judgement.longest_ns / NS_PER_S;
		rows[used++] = (struct svg_row){
		    .name = slash ? slash + 1 : name,
		    .value = mem_strdup(outage_words(play->judgement.longest_ns, text)),
		    .shape = shape(play),
		    .x = &seconds[i],
		    .n = 1,
		    .unseen = unseen,
		};
		*hi = fmax(*hi, fmax(unseen, seconds[i]) * 1.2);
		if (unseen > 0)
			*lo = fmin(*lo, unseen / 3);
	}
	free(chosen);
	return used;
}

static void plot_outages(struct page *p)
{
	static const char *const columns[] = {
	    "case", "longest outage", "shortest detectable outage", "verdict", NULL};
	struct svg_row *rows = mem_alloc(2 * (MAX_ROWS + 1) * sizeof(*rows));
	double *seconds = mem_alloc(p->plays->n * sizeof(*seconds)), lo = 0.1, hi = 10;
	size_t left_out, used = outage_rows(p, rows, seconds, &left_out, &lo, &hi), n = p->plays->n;
	const struct svg_plot plot = {
	    .id = ++p->svgs,
	    .title = "Longest outage of each case",
	    .desc = "A mark is the longest outage of a case; the grey bar ends at the shortest "
	            "detectable outage of the case.",
	    .x_title = "seconds, logarithmic",
	    .lo = fmax(lo, 0.001),
	    .hi = fmin(hi, 1e6),
	    .log = true,
	};

	heading(p, &plot,
	    "The grey bar ends at the shortest detectable outage of the case. Marks as above; a "
	    "case that lost nothing has none.");
	svg_rows(&plot, rows, used, p->out);
	note_left_out(p, left_out, "further cases are only in the table");
	table_begin(p, columns);
	for (size_t i = 0; i < n && i < TABLE_ROWS; i++) {
		const struct judgement *j = &play_at(p, i)->judgement;
		char text[WORDS_TEXT];

		case_link(p, i);
		html_cell(p->out, "n", outage_words(j->longest_ns, text));
		html_cell(p->out, "n", words_span(j->resolution_ns, text));
		html_cell(p->out, NULL, html_word(play_at(p, i)));
		buf_puts(p->out, "</tr>\n");
	}
	table_end(p, n);
	for (size_t i = 0; i < used; i++)
		free((char *)rows[i].value);
	free(rows);
	free(seconds);
}

static void plot_churn(struct page *p)
{
	static const char *const columns[] = {
	    "case", "exposures a minute", "answered", "bridge", NULL};
	size_t n = p->plays->n, used = 0;
	struct svg_point *points = mem_alloc(n * sizeof(*points));
	double lo = 1, hi = 10, y_lo = 90;

	for (size_t i = 0; i < n; i++) {
		const struct judged *play = play_at(p, i);
		double x = exposures_a_minute(play), y = 100 - lost_share(&play->judgement);

		if (!(x > 0) || !play->judgement.total.sent || used >= 2000)
			continue;
		points[used++] = (struct svg_point){x, y, shape(play)};
		lo = fmin(lo, x / 1.3);
		hi = fmax(hi, x * 1.3);
		y_lo = fmin(y_lo, 10 * floor(y / 10));
	}
	const struct svg_plot plot = {
	    .id = ++p->svgs,
	    .title = "Answered lookups and exposures",
	    .desc =
	        "A mark is a case: its exposures a minute, and the share of its lookups that was "
	        "answered.",
	    .x_title = "exposures a minute of scenario time, logarithmic",
	    .lo = fmax(lo, 1e-3),
	    .hi = fmin(hi, 1e6),
	    .log = true,
	};
	heading(p, &plot,
	    "Each mark is a case. An exposure is a change of what a bridge inherits from its "
	    "ports: lowest MAC, smallest MTU or carrier. Marks as above.");
	svg_points(&plot, y_lo, points, used, p->out);
	note_left_out(p, n - used,
	    n - used == 1 ? "case had no exposure, and is only in the table"
	                  : "cases had no exposure, and are only in the table");
	table_begin(p, columns);
	for (size_t i = 0; i < n && i < TABLE_ROWS; i++) {
		const struct judged *play = play_at(p, i);
		char *per_minute = mem_printf("%.1f", exposures_a_minute(play));
		char *answered = mem_printf("%.2f %%", 100 - lost_share(&play->judgement));

		case_link(p, i);
		html_cell(p->out, "n", per_minute);
		html_cell(p->out, "n", play->judgement.total.sent ? answered : "no lookup sent");
		html_cell(p->out, NULL, is_pinned(play) ? "pinned" : "inherits");
		buf_puts(p->out, "</tr>\n");
		free(per_minute);
		free(answered);
	}
	table_end(p, n);
	free(points);
}

void html_plots(struct page *p)
{
	buf_puts(p->out, "<h2 id=\"plots\">Plots</h2>\n");
	plot_arms(p);
	plot_outages(p);
	plot_churn(p);
}
