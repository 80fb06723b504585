/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stdio.h: standard input, output and error as they should be, and what became of the output. */
#ifndef SB_STDIO_H
#define SB_STDIO_H

#include <stdbool.h>

/* To be called first. Opens a standard stream that is closed, so that no other file gets its
 * number; a write to a closed pipe or beyond a limit on file sizes fails and does not
 * kill. */
void stdio_begin(void);

/* Writes out what is buffered, and remembers the first error. */
void stdio_flush(void);

/* The exit status of a command: r, or 4 where r is 0 and standard output could not be written,
 * which is reported on standard error once. quiet: not of a pipe whose reader has had enough. */
int stdio_end(int r, bool quiet);

#endif
