/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereq_found.h: notes what was found of a prerequisite, and how long it took. */
#ifndef SB_PREREQ_FOUND_H
#define SB_PREREQ_FOUND_H

#include "base/err.h"
#include "host/prereq_list.h"

/* A trial that takes longer than this is slow; only one that takes PREREQ_PATIENCE times as long
 * does not end. A slow guest that loads modules has what it loads. 10 s, but in tests. */
extern int64_t prereq_slow_ns;
#define PREREQ_PATIENCE 10

/* When a trial that began then must have ended; CLOCK_MONOTONIC. */
int64_t prereq_deadline(int64_t began_ns);

/* error: 0 when it is there, else a positive errno. */
void prereq_found(struct prereq *p, int error, const char *text);
/* error: as before; told by its name. */
void prereq_found_errno(struct prereq *p, int error);
/* r: of the trial, -errno when it failed; otherwise `text` tells what is there. */
void prereq_found_by(
    struct prereq *p, int r, const struct err *e, const char *text, int64_t began_ns);
/* Adds to the text of what was found. */
void prereq_add(struct prereq *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
