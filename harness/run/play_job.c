/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play_job.c: one play of one case as a job for the pool. */
#include "run/play_job.h"

#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "run/hang.h"
#include "run/pcapfile.h"
#include "run/worker.h"
#include "schedule/schedule_meta.h"

#define PACKET_BUFFER_BYTES (64 << 20) /* the same; an attempt takes about 1.5 KiB */
#define SUBJECT_S                                                                                  \
	180         /* what the verbs of a subject may take in all; each has a limit of its own    \
	             */
#define MARGIN_S 90 /* libcheck's limit, beyond what the case plays */

/* Its lab may take its time, and then the rest of a lab's worth, so that whoever sees more than the
 * pool does speaks first. Waiting for others is no fault. */
static int64_t deadline_ns(const struct job *job, int64_t gate_ns)
{
	const struct play_job *pj = job->arg;
	const struct batch_link *with = &pj->batch_link;
	int64_t lab_ns = with->patience_ns ? with->patience_ns : PLAYER_PATIENCE_NS;
	int64_t verbs_ns = *pj->c->subject ? SUBJECT_S * NS_PER_S : 0;
	int64_t stands_ns = atomic_load(&pj->tape->stands_ns);

	if (with->shell)
		return INT64_MAX;
	if (!stands_ns)
		return job->began_ns + lab_ns + PLAY_JOB_GRACE_NS(lab_ns) +
		       (pj->c->stp
		               ? (int64_t)(2 * (double)pj->c->forward_delay_ns / pj->schedule.pace)
		               : 0);
	if (!gate_ns)
		return INT64_MAX;
	return (stands_ns > gate_ns ? stands_ns : gate_ns) + with->after_ns + job->cost_ns +
	       verbs_ns + PLAY_JOB_GRACE_NS(lab_ns);
}

/* A process of the play hangs: that is the last event of its trace. */
static void hung(struct job *job)
{
	struct play_job *pj = job->arg;
	struct event ev = {.t_ns = clock_now_ns(), .type = EV_PHASE};
	char who[40];

	hang_text(job->pid, who, sizeof(who));
	ev.u.phase.phase = PHASE_LAB_FAILED;
	snprintf(ev.u.phase.text, sizeof(ev.u.phase.text), "%.39s, after %.1f s", who,
	    (double)(clock_now_ns() - job->began_ns) / NS_PER_S);
	tape_put(pj->tape, &ev);
}

/* The job of this worker; a libcheck test gets no argument of ours. */
static struct play_job *mine;

static int play(void *arg)
{
	struct play_job *pj = arg;
	struct err e = {{0}};
	char *conf = data_path("fixtures/dnsmasq.conf");
	int r =
	    player_play(pj->c, &pj->schedule, &pj->trace.meta, conf, pj->tape, &pj->batch_link, &e);

	if (r)
		snprintf(pj->tape->message, sizeof(pj->tape->message), "%s", e.text);
	return r != 0;
}

static void read_tape(const struct play_job *pj, struct trace *t)
{
	struct err e = {{0}};

	if (tape_read(pj->tape, pj->tape_bytes, t, &e))
		fprintf(stderr, "%s\n", e.text);
}

int play_job_so_far(const struct play_job *pj, struct trace *t)
{
	*t = (struct trace){.meta = pj->trace.meta};
	if (pj->job.pid && pj->tape && atomic_load(&pj->tape->start_ns))
		read_tape(pj, t);
	return t->n ? 0 : -EAGAIN;
}

/* All of meta but t0 is the job's. */
void play_job_release(struct trace *t)
{
	free(t->meta.t0);
	free(t->events);
	*t = (struct trace){0};
}

/* A play that ended without saying why: the last output of its worker or of a process that the
 * worker started. */
static void add_last_words(struct play_job *pj)
{
	struct trace *t = &pj->trace;
	char said[256], *why;
	size_t n = t->n;

	pj->tape->message[sizeof(pj->tape->message) - 1] = '\0';
	const char *message = pj->tape->message;
	if (t->whole && !message[0])
		return;
	for (size_t i = 0; i < n; i++)
		if (t->events[i].type == EV_PHASE && t->events[i].u.phase.phase >= PHASE_LAB_FAILED)
			return;
	proc_said(pj->job.log_fd, true, said, sizeof(said));
	if (message[0])
		why = mem_printf("%s%s%s", message, said[0] ? ": " : "", said);
	else if (said[0])
		why = mem_strdup(said);
	else if (pj->job.status == WORKER_NO_SANDBOX)
		why = mem_strdup(pj->job.note->message);
	else
		why = mem_printf("its worker %s %d",
		    pj->job.status > 128 ? "was killed by signal" : "ended with status",
		    pj->job.status > 128 ? pj->job.status - 128 : pj->job.status);
	for (const char *left = why; *left;) {
		struct event ev = {.t_ns = n ? t->events[n - 1].t_ns : 0,
		    .order = UINT32_MAX - 16 + (uint32_t)(t->n - n)};

		left += event_words(&ev, left);
		trace_add(t, &ev);
	}
	free(why);
}

