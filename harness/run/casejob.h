/* casejob.h: one play of one case as a job for the pool. */
#ifndef SB_CASEJOB_H
#define SB_CASEJOB_H

#include "judge/judge.h"
#include "play/player.h"
#include "schedule/schedule.h"
#include "schedule/demand.h"
#include "run/pool.h"
#include "trace/tape.h"

/* What a play that has a lab for lab_ns may take longer than it should. */
#define CASEJOB_GRACE_NS(lab_ns) ((lab_ns)*2 / 3)

struct casejob {
	struct job job;
	const struct scenario_case *c;
	struct schedule schedule;
	struct demand demand;
	struct tape *tape; /* shared memory, until the job is done */
	size_t tape_bytes;
	struct reel *reel; /* shared memory, until casejob_drop_packets(); NULL: none are kept */
	const char *kernel;
	int play; /* repeat * REPLAY_STRIDE + replay */
	struct player_company company;
	struct trace trace;
	struct judged judged; /* filled when done; its captures are the casejob's */
	int64_t cpu_ns; /* filled when done: processor time that its lookups took; 0: not told */
	void (*finished)(struct casejob *cj, void *arg);
	void *finished_arg;
};

/* A play of c at the asked pace; free with casejob_free(). */
struct casejob *casejob_new(
    const struct scenario_case *c, uint64_t seed, double pace, int play, const char *kernel);
void casejob_free(struct casejob *cj);
/* Has the play keep its packets; before it begins. */
void casejob_keep_packets(struct casejob *cj);
/* Writes what was kept into a folder as pcap files and names them in judged. 0 or -errno. */
int casejob_write_packets(struct casejob *cj, int dir, const char *path, struct err *e);
void casejob_drop_packets(struct casejob *cj);
/* What the tape of a play under way tells so far, sorted: 0, or -EAGAIN before its t=0 and when no
 * play is under way: then only meta is there. Caller frees t in any case. */
int casejob_so_far(const struct casejob *cj, struct trace *t);
/* Real time it takes, without the lab. */
int64_t casejob_cost_ns(const struct schedule *s, const struct scenario_case *c);

#endif
