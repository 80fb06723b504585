/* program.h: the steadybridge command as a test calls it. */
#ifndef SB_PROGRAM_H
#define SB_PROGRAM_H

#include <check.h>
#include <string.h>

#include "base/mem.h"

struct program_result {
	int status;
	struct buf text; /* what it wrote, both streams */
};

/* Runs steadybridge with these arguments, to its end. */
#define run(...) program_steadybridge((const char *const[]){__VA_ARGS__, NULL})
struct program_result program_steadybridge(const char *const args[]);
/* Runs any program, found by PATH, to its end; where there is none the test is skipped. */
struct program_result program_run(const char *const argv[]);
/* A path below /tmp that no other test uses; caller frees, or drops. */
char *program_scratch(const char *name);
/* Removes the folder, and frees its name. */
void program_drop(char *dir);

/* The status and words in what was written; frees it. */
#define ASSERT_PROGRAM(r, want, words)                                                             \
	do {                                                                                       \
		ck_assert_msg((r).status == (want), "status %d, expected %d: %.3000s", (r).status, \
		    (want), (r).text.s);                                                           \
		ck_assert_msg(strstr((r).text.s, (words)) != NULL, "no '%s' in: %.3000s", (words), \
		    (r).text.s);                                                                   \
		buf_free(&(r).text);                                                               \
	} while (0)

#endif
