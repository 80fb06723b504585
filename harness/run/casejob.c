/* casejob.c: one play of one case as a job for the pool. */
#include "run/casejob.h"

#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "base/data.h"
#include "run/hang.h"
#include "run/pcapfile.h"
#include "run/worker.h"
#include "schedule/schedule_meta.h"

#define REEL_BYTES (64 << 20) /* the same; an attempt takes about 1.5 KiB */
#define MARGIN_S 90           /* libcheck's limit, beyond what the case plays */

int64_t casejob_cost_ns(const struct schedule *s, const struct scenario_case *c)
{
	return (int64_t)((double)(c->warmup_ns + c->duration_ns + c->timeout_ns) / s->pace) +
	       100 * NS_PER_MS;
}

/* Its lab may take its time, and then the rest of a lab's worth, so that whoever sees more than the
 * pool does speaks first. Waiting for others is no fault. */
static int64_t deadline_ns(const struct job *job, int64_t gate_ns)
{
	const struct casejob *cj = job->arg;
	const struct player_company *with = &cj->company;
	int64_t lab_ns = with->patience_ns ? with->patience_ns : PLAYER_PATIENCE_NS;
	int64_t stands_ns = atomic_load(&cj->tape->stands_ns);

	if (with->hold)
		return INT64_MAX;
	if (!stands_ns)
		return job->began_ns + lab_ns + CASEJOB_GRACE_NS(lab_ns) +
		       (cj->c->stp
		               ? (int64_t)(2 * (double)cj->c->forward_delay_ns / cj->schedule.pace)
		               : 0);
	if (!gate_ns)
		return INT64_MAX;
	return (stands_ns > gate_ns ? stands_ns : gate_ns) + with->after_ns + job->cost_ns +
	       CASEJOB_GRACE_NS(lab_ns);
}

/* Somebody of the play hangs: that is the last event of its trace. */
static void hung(struct job *job)
{
	struct casejob *cj = job->arg;
	struct event ev = {.t_ns = clock_now_ns(), .type = EV_PHASE};
	char who[40];

	hang_text(job->pid, who, sizeof(who));
	ev.u.phase.phase = PHASE_LAB_FAILED;
	snprintf(ev.u.phase.text, sizeof(ev.u.phase.text), "%.39s, after %.1f s", who,
	    (double)(clock_now_ns() - job->began_ns) / NS_PER_S);
	tape_put(cj->tape, &ev);
}

/* The job of this worker; a libcheck test gets no argument of ours. */
static struct casejob *mine;

static int play(void *arg)
{
	struct casejob *cj = arg;
	struct err e = {{0}};
	char *conf = data_path("fixtures/dnsmasq.conf");
	int r = player_play(cj->c, &cj->schedule, conf, cj->tape, &cj->company, &e);

	if (r)
		snprintf(cj->tape->message, sizeof(cj->tape->message), "%s", e.text);
	return r != 0;
}

static void read_tape(const struct casejob *cj, struct trace *t)
{
	struct err e = {{0}};

	schedule_meta(cj->c, &cj->schedule, cj->kernel, &t->meta);
	t->meta.play = cj->play;
	if (cj->play) { /* a folder of its own: nothing of another play is written over */
		char *slug = t->meta.slug;
		int repeat = cj->play / REPLAY_STRIDE, replay = cj->play % REPLAY_STRIDE;
		struct buf b = {0};

		buf_puts(&b, slug);
		if (repeat)
			buf_printf(&b, ".repeat-%d", repeat + 1);
		if (replay)
			buf_printf(&b, ".replay-%d", replay);
		t->meta.slug = b.s;
		free(slug);
	}
	if (tape_read(cj->tape, cj->tape_bytes, t, &e))
		fprintf(stderr, "%s\n", e.text);
}

int casejob_so_far(const struct casejob *cj, struct trace *t)
{
	if (cj->job.pid && cj->tape && atomic_load(&cj->tape->start_ns)) {
		read_tape(cj, t);
		return t->n ? 0 : -EAGAIN;
	}
	schedule_meta(cj->c, &cj->schedule, cj->kernel, &t->meta);
	t->meta.play = cj->play;
	return -EAGAIN;
}

