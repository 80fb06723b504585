/* hold.h: a lab held still, with a shell in it. */
#ifndef SB_HOLD_H
#define SB_HOLD_H

#include <stdint.h>

#include "base/err.h"

#define HOLD_TEXT 4096

/* Shared memory: what the shell's opener and the process that holds the lab tell each other. */
struct hold_note {
	char why[HOLD_TEXT]; /* what is told on top; lines, or empty */
	int opened;          /* 1: there was a shell */
	int status;          /* the exit status of the shell, or 128 + signal */
};

struct hold {
	int in, out, err;    /* of the shell */
	int pause;           /* eventfd: readable when the play shall stop; -1: nothing is played */
	const char *program; /* path of steadybridge; answers `at-lab` */
	const char *shell;   /* path of the shell to start */
	const char *command; /* one command for it, or NULL: it reads `in` */
	struct hold_note *note;
};

struct player;

/* Names the namespaces below the private /run/netns, says what there is, runs the shell and does
 * what it asks for until it has ended. at_ns: scenario time of a play that stopped, or negative. 0
 * or -errno with a message. */
int hold_open(struct player *p, const struct hold *h, int64_t at_ns, struct err *e);

#endif
