/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pause.c: `check --pause-on-fail`: a shell in the lab at the moment an arm has failed.
 *
 * Who plays may not judge: the runner reads the live tape, judges what it tells so far as if the
 * case had been paused there, and tells the player through an eventfd. It waits for a second
 * judgement that says the same: an answer may have come and not have been read yet. */
#include "command/pause.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/words.h"

/* A pipe or a file has commands, /dev/null has none. */
static bool somebody_there(const struct terminal *t)
{
	struct stat st;

	return t->there || (!fstat(t->in, &st) && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ||
	                                              S_ISREG(st.st_mode)));
}

int pause_open(struct pause *p, struct err *e)
{
	*p = (struct pause){.shell = {.pause = -1}};
	int r = terminal_open(&p->terminal, e);

	if (!r && !somebody_there(&p->terminal))
		r = err_set(e, ENOTTY,
		    "--pause-on-fail: standard input: expected a terminal or commands from a "
		    "pipe or file");
	int fd = r ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!r && fd < 0)
		r = err_set(e, errno, "eventfd:");
	if (!r)
		r = shell_init(&p->shell, &p->terminal, fd, e);
	if (r)
		pause_close(p);
	return r;
}

void pause_close(struct pause *p)
{
	if (p->shell.pause >= 0) {
		terminal_back(&p->terminal);
		close(p->shell.pause);
	}
	shell_free(&p->shell);
	terminal_close(&p->terminal);
}

/* The share of answers is known only at the end: it counts when no later answer can mend it. */
static void judge_so_far(const struct play_job *pj, struct trace *t, struct judgement *j)
{
	double least = t->meta.limits.answered;
	double sent = (double)pj->schedule.n_attempts * (double)(t->meta.n_streams - 1);

	t->meta.limits.answered = -1;
	judge_case(t, j);
	t->meta.limits.answered = least;
	if (j->verdict == VERDICT_FAIL || least < 0 ||
	    100 * (double)j->total.lost <= (100 - least) * sent)
		return;
	judgement_free(j);
	judge_case(t, j);
}

static void tell_why(const struct play_job *pj, const struct judgement *j, char *out)
{
	const char *end = strstr(j->why, "; paused at ");
	struct buf b = {0};
	char moment[WORDS_TEXT];

	buf_printf(&b, "\nPAUSED  %s failed\n  %.*s\n", pj->c->name,
	    end ? (int)(end - j->why) : (int)strlen(j->why), j->why);
	for (size_t i = 0; i < j->n_findings; i++)
		buf_printf(&b, "  %8s  %s\n", words_moment(j->findings[i].t_ns, moment),
		    j->findings[i].text);
	snprintf(out, LAB_SHELL_TEXT, "%s", b.s);
	buf_free(&b);
}

bool pause_wanted(struct pause *p, const struct play_job *pj)
{
	struct event now = {.type = EV_PHASE, .order = UINT32_MAX};
	struct trace t = {0};
	struct judgement j;

	if (p->told || pj->c->breaks != CAUSE_NONE || play_job_so_far(pj, &t)) {
		play_job_release(&t);
		return false;
	}
	now.t_ns = t.events[t.n - 1].t_ns;
	now.u.phase.phase = PHASE_PAUSED;
	trace_add(&t, &now);
	trace_sort(&t);
	judge_so_far(pj, &t, &j);
	p->failed = j.verdict == VERDICT_FAIL && !j.known ? p->failed + 1 : 0;
	if (p->failed > 1)
		tell_why(pj, &j, p->shell.note->why);
	judgement_free(&j);
	play_job_release(&t);
	return p->failed > 1;
}

void pause_tell(struct pause *p)
{
	const uint64_t one = 1;

	p->told = write(p->shell.pause, &one, sizeof(one)) == sizeof(one);
}

void pause_over(struct pause *p)
{
	uint64_t told;

	if (p->told)
		terminal_back(&p->terminal);
	(void)!read(p->shell.pause, &told, sizeof(told));
	p->told = false;
	p->failed = 0;
	p->shell.note->why[0] = '\0';
}
