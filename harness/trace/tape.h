/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tape.h: the raw log that a play writes into shared memory, by several processes, without a call.
 *
 * A tape is a flat memory area (a memfd mapped by the runner, the player and the churner), so that
 * what a killed case had written is still there. Writers reserve a slot by one atomic addition and
 * publish it by a flag; readers take the published ones. Times on it are CLOCK_MONOTONIC. */
#ifndef SB_TAPE_H
#define SB_TAPE_H

#include <stdatomic.h>

#include "base/err.h"
#include "trace/trace.h"

struct tape_slot {
	struct event ev;
	_Atomic uint32_t ready;
	uint32_t pad;
};

struct tape {
	uint64_t magic;
	uint64_t capacity;             /* slots */
	_Atomic uint64_t used;         /* slots reserved; may pass capacity: those were lost */
	_Atomic int64_t start_ns;      /* CLOCK_MONOTONIC of t=0; 0 = never reached */
	_Atomic int64_t start_real_ns; /* the same on CLOCK_REALTIME */
	double pace;
	_Atomic int64_t stands_ns; /* CLOCK_MONOTONIC: the lab stands; 0 = not yet */
	char message[1024];        /* why the case was ended, one sentence; or empty */
	struct tape_slot slots[];
};

/* Bytes a tape of n slots takes. */
size_t tape_size(size_t n_slots);
/* Formats zeroed memory of tape_size(n) bytes. */
void tape_init(struct tape *tape, size_t n_slots, double pace);
/* Appends a copy of ev. Never blocks; when the tape is full the event is counted and lost. */
void tape_put(struct tape *tape, const struct event *ev);
/* Adds all published events to t in scenario time and sorts it. A full tape becomes an EV_OVERRUN.
 * Without t=0 the last event's time takes its place. -EINVAL (with message) when the memory is no
 * tape. Reads at most `size` bytes, whatever the header says. */
int tape_read(const struct tape *tape, size_t size, struct trace *t, struct err *e);

#endif
