/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change_window.h: begin and end of each change that was asked for; between them lies what it
 * changed. */
#ifndef SB_CHANGE_WINDOW_H
#define SB_CHANGE_WINDOW_H

#include "trace/trace.h"

/* Begin and end of what the churner did. */
struct change_window {
	int64_t begin_ns, end_ns; /* end_ns INT64_MAX: never seen */
	const struct event *begin;
	bool failed;
};

struct change_windows {
	struct change_window *items; /* by begin_ns */
	size_t n, cap;
	int64_t slack_ns; /* how late a notification may have been read */
	bool
	    by_program; /* a subject's verbs begin long before what they change, and end after it */
	const struct event **late; /* EV_LATE of the player: it may have read that much later */
	size_t n_late, cap_late;
};

void change_windows_make(const struct trace *t, struct change_windows *out);
void change_windows_free(struct change_windows *all);
/* The earliest moment of what was read at t_ns, whatever changed then: where the player was late it
 * had read nothing for as long. */
int64_t change_window_read_since(const struct change_windows *all, int64_t t_ns);
/* The earliest moment at which a change that was read at t_ns may have happened. */
int64_t change_window_earliest(const struct change_windows *all, int64_t t_ns);
/* The earliest time at which the gateway's MAC may have gone from `old` to `new`, as read at t_ns;
 * the change before it came at since_ns or later. Of several windows the first that can have done
 * it counts: a join brings its own port's MAC, a leave takes its own away. Where none can, as
 * change_window_earliest(). */
int64_t change_window_of_mac(const struct change_windows *all, int64_t t_ns, struct mac old,
    struct mac new, int64_t since_ns);
/* Is this what ended a deliberate defect that had begun before? */
bool change_window_ends_fault(const struct change_windows *all, size_t i);

#endif
