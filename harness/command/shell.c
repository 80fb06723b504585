/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell.c: `steadybridge shell`: a shell in the lab of a case. */
#include "command/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/status.h"
#include "base/units.h"
#include "cli/selection.h"
#include "cli/subjects.h"
#include "command/command.h"
#include "host/prereqs.h"
#include "run/play_job.h"

static int find_shell(char *path, int size, struct err *e)
{
	const char *const names[] = {getenv("STEADYBRIDGE_SHELL"), "bash", "sh"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i] && *names[i] && proc_find(names[i], path, size))
			return 0;
	return err_set(e, ENOENT, "no shell found: install bash or sh");
}

int shell_init(struct lab_shell *h, const struct terminal *t, int pause, struct err *e)
{
	char shell[PATH_MAX], program[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int r = find_shell(shell, sizeof(shell), e);

	*h = (struct lab_shell){.in = t->in, .out = t->out, .err = t->err, .pause = pause};
	if (r)
		return r;
	if (len < 0)
		return err_set(e, errno, "/proc/self/exe:");
	program[len] = '\0';
	h->note =
	    mmap(NULL, sizeof(*h->note), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (h->note == MAP_FAILED) {
		h->note = NULL;
		return err_set(e, errno, "shared memory:");
	}
	h->program = mem_strdup(program);
	h->shell = mem_strdup(shell);
	return 0;
}

void shell_free(struct lab_shell *h)
{
	if (h->note)
		munmap(h->note, sizeof(*h->note));
	free((char *)h->program);
	free((char *)h->shell);
	*h = (struct lab_shell){0};
}

static int shell_in_case(
    const struct scenario_case *c, const struct options *o, struct lab_shell *h, int *signal_no)
{
	struct utsname uts;
	struct err e = {{0}};
	struct pool pool = {.at_once = 1};
	struct seed_pace asked = o->asked;

	uname(&uts);
	if (!asked.pace_given) { /* by hand nobody is faster, whatever pace a case.yaml was played
		                    at */
		asked.pace = 1;
		asked.pace_given = true;
	}
	struct seed_pace with = seed_pace_in_force(&asked, c->scenario);
	struct play_job *pj =
	    play_job_new(c, with.seed, with.pace, (struct play_id){0}, uts.release);
	struct job *jobs[] = {&pj->job};
	int status = STATUS_CANNOT;

	pj->batch_link.shell = h;
	/* shell_init() made it: NOLINTNEXTLINE(*-core.NullDereference) */
	h->note->status = -1;
	if (pool_run(&pool, jobs, 1, signal_no, &e))
		fprintf(stderr, "steadybridge shell: %s\n", e.text);
	else if (h->note->status >= 0)
		status = h->note->status;
	else
		fprintf(stderr, "steadybridge shell: %s\n",
		    h->note->opened ? "the lab was killed" : pj->judged.judgement.why);
	play_job_free(pj);
	return status;
}

static int open_case(const struct scenario_case *c, const struct options *o)
{
	struct prereq_set set = {0};
	size_t n;

	prereqs_add(&set, c);
	const struct prereq *prereqs = prereqs_look_for(&set, &n);
	const struct prereq *missing = prereqs_missing_for(prereqs, n, c);
	const char *remedy = missing ? missing->remedy : NULL,
	           *why = missing ? missing->name : subjects_missing(c, &remedy);
	int status = STATUS_CANNOT, signal_no = 0;
	struct terminal t;
	struct lab_shell h;
	struct err e = {{0}};

	if (why) {
		fprintf(stderr, "missing: %s\n  remedy: %s\n", why, remedy);
		return STATUS_CANNOT;
	}
	if (terminal_open(&t, &e)) {
		fprintf(stderr, "steadybridge shell: %s\n", e.text);
		return STATUS_USAGE;
	}
	if (shell_init(&h, &t, -1, &e)) {
		fprintf(stderr, "steadybridge shell: %s\n", e.text);
	} else {
		h.command = o->command;
		status = shell_in_case(c, o, &h, &signal_no);
		terminal_back(&t);
	}
	shell_free(&h);
	terminal_close(&t);
	if (signal_no) {
		signal(signal_no, SIG_DFL);
		raise(signal_no);
	}
	return status;
}

static int run(struct options *o)
{
	const struct scenario_case *c;
	struct scenarios s = {0};
	int r = selection_read_case(o, &s, &c);

	if (!r)
		r = open_case(c, o);
	load_free(&s);
	return r;
}

const struct command command_shell = {"shell", "CASE [FILE]", 1, 2,
    "open a shell in the lab of a case, for churn by hand",
    OPTION_SET | OPTION_SEED | OPTION_PACE | OPTION_COMMAND,
    "lowest-port-leaves/inherited,leaves-by=delete", run};
