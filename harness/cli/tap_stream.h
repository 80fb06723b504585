/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tap_stream.h: `check --tap`: the run as TAP on standard output while it goes on. */
#ifndef SB_TAP_STREAM_H
#define SB_TAP_STREAM_H

#include <stdio.h>

#include "report/tap.h"
#include "run/playlist.h"

struct tap_stream {
	FILE *to;
	struct run run; /* what is known before anything is played */
	struct tap tap;
	size_t planned;
	bool plan_written;
};

/* The version, and in diagnostics the head of the report and the skips. */
void tap_stream_begin(struct tap_stream *s, FILE *to, const struct run *run, size_t n_plays);
/* A diagnostic. */
void tap_stream_say(const struct tap_stream *s, const char *text);
/* After a play: writes each verdict that is final since. That of a control is when its play is not
 * to be retried; an arm's also needs those of its controls. A lab that could not be built waits for
 * the end: where it is so with all, nothing was run. */
void tap_stream_finished(struct tap_stream *s, const struct playlist *plays);
/* All that is left to say of the run. */
void tap_stream_end(struct tap_stream *s, const struct run *run, const struct playlist *plays);
/* The run ends early. STATUS_CANNOT: nothing could be run; STATUS_UNCLEAR: the instrument check
 * failed; STATUS_FAILED: all cases are skipped that must run. The status that says the same as what
 * is written: another one only where results were. */
int tap_stream_stop(struct tap_stream *s, int status, const char *why);

#endif
