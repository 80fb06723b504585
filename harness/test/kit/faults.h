/* SPDX-License-Identifier: GPL-2.0-or-later */
/* faults.h: each fault scenario beside its unfaulted twin: the proof that the suite can fail. */
#ifndef SB_FAULTS_H
#define SB_FAULTS_H

#include "cli/load.h"
#include "host/prereqs.h"
#include "run/playlist.h"

/* Reads every file of harness/test/data/faults. 0 or -errno with messages. */
int faults_load(struct scenarios *s, struct buf *messages);
/* What the machine lacks for the case, or NULL; looked for at the first call. */
const struct prereq *faults_lack(const struct scenario_case *c);
/* Adds every case, or every control, of those whose scenario's name matches the glob (NULL: all).
 * Those that the machine cannot play are told to lacks() instead, or left out (NULL). */
void faults_add(struct playlist *p, const struct scenarios *s, const char *glob, bool only_controls,
    void (*lacks)(void *arg, const struct scenario_case *c, const struct prereq *what), void *arg);
/* Is a play worth playing again? Not a fault that is expected to make the case invalid. */
bool faults_again(const struct play_job *pj);

/* Is this what the case must end in? See faults_results(). */
bool faults_as_expected(const struct scenario_case *c, const struct judgement *j);

/* Keeps the trace of a play as FOLDER/SLUG.SEED.jsonl. 0 or -errno. */
int faults_write_trace(const char *folder, const struct play_job *pj, struct err *e);

struct fault_result {
	const struct scenario_case *c;
	const struct play_job *play;
	bool ok;
	char text[768]; /* what was expected and what came */
};

/* After playlist_run(): one result a case that was played, by its last play: a faulted case must
 * end in the verdict, cause and invariant that its file names; every other case must pass, and in
 * every control the gateway must have said nothing unprompted. Caller frees. */
struct fault_result *faults_results(struct playlist *p, size_t *n);

#endif
