/* broken_host.h: a machine that lacks something, as a test makes it; and what must be true all the
 * same.
 *
 * All of it in the test's own mount, pid and network namespaces: /tmp, /run and /mnt are its own,
 * and a mount over a program or a folder is nobody else's. */
#ifndef SB_BROKEN_HOST_H
#define SB_BROKEN_HOST_H

#include "test/kit/program.h"

/* First of all in a sandboxed test: private /tmp, /run and /mnt; /mnt/out does not exist. Skips the
 * test where there may be no such mounts. */
void broken_host_begin(void);

/* Runs a shell's script, which finds steadybridge as $SB and QUICK, words that play the cases of
 * one scenario within a second. Asserts that host and files (but those below /mnt) are afterwards
 * as they were before, and that what is below /mnt/out is whole. */
struct program_result broken_host_run(const char *script);

/* The same with the K-th and further (n calls; 0: all from there on) calls of some functions
 * failing by an errno; *refused: how many did. */
struct program_result broken_host_refuse(const char *script, const char *names, unsigned long k,
    unsigned long n, int error, unsigned long *refused);

/* Every file below a folder is whole: none is empty or ends in the middle of a line, JSON is JSON,
 * XML is XML, and no unknown one is left. How many there are. */
int broken_host_whole_files(const char *dir);

#endif