/* Was it played to its end? The pool judges it, since it has the tape also of a killed worker. */
static void test_case(int i)
{
	(void)i;

	int status = worker_supervise(play, mine);
	if (status > 1) /* by a signal; in other cases the player has said what went wrong */
		snprintf(mine->tape->message, sizeof(mine->tape->message),
		    "the player ended with status %d%s", status, status > 128 ? " (killed)" : "");
	ck_assert_msg(status == 0, "%s", mine->tape->message);
}

static int work(struct job *job)
{
	struct play_job *pj = job->arg;
	TTest test = {
	    .name = pj->c->name, .fn = test_case, .file = pj->c->scenario->file, .line = 1};

	mine = pj;
	pj->batch_link.cpu_ns = &job->note->cpu_ns;
	pj->batch_link.subject_says = pj->subject_says;
	/* A person in the shell of a lab has no deadline. */
	int limit_s = pj->batch_link.shell
	                  ? 0
	                  : (int)((pj->batch_link.after_ns + job->cost_ns) / NS_PER_S) + MARGIN_S +
	                        (*pj->c->subject ? SUBJECT_S : 0);
	return worker_check(job, pj->c->scenario->name, &test, true, limit_s);
}

/* In the pool's process: however the worker ended, the tape has what happened. */
static void play_job_done(struct job *job)
{
	struct play_job *pj = job->arg;

	read_tape(pj, &pj->trace);
	add_last_words(pj);
	pj->cpu_ns = atomic_load(&job->note->cpu_ns);
	pool_job_free(&pj->job);
	pj->judged.trace = &pj->trace;
	judge_play(&pj->judged);
	munmap(pj->tape, pj->tape_bytes);
	pj->tape = NULL;
	if (pj->finished)
		pj->finished(pj, pj->finished_arg);
}

/* Memory that a play in another process writes; only what it touches is taken. */
static void *shared(size_t bytes)
{
	void *p = mmap(
	    NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		mem_grow(NULL, (size_t)-1, 2); /* no memory */
	return p;
}

struct play_job *play_job_new(const struct scenario_case *c, uint64_t seed, double pace,
    struct play_id id, const char *kernel)
{
	struct play_job *pj = mem_alloc(sizeof(*pj));
	struct trace_meta *meta = &pj->trace.meta;
	struct buf slug = {0};

	pj->c = c;
	pj->batch_link = (struct batch_link){.keep = -1, .ready = -1, .go = -1};
	pj->subject_says = -1;
	schedule_make(c, seed, pace, &pj->schedule);
	const struct subject *subject = *c->subject ? subject_named(c->subject) : NULL;
	schedule_meta(c, &pj->schedule, kernel, subject ? subject->version : NULL, meta);
	meta->play = id;
	if (subject) {
		pj->subject_says = subject_output(NULL);
		mem_there(pj->subject_says < 0 ? NULL : pj);
	}
	buf_puts(&slug, meta->slug);
	play_id_suffix(id, &slug); /* nothing of another play is written over */
	free(meta->slug);
	meta->slug = slug.s;
	pj->demand = demand_of(c, &pj->schedule);
	pj->tape_bytes = tape_size(pj->demand.tape_slots);
	pj->tape = shared(pj->tape_bytes);
	tape_init(pj->tape, pj->demand.tape_slots, pj->schedule.pace);
	pj->job = (struct job){
	    .name = c->name,
	    .cost_ns = demand_real_ns(c, &pj->schedule),
	    .alone = pj->demand.alone,
	    .work = work,
	    .done = play_job_done,
	    .deadline_ns = deadline_ns,
	    .hung = hung,
	    .arg = pj,
	};
	return pj;
}

void play_job_keep_packets(struct play_job *pj)
{
	pj->packets = shared(PACKET_BUFFER_BYTES);
	packet_buffer_init(pj->packets, PACKET_BUFFER_BYTES);
	pj->batch_link.packets = pj->packets;
}

int play_job_write_packets(struct play_job *pj, int dir, const char *path, struct err *e)
{
	if (!pj->packets || pj->judged.captures)
		return 0;
	return pcapfile_write(dir, path, pj->packets, PACKET_BUFFER_BYTES, &pj->judged.captures,
	    &pj->judged.n_captures, e);
}

void play_job_drop_packets(struct play_job *pj)
{
	if (pj->packets)
		munmap(pj->packets, PACKET_BUFFER_BYTES);
	pj->packets = NULL;
}

void play_job_free(struct play_job *pj)
{
	play_job_drop_packets(pj);
	if (pj->subject_says >= 0)
		close(pj->subject_says);
	if (pj->tape)
		munmap(pj->tape, pj->tape_bytes);
	judged_free(&pj->judged);
	trace_free(&pj->trace);
	schedule_free(&pj->schedule);
	pool_job_free(&pj->job);
	free(pj);
}