/* A play that ended without saying why: what its worker, or what that had started, said last. */
static void add_last_words(struct casejob *cj)
{
	struct trace *t = &cj->trace;
	char said[256], *why;
	size_t n = t->n;

	cj->tape->message[sizeof(cj->tape->message) - 1] = '\0';
	const char *message = cj->tape->message;
	if (t->whole && !message[0])
		return;
	for (size_t i = 0; i < n; i++)
		if (t->events[i].type == EV_PHASE && t->events[i].u.phase.phase >= PHASE_LAB_FAILED)
			return;
	proc_said(cj->job.log_fd, true, said, sizeof(said));
	if (message[0])
		why = mem_printf("%s%s%s", message, said[0] ? ": " : "", said);
	else if (said[0])
		why = mem_strdup(said);
	else if (cj->job.status == WORKER_NO_SANDBOX)
		why = mem_strdup(cj->job.note->message);
	else
		why = mem_printf("its worker %s %d",
		    cj->job.status > 128 ? "was killed by signal" : "ended with status",
		    cj->job.status > 128 ? cj->job.status - 128 : cj->job.status);
	for (const char *left = why; *left;) {
		struct event ev = {.t_ns = n ? t->events[n - 1].t_ns : 0,
		    .order = UINT32_MAX - 16 + (uint32_t)(t->n - n)};

		left += event_words(&ev, left);
		trace_add(t, &ev);
	}
	free(why);
}

static void test_case(int i)
{
	struct trace t = {0};
	struct judgement j = {0};
	(void)i;

	int status = worker_supervise(play, mine);
	if (status > 1) /* by a signal; anything else says itself what went wrong */
		snprintf(mine->tape->message, sizeof(mine->tape->message),
		    "the player ended with status %d%s", status, status > 128 ? " (killed)" : "");
	read_tape(mine, &t);
	judge_case(&t, &j);
	ck_assert_msg(status == 0, "%s", mine->tape->message);
	ck_assert_msg(j.verdict == VERDICT_PASS, "%s: %s", verdict_name(j.verdict), j.why);
	judgement_free(&j);
	trace_free(&t);
}

static int work(struct job *job)
{
	struct casejob *cj = job->arg;
	TTest test = {
	    .name = cj->c->name, .fn = test_case, .file = cj->c->scenario->file, .line = 1};

	mine = cj;
	cj->company.cpu_ns = &job->note->cpu_ns;
	/* Whoever looks around in a lab takes the time it takes. */
	int limit_s = cj->company.hold ? 0 : (int)(job->cost_ns / NS_PER_S) + MARGIN_S;
	return worker_check(job, cj->c->scenario->name, &test, true, limit_s);
}

/* In the pool's process: whatever became of the worker, the tape tells what there was. */
static void done(struct job *job)
{
	struct casejob *cj = job->arg;

	read_tape(cj, &cj->trace);
	add_last_words(cj);
	cj->cpu_ns = atomic_load(&job->note->cpu_ns);
	pool_job_free(&cj->job);
	judge_case(&cj->trace, &cj->judged.judgement);
	cj->judged.trace = &cj->trace;
	munmap(cj->tape, cj->tape_bytes);
	cj->tape = NULL;
	if (cj->finished)
		cj->finished(cj, cj->finished_arg);
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

struct casejob *casejob_new(
    const struct scenario_case *c, uint64_t seed, double pace, int play_no, const char *kernel)
{
	struct casejob *cj = mem_alloc(sizeof(*cj));

	cj->c = c;
	cj->kernel = kernel;
	cj->play = play_no;
	cj->company = (struct player_company){.keep = -1, .ready = -1, .go = -1};
	schedule_make(c, seed, pace, &cj->schedule);
	cj->demand = demand_of(c, &cj->schedule);
	cj->tape_bytes = tape_size(cj->demand.tape_slots);
	cj->tape = shared(cj->tape_bytes);
	tape_init(cj->tape, cj->demand.tape_slots, cj->schedule.pace);
	cj->job = (struct job){
	    .name = c->name,
	    .cost_ns = casejob_cost_ns(&cj->schedule, c),
	    .alone = cj->demand.alone,
	    .work = work,
	    .done = done,
	    .deadline_ns = deadline_ns,
	    .hung = hung,
	    .arg = cj,
	};
	return cj;
}

void casejob_keep_packets(struct casejob *cj)
{
	cj->reel = shared(REEL_BYTES);
	reel_init(cj->reel, REEL_BYTES);
	cj->company.reel = cj->reel;
}

int casejob_write_packets(struct casejob *cj, int dir, const char *path, struct err *e)
{
	if (!cj->reel || cj->judged.captures)
		return 0;
	return pcapfile_write(
	    dir, path, cj->reel, REEL_BYTES, &cj->judged.captures, &cj->judged.n_captures, e);
}

void casejob_drop_packets(struct casejob *cj)
{
	if (cj->reel)
		munmap(cj->reel, REEL_BYTES);
	cj->reel = NULL;
}

void casejob_free(struct casejob *cj)
{
	casejob_drop_packets(cj);
	for (size_t i = 0; i < cj->judged.n_captures; i++)
		free(cj->judged.captures[i]);
	free(cj->judged.captures);
	if (cj->tape)
		munmap(cj->tape, cj->tape_bytes);
	judgement_free(&cj->judged.judgement);
	trace_free(&cj->trace);
	schedule_free(&cj->schedule);
	pool_job_free(&cj->job);
	free(cj);
}
