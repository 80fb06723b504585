/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screen.c: `check --watch`: the lanes of a case and its control, drawn while they are played. */
#include "cli/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"

#define COLUMNS 80
#define REST 4 /* drawing takes one part in so many of the time at most */

bool screen_wants(const struct scenario_case *watched, const struct scenario_case *c)
{
	if (c == watched)
		return true;
	return watched->breaks == CAUSE_NONE && c->breaks != CAUSE_NONE &&
	       !strcmp(c->group, watched->group);
}

/* As setlocale() would decide; the first that is set counts. */
static bool is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *s = getenv(names[i]);

		if (s && *s)
			return strcasestr(s, "utf-8") || strcasestr(s, "utf8");
	}
	return false;
}

static void measure(struct screen *s)
{
	struct winsize size = {0};
	const char *columns = getenv("COLUMNS");

	s->rows = 0;
	s->style.columns = columns ? atoi(columns) : 0;
	if (s->terminal && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col) {
		s->style.columns = size.ws_col;
		s->rows = size.ws_row;
	}
	if (s->style.columns <= 0)
		s->style.columns = COLUMNS;
}

void screen_open(struct screen *s)
{
	const char *no_color = getenv("NO_COLOR");

	*s = (struct screen){.terminal = isatty(STDOUT_FILENO)};
	s->style.utf8 = is_utf8();
	s->style.color = s->terminal && !(no_color && *no_color);
	measure(s);
}

static void draw_play(const struct screen *s, const struct play_job *pj, struct buf *out)
{
	struct trace live = {0};
	struct judged so_far = {.trace = &live};
	const struct judged *play = &pj->judged;

	if (!play->trace) {
		play_job_so_far(pj, &live);
		judge_play(&so_far);
		play = &so_far;
	}
	watch_draw(play, &s->style, out);
	judged_free(&so_far);
	play_job_release(&live);
}

static void draw(const struct screen *s, const struct playlist *p, struct buf *out)
{
	for (int controls = 1; controls >= 0; controls--)
		for (size_t i = 0; i < p->n; i++) {
			const struct play_job *pj = p->items[i];

			if ((pj->c->breaks != CAUSE_NONE) != controls ||
			    pj != playlist_last(p, pj->c, false))
				continue;
			draw_play(s, pj, out);
			buf_puts(out, "\n");
		}
	watch_legend(&s->style, out);
}

/* In place: over what was drawn before; what does not fit is left out. A line is erased before it
 * is written: with its last column filled the cursor still stands on that. */
static void show(struct screen *s, const struct buf *b)
{
	int lines = 0, columns = s->style.columns;
	struct buf out = {0};

	measure(s);
	if (s->lines && columns != s->style.columns)
		buf_puts(&out, "\033[2J\033[H"); /* the old lines were wrapped */
	else if (s->lines)
		buf_printf(&out, "\033[%dA\r", s->lines);
	for (const char *line = b->s; *line && (!s->rows || lines < s->rows - 1); lines++) {
		size_t len = strcspn(line, "\n");

		buf_puts(&out, "\033[2K");
		buf_add(&out, line, len);
		buf_puts(&out, "\n");
		line += len + (line[len] == '\n');
	}
	buf_puts(&out, "\033[J");
	fwrite(out.s, 1, out.len, stdout);
	fflush(stdout);
	buf_free(&out);
	s->lines = lines;
}

void screen_look(struct screen *s, const struct playlist *p)
{
	int64_t began = clock_now_ns();
	struct buf b = {0};

	if (!s->terminal || began < s->next_ns)
		return;
	draw(s, p, &b);
	show(s, &b);
	buf_free(&b);
	int64_t took = clock_now_ns() - began;
	s->next_ns = began + (took * REST > SCREEN_TICK_NS ? took * REST : SCREEN_TICK_NS);
}

void screen_last(struct screen *s, const struct playlist *p)
{
	struct buf b = {0};

	draw(s, p, &b);
	if (s->terminal) {
		show(s, &b);
		fputs("\n", stdout);
	} else {
		fwrite(b.s, 1, b.len, stdout);
	}
	buf_free(&b);
}
