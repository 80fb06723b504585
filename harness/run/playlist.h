/* SPDX-License-Identifier: GPL-2.0-or-later */
/* playlist.h: the plays of a run: many cases in the pool, and slower retries of those that the
 * machine disturbed. */
#ifndef SB_PLAYLIST_H
#define SB_PLAYLIST_H

#include "run/capacity.h"
#include "run/lab_failures.h"
#include "run/play_job.h"
#include "schedule/seed_pace.h"

struct playlist {
	struct play_job **items; /* in the order of asking */
	size_t n, cap;
	struct seed_pace asked;
	const char *kernel;
	bool keep_packets;
	bool quick; /* rounds: nothing that is late can disturb them, so nothing waits for RTNL */
	void (*finished)(struct play_job *pj, void *arg); /* after each play; may be NULL */
	void *finished_arg;
	struct pool pool;
	struct capacity capacity;      /* opened when it runs, unless the caller has */
	const struct lab_shell *shell; /* for each play; NULL: nobody gets into a lab */
	bool give_up;                  /* leaves out what is sure to fail: see lab_failures.h */
	struct lab_failures failures;
	struct play_job **left_out; /* with give_up: not played */
	size_t n_left_out, cap_left_out;
	int signal_no; /* set when a signal ended it */
};

/* A play of c with the seed and the pace in force; a replay is slower. */
struct play_job *playlist_add(
    struct playlist *p, const struct scenario_case *c, struct play_id play);
/* Plays everything in batches of pool.at_once, the longest first; the plays of a batch begin
 * together, and are as many as the machine was measured to take. Then each invalid play that
 * `again` wants (NULL: all) is retried, at pace 10 beside others, then alone at pace 5;
 * every play is kept. With give_up, a case whose lab is sure to fail as others did is not played
 * (again): those that never were are in left_out. 0, -EINTR by a signal, or -errno. */
int playlist_run(struct playlist *p, bool (*again)(const struct play_job *), struct err *e);
/* Plays a case once more now, with nothing beside it; whatever comes of it, it is not retried. */
int playlist_play_alone(struct playlist *p, const struct scenario_case *c, struct play_id play,
    double pace, struct err *e);
/* The last play of a case so far, or with `played` the last that is over; NULL: there is none. */
struct play_job *playlist_last(
    const struct playlist *p, const struct scenario_case *c, bool played);
/* Is this the last play of its case and repeat, though all invalid ones are retried? */
bool playlist_is_last(const struct play_job *pj);
/* Invalid plays that are still to be retried; those that are left out are not. */
size_t playlist_to_retry(const struct playlist *p);
/* Real time that all plays asked for so far are expected to take, replays included. */
int64_t playlist_expected_ns(const struct playlist *p);
/* A play that is under way now, or NULL. */
struct play_job *playlist_running(const struct playlist *p);
/* The judged plays, for reports; caller frees the array. */
struct judged **playlist_judged(const struct playlist *p);
void playlist_free(struct playlist *p);

#endif
