/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play_job.h: one play of one case as a job for the pool. */
#ifndef SB_PLAY_JOB_H
#define SB_PLAY_JOB_H

#include "judge/judge.h"
#include "play/player.h"
#include "run/pool.h"
#include "schedule/demand.h"
#include "schedule/schedule.h"
#include "trace/tape.h"

/* What a play that has a lab for lab_ns may take longer than it should. */
#define PLAY_JOB_GRACE_NS(lab_ns) ((lab_ns)*2 / 3)

struct play_job {
	struct job job;
	const struct scenario_case *c;
	struct schedule schedule;
	struct demand demand;
	struct tape *tape; /* shared memory, until the job is done */
	size_t tape_bytes;
	/* Shared memory, until play_job_drop_packets(); NULL: none are kept. */
	struct packet_buffer *packets;
	struct batch_link batch_link;
	int subject_says;     /* what the verbs of its subject wrote; -1: it has none */
	struct trace trace;   /* its meta from the beginning, its events when done */
	struct judged judged; /* filled when done; its trace is NULL before */
	int64_t cpu_ns; /* filled when done: processor time that its lookups took; 0: not told */
	bool told;      /* by whoever reports verdicts while the run goes on */
	void (*finished)(struct play_job *pj, void *arg);
	void *finished_arg;
};

/* A play of c at the asked pace; free with play_job_free(). */
struct play_job *play_job_new(const struct scenario_case *c, uint64_t seed, double pace,
    struct play_id play, const char *kernel);
void play_job_free(struct play_job *pj);
/* Has the play keep its packets; before it begins. */
void play_job_keep_packets(struct play_job *pj);
/* Writes what was kept into a folder as pcap files and names them in judged. 0 or -errno. */
int play_job_write_packets(struct play_job *pj, int dir, const char *path, struct err *e);
void play_job_drop_packets(struct play_job *pj);
/* What the tape of a play under way tells so far, sorted: 0, or -EAGAIN before its t=0 and when no
 * play is under way: then only meta is there. Release t with play_job_release() in any case. */
int play_job_so_far(const struct play_job *pj, struct trace *t);
void play_job_release(struct trace *t);

#endif
