/* stdio.h: standard input, output and error as they should be, and what became of the output. */
#ifndef SB_STDIO_H
#define SB_STDIO_H

#include <stdbool.h>

/* First of all. A stream that was closed by whoever started us is opened so that no file of ours
 * takes its number; a write to a closed pipe or beyond a limit on file sizes fails and does not
 * kill. */
void stdio_begin(void);

/* Writes out what is buffered, and remembers the first error. */
void stdio_flush(void);

/* The exit status of a command: r, or 4 where r is 0 and standard output could not be written,
 * which is told on standard error once. quiet: not of a pipe whose reader has had enough. */
int stdio_end(int r, bool quiet);

#endif
