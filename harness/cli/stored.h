/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stored.h: a run that was stored in a folder, read back: its results.json and its traces, judged.
 */
#ifndef SB_STORED_H
#define SB_STORED_H

#include "report/report.h"

#define STORED_TRACE "trace.jsonl"

/* One stored play. */
struct stored {
	struct trace trace;
	struct judged judged;
	char *path;
	bool asked; /* named on the command line */
};

/* The traces of one run, or those that belong to none. */
struct stored_run {
	char *dir; /* of the run, or NULL */
	struct run_file file;
	struct stored **items;
	size_t n, cap;
};

/* The first n-levels-up folder of a path as it was written; NULL when it has not so many. Caller
 * frees. */
char *stored_up(const char *path, int levels);
/* Each of these returns 0, or -errno with a message. */
/* Reads one trace, unless it was read before, and judges its play. */
int stored_read_trace(struct stored_run *s, const char *path, bool asked, struct err *e);
/* Reads results.json of the folder. */
int stored_read_file(struct stored_run *s, struct err *e);
/* After that: reads every trace of the run, in its order. */
int stored_read_traces(struct stored_run *s, struct err *e);
void stored_free(struct stored_run *s);

#endif
