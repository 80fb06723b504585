/* ran.h: the steadybridge command as a test calls it. */
#ifndef SB_RAN_H
#define SB_RAN_H

#include <check.h>
#include <string.h>

#include "base/mem.h"

struct ran {
	int status;
	struct buf text; /* what it wrote, both streams */
};

/* Runs steadybridge with these arguments, to its end. */
#define run(...) ran_command((const char *const[]){__VA_ARGS__, NULL})
struct ran ran_command(const char *const args[]);
/* Runs any program, found by PATH, to its end; where there is none the test is skipped. */
struct ran ran_program(const char *const argv[]);
/* A path below /tmp that no other test uses; caller frees, or drops. */
char *ran_scratch(const char *name);
/* Removes the folder, and frees its name. */
void ran_drop(char *dir);

/* The status and words in what was written; frees it. */
#define ASSERT_RAN(r, want, words)                                                                 \
	do {                                                                                       \
		ck_assert_msg((r).status == (want), "status %d, expected %d: %.3000s", (r).status, \
		    (want), (r).text.s);                                                           \
		ck_assert_msg(strstr((r).text.s, (words)) != NULL, "no '%s' in: %.3000s", (words), \
		    (r).text.s);                                                                   \
		buf_free(&(r).text);                                                               \
	} while (0)

#endif
