/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output.h: the folder that a run leaves behind. */
#ifndef SB_OUTPUT_H
#define SB_OUTPUT_H

#include "report/report.h"
#include "run/play_job.h"

struct output {
	char *dir;
	int folder, cases;     /* its descriptor, and that of cases/ */
	unsigned long missing; /* files that could not be written */
	char why[512];         /* the first one's reason */
};

/* Makes the folder and takes away what an earlier run of steadybridge left in it. -ELOOP when there
 * are symbolic links where its own folders should be. */
int output_open(struct output *o, const char *dir, struct err *e);
/* Makes the folder where missing; what is in it stays. */
int output_join(struct output *o, const char *dir, struct err *e);
/* When all is over, before anything more is written: a folder that somebody has removed meanwhile
 * is made again. */
int output_renew(struct output *o, struct err *e);
/* cases/SLUG/case.yaml, trace.jsonl and state.txt of one play, and subject.txt of one with a
 * subject; each play has a slug of its own. What cannot be written is tried again by
 * output_again(). */
void output_case(struct output *o, const struct play_job *pj);
/* At the end of the run: writes the missing files again, and counts those that still cannot be
 * written. */
void output_again(struct output *o, const struct play_job *pj);
/* cases/SLUG/capture-<hop>.pcap of one play. */
void output_packets(struct output *o, struct play_job *pj);
/* The files of a play that another run has left in the folder `from`. 0 or -errno. */
int output_copy(struct output *o, const struct trace *t, const char *from, struct err *e);
/* Each case's timeline.svg, junit.xml, results.tap, index.html, and last results.json. */
int output_reports(struct output *o, const struct run *run, struct err *e);
void output_close(struct output *o);

#endif
